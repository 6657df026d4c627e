"""Kaplan–Meier, its restricted mean, and the cumulative incidence when there is more than one way out.

Kaplan and Meier (JASA 1958), Greenwood's variance (1926), intervals on the log-minus-log scale (Kalbfleisch and Prentice),
Aalen and Johansen (1978). Times are in the caller's unit; a region that has not adopted is right-censored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from .faults import refused

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Restricted:
    """Mean time until the event, counted no longer than `until`, with its standard error."""

    mean: float
    standard_error: float
    until: float


@dataclass(frozen=True, slots=True)
class Curve:
    """The share still waiting, a step down at each of `times`; arrays of one length. `level` is that of low and high.

    Where the share is 0 the interval is not defined; there `low` is 0 and `high` the value before.
    """

    times: Array
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]
    waiting: Array
    standard_error: Array
    low: Array
    high: Array
    level: float
    followed: float
    total: int

    def at(self, time: float) -> float:
        """The share still waiting just after `time`."""
        before = int(np.searchsorted(self.times, time, side="right"))
        return float(self.waiting[before - 1]) if before else 1.0

    def quantile(self, share: float = 0.5) -> float | None:
        """When `share` of the regions have adopted; None when that has not been seen."""
        return _first(self.times, self.waiting, 1 - share)

    def quantile_interval(self, share: float = 0.5) -> tuple[float | None, float | None]:
        """Brookmeyer and Crowley (1982): the times at which the interval of the curve crosses."""
        return _first(self.times, self.low, 1 - share), _first(self.times, self.high, 1 - share)

    def restricted_mean(self, until: float | None = None) -> Restricted:
        """The area under the curve up to `until`, or to the end of the follow-up when that is earlier."""
        end = self.followed if until is None else min(until, self.followed)
        inside = self.times < end
        edges = np.concatenate([[0.0], self.times[inside], [end]])
        areas = np.diff(edges) * np.concatenate([[1.0], self.waiting[inside]])
        after = areas[::-1].cumsum()[::-1][1:]
        n, d = self.at_risk[inside].astype(float), self.events[inside].astype(float)
        terms = np.divide(after**2 * d, n * (n - d), out=np.zeros_like(after), where=n > d)
        return Restricted(float(areas.sum()), float(np.sqrt(terms.sum())), float(end))


def _first(times: Array, falling: Array, level: float) -> float | None:
    reached = np.flatnonzero(falling <= level + 1e-12)
    return float(times[reached[0]]) if len(reached) else None


def kaplan_meier(durations: ArrayLike, observed: ArrayLike, level: float = 0.95) -> Curve:
    """The share still waiting. `observed` is false where the follow-up ended first. Raises InvalidSpread."""
    time, seen = np.asarray(durations, dtype=float), np.asarray(observed, dtype=bool)
    _check(time, seen, level)
    times, events = np.unique(time[seen], return_counts=True)
    if len(times) == 0:
        none, whole = np.empty(0), np.empty(0, dtype=np.int64)
        return Curve(none, whole, whole, none, none, none, none, level, float(time.max()), len(time))
    at_risk = len(time) - np.searchsorted(np.sort(time), times)
    # as scipy.stats.ecdf, which a test holds it against, in a tenth of the time
    waiting = np.cumprod(1 - events / at_risk).astype(np.float64)
    error, low, high = _greenwood(waiting, at_risk.astype(float), events.astype(float), level)
    return Curve(
        times, at_risk.astype(np.int64), events.astype(np.int64), waiting, error, low, high, level, float(time.max()),
        len(time),
    )  # fmt: skip


def _greenwood(waiting: Array, n: Array, d: Array, level: float) -> tuple[Array, Array, Array]:
    """Greenwood's standard error, and the interval S^exp(±z·se/(S·log S))."""
    left = waiting > 1e-12
    terms = np.divide(d, n * (n - d), out=np.zeros_like(n), where=left & (n > d))
    root = np.sqrt(terms.cumsum())
    inner = left & (waiting < 1)
    reach = np.zeros_like(n)
    reach[inner] = float(ndtri((1 + level) / 2)) * root[inner] / -np.log(waiting[inner])
    low, high = waiting ** np.exp(reach), waiting ** np.exp(-reach)
    if not left[-1]:
        low[-1], high[-1] = 0.0, high[-2] if len(high) > 1 else 1.0
    return np.where(left, waiting * root, 0.0), low, high


@dataclass(frozen=True, slots=True)
class Incidence:
    """The share that has gone out by one way, a step up at each of `times` (all ways' times)."""

    times: Array
    share: Array

    def at(self, time: float) -> float:
        before = int(np.searchsorted(self.times, time, side="right"))
        return float(self.share[before - 1]) if before else 0.0


def cumulative_incidence(durations: ArrayLike, causes: ArrayLike, cause: int = 1) -> Incidence:
    """Aalen–Johansen: the share that has left by `cause` when others may come first; cause 0 is censored."""
    time, why = np.asarray(durations, dtype=float), np.asarray(causes, dtype=int)
    _check(time, why, 0.95)
    times = np.unique(time[why != 0])
    ordered = np.sort(time)
    n = len(time) - np.searchsorted(ordered, times).astype(float)
    every = _count(times, time[why != 0])
    before = np.concatenate([[1.0], np.cumprod(1 - every / n)[:-1]]) if len(times) else np.empty(0)
    return Incidence(times, np.cumsum(before * _count(times, time[why == cause]) / n))


def _count(times: Array, values: Array) -> Array:
    ordered = np.sort(values)
    return (np.searchsorted(ordered, times, side="right") - np.searchsorted(ordered, times)).astype(float)


@dataclass(frozen=True, slots=True)
class LifeTable:
    """Discrete time without a model: the hazard of each period, its standard error, and the share still waiting."""

    hazard: Array
    standard_error: Array
    waiting: Array


def life_table(at_risk: Sequence[int], events: Sequence[int]) -> LifeTable:
    """h = d/n; the share still waiting is the product of 1 − h. Raises InvalidSpread."""
    n, d = np.asarray(at_risk, dtype=float), np.asarray(events, dtype=float)
    if n.shape != d.shape:
        raise refused("lengths_differ", left=n.size, right=d.size)
    if not (np.isfinite(n).all() and (n >= 1).all() and (d >= 0).all() and (d <= n).all()):
        raise refused("out_of_range", value="antalet införanden", low=0, high="antalet som återstår")
    hazard = d / n
    return LifeTable(hazard, np.sqrt(hazard * (1 - hazard) / n), np.cumprod(1 - hazard))


def _check(time: Array, outcome: NDArray[np.bool_] | NDArray[np.int64], level: float) -> None:
    if time.shape != outcome.shape or time.ndim != 1:
        raise refused("lengths_differ", left=time.size, right=outcome.size)
    if not len(time):
        raise refused("empty")
    if not (np.isfinite(time).all() and (time >= 0).all()):
        raise refused("out_of_range", value=f"{time.min():g}", low=0, high="varje ändligt tal")
    if not 0 < level < 1:
        raise refused("out_of_range", value=level, low=0, high=1)
