"""The usual payment plan of a decision: two instalments a year, exact to the krona. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping

INSTALMENTS = ((3, 1), (9, 1))


def a_month_after(day: dt.date) -> dt.date:
    """The same day of the next month, or that month's last day."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def usual_plan(granted: Mapping[int, int], decided_on: dt.date) -> list[tuple[dt.date, int]]:
    """(day, kronor) for the kronor `granted` per year: half on 1 March and half on 1 September of each year.

    An instalment that would fall within a month of the decision waits until that month has passed; when both do, they
    become one. All money of a year is paid in that year, at the latest on its last day. An odd krona goes first.
    """
    plan: dict[dt.date, int] = {}
    earliest = a_month_after(decided_on)
    for year, amount in sorted(granted.items()):
        last = dt.date(year, 12, 31)
        days = [min(last, max(earliest, dt.date(year, month, day))) for month, day in INSTALMENTS]
        for day, part in zip(days, (amount - amount // 2, amount // 2), strict=True):
            if part:
                plan[day] = plan.get(day, 0) + part
    return sorted(plan.items())
