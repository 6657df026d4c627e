"""Money over time: discount factors, net present value, pay-back, annuities.

Year 0 is not discounted and flows fall at the end of the year. Fixed prices: rates are real. Source for the annuity and
the annual equivalent: Drummond et al., Methods for the Economic Evaluation of Health Care Programmes (2015), ch. 7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .distributions import Array
from .faults import refused

NEVER = float("inf")
NEARLY = 1e-9  # of the turnover: what a cumulative sum may miss and still count as zero


def discount_factors(years: int, rate: float | Sequence[float] = 0.03) -> Array:
    """(years,) factors; factor 0 is 1.

    `rate` is one rate, or one per year from year 1 on (a falling schedule is chained year by year; the last rate goes
    on when the list is short). Raises InvalidCase for no years and for rates at or below -1.
    """
    if years < 1:
        raise refused("out_of_range", value=years, low=1, high="antalet år")
    rates = np.atleast_1d(np.asarray(rate, dtype=np.float64))
    if rates.size == 0:
        raise refused("empty")
    if not np.all(np.isfinite(rates)) or np.any(rates <= -1):
        raise refused("out_of_range", value=rate, low=-1, high="1 och uppåt")
    per_year = np.concatenate([rates, np.full(max(years - 1 - rates.size, 0), rates[-1])])[: years - 1]
    return np.concatenate([[1.0], np.cumprod(1 / (1 + per_year))])


def net_present_value(flows: Array | Sequence[float], rate: float | Sequence[float] = 0.03) -> Array:
    """Discounted sum over the last axis, which is years: (..., years) → (...)."""
    flows = np.asarray(flows, dtype=np.float64)
    return np.asarray(flows @ discount_factors(flows.shape[-1], rate))


@dataclass(frozen=True, slots=True, eq=False)
class Payback:
    """Years (as numbers from 0) with the shape of the flows but the last axis; `NEVER` (infinity) when it never happens.

    `first`: the first year whose cumulative discounted net is not negative. `lasting`: the first year from which it
    stays so. They differ when the sum crosses twice. A flow that is never negative is paid back in year 0.
    """

    first: Array
    lasting: Array


def payback_year(flows: Array | Sequence[float], rate: float | Sequence[float] = 0.03) -> Payback:
    """Pay-back of (..., years) flows. A cumulative sum within 1e-9 of the turnover counts as zero."""
    flows = np.asarray(flows, dtype=np.float64)
    discounted = flows * discount_factors(flows.shape[-1], rate)
    return payback_of_discounted(discounted)


def payback_of_discounted(discounted: Array) -> Payback:
    """The same, for flows (..., years) that are discounted already."""
    years = np.moveaxis(discounted, -1, 0)
    least = -NEARLY * np.abs(years).sum(axis=0)
    total = np.zeros_like(least)
    first, lasting = np.full(least.shape, NEVER), np.full(least.shape, NEVER)
    for year, amount in enumerate(years):
        total = total + amount
        covered = total >= least
        first = np.where(covered, np.minimum(first, year), first)
        lasting = np.where(covered, np.minimum(lasting, year), NEVER)
    return Payback(first, lasting)


def annuity_factor(rate: float, years: int) -> float:
    """Present value of 1 a year, at the end of each of the years 1 … `years`."""
    if years < 1:
        raise refused("out_of_range", value=years, low=1, high="antalet år")
    if rate <= -1:
        raise refused("out_of_range", value=rate, low=-1, high="1 och uppåt")
    if rate == 0:
        return float(years)
    return float(-np.expm1(-years * np.log1p(rate)) / rate)


def annual_equivalent(amount: float, rate: float, years: int) -> float:
    """The equal yearly amount, years 1 … `years`, with the same present value as `amount` now."""
    return amount / annuity_factor(rate, years)
