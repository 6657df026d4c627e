"""Effect, round, run: whole numbers in, a proven choice out, stored with what it was made from."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hemtag import portfolio
from hemtag.__main__ import main
from hemtag.assessment import explaining, valuing
from hemtag.assessment.actions.prioritising import prioritise
from hemtag.assessment.models import Run
from hemtag.assessment.queries import prioritising as queries
from hemtag.grants.models import EarlierCommitment, Perspective
from hemtag.history.models import Event
from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold, NotAllowed
from tests.assessment.making import make_application, make_call, make_eligible, say_conflict
from tests.assessment.prepared import Prepared, add_block, claim, prepared, set_costs, set_frame, the_day

__all__ = ["prepared", "the_day"]

# ------------------------------------------------------------------------------------------------ valuing


def test_effect_is_the_likely_effects_scaled_by_the_score() -> None:
    assert valuing.effect_tkr([4_000_000, 1_000_000], Fraction(5)) == 5_000
    assert valuing.effect_tkr([4_000_000, 1_000_000], Fraction(18, 5)) == 3_600
    assert valuing.effect_tkr([], Fraction(5)) == 0


def test_effect_is_rounded_half_up_once_at_the_end() -> None:
    assert valuing.effect_tkr([1_500], Fraction(5)) == 2
    assert valuing.effect_tkr([2_499], Fraction(5)) == 2
    assert valuing.effect_tkr([400, 400, 400], Fraction(5)) == 1
    assert valuing.effect_tkr([-1_500], Fraction(5)) == -1


@given(st.lists(st.integers(-(10**9), 10**9), max_size=5), st.fractions(0, 5))
def test_effect_is_within_half_a_thousand_of_the_exact_value(likely: list[int], score: Fraction) -> None:
    exact = Fraction(sum(likely)) * score / 5000
    assert -Fraction(1, 2) <= exact - valuing.effect_tkr(likely, score) < Fraction(1, 2) or exact == 0


@given(st.integers(0, 10**12))
def test_what_fits_in_thousands_fits_in_kronor(sek: int) -> None:
    assert valuing.cost_tkr(sek) * 1000 >= sek > (valuing.cost_tkr(sek) - 1) * 1000
    assert valuing.frame_tkr(sek) * 1000 <= sek


# -------------------------------------------------------------------------------------------------- round


def test_round_holds_what_is_eligible_and_assessed(prepared: Prepared) -> None:
    make_eligible(make_application(prepared.call, prepared.regions["17"], title="Ingen har bedömt"))
    make_application(prepared.call, prepared.regions["18"], title="Inte prövad")
    data = queries.round_of(prepared.call)
    assert [row["id"] for row in data["applications"]] == ["2026-001", "2026-002", "2026-003"]
    assert data["order"] == ["2026-001/1", "2026-001/2", "2026-002/1", "2026-003/1"]
    assert data["frames"] == {"2026": 10_000, "2027": 10_000, "2028": 250_000}
    assert data["commitment_authorisation"] == 700_000
    assert data["hurdle"] == 1
    first, second = data["applications"][0]["blocks"]
    assert first == {
        "id": "2026-001/1",
        "title": "Tidboken",
        "effect": 4_000,
        "effect_range": [1_000, 9_000],
        "cost": {"2026": 1_000, "2027": 1_000},
        "region_cost": {"14": 2_000},
        "cofinancing": 0,
        "tags": ["governance"],
        "needs": [],
    }
    assert second["needs"] == ["2026-001/1"]
    assert portfolio.validate(data) == []
    assert [row.number for row in queries.Ready(prepared.call).left_out] == ["2026-004"]


def test_society_is_never_added_to_the_region(prepared: Prepared) -> None:
    before = queries.round_of(prepared.call)
    claim(prepared.applications[0].blocks.get(number=1), 90_000_000, Perspective.SOCIETY)
    assert queries.round_of(prepared.call) == before


def test_costs_and_commitments_are_rounded_up_and_frames_down(prepared: Prepared) -> None:
    set_costs(prepared.applications[1].blocks.get(), {2026: 1_000_001, 2027: 999_999})
    set_frame(2026, 10_000_999)
    EarlierCommitment.objects.create(year=2026, amount_sek=1, decision="Utlysningen 2025", source="test")
    data = queries.round_of(prepared.call)
    assert data["applications"][1]["blocks"][0]["cost"] == {"2026": 1_001, "2027": 1_000}
    assert data["frames"]["2026"] == 10_000
    assert data["committed"] == {"2026": 1, "2027": 0, "2028": 0}


def test_an_assessor_with_a_conflict_does_not_count(prepared: Prepared) -> None:
    assessor = prepared.assessors[0]
    prepared.applications[0].conflict_declarations.filter(person=assessor).delete()
    say_conflict(assessor, prepared.applications[0])
    data = queries.round_of(prepared.call)
    assert [row["id"] for row in data["applications"]] == ["2026-002", "2026-003"]


def test_need_of_something_outside_the_round_is_locked_out(prepared: Prepared) -> None:
    other = make_application(prepared.call, prepared.regions["17"])
    block = add_block(prepared.applications[1], {2026: 1_000}, 9_000_000, needs=(other.blocks.get(),))
    data = queries.round_of(prepared.call)
    assert list(data["locked_out"]) == [f"2026-002/{block.number}"]
    run = prepared.run()
    assert f"2026-002/{block.number}" not in run.result["chosen"]


def test_round_asks_as_many_questions_at_any_size(
    prepared: Prepared, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(18) as asked:
        queries.round_of(prepared.call)
    for code in ("17", "18", "20"):
        add_block(prepared.apply(code, 2), {2027: 5_000}, 1_000_000)
    with django_assert_num_queries(len(asked)):
        queries.round_of(prepared.call)


# ---------------------------------------------------------------------------------------------------- run


def test_run_chooses_exactly_and_keeps_everything(prepared: Prepared) -> None:
    run = prepared.run()
    # Net of cost in tkr: 2 000 + 5 000 + 1 200 for the small ones; the large one's 2 400 would leave room for one of them.
    assert run.result["status"] == "optimal"
    assert run.result["chosen"] == ["2026-001/1", "2026-001/2", "2026-002/1"]
    assert run.result["value"] == 8_200
    assert run.result["value"] == run.result["upper_bound"]
    again = portfolio.load_round(run.round)
    assert again.sha256 == run.round_sha256
    assert portfolio.verify(again, run.result) == []
    assert {row["method"] for row in run.practice} == {"ratio", "score", "score_cut_off", "greedy"}
    event = Event.objects.get(verb="prioritised")
    assert event.subject_id == str(run.pk) and event.details["round_sha256"] == run.round_sha256


def test_chosen_blocks_never_exceed_a_frame_in_kronor(prepared: Prepared) -> None:
    run = prepared.run()
    chosen = set(run.result["chosen"])
    for year, frame in ((2026, 10_000_000), (2027, 10_000_000)):
        total = sum(
            cost.requested_sek
            for application in prepared.applications
            for block in application.blocks.all()
            for cost in block.costs.filter(year=year)
            if f"{application.number}/{block.number}" in chosen
        )
        assert total <= frame


def test_runs_are_numbered_and_none_replaces_another(prepared: Prepared) -> None:
    first, second = prepared.run(), prepared.run()
    assert (first.number, second.number) == (1, 2)
    assert first.round_sha256 == second.round_sha256
    assert queries.newest_run(prepared.call) == second
    assert not queries.is_stale(second)


def test_run_is_stale_when_the_round_has_changed(prepared: Prepared) -> None:
    run = prepared.run()
    add_block(prepared.applications[0], {2026: 5_000}, 1_000_000)
    assert queries.is_stale(run)


def test_nothing_to_prioritise_is_said(prepared: Prepared) -> None:
    empty = make_call("2027")
    with pytest.raises(DoesNotHold, match="Ingen behörig ansökan"):
        prioritise(by=prepared.officer, call=empty)
    assert not Run.objects.filter(call=empty).exists()


def test_money_bound_above_a_frame_is_said(prepared: Prepared) -> None:
    EarlierCommitment.objects.create(year=2026, amount_sek=11_000_000, decision="Utlysningen 2025", source="test")
    with pytest.raises(DoesNotHold, match="överstiger ramen"):
        prepared.run()
    assert not Run.objects.exists() and not Event.objects.filter(verb="prioritised").exists()


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.PAYMENTS_OFFICER, Role.AUDITOR, Role.CATALOGUE_EDITOR])
def test_others_may_not_prioritise(prepared: Prepared, person: Any, role: Role) -> None:
    with pytest.raises(NotAllowed):
        prioritise(by=person(role), call=prepared.call)
    assert not Run.objects.exists()


def test_a_round_too_large_to_prove_keeps_the_solvers_word(prepared: Prepared, monkeypatch: Any) -> None:
    monkeypatch.setattr("hemtag.assessment.actions.prioritising.PROVING_SECONDS", -1.0)
    run = prepared.run()
    assert run.result["value"] == run.result["upper_bound"]


# -------------------------------------------------------------------------------------------------- files


def test_downloads_are_what_the_command_line_reads(prepared: Prepared, tmp_path: Any, capsys: Any) -> None:
    run = prepared.run()
    asked, answered = tmp_path / "omgang.json", tmp_path / "resultat.json"
    asked.write_bytes(queries.round_file(run))
    answered.write_bytes(queries.result_file(run))
    assert main(["verify", str(asked), str(answered), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"holds": True, "wrong": []}
    assert main(["verify", str(asked), str(answered)]) == 0
    assert "bevisat bäst, utan tillit till någon lösare" in capsys.readouterr().out
    assert main(["prioritise", str(asked), "--json", "--practice"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["chosen"] == run.result["chosen"] and said["round_sha256"] == run.round_sha256
    assert said["practice"] == run.practice
    answered.write_bytes(queries.result_file(run).replace(b'"2026-002/1"', b'"2026-003/1"', 1))
    assert main(["verify", str(asked), str(answered)]) == 1


# --------------------------------------------------------------------------------------------- explaining


def block(name: str, effect: int, cost: dict[str, int], needs: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"id": name, "title": name, "effect": effect, "cost": cost, "needs": list(needs)}


ROUND = {
    "frames": {"2026": 100, "2027": 100},
    "committed": {"2026": 20},
    "commitment_authorisation": 90,
    "hurdle": 1,
    "applications": [
        {
            "id": "a",
            "blocks": [
                block("a/1", 500, {"2026": 60, "2027": 60}),
                block("a/2", 10, {"2026": 20}),
                block("a/3", 90, {"2026": 1}, ("a/2",)),
                block("a/4", 90, {"2026": 30, "2027": 1}),
                block("a/5", 90, {"2027": 35}),
                block("a/6", 5, {"2026": 5}),
                block("a/7", 90, {"2026": 1}),
            ],
        }
    ],
    "locked_out": {"a/7": "Avvisad."},
}
RESULT = {"chosen": ["a/1"], "per_year": {"2026": 60, "2027": 60}}


@pytest.mark.parametrize(
    "name, why",
    [
        ("a/2", explaining.Why.HURDLE),
        ("a/3", explaining.Why.NEEDS),
        ("a/4", explaining.Why.MONEY),
        ("a/5", explaining.Why.AUTHORISATION),
        ("a/6", explaining.Why.EQUAL),
        ("a/7", explaining.Why.LOCKED),
    ],
)
def test_why_a_block_was_not_chosen(name: str, why: explaining.Why) -> None:
    assert explaining.obstacle(explaining.by_id(ROUND)[name], ROUND, RESULT).why is why


def test_lacking_money_is_said_per_year() -> None:
    found = explaining.obstacle(explaining.by_id(ROUND)["a/4"], ROUND, RESULT)
    assert found.short == {2026: 10}
    assert explaining.obstacle(explaining.by_id(ROUND)["a/5"], ROUND, RESULT).lacking == 5
