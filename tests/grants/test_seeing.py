"""Who sees which submissions, applications, blocks and participants; and at how many queries."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from hemtag.grants import actions, queries
from hemtag.grants.models import Application, Block, Call, Participant, SubmittedVersion
from hemtag.organisations.models import Person, Role
from tests.grants.making import (
    IN_THE_WINDOW,
    a_call,
    a_person,
    a_submission_that_holds,
    an_application,
    complete,
    in_the_window,
    organisation,
    representative_of,
    submitted,
)

pytestmark = [pytest.mark.django_db, pytest.mark.urls("hemtag.grants.urls")]


def numbers(person: Any) -> list[str]:
    return list(queries.applications_for(person).order_by("number").values_list("number", flat=True))


@pytest.fixture
def round_() -> dict[str, Application]:
    """Drafts of 14 with 01, of 14 alone, of 12 with 14; and one of 01 that is handed in."""
    call = a_call()
    west, capital, south = organisation("14"), organisation("01"), organisation("12")
    made = {
        "joint": an_application(call, west, [capital], "Gemensam"),
        "own": an_application(call, west, [], "Egen"),
        "south": an_application(call, south, [west], "Sydlig"),
        "handed_in": complete(an_application(call, capital, [], "Inlämnad")),
    }
    submitted(made["handed_in"])
    return made


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.REPRESENTATIVE, Role.ECONOMIST])
@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("14", ["2026-001", "2026-002", "2026-003"]),
        ("01", ["2026-001", "2026-004"]),
        ("12", ["2026-003"]),
        ("25", []),
    ],
)
def test_a_regions_people_see_their_own_and_what_they_take_part_in(
    round_: dict[str, Application], role: Role, code: str, seen: list[str]
) -> None:
    person = a_person(role, code)
    assert numbers(person) == seen
    for application in round_.values():
        if application.number in seen:
            assert queries.application_for(person, application.number) == application
        else:
            with pytest.raises(Application.DoesNotExist):
                queries.application_for(person, application.number)
            with pytest.raises(Application.DoesNotExist):
                queries.participant_for(person, application.number, application.submission.responsible.code)
            with pytest.raises(Application.DoesNotExist):
                queries.block_for(person, application.number, 1)


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.ASSESSOR, Role.DECISION_MAKER, Role.PAYMENTS_OFFICER])
def test_the_delegation_reads_nothing_here_because_it_first_declares_on_conflicts(
    round_: dict[str, Application], role: Role
) -> None:
    person = a_person(role)
    assert numbers(person) == []
    assert not queries.submissions_for(person).exists()


def test_the_auditor_sees_everything_and_others_nothing(round_: dict[str, Application]) -> None:
    assert numbers(a_person(Role.AUDITOR)) == ["2026-001", "2026-002", "2026-003", "2026-004"]
    assert queries.submissions_for(a_person(Role.AUDITOR)).count() == 3
    assert numbers(a_person(Role.CATALOGUE_EDITOR)) == []
    assert numbers(Person.objects.create_user(email="ingen@example.org", name="Ingen")) == []


def test_a_role_that_has_ended_sees_nothing(round_: dict[str, Application]) -> None:
    person = a_person(Role.AUTHOR, "14")
    person.memberships.update(ends_on=dt.date(2020, 2, 1))
    assert numbers(person) == []


def test_a_region_that_has_declined_sees_the_draft_no_more(round_: dict[str, Application]) -> None:
    by, participant = representative_of(organisation("01")), round_["joint"].participants.get(region__code="01")
    with in_the_window():
        actions.decline_participation(by=by, participant=participant, reason="Vi hinner inte.")
    assert numbers(by) == ["2026-004"]
    assert queries.declined_participations(by).get() == participant


def test_a_participant_sees_the_form_but_not_its_other_applications(round_: dict[str, Application]) -> None:
    by = representative_of(organisation("01"))
    assert round_["joint"].submission in queries.submissions_for(by)
    with in_the_window():
        shown = queries.what_is_missing(round_["joint"].submission, dt.date(2026, 5, 4), only=round_["joint"])
    words = " ".join(problem.message for line in shown for problem in line.problems)
    assert "2026-001" in words and "2026-002" not in words


def test_a_withdrawn_form_is_no_longer_read_as_submitted(round_: dict[str, Application]) -> None:
    application = round_["handed_in"]
    with in_the_window():
        actions.withdraw(
            by=representative_of(application.submission.responsible),
            submission=application.submission,
            reason="Ångrat oss",
        )
    application.refresh_from_db()
    with pytest.raises(SubmittedVersion.DoesNotExist):
        queries.submitted_content(application)


def test_unknown_rows(round_: dict[str, Application]) -> None:
    by = representative_of(organisation("14"))
    with pytest.raises(Application.DoesNotExist):
        queries.application_for(by, "2026-999")
    with pytest.raises(Block.DoesNotExist):
        queries.block_for(by, "2026-001", 9)
    with pytest.raises(Participant.DoesNotExist):
        queries.participant_for(by, "2026-001", "25")
    with pytest.raises(SubmittedVersion.DoesNotExist):
        queries.submitted_content(round_["own"])


def test_calls_are_seen_when_published() -> None:
    call = a_call(is_published=False)
    assert not queries.calls() and queries.unpublished_calls().get() == call
    with pytest.raises(Call.DoesNotExist):
        queries.call_with_slug("2026")
    actions.publish_call(by=a_person(Role.CASE_OFFICER), call=call)
    assert queries.call_with_slug("2026") == call


def test_open_for_a_region_day_by_day() -> None:
    call, region = a_call(), organisation("14")
    days = {
        dt.date(2026, 3, 31): False,
        dt.date(2026, 4, 1): True,
        dt.date(2026, 6, 15): True,
        dt.date(2026, 6, 16): False,
    }
    assert {day: queries.is_open(call, region, day) for day in days} == days
    with time_machine.travel(IN_THE_WINDOW, tick=False):
        actions.give_late_access(
            by=a_person(Role.CASE_OFFICER), call=call, region=region, until=dt.date(2026, 6, 16), reason="Skäl"
        )
    assert queries.is_open(call, region, dt.date(2026, 6, 16))
    assert not queries.is_open(call, organisation("12"), dt.date(2026, 6, 16))


def test_frames_and_what_is_bound_already() -> None:
    a_call()
    assert [frame.amount_sek for frame in queries.frames()] == [250_000_000] * 6
    assert queries.earlier_commitments() == {2025: 250_000_000, 2026: 70_000_000, 2027: 40_000_000}


def grown(count: int) -> Application:
    """An application with as many blocks and participants, in a form with as many applications."""
    call, codes = a_call(), ["01", "12", "25"][:count]
    application = an_application(call, organisation("14"), [organisation(code) for code in codes], "En")
    by = representative_of(organisation("14"))
    for number in range(count):
        actions.add_block(by=by, application=application, title=f"Block {number}")
        if number:
            an_application(call, organisation("14"), title=f"Till {number}")
    if count > 1:
        blocks = list(application.blocks.all())
        actions.edit_block(by=by, block=blocks[1], version=1, values={"needs": [blocks[0]]})
    with in_the_window():
        return complete(application)


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_rows(count: int, django_assert_num_queries: Any) -> None:
    application = grown(count)
    by = representative_of(organisation("14"))
    organisation_id = organisation("14").pk
    queries.applications_for(by)  # roles are read once and kept
    with django_assert_num_queries(1):
        for row in queries.totals(queries.applications_for(by)):
            assert row.submission.call.title and row.submission.responsible.name
            assert row.requested_sek >= 0  # type: ignore[attr-defined]
    with django_assert_num_queries(1):
        list(queries.submissions_for(by))
    with django_assert_num_queries(1):
        assert queries.budget(application).total.requested_sek == count * 1_000_000
    with django_assert_num_queries(9):
        queries.content_of(application.submission)
    with django_assert_num_queries(9 + 6):
        queries.what_is_missing(application.submission, dt.date(2026, 5, 4))
    with django_assert_num_queries(3):
        for block in queries.blocks_of(application):
            assert list(block.needs.all()) is not None and list(block.effects.all())
    with django_assert_num_queries(1):
        for participant in queries.participants_of(application):
            assert participant.region.name and participant.minutes
    block = application.blocks.get(number=1)
    with django_assert_num_queries(1):
        assert queries.cells_of(block) == {(organisation_id, 2026, "own_time"): (1_000_000, 200_000)}


def test_the_whole_form_that_holds_is_said_to_hold() -> None:
    submission = a_submission_that_holds()
    found = queries.what_is_missing(submission, dt.date(2026, 5, 4))
    assert all(line.holds and not line.problems and line.label for line in found)
