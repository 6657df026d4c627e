"""Completion by section: exactly what is asked for is opened, answered as a new version, or lapses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hemtag import clock
from hemtag.assessment.actions.completing import answer_completion, ask_completion
from hemtag.assessment.actions.taking_back import take_back_opening
from hemtag.assessment.models import CompletionRequest
from hemtag.assessment.queries.assessing import next_for, suggestions_for, waiting_request
from hemtag.assessment.queries.preparing import overview
from hemtag.grants import actions as grants
from hemtag.grants.actions.openings import cancel_opening, close_openings, open_sections
from hemtag.grants.models import Application, Cost, Opening, OpeningGround, Participant, SubmittedVersion
from hemtag.grants.queries import submitted_content
from hemtag.grants.queries.openings import state_on
from hemtag.history.models import Event, RegisterEntry
from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold, NotAllowed, WrongState
from tests.assessment.making import freeze, make_application, make_eligible, say_conflict, say_no_conflict

ASKED = dt.datetime(2026, 7, 1, 8, 0, tzinfo=dt.UTC)
LAST = dt.date(2026, 7, 10)
LAST_SECOND = dt.datetime(2026, 7, 10, 21, 59, 59, tzinfo=dt.UTC)  # 23.59.59 Swedish summer time
TOO_LATE = dt.datetime(2026, 7, 10, 22, 0, 0, tzinfo=dt.UTC)


@pytest.fixture
def july() -> Iterator[Any]:
    with time_machine.travel(ASKED, tick=False) as traveller:
        yield traveller


@pytest.fixture
def writer(person: Callable[..., Any]) -> Any:
    return person(Role.AUTHOR, "14", name="Sara Skribent")


@pytest.fixture
def signer(person: Callable[..., Any]) -> Any:
    return person(Role.REPRESENTATIVE, "14", name="Filip Företrädare")


@pytest.fixture
def asked(july: Any, officer: Any, application: Application) -> CompletionRequest:
    return ask_completion(
        by=officer,
        application=application,
        text="Beskriv ägaren.",
        due_on=LAST,
        sections=["text", "kostnader-1", "forutsattningar"],
    )


def describe(by: Any, application: Application, text: str = "Vi inför en gemensam tidbok i två steg.") -> Application:
    row = Application.objects.select_related("submission__call", "submission__responsible").get(pk=application.pk)
    return grants.edit_application(by=by, application=row, version=row.version, values={"description": text})


def set_first_cost(by: Any, application: Application, sek: int) -> None:
    block = application.blocks.get()
    region = application.submission.responsible
    cells = {(region.pk, 2026, "own_time"): (sek, 0), (region.pk, 2027, "own_time"): (1_000_000, 0)}
    grants.set_costs(by=by, block=block, version=block.costs_version, cells=cells)


def rules_of(refusal: Any) -> set[str]:
    return {problem.rule for problem in refusal.value.problems}


# Asking --------------------------------------------------------------------------------------------------


def test_asking_opens_exactly_the_sections(asked: CompletionRequest, writer: Any, application: Application) -> None:
    assert asked.opening is not None
    assert asked.opening.sections == ["forutsattningar", "text", "kostnader-1"]
    assert asked.opening.ground == OpeningGround.COMPLETION
    assert Event.objects.filter(verb="opened_sections").get().details["until"] == LAST.isoformat()
    assert Event.objects.filter(verb="asked_completion").get().details["sections"] == asked.opening.sections
    line = RegisterEntry.objects.get()
    assert line.direction == "out" and "svar senast 2026-07-10" in line.subject
    describe(writer, application)
    set_first_cost(writer, application, 2_000_000)
    block = application.blocks.get()
    with pytest.raises(WrongState):
        grants.edit_block(by=writer, block=block, version=block.version, values={"purpose": "Annat"})
    with pytest.raises(WrongState):
        grants.set_effects(by=writer, block=block, version=block.version, rows=[])


def test_what_may_be_opened(july: Any, officer: Any, application: Application) -> None:
    def ask(**other: Any) -> CompletionRequest:
        values: dict[str, Any] = {"text": "Vad?", "due_on": LAST, "sections": ["text"]}
        return ask_completion(by=officer, application=application, **{**values, **other})

    for wrong in (["block-9"], ["text", "kostnader-x"], ["region-99"]):
        with pytest.raises(DoesNotHold) as refusal:
            ask(sections=wrong)
        assert rules_of(refusal) == {"sections_are_chosen"}
    with pytest.raises(DoesNotHold):
        ask(due_on=dt.date(2026, 7, 1))
    assert not Opening.objects.exists() and not CompletionRequest.objects.exists()


def test_only_one_opening_at_a_time(asked: CompletionRequest, officer: Any, application: Application) -> None:
    with pytest.raises(WrongState, match="redan öppnad till och med"):
        open_sections(by=officer, application=application, ground=OpeningGround.ADJUSTMENT, keys=["text"], until=LAST)


def test_who_may_open(asked: CompletionRequest, person: Any, call: Any, regions: Any) -> None:
    other = make_application(call, regions["12"])
    conflicted, assessor = person(Role.CASE_OFFICER), person(Role.ASSESSOR)
    say_conflict(conflicted, other)
    say_no_conflict(assessor, other)
    for by in (conflicted, assessor, person(Role.REPRESENTATIVE, "12"), person(Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            ask_completion(by=by, application=other, text="Vad?", due_on=LAST, sections=["text"])
    for by in (assessor, person(Role.REPRESENTATIVE, "12")):
        with pytest.raises(NotAllowed):
            open_sections(by=by, application=other, ground=OpeningGround.COMPLETION, keys=["text"], until=LAST)


# Answering -----------------------------------------------------------------------------------------------


def test_the_answer_is_a_new_version_with_its_receipt(
    asked: CompletionRequest, writer: Any, signer: Any, application: Application, july: Any
) -> None:
    first = SubmittedVersion.objects.get()
    describe(writer, application)
    assert submitted_content(application)["description"] == "Vi inför en gemensam tidbok."
    july.move_to(LAST_SECOND)
    done = answer_completion(by=signer, request=asked, answer="Se beskrivningen.")
    second = SubmittedVersion.objects.get(number=2)
    assert (second.ground, second.by, second.at) == ("completion", signer, LAST_SECOND)
    assert second.sha256 != first.sha256
    assert second.receipt is not None and second.receipt.content_type == "application/pdf"
    assert submitted_content(application)["description"] == "Vi inför en gemensam tidbok i två steg."
    assert submitted_content(application)["version"] == 2
    assert done.opening is not None
    done.opening.refresh_from_db()
    assert done.opening.state == "answered"
    first.refresh_from_db()
    assert first.content["applications"][0]["description"] == "Vi inför en gemensam tidbok."
    incoming = RegisterEntry.objects.filter(direction="in", sha256=second.sha256).get()
    assert incoming.case_number == application.submission.case_number
    assert "Komplettering av ansökan 2026-001, ny version" in incoming.subject
    event = Event.objects.get(verb="handed_in_again")
    assert event.details["version"] == 2 and event.details["sha256"] == second.sha256
    with pytest.raises(WrongState, match="besvarades"):
        answer_completion(by=signer, request=asked)
    with pytest.raises(WrongState):
        describe(writer, application, "Efteråt")
    assert SubmittedVersion.objects.count() == 2


def test_only_this_application_and_the_common_texts_are_replaced(
    july: Any, officer: Any, application: Application, writer: Any, signer: Any, call: Any, regions: Any
) -> None:
    other = make_application(call, regions["14"], title="Den andra")
    freeze(other.submission)
    request = ask_completion(
        by=officer, application=application, text="Vad?", due_on=LAST, sections=["text", "forutsattningar"]
    )
    describe(writer, application)
    submission = Application.objects.get(pk=application.pk).submission
    grants.edit_submission(
        by=writer, submission=submission, version=submission.version, values={"development_needs": "Köerna."}
    )
    Application.objects.filter(pk=other.pk).update(description="Ändrad utan att någon öppnat")
    answer_completion(by=signer, request=request)
    content = SubmittedVersion.objects.get(number=2).content
    by_number = {part["number"]: part for part in content["applications"]}
    assert by_number[other.number]["description"] == "Vi inför en gemensam tidbok."
    assert by_number[application.number]["description"].endswith("i två steg.")
    assert content["development_needs"] == "Köerna."
    assert content["economic_analysis"] == "Regionens ekonomi är ansträngd."


def test_what_is_not_opened_stays_as_it_was_handed_in(
    asked: CompletionRequest, writer: Any, signer: Any, application: Application
) -> None:
    application.blocks.update(purpose="Ändrat vid sidan av")
    application.measuring_points.all().delete()
    set_first_cost(writer, application, 3_000_000)
    answer_completion(by=signer, request=asked)
    before, after = (SubmittedVersion.objects.get(number=number).content["applications"][0] for number in (1, 2))
    assert after["blocks"][0]["purpose"] == before["blocks"][0]["purpose"] == "Färre luckor"
    assert after["measuring_points"] == before["measuring_points"] != []
    assert after["blocks"][0]["costs"][0]["requested_sek"] == 3_000_000


def test_the_checks_of_hand_in_run_again_but_for_the_window(
    asked: CompletionRequest, writer: Any, signer: Any, application: Application
) -> None:
    set_first_cost(writer, application, 0)
    describe(writer, application, "")
    grants.set_costs(by=writer, block=application.blocks.get(), version=2, cells={})
    with pytest.raises(DoesNotHold) as refusal:
        answer_completion(by=signer, request=asked, answer="Se här.")
    assert {"paragraph_nine_is_answered", "every_block_costs_something"} <= rules_of(refusal)
    assert "window_is_open" not in rules_of(refusal)
    assert all(problem.link for problem in refusal.value.problems)
    asked.refresh_from_db()
    assert asked.answered_at is None and SubmittedVersion.objects.count() == 1


def test_an_answer_without_a_change_is_refused(asked: CompletionRequest, signer: Any) -> None:
    with pytest.raises(DoesNotHold, match="Inget är ändrat"):
        answer_completion(by=signer, request=asked, answer="Allt står där.")


def test_only_the_authorised_representative_hands_the_version_in(
    asked: CompletionRequest, writer: Any, person: Any, application: Application
) -> None:
    describe(writer, application)
    for by in (writer, person(Role.ECONOMIST, "14"), person(Role.REPRESENTATIVE, "01"), person(Role.CASE_OFFICER)):
        with pytest.raises(NotAllowed):
            answer_completion(by=by, request=asked, answer="Svar.")
    assert SubmittedVersion.objects.count() == 1


def test_the_window_is_tried_on_the_day_of_the_hand_in(
    asked: CompletionRequest, writer: Any, signer: Any, application: Application
) -> None:
    """What is completed in July came in by right: the officer is not told that it came too late."""
    describe(writer, application)
    answer_completion(by=signer, request=asked)
    row = Application.objects.select_related("submission__call", "submission__responsible").get(pk=application.pk)
    within = next(line for line in suggestions_for(row) if line.condition.key == "within_the_window")
    assert within.is_met


# The day passes ------------------------------------------------------------------------------------------


def test_after_the_day_nothing_can_be_changed_or_answered(
    asked: CompletionRequest, writer: Any, signer: Any, application: Application, july: Any
) -> None:
    describe(writer, application)
    july.move_to(TOO_LATE)
    assert asked.opening is not None
    assert state_on(asked.opening, clock.today()) == "lapsed"
    with pytest.raises(WrongState):
        describe(writer, application, "För sent")
    with pytest.raises(WrongState, match="befintligt skick"):
        answer_completion(by=signer, request=asked, answer="För sent.")
    assert waiting_request(application, clock.today()) is None


def test_closing_puts_everything_back_as_it_was_handed_in(
    july: Any, officer: Any, application: Application, writer: Any, person: Any, capsys: Any
) -> None:
    before = submitted_content(application)
    every = ["forutsattningar", "text", "matpunkter", "block-1", "effekter-1", "kostnader-1", "region-01", "region-14"]
    ask_completion(by=officer, application=application, text="Allt.", due_on=LAST, sections=every)
    row = describe(writer, application, "Halvfärdig")
    grants.set_measuring_points(by=writer, application=row, version=row.version, rows=[])
    block = application.blocks.get()
    block = grants.edit_block(by=writer, block=block, version=block.version, values={"purpose": "Halvt"})
    grants.set_effects(by=writer, block=block, version=block.version, rows=[])
    set_first_cost(writer, application, 5)
    submission = Application.objects.get(pk=application.pk).submission
    grants.edit_submission(
        by=writer, submission=submission, version=submission.version, values={"economic_analysis": "Halv"}
    )
    stockholm = Participant.objects.get(application=application, region__code="01")
    there = person(Role.REPRESENTATIVE, "01")
    grants.reopen_participation(by=there, participant=stockholm)
    grants.edit_participation(by=there, participant=stockholm, values={"paragraph": "§ 99"})
    july.move_to(TOO_LATE)
    call_command("close_openings")
    assert "Stängda öppningar: 1" in capsys.readouterr().out
    from hemtag.grants.queries import content_of

    submission.refresh_from_db()
    live = content_of(submission)
    frozen = SubmittedVersion.objects.get().content
    assert live == frozen
    assert submitted_content(application) == before
    assert Opening.objects.get().state == "lapsed"
    assert Event.objects.get(verb="opening_lapsed").actor == "Hemtag"
    assert close_openings(by=None) == []
    assert Event.objects.filter(verb="opening_lapsed").count() == 1


def test_an_opening_that_still_has_its_day_is_not_closed(asked: CompletionRequest, july: Any) -> None:
    july.move_to(LAST_SECOND)
    assert close_openings(by=None) == []


def test_a_new_request_after_a_lapsed_one_closes_it_first(
    asked: CompletionRequest, officer: Any, writer: Any, application: Application, july: Any
) -> None:
    describe(writer, application, "Halvfärdig")
    july.move_to(TOO_LATE)
    again = ask_completion(
        by=officer, application=application, text="Igen.", due_on=dt.date(2026, 8, 1), sections=["matpunkter"]
    )
    assert again.opening is not None
    assert sorted(Opening.objects.values_list("state", flat=True)) == ["lapsed", "open"]
    assert Application.objects.get(pk=application.pk).description == "Vi inför en gemensam tidbok."


def test_an_opening_that_is_taken_back(
    asked: CompletionRequest, officer: Any, writer: Any, signer: Any, application: Application, person: Any
) -> None:
    describe(writer, application, "Halvfärdig")
    assert asked.opening is not None
    with pytest.raises(NotAllowed):
        cancel_opening(by=signer, opening=asked.opening)
    cancel_opening(by=officer, opening=asked.opening)
    assert Event.objects.filter(verb="cancelled_opening").count() == 1
    assert waiting_request(application, clock.today()) is None
    assert [task.text for task in next_for(signer)] == []
    with pytest.raises(WrongState):
        answer_completion(by=signer, request=asked)


def test_taking_an_opening_back_is_told_with_its_reason_and_lets_a_new_request_be_made(
    asked: CompletionRequest, officer: Any, writer: Any, signer: Any, application: Application, client_as: Any
) -> None:
    describe(writer, application, "Halvfärdig")
    assert asked.opening is not None
    own = client_as(officer)
    page = reverse("take_back_opening", args=["2026", "2026-001", asked.opening.pk])
    asking = own.get(reverse("ask_completion", args=["2026", "2026-001"])).content.decode()
    assert f'href="{page}"' in asking
    assert "faller" in own.get(page).content.decode()
    assert own.post(page, {"reason": " "}).status_code == 422
    assert Opening.objects.get().state == "open"
    assert own.post(page, {"reason": "Fel delar öppnades."}).status_code == 302
    assert Opening.objects.get().state == "cancelled"
    assert Application.objects.get(pk=application.pk).description == "Vi inför en gemensam tidbok."
    event = Event.objects.get(verb="cancelled_opening")
    assert event.details["reason"] == "Fel delar öppnades." and event.ground.startswith("10 och 12")
    line = RegisterEntry.objects.order_by("-pk")[0]
    assert line.direction == "out" and "återkallas" in line.subject
    told = client_as(signer)
    for address in (
        reverse("completions", args=["2026-001"]),
        reverse("answer_completion", args=["2026-001", asked.pk]),
    ):
        text = told.get(address).content.decode()
        assert "Fel delar öppnades." in text and "Lämna in den nya versionen" not in text
    assert own.post(page, {"reason": "Igen."}).status_code == 422
    assert "inte öppna längre" in own.get(page).content.decode()
    again = ask_completion(by=officer, application=application, text="Rätt delar.", due_on=LAST, sections=["text"])
    assert again.opening is not None and again.opening.state == "open"


def test_only_the_delegation_takes_back(asked: CompletionRequest, signer: Any, person: Any) -> None:
    assert asked.opening is not None
    with pytest.raises(NotAllowed):
        take_back_opening(by=signer, opening=asked.opening, reason="Nej.")


# What the delegation sees meanwhile ------------------------------------------------------------------------


def test_the_round_counts_what_was_handed_in(
    asked: CompletionRequest, officer: Any, writer: Any, application: Application, call: Any
) -> None:
    set_first_cost(writer, application, 90_000_000)
    assert Cost.objects.filter(requested_sek=90_000_000).exists()
    (line,) = overview(officer, call, clock.today()).lines
    assert line.requested_sek == 2_000_000


# Pages ---------------------------------------------------------------------------------------------------


def page(name: str, request: CompletionRequest) -> str:
    return reverse(name, args=[request.application.number, request.pk])


def test_the_regions_page_says_what_is_asked_and_links_to_each_section(
    asked: CompletionRequest, writer: Any, client_as: Any
) -> None:
    shown = client_as(writer).get(page("answer_completion", asked)).content.decode()
    number = asked.application.number
    for name in ("edit_application", "edit_submission"):
        assert f'href="{reverse(name, args=[number])}"' in shown
    assert f'href="{reverse("edit_costs", args=[number, 1])}"' in shown
    assert "9 dagar kvar" in shown
    assert "Beskriv ägaren." in shown
    assert "behörig företrädare" in shown  # who may hand it in


def test_the_representative_hands_in_on_the_page(
    asked: CompletionRequest, writer: Any, signer: Any, client_as: Any, application: Application
) -> None:
    client = client_as(signer)
    refused = client.post(page("answer_completion", asked), {"answer": ""})
    assert refused.status_code == 422 and "Inget är ändrat" in refused.content.decode()
    describe(writer, application)
    shown = client.get(page("answer_completion", asked)).content.decode()
    assert "<ins>" in shown and "i två" in shown
    assert client.post(page("answer_completion", asked), {"answer": ""}).status_code == 302
    assert "Den nya versionen har ett eget kvitto." in client.get(page("answer_completion", asked)).content.decode()


def test_the_officer_asks_with_boxes_and_sees_the_difference(
    july: Any, officer: Any, writer: Any, signer: Any, client_as: Any, application: Application
) -> None:
    client = client_as(officer)
    url = reverse("ask_completion", args=["2026", application.number])
    shown = client.get(url).content.decode()
    assert 'value="region-01"' in shown and "Kostnader i block 1. Tidboken" in shown
    sent = {"text": "Vem äger?", "due_on": "2026-07-10", "sections": ["text"]}
    assert client.post(url, sent).status_code == 302
    assert client.post(url, {**sent, "sections": ["allt"]}).status_code == 422
    describe(writer, application)
    answer_completion(by=signer, request=CompletionRequest.objects.get())
    compared = client.get(reverse("case_changes", args=["2026", application.number])).content.decode()
    assert "Från version 1 till version 2" in " ".join(compared.split())
    assert "tillagt:" in compared
    same = client.get(reverse("case_changes", args=["2026", application.number]), {"fran": "2", "till": "2"})
    assert "Inget skiljer mellan de två versionerna." in same.content.decode()
    nonsense = client.get(reverse("case_changes", args=["2026", application.number]), {"fran": "x", "till": "99"})
    assert nonsense.status_code == 200


def test_the_differences_are_for_those_who_have_declared(
    july: Any, application: Application, person: Any, client_as: Any
) -> None:
    url = reverse("case_changes", args=["2026", application.number])
    undeclared, conflicted = person(Role.ASSESSOR), person(Role.ASSESSOR)
    say_conflict(conflicted, application)
    assert client_as(undeclared).get(url).status_code == 302
    assert client_as(conflicted).get(url).status_code == 403
    assert client_as(person(Role.REPRESENTATIVE, "14")).get(url).status_code == 403


def test_what_waits_tells_the_day(asked: CompletionRequest, writer: Any, person: Any) -> None:
    (task,) = next_for(writer)
    assert (task.text, task.due_on) == ("Svara på begäran om komplettering av 2026-001", LAST)
    assert next_for(person(Role.AUTHOR, "12")) == []


def test_the_lists_of_requests_ask_as_many_questions_at_any_number(
    july: Any, officer: Any, writer: Any, signer: Any, client_as: Any, application: Application
) -> None:
    make_eligible(application)
    client, url = client_as(officer), reverse("read_application", args=["2026", application.number])

    def questions() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked_for:
            assert client.get(url).status_code == 200
        return len(asked_for)

    def complete(step: int) -> None:
        request = ask_completion(by=officer, application=application, text="Vad?", due_on=LAST, sections=["text"])
        describe(writer, application, f"Steg {step}")
        answer_completion(by=signer, request=request)

    complete(1)
    questions()
    at_one = questions()
    complete(2)
    complete(3)
    assert questions() == at_one
