"""The choice equals the obvious twin's on every kind of round, and behaves as a choice must."""

import copy
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hemtag.portfolio import (
    Infeasible,
    InvalidRound,
    compare_with_practice,
    load_round,
    practice,
    select,
    validate,
    verify,
)
from hemtag.portfolio.certificate import bound
from hemtag.portfolio.packages import package_form
from hemtag.portfolio.programme import programme
from tests.portfolio import oracle
from tests.portfolio.strategies import rounds

SOME = settings(max_examples=60, deadline=None)
FEW = settings(max_examples=25, deadline=None)

EXAMPLE = {
    "frames": {"2025": 10000, "2026": 12000},
    "applications": [
        {
            "id": "a1",
            "score": 3,
            "blocks": [
                {"id": "a1b1", "effect": 4200, "cost": {"2025": 7000}},
                {"id": "a1b2", "effect": 3000, "cost": {"2025": 2000, "2026": 5000}, "needs": ["a1b1"]},
            ],
        },
        {"id": "a2", "score": 4, "blocks": [{"id": "a2b1", "effect": 6000, "cost": {"2025": 6000, "2026": 6000}}]},
    ],
}


def solved(data):
    try:
        return select(load_round(data))
    except Infeasible:
        return None


def value_of(data):
    result = solved(data)
    return None if result is None else Fraction(str(result.value))


@SOME
@given(rounds())
def test_value_and_chosen_are_the_oracles(data):
    result, expected = solved(data), oracle.optimum(data)
    if expected is None:
        assert result is None
    else:
        assert result is not None
        assert (Fraction(str(result.value)), frozenset(result.chosen)) == expected
        assert result.upper_bound == result.value
        assert result.status == "optimal"


@FEW
@given(rounds(most_blocks=10, rich=False))
def test_plain_rounds_are_the_oracles(data):
    result, expected = solved(data), oracle.optimum(data)
    assert (result.value, frozenset(result.chosen)) == expected


def test_the_small_example():
    result = select(load_round(EXAMPLE))
    assert result.chosen == ("a1b1", "a1b2")
    assert result.value == 7200
    assert result.per_year == {2025: 9000, 2026: 5000}
    assert result.free_per_year == {2025: 1000, 2026: 7000}
    assert result.slack == {"frame:2025": 1000, "frame:2026": 7000}


def test_a_round_without_applications_chooses_nothing():
    result = select(load_round({"frames": {"2025": 5}, "applications": []}))
    assert (result.value, result.chosen, result.per_year) == (0, (), {2025: 0})


@pytest.mark.parametrize("size", [10**6, 10**8, 10**9 // 2])
def test_large_numbers_are_exact(size):
    """One unit too much in a frame, and one unit more in effect, decide; a solver's tolerance can hide it."""
    data = {
        "frames": {"2025": 2 * size},
        "applications": [
            {"id": "a", "blocks": [{"id": "a1", "effect": size, "cost": {"2025": size + 1}}]},
            {"id": "b", "blocks": [{"id": "b1", "effect": size + 1, "cost": {"2025": size}}]},
            {"id": "c", "blocks": [{"id": "c1", "effect": size - 1, "cost": {"2025": size}}]},
        ],
    }
    result = select(load_round(data))
    assert result.chosen == ("b1", "c1")
    assert result.value == 2 * size


def nearly_alike(seed):
    """Eight blocks whose large numbers differ by a unit or two."""
    draw = Random(seed)
    size = 10 ** draw.choice([8, 9]) - 5
    blocks = [
        {
            "id": f"b{n}",
            "effect": size - draw.randrange(3),
            "cost": {"2025": size // 3 - draw.randrange(3), "2026": size // 4 + draw.randrange(3)},
        }
        for n in range(8)
    ]
    frames = {"2025": draw.randrange(size), "2026": draw.randrange(size)}
    return {"frames": frames, "applications": [{"id": b["id"], "blocks": [b]} for b in blocks]}


@pytest.mark.parametrize("seed", [92, 346, 385, 398, 446, *range(30)])
def test_large_numbers_that_differ_by_a_unit(seed):
    data = nearly_alike(seed)
    assert Fraction(select(load_round(data)).value) == oracle.optimum(data)[0]


@FEW
@given(rounds(), st.randoms(use_true_random=False))
def test_permuted_rows_change_nothing(data, random):
    """With a published order the same set is chosen however the file is sorted."""
    data = copy.deepcopy(data)
    ids = list(oracle.blocks_of(data))
    data["order"] = random.sample(ids, len(ids))
    before = solved(data)
    random.shuffle(data["applications"])
    for application in data["applications"]:
        random.shuffle(application["blocks"])
    after = solved(data)
    if before is None:
        assert after is None
    else:
        assert set(after.chosen) == set(before.chosen)


@FEW
@given(rounds(), st.integers(2, 7))
def test_scaled_effects_leave_the_set(data, factor):
    before = solved(data)
    scaled = copy.deepcopy(data)
    for block in oracle.blocks_of(scaled).values():
        block["effect"] *= factor
    for overlap in scaled.get("overlaps", []):
        overlap["effects"] = {b: factor * effect for b, effect in overlap["effects"].items()}
    for synergy in scaled.get("synergies", []):
        synergy["effect"] *= factor
    scaled["hurdle"] = float(Fraction(str(data.get("hurdle", 0))) * factor)
    after = solved(scaled)
    if before is None:
        assert after is None
    else:
        assert after.chosen == before.chosen
        assert Fraction(str(after.value)) == factor * Fraction(str(before.value))


@FEW
@given(rounds(), st.data())
def test_more_room_never_lowers_the_value(data, more):
    before = value_of(data)
    if before is None:
        return
    roomier = copy.deepcopy(data)
    year = more.draw(st.sampled_from(sorted(data["frames"])))
    roomier["frames"][year] += more.draw(st.integers(1, 50))
    assert value_of(roomier) >= before
    for name in data.get("policies", {}):
        freer = copy.deepcopy(data)
        del freer["policies"][name]
        assert value_of(freer) >= before


@FEW
@given(rounds(rich=False), st.data())
def test_a_lower_cost_never_lowers_the_value(data, more):
    before = value_of(data)
    cheaper = copy.deepcopy(data)
    block = more.draw(st.sampled_from(list(oracle.blocks_of(cheaper).values())))
    year = more.draw(st.sampled_from(sorted(block["cost"])))
    block["cost"][year] = more.draw(st.integers(0, block["cost"][year]))
    assert value_of(cheaper) >= before


@FEW
@given(rounds(), st.data())
def test_a_chosen_block_with_higher_effect_stays(data, more):
    before = solved(data)
    if before is None or not before.chosen:
        return
    raised = copy.deepcopy(data)
    block = more.draw(st.sampled_from(before.chosen))
    oracle.blocks_of(raised)[block]["effect"] += more.draw(st.integers(1, 20))
    assert block in select(load_round(raised)).chosen


@FEW
@given(rounds(), st.data())
def test_forcing_never_raises_the_value(data, more):
    before = value_of(data)
    if before is None:
        return
    forced = copy.deepcopy(data)
    block = more.draw(st.sampled_from(list(oracle.blocks_of(data))))
    if block not in data.get("locked_in", {}) and block not in data.get("locked_out", {}):
        forced.setdefault(more.draw(st.sampled_from(["locked_in", "locked_out"])), {})[block] = "prövning"
    after = value_of(forced)
    assert after is None or after <= before


@FEW
@given(rounds(rich=False))
def test_a_dominated_block_changes_nothing(data):
    before = solved(data)
    if not data["applications"]:
        return
    worse = copy.deepcopy(data["applications"][0]["blocks"][0])
    worse["id"] = "dominerad"
    worse["effect"] -= 1
    worse["cost"] = {year: amount + 1 for year, amount in worse["cost"].items()}
    longer = copy.deepcopy(data)
    longer["applications"].append({"id": "ny", "blocks": [worse]})
    longer["exclusive"] = [[data["applications"][0]["blocks"][0]["id"], "dominerad"]]
    assert solved(longer).chosen == before.chosen


@pytest.mark.parametrize("copies", [1, 2, 5])
def test_overlap_of_copies_counts_once(copies):
    ids = [f"b{n}" for n in range(copies)]
    data = {
        "frames": {"2025": 100},
        "applications": [{"id": b, "blocks": [{"id": b, "effect": 0, "cost": {"2025": 1}}]} for b in ids],
        "overlaps": [{"id": "k", "effects": dict.fromkeys(ids, 50)}],
    }
    assert select(load_round(data)).value == 50


@FEW
@given(rounds(rich=False), st.data())
def test_committed_money_is_a_smaller_frame(data, more):
    year = more.draw(st.sampled_from(sorted(data["frames"])))
    amount = more.draw(st.integers(0, data["frames"][year]))
    committed = {**data, "committed": {year: amount}}
    smaller = {**data, "frames": {**data["frames"], year: data["frames"][year] - amount}}
    assert solved(committed).chosen == solved(smaller).chosen


@SOME
@given(rounds(), st.data())
def test_every_price_gives_a_valid_bound(data, more):
    expected = oracle.optimum(data)
    if expected is None:
        return
    r = load_round(data)
    p = programme(r)
    prices = {row.name: more.draw(st.integers(0, 1 << 22)) for row in p.rows}
    assert Fraction(bound(package_form(p), prices), r.scale) >= expected[0]


@FEW
@given(rounds())
def test_practice_never_beats_the_exact_choice_unless_it_breaks_a_rule(data):
    result = solved(data)
    if result is None:
        return
    for outcome in compare_with_practice(load_round(data), result):
        chosen = frozenset(outcome.chosen)
        assert Fraction(str(outcome.value)) == oracle.worth(data, chosen)
        assert Fraction(str(outcome.loss)) == Fraction(str(result.value)) - Fraction(str(outcome.value))
        assert bool(outcome.broken) != oracle.permitted(data, chosen)
        assert outcome.loss >= 0 or outcome.broken


def slow_greedy(r, p):
    """Tries every block anew at every step."""
    rows = [row for row in p.rows if row.kind not in practice.UNSEEN]
    needed = practice._needed(p)
    chosen = frozenset()
    while True:
        best = None
        for column in range(p.blocks):
            new = practice._with_needs(needed, column) - chosen
            gain = p.value(p.complete(chosen | new)) - p.value(p.complete(chosen))
            ratio = Fraction(gain, max(sum(r.blocks[c].total for c in new), 1))
            fits = all(row.activity(chosen | new) <= row.limit for row in rows)
            if column not in chosen and gain > 0 and fits and (best is None or ratio > best[0]):
                best = ratio, new
        if best is None:
            return chosen
        chosen |= best[1]


@SOME
@given(rounds())
def test_the_quick_greedy_is_the_slow_one(data):
    r = load_round(data)
    p = programme(r)
    assert practice._greedy(r, p) == slow_greedy(r, p)


def test_practice_on_the_small_example():
    outcomes = {outcome.method: outcome for outcome in compare_with_practice(load_round(EXAMPLE))}
    assert list(outcomes) == ["ratio", "score", "score_cut_off", "greedy"]
    assert outcomes["ratio"].chosen == ("a1b1", "a1b2")
    assert outcomes["score"].chosen == ("a2b1",)
    assert outcomes["score_cut_off"].loss == 1200


def test_without_scores_no_ranking_by_score():
    data = copy.deepcopy(EXAMPLE)
    for application in data["applications"]:
        del application["score"]
    assert [outcome.method for outcome in compare_with_practice(load_round(data))] == ["ratio", "greedy"]


def test_locks_that_do_not_fit_are_infeasible():
    data = {**EXAMPLE, "locked_in": {"a1b1": "redan lovat", "a2b1": "redan lovat"}}
    with pytest.raises(Infeasible):
        select(load_round(data))


def test_an_invalid_round_is_never_chosen_from():
    with pytest.raises(InvalidRound):
        load_round({**EXAMPLE, "committed": {"2025": 10001}})
    assert validate(load_round(EXAMPLE)) == []


def test_every_result_passes_the_stand_alone_checker():
    r = load_round(EXAMPLE)
    assert verify(r, select(r)) == []
