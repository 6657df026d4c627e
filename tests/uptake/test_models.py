"""The hazard and Bass against slow twins, hand computation and published figures."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hemtag import uptake
from hemtag.uptake.bass import cumulative_hazard, log_likelihood
from hemtag.uptake.hazard import NODES, log_posterior
from tests.uptake import oracle
from tests.uptake.spreads import simulated

# Bass, Management Science 15 (1969): p and q of the eleven durables that his regressions found, as P. Gurazada's
# replication of Rand and Rust (International Journal of Research in Marketing 28, 2011) lists them.
DURABLES = {
    "refrigerators": (0.0026167, 0.215666),
    "home freezers": (0.018119, 0.1711),
    "black and white television": (0.027877, 0.25105),
    "water softeners": (0.017703, 0.29695),
    "room air conditioners": (0.010399, 0.41861),
    "clothes dryers": (0.0172, 0.35688),
    "power lawnmowers": (0.0091837, 0.3379),
    "electric bed coverings": (0.005876, 0.24387),
    "coffee makers": (0.017135, 0.30145),
    "steam irons": (0.028632, 0.32791),
    "record players": (0.024796, 0.6541),
}


@pytest.mark.parametrize("p, q", DURABLES.values(), ids=DURABLES)
def test_the_durables_of_bass_1969_follow_his_equation(p, q):
    """dF/dt = (p + q·F)·(1 − F), integrated in small steps, gives the curve, when the most buy, and how many."""
    path, share, step = [0.0], 0.0, 0.002
    for _ in range(round(25 / step)):  # the midpoint rule
        half = share + step / 2 * (p + q * share) * (1 - share)
        share += step * (p + q * half) * (1 - half)
        path.append(share)
    rates = [(p + q * each) * (1 - each) for each in path]
    top = max(range(len(rates)), key=rates.__getitem__)
    found = uptake.peak(p, q, 1.0)
    assert (found.time, found.size) == (pytest.approx(top * step, abs=2 * step), pytest.approx(rates[top], rel=1e-6))
    assert [float(uptake.adopted_share(t, p, q)) for t in (1, 5, 25)] == pytest.approx(
        [path[round(t / step)] for t in (1, 5, 25)], rel=1e-5
    )


def test_the_worked_example_of_a_published_package():
    """DCGen (Sheffield-Diffusion-Curve/DCGen, `pq2nt_continuous(140, 0.03, 0.41)`): of 140, 5.08 in the first period and
    the most after 5.94.
    """
    assert uptake.peak(0.03, 0.41, 140).time == pytest.approx(5.94, abs=0.005)
    assert 140 * float(uptake.adopted_share(1, 0.03, 0.41)) == pytest.approx(5.08, abs=0.01)


@given(st.floats(0.001, 0.3), st.floats(0.01, 2), st.floats(0, 30))
def test_bass_agrees_with_the_formula_as_printed(p, q, t):
    assert float(uptake.adopted_share(t, p, q)) == pytest.approx(oracle.bass_share(t, p, q), rel=1e-10, abs=1e-12)


@given(st.floats(0.001, 0.1), st.floats(0.2, 2))
def test_the_most_adopt_at_the_peak(p, q):
    top, step = uptake.peak(p, q, 1.0), 1e-3

    def density(t):
        return float(uptake.adopted_share(t + step, p, q) - uptake.adopted_share(t - step, p, q)) / (2 * step)

    assert density(top.time) == pytest.approx(top.size, rel=1e-3)
    assert density(top.time) >= density(top.time + 1) and density(top.time) >= density(top.time - 1) - 1e-9


def test_a_peak_needs_rates_that_can_be():
    assert uptake.peak(0.3, 0.1, 21).time == 0
    for p, q, total in ((0, 0.1, 21), (0.1, -1, 21), (0.1, 0.1, 0), (math.nan, 0.1, 21)):
        with pytest.raises(uptake.InvalidSpread):
            uptake.peak(p, q, total)


def of_solutions(table):
    found = [[] for _ in table.starts]
    for at, owner in enumerate(table.owner):
        found[owner].append(
            (table.log_time[at], table.share[at], table.traits[at].tolist(), table.width[at], table.at_risk[at],
             table.adopted[at])
        )  # fmt: skip
    return found


@pytest.mark.parametrize("link", list(uptake.Link))
def test_the_posterior_of_the_hazard_agrees_with_the_slow_twin_and_its_gradient_with_differences(link):
    table = uptake.cells(simulated(3, solutions=3, cut=9)[0])
    values = np.array([-3.1, 0.3, 0.9, -0.4])
    value, gradient, weights = log_posterior(table, values, link)

    def twin(at):
        return oracle.log_posterior(of_solutions(table), at, link.value, NODES.tolist())

    assert value == pytest.approx(twin(values.tolist()), rel=1e-12)
    assert gradient == pytest.approx([oracle.slope(twin, values.tolist(), place) for place in range(4)], rel=1e-5)
    assert weights.sum(axis=1) == pytest.approx(1)


def test_the_likelihood_of_bass_agrees_with_the_slow_twin():
    table = uptake.cells(simulated(4, solutions=3, cut=9)[0])
    p, q = np.array([0.01, 0.05]), np.array([0.1, 0.02])
    found = log_likelihood(table, p, q)
    for owner in range(len(table.starts)):
        rows = [
            (table.period[at], table.width[at], table.at_risk[at], table.adopted[at])
            for at in np.flatnonzero(table.owner == owner)
        ]
        for node in range(2):
            assert found[owner, node] == pytest.approx(oracle.bass_likelihood(rows, p[node], q[node]), rel=1e-11)


def test_a_saturated_logit_is_the_life_table_by_hand():
    """Singer and Willett (2003), chapter 11: with one dummy per period the fitted hazards are d/n themselves.

    Of 10 regions 2 adopt in the first period, of 8 then 2, of 6 then 3: logits log(2/8), log(2/6) and log(3/3).
    """
    values, errors = uptake.fit_rows(np.eye(3), [10, 8, 6], [2, 2, 3])
    assert values == pytest.approx([math.log(0.25), math.log(1 / 3), 0.0], abs=1e-12)
    assert errors == pytest.approx([math.sqrt(1 / 2 + 1 / 8), math.sqrt(1 / 2 + 1 / 6), math.sqrt(2 / 3)], rel=1e-10)


GRADES = ([72, 70, 68, 60, 52, 42, 108, 95, 90, 74, 53, 38], [2, 2, 8, 8, 10, 8, 13, 5, 16, 21, 15, 18])


def test_a_discrete_time_hazard_as_published():
    """Singer and Willett (2003), table 11.3, model B: six grades and one predictor, 822 person-periods. Counts as A. S. Kurz
    prints them (ASKurz/Applied-Longitudinal-Data-Analysis-with-brms-and-the-tidyverse, 11.md), estimates as the R package
    `alda` does (mccarthy-m-g/alda, articles/chapter-11.html).
    """
    at_risk, came = GRADES
    matrix = np.column_stack([np.vstack([np.eye(6)] * 2), [0] * 6 + [1] * 6])
    values, errors = uptake.fit_rows(matrix, at_risk, came)
    assert sum(at_risk) == 822
    assert values.round(4).tolist() == [-2.9943, -3.7001, -2.2811, -1.8226, -1.6542, -1.1791, 0.8736]
    assert errors == pytest.approx([0.3175, 0.4205, 0.2724, 0.2585, 0.2691, 0.2716, 0.2174], abs=1e-4)


def test_an_odds_ratio_by_hand_and_a_cloglog_by_hand():
    """Two kinds of region: 4 of 10 and 1 of 10. Odds (4/6)/(1/9) = 6; cloglog log(−log(0.6)) − log(−log(0.9))."""
    matrix = [[1, 1], [1, 0]]
    values, _ = uptake.fit_rows(matrix, [10, 10], [4, 1])
    assert math.exp(values[1]) == pytest.approx(6, rel=1e-10)
    values, _ = uptake.fit_rows(matrix, [10, 10], [4, 1], uptake.Link.CLOGLOG)
    assert values[1] == pytest.approx(math.log(-math.log(0.6)) - math.log(-math.log(0.9)), rel=1e-10)


def test_rows_that_cannot_be_fitted_are_refused():
    for matrix, adopted in (([[1, 1], [1, 1]], [4, 1]), ([[1], [1]], [0, 0]), ([[1], [1]], [10, 10])):
        with pytest.raises(uptake.InvalidSpread):
            uptake.fit_rows(matrix, [10, 10], adopted)


def test_pooling_draws_a_young_solution_towards_the_others():
    """Of two that seem equally quick the one with fewer adopters lies nearer the common pace."""
    known, _ = simulated(5, solutions=12, spread=0.8, cut=10)
    model = uptake.fit_models(known).hazard
    assert 0.2 < model.tau < 1.6
    alone = uptake.fit_models(uptake.Spread(known.as_of, known.solutions[:1])).hazard
    assert abs(alone.effects[0]) < 1 and len(alone.effects) == 1


def test_the_grid_of_bass_finds_what_made_the_data():
    table = uptake.cells(simulated(6, solutions=80, spread=0.0, quarters=30, cut=30)[1])
    p, q = uptake.fit_bass(table, 4).means()
    assert p == pytest.approx(0.02, rel=0.3)
    assert q == pytest.approx(0.2, rel=0.3)
    assert float(cumulative_hazard(0, p, q)) == pytest.approx(0, abs=1e-12)
