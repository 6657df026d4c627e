"""The Bass model with the total fixed at the eligible regions, and its two rates pooled over solutions.

Bass, "A new product growth for model consumer durables", Management Science 15 (1969). F(t) is the share that has adopted;
p the rate without anybody before, q what those before add. The total is never estimated: early data cannot tell it.

Pooling: p and q lie on a grid of 28 × 28. The prior is log-normal around p = 0.03 and q = 0.38 a year, the means of 213
applications (Sultan, Farley and Lehmann, Journal of Marketing Research 27, 1990), with sd 1.2 and 0.9 of the logarithm. It
counts as TEN solutions; the weights of the grid are then what the solutions themselves make them, by 50 steps of EM
(empirical Bayes). Each region is a draw from F (Schmittlein and Mahajan, Marketing Science 1, 1982).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .exposure import Array, Cells
from .faults import refused

TEN = 10.0
STEPS = 50
P_GRID: Array = np.geomspace(0.0005, 0.5, 28)
Q_GRID: Array = np.geomspace(0.01, 3.0, 28)
P_NODES: Array = np.repeat(P_GRID, len(Q_GRID))
Q_NODES: Array = np.tile(Q_GRID, len(P_GRID))
MEANS, SDS = (0.03, 0.38), (1.2, 0.9)


def _prior() -> Array:
    spread = ((np.log(P_NODES / MEANS[0]) / SDS[0]) ** 2 + (np.log(Q_NODES / MEANS[1]) / SDS[1]) ** 2) / 2
    weights = np.exp(-spread)
    return np.asarray(weights / weights.sum())


PRIOR: Array = _prior()


def cumulative_hazard(time: ArrayLike, p: ArrayLike, q: ArrayLike) -> Array:
    """−log(1 − F(t)) = log((e^{(p+q)t} + q/p) / (1 + q/p)), without overflow."""
    t, inner, outer = (np.asarray(one, dtype=float) for one in (time, p, q))
    ratio = outer / inner
    with np.errstate(divide="ignore"):
        return np.asarray(np.logaddexp((inner + outer) * t, np.log(ratio)) - np.log1p(ratio))


def adopted_share(time: ArrayLike, p: ArrayLike, q: ArrayLike) -> Array:
    """F(t)."""
    return np.asarray(-np.expm1(-cumulative_hazard(time, p, q)))


@dataclass(frozen=True, slots=True)
class Peak:
    """When the most adopt, and how many a period of the same unit as p and q; at once (time 0) when q ≤ p."""

    time: float
    size: float


def peak(p: float, q: float, total: float) -> Peak:
    """T* = ln(q/p)/(p+q) and m(p+q)²/(4q). Raises InvalidSpread unless p > 0, q ≥ 0 and total > 0."""
    for name, value, least in (("p", p, p > 0), ("q", q, q >= 0), ("total", total, total > 0)):
        if not (least and np.isfinite(value)):
            raise refused("out_of_range", value=f"{name} = {value}", low=0, high="varje ändligt tal")
    if q <= p:
        return Peak(0.0, total * p)
    return Peak(float(np.log(q / p) / (p + q)), total * (p + q) ** 2 / (4 * q))


@dataclass(frozen=True, slots=True)
class Bass:
    """The grid in rates per period (`p`, `q`), its pooled `weights`, and each solution's own: (solutions, nodes)."""

    p: Array
    q: Array
    weights: Array
    posterior: Array
    solutions: tuple[int, ...]

    def means(self, row: int | None = None) -> tuple[float, float]:
        """Mean p and q per period: of one solution's row, or of a solution that nothing is known of."""
        weights = self.weights if row is None else self.posterior[row]
        return float(weights @ self.p), float(weights @ self.q)


def log_likelihood(table: Cells, p: Array, q: Array) -> Array:
    """(solutions with rows, nodes), without constants."""
    most = int(table.period.max()) + 1
    key, at = np.unique(table.owner * most + table.period, return_inverse=True)
    owner, period = key // most, key % most
    adopted = np.bincount(at, weights=table.adopted)
    kept = np.bincount(at, weights=table.at_risk) - adopted
    width = np.zeros(len(key))
    width[at] = table.width
    found = np.zeros((len(table.starts), len(p)))
    whole = width == 1
    came, stayed = np.zeros((2, len(table.starts), most))
    came[owner[whole], period[whole]] = adopted[whole]
    stayed[owner[whole], period[whole]] = kept[whole]
    rate = np.diff(cumulative_hazard(np.arange(most + 1)[:, None], p, q), axis=0)
    found += came @ _log_event(rate) - stayed @ rate
    start = period[~whole, None].astype(float)
    rate = cumulative_hazard(start + width[~whole, None], p, q) - cumulative_hazard(start, p, q)
    terms = adopted[~whole, None] * _log_event(rate) - kept[~whole, None] * rate
    np.add.at(found, owner[~whole], terms)
    return found


def _log_event(rate: Array) -> Array:
    return np.asarray(np.log(-np.expm1(-np.maximum(rate, 1e-300))))


def fit_bass(table: Cells, periods_a_year: int = 1) -> Bass:
    """The pooled weights and each solution's own; with no rows the prior."""
    p, q = P_NODES / periods_a_year, Q_NODES / periods_a_year
    if len(table.starts) == 0:
        return Bass(p, q, PRIOR, np.empty((0, len(p))), ())
    likelihood = log_likelihood(table, p, q)
    likelihood = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
    weights = PRIOR
    for _ in range(STEPS):
        scale = likelihood @ weights
        weights = (TEN * PRIOR + weights * (likelihood.T @ (1 / scale))) / (TEN + len(likelihood))
    posterior = likelihood * weights
    return Bass(p, q, weights, posterior / posterior.sum(axis=1, keepdims=True), table.solutions)
