"""Discounting, pay-back and annuities against closed forms and a loop that anyone can follow."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hemtag.valuation.discounting import (
    NEVER,
    annual_equivalent,
    annuity_factor,
    discount_factors,
    net_present_value,
    payback_year,
)
from hemtag.valuation.faults import InvalidCase

flows = st.lists(st.integers(-1000, 1000).map(float), min_size=1, max_size=12)


def test_year_zero_is_not_discounted():
    np.testing.assert_allclose(discount_factors(3, 0.03), [1, 1 / 1.03, 1 / 1.03**2])
    assert net_present_value([100.0], 0.05) == 100


def test_a_falling_schedule_is_chained():
    np.testing.assert_allclose(
        discount_factors(5, [0.035, 0.03, 0.02]),
        [1, 1 / 1.035, 1 / (1.035 * 1.03), 1 / (1.035 * 1.03 * 1.02), 1 / (1.035 * 1.03 * 1.02**2)],
    )


@pytest.mark.parametrize("rate", [0.0, 0.03, 0.05])
@pytest.mark.parametrize("years", [1, 4, 30])
def test_annuity(rate: float, years: int):
    assert annuity_factor(rate, years) == pytest.approx(sum((1 + rate) ** -t for t in range(1, years + 1)))
    yearly = annual_equivalent(1000, rate, years)
    assert net_present_value([-1000.0] + [yearly] * years, rate) == pytest.approx(0, abs=1e-9)


def test_a_growing_annuity():
    """Growth g and rate r over n years: (1 - ((1+g)/(1+r))^n) / (r - g)."""
    rate, growth, years = 0.05, 0.02, 10
    flow = [0.0] + [(1 + growth) ** (t - 1) for t in range(1, years + 1)]
    closed = (1 - ((1 + growth) / (1 + rate)) ** years) / (rate - growth)
    assert net_present_value(flow, rate) == pytest.approx(closed)


def test_payback_that_crosses_twice():
    found = payback_year([-100.0, 150, -100, 80, 10], 0.0)
    assert (found.first, found.lasting) == (1, 3)


def test_never_is_never():
    found = payback_year([[-100.0, 50, 40], [-100, 150, -100], [0, 0, 0], [-100, 60, 40]], 0.0)
    assert found.first.tolist() == [NEVER, 1, 0, 2]
    assert found.lasting.tolist() == [NEVER, NEVER, 0, 2]
    assert (found.lasting <= 2).tolist() == [False, False, True, True]


def test_discounting_delays_payback():
    flow = [-100.0, 35, 35, 35]
    assert payback_year(flow, 0.0).lasting == 3
    assert payback_year(flow, 0.05).lasting == NEVER


@given(flows, st.sampled_from([0.0, 0.03, 0.05]))
def test_payback_by_the_definition(flow: list[float], rate: float):
    total, sums = 0.0, []
    for year, amount in enumerate(flow):
        total += amount / (1 + rate) ** year
        sums.append(total)
    slack = 1e-9 * sum(abs(amount) for amount in flow)
    covered = [s >= -slack for s in sums]
    first = next((year for year, good in enumerate(covered) if good), math.inf)
    lasting = next((year for year in range(len(flow)) if all(covered[year:])), math.inf)
    found = payback_year(flow, rate)
    assert (found.first, found.lasting) == (first, lasting)
    assert net_present_value(flow, rate) == pytest.approx(total)


@pytest.mark.parametrize(("years", "rate"), [(0, 0.03), (3, -1.0), (3, []), (3, math.nan)])
def test_what_cannot_be_is_refused(years: int, rate: float):
    with pytest.raises(InvalidCase):
        discount_factors(years, rate)
