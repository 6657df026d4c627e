"""From what applicants claim and assessors judge to the whole numbers that the prioritisation weighs. Pure.

    effect of a block = Σ the region's likely effects (kronor) × mean assessed score / 5, in whole thousands of kronor

The score scales the claim down by how well it is believed: a claim that every assessor gives the highest level counts in
full. Only the region's own perspective is summed; society's is shown beside it and never added.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction
from typing import TypeVar

HIGHEST_LEVEL = 5
THOUSAND = 1000

Criterion = TypeVar("Criterion", bound=Hashable)


def half_up(number: Fraction) -> int:
    """The nearest whole number; exactly between two, the greater."""
    return math.floor(number + Fraction(1, 2))


def criterion_means(assessments: Iterable[Mapping[Criterion, int]]) -> dict[Criterion, Fraction]:
    """The mean level of each criterion over the assessors that have set one."""
    levels: dict[Criterion, list[int]] = {}
    for assessment in assessments:
        for criterion, level in assessment.items():
            levels.setdefault(criterion, []).append(level)
    return {criterion: Fraction(sum(given), len(given)) for criterion, given in levels.items()}


def effect_tkr(likely_sek: Iterable[int], score: Fraction) -> int:
    """What a block counts for, in whole thousands of kronor: the formula above, rounded half up once, at the end.

    `likely_sek` are the likely values in kronor of the block's claims in the region's perspective, `score` is 0–5.
    """
    return half_up(sum(likely_sek) * score / HIGHEST_LEVEL / THOUSAND)


def cost_tkr(sek: int) -> int:
    """Kronor as whole thousands rounded up: what fits in thousands then also fits in kronor."""
    return -(-sek // THOUSAND)


def frame_tkr(sek: int) -> int:
    """Kronor that may be used, as whole thousands rounded down, for the same reason."""
    return sek // THOUSAND
