"""How often the one who was expected to be later was later: Harrell's C for times of which some are not over."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Concordance:
    """`c` is the share of comparable pairs in the expected order, ties in the expectation counting half.

    None when no pair can be compared. `pairs` is how many could.
    """

    c: float | None
    pairs: int


def concordance(expected: Sequence[float], time: Sequence[float], ended: Sequence[bool]) -> Concordance:
    """Compare an expected time with what happened.

    Args:
        expected: n expected times, any unit; only their order counts.
        time: n times of follow-up, days, at least 0.
        ended: n; False when the follow-up ended before the event.

    A pair is comparable when the shorter time ended in the event. Pairs with equal times are left out.

    Raises:
        ValueError: lengths differ, or a number is not finite.

    Source: Harrell FE et al., Evaluating the yield of medical tests, JAMA 1982;247:2543–6.
    """
    if not len(expected) == len(time) == len(ended):
        raise ValueError("expected, time and ended must have the same length")
    if not all(math.isfinite(value) for value in (*expected, *time)):
        raise ValueError("expected and time must be finite")
    right = 0.0
    pairs = 0
    for i in range(len(time)):
        if not ended[i]:
            continue
        for j in range(len(time)):
            if time[i] < time[j]:
                pairs += 1
                right += 0.5 if expected[i] == expected[j] else float(expected[i] < expected[j])
    return Concordance(right / pairs if pairs else None, pairs)
