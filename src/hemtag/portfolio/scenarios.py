"""Draws of what the effects may turn out to be: seeded, the same for every method, and the same however they are split.

Scenario number n of a seed is drawn from its own streams, so it does not matter who computes it, when or beside what.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from .model import Application, Block, Overlap, Round

SPREAD = 0.3
SHARED = 0.5
EFFECTS, JOINT, ASSESSORS = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Draw:
    """What one scenario sets: effects of blocks by id; of overlaps and synergies by their place in the round."""

    effects: Mapping[str, int] = field(default_factory=dict)
    overlaps: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    synergies: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenarios:
    """Either drawn: `count` scenarios of `seed`, where an effect without a range of its own varies by ± `spread`; or
    given: `draws` holds one for each scenario, from the benefit cases' own draws."""

    count: int
    seed: int = 0
    spread: float = SPREAD
    draws: tuple[Draw, ...] = ()

    @classmethod
    def given(cls, effects: Sequence[Mapping[str, int] | Draw]) -> Scenarios:
        """Scenarios computed elsewhere. A block that a scenario does not name keeps its effect."""
        made = tuple(one if isinstance(one, Draw) else Draw(dict(one)) for one in effects)
        return cls(count=len(made), draws=made)

    def part(self, start: int, stop: int) -> list[tuple[int, Draw | None]]:
        """Numbers and given draws (None when they are to be drawn) of a run of scenarios."""
        return [(n, self.draws[n] if self.draws else None) for n in range(start, min(stop, self.count))]


def scenario(r: Round, seed: int, number: int, spread: float = SPREAD) -> dict[str, int]:
    """The effects of the blocks in one drawn scenario."""
    return dict(draw(r, seed, number, spread).effects)


def draw(r: Round, seed: int, number: int, spread: float = SPREAD) -> Draw:
    """One drawn scenario: effects triangular between low and high with the stated effect as the likeliest, weighed by the
    assessors' levels if the round has them.

    Half of the variation is shared within an application, since its blocks succeed or fail together. Overlaps, synergies,
    assessors and weights have streams of their own: a round that gains them keeps the draws of its blocks' effects.
    """
    stream = _stream(seed, number, EFFECTS)
    weighed = _weighed(r, _stream(seed, number, ASSESSORS))
    drawn: dict[str, int] = {}
    for application in r.applications:
        common = stream.random()
        for block in application.blocks:
            own = stream.random()
            level = SHARED * common + (1 - SHARED) * own
            effect = _triangular(_spread_out(level), *limits(block, spread), block.effect)
            drawn[block.id] = round(effect * weighed.get(application.id, 1.0))
    joint = _stream(seed, number, JOINT)

    def varied(effect: int) -> int:
        reach = int(effect * Fraction(str(spread)))
        return _triangular(joint.random(), effect - reach, effect + reach, effect)

    overlaps = {at: {name: varied(effect) for name, effect in o.effects.items()} for at, o in enumerate(r.overlaps)}
    return Draw(drawn, overlaps, {at: varied(synergy.effect) for at, synergy in enumerate(r.synergies)})


def _stream(seed: int, number: int, subject: int) -> np.random.Generator:
    words = [seed, number, subject] if subject else [seed, number]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(words)))


def _weighed(r: Round, stream: np.random.Generator) -> dict[str, float]:
    """What every assessed application's mean level becomes, as a part of what it is, when other assessors of the same kind
    had been asked (as many are drawn among those who were, with replacement) and the criteria weighed otherwise."""
    if not r.criteria:
        return {}
    names = list(r.criteria)
    stated = np.array([float(r.criteria[name].weight) for name in names])
    low = np.array([float(r.criteria[name].low) for name in names])
    high = np.array([float(r.criteria[name].high) for name in names])
    weights = low + (high - low) * stream.random(len(names))
    found = {}
    for application in r.applications:
        if application.levels:
            levels = np.array([[float(one[name]) for name in names] for one in application.levels])
            asked = stream.integers(0, len(levels), len(levels))
            before = float(levels.mean(axis=0) @ stated / stated.sum())
            after = float(levels[asked].mean(axis=0) @ weights / weights.sum())
            found[application.id] = after / before if before else 1.0
    return found


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


def with_draw(r: Round, draw: Draw) -> Round:
    """The round as a scenario has it: other effects, all else as it was."""
    overlaps = tuple(
        Overlap(o.id, {name: draw.overlaps.get(at, {}).get(name, effect) for name, effect in o.effects.items()})
        for at, o in enumerate(r.overlaps)
    )
    synergies = tuple(replace(s, effect=draw.synergies.get(at, s.effect)) for at, s in enumerate(r.synergies))
    return replace(with_effects(r, draw.effects), overlaps=overlaps, synergies=synergies)
