"""Realised beside expected: where the outcome fell in the forecast, and what the same draws say now.

The draws are reweighted by how likely each makes what was observed (importance sampling; effective sample size after
Kong, Liu & Wong, JASA 89 (1994) 278-288). No new simulation, so forecast and follow-up stay comparable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .distributions import Array
from .faults import refused

FEW_DRAWS = 100.0


@dataclass(frozen=True, slots=True, eq=False)
class Update:
    """What was learnt. `percentiles` (claims,): share of the forecast below the outcome, 0-1 · `ratios` (claims,): outcome
    over expected, NaN-free: None where nothing was expected · `cost_ratio` and `gain_ratio`: the outcomes of the claims that
    were expected below zero, over what they were expected to be, and of those above zero likewise: added together, a cost
    that grew would look like a gain that came, and a sum near zero makes any ratio. None where there are no such claims ·
    `weights` (draws,) sum to 1 · `effective_draws`: below 100 the forecast hardly saw the outcome coming, and the case
    should be redone rather than reweighted."""

    percentiles: Array
    ratios: tuple[float | None, ...]
    cost_ratio: float | None
    gain_ratio: float | None
    weights: Array
    effective_draws: float

    @property
    def is_reliable(self) -> bool:
        return self.effective_draws >= FEW_DRAWS

    def mean(self, values: Array) -> Array:
        """The updated expectation over the last axis (draws)."""
        return np.asarray(np.asarray(values) @ self.weights)

    def quantile(self, values: Array, probability: float) -> float:
        """The updated quantile of (draws,) values."""
        order = np.argsort(values, kind="stable")
        reached = np.cumsum(self.weights[order])
        return float(values[order[min(int(np.searchsorted(reached, probability)), len(order) - 1)]])

    def probability(self, holds: Array) -> float:
        """The updated probability of an event given per draw."""
        return float(min(self.weights[np.asarray(holds, dtype=bool)].sum(), 1.0))

    def evpi(self, net_benefits: Array) -> float:
        """What perfect information is still worth; (options, draws), or (draws,) against doing nothing."""
        options = np.atleast_2d(np.asarray(net_benefits, dtype=np.float64))
        if len(options) == 1:
            options = np.concatenate([options, np.zeros_like(options)])
        return max(float(options.max(axis=0) @ self.weights - (options @ self.weights).max()), 0.0)


def update_with_realised(forecast: Array, realised: Sequence[float], error_sd: Sequence[float]) -> Update:
    """`forecast` (claims, draws) as simulated, `realised` (claims,) as measured, `error_sd` (claims,) how far off the
    measuring may be (a standard deviation above 0, in the claim's unit).

    Raises InvalidCase for lengths that differ, errors that are not above 0, and numbers that are not finite.
    """
    draws = np.atleast_2d(np.asarray(forecast, dtype=np.float64))
    seen, error = np.asarray(realised, dtype=np.float64), np.asarray(error_sd, dtype=np.float64)
    if not len(draws) == len(seen) == len(error):
        raise refused("weights_do_not_match", values=len(draws), weights=len(seen))
    if not (np.isfinite(draws).all() and np.isfinite(seen).all() and np.isfinite(error).all()):
        raise refused("not_number", value="prognosen eller utfallet")
    if error.size and error.min() <= 0:
        raise refused("not_positive", name="error_sd", value=error.min())
    distance = (((draws - seen[:, None]) / error[:, None]) ** 2).sum(axis=0) / 2
    weights = np.exp(distance.min() - distance)
    weights /= weights.sum()
    expected = draws.mean(axis=1)
    below = (draws < seen[:, None]).mean(axis=1)
    equal = (draws == seen[:, None]).mean(axis=1)
    return Update(
        percentiles=below + equal / 2,
        ratios=tuple(float(s / e) if e else None for s, e in zip(seen, expected, strict=True)),
        cost_ratio=_ratio(seen, expected, expected < 0),
        gain_ratio=_ratio(seen, expected, expected > 0),
        weights=weights,
        effective_draws=float(1 / (weights**2).sum()),
    )


def _ratio(seen: Array, expected: Array, of: NDArray[np.bool_]) -> float | None:
    """All outcomes over all that was expected, of some claims."""
    return float(seen[of].sum() / expected[of].sum()) if of.any() else None
