"""Each region's own decision, declaration and confirmation."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from hemtag.grants import actions, rules
from hemtag.grants.models import Application, Participant, ParticipantState
from hemtag.history.queries import events_about
from hemtag.knowledge.models import Document
from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold, NotAllowed, WrongState
from tests.grants.making import (
    MINUTES,
    a_call,
    a_person,
    an_application,
    confirm,
    decide,
    in_the_window,
    organisation,
    representative_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.urls("hemtag.grants.urls")]


@pytest.fixture
def participant() -> Participant:
    application = an_application(a_call(), organisation("14"), [organisation("01")])
    return application.participants.select_related("application__submission", "region").get(region__code="01")


def test_a_region_is_invited_once(participant: Participant) -> None:
    by, application = representative_of(organisation("14")), participant.application
    with pytest.raises(DoesNotHold, match="redan inbjuden"):
        actions.invite(by=by, application=application, region=participant.region)
    delegation = a_person(Role.CASE_OFFICER).memberships.get().organisation
    with pytest.raises(DoesNotHold, match="Bara regioner"):
        actions.invite(by=by, application=application, region=delegation)
    event = events_about(application).first()
    assert event is not None and (event.verb, event.details) == ("invited", {"region": "01"})


def test_only_the_region_itself_writes_and_only_its_representative_binds(participant: Participant) -> None:
    strangers = [representative_of(organisation("14")), a_person(Role.AUTHOR, "12"), a_person(Role.CASE_OFFICER)]
    for by in strangers:
        assert not rules.may_edit_participation(by, participant) and not rules.may_confirm(by, participant)
        for act in (
            lambda by: actions.edit_participation(by=by, participant=participant, values={"body": "x"}),
            lambda by: actions.confirm_participation(by=by, participant=participant),
            lambda by: actions.decline_participation(by=by, participant=participant, reason="x"),
            lambda by: actions.reopen_participation(by=by, participant=participant),
        ):
            with pytest.raises(NotAllowed, match="i Region Stockholm"):
                act(by)
    author = a_person(Role.AUTHOR, "01")
    assert rules.may_edit_participation(author, participant) and not rules.may_confirm(author, participant)
    with in_the_window():
        actions.edit_participation(by=author, participant=participant, values={"body": "Regionfullmäktige"})
    with pytest.raises(NotAllowed, match="behörig företrädare"):
        actions.confirm_participation(by=author, participant=participant)


def test_a_decision_half_done_is_saved_but_not_confirmed(participant: Participant) -> None:
    by = representative_of(participant.region)
    with in_the_window():
        saved = actions.edit_participation(by=by, participant=participant, values={"paragraph": "§ 7"})
        with pytest.raises(DoesNotHold) as refusal:
            actions.confirm_participation(by=by, participant=saved)
    decision, support = refusal.value.problems
    assert "saknar datum, beslutande organ, protokollet som fil" in decision.message
    assert support.rule == "other_state_support_is_declared"
    assert decision.link == support.link == "/ansokningar/2026-001/beslut-i-regionerna/01/"
    saved.refresh_from_db()
    assert saved.state == ParticipantState.INVITED


def test_confirmed_with_minutes_and_locked_until_taken_back(participant: Participant) -> None:
    by = representative_of(participant.region)
    with in_the_window():
        saved = confirm(participant)
        assert (saved.state, saved.confirmed_by) == (ParticipantState.CONFIRMED, by)
        assert saved.minutes is not None and saved.minutes.owner == participant.region
        event = events_about(saved).first()
        assert event is not None and event.verb == "confirmed"
        assert event.details["minutes"] == saved.minutes.sha256
        with pytest.raises(WrongState, match="Ta tillbaka"):
            actions.edit_participation(by=by, participant=saved, values={"paragraph": "§ 8"})
        with pytest.raises(WrongState, match="undertecknat"):
            actions.confirm_participation(by=by, participant=saved)
        reopened = actions.reopen_participation(by=by, participant=saved)
        assert (reopened.state, reopened.confirmed_by) == (ParticipantState.INVITED, None)
        changed = actions.edit_participation(by=by, participant=reopened, values={"paragraph": "§ 8"})
    event = events_about(changed).first()
    assert event is not None
    assert event.details == {
        "version": changed.version,
        "changes": {"paragraph": {"before": "§ 112", "after": "§ 8"}},
    }


def test_a_file_that_is_not_what_it_says_stands_at_the_minutes(participant: Participant) -> None:
    by = representative_of(participant.region)
    for name, content in (("protokoll.exe", MINUTES), ("protokoll.pdf", b"MZ not a pdf"), ("protokoll.pdf", b"")):
        with pytest.raises(DoesNotHold) as refusal:
            actions.edit_participation(
                by=by, participant=participant, values={"body": "Styrelsen"}, minutes=(name, content)
            )
        assert [problem.field for problem in refusal.value.problems] == ["minutes"]
    participant.refresh_from_db()
    assert participant.body == "" and not Document.objects.exists()


def test_a_decision_is_not_made_tomorrow(participant: Participant) -> None:
    by = representative_of(participant.region)
    with in_the_window():
        with pytest.raises(DoesNotHold) as refusal:
            actions.edit_participation(by=by, participant=participant, values={"decided_on": dt.date(2026, 5, 5)})
        assert [problem.field for problem in refusal.value.problems] == ["decided_on"]
        actions.edit_participation(by=by, participant=participant, values={"decided_on": dt.date(2026, 5, 4)})
    with pytest.raises(DoesNotHold):
        actions.edit_participation(by=by, participant=participant, values={"other_support": "perhaps"})


def test_declined_with_a_reason_and_invited_again(participant: Participant) -> None:
    by, responsible = representative_of(participant.region), representative_of(organisation("14"))
    with in_the_window():
        with pytest.raises(DoesNotHold):
            actions.decline_participation(by=by, participant=participant, reason=" ")
        declined = actions.decline_participation(by=by, participant=participant, reason="Vi hinner inte.")
        assert (declined.state, declined.decline_reason) == (ParticipantState.DECLINED, "Vi hinner inte.")
        with pytest.raises(WrongState, match="avböjt"):
            actions.edit_participation(by=by, participant=declined, values={"body": "x"})
        with pytest.raises(WrongState):
            actions.confirm_participation(by=by, participant=declined)
        again = actions.invite(by=responsible, application=participant.application, region=participant.region)
    assert (again.pk, again.state, again.decline_reason) == (participant.pk, ParticipantState.INVITED, "")


def test_the_responsible_region_neither_declines_nor_leaves(participant: Participant) -> None:
    by, application = representative_of(organisation("14")), participant.application
    own = application.participants.get(region__code="14")
    with pytest.raises(WrongState, match="ansvariga regionen"):
        actions.decline_participation(by=by, participant=own, reason="Nej")
    with pytest.raises(DoesNotHold, match="ansvariga regionen"):
        actions.uninvite(by=by, application=application, region=organisation("14"))


def test_a_region_with_costs_is_not_taken_out(participant: Participant) -> None:
    by, application, region = representative_of(organisation("14")), participant.application, participant.region
    block = actions.add_block(by=by, application=application, title="Data")
    block = actions.set_costs(by=by, block=block, version=1, cells={(region.pk, 2026, "own_time"): (5, 0)})
    with pytest.raises(DoesNotHold, match="1 Data"):
        actions.uninvite(by=by, application=application, region=region)
    actions.set_costs(by=by, block=block, version=2, cells={})
    actions.uninvite(by=by, application=application, region=region)
    assert not Application.objects.get().participants.filter(region=region).exists()
    with pytest.raises(DoesNotHold, match="deltar inte"):
        actions.uninvite(by=by, application=application, region=region)


def test_some_other_support_can_be_confirmed_as_the_truth_it_is(participant: Participant) -> None:
    by = representative_of(participant.region)
    with in_the_window():
        saved: Any = decide(participant, other_support="some")
        assert actions.confirm_participation(by=by, participant=saved).other_support == "some"
