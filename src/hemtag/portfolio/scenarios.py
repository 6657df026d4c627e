"""Draws of what the effects may turn out to be: seeded, the same for every method, and the same however they are split.

Scenario number n of a seed is drawn from its own stream, so it does not matter who computes it, when or beside what.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from .model import Application, Block, Round

SPREAD = 0.3
SHARED = 0.5


@dataclass(frozen=True, slots=True)
class Scenarios:
    """Either drawn: `count` scenarios of `seed`, where an effect without a range of its own varies by ± `spread`; or
    given: `effects` holds one mapping of block id to effect for each scenario, from the benefit cases' own draws."""

    count: int
    seed: int = 0
    spread: float = SPREAD
    effects: tuple[Mapping[str, int], ...] = ()

    @classmethod
    def given(cls, effects: Sequence[Mapping[str, int]]) -> Scenarios:
        """Scenarios computed elsewhere. A block that a scenario does not name keeps its effect."""
        return cls(count=len(effects), effects=tuple(dict(one) for one in effects))

    def part(self, start: int, stop: int) -> list[tuple[int, Mapping[str, int] | None]]:
        """Numbers and given effects (None when they are to be drawn) of a run of scenarios."""
        return [(n, self.effects[n] if self.effects else None) for n in range(start, min(stop, self.count))]


def scenario(r: Round, seed: int, number: int, spread: float = SPREAD) -> dict[str, int]:
    """The effects of one drawn scenario: triangular between low and high with the stated effect as the likeliest.

    Half of the variation is shared within an application, since its blocks succeed or fail together.
    """
    stream = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, number])))
    drawn: dict[str, int] = {}
    for application in r.applications:
        common = stream.random()
        for block in application.blocks:
            own = stream.random()
            level = SHARED * common + (1 - SHARED) * own
            drawn[block.id] = _triangular(_spread_out(level), *limits(block, spread), block.effect)
    return drawn


def limits(block: Block, spread: float) -> tuple[int, int]:
    """The least and the greatest effect."""
    if block.effect_range is not None:
        return block.effect_range
    reach = abs(int(block.effect * Fraction(str(spread))))
    return block.effect - reach, block.effect + reach


def _spread_out(level: float) -> float:
    """The mean of two uniform numbers as a uniform number again."""
    return 2 * level * level if level < 0.5 else 1 - 2 * (1 - level) * (1 - level)


def _triangular(u: float, low: int, high: int, likely: int) -> int:
    if high == low:
        return likely
    middle = (likely - low) / (high - low)
    if u < middle:
        return round(low + math.sqrt(u * (high - low) * (likely - low)))
    return round(high - math.sqrt((1 - u) * (high - low) * (high - likely)))


def with_effects(r: Round, effects: Mapping[str, int]) -> Round:
    """The round with other effects; all else is as it was."""

    def changed(application: Application) -> Application:
        blocks = tuple(replace(b, effect=effects.get(b.id, b.effect)) for b in application.blocks)
        return replace(application, blocks=blocks)

    return replace(r, applications=tuple(changed(application) for application in r.applications))
