"""The fan over time: cumulative discounted net with its median and the bands of 50 and 90 per cent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .scales import Scale, Ticks, ticks
from .words import Unit, unit_for

WIDTH, HEIGHT = 380, 250
LEFT, RIGHT, TOP, BOTTOM = 52, 366, 22, 216
MOST_YEARS_NAMED = 6
ENDS = ("p05", "p25", "median", "p75", "p95")
ALONE = 14.0  # a case of one year is drawn as a short piece

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Fan:
    """Paths and places in a drawing of WIDTH × HEIGHT. `back` is where pay-back is marked, None when it never comes."""

    outer: str
    inner: str
    median: str
    zero: float
    back: float | None
    back_year: int | None
    back_anchor: str
    amounts: tuple[Tick, ...]
    years: tuple[Tick, ...]
    unit: Unit


def range_of(*fans: Iterable[Mapping[str, Any]]) -> Ticks:
    """One scale of money for several fans."""
    return ticks((row[end] for rows in fans for row in rows for end in ("p05", "p95")), about=7)


def draw(rows: Sequence[Mapping[str, Any]], median_year: int | None = None, *, over: Ticks | None = None) -> Fan:
    """`rows`: year and the percentiles, one per year in order. `over`: the scale to use, when it is shared."""
    over = over or range_of(rows)
    up = Scale(over.low, over.high, BOTTOM, TOP)
    first, last = rows[0]["year"], rows[-1]["year"]
    along = Scale(first, last, LEFT + 6, RIGHT - 6) if last > first else Scale(first - 1, first + 1, LEFT, RIGHT)
    unit = unit_for(over.values)
    lines = {end: _spread([(along(row["year"]), up(row[end])) for row in rows]) for end in ENDS}
    decimals = next((n for n in range(4) if abs(over.step / unit.size * 10**n % 1) < 1e-6), 3)
    apart = -(-len(rows) // MOST_YEARS_NAMED)
    back = along(median_year) if median_year is not None and first <= median_year <= last else None
    return Fan(
        outer=_band(lines["p05"], lines["p95"]),
        inner=_band(lines["p25"], lines["p75"]),
        median=_line(lines["median"]),
        zero=up(0.0),
        back=back,
        back_year=median_year if back is not None else None,
        back_anchor="start" if back is not None and back < (LEFT + RIGHT) / 2 else "end",
        amounts=tuple(Tick(up(value), unit.bare(value, decimals)) for value in over.values),
        years=tuple(Tick(along(row["year"]), str(row["year"])) for row in rows[::apart]),
        unit=unit,
    )


def _spread(points: list[Point]) -> list[Point]:
    if len(points) > 1:
        return points
    x, y = points[0]
    return [(x - ALONE, y), (x + ALONE, y)]


def _line(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


def _band(low: Sequence[Point], high: Sequence[Point]) -> str:
    return _line([*low, *reversed(high)]) + "Z"
