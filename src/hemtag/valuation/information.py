"""What drives the uncertainty, and what is worth finding out: tornado, EVPI, EVPPI.

EVPPI regresses net benefit on the input (Strong, Oakley & Brennan, Medical Decision Making 34 (2014) 311-326), here as a
cubic spline on the means of equally probable bins. It holds for correlated inputs: the fit is E[net benefit | input].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import make_lsq_spline
from scipy.special import ndtri

from .distributions import SCORE_AT_95, Array
from .faults import refused

BINS = 256
_KNOTS = ndtri(np.array([0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95]))
_FEW = 24  # an input with so few different values is a list of scenarios: their means are the fit
_LEAST = 64


@dataclass(frozen=True, slots=True)
class Information:
    """Expected value of knowing one input. `noise_floor`: what the method finds in an input that means nothing."""

    name: str
    value: float
    standard_error: float
    noise_floor: float

    @property
    def stands_out(self) -> bool:
        """Whether the value can be told from noise; others should not be ranked."""
        return self.value > self.noise_floor + 2 * self.standard_error


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the tornado: the input at its 5th and 95th percentile, the expected outcome there, and the
    first-order index (the share of the outcome's variance that vanishes, on average, when the input is known)."""

    name: str
    low: float
    high: float
    outcome_at_low: float
    outcome_at_high: float
    index: float

    @property
    def width(self) -> float:
        return abs(self.outcome_at_high - self.outcome_at_low)


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """E[outcome | input] per bin: weights (B,), values of the input (B,), fitted outcomes (B, D)."""

    weights: Array
    scores: Array
    fitted: Array


def evpi(net_benefits: Array) -> float:
    """Expected value of perfect information: (options, draws) net benefits; a single row is weighed against doing nothing.

    Not negative. Unit of the net benefits. Source: Raiffa & Schlaifer, Applied Statistical Decision Theory (1961).
    """
    options = _options(net_benefits)
    return float(options.max(axis=0).mean() - options.mean(axis=1).max())


def evppi(
    samples: Array, net_benefits: Array, names: Sequence[str] = (), *, scramblings: int = 4, seed: int = 0
) -> list[Information]:
    """The value of knowing each single input: `samples` (inputs, draws), `net_benefits` (options, draws) or (draws,).

    The draws may be anyone's; when they lie in independent parts of equal size (`scramblings`), the standard error is
    theirs. `seed` is for the permutation behind the noise floor. An input that never varies is worth 0.
    Raises InvalidCase for fewer than 64 draws per part or for unequal lengths.
    """
    inputs, options = _aligned(samples, net_benefits)
    draws = inputs.shape[1]
    if draws // scramblings < _LEAST:
        raise refused("not_a_power", value=draws, least=_LEAST * scramblings)
    mixed = np.random.default_rng(seed).permutation(draws)
    found = []
    for row, values in enumerate(inputs):
        parts = [
            _worth(values[part], options[:, part])
            for part in np.array_split(np.arange(draws), scramblings)
        ]  # fmt: skip
        error = float(np.std(parts, ddof=1) / np.sqrt(scramblings)) if scramblings > 1 else 0.0
        name = names[row] if names else str(row)
        found.append(Information(name, _worth(values, options), error, _worth(values[mixed], options)))
    return found


def tornado(samples: Array, outcome: Array, names: Sequence[str] = ()) -> list[Bar]:
    """Bars for `samples` (inputs, draws) and one `outcome` (draws,), widest first; inputs that never vary are left out.

    The expected outcome with the input at each end, the others as they then are: correlations count.
    """
    inputs, outcomes = _aligned(samples, outcome, beside_nothing=False)
    variance = float(outcomes[0].var())
    bars = []
    for row, values in enumerate(inputs):
        fit = _fit(values, outcomes)
        if len(fit.weights) < 2:
            continue
        low, high = np.quantile(values, [0.05, 0.95])
        at = np.interp([-SCORE_AT_95, SCORE_AT_95], fit.scores, fit.fitted[:, 0])
        centred = fit.fitted[:, 0] - fit.weights @ fit.fitted[:, 0]
        index = float(fit.weights @ centred**2) / variance if variance > 0 else 0.0
        name = names[row] if names else str(row)
        bars.append(Bar(name, float(low), float(high), float(at[0]), float(at[1]), min(index, 1.0)))
    return sorted(bars, key=lambda bar: -bar.width)


def collaboration_gain(probability_alone: Array, cost_alone: Array, joint_cost: Array) -> Array:
    """(draws,) what doing it once saves: Σ over regions of P(would have done it alone) × cost alone, less the joint cost.

    `probability_alone` (R,) between 0 and 1, `cost_alone` (R, draws), `joint_cost` (draws,). A region that never would
    have done it saves nothing. Raises InvalidCase for a probability that is none.
    """
    probability = np.asarray(probability_alone, dtype=np.float64)
    for value in probability:
        if not 0 <= value <= 1:
            raise refused("probability_above_one", value=value)
    return np.asarray(probability @ np.asarray(cost_alone) - np.asarray(joint_cost))


def _options(net_benefits: Array) -> Array:
    found = np.asarray(net_benefits, dtype=np.float64)
    if found.ndim == 1:
        found = found[None]
    if found.shape[0] == 1:
        found = np.concatenate([found, np.zeros_like(found)])
    if found.shape[1] == 0 or not np.isfinite(found).all():
        raise refused("not_number", value="nettonyttan")
    return found


def _aligned(samples: Array, outcome: Array, *, beside_nothing: bool = True) -> tuple[Array, Array]:
    inputs = np.atleast_2d(np.asarray(samples, dtype=np.float64))
    options = _options(outcome) if beside_nothing else np.atleast_2d(np.asarray(outcome, dtype=np.float64))
    if inputs.shape[1] != options.shape[1]:
        raise refused("weights_do_not_match", values=inputs.shape[1], weights=options.shape[1])
    return inputs, options


def _worth(values: Array, options: Array) -> float:
    fit = _fit(values, options)
    if len(fit.weights) < 2:
        return 0.0
    return max(float(fit.weights @ fit.fitted.max(axis=1) - (fit.weights @ fit.fitted).max()), 0.0)


def _fit(values: Array, outcomes: Array) -> _Fit:
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    steps = np.flatnonzero(np.diff(ordered)) + 1
    draws = len(values)
    few = len(steps) < _FEW
    starts = np.concatenate([[0], steps]) if few else np.unique(np.arange(BINS) * draws // BINS)
    counts = np.diff(np.concatenate([starts, [draws]]))
    weights = counts / draws
    means = np.add.reduceat(outcomes[:, order], starts, axis=1).T / counts[:, None]
    scores = ndtri((starts + counts / 2) / draws)
    if few:
        return _Fit(weights, scores, means)
    inner = _KNOTS[(scores[3] < _KNOTS) & (scores[-4] > _KNOTS)]
    knots = np.concatenate([[scores[0]] * 4, inner, [scores[-1]] * 4])
    spline = make_lsq_spline(scores, means, knots, k=3, w=np.sqrt(weights))
    return _Fit(weights, scores, np.asarray(spline(scores), dtype=np.float64))
