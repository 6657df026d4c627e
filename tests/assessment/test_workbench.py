"""The workbench: what is tried is answered exactly and not stored; what is named, frozen and published can be checked."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hemtag import portfolio
from hemtag.assessment import whatif
from hemtag.assessment.actions import workbench as actions
from hemtag.assessment.models import Freeze, NamedScenario, Run
from hemtag.assessment.queries import prioritising as runs
from hemtag.assessment.queries import reading_bench as reading
from hemtag.assessment.queries import workbench as queries
from hemtag.history.models import Event
from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold, NotAllowed, WrongState
from tests.assessment.making import say_conflict
from tests.assessment.prepared import Prepared, add_block, prepared, the_day

__all__ = ["prepared", "the_day"]

STORED = Path(__file__).parent / "stored"
LARGE_IN = "in:2026-003/1:Riket behöver det"


@pytest.fixture(autouse=True)
def own_cache(settings: Any, tmp_path: Path) -> None:
    """Answers are remembered by the round: no test may be answered by another."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(tmp_path / "cache"),
            "OPTIONS": {"MAX_ENTRIES": 5_000},
        }
    }


def page(response: Any) -> str:
    return " ".join(response.content.decode().replace("\u202f", " ").replace("\u00a0", " ").split())


# ------------------------------------------------------------------------------------------------ what is tried


def test_changes_are_read_from_an_address_and_written_back() -> None:
    texts = ["in:2026-001/1:Ett skäl: det här", "ram:2027:240000", "troskel::1.2", "regioner::"]
    assert [change.text for change in whatif.read(texts)] == texts


def test_a_later_change_of_the_same_thing_takes_its_place() -> None:
    read = whatif.read(["in:a/1:ja", "ram:2027:1", "ut:a/1:nej", "ram:2028:2"])
    assert [change.text for change in read] == ["ram:2027:1", "ut:a/1:nej", "ram:2028:2"]


@pytest.mark.parametrize(
    "text", ["", "in:a/1:", "ram:2027:mycket", "ram:2027:-1", "ram:2027:nan", "okänt:1:2", "tak:12:1e99"]
)
def test_what_cannot_be_understood_is_left_out(text: str) -> None:
    assert whatif.read([text]) == ()


def test_a_weight_moves_score_and_effect_by_the_same_part() -> None:
    data: dict[str, Any] = {
        "criteria": {"a": {"weight": 1}, "b": {"weight": 1}},
        "applications": [
            {
                "id": "x",
                "score": 3,
                "levels": [{"a": 5, "b": 1}],
                "blocks": [{"id": "x/1", "effect": 300, "effect_range": [0, 600]}],
            }
        ],
    }
    made = whatif.applied(data, whatif.read(["vikt:a:3"]))["applications"][0]
    assert made["score"] == 4 and made["blocks"][0]["effect"] == 400 and made["blocks"][0]["effect_range"] == [0, 800]
    assert data["applications"][0]["blocks"][0]["effect"] == 300


def test_every_kind_of_change_gives_a_round_that_the_engine_reads(prepared: Prepared) -> None:
    data = prepared.run().round
    texts = [
        *("in:2026-001/1:ja", "ut:2026-002/1:nej", "ram:2027:9000", "overfor:2026:10", "bemyndigande::500000"),
        *("troskel::0.5", "tak:14:9000", "medfin::0"),
        *(f"vikt:{code}:7" for code in list(data["criteria"])[:1]),
        *(f"andel:{tag}:10" for tag in whatif.tags_of(data)[:1]),
        "regioner::",
    ]
    assert {change.kind for change in whatif.read(texts)} == set(whatif.KINDS)
    assert portfolio.validate(whatif.applied(data, whatif.read(texts))) == []


# ------------------------------------------------------------------------------------------------ the answers


def test_answers_are_those_of_the_pure_package(prepared: Prepared) -> None:
    run = prepared.run()
    bench = queries.Bench(run, whatif.read([LARGE_IN]))
    r = portfolio.changed(portfolio.load_round(run.round), lock_in={"2026-003/1": "Riket behöver det"})
    s = portfolio.select(r)
    assert bench.round.sha256 == r.sha256 and bench.selection.chosen == s.chosen and bench.selection.value == s.value
    for block in r.blocks:
        expected = portfolio.explain(r, block.id, s, frames=False).as_dict()
        assert bench.explanation(block.id) == expected
        assert bench.explanation(block.id) == expected  # and again, remembered
    assert bench.frontier() == [one.as_dict() for one in portfolio.frontier(r)]
    assert bench.marginal() == [one.as_dict() for one in portfolio.marginal(r, s)]
    assert {row["text"]: row["price"] for row in bench.prices()} == {
        one.demand.text: one.as_dict()["price"] for one in portfolio.policy_price(r, s)
    }
    assert bench.cost_tkr == portfolio.load_round(run.round).number(0) + run.result["value"] - s.value


def test_the_core_index_fills_in_to_the_exact_one(prepared: Prepared) -> None:
    bench = queries.Bench(prepared.run())
    first, solved = bench.index()
    assert solved == 0
    following: int | None = 0
    while following is not None:
        following = bench.solve_from(following)
    last, solved = bench.index()
    exact = portfolio.core_index(bench.round, portfolio.Scenarios(queries.SCENARIOS, seed=queries.SEED))
    assert solved == queries.SCENARIOS and last.solved
    for name, share in exact.shares.items():
        assert last.shares[name].estimate == share.estimate
        assert first.shares[name].lower <= share.estimate <= first.shares[name].upper


def test_a_lock_in_costs_what_the_page_says_and_nothing_is_stored(prepared: Prepared, client_as: Any) -> None:
    prepared.run()
    events = Event.objects.count()
    client = client_as(prepared.officer)
    url = reverse("prioritisation", args=["2026"])
    sent = client.get(url, {"ny": "las", "block": "2026-003/1", "way": "in", "reason": "Riket behöver det"})
    assert sent.status_code == 302 and "2026-003%2F1" in sent["Location"]
    shown = page(client.get(url, {"a": LARGE_IN}))
    assert "Ändringarna kostar" in shown and "2026-003/1 Tidboken låses in: Riket behöver det" in shown
    assert "1 block kommer in" in shown and "2 block trängs ut" in shown
    assert "ger 20,4 Mkr, kostar 18,0 Mkr" in shown
    assert Run.objects.count() == 1 and Event.objects.count() == events and not NamedScenario.objects.exists()


def test_terms_become_changes_and_going_back_takes_them_away(prepared: Prepared, client_as: Any) -> None:
    prepared.run()
    client, url = client_as(prepared.officer), reverse("prioritisation", args=["2026"])
    sent = client.get(
        url, {"ny": "villkor", "ram-2026": "12,5", "ram-2027": "10", "troskel": "1", "bemyndigande": "700"}
    )
    assert sent["Location"].split("?")[1].startswith("a=ram%3A2026%3A12500")
    back = client.get(url, {"ny": "villkor", "a": "ram:2026:12500", "ram-2026": "10"})
    assert "a=ram%3A2026" not in back["Location"]
    wrong = client.get(url, {"ny": "villkor", "ram-2026": "mycket"})
    assert wrong.status_code == 200 and "Skriv ett tal" in page(wrong) and "mycket" in page(wrong)


def test_demands_that_conflict_are_named_and_nothing_is_lost(prepared: Prepared, client_as: Any) -> None:
    prepared.run()
    client, url = client_as(prepared.officer), reverse("prioritisation", args=["2026"])
    shown = page(client.get(url, {"a": [LARGE_IN, "in:2026-001/2:Också det"]}))
    assert "Kraven går inte att förena" in shown
    # What conflicts stands there with the numbers that make it so, and what the page's numbers leave out.
    assert "2026-003/1 Tidboken är inlåst (9,0 Mkr 2026, 9,0 Mkr 2027)" in shown
    assert "2026-001/2 Block 2 är inlåst (2,0 Mkr 2026, 2,0 Mkr 2027)" in shown and "Ramen 2026: 10,0 Mkr" in shown
    assert "räknar inte med ”2026-001/2 Block 2 låses in: Också det”" in shown
    unknown = page(client.get(url, {"a": "in:2026-099/1:Finns inte"}))
    assert "Ändringen går inte att räkna på" in unknown and "2026-099/1 är inte med i körningen" in unknown


def test_of_changes_that_conflict_only_those_that_cannot_be_are_left_out(prepared: Prepared) -> None:
    texts = [LARGE_IN, "ram:2026:1", "ut:2026-002/1:Nej", "vikt:effect:5"]
    bench = queries.Bench(prepared.run(), whatif.read(texts))
    assert [change.text for change in bench.kept] == [LARGE_IN, "ut:2026-002/1:Nej", "vikt:effect:5"]
    assert [change.text for change in bench.dropped] == ["ram:2026:1"]
    assert next(iter(bench.dropped.values())).demands
    assert "2026-002/1" not in bench.selection.chosen and "2026-003/1" in bench.selection.chosen


def test_sentences_say_exact_numbers(prepared: Prepared, client_as: Any) -> None:
    prepared.run()
    client = client_as(prepared.officer)
    quick = client.get(reverse("bench_sentences", args=["2026"]), {"snabbt": ""}).json()
    assert quick["whole"] == ["2026-001/1", "2026-001/2", "2026-002/1"]
    assert "om effekten vore" in quick["sentences"]["2026-003/1"]
    said = client.get(reverse("bench_sentences", args=["2026"])).json()
    assert said["next"] is None
    sentences = {name: words.replace("\u00a0", " ") for name, words in said["sentences"].items()}
    assert sentences["2026-002/1"].startswith("Att ta bort det kostar 1,2 Mkr")
    assert "lägre eller effekten" in sentences["2026-003/1"] and "trängs det ut av" in sentences["2026-003/1"]
    shown = page(client.get(reverse("prioritisation", args=["2026"])))
    assert "Att ta bort det kostar 1,2 Mkr i effekt." in shown


def test_a_block_is_explained_without_a_script(prepared: Prepared, client_as: Any) -> None:
    prepared.run()
    client, url = client_as(prepared.officer), reverse("prioritisation", args=["2026"])
    assert "lägre eller effekten" not in page(client.get(url))
    assert "lägre eller effekten" in page(client.get(url, {"forklara": "2026-003/1"}))
    assert client.get(url, {"forklara": "2026-099/1"}).status_code == 404


def test_what_a_sentence_promises_is_enough(prepared: Prepared) -> None:
    """A cut and a gain that are said to suffice do, and a thousandth or a thousand less do not."""
    run = prepared.run()
    bench = queries.Bench(run)
    found = bench.explanation("2026-003/1")
    r, gain = bench.round, found["gain_in_effect"]
    effect = r.by_id["2026-003/1"].effect
    assert "2026-003/1" in portfolio.select(portfolio.changed(r, effects={"2026-003/1": effect + gain})).chosen
    assert "2026-003/1" not in portfolio.select(portfolio.changed(r, effects={"2026-003/1": effect + gain - 2})).chosen


@pytest.mark.parametrize("part", ["rum", "grans", "mervarde", "priser"])
def test_the_expensive_sections_come_by_themselves_and_in_the_page(
    prepared: Prepared, client_as: Any, part: str
) -> None:
    prepared.run()
    client = client_as(prepared.chair)
    alone = client.get(reverse("bench_part", args=["2026", part]))
    assert alone.status_code == 200 and "<h1" not in alone.content.decode()
    whole = page(client.get(reverse("prioritisation", args=["2026"]), {"del": part}))
    assert page(alone).strip()[:200] in whole
    assert client.get(reverse("bench_part", args=["2026", "okand"])).status_code == 404


# ---------------------------------------------------------------------------------------------------- who may


def test_assessors_and_the_auditor_read_and_change_nothing(prepared: Prepared, client_as: Any, person: Any) -> None:
    run = prepared.run()
    for reader in (prepared.assessors[0], person(Role.AUDITOR)):
        client = client_as(reader)
        shown = client.get(reverse("prioritisation", args=["2026"]))
        assert shown.status_code == 200 and "Lås ett block" not in page(shown)
        assert client.get(reverse("scenarios", args=["2026"])).status_code == 200
        assert client.post(reverse("prioritisation", args=["2026"])).status_code == 403
        assert client.post(reverse("scenarios", args=["2026"]), {"name": "x", "a": LARGE_IN}).status_code == 403
        assert client.post(reverse("freeze_run", args=["2026"]), {"note": "x"}).status_code == 403
    for act in (
        lambda: actions.name_scenario(by=prepared.assessors[0], run=run, name="x", changes=[LARGE_IN]),
        lambda: actions.freeze_run(by=prepared.assessors[0], run=run, changes=[], note="x"),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert Run.objects.count() == 1 and not NamedScenario.objects.exists()


def test_who_has_a_conflict_gets_neither_answers_nor_acts(prepared: Prepared, client_as: Any) -> None:
    run = prepared.run()
    prepared.applications[0].conflict_declarations.filter(person=prepared.officer).delete()
    say_conflict(prepared.officer, prepared.applications[0])
    client = client_as(prepared.officer)
    shown = page(client.get(reverse("prioritisation", args=["2026"])))
    assert "Du är jävig i en del av omgången" in shown and "data-bench" not in shown
    for name in ("bench_scenarios", "bench_sentences", "scenarios", "freeze_run"):
        assert client.get(reverse(name, args=["2026"])).status_code == 403
    with pytest.raises(NotAllowed, match="2026-001"):
        actions.freeze_run(by=prepared.officer, run=run, changes=[], note="x")
    with pytest.raises(NotAllowed, match="2026-001"):
        actions.name_scenario(by=prepared.officer, run=run, name="x", changes=[LARGE_IN])


# --------------------------------------------------------------------------------------------------- scenarios


def test_a_scenario_is_kept_compared_and_removed(prepared: Prepared, client_as: Any) -> None:
    run = prepared.run()
    client, url = client_as(prepared.officer), reverse("scenarios", args=["2026"])
    assert client.post(url, {"name": "Med det stora", "a": LARGE_IN}).status_code == 302
    scenario = NamedScenario.objects.get()
    assert Event.objects.get(verb="named_scenario").details["round_sha256"] == scenario.round_sha256
    assert portfolio.verify(portfolio.load_round(scenario.round), scenario.result) == []
    shown = page(client.get(url, {"del": "anger"}))
    assert "Med det stora" in shown and "Minst att ångra har" in shown and "högst poäng först" in shown
    lines = reading.compared(run, queries.Bench(run), [scenario], regret=True)
    own = portfolio.load_round(run.round)
    sets = [run.result["chosen"], scenario.result["chosen"]]
    regrets = portfolio.regret(own, sets, portfolio.Scenarios(queries.SCENARIOS, seed=queries.SEED))
    assert [line.regret for line in lines[:2]] == [one.as_dict() for one in regrets]
    assert lines[1].loss_sek == 1000 * (run.result["value"] - scenario.result["value"])
    assert client.post(reverse("remove_scenario", args=["2026", scenario.pk])).status_code == 302
    assert not NamedScenario.objects.exists() and Event.objects.filter(verb="removed_scenario").exists()


def test_the_same_name_again_takes_the_earlier_ones_place(prepared: Prepared) -> None:
    run = prepared.run()
    actions.name_scenario(by=prepared.officer, run=run, name="Ett", changes=[LARGE_IN])
    actions.name_scenario(by=prepared.officer, run=run, name=" Ett ", changes=["ram:2026:9000"])
    assert NamedScenario.objects.get().changes == ["ram:2026:9000"]


@pytest.mark.parametrize(
    "name, changes", [("", [LARGE_IN]), ("Utan ändring", []), ("Omöjligt", [LARGE_IN, "ram:2026:1"])]
)
def test_a_scenario_without_name_or_change_or_answer_is_refused(
    prepared: Prepared, name: str, changes: list[str]
) -> None:
    run = prepared.run()
    with pytest.raises(DoesNotHold):
        actions.name_scenario(by=prepared.officer, run=run, name=name, changes=changes)
    assert not NamedScenario.objects.exists()


def test_pages_ask_as_many_questions_at_any_size(
    prepared: Prepared, client_as: Any, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    run = prepared.run()
    actions.name_scenario(by=prepared.officer, run=run, name="Ett", changes=[LARGE_IN])
    client = client_as(prepared.officer)
    urls = [reverse(name, args=["2026"]) for name in ("scenarios", "freeze_run", "bench_sentences", "bench_scenarios")]
    asked = {}
    for url in urls:
        with django_assert_max_num_queries(16) as counted:
            client.get(url)
        asked[url] = len(counted)
    for code in ("17", "18", "20"):
        add_block(prepared.apply(code, 2), {2027: 5_000}, 1_000_000)
    run = prepared.run()
    for name in ("Två", "Tre"):
        actions.name_scenario(by=prepared.officer, run=run, name=name, changes=[LARGE_IN])
    for url in urls:
        with django_assert_num_queries(asked[url]):
            client.get(url)


# ------------------------------------------------------------------------------------------ freeze and publish


def freeze(prepared: Prepared, *changes: str) -> Run:
    run = queries.base_run(prepared.call) or prepared.run()
    return actions.freeze_run(by=prepared.officer, run=run, changes=changes, note="Vi står fast.", present="Olle\nLena")


def test_a_frozen_run_holds_inputs_answer_proof_and_minutes(prepared: Prepared) -> None:
    base = prepared.run()
    frozen = freeze(prepared, LARGE_IN)
    r = portfolio.load_round(frozen.round)
    assert frozen.number == 2 and r.sha256 == frozen.round_sha256 != base.round_sha256
    assert r.locked_in == {"2026-003/1": "Riket behöver det"}
    assert portfolio.verify(r, frozen.result) == [] and "leaves" in json.dumps(frozen.result["certificate"])
    minutes = Freeze.objects.get(run=frozen)
    assert (minutes.note, minutes.frozen_by, minutes.changes) == ("Vi står fast.", prepared.officer, [LARGE_IN])
    assert Event.objects.get(verb="froze_run").details["round_sha256"] == frozen.round_sha256
    assert not runs.is_stale(frozen)
    assert queries.base_run(prepared.call) == base
    add_block(prepared.applications[0], {2026: 5_000}, 1_000_000)
    assert runs.is_stale(frozen)


def test_freezing_without_a_note_or_with_a_conflict_is_refused(prepared: Prepared, client_as: Any) -> None:
    run = prepared.run()
    with pytest.raises(DoesNotHold, match="Skriv vad som bestämdes"):
        actions.freeze_run(by=prepared.officer, run=run, changes=[], note=" ")
    with pytest.raises(DoesNotHold, match="inlåst"):
        actions.freeze_run(by=prepared.officer, run=run, changes=[LARGE_IN, "ram:2026:1"], note="x")
    client = client_as(prepared.officer)
    kept = client.post(reverse("freeze_run", args=["2026"]), {"a": LARGE_IN, "note": "", "present": "Olle"})
    assert kept.status_code == 422 and "Olle" in page(kept) and "2026-003/1" in page(kept)
    assert Run.objects.count() == 1


def test_a_frozen_run_is_computed_again_with_the_same_answer(prepared: Prepared, client_as: Any) -> None:
    prepared.run()
    frozen = freeze(prepared, LARGE_IN)
    again, is_same = queries.repeated(frozen)
    assert is_same and list(again.chosen) == frozen.result["chosen"]
    client, url = client_as(prepared.chair), reverse("repeat_run", args=["2026", frozen.number])
    assert "Samma svar" in page(client.get(url))
    Run.objects.filter(pk=frozen.pk).update(result={**frozen.result, "chosen": []})
    assert "Svaret skiljer sig" in page(client.get(url))


def test_a_run_that_was_frozen_long_ago_gives_the_same_answer() -> None:
    """The demo's frozen run as it was published: solved anew, and checked by the program that was published with it."""
    data = json.loads((STORED / "round.json").read_bytes())
    result = json.loads((STORED / "result.json").read_bytes())
    r = portfolio.load_round(data)
    again = portfolio.select(r)
    assert r.sha256 == result["round_sha256"]
    assert list(again.chosen) == result["chosen"] and again.as_dict()["value"] == result["value"]
    done = subprocess.run(
        [sys.executable, str(runs.CHECKER), str(STORED / "round.json"), str(STORED / "result.json")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_published_is_verified_by_anyone_without_hemtag(
    prepared: Prepared, client_as: Any, tmp_path: Path
) -> None:
    prepared.run()
    frozen = freeze(prepared, LARGE_IN)
    anyone = Client()
    names = ("published_run", "published_round", "published_result", "published_checker", "published_archive")
    assert [anyone.get(reverse(name, args=[1])).status_code for name in names] == [404] * 5
    client = client_as(prepared.officer)
    before = page(client.get(reverse("publish_run", args=["2026", frozen.number])))
    assert "Det går inte att ta tillbaka" in before and "Vi står fast." in before
    assert client.post(reverse("publish_run", args=["2026", frozen.number])).status_code == 302
    shown = page(anyone.get(reverse("published_run", args=[1])))
    assert "Vi står fast." in shown and "Olle" not in shown and prepared.officer.name not in shown
    assert "1" in page(anyone.get(reverse("published_runs")))
    archive = anyone.get(reverse("published_archive", args=[1])).content
    assert archive == anyone.get(reverse("published_archive", args=[1])).content
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        packed.extractall(tmp_path)
    for name, file in (
        ("published_round", "round.json"),
        ("published_result", "result.json"),
        ("published_checker", "check.py"),
    ):
        assert anyone.get(reverse(name, args=[1])).content == (tmp_path / file).read_bytes()
    assert hashlib.sha256((tmp_path / "round.json").read_bytes()).hexdigest() == frozen.round_sha256

    def checked() -> int:
        command = [sys.executable, "-I", "check.py", "round.json", "result.json"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode

    assert checked() == 0
    result = json.loads((tmp_path / "result.json").read_bytes())
    (tmp_path / "result.json").write_text(json.dumps({**result, "chosen": result["chosen"][:-1]}), encoding="utf-8")
    assert checked() != 0
    assert Event.objects.get(verb="published_run").details["public_number"] == 1


def test_publishing_needs_a_freeze_and_happens_once(prepared: Prepared) -> None:
    run = prepared.run()
    with pytest.raises(WrongState, match="inte fryst"):
        actions.publish_run(by=prepared.officer, run=run)
    frozen = freeze(prepared)
    actions.publish_run(by=prepared.chair, run=frozen)
    with pytest.raises(WrongState, match="redan publicerad"):
        actions.publish_run(by=prepared.officer, run=frozen)


def test_a_departure_shows_its_price_from_the_frozen_run(prepared: Prepared, client_as: Any) -> None:
    from hemtag.assessment.actions.meetings import draft_decisions

    prepared.run()
    frozen = freeze(prepared)
    drafts = draft_decisions(by=prepared.officer, meeting=prepared.meet(run=frozen))
    assert queries.departure_price(frozen, "2026-002/1") == 1_200
    draft = next(row for row in drafts if row.application.number == "2026-002")
    shown = page(client_as(prepared.officer).get(reverse("edit_decision", args=[draft.number])))
    assert "Att avvika kostar 1,2 Mkr i effekt enligt körning 2." in shown


# ------------------------------------------------------------------------------------- draws from benefit cases


def test_a_block_with_a_benefit_case_is_drawn_from_it(prepared: Prepared) -> None:
    import tomllib

    from django.conf import settings
    from django.utils import timezone

    from hemtag import valuation
    from hemtag.benefits import running
    from hemtag.benefits.models import BenefitCase, CaseState
    from hemtag.benefits.queries import register

    data = tomllib.loads(Path(settings.DATA, "cases", "exempel.toml").read_text(encoding="utf-8"))
    now = timezone.now()
    case = BenefitCase.objects.create(
        slug="ett",
        title="Ett",
        about_kind="block",
        about_key="2026-002/1",
        owner=prepared.regions["12"],
        data=data,
        made_at=now,
        updated_at=now,
    )
    run = prepared.run()
    assert queries.Bench(run).draws.from_cases == []  # a draft that nobody has handed in
    BenefitCase.objects.filter(pk=case.pk).update(state=CaseState.FROZEN)
    bench = queries.Bench(run)
    assert bench.draws.from_cases == ["2026-002/1"]
    kept = json.loads(running.canonical(running.filled(data, register())))  # as a stored run keeps it
    result = valuation.simulate(valuation.load_case(kept), draws=2**12, seed=queries.SEED)
    costs = {"cost", "grant"}
    held = valuation.PERSPECTIVES["region"].holds
    gains = sum(v.sum(axis=0) for (who, kind), v in result.present.items() if held(who, kind) and kind not in costs)
    drawn = bench.draws.scenarios.draws
    score = bench.round.applications[1].score
    assert score is not None and len(drawn) == queries.SCENARIOS
    for n in (0, 7, 199):
        assert abs(drawn[n].effects["2026-002/1"] - float(gains[n]) * float(score) / 5000) <= 1
        assert drawn[n].effects["2026-001/1"] == portfolio.draw(bench.round, queries.SEED, n).effects["2026-001/1"]
    assert "1 block har effekter ur sina nyttokalkyler" in reading.BenchReading(bench).index_words
