"""The responsibility for an application moves to another participant when representatives of both agree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hemtag.grants import actions, queries, rules
from hemtag.grants.models import Application, Submission, SubmissionState, Transfer, TransferState
from hemtag.history.models import Event, RegisterEntry
from hemtag.history.queries import events_about
from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold, NotAllowed, WrongState
from tests.grants.making import (
    a_call,
    a_person,
    an_application,
    complete,
    fresh,
    in_the_window,
    organisation,
    representative_of,
    submitted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _while_the_call_is_open() -> Iterator[None]:
    with in_the_window():
        yield


@pytest.fixture
def application() -> Application:
    return an_application(a_call(), organisation("14"), [organisation("01"), organisation("12")])


def offer(application: Application, to: str = "01", message: str = "") -> Transfer:
    by = representative_of(application.submission.responsible)
    return actions.offer_transfer(by=by, application=application, to=organisation(to), message=message)


def accept(transfer: Transfer) -> Application:
    return actions.accept_transfer(by=representative_of(transfer.to_region), transfer=transfer)


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_application_moves_to_the_other_regions_form_and_keeps_everything_else(application: Application) -> None:
    application = complete(application)
    before = queries.parts_of(Application.objects.filter(pk=application.pk))[0]
    origin = application.submission
    moved = fresh(accept(offer(application)))
    assert moved.number == application.number
    assert (moved.submission.responsible.code, moved.submission.call) == ("01", origin.call)
    assert moved.submission.pk != origin.pk and moved.submission.state == SubmissionState.DRAFT
    assert queries.parts_of(Application.objects.filter(pk=application.pk))[0] == before
    # The common texts are about a region of its own and stay behind.
    assert moved.submission.economic_analysis == "" and Submission.objects.get(pk=origin.pk).economic_analysis
    assert not RegisterEntry.objects.exists()


def test_the_rights_follow(application: Application) -> None:
    old, new = representative_of(organisation("14")), representative_of(organisation("01"))
    assert rules.may_edit(old, application) and not rules.may_edit(new, application)
    moved = fresh(accept(offer(application)))
    assert rules.may_edit(new, moved) and not rules.may_edit(old, moved)
    assert rules.may_submit(new, moved.submission) and not rules.may_submit(old, moved.submission)
    # The former still takes part, with its own part to write.
    assert queries.application_for(old, moved.number) == moved
    own = moved.participants.get(region__code="14")
    assert rules.may_edit_participation(old, own)
    with pytest.raises(WrongState, match="ansvariga"):
        actions.decline_participation(by=new, participant=moved.participants.get(region__code="01"), reason="Nej")
    assert actions.decline_participation(by=old, participant=own, reason="Klart").state == "declined"


def test_the_history_stands_on_the_application_and_on_both_forms(application: Application) -> None:
    origin = application.submission
    moved = fresh(accept(offer(application)))
    for subject in (moved, origin, moved.submission):
        event = events_about(subject).first()
        assert event is not None and event.verb == "transfer_accepted"
        assert (event.details["from"], event.details["to"], event.details["application"]) == ("14", "01", "2026-001")


def test_the_form_that_the_other_region_has_already_takes_one_more(application: Application) -> None:
    own = an_application(a_call(), organisation("01"), title="Den egna")
    moved = fresh(accept(offer(application)))
    assert moved.submission_id == own.submission_id
    assert Submission.objects.filter(responsible__code="01").count() == 1
    assert sorted(moved.submission.applications.values_list("number", flat=True)) == ["2026-001", "2026-002"]


def test_a_region_that_has_handed_in_is_neither_offered_nor_takes_over(application: Application) -> None:
    transfer = offer(application)
    submitted(complete(an_application(a_call(), organisation("01"), title="Den egna")))
    with pytest.raises(WrongState, match="har redan lämnat in"):
        accept(transfer)
    transfer.refresh_from_db()
    assert transfer.state == TransferState.OFFERED and fresh(application).submission.responsible.code == "14"
    actions.cancel_transfer(by=representative_of(organisation("14")), transfer=transfer)
    with pytest.raises(WrongState, match="har redan lämnat in"):
        offer(application)


def test_what_is_handed_in_does_not_move(application: Application) -> None:
    transfer = offer(application)
    submitted(complete(application))
    with pytest.raises(WrongState, match="ärendenummer"):
        accept(transfer)
    with pytest.raises(WrongState, match="ärendenummer"):
        offer(application, "12")
    assert fresh(application).submission.responsible.code == "14"
    assert RegisterEntry.objects.count() == 1


def test_only_representatives_of_both_bind_their_regions(application: Application) -> None:
    author = a_person(Role.AUTHOR, "14")
    for stranger in (author, representative_of(organisation("01")), a_person(Role.CASE_OFFICER)):
        with pytest.raises(NotAllowed, match="i Västra Götalandsregionen"):
            actions.offer_transfer(by=stranger, application=application, to=organisation("01"))
    transfer = offer(application)
    for stranger in (a_person(Role.AUTHOR, "01"), representative_of(organisation("14")), a_person(Role.ASSESSOR)):
        with pytest.raises(NotAllowed, match="i Region Stockholm"):
            actions.accept_transfer(by=stranger, transfer=transfer)
        with pytest.raises(NotAllowed, match="i Region Stockholm"):
            actions.decline_transfer(by=stranger, transfer=transfer, reason="x")
    with pytest.raises(NotAllowed, match="i Västra Götalandsregionen"):
        actions.cancel_transfer(by=representative_of(organisation("01")), transfer=transfer)


def test_the_offer_goes_to_one_other_region_that_takes_part(application: Application) -> None:
    for code in ("14", "03"):
        with pytest.raises(DoesNotHold, match="annan region som deltar"):
            offer(application, code)
    offer(application)
    with pytest.raises(WrongState, match="redan erbjudet"):
        offer(application, "12")


def test_declined_with_a_reason_or_cancelled_nothing_moves_and_another_can_be_asked(application: Application) -> None:
    first = offer(application)
    with pytest.raises(DoesNotHold):
        actions.decline_transfer(by=representative_of(organisation("01")), transfer=first, reason=" ")
    no = actions.decline_transfer(by=representative_of(organisation("01")), transfer=first, reason="Vi hinner inte.")
    assert (no.state, no.answer) == (TransferState.DECLINED, "Vi hinner inte.")
    event = events_about(application).first()
    assert event is not None and (event.verb, event.details["reason"]) == ("transfer_declined", "Vi hinner inte.")
    second = offer(application, "12")
    actions.cancel_transfer(by=representative_of(organisation("14")), transfer=second)
    for transfer in (first, second):
        with pytest.raises(WrongState, match="kan inte bli"):
            accept(transfer)
    assert fresh(application).submission.responsible.code == "14"
    assert offer(application, "12").state == TransferState.OFFERED


def test_an_offer_to_a_region_that_leaves_ends(application: Application) -> None:
    transfer = offer(application)
    own = application.participants.get(region__code="01")
    actions.decline_participation(by=representative_of(organisation("01")), participant=own, reason="Nej")
    transfer.refresh_from_db()
    assert transfer.state == TransferState.CANCELLED
    event = events_about(own).first()
    assert event is not None and event.details["offer_ended"] is True


def test_a_second_click_moves_nothing_twice(application: Application) -> None:
    transfer = offer(application)
    accept(transfer)
    before = Event.objects.count()
    with pytest.raises(WrongState):
        accept(transfer)
    assert Event.objects.count() == before


def test_offered_and_accepted_on_the_pages(application: Application) -> None:
    address = reverse("transfer", args=[application.number])
    old, new = browser(representative_of(organisation("14"))), browser(representative_of(organisation("01")))
    assert old.post(address, {"to": ""}).status_code == 422
    assert old.post(address, {"to": "01", "message": "Ni leder redan arbetet."}).status_code == 302
    assert "Svara på om Region Stockholm tar över ansvaret för En åtgärd" in text_of(new.get(reverse("my_page")))
    page = text_of(new.get(address))
    assert "Ni leder redan arbetet." in page and "Ta över ansvaret för Region Stockholm" in page
    assert "Ta tillbaka erbjudandet" in text_of(old.get(address))
    transfer = Transfer.objects.get()
    no = reverse("decline_transfer", args=[application.number, transfer.pk])
    refused = new.post(no, {"reason": ""})
    assert refused.status_code == 422 and 'id="id_reason_error"' in refused.content.decode()
    yes = reverse("accept_transfer", args=[application.number, transfer.pk])
    assert old.post(yes).status_code == 403
    assert browser(representative_of(organisation("03"))).post(yes).status_code == 404
    assert new.post(yes)["Location"] == reverse("application", args=[application.number])
    assert "Region Stockholm ansvarar" in text_of(old.get(address))
    assert "Godtagen" in text_of(old.get(address))


def test_cancelled_and_declined_on_the_pages(application: Application) -> None:
    address = reverse("transfer", args=[application.number])
    old, new = browser(representative_of(organisation("14"))), browser(representative_of(organisation("01")))
    old.post(address, {"to": "01"})
    cancel = reverse("cancel_transfer", args=[application.number, Transfer.objects.get().pk])
    assert new.post(cancel).status_code == 403
    assert old.get(cancel).status_code == 405
    assert old.post(cancel).status_code == 302
    old.post(address, {"to": "01"})
    again = Transfer.objects.order_by("-pk")[0]
    assert (
        new.post(reverse("decline_transfer", args=[application.number, again.pk]), {"reason": "Nej"}).status_code == 302
    )
    page = text_of(old.get(address))
    assert "Återtagen" in page and "Avböjd" in page and "Nej" in page


def test_nobody_is_offered_it_when_nobody_else_takes_part() -> None:
    alone = an_application(a_call(), organisation("14"))
    page = browser(representative_of(organisation("14"))).get(reverse("transfer", args=[alone.number]))
    assert "Ingen annan region deltar" in text_of(page)
