"""The demo's own day: each step is done on its day, and the finished demo goes on from the day of its stage."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from hemtag import clock


def _file() -> Path:
    return Path(settings.VAR) / "demo_clock"


def kept_shift() -> dt.timedelta:
    """How far the demo's day lies from the real one, as the building of it left it; nothing without a demo.

    Asked many times a page, so the file is read again only when it has changed.
    """
    try:
        return _read(_file(), _file().stat().st_mtime_ns)
    except (FileNotFoundError, ValueError):
        return dt.timedelta()


@functools.lru_cache(maxsize=1)
def _read(path: Path, _changed: int) -> dt.timedelta:
    return dt.timedelta(seconds=int(path.read_text(encoding="ascii")))


def keep_shift(day: dt.date) -> None:
    """From now on the demo's clock stands at 9 o'clock on a day, and goes."""
    shift = _nine_on(day) - dt.datetime.now(dt.UTC)
    _file().parent.mkdir(parents=True, exist_ok=True)
    _file().write_text(str(int(shift.total_seconds())), encoding="ascii")


def _nine_on(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(9), clock.STOCKHOLM).astimezone(dt.UTC)


@contextmanager
def on(day: dt.date) -> Iterator[None]:
    """What is done inside is done on that day."""
    with clock.shifted(_nine_on(day) - dt.datetime.now(dt.UTC)):
        yield
