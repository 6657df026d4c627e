"""The tree proof: accepted by the stand-alone checker, refused when a leaf, a half or a price is tampered with."""

import json

import pytest
from hypothesis import given, settings

from bench.portfolio import synthetic
from hemtag.portfolio import Infeasible, TooLarge, load_round, prove, select, verify
from tests.portfolio.strategies import rounds


@settings(max_examples=60, deadline=None)
@given(rounds())
def test_every_optimum_can_be_proved(data):
    r = load_round(data)
    try:
        result = select(r)
    except Infeasible:
        return
    proved = json.loads(prove(r, result).to_json())
    assert verify(r, proved) == []
    assert proved["certificate"]["bound"] == proved["value"] * r.scale


def grown():
    """A round whose root bound leaves a gap, with its proof as plain data."""
    r = load_round(synthetic(12, 3, 3, seed=4))
    result = select(r)
    assert result.certificate.bound > result.value
    proved = json.loads(prove(r, result).to_json())
    assert proved["certificate"]["bound"] == proved["value"]
    assert proved["certificate"]["leaves"] > 1
    return r, proved


def leaves(tree):
    if "column" not in tree:
        return [tree]
    return leaves(tree["without"]) + leaves(tree["with"])


def test_a_gap_at_the_root_is_closed():
    r, proved = grown()
    assert verify(r, proved) == []
    assert len(leaves(proved["certificate"])) == proved["certificate"]["leaves"]


def test_a_leaf_with_other_prices_is_refused():
    r, proved = grown()
    leaves(proved["certificate"])[0]["prices"] = {}
    assert verify(r, proved)


def test_negative_prices_are_refused():
    r, proved = grown()
    for leaf in leaves(proved["certificate"]):
        leaf["prices"] = {name: -price for name, price in leaf["prices"].items()}
    assert verify(r, proved)


def test_a_missing_half_is_refused():
    r, proved = grown()
    del proved["certificate"]["without"]
    assert verify(r, proved)


def test_a_tree_cannot_prove_a_worse_choice_optimal():
    """Take a chosen block away and restate everything truthfully: the proof's bound no longer meets the value."""
    r, proved = grown()
    worse = dict(proved, chosen=proved["chosen"][:-1])
    kept = frozenset(worse["chosen"])
    worse["per_year"] = {str(year): amount for year, amount in r.spent(kept).items()}
    worse["value"] = sum(r.points(r.by_id[block]) for block in kept)
    worse["certificate"] = dict(proved["certificate"], bound=worse["value"])
    assert verify(r, worse)


def test_a_proof_that_would_be_too_large_is_refused():
    r = load_round(synthetic(12, 3, 3, seed=4))
    with pytest.raises(TooLarge):
        prove(r, select(r), most_leaves=1)
    with pytest.raises(TooLarge):
        prove(r, select(r), seconds=-1)


def test_numbers_beyond_64_bits_are_refused_and_never_called_optimal():
    blocks = [{"id": f"b{n}", "effect": 10**9 - n, "cost": {"2025": 10**9 - n}} for n in range(300)]
    applications = [{"id": block["id"], "blocks": [block]} for block in blocks]
    r = load_round({"frames": {"2025": 10**9 - 299}, "applications": applications})
    result = select(r)
    assert result.status == "stopped" and result.upper_bound >= 10**9 - 299
    with pytest.raises(TooLarge):
        prove(r, result)
