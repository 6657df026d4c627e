"""A benefit case through the pages: made for a block, handed in with the application, decided on, and followed up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hemtag.assessment.actions.meetings import arrange_meeting, draft_decisions
from hemtag.assessment.actions.prioritising import prioritise
from hemtag.assessment.models import Decision
from hemtag.benefits import queries, running
from hemtag.benefits.models import BenefitCase
from hemtag.grants import actions as grants
from hemtag.grants.actions.openings import hand_in_opening, open_sections
from hemtag.grants.models import Application, OpeningGround
from hemtag.history.queries import events_about
from hemtag.knowledge.models import DatedFact
from hemtag.organisations.models import Role
from tests.assessment.making import assign, hand_in, make_eligible, need_no_communication, say_no_conflict
from tests.benefits.test_pages import answered
from tests.journeys import acts
from tests.journeys.conftest import call, on, visitor

__all__ = ["call", "on", "visitor"]
pytestmark = pytest.mark.django_db


def as_person(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page_of(client: Client, name: str, case: BenefitCase, *more: Any) -> Any:
    return client.get(reverse(name, args=[case.slug, *more]))


def with_minutes(case: BenefitCase, likely: str) -> dict[str, str]:
    """What the browser sends to change how much time a case saves."""
    return {"version": str(case.version), "way": "limits", "low": "1", "likely": likely, "high": "900",
            "unit": "min/ärende", "kind": "assumption", "judged_by": "Kim"}  # fmt: skip


@pytest.fixture
def anna(person: Callable[..., Any]) -> Any:
    return person(Role.AUTHOR, "14", "Anna")


@pytest.fixture
def number(call: Any, visitor: Any, on: Any, anna: Any) -> str:
    """An application with one block, complete but for the hand-in."""
    with on(2026, 5, 20):
        writer, karin = visitor(Role.AUTHOR, "14", "Bo"), visitor(Role.REPRESENTATIVE, "14", "Karin")
        made: str = acts.start_an_application(writer, "Triage med stöd")
        acts.write_the_texts(writer, made)
        acts.add_a_block(writer, made, "Beslutsstöd")
        acts.give_it_costs(writer, "Västra Götalandsregionen", "2 000 000")
        acts.give_it_an_effect(writer.open(f"/ansokningar/{made}/block/1/"))
        acts.decide_in_the_region(karin, made, "14")
    return made


@pytest.fixture
def case(number: str, on: Any, anna: Any) -> BenefitCase:
    """Made from questions on the page that the block leads to."""
    with on(2026, 5, 20):
        client = as_person(anna)
        block = client.get(reverse("block", args=[number, 1])).content.decode()
        assert f"/kalkyler/?om=block&amp;nyckel={number}/1" in block
        address = reverse("start_case_from", args=["frigjord-tid"]) + f"?om=block&nyckel={number}/1"
        assert client.post(address, answered("frigjord-tid") | {"first_year": 2026}).status_code == 302
    return BenefitCase.objects.get()


@pytest.fixture
def handed_in(case: BenefitCase, number: str, visitor: Any, on: Any) -> BenefitCase:
    with on(2026, 5, 21):
        acts.hand_in(visitor(Role.REPRESENTATIVE, "14", "Karin"), number)
    case.refresh_from_db()
    return case


@pytest.fixture
def decision(handed_in: BenefitCase, number: str, person: Any, on: Any) -> Decision:
    """A proposal that everything is ready to adopt."""
    application = Application.objects.get(number=number)
    with on(2026, 9, 20):
        officer, chair = person(Role.CASE_OFFICER, name="Elin"), person(Role.DECISION_MAKER, name="Doris")
        make_eligible(application)
        for assessor in [person(Role.ASSESSOR, name=name) for name in ("Ada", "Bengt", "Cilla")]:
            declare(assessor, number)
            hand_in(assign(application, assessor)[0], *[4] * application.submission.call.criteria.count())
        for each in (officer, chair):
            declare(each, number)
        need_no_communication(application, officer)
        meeting = arrange_meeting(
            by=officer, call=application.submission.call, held_on=dt.date(2026, 10, 1), chair=chair, deciders=[chair],
            rapporteur=officer, others_present="", run=prioritise(by=officer, call=application.submission.call),
        )  # fmt: skip
        return draft_decisions(by=officer, meeting=meeting)[0]


def declare(person: Any, number: str) -> None:
    say_no_conflict(person, Application.objects.get(number=number))


def test_handing_in_keeps_how_the_case_stood_and_opens_it_to_the_delegation(
    handed_in: BenefitCase, number: str, person: Any, anna: Any, on: Any
) -> None:
    assert handed_in.is_handed_in and [run.name for run in handed_in.runs.all()] == ["Inlämnad"]
    assert "case_handed_in" in [event.verb for event in events_about(handed_in)]
    with on(2026, 6, 20):
        officer = person(Role.CASE_OFFICER, name="Elin")
        assert page_of(as_person(officer), "benefit_case", handed_in).status_code == 404, "before the declaration"
        declare(officer, number)
        before = page_of(as_person(officer), "benefit_case", handed_in).content.decode()
        assert "Ändrad efter inlämningen" not in before
        changed = as_person(anna).post(
            reverse("edit_input", args=[handed_in.slug, "minutes"]), with_minutes(handed_in, "700")
        )
        assert changed.status_code == 302
        after = page_of(as_person(officer), "benefit_case", handed_in).content.decode()
        assert "Ändrad efter inlämningen" in after and f"/kalkyler/{handed_in.slug}/korningar/1/" in after
    handed_in.refresh_from_db()
    judged = queries.judged([handed_in])[handed_in.pk]
    assert judged.data["inputs"]["minutes"]["likely"] == 100 != handed_in.data["inputs"]["minutes"]["likely"]
    assert judged.mark == f"{handed_in.slug}.1"


def test_adopting_freezes_what_was_handed_in_and_outcomes_are_held_against_it(
    decision: Decision, handed_in: BenefitCase, person: Any, anna: Any, on: Any
) -> None:
    client = as_person(anna)
    with on(2026, 9, 25):
        client.force_login(anna)
        address = reverse("edit_input", args=[handed_in.slug, "minutes"])
        assert client.post(address, with_minutes(handed_in, "700")).status_code == 302
    with on(2026, 10, 1):
        chair = as_person(decision.meeting.chair)
        sent = chair.post(reverse("adopt_decision", args=[decision.number]), {"version": decision.version})
        assert sent.status_code == 302
    handed_in.refresh_from_db()
    assert handed_in.state == "frozen"
    assert [run.name for run in handed_in.runs.order_by("number")] == ["Inlämnad", "Fryst"]
    assert handed_in.data["inputs"]["minutes"]["likely"] == 100, "what was decided on, not what was written afterwards"
    kept, frozen = handed_in.runs.order_by("number")
    assert kept.result["npv"] == frozen.result["npv"]

    with on(2027, 2, 1):
        client.force_login(anna)
        again = client.post(address, with_minutes(handed_in, "800"))
        assert again.status_code == 422 and "Kalkylen är fryst" in again.content.decode()
        DatedFact.objects.create(code="hourly_cost", name="Timkostnad", value=Decimal(2000), unit="kr per timme",
                                 valid_from=dt.date(2027, 1, 1), source="nytt avtal", is_assumption=False)  # fmt: skip
        said = {
            "region": "14",
            "line": "time",
            "year": 2026,
            "value_sek": "90 000",
            "uncertainty": "10",
            "source": "Mätt.",
        }
        assert client.post(reverse("realised", args=[handed_in.slug]), said).status_code == 302
        page = page_of(client, "realised", handed_in)
        outcome = page.context["following"].outcomes[0]
        assert "Utfall bredvid prognos" in page.content.decode() and outcome.row.value_sek == 90_000
        drawn = running.simulated(running.canonical(frozen.data), frozen.draws, frozen.seed).claim("time", "14")[0]
        assert (
            outcome.expected == pytest.approx(float(drawn.mean()))
            and queries.register().facts["hourly_cost"].value == 2000
        )
    with on(2027, 2, 2):
        client.force_login(anna)
        shown = page_of(client, "benefit_case", handed_in).context["page"]
        assert shown["npv"]["region"]["mean"] == pytest.approx(frozen.result["npv"]["region"]["mean"])
        named = client.post(reverse("case_runs", args=[handed_in.slug]), {"name": " fryst "})
        assert named.status_code == 422 and "Namnet ges av systemet" in named.content.decode()
        assert queries.frozen_run(handed_in) == frozen


def test_the_answer_to_a_completion_hands_the_case_in_again(
    handed_in: BenefitCase, number: str, anna: Any, person: Any, on: Any
) -> None:
    application = Application.objects.get(number=number)
    karin, officer = application.submission.submitted_by, person(Role.CASE_OFFICER, name="Elin")
    with on(2026, 6, 20):
        client = as_person(anna)
        opening = open_sections(
            by=officer,
            application=application,
            ground=OpeningGround.COMPLETION,
            keys=["text"],
            until=dt.date(2026, 7, 1),
        )
    with on(2026, 6, 22):
        client.force_login(anna)
        address = reverse("edit_input", args=[handed_in.slug, "minutes"])
        assert client.post(address, with_minutes(handed_in, "700")).status_code == 302
        assert queries.judged([handed_in])[handed_in.pk].data["inputs"]["minutes"]["likely"] == 100
    with on(2026, 6, 23):
        row = Application.objects.get(number=number)
        grants.edit_application(by=anna, application=row, version=row.version, values={"description": "I två steg."})
        hand_in_opening(by=karin, opening=opening)
    handed_in.refresh_from_db()
    judged = queries.judged([handed_in])[handed_in.pk]
    assert judged.data["inputs"]["minutes"]["likely"] == 700 and judged.mark == f"{handed_in.slug}.2"
    assert queries.changed_since_hand_in(handed_in) is None
