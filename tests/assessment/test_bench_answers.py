"""The workbench answers at once, says what it knows so far, and says it with the names that a meeting uses."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.urls import reverse

from hemtag import portfolio
from hemtag.assessment import whatif
from hemtag.assessment.queries import answering
from hemtag.assessment.queries import reading_bench as reading
from hemtag.assessment.queries import workbench as queries
from hemtag.assessment.queries.naming import Names
from hemtag.assessment.queries.reading_runs import RunReading
from hemtag.assessment.queries.saying import Sentences
from tests.assessment.prepared import Prepared, prepared, the_day
from tests.assessment.test_workbench import LARGE_IN, own_cache, page

__all__ = ["own_cache", "prepared", "the_day"]


def hasty(monkeypatch: pytest.MonkeyPatch, more: int) -> None:
    """A search that is not finished when the page has waited, and could find so much more."""
    whole = portfolio.select

    def select(r: portfolio.Round, **options: Any) -> portfolio.Selection:
        found = whole(r)
        if options.get("seconds") != answering.FIRST:
            return found
        return dataclasses.replace(found, status="stopped", upper_bound=found.upper_bound + more)

    monkeypatch.setattr(portfolio, "select", select)


def counted(monkeypatch: pytest.MonkeyPatch, name: str) -> list[Any]:
    """The first argument of every call of a function of the pure package, which answers as ever."""
    asked: list[Any] = []
    real = getattr(portfolio, name)

    def listened(first: Any, *more: Any, **options: Any) -> Any:
        asked.append(first)
        return real(first, *more, **options)

    monkeypatch.setattr(portfolio, name, listened)
    return asked


# ------------------------------------------------------------------------------------------------ how soon


def test_a_hard_round_shows_the_best_so_far_and_then_the_best(
    prepared: Prepared, client_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared.run()
    hasty(monkeypatch, 500)
    client, url = client_as(prepared.officer), reverse("prioritisation", args=["2026"])
    first = page(client.get(url, {"a": LARGE_IN}))
    assert "Det bästa som går kan ge högst 0,50 Mkr mer; sökningen fortsätter" in first and "data-first" in first
    # Nothing is said of prices and shares that build on a choice which may not be the best.
    assert "Räkna fram hur ofta" not in first and "Bevisat optimum" not in first
    # Without a script one waits it in; with it, the search ends elsewhere.
    assert "Bevisat optimum" in page(client.get(url, {"a": LARGE_IN, "exakt": ""}))
    asked = client.get(reverse("bench_part", args=["2026", "urval"]), {"a": LARGE_IN})
    assert asked.json() == {"is_proven": True}
    then = page(client.get(url, {"a": LARGE_IN}))
    assert "sökningen fortsätter" not in then and "data-first" not in then and "Bevisat optimum" in then


def test_what_is_kept_is_never_the_best_so_far(prepared: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    from hemtag.assessment.actions import workbench as actions

    run = prepared.run()
    hasty(monkeypatch, 500)
    assert queries.Bench(run, whatif.read([LARGE_IN]), at_once=True).is_first
    kept = actions.name_scenario(by=prepared.officer, run=run, name="Ett", changes=[LARGE_IN])
    frozen = actions.freeze_run(by=prepared.officer, run=run, changes=[LARGE_IN], note="Så.")
    assert kept.result["status"] == frozen.result["status"] == "optimal"
    assert kept.result["certificate"] and frozen.result["certificate"]


def test_a_stored_proof_is_checked_once_and_what_does_not_hold_is_not_shown(
    prepared: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = prepared.run()
    asked = counted(monkeypatch, "verify")
    for _time in range(3):
        assert queries.Bench(run).selection.chosen == tuple(run.result["chosen"])
    assert len(asked) == 1
    run.result = {**run.result, "upper_bound": run.result["value"] - 1}
    with pytest.raises(portfolio.Unverified):
        _ = queries.Bench(run).selection


def test_a_sent_form_is_answered_without_a_solution(
    prepared: Prepared, client_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it leads to is computed once, on the page that it leads to."""
    prepared.run()
    client, url = client_as(prepared.officer), reverse("prioritisation", args=["2026"])

    def never(*_given: Any, **_options: Any) -> Any:
        raise AssertionError("solved twice")

    monkeypatch.setattr(portfolio, "select", never)
    lock = {"block": "2026-003/1", "way": "in", "reason": "Ja"}
    for sent in ({"ny": "las", **lock}, {"ny": "rad", **lock}, {"ny": "villkor", "ram-2026": "9"}):
        assert client.get(url, {"a": "ut:2026-002/1:Nej", **sent}).status_code == 302


def test_a_conflict_is_found_once(prepared: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    run, changes = prepared.run(), whatif.read([LARGE_IN, "ram:2026:1"])
    asked = counted(monkeypatch, "select")
    for _time in range(2):
        assert [change.text for change in queries.Bench(run, changes).dropped] == ["ram:2026:1"]
    assert len(asked) == len({r.sha256 for r in asked}) == 2


def test_shares_are_computed_when_they_are_asked_for(prepared: Prepared, client_as: Any) -> None:
    prepared.run()
    client, url = client_as(prepared.officer), reverse("prioritisation", args=["2026"])
    assert "Räkna fram hur ofta varje block väljs" in page(client.get(url))
    first = client.get(reverse("bench_scenarios", args=["2026"])).json()
    assert first["next"] == 0 and "0 av 200 scenarier är lösta exakt" in first["words"] and len(first["shares"]) == 4
    shown = page(client.get(url))
    assert "Räkna fram hur ofta" not in shown and "0 av 200 scenarier" in shown
    own = page(client.get(url, {"a": LARGE_IN, "del": "andelar"}))
    assert "Räkna fram hur ofta" not in own and "0 av 200 scenarier" in own


# ------------------------------------------------------------------------------------------------ in which words


def test_what_is_tried_is_said_with_names_and_beside_what_it_was(prepared: Prepared) -> None:
    names = Names(prepared.run())

    def said(text: str) -> str:
        return names.change(whatif.read([text])[0]).replace("\u00a0", " ")

    assert said("ram:2026:9000") == "Ramen 2026 är 9,0 Mkr (i körningen 10,0 Mkr)"
    assert said("vikt:effect:12.5") == "Kriteriet Kriterium effect väger 12,5 (i körningen 30)"
    assert said("tak:12:5000") == "Region Skåne får högst 5,0 Mkr"
    assert said("andel:governance:20") == "Minst 20 % till Styrning"
    assert said("ut:2026-001/2:För tidigt") == "2026-001/2 Block 2 låses ut: För tidigt"


@pytest.mark.parametrize(
    "changes, expected",
    [
        (["ram:2028:0", "bemyndigande::1000", LARGE_IN], "Bemyndiganderamen: 1,0 Mkr"),
        (["tak:19:1000", LARGE_IN], "Region Västmanland får högst 1,0 Mkr"),
        (["regioner::", "tak:19:0"], "Region Västmanland ska få minst ett block"),
        (["ut:2026-001/1:Nej", "in:2026-001/2:Ja"], "2026-001/2 Block 2 behöver 2026-001/1 Tidboken"),
        (["medfin::50", LARGE_IN], "Minst 50 % medfinansiering"),
        (["vikt:effect:0"], "En vikt ska vara större än noll"),
        (["medfin::101"], "En andel ska vara mellan 0 och 100 procent"),
    ],
)
def test_what_cannot_be_is_said_in_words(prepared: Prepared, changes: list[str], expected: str) -> None:
    shown = reading.BenchReading(queries.Bench(prepared.run(), whatif.read(changes)))
    assert expected in " ".join(text.replace("\u00a0", " ") for line in shown.dropped for text in line.why)


def test_a_frame_below_what_is_committed_names_both(prepared: Prepared) -> None:
    run = prepared.run()
    run.round = {**run.round, "committed": {"2026": 4_000, "2027": 0, "2028": 0}}
    texts = ["ram:2026:3000", "bemyndigande::700000"]
    with pytest.raises(answering.Conflict) as refused:
        answering.solved(run, whatif.read(texts))
    said = [text.replace("\u00a0", " ") for text in Names(run).conflict(refused.value)]
    assert said == ["Ramen 2026 kan inte vara 3,0 Mkr: 4,0 Mkr är redan bundet. Skriv minst så mycket."]


def test_sentences_name_what_goes_and_comes(prepared: Prepared) -> None:
    sentences = Sentences(queries.Bench(prepared.run()))

    def said(**found: Any) -> str:
        base = {"chosen": True, "price": 1_500, "enters": [], "leaves": [], "gain_in_effect": None}
        return page_text(sentences.said({**base, "cut_in_permille": None, **found}))

    own, other, third = "2026-001/1", "2026-001/2", "2026-003/1"
    assert said(block=own) == "Att ta bort det kostar 1,5 Mkr i effekt."
    assert said(block=own, price=40) == "Att ta bort det kostar 0,04 Mkr i effekt."
    assert said(block=own, price=0) == "Att ta bort det kostar ingenting i effekt."
    assert (
        said(block=own, enters=[third]) == "Att ta bort det kostar 1,5 Mkr i effekt: då kommer 2026-003/1 in i stället."
    )
    assert said(block=own, leaves=[other]).endswith("då går också 2026-001/2 bort.")
    assert said(block=own, leaves=[other], enters=[third]).endswith("2026-001/2 bort, och 2026-003/1 kommer in.")
    assert said(block=own, price=None) == "Kan inte tas bort utan att bryta ett annat krav."
    effect = sentences.bench.round.by_id[third].effect
    lacking = {"block": third, "chosen": False}
    assert said(**lacking, gain_in_effect=effect // 2) == "Skulle finansieras om effekten vore 50,0 % högre."
    # From twice as much on nobody thinks in per cent; rounded up, so that what is said is enough.
    assert "effekten vore 2,1 gånger så hög" in said(**lacking, gain_in_effect=effect + 1)
    both = said(**lacking, gain_in_effect=1, cut_in_permille=101, leaves=[own, other, "2026-002/1", third])
    assert both.startswith("Skulle finansieras om kostnaden vore 10,1 % lägre eller effekten vore 0,1 % högre; i dag")
    assert both.endswith("2026-001/1, 2026-001/2, 2026-002/1 och 1 till.")
    needed = said(block=other, chosen=False, gain_in_effect=1, enters=[own])
    assert needed.startswith("Skulle finansieras tillsammans med 2026-001/1 om effekten")


def page_text(html: str) -> str:
    from django.utils.html import strip_tags

    return strip_tags(html).replace("\u00a0", " ")


def test_a_reason_cannot_write_html(prepared: Prepared, client_as: Any) -> None:
    prepared.run()
    said = client_as(prepared.officer).get(reverse("bench_sentences", args=["2026"]), {"a": "ut:2026-002/1:<b>Nej</b>"})
    assert "<b>" not in said.json()["sentences"]["2026-002/1"]
    assert "&lt;b&gt;Nej" in said.json()["sentences"]["2026-002/1"]


def test_the_figures_stand_beside_the_run(prepared: Prepared, client_as: Any) -> None:
    prepared.run()
    shown = page(client_as(prepared.officer).get(reverse("prioritisation", args=["2026"]), {"a": LARGE_IN}))
    assert "12,0 Mkr mer än i körning 1" in shown and "12,0 Mkr mindre än i körning 1" in shown


def test_a_ranking_that_breaks_a_demand_says_so(prepared: Prepared) -> None:
    bench = queries.Bench(prepared.run(), whatif.read([LARGE_IN]))
    broken = {line.label: line.broken for line in RunReading(bench.unsaved).practice}
    assert max(broken.values()) == 1


def test_rankings_stand_to_lose_over_the_scenarios_too(prepared: Prepared) -> None:
    run = prepared.run()
    lines = reading.compared(run, queries.Bench(run), [], regret=True)
    assert len(lines) > 1 and all(line.most_sek is not None for line in lines)


def test_a_block_is_locked_at_its_row(prepared: Prepared, client_as: Any) -> None:
    prepared.run()
    client, url = client_as(prepared.officer), reverse("prioritisation", args=["2026"])
    chosen, other = (page(client.get(url, {"block": name})) for name in ("2026-002/1", "2026-003/1"))
    assert 'class="bench-lock' in chosen and 'value="ut" required id="row_way_1" checked' in chosen
    assert 'value="in" required id="row_way_0" checked' in other
    refused = page(client.get(url, {"ny": "rad", "block": "2026-003/1", "way": "in", "reason": ""}))
    assert 'class="bench-lock' in refused and 'href="#row_reason"' in refused and 'href="#lock_reason"' not in refused
    assert 'class="bench-lock' not in page(client.get(url, {"block": "2026-099/1"}))


def test_an_assessor_gets_no_link_that_is_closed_to_assessors(prepared: Prepared, client_as: Any) -> None:
    run = prepared.run()
    shown = page(client_as(prepared.assessors[0]).get(reverse("prioritisation", args=["2026"])))
    assert "Prova en ändring" not in shown and "Handläggare och beslutsfattare provar ändringar här" in shown
    for name, more in (("runs", []), ("meetings", []), ("run_round", [run.number]), ("run_result", [run.number])):
        assert f'href="{reverse(name, args=["2026", *more])}"' not in shown, name


def test_prices_of_a_departure_load_the_run_once(prepared: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    from hemtag.assessment.actions.meetings import draft_decisions

    run = prepared.run()
    draft = next(
        row
        for row in draft_decisions(by=prepared.officer, meeting=prepared.meet(run=run))
        if row.application.number == "2026-001"
    )
    asked = counted(monkeypatch, "load_round")
    prices = queries.departure_prices(prepared.officer, draft)
    assert set(prices) == {"2026-001/1", "2026-001/2"} and len(asked) == 1
