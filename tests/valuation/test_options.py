"""Options against each other: a published table, closed forms, and a brute-force search for dominance."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from hemtag.valuation import believing as b
from hemtag.valuation.faults import InvalidCase
from hemtag.valuation.options import Quadrant, Standing, compare, cost_effectiveness, icer_table
from hemtag.valuation.sampling import sample


def test_hiv_screening_table():
    """Paltiel et al., Annals of Internal Medicine 145 (2006) 797-806, table 4 (high-risk population): cost per person and
    quality-adjusted life months. As in the paper, screening every year is dominated."""
    names = ["status quo", "one time", "every 5 years", "every 3 years", "every year"]
    costs = [26000.0, 27000, 28020, 28440, 29440]
    effects = [months / 12 for months in (277.25, 277.57, 277.78, 277.83, 277.76)]
    rows = icer_table(names, costs, effects)
    assert [row.standing for row in rows] == [Standing.REFERENCE, *[Standing.EFFICIENT] * 3, Standing.DOMINATED]
    assert [row.icer for row in rows[1:4]] == [
        pytest.approx(1000 / 0.32 * 12, rel=1e-9),
        pytest.approx(1020 / 0.21 * 12, rel=1e-9),
        pytest.approx(420 / 0.05 * 12, rel=1e-9),
    ]
    assert rows[4].icer is None


def test_extended_dominance_is_repeated_until_ratios_rise():
    """Worked by hand: b then c fall to mixes of a and d, though c looked efficient until b was gone."""
    rows = icer_table("abcd", [0.0, 10, 16, 20], [0.0, 1, 1.9, 4])
    assert [row.standing.value for row in rows] == [
        "reference",
        "extendedly_dominated",
        "extendedly_dominated",
        "efficient",
    ]
    assert rows[3].icer == 5


amounts = st.integers(0, 30)


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=7, unique=True))
def test_dominance_by_brute_force(points: list[tuple[int, int]]):
    """An option is on the frontier exactly when some threshold makes it best alone or with others (vertices only)."""
    names = [str(n) for n in range(len(points))]
    rows = icer_table(names, [float(c) for c, _ in points], [float(e) for _, e in points])
    kept = {row.name for row in rows if row.standing in {Standing.REFERENCE, Standing.EFFICIENT}}
    breaks = sorted(
        {0.0} | {(c - d) / (e - f) for c, e in points for d, f in points if e != f and (c - d) / (e - f) > 0}
    )
    between = [(x + y) / 2 for x, y in zip(breaks, [*breaks[1:], breaks[-1] + 2], strict=True)]
    winners = set()
    for threshold in between:
        benefit = [threshold * e - c for c, e in points]
        winners |= {str(n) for n, one in enumerate(benefit) if one > max(benefit) - 1e-9}
    assert kept == winners
    ratios = [row.icer for row in rows if row.icer is not None]
    assert ratios == sorted(ratios)
    assert all(ratio >= 0 for ratio in ratios)


@pytest.mark.parametrize(
    ("cost", "effect", "quadrant", "ratio"),
    [
        (-5, 1, Quadrant.DOMINANT, None),
        (5, -1, Quadrant.DOMINATED, None),
        (5, 2, Quadrant.DEARER_AND_BETTER, 2.5),
        (-5, -2, Quadrant.CHEAPER_AND_WORSE, 2.5),
        (0, 0, Quadrant.EQUAL, None),
        (0, -1, Quadrant.DOMINATED, None),
    ],
)
def test_a_negative_ratio_is_never_shown(cost: float, effect: float, quadrant: Quadrant, ratio: float | None):
    assert compare(cost, effect) == (quadrant, ratio)


def test_ceac_of_normals():
    """Incremental benefit λΔe - Δc is normal: the CEAC is its probability above 0, EVPI the unit normal loss."""
    drawn = sample({"e": b.normal(0.1, 0.05), "c": b.normal(30_000, 10_000)}, draws=2**14, seed=1)
    zero = np.zeros(drawn.draws)
    sweep = [0.0, 200_000, 300_000, 500_000]
    found = cost_effectiveness(np.stack([zero, drawn.of("c")]), np.stack([zero, drawn.of("e")]), sweep)
    for at, threshold in enumerate(sweep):
        mean, sd = threshold * 0.1 - 30_000, np.hypot(threshold * 0.05, 10_000)
        assert found.ceac[at, 1] == pytest.approx(norm.cdf(mean / sd), abs=2e-3)
        loss = sd * norm.pdf(mean / sd) - abs(mean) * norm.cdf(-abs(mean) / sd)
        assert found.evpi[at] == pytest.approx(loss, abs=30)
    np.testing.assert_allclose(found.ceac.sum(axis=1), 1)
    np.testing.assert_allclose(found.expected_loss.min(axis=1), found.evpi, atol=1e-6)
    np.testing.assert_allclose(found.incremental_effect[1], drawn.of("e"))


def test_the_favourite_of_the_ceac_is_not_the_frontier_under_skew():
    """A cost with a long tail: doing it is most often best, and yet not best on average."""
    drawn = sample({"c": b.lognormal(30, 60)}, draws=2**12, seed=1)
    zero = np.zeros(drawn.draws)
    found = cost_effectiveness(np.stack([zero, drawn.of("c")]), np.stack([zero, zero + 1]), [29.0])
    assert found.best[0] == 0
    assert found.ceac[0, 1] > 0.6
    assert found.frontier[0] == found.ceac[0, 0] < 0.4


def test_ties_are_shared():
    same = np.ones((3, 8))
    np.testing.assert_allclose(cost_effectiveness(same, same, [0.0, 10]).ceac, 1 / 3)


@given(
    st.integers(1, 4).flatmap(
        lambda d: st.lists(st.lists(st.tuples(amounts, amounts), min_size=d, max_size=d), min_size=1, max_size=12)
    ),
    st.lists(st.integers(0, 40), min_size=1, max_size=6),
)
def test_the_envelope_counts_what_comparing_every_option_counts(draws: list[list[tuple[int, int]]], sweep: list[int]):
    """Whole numbers, so that ties are many: the sweep in any order, doubles in it, one option or several."""
    cost, effect = (np.array([[one[n] for one in draw] for draw in draws], dtype=float).T for n in (0, 1))
    found = cost_effectiveness(cost, effect, [float(one) for one in sweep])
    for at, threshold in enumerate(sweep):
        benefit = threshold * effect - cost
        highest = benefit.max(axis=0)
        wins = benefit == highest
        np.testing.assert_allclose(found.ceac[at], (wins / wins.sum(axis=0)).mean(axis=1), atol=1e-12)
        np.testing.assert_allclose(found.expected_benefit[at], benefit.mean(axis=1), atol=1e-9)
        assert found.evpi[at] == pytest.approx(highest.mean() - benefit.mean(axis=1).max(), abs=1e-9)


def test_many_thresholds_over_many_draws_in_little_memory():
    """Memory does not grow with the number of thresholds."""
    drawn = np.random.default_rng(1).normal(size=(2, 3, 2**14))
    tracemalloc.start()
    found = cost_effectiveness(drawn[0], drawn[1], np.linspace(0, 50, 501))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 12 * drawn[0].nbytes
    np.testing.assert_allclose(found.ceac.sum(axis=1), 1)


def test_what_cannot_be_is_refused():
    for bad in ((np.ones((2, 3)), np.ones((2, 4)), [1]), (np.ones((2, 3)), np.full((2, 3), np.nan), [1])):
        with pytest.raises(InvalidCase):
            cost_effectiveness(*bad)
    with pytest.raises(InvalidCase):
        cost_effectiveness(np.ones((2, 3)), np.ones((2, 3)), [-1])
    with pytest.raises(InvalidCase):
        icer_table(["a"], [1.0, 2.0], [1.0])
