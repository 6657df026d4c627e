"""Cohort models: a published one reproduced, and closed forms."""

import numpy as np
import pytest

from hemtag.valuation.cohort import Counting, cohort_sum, cohort_trace
from hemtag.valuation.discounting import annuity_factor
from hemtag.valuation.faults import InvalidCase

# Transitions between CD4 states and death, counted by Chancellor et al. (1997) and given in Briggs et al. (2006), ch. 2.
COUNTS = np.array([[1251, 350, 116, 17], [0, 731, 512, 15], [0, 0, 1312, 437], [0, 0, 0, 1]], dtype=float)
ALONE = COUNTS / COUNTS.sum(axis=1, keepdims=True)
CARE = np.array([1701 + 1055, 1774 + 1278, 6948 + 2059, 0.0])
ALIVE = np.array([1.0, 1, 1, 0])
ZIDOVUDINE, LAMIVUDINE, RELATIVE_RISK = 2278.0, 2086.5, 0.509


def with_both() -> np.ndarray:
    """Progress is slowed by the relative risk in the first two years."""
    slowed = ALONE * RELATIVE_RISK
    for state in range(4):
        slowed[state, state] = 1 - (slowed[state].sum() - slowed[state, state])
    return np.stack([slowed] * 2 + [ALONE] * 18)


def test_hiv_monotherapy_and_combination():
    """Chancellor et al., PharmacoEconomics 12 (1997) 54-66, as rebuilt in Briggs, Claxton & Sculpher (2006): costs
    discounted by 6 %, life years not, counted at the end of each of 20 years: £44 663 and £50 602, £6 276 per life year."""
    start = np.array([1.0, 0, 0, 0])
    alone, both = cohort_trace(start, ALONE, 20), cohort_trace(start, with_both(), 20)
    end = Counting.END
    years = [cohort_sum(trace, ALIVE, rate=0.0, counting=end) for trace in (alone, both)]
    drug = np.array([[ZIDOVUDINE + LAMIVUDINE] * 3 + [0]] * 2 + [[ZIDOVUDINE] * 3 + [0]] * 18)
    costs = [
        cohort_sum(alone, CARE + ZIDOVUDINE * ALIVE, rate=0.06, counting=end),
        cohort_sum(both, CARE + drug, rate=0.06, counting=end),
    ]
    assert costs == [pytest.approx(44_663, abs=1), pytest.approx(50_602, abs=1)]
    assert (costs[1] - costs[0]) / (years[1] - years[0]) == pytest.approx(6276, abs=2)


def test_life_expectancy_in_closed_form():
    """Constant mortality q: counted at the end Σ (1-q)^t = (1-q)/q, at the start one more, and the half between."""
    q = 0.2
    trace = cohort_trace(np.array([1.0, 0]), np.array([[1 - q, q], [0, 1]]), 400)
    alive = np.array([1.0, 0])
    assert cohort_sum(trace, alive, rate=0, counting=Counting.END) == pytest.approx((1 - q) / q)
    assert cohort_sum(trace, alive, rate=0, counting=Counting.START) == pytest.approx(1 / q)
    assert cohort_sum(trace, alive, rate=0) == pytest.approx((1 - q) / q + 0.5)
    rate = 0.03
    closed = 1 / (1 - (1 - q) / (1 + rate))
    assert cohort_sum(trace, alive, rate=rate, counting=Counting.START) == pytest.approx(closed)


def test_a_state_for_ever_is_an_annuity():
    trace = cohort_trace(np.array([1.0]), np.array([[1.0]]), 12)
    assert cohort_sum(trace, np.array([100.0]), counting=Counting.END) == pytest.approx(100 * annuity_factor(0.03, 12))
    half_years = cohort_sum(trace, np.array([1.0]), cycle_years=0.5, counting=Counting.END)
    assert half_years == pytest.approx(annuity_factor(1.03**0.5 - 1, 12))


def test_nobody_is_lost():
    trace = cohort_trace(np.array([0.4, 0.6, 0, 0]), with_both(), 20)
    np.testing.assert_allclose(trace.sum(axis=1), 1)
    assert trace.min() >= 0


@pytest.mark.parametrize(
    ("start", "matrix"),
    [([1, 0], [[0.5, 0.4], [0, 1]]), ([1, 0], [[1.5, -0.5], [0, 1]]), ([1, 1], np.eye(2)), ([1, 0], np.eye(3))],
)
def test_what_cannot_be_is_refused(start: list[float], matrix: list[list[float]]):
    with pytest.raises(InvalidCase):
        cohort_trace(np.array(start), np.array(matrix), 5)
