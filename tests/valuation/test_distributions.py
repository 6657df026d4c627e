"""Moments, quantiles and refusals of what is believed. Moments are checked against integrals of the quantile function."""

import math

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtri

from hemtag.valuation import believing as b
from hemtag.valuation.faults import InvalidCase

# Tails beyond 1e-15 are left out of the midpoints below: the heavy-tailed lognormal decides the tolerance.
U = (np.arange(100_000) + 0.5) / 100_000

ALL = {
    "normal": b.normal(3, 2),
    "normal_between": b.normal_between(-1, 4),
    "lognormal": b.lognormal(10, 3),
    "lognormal_between": b.lognormal_between(2, 8),
    "uniform": b.uniform(2, 5),
    "triangular": b.triangular(1, 2, 6),
    "triangular_at_the_limit": b.triangular(1, 1, 6),
    "pert": b.pert(1, 2, 6),
    "pert_between": b.pert_between(1, 2, 6),
    "beta": b.beta(2, 5),
    "beta_with": b.beta_with(0.3, 0.1),
    "gamma": b.gamma(3, 2),
    "gamma_with": b.gamma_with(10, 4),
    "discrete": b.discrete([30, 10, 20], [0.2, 0.5, 0.3]),
    "empirical": b.empirical([3, 1, 4, 1, 5]),
    "constant": b.constant(7),
}


@pytest.mark.parametrize("name", ALL)
def test_moments_are_those_of_the_quantiles(name: str):
    values = ALL[name].quantile(U)
    assert ALL[name].mean == pytest.approx(values.mean(), rel=1e-4)
    assert ALL[name].sd == pytest.approx(values.std(), rel=4e-3)
    assert np.isfinite(values).all()
    low, high = ALL[name].support
    assert low <= values.min()
    assert values.max() <= high


def test_moments_in_closed_form():
    pert = b.pert(10, 20, 60)
    assert pert.mean == pytest.approx((10 + 4 * 20 + 60) / 6)
    assert pert.sd**2 == pytest.approx((pert.mean - 10) * (60 - pert.mean) / 7)  # Vose (2008): λ + 3 = 7
    log = b.lognormal_of(1.5, 0.4)
    assert log.mean == pytest.approx(math.exp(1.5 + 0.08))
    assert log.sd**2 == pytest.approx(math.expm1(0.16) * math.exp(3.16))
    assert (b.lognormal(10, 3).mean, b.lognormal(10, 3).sd) == (pytest.approx(10), pytest.approx(3))
    assert b.uniform(2, 5).sd == pytest.approx(3 / math.sqrt(12))
    assert b.triangular(1, 2, 6).sd ** 2 == pytest.approx((1 + 4 + 36 - 2 - 6 - 12) / 18)
    assert (b.beta_with(0.3, 0.1).mean, b.beta_with(0.3, 0.1).sd) == (pytest.approx(0.3), pytest.approx(0.1))
    assert (b.gamma_with(10, 4).mean, b.gamma_with(10, 4).sd) == (pytest.approx(10), pytest.approx(4))
    assert b.discrete([30, 10, 20], [0.2, 0.5, 0.3]).mean == pytest.approx(17)


@pytest.mark.parametrize(
    ("made", "low", "high"),
    [
        (b.normal_between(-1, 4), -1, 4),
        (b.lognormal_between(2, 8), 2, 8),
        (b.uniform_between(2, 8), 2, 8),
        (b.gamma_between(2, 8), 2, 8),
        (b.gamma_between(0.01, 90), 0.01, 90),
        (b.beta_between(0.2, 0.6), 0.2, 0.6),
        (b.beta_between(0.01, 0.9), 0.01, 0.9),
        (b.pert_between(10, 15, 40), 10, 40),
        (b.pert_between(10, 40, 40), 10, 40),
        (b.pert_between(0.1, 0.2, 0.9), 0.1, 0.9),
    ],
)
def test_low_and_high_as_percentiles(made, low: float, high: float):
    assert made.quantile(0.05) == pytest.approx(low, rel=1e-6)
    assert made.quantile(0.95) == pytest.approx(high, rel=1e-6)


def test_against_scipy():
    u = np.array([0.001, 0.2, 0.5, 0.9, 0.9999])
    np.testing.assert_allclose(ALL["triangular"].quantile(u), stats.triang.ppf(u, 0.2, 1, 5))
    np.testing.assert_allclose(ALL["gamma"].quantile(u), stats.gamma.ppf(u, 3, scale=2))
    np.testing.assert_allclose(ALL["pert"].quantile(u), stats.beta.ppf(u, 1.8, 4.2, 1, 5))


@pytest.mark.parametrize("name", ["pert", "beta", "gamma", "gamma_with"])
def test_the_table_is_as_good_as_the_exact_quantile(name: str):
    scores = ndtri((np.arange(2**16) + 0.5) / 2**16)
    scores[0] = -9.5
    made = ALL[name]
    exact = np.concatenate([made.at_score(part) for part in np.split(scores, 16)])
    assert np.abs(made.at_score(scores) - exact).max() < 1e-7 * made.sd


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: b.normal_between(4, 1), "low_above_high"),
        (lambda: b.pert(5, 2, 1), "low_above_high"),
        (lambda: b.pert(1, 7, 6), "likely_outside"),
        (lambda: b.triangular(1, 0, 6), "likely_outside"),
        (lambda: b.uniform(1, 1), "no_spread"),
        (lambda: b.normal(1, 0), "not_positive"),
        (lambda: b.normal(math.nan, 1), "not_number"),
        (lambda: b.constant(math.inf), "not_number"),
        (lambda: b.lognormal_between(0, 1), "not_positive"),
        (lambda: b.beta_with(1.2, 0.1), "probability_above_one"),
        (lambda: b.beta_with(0.5, 0.6), "spread_impossible"),
        (lambda: b.beta_between(0.2, 1.4), "probability_above_one"),
        (lambda: b.discrete([1, 2], [0.5, 0.6]), "weights_do_not_sum"),
        (lambda: b.discrete([1, 2], [1.5, -0.5]), "probability_above_one"),
        (lambda: b.discrete([1, 2], [1.0]), "weights_do_not_match"),
        (lambda: b.discrete([], []), "empty"),
        (lambda: b.empirical([]), "empty"),
    ],
)
def test_numbers_that_cannot_be_are_refused_with_a_mend(make, code: str):
    with pytest.raises(InvalidCase) as refused:
        make()
    (fault,) = refused.value.faults
    assert fault.code == code
    assert fault.message
    assert fault.mend


def test_exact_values_that_are_kept_are_nobody_elses():
    score = np.linspace(-3, 3, 300)
    first = ALL["beta"].at_score(score)
    kept = first.copy()
    first[:] = 0.0
    np.testing.assert_array_equal(ALL["beta"].at_score(score), kept)
    np.testing.assert_array_equal(ALL["beta"].at_score(score.reshape(30, 10)), kept.reshape(30, 10))
    np.testing.assert_array_equal(ALL["beta"].at_score(score[:100]), kept[:100])
    assert (ALL["gamma"].at_score(score) != kept).any()
