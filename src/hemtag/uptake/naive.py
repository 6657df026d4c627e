"""The two forecasts that any model must beat: it stays as it is, and it goes on as lately."""

from __future__ import annotations

from collections.abc import Sequence

WINDOW = 4.0


def last_value(adopted: int, horizon: int) -> tuple[float, ...]:
    """As many as now, in every period."""
    return (float(adopted),) * horizon


def linear(days: Sequence[int], followed: int, period_days: float, most: int, horizon: int) -> tuple[float, ...]:
    """The pace of the last four periods (or since publication, when that is shorter) goes on, never above `most`.

    `days`: when each region came into use, after publication; `followed`: days until now.
    """
    window = min(WINDOW, (followed + 1) / period_days)
    since = followed + 1 - window * period_days
    pace = sum(day >= since for day in days) / window
    return tuple(min(float(most), len(days) + pace * step) for step in range(1, horizon + 1))
