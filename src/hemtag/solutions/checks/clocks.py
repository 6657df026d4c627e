"""Days to answer by: working days, so that a week of holiday does not make anybody late."""

from __future__ import annotations

import datetime as dt

TO_ANSWER = 10
"""Working days to answer a question or a reported fault."""


def _easter(year: int) -> dt.date:
    """Easter Sunday by the Gregorian calendar (Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), g = divmod(b, 4), (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    rest = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * rest) // 451
    month, day = divmod(h + rest - 7 * m + 114, 31)
    return dt.date(year, month, day + 1)


def holidays(year: int) -> frozenset[dt.date]:
    """Sweden's public holidays that can fall on a weekday, and the eves when offices are closed (lag 1989:253)."""
    easter = _easter(year)
    midsummer = next(
        day for day in (dt.date(year, 6, 19) + dt.timedelta(days=n) for n in range(7)) if day.weekday() == 4
    )
    fixed = {(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)}
    moving = {easter + dt.timedelta(days=days) for days in (-2, 1, 39)}
    return frozenset({dt.date(year, month, day) for month, day in fixed} | moving | {midsummer})


def is_working_day(day: dt.date) -> bool:
    return day.weekday() < 5 and day not in holidays(day.year)


def working_days_after(day: dt.date, number: int) -> dt.date:
    """The day that is `number` working days after `day`; `day` itself is not counted."""
    while number > 0:
        day += dt.timedelta(days=1)
        number -= is_working_day(day)
    return day
