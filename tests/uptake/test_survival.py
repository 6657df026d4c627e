"""Kaplan–Meier and its kin against a slow twin, scipy and published tables."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from hemtag.uptake import InvalidSpread, cumulative_incidence, kaplan_meier, life_table
from tests.uptake import oracle

# Freireich et al., Blood 21 (1963); Gehan, Biometrika 52 (1965): weeks in remission with 6-MP, + still in remission.
SIX_MP = ([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35],
          [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0])  # fmt: skip
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]

rows = st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=40)


def test_the_leukaemia_trial_as_in_kleinbaum_and_klein():
    """Survival Analysis: a self-learning text, chapter 2: the estimates, Greenwood's errors and the medians."""
    curve = kaplan_meier(*SIX_MP)
    assert curve.times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve.waiting.round(4).tolist() == [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert curve.standard_error.round(4).tolist() == [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
    assert curve.quantile() == 23
    assert kaplan_meier(PLACEBO, [True] * 21).quantile() == 8


def test_the_log_log_intervals_of_the_same_trial():
    """As R's survfit(conf.type = "log-log") gives them, to three figures."""
    curve = kaplan_meier(*SIX_MP)
    assert curve.low.round(3).tolist() == [0.620, 0.563, 0.503, 0.432, 0.368, 0.268, 0.188]
    assert curve.high.round(3).tolist() == [0.952, 0.923, 0.889, 0.849, 0.805, 0.747, 0.680]
    mean = curve.restricted_mean()
    assert (round(mean.mean, 2), round(mean.standard_error, 2), mean.until) == (23.29, 2.83, 35)


def test_teachers_in_special_education_as_in_singer_and_willett():
    """Applied Longitudinal Data Analysis (2003), table 10.1: hazard and survivor function of 3 941 teachers."""
    at_risk = [3941, 3485, 3101, 2742, 2447, 2229, 2045, 1642, 1256, 948, 648, 391]
    left = [456, 384, 359, 295, 218, 184, 123, 79, 53, 35, 16, 5]
    table = life_table(at_risk, left)
    assert table.hazard.round(4).tolist() == [
        0.1157, 0.1102, 0.1158, 0.1076, 0.0891, 0.0825, 0.0601, 0.0481, 0.0422, 0.0369, 0.0247, 0.0128,
    ]  # fmt: skip
    assert table.waiting.round(4).tolist() == [
        0.8843, 0.7869, 0.6958, 0.6209, 0.5656, 0.5189, 0.4877, 0.4642, 0.4446, 0.4282, 0.4177, 0.4123,
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
