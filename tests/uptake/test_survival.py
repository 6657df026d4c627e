"""Kaplan–Meier and its kin against a slow twin, scipy and published tables."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from hemtag.uptake import InvalidSpread, cumulative_incidence, kaplan_meier, life_table
from tests.uptake import oracle

# Freireich et al., Blood 21 (1963); Gehan, Biometrika 52 (1965): weeks in remission with 6-MP. As `gehan` in R's MASS.
SIX_MP = ([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35],
          [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0])  # fmt: skip
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]

rows = st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=40)


def test_the_leukaemia_trial_as_published():
    """The printed table of `survive`'s documentation (artemmavrin/survive, doc/source/examples/
    Leukemia_Remission_Time_Dataset.rst), both groups: estimates, Greenwood's errors and log-minus-log intervals.
    """
    curve = kaplan_meier(*SIX_MP)
    rows = zip(curve.times, curve.events, curve.at_risk, curve.waiting, curve.standard_error, curve.low, curve.high,
               strict=True)  # fmt: skip
    assert [tuple(round(float(value), 6) for value in row) for row in rows] == [
        (6, 3, 21, 0.857143, 0.076360, 0.619718, 0.951552),
        (7, 1, 17, 0.806723, 0.086935, 0.563147, 0.922809),
        (10, 1, 15, 0.752941, 0.096350, 0.503200, 0.889362),
        (13, 1, 12, 0.690196, 0.106815, 0.431610, 0.849066),
        (16, 1, 11, 0.627451, 0.114054, 0.367511, 0.804912),
        (22, 1, 7, 0.537815, 0.128234, 0.267779, 0.746791),
        (23, 1, 6, 0.448179, 0.134591, 0.188052, 0.680143),
    ]
    other = kaplan_meier(PLACEBO, [True] * 21)
    assert other.times.tolist() == [1, 2, 3, 4, 5, 8, 11, 12, 15, 17, 22, 23]
    assert other.standard_error.round(6).tolist()[:4] == [0.064056, 0.085689, 0.092943, 0.102869]
    assert other.low.round(6).tolist()[-3:-1] == [0.016259, 0.003324] and other.waiting[-1] == 0
    assert [one.quantile(share) for one in (other, curve) for share in (0.25, 0.5, 0.75)] == [4, 8, 12, 13, 23, None]


def test_the_area_under_the_published_curve_by_hand():
    """Widths of the steps times the shares of the printed table: 6·1 + 1·0.857143 + 3·0.806723 + … + 12·0.448179."""
    mean = kaplan_meier(*SIX_MP).restricted_mean()
    shares = [1, 0.857143, 0.806723, 0.752941, 0.690196, 0.627451, 0.537815, 0.448179]
    assert mean.mean == pytest.approx(
        sum(map(float.__mul__, map(float, [6, 1, 3, 3, 3, 6, 1, 12]), map(float, shares)))
    )
    assert mean.until == 35


def test_teachers_in_special_education_as_in_singer_and_willett():
    """Applied Longitudinal Data Analysis (2003), table 10.1: hazard and survivor function of 3 941 teachers. Counts and
    results as A. S. Kurz prints them (ASKurz/Applied-Longitudinal-Data-Analysis-with-brms-and-the-tidyverse, 10.md).
    """
    at_risk = [3941, 3485, 3101, 2742, 2447, 2229, 2045, 1642, 1256, 948, 648, 391]
    left = [456, 384, 359, 295, 218, 184, 123, 79, 53, 35, 16, 5]
    table = life_table(at_risk, left)
    assert table.hazard.round(8).tolist() == [
        0.11570667, 0.11018651, 0.11576911, 0.10758570, 0.08908868, 0.08254823,
        0.06014670, 0.04811206, 0.04219745, 0.03691983, 0.02469136, 0.01278772,
    ]  # fmt: skip
    assert table.waiting.round(7).tolist() == [
        0.8842933, 0.7868561, 0.6957625, 0.6209084, 0.5655925, 0.5189038,
        0.4876935, 0.4642295, 0.4446402, 0.4282242, 0.4176508, 0.4123100,
    ]  # fmt: skip


@given(rows, st.sampled_from([0.95, 0.9]))
def test_it_agrees_with_the_slow_twin_and_with_scipy(data, level):
    time, seen = zip(*data, strict=True)
    curve, twin = kaplan_meier(time, seen, level), oracle.survival(time, seen, level)
    found = [curve.times, curve.at_risk, curve.events, curve.waiting, curve.standard_error, curve.low, curve.high]
    for column, values in enumerate(found):
        assert values.tolist() == pytest.approx([row[column] for row in twin], rel=1e-12, abs=1e-12)
    if any(seen):
        whole = ecdf(CensoredData(uncensored=[t for t, s in data if s], right=[t for t, s in data if not s])).sf
        assert [curve.at(t) for t in whole.quantiles] == pytest.approx(whole.probabilities.tolist(), abs=1e-12)


@given(rows, st.integers(1, 60))
def test_the_restricted_mean_agrees_with_the_slow_twin(data, until):
    time, seen = zip(*data, strict=True)
    found = kaplan_meier(time, seen).restricted_mean(until)
    assert found.until == min(until, max(time))
    assert (found.mean, found.standard_error) == pytest.approx(
        oracle.restricted_mean(time, seen, found.until), rel=1e-12, abs=1e-12
    )


@given(rows)
def test_curves_only_fall_and_lie_within_their_interval(data):
    curve = kaplan_meier(*zip(*data, strict=True))
    assert (np.diff(curve.waiting, prepend=1) < 0).all()
    assert ((curve.low <= curve.waiting) & (curve.waiting <= curve.high)).all()


@given(rows, st.randoms())
def test_the_order_of_the_regions_does_not_matter(data, chance):
    other = list(data)
    chance.shuffle(other)
    one, two = kaplan_meier(*zip(*data, strict=True)), kaplan_meier(*zip(*other, strict=True))
    assert one.waiting.tolist() == two.waiting.tolist()


@given(rows, st.integers(0, 60), st.integers(0, 60))
def test_following_the_censored_longer_never_lowers_the_share(data, more, at):
    later = [(time if seen else time + more, seen) for time, seen in data]
    assert kaplan_meier(*zip(*later, strict=True)).at(at) >= kaplan_meier(*zip(*data, strict=True)).at(at) - 1e-12


causes = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 2)), min_size=1, max_size=30)


@given(causes, st.integers(0, 31))
def test_incidence_agrees_with_its_twin_and_the_ways_out_sum_to_those_gone(data, at):
    time, why = zip(*data, strict=True)
    shares = [cumulative_incidence(time, why, cause).at(at) for cause in (1, 2)]
    assert shares == pytest.approx([oracle.incidence(time, why, cause, at) for cause in (1, 2)], rel=1e-12, abs=1e-12)
    assert sum(shares) == pytest.approx(1 - kaplan_meier(time, [c > 0 for c in why]).at(at), abs=1e-12)
    assert shares[0] <= 1 - kaplan_meier(time, [c == 1 for c in why]).at(at) + 1e-12


@settings(max_examples=10)
@given(
    st.sampled_from([([], []), ([1, 2], [True]), ([-1], [True]), ([float("nan")], [True]), ([float("inf")], [False])])
)
def test_bad_times_are_refused(bad):
    with pytest.raises(InvalidSpread):
        kaplan_meier(*bad)


def test_more_events_than_regions_are_refused():
    with pytest.raises(InvalidSpread, match="utanför"):
        life_table([3, 2], [1, 3])
    with pytest.raises(InvalidSpread):
        life_table([3], [1, 1])
