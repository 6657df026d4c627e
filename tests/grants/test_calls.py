"""The call as its data says it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from hemtag.grants import actions
from hemtag.grants.models import Call, Criterion, EarlierCommitment, Frame, MeasureType
from hemtag.grants.reference import load_call
from hemtag.history.queries import events_about
from hemtag.knowledge.models import DatedFact
from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold, NotAllowed, WrongState
from tests.grants.making import a_call, a_person, in_the_window

pytestmark = pytest.mark.django_db


def test_a_call_is_made_of_its_data() -> None:
    officer = a_person(Role.CASE_OFFICER)
    call = actions.create_call(by=officer, data=load_call(), contact="fragor@example.org")
    assert (call.opens_on, call.closes_on) == (dt.date(2026, 4, 1), dt.date(2026, 6, 15))
    assert (call.first_year, call.last_year, call.authorisation_sek) == (2025, 2030, 700_000_000)
    assert "bemyndiganderam" in call.authorisation_source
    assert [frame.amount_sek for frame in Frame.objects.all()] == [250_000_000] * 6
    assert all("250 miljoner" in frame.source for frame in Frame.objects.all())
    assert EarlierCommitment.objects.count() == 3
    assert MeasureType.objects.filter(call=call, is_wish=True).count() == 2
    assert MeasureType.objects.exclude(description="").count() == MeasureType.objects.count() == 5
    assert sum(criterion.weight for criterion in Criterion.objects.filter(call=call)) == 100
    assert [level["level"] for level in Criterion.objects.filter(call=call)[0].levels] == [0, 1, 2, 3, 4, 5]
    assert DatedFact.objects.get(code="hourly_cost").value == 521
    assert call.rule_set["id"] == "SFS 2024:1102" and len(call.rule_set["clauses"]) > 10
    assert call.rule_set["window"]["opens"] == "2026-04-01"
    call.refresh_from_db()
    assert call.rule_set["interest_margin_percentage_points"] == "2"
    event = events_about(call).first()
    assert event is not None and (event.verb, event.actor) == ("created", officer.name)


def test_a_call_is_made_and_published_once() -> None:
    call = a_call()
    with pytest.raises(WrongState, match="finns redan"):
        actions.create_call(by=None, data=load_call())
    with pytest.raises(WrongState, match="publicerades"):
        actions.publish_call(by=None, call=call)


def test_only_a_case_officer_makes_calls() -> None:
    for role in (Role.REPRESENTATIVE, Role.ASSESSOR, Role.AUDITOR):
        with pytest.raises(NotAllowed, match="handläggare"):
            actions.create_call(by=a_person(role), data=load_call())
        with pytest.raises(NotAllowed, match="handläggare"):
            actions.publish_call(by=a_person(role), call=Call())


def test_the_next_call_repeats_frames_but_does_not_change_them() -> None:
    a_call()
    data = load_call()
    actions.create_call(by=None, data=replace(data, id="2027"))
    assert Frame.objects.count() == 6 and EarlierCommitment.objects.count() == 3
    smaller = tuple(replace(frame, amount_sek=1) for frame in data.frames)
    with pytest.raises(DoesNotHold, match="2025"):
        actions.create_call(by=None, data=replace(data, id="2028", frames=smaller))
    assert not Call.objects.filter(slug="2028").exists()


def test_a_later_day_is_for_a_region() -> None:
    officer = a_person(Role.CASE_OFFICER)
    with in_the_window(), pytest.raises(DoesNotHold) as refusal:
        actions.give_late_access(
            by=officer,
            call=a_call(),
            region=officer.memberships.get().organisation,
            until=dt.date(2026, 6, 20),
            reason="Skäl",
        )
    assert [problem.field for problem in refusal.value.problems] == ["region"]
