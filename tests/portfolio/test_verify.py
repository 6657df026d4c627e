"""The stand-alone checker accepts what holds and refuses whatever was changed."""

import ast
import copy
import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hemtag.portfolio import Infeasible, Unverified, canonical, check, load_round, prove, restore, select, verify
from tests.portfolio import oracle
from tests.portfolio.strategies import rounds
from tests.portfolio.test_select import EXAMPLE

CHECKER = Path(check.__file__)


def result_of(data):
    return json.loads(select(load_round(data)).to_json())


def test_the_checker_is_one_short_file_of_the_standard_library():
    text = CHECKER.read_text("utf-8")
    assert len(text.splitlines()) < 100
    imported = {
        name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module])
    }
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names


def test_the_checker_runs_by_itself(tmp_path):
    given, result = tmp_path / "round.json", tmp_path / "result.json"
    given.write_bytes(canonical(EXAMPLE))
    result.write_text(select(load_round(given)).to_json(), "utf-8")
    command = [sys.executable, "-I", str(CHECKER), str(given), str(result)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    data = json.loads(result.read_text("utf-8"))
    data["value"] += 1
    result.write_text(json.dumps(data), "utf-8")
    outcome = subprocess.run(command, capture_output=True, check=False)
    assert outcome.returncode == 1
    assert "Värdet" in outcome.stderr.decode()


@settings(max_examples=40, deadline=None)
@given(rounds(most_blocks=6), st.data())
def test_another_set_is_accepted_only_when_permitted_and_rightly_valued(data, more):
    """Flip one block, restate sums and value truthfully: the checker and the oracle agree on what is permitted."""
    r = load_round(data)
    try:
        result = json.loads(select(r).to_json())
    except Infeasible:
        return
    block = more.draw(st.sampled_from(list(oracle.blocks_of(data))))
    chosen = set(result["chosen"]) ^ {block}
    value = oracle.worth(data, chosen)
    result |= {
        "chosen": sorted(chosen),
        "value": float(value),
        "per_year": {str(year): amount for year, amount in r.spent(frozenset(chosen)).items()},
    }
    assert (verify(r, result) == []) == oracle.permitted(data, frozenset(chosen))


@settings(max_examples=40, deadline=None)
@given(rounds(most_blocks=6), st.data())
def test_one_changed_bit_of_a_number_is_found(data, more):
    r = load_round(data)
    try:
        result = json.loads(select(r).to_json())
    except Infeasible:
        return
    field = more.draw(st.sampled_from(["value", "per_year", "bound", "round_sha256"]))
    bit = 1 << more.draw(st.integers(0, 40))
    if field == "value":
        result["value"] = float(Fraction(str(result["value"])) + bit)
    elif field == "per_year":
        result["per_year"][more.draw(st.sampled_from(sorted(result["per_year"])))] ^= bit
    elif field == "bound":
        result["certificate"]["bound"] ^= bit
    else:
        changed = int(result["round_sha256"], 16) ^ (1 << more.draw(st.integers(0, 255)))
        result["round_sha256"] = f"{changed:064x}"
    assert verify(r, result)


def broken(change):
    result = result_of(EXAMPLE)
    change(result)
    return verify(load_round(EXAMPLE), result)


@pytest.mark.parametrize(
    "change",
    [
        lambda result: result["chosen"].append("a1b1"),
        lambda result: result["chosen"].append("okänd"),
        lambda result: result["certificate"]["groups"].pop(),
        lambda result: result["certificate"]["groups"].append([0]),
        lambda result: result["certificate"]["prices"].update({"frame:2026": -1}),
        lambda result: result["certificate"]["prices"].update({"frame:1999": 1}),
        lambda result: result["certificate"]["prices"].update({"frame:2025": 10**9}),
        lambda result: result.pop("value"),
        lambda result: result.update(upper_bound=result["value"] - 1),
        lambda result: result.update(chosen=None),
        lambda result: result.update(per_year=[]),
    ],
)
def test_what_was_tampered_with_is_refused(change):
    assert broken(change)


def test_an_untouched_result_is_accepted():
    assert broken(lambda result: None) == []


def test_a_result_for_another_round_is_refused():
    other = copy.deepcopy(EXAMPLE)
    other["title"] = "En annan omgång"
    assert verify(load_round(other), result_of(EXAMPLE))


@settings(max_examples=30, deadline=None)
@given(rounds(most_blocks=6))
def test_a_stored_result_is_restored_as_it_was(data):
    r = load_round(data)
    try:
        result = select(r)
    except Infeasible:
        return
    for one in (result, prove(r, result)):
        again = restore(r, json.loads(one.to_json()))
        assert again.as_dict() == one.as_dict()
        assert (again.value, again.upper_bound) == (one.value, one.upper_bound)


def test_a_tampered_result_is_not_restored():
    result = result_of(EXAMPLE)
    result["value"] += 1
    with pytest.raises(Unverified):
        restore(load_round(EXAMPLE), result)
