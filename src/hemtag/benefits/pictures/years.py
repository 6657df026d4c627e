"""Money per year and kind: one row of bars for each kind on a common scale, since kinds are never added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .scales import Scale, ticks
from .words import Unit, unit_for

WIDTH, HEIGHT = 380, 160
LEFT, RIGHT, TOP, BOTTOM = 52, 374, 8, 138
KINDS = ("cost", "grant", "cash", "capacity", "care")
MOST_YEARS_NAMED = 6


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Year:
    """One year of one kind: as it falls, and as present value."""

    year: int
    nominal: float
    present: float
    falls: Box
    now: Box
    middle: float
    is_named: bool


@dataclass(frozen=True, slots=True)
class KindOverTime:
    kind: str
    years: tuple[Year, ...]
    zero: float
    top: float
    bottom: float
    top_text: str
    bottom_text: str


@dataclass(frozen=True, slots=True)
class Money:
    kinds: tuple[KindOverTime, ...]
    unit: Unit


def draw(by_year: Sequence[Mapping[str, Any]]) -> Money:
    """`by_year`: year, nominal{kind}, present{kind}, in order."""
    kinds = [kind for kind in KINDS if any(row["nominal"].get(kind) for row in by_year)]
    amounts = [value for row in by_year for part in ("nominal", "present") for value in row[part].values()]
    over = ticks(amounts, about=3)
    unit = unit_for([over.low, over.high])
    up = Scale(over.low, over.high, BOTTOM, TOP)
    decimals = next((n for n in range(4) if abs(over.step / unit.size * 10**n % 1) < 1e-6), 3)
    room = (RIGHT - LEFT) / len(by_year)
    wide = round(min(room * 0.36, 22), 2)
    apart = -(-len(by_year) // MOST_YEARS_NAMED)

    def box(x: float, value: float) -> Box:
        return Box(round(x, 2), min(up(value), up(0.0)), wide, round(abs(up(value) - up(0.0)), 2))

    def year(n: int, row: Mapping[str, Any], kind: str) -> Year:
        middle = LEFT + room * (n + 0.5)
        nominal, present = row["nominal"].get(kind, 0.0), row["present"].get(kind, 0.0)
        boxes = box(middle - wide, nominal), box(middle, present)
        return Year(row["year"], nominal, present, *boxes, round(middle, 2), n % apart == 0)

    return Money(
        tuple(
            KindOverTime(
                kind,
                tuple(year(n, row, kind) for n, row in enumerate(by_year)),
                up(0.0),
                TOP,
                BOTTOM,
                unit.bare(over.high, decimals) if over.high else "",
                unit.bare(over.low, decimals) if over.low else "",
            )
            for kind in kinds
        ),
        unit,
    )
