"""Handing in: refused with every reason, or frozen, numbered, registered and receipted."""

from __future__ import annotations

import datetime as dt
import io
import json
from unittest import mock

import pytest
import time_machine
from django.utils import translation
from pypdf import PdfReader

from hemtag.grants import actions, queries
from hemtag.grants.models import Submission, SubmissionState, SubmittedVersion
from hemtag.history.models import Direction, Event, RegisterEntry
from hemtag.history.queries import events_about
from hemtag.knowledge.models import Document
from hemtag.knowledge.storing import kept
from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold, NotAllowed, WrongState
from tests.grants.making import (
    a_call,
    a_person,
    a_submission_that_holds,
    an_application,
    complete,
    in_the_window,
    organisation,
    representative_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.urls("hemtag.grants.urls")]

LAST_SECOND = dt.datetime(2026, 6, 15, 21, 59, 59, tzinfo=dt.UTC)  # 23.59.59 Swedish summer time
FIRST_MOMENT = dt.datetime(2026, 3, 31, 22, 0, 0, tzinfo=dt.UTC)  # midnight, Swedish summer time


def submit_at(submission: Submission, moment: dt.datetime) -> SubmittedVersion:
    with time_machine.travel(moment, tick=False):
        return actions.submit(by=representative_of(submission.responsible), submission=submission)


def rules_of(refusal: DoesNotHold) -> set[str]:
    return {problem.rule for problem in refusal.problems}


def test_a_whole_form_is_frozen_numbered_registered_and_receipted() -> None:
    submission = a_submission_that_holds()
    events_before = Event.objects.count()
    version = submit_at(submission, LAST_SECOND)

    submission.refresh_from_db()
    assert submission.state == SubmissionState.SUBMITTED
    assert submission.case_number == "HT 2026/0001"
    assert submission.submitted_at == LAST_SECOND
    assert submission.submitted_by == representative_of(submission.responsible)

    line = RegisterEntry.objects.get()
    assert (line.case_number, line.line, line.direction) == ("HT 2026/0001", 1, Direction.IN)
    assert line.party == "Västra Götalandsregionen"
    assert "2026-001 En åtgärd" in line.subject
    assert line.sha256 == version.sha256 == queries.sha256_of(version.content)
    assert line.on == dt.date(2026, 6, 15)

    event = events_about(submission).first()
    assert event is not None and event.verb == "submitted"
    assert event.details["case_number"] == "HT 2026/0001"
    assert event.details["sha256"] == version.sha256
    # The receipt is stored as a document with an event of its own; handing in is one.
    assert Event.objects.count() == events_before + 2


def test_the_receipt_says_when_what_who_and_how_much() -> None:
    version = submit_at(a_submission_that_holds(), LAST_SECOND)
    assert version.receipt is not None
    content = kept(version.receipt.sha256) or b""
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    bare = "".join(text.split())
    for words in (
        "HT 2026/0001",
        "15 juni 2026 kl. 23.59.59 (CEST)",
        "2026-001",
        "En åtgärd",
        "1000000kr",
        "200000kr",
        "Västra Götalandsregionen",
        "Region Stockholm",
        version.sha256,
    ):
        assert "".join(words.split()) in bare, words


def test_register_and_receipt_are_in_swedish_whatever_the_person_reads() -> None:
    submission = a_submission_that_holds()
    with translation.override("en"):
        version = submit_at(submission, LAST_SECOND)
    assert RegisterEntry.objects.get().subject.startswith("Ansökan om statsbidrag")
    assert version.receipt is not None
    content = kept(version.receipt.sha256) or b""
    assert "15 juni 2026" in PdfReader(io.BytesIO(content)).pages[0].extract_text()


def test_what_is_frozen_does_not_follow_later_changes_of_rows() -> None:
    submission = a_submission_that_holds()
    version = submit_at(submission, LAST_SECOND)
    application = submission.applications.get()
    type(application).objects.filter(pk=application.pk).update(title="Omskriven")
    version.refresh_from_db()
    assert version.content["applications"][0]["title"] == "En åtgärd"
    application.refresh_from_db()
    read = queries.submitted_content(application)
    assert read["title"] == "En åtgärd"
    assert read["requested_sek"] == 1_000_000 and read["cofinancing_sek"] == 200_000
    assert read["requested_per_year"] == {2026: 1_000_000}
    assert read["economic_analysis"] == "Ekonomin."


def test_the_frozen_content_is_the_same_bytes_after_a_round_through_the_database() -> None:
    submission = a_submission_that_holds()
    before = queries.canonical(queries.content_of(submission))
    version = SubmittedVersion.objects.get(pk=submit_at(submission, LAST_SECOND).pk)
    assert queries.canonical(version.content) == before
    assert json.loads(before) == version.content


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (FIRST_MOMENT - dt.timedelta(seconds=1), False),
        (FIRST_MOMENT, True),
        (LAST_SECOND, True),
        (LAST_SECOND + dt.timedelta(seconds=1), False),
    ],
)
def test_the_window_is_whole_swedish_days_in_summer_time(moment: dt.datetime, is_open: bool) -> None:
    submission = a_submission_that_holds()
    if is_open:
        assert submit_at(submission, moment).number == 1
        return
    with pytest.raises(DoesNotHold) as refusal:
        submit_at(submission, moment)
    assert rules_of(refusal.value) == {"window_is_open"}


def test_after_the_window_the_refusal_says_which_day_and_who_can_help() -> None:
    submission = a_submission_that_holds()
    with pytest.raises(DoesNotHold) as refusal:
        submit_at(submission, LAST_SECOND + dt.timedelta(seconds=1))
    (problem,) = refusal.value.problems
    assert "15 juni 2026" in problem.message
    assert "handläggare" in problem.message and "delegationen@example.org" in problem.message
    assert problem.link == "/utlysningar/2026/"


def test_late_access_opens_for_that_region_alone_and_until_its_day() -> None:
    submission, other = a_submission_that_holds(), a_submission_that_holds("12", (), "En annan åtgärd")
    officer = a_person(Role.CASE_OFFICER)
    with time_machine.travel(LAST_SECOND + dt.timedelta(hours=1), tick=False):
        actions.give_late_access(
            by=officer,
            call=a_call(),
            region=submission.responsible,
            until=dt.date(2026, 6, 17),
            reason="Strömavbrott i regionen den 15 juni.",
        )
    event = events_about(a_call()).first()
    assert event is not None and event.details["reason"].startswith("Strömavbrott")
    with pytest.raises(DoesNotHold):
        submit_at(other, LAST_SECOND + dt.timedelta(days=1))
    with pytest.raises(DoesNotHold) as refusal:
        submit_at(submission, LAST_SECOND + dt.timedelta(days=2, seconds=1))
    assert "17 juni 2026" in str(refusal.value)
    assert submit_at(submission, LAST_SECOND + dt.timedelta(days=2)).number == 1


def test_late_access_needs_a_case_officer_a_reason_and_a_later_day() -> None:
    region, call = organisation("14"), a_call()
    with pytest.raises(NotAllowed, match="handläggare"):
        actions.give_late_access(
            by=a_person(Role.ASSESSOR), call=call, region=region, until=dt.date(2026, 6, 20), reason="Skäl"
        )
    with in_the_window(), pytest.raises(DoesNotHold) as refusal:
        actions.give_late_access(
            by=a_person(Role.CASE_OFFICER), call=call, region=region, until=dt.date(2026, 6, 15), reason=" "
        )
    assert {problem.field for problem in refusal.value.problems} == {"reason", "until"}


def test_a_second_click_doubles_nothing_and_says_when_and_by_whom() -> None:
    submission = a_submission_that_holds()
    stale = Submission.objects.get(pk=submission.pk)
    submit_at(submission, LAST_SECOND)
    counts = (Event.objects.count(), RegisterEntry.objects.count(), Document.objects.count())
    with pytest.raises(WrongState) as refusal:
        submit_at(stale, LAST_SECOND + dt.timedelta(seconds=2))
    assert "15 juni 2026 kl. 23.59.59" in str(refusal.value)
    assert representative_of(submission.responsible).name in str(refusal.value)
    assert "HT 2026/0001" in str(refusal.value)
    assert SubmittedVersion.objects.count() == 1
    assert (Event.objects.count(), RegisterEntry.objects.count(), Document.objects.count()) == counts


@pytest.mark.parametrize("step", ["register", "typeset", "store", "record", "sha256_of"])
def test_when_any_step_fails_nothing_is_half_written(step: str) -> None:
    submission = a_submission_that_holds()
    counts = (Event.objects.count(), Document.objects.count())
    with (
        mock.patch(f"hemtag.grants.actions.handing_in.{step}", side_effect=RuntimeError("the power went")),
        pytest.raises(RuntimeError, match="power"),
    ):
        submit_at(submission, LAST_SECOND)
    submission.refresh_from_db()
    assert submission.state == SubmissionState.DRAFT
    assert submission.case_number == "" and submission.submitted_at is None
    assert not RegisterEntry.objects.exists()
    assert not SubmittedVersion.objects.exists()
    assert (Event.objects.count(), Document.objects.count()) == counts
    assert submit_at(submission, LAST_SECOND).submission.case_number == "HT 2026/0001"


def test_an_empty_form_is_refused_with_every_reason_at_once() -> None:
    application = an_application(a_call(), organisation("14"), [organisation("01")])
    with pytest.raises(DoesNotHold) as refusal:
        submit_at(application.submission, LAST_SECOND)
    assert rules_of(refusal.value) == {
        "paragraph_nine_is_answered",
        "measure_type_chosen",
        "every_block_has_purpose_and_activities",
        "effect_is_claimed_from_the_region",
        "implementation_plan_is_complete",
        "measuring_point_after_the_grant",
        "every_participant_has_a_minuted_decision",
        "other_state_support_is_declared",
        "every_participant_has_confirmed",
    }
    assert all(problem.link.startswith("/ansokningar/2026-001/") for problem in refusal.value.problems)


def test_every_application_in_the_form_must_hold() -> None:
    submission = a_submission_that_holds()
    an_application(a_call(), submission.responsible, title="Till")
    with pytest.raises(DoesNotHold) as refusal:
        submit_at(submission, LAST_SECOND)
    assert all("2026-002" in problem.message for problem in refusal.value.problems)


def test_one_form_with_two_applications_gets_one_case_number() -> None:
    submission = a_submission_that_holds()
    complete(an_application(a_call(), submission.responsible, title="Till"))
    version = submit_at(submission, LAST_SECOND)
    assert [part["number"] for part in version.content["applications"]] == ["2026-001", "2026-002"]
    assert RegisterEntry.objects.count() == 1


def test_the_next_regions_form_gets_the_next_case_number() -> None:
    submit_at(a_submission_that_holds(), LAST_SECOND)
    version = submit_at(a_submission_that_holds("12", ()), LAST_SECOND)
    assert version.submission.case_number == "HT 2026/0002"


def test_only_the_responsible_regions_representative_hands_in() -> None:
    submission = a_submission_that_holds()
    for person in (
        a_person(Role.AUTHOR, "14"),
        a_person(Role.ECONOMIST, "14"),
        representative_of(organisation("01")),
        a_person(Role.CASE_OFFICER),
        a_person(Role.AUDITOR),
    ):
        with in_the_window(), pytest.raises(NotAllowed, match="behörig företrädare i Västra Götalandsregionen"):
            actions.submit(by=person, submission=submission)


def test_a_warning_stops_nothing() -> None:
    submit_at(a_submission_that_holds(), LAST_SECOND)
    submission = a_submission_that_holds("12", ("01",))  # the same title, and Region Stockholm in both
    with in_the_window():
        found = queries.what_is_missing(submission, dt.date(2026, 5, 4))
    warned = [line for line in found if not line.holds]
    assert [(line.rule, line.is_warning) for line in warned] == [("measure_is_applied_for_once", True)]
    assert "2026-001" in warned[0].problems[0].message
    assert submit_at(submission, LAST_SECOND).number == 1


def test_other_state_support_is_warned_of_and_left_to_the_delegation_to_try() -> None:
    application = an_application(a_call(), organisation("14"), [organisation("01")])
    submission = complete(application, other_support="some").submission
    with in_the_window():
        found = queries.what_is_missing(submission, dt.date(2026, 5, 4))
    (line,) = [line for line in found if not line.holds]
    assert (line.rule, line.is_warning, len(line.problems)) == ("no_other_state_support", True, 2)
    version = submit_at(submission, LAST_SECOND)
    assert {p["other_support"] for p in version.content["applications"][0]["participants"]} == {"some"}


def test_withdrawn_mended_and_handed_in_anew_under_the_same_case_number() -> None:
    submission = a_submission_that_holds()
    by = representative_of(submission.responsible)
    submit_at(submission, LAST_SECOND - dt.timedelta(days=3))
    with time_machine.travel(LAST_SECOND - dt.timedelta(days=2), tick=False):
        with pytest.raises(DoesNotHold):
            actions.withdraw(by=by, submission=submission, reason="  ")
        submission = actions.withdraw(by=by, submission=submission, reason="Fel belopp.")
        assert submission.state == SubmissionState.WITHDRAWN
        with pytest.raises(WrongState, match="återtagen"):
            actions.submit(by=by, submission=submission)
        submission = actions.reopen_submission(by=by, submission=submission)
    version = submit_at(submission, LAST_SECOND)
    assert version.number == 2
    lines = RegisterEntry.objects.order_by("line").values_list("case_number", "line")
    assert list(lines) == [("HT 2026/0001", 1), ("HT 2026/0001", 2), ("HT 2026/0001", 3)]


def test_after_the_window_nothing_is_withdrawn_by_itself() -> None:
    submission = a_submission_that_holds()
    submit_at(submission, LAST_SECOND)
    with (
        time_machine.travel(LAST_SECOND + dt.timedelta(days=1), tick=False),
        pytest.raises(NotAllowed, match="15 juni 2026"),
    ):
        actions.withdraw(by=representative_of(submission.responsible), submission=submission, reason="Ångrat oss")


def test_a_draft_is_not_withdrawn() -> None:
    submission = a_submission_that_holds()
    with in_the_window(), pytest.raises(WrongState, match="utkast"):
        actions.withdraw(by=representative_of(submission.responsible), submission=submission, reason="Skäl")
