"""Scenarios are the same for everyone, the index is the mean of exact optima, and workers may die."""

import copy
import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from fractions import Fraction
from multiprocessing import get_context

import pytest
from hypothesis import given, settings

from bench.portfolio import synthetic
from hemtag.portfolio import Infeasible, Scenarios, core_index, load_round, minimax_regret, regret, scenario, select
from hemtag.portfolio.robustness import wilson
from tests.portfolio import oracle
from tests.portfolio.strategies import rounds
from tests.portfolio.test_select import EXAMPLE

FEW = settings(max_examples=15, deadline=None)
ROUND = load_round(EXAMPLE)
MANY = Scenarios(count=23, seed=7)


def revalued(data, effects):
    """The round as plain data with other effects."""
    changed = copy.deepcopy(data)
    for block_id, block in oracle.blocks_of(changed).items():
        block["effect"] = effects[block_id]
    return changed


def canonical_set(data):
    found = oracle.optimum(data)
    return frozenset() if found is None else found[1]


@FEW
@given(rounds(most_blocks=6))
def test_the_index_is_the_mean_of_the_oracles_optima(data):
    r, count = load_round(data), 6
    drawn = [scenario(r, 3, n) for n in range(count)]
    optima = [canonical_set(revalued(data, effects)) for effects in drawn]
    index = core_index(r, Scenarios(count=count, seed=3))
    for block, share in index.shares.items():
        mean = sum(block in chosen for chosen in optima) / count
        assert share.lower == pytest.approx(mean)
        assert share.estimate == pytest.approx(mean)
        assert share.upper == pytest.approx(mean)
    assert index.decided == 1.0


@FEW
@given(rounds(most_blocks=6))
def test_the_bounded_interval_holds_the_index(data):
    r, scenarios = load_round(data), Scenarios(count=5, seed=11)
    try:
        pool = [select(r).chosen]
    except Infeasible:
        pool = []
    exact, bounded = core_index(r, scenarios), core_index(r, scenarios, solve=False, pool=pool)
    for block, share in bounded.shares.items():
        assert share.lower - 1e-9 <= exact.shares[block].estimate <= share.upper + 1e-9
    assert 0 <= bounded.decided <= 1


def test_bounds_decide_something():
    r = load_round(synthetic(30, 4, 3, seed=1))
    bounded = core_index(r, MANY, solve=False, pool=[select(r).chosen])
    assert 0.3 < bounded.decided < 1


def test_any_chunking_and_any_executor_give_the_same():
    alone = core_index(ROUND, MANY)
    for chunk in (1, 4, 100):
        assert core_index(ROUND, MANY, chunk=chunk) == alone
    for workers in (1, 3):
        with ThreadPoolExecutor(workers) as pool:
            assert core_index(ROUND, MANY, executor=pool, chunk=5) == alone
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert core_index(ROUND, MANY, executor=pool, chunk=5) == alone


def test_a_killed_worker_changes_nothing():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        pool.submit(os._exit, 1)
        assert core_index(ROUND, MANY, executor=pool, chunk=5) == core_index(ROUND, MANY)


def test_scenarios_are_seeded_and_within_their_range():
    assert scenario(ROUND, 1, 5) == scenario(ROUND, 1, 5)
    assert scenario(ROUND, 1, 5) != scenario(ROUND, 2, 5)
    assert scenario(ROUND, 1, 5) != scenario(ROUND, 1, 6)
    for n in range(200):
        assert 2940 <= scenario(ROUND, 1, n)["a1b1"] <= 5460


def test_a_block_with_a_range_keeps_to_it():
    data = {
        "frames": {"2025": 10},
        "applications": [
            {"id": "a", "blocks": [{"id": "b", "effect": 5, "effect_range": [5, 9], "cost": {"2025": 1}}]}
        ],
    }
    drawn = {scenario(load_round(data), 1, n)["b"] for n in range(300)}
    assert drawn == {5, 6, 7, 8, 9}


def test_the_likeliest_effect_is_in_the_middle_of_many_draws():
    drawn = sorted(scenario(ROUND, 1, n)["a2b1"] for n in range(2000))
    assert abs(drawn[1000] - 6000) < 120
    assert abs(sum(drawn) / 2000 - 6000) < 60


def test_given_scenarios_are_used_as_they_are():
    given_effects = [{"a1b1": 4200, "a1b2": 3000, "a2b1": 6000}, {"a2b1": 9000}]
    index = core_index(ROUND, Scenarios.given(given_effects))
    assert {block: share.estimate for block, share in index.shares.items()} == {"a1b1": 0.5, "a1b2": 0.5, "a2b1": 0.5}


def test_regret_is_what_is_lost_in_each_scenario():
    scenarios = Scenarios.given([{}, {"a2b1": 9000}])
    first, second = regret(ROUND, [("a1b1", "a1b2"), ("a2b1",)], scenarios)
    assert (first.most, first.mean, first.best_in) == (1800, 900.0, 1)
    assert (second.most, second.mean, second.best_in) == (1200, 600.0, 1)
    assert minimax_regret([first, second]) == second


@FEW
@given(rounds(most_blocks=5))
def test_no_regret_is_negative(data):
    r = load_round(data)
    try:
        chosen = select(r).chosen
    except Infeasible:
        return
    (one,) = regret(r, [chosen], Scenarios(count=4, seed=2))
    losses = []
    for n in range(4):
        changed = revalued(data, scenario(r, 2, n))
        losses.append(oracle.optimum(changed)[0] - oracle.worth(changed, frozenset(chosen)))
    assert Fraction(str(one.most)) == max(losses) >= min(losses) >= 0


@pytest.mark.parametrize("successes,count", [(0, 10), (5, 10), (10, 10), (93, 100)])
def test_wilsons_interval_holds_the_share(successes, count):
    low, high = wilson(successes, count)
    assert 0 <= low <= successes / count <= high <= 1
    assert high - low < 0.6


def test_wilson_as_published():
    """Newcombe 1998, table I: 81 of 263 gives 0.2553–0.3662."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
