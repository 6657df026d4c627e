"""Moments are aware UTC; deadlines are whole days in Europe/Stockholm, inclusive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


_shift: Callable[[], dt.timedelta] = dt.timedelta


def shift_by(shift: Callable[[], dt.timedelta]) -> None:
    """Let every moment be the real one plus `shift()`: the demo stands at the day that its stage has come to.

    Only the demo does this; everywhere else the shift is nothing.
    """
    global _shift
    _shift = shift


@contextmanager
def shifted(shift: dt.timedelta) -> Iterator[None]:
    """Inside, every moment is the real one plus `shift`; afterwards they are as they were."""
    before = _shift
    shift_by(lambda: shift)
    try:
        yield
    finally:
        shift_by(before)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC) + _shift()


def day_of(moment: dt.datetime) -> dt.date:
    """The Swedish calendar day that an aware moment falls on."""
    return moment.astimezone(STOCKHOLM).date()


def today() -> dt.date:
    return day_of(now())


def end_of(day: dt.date) -> dt.datetime:
    """The first moment after a Swedish day, in UTC: a deadline on that day is kept before it."""
    following = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), STOCKHOLM)
    return following.astimezone(dt.UTC)
