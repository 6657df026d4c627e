"""From what a person can say (low, likely, high; mean and spread; limits or percentiles) to a distribution.

Every function raises `InvalidCase` with one fault when the numbers cannot be: low above high, a probability above 1,
a spread that the family cannot have. Low and high are the 5th and 95th percentile where the name says so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.optimize import brentq, root
from scipy.special import betaincinv, gammaincinv

from .distributions import SCORE_AT_95, Distribution, Family, check_weights, finite
from .faults import refused


def constant(value: float) -> Distribution:
    """A number without doubt: a policy choice, a count."""
    finite(value)
    return Distribution(Family.CONSTANT, (float(value),))


def normal(mean: float, sd: float) -> Distribution:
    finite(mean, sd)
    _positive(sd=sd)
    return Distribution(Family.NORMAL, (mean, sd))


def normal_between(p05: float, p95: float) -> Distribution:
    """The normal distribution with these 5th and 95th percentiles."""
    _ordered(p05, p95)
    return Distribution(Family.NORMAL, ((p05 + p95) / 2, (p95 - p05) / (2 * SCORE_AT_95)))


def lognormal(mean: float, sd: float) -> Distribution:
    """By the mean and standard deviation of the number itself, both above 0."""
    finite(mean, sd)
    _positive(mean=mean, sd=sd)
    square = math.log1p((sd / mean) ** 2)
    return Distribution(Family.LOGNORMAL, (math.log(mean) - square / 2, math.sqrt(square)))


def lognormal_of(mu: float, sigma: float) -> Distribution:
    """By the mean and standard deviation of the logarithm."""
    finite(mu, sigma)
    _positive(sigma=sigma)
    return Distribution(Family.LOGNORMAL, (mu, sigma))


def lognormal_between(p05: float, p95: float) -> Distribution:
    _ordered(p05, p95)
    _positive(p05=p05)
    low, high = math.log(p05), math.log(p95)
    return Distribution(Family.LOGNORMAL, ((low + high) / 2, (high - low) / (2 * SCORE_AT_95)))


def uniform(low: float, high: float) -> Distribution:
    """Anything between the limits is equally likely."""
    _ordered(low, high)
    return Distribution(Family.UNIFORM, (low, high))


def uniform_between(p05: float, p95: float) -> Distribution:
    _ordered(p05, p95)
    tail = (p95 - p05) / 18
    return Distribution(Family.UNIFORM, (p05 - tail, p95 + tail))


def triangular(low: float, likely: float, high: float) -> Distribution:
    _ordered(low, high, likely)
    return Distribution(Family.TRIANGULAR, (low, likely, high))


def pert(low: float, likely: float, high: float, shape: float = 4.0) -> Distribution:
    """PERT on the limits low and high; mean (low + shape · likely + high) / (shape + 2)."""
    _ordered(low, high, likely)
    finite(shape)
    _positive(shape=shape)
    width = high - low
    a, b = 1 + shape * (likely - low) / width, 1 + shape * (high - likely) / width
    return Distribution(Family.BETA, (a, b, low, high))


def pert_between(p05: float, likely: float, p95: float, shape: float = 4.0) -> Distribution:
    """PERT whose 5th and 95th percentiles and mode are given; the limits are solved for."""
    _ordered(p05, p95, likely)
    finite(shape)
    _positive(shape=shape)
    spread = p95 - p05

    def misses(logs: np.ndarray) -> list[float]:
        below, above = np.exp(np.clip(logs, -30, 30))
        a, b = (
            1 + shape * (centre + below) / (1 + below + above),
            1 + shape * (1 - centre + above) / (1 + below + above),
        )
        width = 1 + below + above
        return [
            width * float(betaincinv(a, b, 0.05)) - below,
            width * float(betaincinv(a, b, 0.95)) - below - 1,
        ]

    centre = (likely - p05) / spread
    found = root(misses, np.log([0.3, 0.3]))
    if not found.success or max(abs(miss) for miss in misses(found.x)) > 1e-8:
        raise refused("quantiles_impossible", family="pert", low=p05, high=p95)
    below, above = np.exp(found.x) * spread
    return pert(p05 - float(below), likely, p95 + float(above), shape)


def beta(a: float, b: float, low: float = 0.0, high: float = 1.0) -> Distribution:
    finite(a, b)
    _positive(a=a, b=b)
    _ordered(low, high)
    return Distribution(Family.BETA, (a, b, low, high))


def beta_with(mean: float, sd: float) -> Distribution:
    """A share by its mean and standard deviation (method of moments), on 0–1."""
    finite(mean, sd)
    if not 0 < mean < 1:
        raise refused("probability_above_one", value=mean)
    _positive(sd=sd)
    size = mean * (1 - mean) / sd**2 - 1
    if size <= 0:
        raise refused("spread_impossible", mean=mean, sd=sd, family="beta")
    return Distribution(Family.BETA, (mean * size, (1 - mean) * size, 0.0, 1.0))


def beta_between(p05: float, p95: float) -> Distribution:
    """A share on 0–1 by its 5th and 95th percentiles."""
    _ordered(p05, p95)
    for value in (p05, p95):
        if not 0 < value < 1:
            raise refused("probability_above_one", value=value)

    def misses(logs: np.ndarray) -> list[float]:
        a, b = np.exp(np.clip(logs, -15, 15))
        return [float(betaincinv(a, b, 0.05)) - p05, float(betaincinv(a, b, 0.95)) - p95]

    mean, sd = (p05 + p95) / 2, (p95 - p05) / (2 * SCORE_AT_95)
    size = max(mean * (1 - mean) / sd**2 - 1, 0.5)
    found = root(misses, np.log([mean * size, (1 - mean) * size]))
    if not found.success or max(abs(miss) for miss in misses(found.x)) > 1e-8:
        raise refused("quantiles_impossible", family="beta", low=p05, high=p95)
    a, b = (float(value) for value in np.exp(found.x))
    return Distribution(Family.BETA, (a, b, 0.0, 1.0))


def gamma(shape: float, scale: float) -> Distribution:
    finite(shape, scale)
    _positive(shape=shape, scale=scale)
    return Distribution(Family.GAMMA, (shape, scale))


def gamma_with(mean: float, sd: float) -> Distribution:
    finite(mean, sd)
    _positive(mean=mean, sd=sd)
    return Distribution(Family.GAMMA, ((mean / sd) ** 2, sd**2 / mean))


def gamma_between(p05: float, p95: float) -> Distribution:
    """The ratio of the percentiles fixes the shape, their size the scale."""
    _ordered(p05, p95)
    _positive(p05=p05)
    wanted = math.log(p95 / p05)

    def miss(log_shape: float) -> float:
        shape = math.exp(log_shape)
        return math.log(float(gammaincinv(shape, 0.95)) / float(gammaincinv(shape, 0.05))) - wanted

    try:
        shape = math.exp(float(brentq(miss, math.log(0.02), math.log(1e7), xtol=1e-14)))
    except ValueError as error:
        raise refused("quantiles_impossible", family="gamma", low=p05, high=p95) from error
    return Distribution(Family.GAMMA, (shape, p95 / float(gammaincinv(shape, 0.95))))


def discrete(values: Sequence[float], probabilities: Sequence[float]) -> Distribution:
    """Scenarios with their probabilities, kept in order of value so that the copula's rank means something."""
    finite(*values, *probabilities)
    check_weights(values, probabilities)
    pairs = sorted(zip(values, probabilities, strict=True))
    return Distribution(Family.DISCRETE, tuple(v for v, _ in pairs), tuple(w for _, w in pairs))


def empirical(values: Sequence[float]) -> Distribution:
    """Observed values, each equally likely."""
    finite(*values)
    if not values:
        raise refused("empty")
    return Distribution(Family.EMPIRICAL, tuple(sorted(float(value) for value in values)))


def _positive(**numbers: float) -> None:
    for name, value in numbers.items():
        if value <= 0:
            raise refused("not_positive", name=name, value=value)


def _ordered(low: float, high: float, likely: float | None = None) -> None:
    finite(low, high)
    if low > high:
        raise refused("low_above_high", low=low, high=high)
    if low == high:
        raise refused("no_spread", low=low)
    if likely is not None:
        finite(likely)
        if not low <= likely <= high:
            raise refused("likely_outside", likely=likely, low=low, high=high)
