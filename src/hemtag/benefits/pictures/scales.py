"""From numbers to places: linear scales and round ticks."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

STEPS = (1, 2, 2.5, 5, 10)
NOTHING = 1e-9  # no amount of money is smaller


@dataclass(frozen=True, slots=True)
class Scale:
    """`low` lies at `start` and `high` at `end`; what lies outside is drawn at the edge."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 2)


@dataclass(frozen=True, slots=True)
class Ticks:
    """Round numbers that enclose what is drawn; `step` between them."""

    values: tuple[float, ...]
    step: float

    @property
    def low(self) -> float:
        return self.values[0]

    @property
    def high(self) -> float:
        return self.values[-1]


def ticks(values: Iterable[float], about: int = 5) -> Ticks:
    """Round numbers around the values and zero, about as many as asked for. All zero: from 0 to 1."""
    known = [0.0, *values]
    low, high = min(known), max(known)
    if high - low < NOTHING:
        low, high = 0.0, 1.0
    rough = (high - low) / max(about - 1, 1)
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(one * size for one in STEPS if one * size >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return Ticks(tuple(n * step for n in range(first, last + 1)), step)
