"""§ 11: notification, statement and adjustment, each with its day; writing off; and no acts by those in conflict."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from hemtag import clock
from hemtag.assessment.actions import assessing, withdrawing
from hemtag.assessment.actions.meetings import draft_decisions
from hemtag.assessment.actions.prioritising import prioritise
from hemtag.assessment.actions.reviewing import (
    close_review,
    hand_in_adjustment,
    let_adjust,
    notify_measures,
    state_on_measures,
)
from hemtag.assessment.actions.taking_back import take_back_opening
from hemtag.assessment.models import Decision, MeasureReview, Run
from hemtag.assessment.queries.assessing import next_for
from hemtag.assessment.queries.deciding import undecided
from hemtag.assessment.queries.preparing import Stage, overview
from hemtag.assessment.queries.prioritising import Ready
from hemtag.grants import actions as grants
from hemtag.grants.actions.openings import open_sections
from hemtag.grants.models import Application, OpeningGround, SubmittedVersion
from hemtag.history.models import Event, RegisterEntry
from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold, NotAllowed, WrongState
from tests.assessment.making import say_conflict, say_no_conflict
from tests.assessment.prepared import Prepared, prepared, the_day

__all__ = ["prepared", "the_day"]

ASKED = dt.datetime(2026, 7, 1, 8, 0, tzinfo=dt.UTC)
STATE_BY, ADJUST_BY = dt.date(2026, 7, 20), dt.date(2026, 8, 10)


@pytest.fixture
def july() -> Iterator[Any]:
    with time_machine.travel(ASKED, tick=False) as traveller:
        yield traveller


@pytest.fixture
def signer(person: Callable[..., Any]) -> Any:
    return person(Role.REPRESENTATIVE, "14", name="Filip Företrädare")


@pytest.fixture
def review(july: Any, officer: Any, application: Application) -> MeasureReview:
    return notify_measures(
        by=officer,
        application=application,
        measures="Använd den gemensamma tidboken.",
        reasons="Den finns redan.",
        due_on=STATE_BY,
    )


def adjusting(review: MeasureReview, officer: Any, signer: Any) -> MeasureReview:
    stated = state_on_measures(by=signer, review=review, statement="Vi håller med.")
    return let_adjust(by=officer, review=stated, adjustment="Byt tidbok.", sections=["block-1"], due_on=ADJUST_BY)


def change_block(by: Any, application: Application, purpose: str = "Den gemensamma tidboken") -> None:
    block = application.blocks.get()
    grants.edit_block(by=by, block=block, version=block.version, values={"purpose": purpose})


def test_an_adjustment_that_is_taken_back_ends_the_step(
    review: MeasureReview, officer: Any, signer: Any, application: Application
) -> None:
    changed = adjusting(review, officer, signer)
    change_block(signer, application)
    assert changed.opening is not None
    take_back_opening(by=officer, opening=changed.opening, reason="Regionen gör det i nästa ansökan.")
    ended = MeasureReview.objects.get()
    assert (ended.state, ended.closing_reason, ended.closed_by) == (
        "closed",
        "Regionen gör det i nästa ansökan.",
        officer,
    )
    assert application.blocks.get().purpose != "Den gemensamma tidboken"
    assert SubmittedVersion.objects.count() == 1
    with pytest.raises(WrongState):
        hand_in_adjustment(by=signer, review=ended)
    with pytest.raises(WrongState):
        take_back_opening(by=officer, opening=changed.opening, reason="Igen.")


def test_the_whole_step_is_registered_and_dated(
    review: MeasureReview, officer: Any, signer: Any, application: Application
) -> None:
    changed = adjusting(review, officer, signer)
    change_block(signer, application)
    done = hand_in_adjustment(by=signer, review=changed)
    assert (done.state, done.adjusted_by) == ("adjusted", signer)
    version = SubmittedVersion.objects.get(number=2)
    assert version.ground == "adjustment"
    assert version.content["applications"][0]["blocks"][0]["purpose"] == "Den gemensamma tidboken"
    verbs = list(Event.objects.filter(ground__startswith="11 §").order_by("number").values_list("verb", flat=True))
    assert verbs == [
        "notified_measures",
        "stated_on_measures",
        "opened_sections",
        "let_adjust",
        "handed_in_again",
        "adjusted",
    ]
    lines = list(RegisterEntry.objects.order_by("pk").values_list("direction", flat=True))
    assert lines == ["out", "in", "out", "in"]
    assert all("2026-001" in line.subject for line in RegisterEntry.objects.all())


def test_each_step_waits_for_the_one_before(
    review: MeasureReview, officer: Any, signer: Any, application: Application, july: Any
) -> None:
    with pytest.raises(WrongState, match="på sig att yttra sig"):
        let_adjust(by=officer, review=review, adjustment="A", sections=["text"], due_on=ADJUST_BY)
    with pytest.raises(WrongState, match="fortfarande tid"):
        close_review(by=officer, review=review, reason="Klart.")
    with pytest.raises(WrongState, match="inte öppnad"):
        hand_in_adjustment(by=signer, review=review)
    with pytest.raises(WrongState, match="pågår redan"):
        notify_measures(by=officer, application=application, measures="M", reasons="R", due_on=STATE_BY)
    changed = adjusting(review, officer, signer)
    with pytest.raises(WrongState):
        state_on_measures(by=signer, review=changed, statement="En gång till.")
    july.move_to(dt.datetime(2026, 8, 9, tzinfo=dt.UTC))
    with pytest.raises(WrongState, match="fortfarande tid"):
        close_review(by=officer, review=changed, reason="Klart.")


def test_silence_until_the_day_lets_the_delegation_go_on(
    review: MeasureReview, officer: Any, signer: Any, july: Any
) -> None:
    july.move_to(dt.datetime(2026, 7, 20, 22, 0, tzinfo=dt.UTC))  # the day after, in Sweden
    with pytest.raises(WrongState, match="gick ut"):
        state_on_measures(by=signer, review=review, statement="För sent.")
    opened = let_adjust(by=officer, review=review, adjustment="A", sections=["text"], due_on=ADJUST_BY)
    assert opened.state == "adjusting"


def test_an_adjustment_that_never_came_is_put_back_and_closed(
    review: MeasureReview, officer: Any, signer: Any, application: Application, july: Any
) -> None:
    changed = adjusting(review, officer, signer)
    change_block(signer, application, "Halvfärdigt")
    july.move_to(dt.datetime(2026, 8, 11, 8, 0, tzinfo=dt.UTC))
    with pytest.raises(WrongState, match="befintligt skick"):
        hand_in_adjustment(by=signer, review=changed)
    closed = close_review(by=officer, review=changed, reason="Ingen justering kom.")
    assert closed.state == "closed"
    assert application.blocks.get().purpose == "Färre luckor"
    assert SubmittedVersion.objects.count() == 1


def test_what_must_be_said(july: Any, officer: Any, application: Application) -> None:
    with pytest.raises(DoesNotHold) as refusal:
        notify_measures(by=officer, application=application, measures=" ", reasons="", due_on=dt.date(2026, 7, 1))
    assert {problem.field for problem in refusal.value.problems} == {"measures", "reasons", "due_on"}


def test_who_may_take_which_step(
    review: MeasureReview, officer: Any, signer: Any, person: Any, application: Application
) -> None:
    conflicted = person(Role.CASE_OFFICER)
    say_conflict(conflicted, application)
    for by in (person(Role.ECONOMIST, "14"), person(Role.REPRESENTATIVE, "01"), officer):
        with pytest.raises(NotAllowed):
            state_on_measures(by=by, review=review, statement="Nej.")
    changed = adjusting(review, officer, signer)
    for by in (conflicted, signer):
        with pytest.raises(NotAllowed):
            close_review(by=by, review=changed, reason="Klart.")
    for by in (person(Role.AUTHOR, "14"), officer):
        with pytest.raises(NotAllowed):
            hand_in_adjustment(by=by, review=changed)


def test_what_waits_for_whom(review: MeasureReview, officer: Any, signer: Any) -> None:
    assert [(t.text, t.due_on) for t in next_for(signer)] == [
        ("Yttra dig om lämpligare åtgärder i 2026-001 (11 §)", STATE_BY)
    ]
    stated = state_on_measures(by=signer, review=review, statement="Vi håller med.")
    assert "Gå vidare med prövningen enligt 11 § av 2026-001" in [task.text for task in next_for(officer)]
    assert next_for(signer) == []
    let_adjust(by=officer, review=stated, adjustment="A", sections=["text"], due_on=ADJUST_BY)
    assert [(t.text, t.due_on) for t in next_for(signer)] == [("Justera 2026-001 (11 §)", ADJUST_BY)]


def test_the_pages_walk_the_step(
    july: Any, officer: Any, signer: Any, application: Application, client_as: Any
) -> None:
    delegation, region = client_as(officer), client_as(signer)
    page, own = reverse("measure_reviews", args=["2026", "2026-001"]), reverse("answer_review", args=["2026-001"])
    assert region.get(own).status_code == 404
    assert delegation.post(page, {"measures": "M", "reasons": "R", "due_on": ""}).status_code == 422
    delegation.post(page, {"measures": "Tidbok.", "reasons": "Finns.", "due_on": "2026-07-20"})
    assert "Tidbok." in region.get(own).content.decode()
    assert region.post(own, {"statement": ""}).status_code == 422
    assert region.post(own, {"statement": "Vi håller med."}).status_code == 302
    (review,) = MeasureReview.objects.all()
    adjust = reverse("let_adjust", args=["2026", "2026-001", review.pk])
    wrong = delegation.post(adjust, {"justera-adjustment": "A", "justera-due_on": "2026-08-10"})
    assert wrong.status_code == 422 and "Välj minst en av ansökans delar." in wrong.content.decode()
    delegation.post(
        adjust,
        {"justera-adjustment": "A", "justera-due_on": "2026-08-10", "justera-sections": ["block-1"]},
    )
    shown = region.get(own).content.decode()
    assert f'href="{reverse("block", args=["2026-001", 1])}"' in shown
    assert region.post(own, {"gor": "lamna-in"}).status_code == 422
    change_block(signer, application)
    assert region.post(own, {"gor": "lamna-in"}).status_code == 302
    read = delegation.get(reverse("read_application", args=["2026", "2026-001"])).content.decode()
    assert "Se vad som har ändrats mellan versionerna" in read and "Tidbok." in read
    assert delegation.get(adjust).status_code == 302


def test_a_step_is_closed_on_the_page(review: MeasureReview, officer: Any, signer: Any, client_as: Any) -> None:
    state_on_measures(by=signer, review=review, statement="Vår åtgärd är bättre.")
    url = reverse("close_review", args=["2026", "2026-001", review.pk])
    client = client_as(officer)
    assert client.post(url, {"avsluta-reason": ""}).status_code == 422
    assert client.post(url, {"avsluta-reason": "Yttrandet övertygar."}).status_code == 302
    review.refresh_from_db()
    assert (review.state, review.closing_reason) == ("closed", "Yttrandet övertygar.")
    assert Event.objects.filter(verb="closed_review").count() == 1


# While an application is open ------------------------------------------------------------------------------


def test_an_opened_application_is_neither_prioritised_nor_decided(prepared: Prepared, client_as: Any) -> None:
    drafts = prepared.drafts()
    first = prepared.applications[0]
    until = clock.today() + dt.timedelta(days=5)
    open_sections(by=prepared.officer, application=first, ground=OpeningGround.COMPLETION, keys=["text"], until=until)
    ready = Ready(prepared.call)
    assert first not in ready.candidates() and ready.opened == [first]
    shown = client_as(prepared.officer).get(reverse("prioritisation", args=["2026"])).content.decode()
    assert "1 ansökan är öppnad för komplettering eller justering" in shown
    with pytest.raises(WrongState, match="öppnad för komplettering"):
        prepared.adopt(drafts[0])
    with pytest.raises(WrongState, match="öppnad för komplettering"):
        draft_decisions(by=prepared.officer, meeting=prepared.meet(Run.objects.get()))


# Writing off -----------------------------------------------------------------------------------------------


def test_an_application_is_taken_back_after_the_window(prepared: Prepared, person: Any, client_as: Any) -> None:
    prepared.drafts()
    first = prepared.applications[0]
    signer, author = person(Role.REPRESENTATIVE, "14"), person(Role.AUTHOR, "14")
    for by in (author, prepared.officer, person(Role.REPRESENTATIVE, "01")):
        with pytest.raises(NotAllowed):
            withdrawing.ask_withdrawal(by=by, application=first, reason="Vi gör det själva.")
    with pytest.raises(DoesNotHold):
        withdrawing.ask_withdrawal(by=signer, application=first, reason=" ")
    asked = withdrawing.ask_withdrawal(by=signer, application=first, reason="Vi gör det själva.")
    assert "Avskriv 2026-001, som tas tillbaka" in [task.text for task in next_for(prepared.officer)]
    conflicted = person(Role.CASE_OFFICER)
    say_conflict(conflicted, first)
    for by in (conflicted, signer):
        with pytest.raises(NotAllowed):
            withdrawing.grant_withdrawal(by=by, withdrawal=asked)
    page = reverse("grant_withdrawal", args=["2026", first.number])
    assert "Vi gör det själva." in client_as(prepared.officer).get(page).content.decode()
    assert client_as(prepared.officer).post(page).status_code == 302
    first = Application.objects.get(pk=first.pk)
    assert first.withdrawal.state == "granted"
    assert first not in Ready(prepared.call).eligible
    assert first not in undecided(prepared.call)
    assert not Decision.objects.filter(application=first).exists()
    assert first.number not in [
        row["id"] for row in prioritise(by=prepared.officer, call=prepared.call).round["applications"]
    ]
    line = next(
        row for row in overview(prepared.officer, prepared.call, clock.today()).lines if row.number == first.number
    )
    assert line.stage == Stage.WITHDRAWN and not line.is_open
    assert list(RegisterEntry.objects.order_by("pk").values_list("direction", flat=True)) == ["in", "out"]
    assert (
        Event.objects.filter(verb="asked_withdrawal").count()
        == Event.objects.filter(verb="granted_withdrawal").count()
        == 1
    )
    with pytest.raises(WrongState):
        withdrawing.grant_withdrawal(by=prepared.officer, withdrawal=asked)
    with pytest.raises(WrongState):
        assessing.ask_completion(by=prepared.officer, application=first, text="Vad?", due_on=dt.date(2026, 12, 1))


def test_while_the_window_is_open_the_whole_form_is_taken_back_instead(
    application: Application, signer: Any, client_as: Any
) -> None:
    with time_machine.travel(dt.datetime(2026, 6, 15, 12, tzinfo=dt.UTC), tick=False):
        with pytest.raises(NotAllowed, match="Utlysningen är öppen"):
            withdrawing.ask_withdrawal(by=signer, application=application, reason="Nej.")
        page = client_as(signer).get(reverse("ask_withdrawal", args=[application.number]))
        assert "Utlysningen är öppen" in page.content.decode()


def test_the_regions_page_asks_for_it(july: Any, application: Application, signer: Any, client_as: Any) -> None:
    url = reverse("ask_withdrawal", args=[application.number])
    client = client_as(signer)
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Vi gör det själva."}).status_code == 302
    assert "Begärd" in client.get(url).content.decode()


# Conflict in a round ---------------------------------------------------------------------------------------


def test_someone_in_conflict_starts_no_run_and_is_told_who_can(prepared: Prepared, person: Any, client_as: Any) -> None:
    conflicted = person(Role.CASE_OFFICER, name="Jonna Jävig")
    say_conflict(conflicted, prepared.applications[0])
    say_no_conflict(conflicted, *prepared.applications[1:])
    with pytest.raises(NotAllowed, match=r"jävig i 2026-001.*Hanna Handläggare"):
        prioritise(by=conflicted, call=prepared.call)
    answer = client_as(conflicted).post(reverse("prioritisation", args=["2026"]))
    assert answer.status_code == 403 and "Hanna Handläggare" in answer.content.decode()
    assert not Run.objects.exists()
    meeting = prepared.meet()
    with pytest.raises(NotAllowed, match=r"jävig i 2026-001.*Hanna Handläggare"):
        draft_decisions(by=conflicted, meeting=meeting)
    assert not Decision.objects.exists()


def test_a_decided_round_calls_no_meeting(prepared: Prepared, client_as: Any) -> None:
    url, call_text = reverse("prioritisation", args=["2026"]), "Kalla till sammanträde"
    client = client_as(prepared.officer)
    drafts = prepared.drafts()
    assert call_text in client.get(url).content.decode()
    for draft in drafts:
        prepared.adopt(draft)
    assert call_text not in client.get(url).content.decode()
