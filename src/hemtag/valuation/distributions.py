"""What is believed about a number: ten families, each with closed moments and quantiles at a normal score.

Sources: lognormal and gamma moments in Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions 1 (1994);
PERT in Malcolm et al., Operations Research 7 (1959) 646-669. Quantile functions are scipy's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.special import betaincinv, gammainccinv, gammaincinv, ndtr, ndtri

from .faults import refused
from .parallel import slices

Array = NDArray[np.float64]
SCORE_AT_95 = float(ndtri(0.95))
WORTH_A_TABLE = 2048  # fewer draws than this are worked out exactly
_WORTH_KEEPING = 256
_REACH, _FEWEST, _MOST, _CLOSE = 6.5, 128, 8192, 1e-8
_PIECE = 16384  # small enough to stay near the processor


class Family(StrEnum):
    """The families a case may name; PERT is a beta on limits and becomes BETA."""

    CONSTANT = "constant"
    NORMAL = "normal"
    LOGNORMAL = "lognormal"
    UNIFORM = "uniform"
    TRIANGULAR = "triangular"
    BETA = "beta"
    GAMMA = "gamma"
    DISCRETE = "discrete"
    EMPIRICAL = "empirical"


@dataclass(frozen=True, slots=True)
class Distribution:
    """One belief. Made by the functions of `believing`, which check the numbers; all results in the number's own unit.

    `parameters`: constant (value) · normal (mean, sd) · lognormal (mu, sigma of the logarithm) · uniform (low, high) ·
    triangular (low, mode, high) · beta (a, b, low, high) · gamma (shape, scale) · discrete and empirical (values).
    """

    family: Family
    parameters: tuple[float, ...]
    weights: tuple[float, ...] = ()

    def at_score(self, score: Array) -> Array:
        """The value at each standard normal score (any shape): what the copula asks for. Never NaN."""
        p = self.parameters
        match self.family:
            case Family.CONSTANT:
                return np.full(np.shape(score), p[0])
            case Family.NORMAL:
                return np.asarray(p[0] + p[1] * score, dtype=np.float64)
            case Family.LOGNORMAL:
                return np.asarray(np.exp(np.minimum(p[0] + p[1] * score, 700.0)), dtype=np.float64)
            case Family.BETA | Family.GAMMA:
                if np.size(score) >= WORTH_A_TABLE:
                    return _from_table(self, score)
                asked = np.asarray(score, dtype=np.float64)
                if asked.size < _WORTH_KEEPING:
                    return _at_score(self, asked)
                return _exact(self, asked.tobytes()).reshape(asked.shape).copy()
        return self.quantile(ndtr(score))

    def quantile(self, probability: Array | float) -> Array:
        """The value at each probability strictly between 0 and 1 (any shape)."""
        u = np.asarray(probability, dtype=np.float64)
        p = self.parameters
        match self.family:
            case Family.CONSTANT:
                value = np.full(u.shape, p[0])
            case Family.NORMAL | Family.LOGNORMAL:
                value = self.at_score(np.asarray(ndtri(u)))
            case Family.UNIFORM:
                value = p[0] + (p[1] - p[0]) * u
            case Family.TRIANGULAR:
                value = _triangular(u, *p)
            case Family.BETA:
                value = p[2] + (p[3] - p[2]) * betaincinv(p[0], p[1], u)
            case Family.GAMMA:
                value = p[1] * gammaincinv(p[0], u)
            case Family.DISCRETE:
                steps = np.cumsum(self.weights)[:-1]
                value = np.asarray(p)[np.searchsorted(steps, u, side="right")]
            case Family.EMPIRICAL:
                value = np.asarray(p)[np.minimum((u * len(p)).astype(np.int64), len(p) - 1)]
        return np.asarray(value, dtype=np.float64)

    @property
    def mean(self) -> float:
        """The expected value, in closed form."""
        return self._moments()[0]

    @property
    def sd(self) -> float:
        """The standard deviation, in closed form."""
        return math.sqrt(self._moments()[1])

    @property
    def support(self) -> tuple[float, float]:
        """Limits that no draw ever leaves: the family's own, or the values nine standard deviations of the score out.

        Sobol points have 30 bits, so that a score never passes 6.4: what lies beyond nine is never drawn.
        """
        p = self.parameters
        match self.family:
            case Family.NORMAL | Family.LOGNORMAL | Family.GAMMA:
                low, high = self.at_score(np.array([-9.0, 8.2]))
                return float(low), float(high if self.family is Family.GAMMA else self.at_score(np.array([9.0]))[0])
            case Family.BETA:
                return p[2], p[3]
        return min(p), max(p)

    @property
    def is_constant(self) -> bool:
        return self.family is Family.CONSTANT

    def _moments(self) -> tuple[float, float]:
        p = self.parameters
        match self.family:
            case Family.CONSTANT:
                return p[0], 0.0
            case Family.NORMAL:
                return p[0], p[1] ** 2
            case Family.LOGNORMAL:
                mean = math.exp(p[0] + p[1] ** 2 / 2)
                return mean, mean**2 * math.expm1(p[1] ** 2)
            case Family.UNIFORM:
                return (p[0] + p[1]) / 2, (p[1] - p[0]) ** 2 / 12
            case Family.TRIANGULAR:
                low, mode, high = p
                square = low**2 + mode**2 + high**2 - low * mode - low * high - mode * high
                return (low + mode + high) / 3, max(square, 0.0) / 18
            case Family.BETA:
                a, b, low, high = p
                width = high - low
                return low + width * a / (a + b), width**2 * a * b / ((a + b) ** 2 * (a + b + 1))
            case Family.GAMMA:
                return p[0] * p[1], p[0] * p[1] ** 2
        weights = self.weights or (1 / len(p),) * len(p)
        mean = math.fsum(w * v for w, v in zip(weights, p, strict=True))
        return mean, math.fsum(w * (v - mean) ** 2 for w, v in zip(weights, p, strict=True))


def _triangular(u: Array, low: float, mode: float, high: float) -> Array:
    width = high - low
    turn = (mode - low) / width
    rising = low + np.sqrt(u * width * (mode - low))
    falling = high - np.sqrt((1 - u) * width * (high - mode))
    return np.where(u < turn, rising, falling)


@lru_cache(maxsize=1024)
def _table(of: Distribution) -> tuple[Array, float]:
    """Cubic pieces (4, knots) of the quantile on the normal score, at even steps from -_REACH, and how many a unit has.

    Knots are doubled until the cubic agrees with the exact quantile midway between them.
    """
    knots = _FEWEST
    exact = _at_score(of, np.linspace(-_REACH, _REACH, knots + 1))
    while True:
        at = np.linspace(-_REACH, _REACH, knots + 1)
        cubic = CubicSpline(at, exact)
        midway = (at[:-1] + at[1:]) / 2
        between = _at_score(of, midway)
        if np.abs(cubic(midway) - between).max() < _CLOSE * of.sd or knots >= _MOST:
            step = at[1] - at[0]
            scaled = cubic.c * step ** np.array([3.0, 2.0, 1.0, 0.0])[:, None]
            return np.ascontiguousarray(scaled), 1 / step
        exact = np.insert(exact, np.arange(1, knots + 1), between)
        knots *= 2


@lru_cache(maxsize=512)
def _exact(of: Distribution, score: bytes) -> Array:
    """Kept, because the same few scores are asked for again each time another value of a case is dragged."""
    return _at_score(of, np.frombuffer(score, dtype=np.float64))


def _at_score(of: Distribution, score: Array) -> Array:
    """The exact quantile, with the upper tail asked for from above so that nothing is lost in 1 - u."""
    p = of.parameters
    below = ndtr(-np.abs(score))
    if of.family is Family.GAMMA:
        return np.asarray(p[1] * np.where(score < 0, gammaincinv(p[0], below), gammainccinv(p[0], below)))
    width = p[3] - p[2]
    low, high = betaincinv(p[0], p[1], below), betaincinv(p[1], p[0], below)
    return np.asarray(np.where(score < 0, p[2] + width * low, p[3] - width * high), dtype=np.float64)


def _from_table(of: Distribution, score: Array) -> Array:
    """Tens of times faster than the exact quantile and within 1e-8 of its spread; the far tails are exact."""
    value = np.empty(np.shape(score))
    pieces, steps = _table(of)
    low, high = of.support if of.family is Family.BETA else (0.0, np.inf)
    for part in slices(len(score), _PIECE):
        place = score[part] * steps
        place += _REACH * steps
        np.clip(place, 0.0, pieces.shape[1] - 1e-9, out=place)
        piece = place.astype(np.int32)
        place -= piece
        made = pieces[0].take(piece)
        for n in (1, 2, 3):
            made *= place
            made += pieces[n].take(piece)
        np.clip(made, low, high, out=value[part])
        far = np.abs(score[part]) > _REACH
        if far.any():
            value[part][far] = _at_score(of, score[part][far])
    return value


def finite(*values: float) -> None:
    """Refuse what is no number, or so great that its square is none."""
    for value in values:
        if not math.isfinite(value) or abs(value) > 1e100:
            raise refused("not_number", value=value)


def check_weights(values: Sequence[float], weights: Sequence[float]) -> None:
    """Probabilities of scenarios: one each, none negative, sum 1 within 1e-9. Raises InvalidCase."""
    if not values:
        raise refused("empty")
    if len(values) != len(weights):
        raise refused("weights_do_not_match", values=len(values), weights=len(weights))
    for weight in weights:
        if not 0 <= weight <= 1:
            raise refused("probability_above_one", value=weight)
    if abs(math.fsum(weights) - 1) > 1e-9:
        raise refused("weights_do_not_sum", total=round(math.fsum(weights), 6))
