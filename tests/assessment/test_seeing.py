"""Conflict of interest on the pages that tell of a whole round: prioritisation, runs, downloads and meetings."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from hemtag.assessment.actions.meetings import draft_decisions
from hemtag.assessment.models import ConflictDeclaration, Meeting
from hemtag.assessment.queries.reading_runs import RunReading
from hemtag.organisations.models import Role
from tests.assessment.making import say_conflict, say_no_conflict
from tests.assessment.prepared import Prepared, prepared, set_frame, the_day
from tests.assessment.test_deciding_pages import text

__all__ = ["prepared", "the_day"]

RUN_PAGES = ["prioritisation", "runs", "run", "run_round", "run_result"]


def addresses(prepared: Prepared) -> dict[str, str]:
    """Every page about a whole round, with a run, a meeting and its drafts behind it."""
    draft_decisions(by=prepared.officer, meeting=prepared.meet())
    own = {name: reverse(name, args=["2026"]) for name in ("prioritisation", "runs")}
    own |= {name: reverse(name, args=["2026", 1]) for name in ("run", "run_round", "run_result")}
    return own | {"meeting": reverse("meeting", args=["2026", Meeting.objects.get().pk])}


def has_conflict(person: Any, application: Any) -> None:
    ConflictDeclaration.objects.filter(person=person, application=application).delete()
    say_conflict(person, application)


def test_who_has_not_declared_is_asked_to_before_anything_is_shown(
    prepared: Prepared, client_as: Any, person: Any
) -> None:
    pages = addresses(prepared)
    late = person(Role.DECISION_MAKER, name="Lisa Ledamot")
    for application in prepared.applications[:2]:
        say_no_conflict(late, application)
    client = client_as(late)
    for url in pages.values():
        refused = client.get(url)
        assert refused.status_code == 403, url
        said = text(refused)
        assert "1 ansökan väntar på ditt svar om jäv" in said
        assert f'class="ds-button" href="{reverse("declare_conflicts", args=["2026"])}"' in said
        assert "Mkr" not in said and "2026-001" not in said and "block ryms" not in said
    assert client.post(pages["prioritisation"]).status_code == 403
    say_no_conflict(late, prepared.applications[2])
    for url in pages.values():
        assert client.get(url).status_code == 200, url


@pytest.mark.parametrize("how", ["declared", "by role in a participating region"])
def test_of_an_application_with_a_conflict_a_run_shows_number_and_title_alone(
    prepared: Prepared, client_as: Any, person: Any, how: str
) -> None:
    pages = addresses(prepared)
    second = prepared.applications[1]
    if how == "declared":
        reader, why = prepared.chair, "Du har anmält jäv"
        has_conflict(reader, second)
    else:
        reader, why = person(Role.AUTHOR, "12", name="Lisa"), "Jäv: du har en roll i Region Skåne"
        reader.memberships.create(
            organisation=prepared.regions["delegation"], role=Role.DECISION_MAKER, starts_on="2026-01-01"
        )
        for application in prepared.applications:
            if application != second:
                say_no_conflict(reader, application)
    client = client_as(reader)
    for name in ("prioritisation", "run"):
        for choice in ("", "?visa=valda", "?visa=inte-valda"):
            said = text(client.get(pages[name] + choice))
            assert "2026-002 Digital remiss <span" in said and why in said
            assert "2026-002/1" not in said
        said = text(client.get(pages[name]))
        # 1 + 1 Mkr of the second application is in no sum, and cannot be had by subtracting from what is free.
        assert "2 av 3 block ryms" in said and "6,0 Mkr" in said and "8,0 Mkr" not in said
        assert "Ledigt" not in said and "kvar" not in said and "Effektvärde" not in said.split("Så räknas det")[0]
        assert "Ryms inte: 2026, 2027" in said and "(−" not in said
        assert "Vad enkla rankningar" not in said and "Ansökningar där du är jävig står med nummer" in said
        assert pages["run_round"] not in said and pages["run_result"] not in said
    for name in ("run_round", "run_result"):
        refused = client.get(pages[name])
        assert refused.status_code == 403 and "Du är jävig i 2026-002" in text(refused)


def test_what_a_hidden_block_is_needed_for_is_not_told(prepared: Prepared) -> None:
    third = prepared.applications[2]
    prepared.applications[1].blocks.get().needs.add(third.blocks.get())
    reading = RunReading(prepared.run(), {third.number: "Du har anmält jäv"})
    waiting = next(row for row in reading.readable if row.number == "2026-002").blocks[0]
    assert waiting.why_not == "Behöver ett block som inte är valt"
    assert RunReading(reading.run).applications[1].blocks[0].why_not == "Behöver 2026-003/1, som inte är vald"


def test_without_conflict_the_years_say_what_the_run_says(prepared: Prepared) -> None:
    reading = RunReading(prepared.run(), {"2026-999": "Ansökan är inte med i körningen"})
    assert not reading.is_partial and reading.practice
    assert {str(row.year): row.chosen // 1000 for row in reading.year_lines} == reading.result["per_year"]


def test_the_auditor_reads_all(prepared: Prepared, client_as: Any, person: Any) -> None:
    pages = addresses(prepared)
    client = client_as(person(Role.AUDITOR))
    for url in pages.values():
        assert client.get(url).status_code == 200
    said = text(client.get(pages["run"]))
    assert "2026-001/1" in said and "2026-003/1" in said and "Vad enkla rankningar" in said
    assert "8 000 000" in text(client.get(pages["meeting"]))


def test_a_meeting_hides_a_draft_with_a_conflict_until_it_is_decided(prepared: Prepared, client_as: Any) -> None:
    page = addresses(prepared)["meeting"]
    second = prepared.applications[1]
    has_conflict(prepared.chair, second)
    client = client_as(prepared.chair)
    said = text(client.get(page))
    assert "Digital remiss" in said and "Du har anmält jäv" in said
    assert reverse("decision", args=["B2026-002"]) not in said
    assert "6 000 000" in said and "8 000 000" not in said and "2 000 000" not in said
    assert "Ledigt" not in said and "Av bemyndiganderamen" not in said
    assert "Förslag i ärenden där du är jävig står bara med rubrik" in said
    set_frame(2026, 3_999_999)
    said = text(client.get(page))
    assert "Förslagen ryms inte tillsammans" in said and "−1 kr" not in said
    set_frame(2026, 10_000_000)
    prepared.adopt(second.decision, by=prepared.decider)
    said = text(client.get(page))
    assert reverse("decision", args=["B2026-002"]) in said and "8 000 000" in said and "Ledigt" in said


def test_the_benefit_case_of_an_application_is_closed_until_one_has_declared_to_be_free(
    prepared: Prepared, person: Any
) -> None:
    from hemtag.benefits import guards

    application = prepared.applications[0]
    newcomer = person(Role.CASE_OFFICER)
    key = f"{application.number}/1"
    assert guards.readable(newcomer, [key]) == []
    assert guards.readable(prepared.officer, [key, application.number]) == [key, application.number]
    has_conflict(prepared.officer, application)
    assert guards.readable(prepared.officer, [key]) == []
