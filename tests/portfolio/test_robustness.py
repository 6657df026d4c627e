"""Scenarios are the same for everyone, the index is the mean of exact optima, and workers may die."""

import copy
import json
import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from fractions import Fraction
from itertools import pairwise
from multiprocessing import get_context

import pytest
from hypothesis import given, settings

from bench.portfolio import synthetic
from hemtag.portfolio import (
    Infeasible,
    Outcome,
    Scenarios,
    core_index,
    core_index_live,
    draw,
    index_of,
    load_round,
    minimax_regret,
    outcomes,
    regret,
    scenario,
    select,
)
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


def test_the_index_fills_in_and_ends_as_the_exact_one():
    r = load_round(synthetic(8, 4, 3, seed=1))
    scenarios = Scenarios(count=20, seed=3)
    heard = []
    steps = list(core_index_live(r, scenarios, chunk=5, pool=[select(r).chosen], told=lambda *n: heard.append(n)))
    exact = core_index(r, scenarios)
    assert len(steps) == 5
    assert heard[-1] == (20, 20)
    assert steps[-1] == exact
    for earlier, later in pairwise(steps):
        for block in exact.shares:
            assert earlier.shares[block].lower <= later.shares[block].lower <= exact.shares[block].estimate + 1e-9
            assert earlier.shares[block].upper >= later.shares[block].upper >= exact.shares[block].estimate - 1e-9


def test_the_index_stops_when_it_is_sure_enough():
    steps = list(core_index_live(ROUND, Scenarios(count=400, seed=3), chunk=25, within=0.15))
    assert steps[-1].scenarios < 400
    assert steps[-1].reach <= 0.15
    assert steps[-1].solved


def test_parts_of_the_work_in_any_order_are_the_whole():
    parts = [*outcomes(ROUND, MANY, 10), *outcomes(ROUND, MANY, 0, 10)]
    carried = [Outcome.from_dict(json.loads(json.dumps(part.as_dict()))) for part in parts]
    bounded = outcomes(ROUND, MANY, solve=False)
    assert index_of(ROUND, MANY, carried) == index_of(ROUND, MANY, [*carried, *bounded]) == core_index(ROUND, MANY)
    assert index_of(ROUND, MANY, [*bounded, *carried]) == core_index(ROUND, MANY)


def assessed(levels, spread):
    data = copy.deepcopy(EXAMPLE)
    data["criteria"] = {"nytta": {"weight": 2, "range": spread}, "risk": {"weight": 2, "range": spread}}
    data["applications"][0]["levels"] = levels
    return load_round(data)


def test_assessors_who_agree_change_nothing():
    same = assessed([{"nytta": 3, "risk": 3}] * 3, [1, 3])
    assert [scenario(same, 1, n) for n in range(20)] == [scenario(ROUND, 1, n) for n in range(20)]


def test_assessors_and_weights_that_differ_move_the_effects_of_the_application_alone():
    apart = assessed([{"nytta": 1, "risk": 5}, {"nytta": 3, "risk": 5}], [1, 3])
    ratios = set()
    for n in range(20):
        drawn, plain = scenario(apart, 1, n), scenario(ROUND, 1, n)
        assert drawn["a2b1"] == plain["a2b1"]
        ratios.add(round(drawn["a1b1"] / plain["a1b1"], 2))
    assert min(ratios) < 1 < max(ratios)
    assert len(ratios) > 5


def test_overlaps_and_synergies_are_drawn_too():
    data = {**EXAMPLE, "overlaps": [{"id": "k", "effects": {"a1b1": 1000, "a2b1": 500}}]}
    data["synergies"] = [{"id": "s", "blocks": ["a1b1", "a1b2"], "effect": 800}]
    r = load_round(data)
    draws = [draw(r, 1, n) for n in range(50)]
    assert all(700 <= one.overlaps[0]["a1b1"] <= 1300 and 560 <= one.synergies[0] <= 1040 for one in draws)
    assert len({one.synergies[0] for one in draws}) > 20
    assert [dict(one.effects) for one in draws] == [scenario(ROUND, 1, n) for n in range(50)]
    index = core_index(r, Scenarios.given([draws[0], {"a2b1": 90000}]))
    assert index.shares["a2b1"].estimate >= 0.5
