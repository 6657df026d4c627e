"""Several options with costs and effects: the plane, CEAC, frontier, expected loss, and the table of ICERs.

Sources: Fenwick, Claxton & Sculpher, Health Economics 10 (2001) 779-787 (CEAC and frontier); Alarid-Escudero et al.,
Value in Health 22 (2019) 611-618 (expected loss); Drummond et al. (2015), ch. 4 (dominance).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from .distributions import Array
from .faults import refused


class Standing(StrEnum):
    """Where an option stands in the ICER table."""

    REFERENCE = "reference"
    EFFICIENT = "efficient"
    DOMINATED = "dominated"
    EXTENDEDLY_DOMINATED = "extendedly_dominated"


class Quadrant(StrEnum):
    """One option against another on the plane; a ratio is shown only where it means a price."""

    DOMINANT = "dominant"
    DOMINATED = "dominated"
    DEARER_AND_BETTER = "dearer_and_better"
    CHEAPER_AND_WORSE = "cheaper_and_worse"
    EQUAL = "equal"


@dataclass(frozen=True, slots=True)
class Row:
    """One option in the ICER table. `icer` is None for the reference and for what is dominated, never negative."""

    name: str
    cost: float
    effect: float
    standing: Standing
    incremental_cost: float | None = None
    incremental_effect: float | None = None
    icer: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CostEffectiveness:
    """D options, N draws, T thresholds (money per unit of effect).

    `incremental_cost`, `incremental_effect` (D, N) against the reference: the plane · `expected_benefit` (T, D) net
    monetary benefit · `ceac` (T, D) probability of being best · `best` (T,) the option with the highest expected benefit
    and `frontier` (T,) its probability: not always the favourite of the CEAC · `expected_loss` (T, D) · `evpi` (T,).
    """

    thresholds: Array
    incremental_cost: Array
    incremental_effect: Array
    expected_benefit: Array
    ceac: Array
    best: NDArray[np.int64]
    frontier: Array
    expected_loss: Array
    evpi: Array


def cost_effectiveness(
    costs: Array, effects: Array, thresholds: Array | Sequence[float], *, reference: int = 0
) -> CostEffectiveness:
    """From samples `costs` and `effects` (D, N); the thresholds are swept, not drawn. Ties are shared.

    Memory is O(D × N) whatever the number of thresholds. Raises InvalidCase for shapes that differ, for numbers that are
    not finite and for negative thresholds.
    """
    cost, effect = np.asarray(costs, dtype=np.float64), np.asarray(effects, dtype=np.float64)
    sweep = np.atleast_1d(np.asarray(thresholds, dtype=np.float64))
    _check(cost, effect)
    if sweep.size == 0 or not np.isfinite(sweep).all() or sweep.min() < 0:
        raise refused("negative", name="tröskelvärdet", value=sweep.min() if sweep.size else "tomt")
    if not 0 <= reference < len(cost):
        raise refused("out_of_range", value=reference, low=0, high=len(cost) - 1)
    means = sweep[:, None] * effect.mean(axis=1) - cost.mean(axis=1)
    ceac, top = _winners(cost, effect, sweep)
    best = means.argmax(axis=1)
    return CostEffectiveness(
        thresholds=sweep,
        incremental_cost=cost - cost[reference],
        incremental_effect=effect - effect[reference],
        expected_benefit=means,
        ceac=ceac,
        best=best,
        frontier=ceac[np.arange(len(sweep)), best],
        expected_loss=np.maximum(top[:, None] - means, 0.0),
        evpi=np.maximum(top - means.max(axis=1), 0.0),
    )


def _winners(cost: Array, effect: Array, sweep: Array) -> tuple[Array, Array]:
    """(T, D) how often each option is best, and (T,) the mean of the best one's benefit.

    A draw's best option changes along the upper envelope of the lines threshold × effect − cost: an option is best from
    the highest crossing with a less effective one to the lowest with a more effective one. Those limits are counted into
    the sweep, so that the draws are gone through once and not once per threshold. Where the counts show a tie (or
    rounding lets two or none win), the threshold is worked out directly.
    """
    order = np.argsort(sweep, kind="stable")
    rising, (options, draws) = sweep[order], cost.shape
    counts, gained, spent = (np.zeros((options, len(sweep) + 1)) for _ in range(3))
    with np.errstate(all="ignore"):
        for one in range(options):
            first, last = np.full(draws, -np.inf), np.full(draws, np.inf)
            for other in range(options):
                if other == one:
                    continue
                better = effect[one] - effect[other]
                crossing = (cost[one] - cost[other]) / better
                np.maximum(first, crossing, out=first, where=better > 0)
                np.minimum(last, crossing, out=last, where=better < 0)
                last[(better == 0) & (cost[one] > cost[other])] = -np.inf
            wins = first <= last
            begin, end = rising.searchsorted(first[wins], "left"), rising.searchsorted(last[wins], "right")
            for of, amount in ((counts, None), (gained, effect[one][wins]), (spent, cost[one][wins])):
                of[one] = np.bincount(begin, amount, len(sweep) + 1) - np.bincount(end, amount, len(sweep) + 1)
    times = np.cumsum(counts[:, :-1], axis=1).T
    ceac = times / draws
    top = (rising * np.cumsum(gained[:, :-1].sum(axis=0)) - np.cumsum(spent[:, :-1].sum(axis=0))) / draws
    for at in np.flatnonzero(times.sum(axis=1) != draws):
        ceac[at], top[at] = _shared(cost, effect, rising[at])
    back = np.argsort(order, kind="stable")
    return ceac[back], top[back]


def _shared(cost: Array, effect: Array, threshold: float) -> tuple[Array, float]:
    """One threshold by comparison of all options in every draw; a tie is shared."""
    benefit = threshold * effect - cost
    highest = benefit.max(axis=0)
    wins = benefit == highest
    return np.asarray((wins / wins.sum(axis=0)).mean(axis=1)), float(highest.mean())


def compare(cost: float, effect: float) -> tuple[Quadrant, float | None]:
    """Where an increment of cost and effect lies, and its ratio where that is a price (money per unit of effect)."""
    if cost == 0 and effect == 0:
        return Quadrant.EQUAL, None
    if cost <= 0 <= effect:
        return Quadrant.DOMINANT, None
    if effect <= 0 <= cost:
        return Quadrant.DOMINATED, None
    return (Quadrant.DEARER_AND_BETTER if cost > 0 else Quadrant.CHEAPER_AND_WORSE), cost / effect


def icer_table(names: Sequence[str], costs: Sequence[float], effects: Sequence[float]) -> list[Row]:
    """Options by rising cost, each efficient one against the efficient one before: the ratio of means, never the mean
    of ratios. Simple dominance first (dearer and no better), then extended (a mix of two others is better and no dearer).

    Raises InvalidCase for no options, unequal lengths and numbers that are not finite.
    """
    if not names:
        raise refused("empty")
    if not len(names) == len(costs) == len(effects):
        raise refused("weights_do_not_match", values=len(names), weights=min(len(costs), len(effects)))
    for value in (*costs, *effects):
        if not math.isfinite(value):
            raise refused("not_number", value=value)
    order = sorted(range(len(names)), key=lambda n: (costs[n], -effects[n]))
    standing = dict.fromkeys(order, Standing.DOMINATED)
    path: list[int] = []
    for n in order:
        if path and effects[n] <= max(effects[one] for one in order[: order.index(n)]):
            continue
        while len(path) >= 2 and _ratio(path[-2], path[-1], costs, effects) >= _ratio(path[-1], n, costs, effects):
            standing[path.pop()] = Standing.EXTENDEDLY_DOMINATED
        path.append(n)
    rows = []
    for n in order:
        if n not in path:
            rows.append(Row(names[n], costs[n], effects[n], standing[n]))
        elif n == path[0]:
            rows.append(Row(names[n], costs[n], effects[n], Standing.REFERENCE))
        else:
            before = path[path.index(n) - 1]
            more, better = costs[n] - costs[before], effects[n] - effects[before]
            rows.append(Row(names[n], costs[n], effects[n], Standing.EFFICIENT, more, better, more / better))
    return rows


def _ratio(one: int, other: int, costs: Sequence[float], effects: Sequence[float]) -> float:
    return (costs[other] - costs[one]) / (effects[other] - effects[one])


def _check(cost: Array, effect: Array) -> None:
    if cost.shape != effect.shape or cost.ndim != 2 or cost.size == 0:
        raise refused("weights_do_not_match", values=cost.shape, weights=effect.shape)
    if not (np.isfinite(cost).all() and np.isfinite(effect).all()):
        raise refused("not_number", value="kostnaderna eller effekterna")
