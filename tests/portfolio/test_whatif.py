"""Reasons, prices, neighbours and conflicts are what solving again by hand would give."""

import copy
from dataclasses import replace
from fractions import Fraction

import highspy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hemtag.portfolio import (
    Infeasible,
    explain,
    export_mps,
    flip_prices,
    frontier,
    irreducible_conflict,
    load_round,
    marginal,
    near_optimal,
    policy_price,
    select,
)
from hemtag.portfolio.explaining import cheaper
from hemtag.portfolio.model import Block
from tests.portfolio import oracle
from tests.portfolio.strategies import rounds
from tests.portfolio.test_select import EXAMPLE

FEW = settings(max_examples=25, deadline=None)


def exact(number):
    return None if number is None else Fraction(str(number))


def solved(data):
    try:
        return select(load_round(data))
    except Infeasible:
        return None


def best_value(data, block=None, inside=None):
    """The oracle's best value with (or without) a block; None when nothing is permitted."""
    worths = [worth for worth, chosen in oracle.all_permitted(data) if block is None or (block in chosen) == inside]
    return max(worths, default=None)


@FEW
@given(rounds(most_blocks=6))
def test_flip_prices_are_the_oracles(data):
    result = solved(data)
    if result is None:
        return
    best = best_value(data)
    for block, price in flip_prices(load_round(data), result).items():
        other = best_value(data, block, block not in result.chosen)
        assert exact(price) == (None if other is None else best - other)


@FEW
@given(rounds(most_blocks=6), st.data())
def test_an_explanation_agrees_with_the_oracle(data, more):
    result = solved(data)
    if result is None:
        return
    block = more.draw(st.sampled_from(list(oracle.blocks_of(data))))
    why = explain(load_round(data), block, result, thresholds=False)
    best, other = best_value(data), best_value(data, block, block not in result.chosen)
    assert why.chosen == (block in result.chosen)
    assert exact(why.price) == (None if other is None else best - other)
    if other is not None:
        forced = (set(result.chosen) | set(why.enters)) - set(why.leaves)
        forced ^= {block}
        assert oracle.permitted(data, frozenset(forced))
        assert oracle.worth(data, forced) == other
    if why.gain_in_effect is not None:
        for gain, enough in ((why.gain_in_effect, True), (why.gain_in_effect - 1, False)):
            raised = copy.deepcopy(data)
            oracle.blocks_of(raised)[block]["effect"] += gain
            inside, outside = best_value(raised, block, True), best_value(raised, block, False)
            assert (inside > outside) == enough


@FEW
@given(rounds(most_blocks=5, rich=False), st.data())
def test_the_least_cut_is_the_least(data, more):
    r = load_round(data)
    result = select(r)
    left = [block for block in oracle.blocks_of(data) if block not in result.chosen]
    if not left:
        return
    block = more.draw(st.sampled_from(left))
    cut = explain(r, block, result).cut_in_permille

    def wins(permille):
        cut_data = copy.deepcopy(data)
        given_block = oracle.blocks_of(cut_data)[block]
        cost = {int(year): amount for year, amount in given_block["cost"].items()}
        less = cheaper(Block(block, "", 0, cost), permille).cost
        given_block["cost"] = {str(year): amount for year, amount in less.items()}
        return best_value(cut_data, block, True) is not None and (
            best_value(cut_data, block, True) > best_value(cut_data, block, False)
        )

    if cut is None:
        assert not wins(1000)
    else:
        assert wins(cut)
        assert not wins(cut - 1)


@FEW
@given(rounds(most_blocks=5), st.data())
def test_the_least_extra_money_is_the_least(data, more):
    result = solved(data)
    if result is None:
        return
    left = [block for block in oracle.blocks_of(data) if block not in result.chosen]
    if not left or data.get("carry_over"):
        return
    block = more.draw(st.sampled_from(left))
    for year, extra in explain(load_round(data), block, result).extra_frame.items():

        def wins(amount, year=year):
            richer = copy.deepcopy(data)
            richer["frames"][str(year)] += amount
            inside, outside = best_value(richer, block, True), best_value(richer, block, False)
            return inside is not None and (outside is None or inside > outside)

        if extra is None:
            assert not any(wins(amount) for amount in (1, 50, 500))
        else:
            assert wins(extra)
            assert not any(wins(amount) for amount in range(extra))


def test_an_explanation_in_numbers():
    why = explain(load_round(EXAMPLE), "a2b1")
    assert not why.chosen
    assert (why.price, why.enters, why.leaves) == (1200, (), ("a1b1", "a1b2"))
    assert why.gain_in_effect == 1201
    assert why.cut_in_permille == 500
    assert why.extra_frame == {2025: 3000, 2026: None}
    assert why.blocked_by == ("frame:2025",)
    assert explain(load_round(EXAMPLE), "a2b1", frames=False) == replace(why, extra_frame={})
    assert explain(load_round(EXAMPLE), "a1b1").price == 1200


def test_what_dominates_is_named():
    data = copy.deepcopy(EXAMPLE)
    data["applications"].append({"id": "a3", "blocks": [{"id": "bättre", "effect": 6000, "cost": {"2025": 5999}}]})
    assert explain(load_round(data), "a2b1", thresholds=False).dominated_by == ("bättre",)


def test_an_unknown_block_has_no_explanation():
    with pytest.raises(KeyError):
        explain(load_round(EXAMPLE), "nej")


@FEW
@given(rounds(most_blocks=6))
def test_policy_prices_are_differences_of_optima(data):
    result = solved(data)
    if result is None:
        return
    prices = {price.demand.name: exact(price.price) for price in policy_price(load_round(data), result)}
    assert all(price >= 0 for price in prices.values())
    best = best_value(data)
    for name, keys in (("share:0", "shares"), ("cap:14", "region_caps"), ("cofinancing", "cofinancing_share")):
        if name in prices:
            freer = copy.deepcopy(data)
            del freer["policies"][keys]
            assert prices[name] == best_value(freer) - best


@FEW
@given(rounds(most_blocks=6), st.integers(1, 60))
def test_marginal_values_are_differences_of_optima(data, step):
    result = solved(data)
    if result is None:
        return
    for margin in marginal(load_round(data), result, step=step):
        assert margin.value >= 0
        if not data.get("carry_over"):
            richer = copy.deepcopy(data)
            richer["frames"][str(margin.year)] += step
            assert exact(margin.value) == best_value(richer) - best_value(data)


@FEW
@given(rounds(most_blocks=6))
def test_the_frontier_rises_and_passes_through_the_optimum(data):
    points = frontier(load_round(data))
    values = [exact(point.value) for point in points if point.value is not None]
    assert values == sorted(values)
    here = next(point for point in points if point.share == 1)
    assert exact(here.value) == best_value(data)


@FEW
@given(rounds(most_blocks=6), st.sampled_from([0.0, 0.1, 0.5]))
def test_the_nearest_neighbours_are_the_oracles(data, eps):
    result = solved(data)
    if result is None:
        return
    best = best_value(data)
    others = sorted((w for w, chosen in oracle.all_permitted(data) if chosen != frozenset(result.chosen)), reverse=True)
    expected = [worth for worth in others if best - worth <= int(Fraction(str(eps)) * abs(best) * 10**6) / 10**6]
    found = near_optimal(load_round(data), eps, 5, selection=result)
    if Fraction(str(data.get("hurdle", 0))).denominator == 1:
        expected = [worth for worth in others if best - worth <= int(Fraction(str(eps)) * abs(best))]
        assert [exact(other.value) for other in found] == expected[:5]
    assert len({other.chosen for other in found} | {result.chosen}) == len(found) + 1
    for other in near_optimal(load_round(data), eps, 3, diverse=True, selection=result):
        assert oracle.permitted(data, frozenset(other.chosen))
        assert exact(other.loss) <= Fraction(str(eps)) * abs(best)
        assert set(other.enters) == set(other.chosen) - set(result.chosen)
        assert set(other.leaves) == set(result.chosen) - set(other.chosen)


@settings(max_examples=60, deadline=None)
@given(rounds(most_blocks=6))
def test_a_conflict_is_irreducible(data):
    r = load_round(data)
    conflict = irreducible_conflict(r)
    if oracle.optimum(data) is not None:
        assert conflict == ()
        return
    from hemtag.portfolio.conflicts import possible
    from hemtag.portfolio.programme import programme

    p = programme(r)
    assert conflict
    assert not possible(p, conflict)
    for demand in conflict:
        assert possible(p, [other for other in conflict if other is not demand])
    with pytest.raises(Infeasible) as refusal:
        select(r)
    assert refusal.value.conflict == conflict
    assert all(demand.text in str(refusal.value) for demand in conflict)


def test_a_conflict_in_words():
    data = {**EXAMPLE, "locked_in": {"a1b1": "lovat", "a2b1": "lovat"}, "locked_out": {"a1b2": "för tidigt"}}
    conflict = irreducible_conflict(load_round(data))
    assert [demand.text for demand in conflict] == [
        "ramen för 2025",
        "blocket a1b1 är inlåst",
        "blocket a2b1 är inlåst",
    ]


@FEW
@given(rounds(most_blocks=6))
def test_mps_read_by_a_solver_gives_the_same_value(tmp_path_factory, data):
    result = solved(data)
    if result is None:
        return
    r = load_round(data)
    path = tmp_path_factory.mktemp("mps") / "round.mps"
    path.write_text(export_mps(r), "ascii")
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    assert highs.readModel(str(path)) != highspy.HighsStatus.kError
    highs.run()
    assert round(highs.getInfo().objective_function_value) == exact(result.value) * r.scale
