"""Draws: repeatable, balanced, correlated as stated, and honest about their error."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from hemtag.valuation import believing as b
from hemtag.valuation.faults import InvalidCase
from hemtag.valuation.sampling import _kept, correlation_matrix, mean_with_error, power_of_two, sample

THREE = {"cost": b.lognormal(10, 3), "share": b.pert(0.1, 0.2, 0.6), "delay": b.gamma_with(2, 1)}


def test_same_seed_same_numbers():
    one, two, other = (sample(THREE, draws=256, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.values, two.values)
    assert (one.values != other.values).all()
    assert one.values.shape == (3, 256)


def test_any_number_of_draws_becomes_a_power_of_two():
    assert [power_of_two(n) for n in (64, 65, 10_000, 16_384)] == [64, 128, 16_384, 16_384]
    with pytest.raises(InvalidCase, match="för få"):
        power_of_two(3)


def test_the_mean_is_ten_times_better_than_by_plain_chance():
    drawn = sample(THREE, draws=2**14, seed=3)
    for row, name in enumerate(THREE):
        plain = THREE[name].sd / np.sqrt(2**14)
        assert abs(drawn.values[row].mean() - THREE[name].mean) < plain / 10


@pytest.mark.parametrize("rank", [-0.9, -0.3, 0.5, 0.8])
def test_rank_correlation_is_the_stated_one(rank: float):
    drawn = sample(THREE, {("cost", "delay"): rank}, draws=2**14, seed=5)
    assert spearmanr(drawn.of("cost"), drawn.of("delay")).statistic == pytest.approx(rank, abs=0.01)
    assert abs(spearmanr(drawn.of("cost"), drawn.of("share")).statistic) < 0.01


def test_correlations_leave_the_margins_as_they_are():
    drawn = sample(THREE, {("cost", "delay"): 0.7, ("share", "delay"): -0.3}, draws=2**14, seed=5)
    for row, made in enumerate(THREE.values()):
        assert drawn.values[row].mean() == pytest.approx(made.mean, rel=2e-3)
        assert np.quantile(drawn.values[row], [0.05, 0.95]) == pytest.approx(made.quantile([0.05, 0.95]), rel=5e-3)


def test_a_constant_is_constant_and_takes_no_correlation():
    with_constant = THREE | {"years": b.constant(4)}
    assert (sample(with_constant, draws=64).of("years") == 4).all()
    np.testing.assert_array_equal(sample(with_constant, draws=64).values[:3], sample(THREE, draws=64).values)
    with pytest.raises(InvalidCase, match="konstant"):
        sample(with_constant, {("years", "cost"): 0.5}, draws=64)


def test_impossible_correlations_are_refused_with_a_factor_that_mends_them():
    pairs = {("a", "b"): 0.9, ("b", "c"): 0.9, ("a", "c"): -0.9}
    with pytest.raises(InvalidCase) as refused:
        correlation_matrix(["a", "b", "c", "d"], pairs)
    (fault,) = refused.value.faults
    assert fault.code == "not_positive_definite"
    assert set(fault.params["names"].split(", ")) == {"a", "b", "c"}
    factor = float(fault.params["factor"])
    whole = {pair: 6 / np.pi * np.arcsin(factor * np.sin(np.pi * rank / 6)) for pair, rank in pairs.items()}
    assert np.linalg.eigvalsh(correlation_matrix(["a", "b", "c", "d"], whole))[0] > 0


@pytest.mark.parametrize(
    ("pair", "rank", "code"),
    [(("a", "a"), 0.5, "correlation_with_itself"), (("a", "x"), 0.5, "unknown_input"), (("a", "b"), 2, "out_of_range")],
)
def test_other_bad_correlations(pair: tuple[str, str], rank: float, code: str):
    with pytest.raises(InvalidCase) as refused:
        correlation_matrix(["a", "b"], {pair: rank})
    assert refused.value.faults[0].code == code


def test_error_bars_are_honest():
    """Over 200 seeds the 90 % interval covers the known mean of a skewed function 85-95 % of the time."""
    truth = THREE["cost"].mean * THREE["share"].mean + THREE["delay"].mean
    covers = 0
    for seed in range(200):
        drawn = sample(THREE, draws=512, seed=seed)
        found = mean_with_error(drawn.of("cost") * drawn.of("share") + drawn.of("delay"))
        covers += found.low <= truth <= found.high
    assert 170 <= covers <= 190


def test_points_that_are_kept_are_the_ones_that_would_be_drawn():
    pairs = {("cost", "delay"): 0.5}
    _kept.cache_clear()
    drawn, kept = (sample(THREE, pairs, draws=1024, seed=5) for _ in range(2))
    assert _kept.cache_info().hits == 1
    np.testing.assert_array_equal(drawn.values, kept.values)
    kept.scores[:] = 0.0  # the caller's own
    np.testing.assert_array_equal(sample(THREE, pairs, draws=1024, seed=5).scores, drawn.scores)
    other = {name: b.normal(0, 1) for name in ("a", "b", "c")}
    np.testing.assert_array_equal(sample(other, draws=1024, seed=5).values[1], drawn.scores[1])
