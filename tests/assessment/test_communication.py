"""25 § förvaltningslagen: told before the decision, with time to state, or a stated exception."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hemtag import clock
from hemtag.assessment.actions.communicating import (
    communicate,
    leave_out_communication,
    leave_out_several,
    state_before_decision,
)
from hemtag.assessment.actions.dialogue import write_line
from hemtag.assessment.checks.corresponding import Communicated, communication_is_done
from hemtag.assessment.models import Communication, CommunicationException, Decision, LineKind, Side
from hemtag.assessment.queries.assessing import next_for
from hemtag.history.models import Event, RegisterEntry
from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold, NotAllowed, WrongState
from tests.assessment.making import say_conflict, say_no_conflict
from tests.assessment.prepared import DAY, Prepared, prepared, the_day

__all__ = ["prepared", "the_day"]

NEEDED_NOT = CommunicationException.UNNECESSARY
THEN = dt.datetime(2026, 9, 1, 8, 0, tzinfo=dt.UTC)


def hear(prepared: Prepared, application: Any, text: str = "Leverantören kan leverera.") -> None:
    write_line(
        by=prepared.officer,
        application=application,
        side=Side.DELEGATION,
        kind=LineKind.ORAL,
        text=text,
        said_by="En leverantör",
        said_on=clock.today(),
    )


@pytest.fixture
def draft(prepared: Prepared) -> Decision:
    """The draft on 2026-001, which nothing has been said about yet."""
    first = prepared.drafts()[0]
    Communication.objects.filter(application=first.application).delete()
    return first


# The rule --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "newest, added, holds",
    [
        (None, [], False),
        (Communicated(THEN, is_excepted=True), [], True),
        (Communicated(THEN, due_on=DAY), [], False),  # the last day is the applicant's
        (Communicated(THEN, due_on=DAY - dt.timedelta(days=1)), [], True),
        (Communicated(THEN, due_on=DAY, is_answered=True), [], True),
        (Communicated(THEN, is_excepted=True), [THEN + dt.timedelta(hours=1)], False),
        (Communicated(THEN, due_on=DAY, is_answered=True), [THEN - dt.timedelta(hours=1)], True),
    ],
)
def test_when_a_decision_may_be_taken(newest: Communicated | None, added: list[dt.datetime], holds: bool) -> None:
    problems = communication_is_done(newest, added, DAY, "/dit/")
    assert (problems == []) is holds
    assert all(problem.link == "/dit/" for problem in problems)


# Before the decision ---------------------------------------------------------------------------------------


def test_nothing_is_decided_before_the_applicant_has_had_its_say(prepared: Prepared, draft: Decision) -> None:
    with pytest.raises(DoesNotHold) as refusal:
        prepared.adopt(draft)
    assert [problem.rule for problem in refusal.value.problems] == ["communication_is_done"]
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_the_material_is_sent_and_the_day_awaited(prepared: Prepared, draft: Decision, person: Any) -> None:
    hear(prepared, draft.application)
    sent = communicate(by=prepared.officer, application=draft.application, due_on=DAY + dt.timedelta(days=3))
    titles = [part["title"] for part in sent.material]
    assert titles[0].startswith("Behörighetsprövning")
    assert "Muntlig uppgift 2026-09-10, En leverantör" in titles
    assert f"Förslag till beslut {draft.number}" in titles
    assert any("Block 1" in title and "föreslås beviljas" in title for title in titles)
    assert {"title": "Muntlig uppgift 2026-09-10, En leverantör", "text": "Leverantören kan leverera."} in sent.material
    line = RegisterEntry.objects.get(subject__startswith="Kommunicering före beslut")
    assert line.direction == "out" and line.sha256 == sent.sha256
    with pytest.raises(DoesNotHold, match="till och med"):
        prepared.adopt(draft)
    author = person(Role.AUTHOR, "14")
    assert [(t.text, t.due_on) for t in next_for(author)] == [
        ("Yttra dig före beslut om 2026-001, om du vill", DAY + dt.timedelta(days=3))
    ]
    with time_machine.travel(dt.datetime(2026, 9, 13, 22, 0, tzinfo=dt.UTC), tick=False):  # 14 September in Sweden
        assert prepared.adopt(draft).state == "adopted"


def test_the_answer_frees_the_decision_before_the_day(prepared: Prepared, draft: Decision, person: Any) -> None:
    sent = communicate(by=prepared.officer, application=draft.application, due_on=DAY + dt.timedelta(days=3))
    author = person(Role.AUTHOR, "14")
    for by in (person(Role.AUTHOR, "01"), person(Role.ECONOMIST, "14"), prepared.officer):
        with pytest.raises(NotAllowed):
            state_before_decision(by=by, communication=sent, statement="Nej.")
    with pytest.raises(DoesNotHold):
        state_before_decision(by=author, communication=sent, statement=" ")
    stated = state_before_decision(by=author, communication=sent, statement="Inget att invända.")
    assert (stated.stated_by, stated.statement) == (author, "Inget att invända.")
    with pytest.raises(WrongState, match="redan"):
        state_before_decision(by=author, communication=sent, statement="Igen.")
    assert next_for(author) == []
    assert Event.objects.filter(verb__in=["communicated", "stated_before_decision"]).count() == 2
    assert prepared.adopt(draft).state == "adopted"


def test_a_statement_comes_in_time(prepared: Prepared, draft: Decision, person: Any) -> None:
    sent = communicate(by=prepared.officer, application=draft.application, due_on=DAY + dt.timedelta(days=3))
    late = time_machine.travel(dt.datetime(2026, 9, 14, 8, 0, tzinfo=dt.UTC), tick=False)
    with late, pytest.raises(WrongState, match="gick ut"):
        state_before_decision(by=person(Role.AUTHOR, "14"), communication=sent, statement="För sent.")


def test_an_exception_is_stated_with_its_reason(prepared: Prepared, draft: Decision, person: Any) -> None:
    application = draft.application
    with pytest.raises(DoesNotHold) as refusal:
        leave_out_communication(
            by=prepared.officer, application=application, exception=CommunicationException.NONE, reason=""
        )
    assert {problem.field for problem in refusal.value.problems} == {"exception", "reason"}
    conflicted = person(Role.CASE_OFFICER)
    say_conflict(conflicted, application)
    for by in (conflicted, prepared.chair, person(Role.REPRESENTATIVE, "14")):
        with pytest.raises(NotAllowed):
            leave_out_communication(by=by, application=application, exception=NEEDED_NOT, reason="Inget.")
    leave_out_communication(by=prepared.officer, application=application, exception=NEEDED_NOT, reason="Inget.")
    line = RegisterEntry.objects.get(subject__startswith="Kommunicering utelämnas")
    assert line.direction == "drawn_up" and "uppenbart obehövligt" in line.subject
    assert Event.objects.get(verb="left_out_communication").details["reason"] == "Inget."
    assert prepared.adopt(draft).state == "adopted"


def test_what_comes_from_others_afterwards_is_communicated_too(prepared: Prepared, draft: Decision) -> None:
    with time_machine.travel(THEN, tick=False):
        leave_out_communication(
            by=prepared.officer, application=draft.application, exception=NEEDED_NOT, reason="Inget."
        )
    hear(prepared, draft.application)
    with pytest.raises(DoesNotHold, match="efter kommuniceringen"):
        prepared.adopt(draft)


def test_one_choice_for_several_all_or_none(prepared: Prepared, draft: Decision, person: Any) -> None:
    Communication.objects.all().delete()
    officer = person(Role.CASE_OFFICER)
    say_no_conflict(officer, *prepared.applications[:2])
    say_conflict(officer, prepared.applications[2])
    with pytest.raises(NotAllowed):
        leave_out_several(by=officer, applications=prepared.applications, exception=NEEDED_NOT, reason="Inget.")
    assert not Communication.objects.exists()
    leave_out_several(by=officer, applications=prepared.applications[:2], exception=NEEDED_NOT, reason="Inget.")
    assert Communication.objects.count() == Event.objects.filter(verb="left_out_communication").count() == 2


def test_after_the_decision_nothing_is_communicated(prepared: Prepared) -> None:
    done = prepared.adopt(prepared.drafts()[0])
    with pytest.raises(WrongState, match="beslutad"):
        communicate(by=prepared.officer, application=done.application, due_on=DAY + dt.timedelta(days=3))


@pytest.mark.parametrize("wrong", [{"exception": "", "due_on": None}, {"exception": "unnecessary", "reason": ""}])
def test_the_data_cannot_say_neither(prepared: Prepared, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        Communication.objects.create(application=prepared.applications[0], by=prepared.officer, at=clock.now(), **wrong)


# Pages -----------------------------------------------------------------------------------------------------


def test_the_pages_send_read_and_answer(prepared: Prepared, draft: Decision, person: Any, client_as: Any) -> None:
    delegation, region = client_as(prepared.officer), client_as(person(Role.REPRESENTATIVE, "14"))
    inside, outside = (
        reverse("communicate", args=["2026", "2026-001"]),
        reverse("answer_communication", args=["2026-001"]),
    )
    assert region.get(outside).status_code == 404
    adopt_page = client_as(prepared.chair).get(reverse("adopt_decision", args=[draft.number])).content.decode()
    assert f'href="{inside}"' in adopt_page
    assert delegation.post(inside, {"gor": "kommunicera", "due_on": ""}).status_code == 422
    sent = {"gor": "kommunicera", "due_on": "2026-09-15", "further": "Ett brev från en kommun."}
    assert delegation.post(inside, sent).status_code == 302
    shown = region.get(outside).content.decode()
    assert "Ett brev från en kommun." in shown and "5 dagar kvar" in shown
    assert region.post(outside, {"statement": ""}).status_code == 422
    assert region.post(outside, {"statement": "Inget att invända."}).status_code == 302
    assert "Inget att invända." in delegation.get(inside).content.decode()


def test_the_exception_is_stated_on_the_page(prepared: Prepared, draft: Decision, client_as: Any) -> None:
    client, url = client_as(prepared.officer), reverse("communicate", args=["2026", "2026-001"])
    form = {"gor": "undanta", "undantag-exception": "unnecessary"}
    assert client.post(url, {**form, "undantag-reason": ""}).status_code == 422
    assert client.post(url, {**form, "undantag-reason": "Inget tillfört."}).status_code == 302
    assert "hindrar inte längre beslutet" in client.get(url).content.decode()


def test_several_at_once_on_the_page(prepared: Prepared, draft: Decision, client_as: Any) -> None:
    Communication.objects.all().delete()
    client, url = client_as(prepared.officer), reverse("communications", args=["2026"])
    form = {"exception": "unnecessary", "reason": "Inget.", "applications": ["2026-001", "2026-002"]}
    assert client.post(url, {**form, "applications": []}).status_code == 422
    assert client.post(url, {**form, "applications": ["2026-999"]}).status_code == 422
    assert client.post(url, form).status_code == 302
    assert Communication.objects.count() == 2
    assert "1 ansökan kan inte beslutas än" in client.get(url).content.decode()
    assert client_as(prepared.chair).get(url).status_code == 200
    assert client_as(prepared.chair).post(url, {**form, "applications": ["2026-003"]}).status_code == 403


def test_material_from_others_is_weighed_case_by_case(prepared: Prepared, draft: Decision, client_as: Any) -> None:
    hear(prepared, draft.application)
    client, url = client_as(prepared.officer), reverse("communications", args=["2026"])
    shown = client.get(url).content.decode()
    assert "Material från andra finns." in shown and 'value="2026-001"' not in shown
    form = {"exception": "unnecessary", "reason": "Inget.", "applications": ["2026-001"]}
    assert client.post(url, form).status_code == 422


def test_what_is_hidden_is_not_listed(prepared: Prepared, draft: Decision, person: Any, client_as: Any) -> None:
    officer = person(Role.CASE_OFFICER)
    say_conflict(officer, prepared.applications[0])
    say_no_conflict(officer, *prepared.applications[1:])
    shown = client_as(officer).get(reverse("communications", args=["2026"])).content.decode()
    assert "2026-001" not in shown and "2026-002" in shown


def test_the_list_asks_as_many_questions_at_any_size(prepared: Prepared, client_as: Any) -> None:
    client, url = client_as(prepared.officer), reverse("communications", args=["2026"])

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    questions()
    at_three = questions()
    prepared.apply("01", 4)
    prepared.apply("03", 4)
    assert questions() == at_three
