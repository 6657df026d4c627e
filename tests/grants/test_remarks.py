"""Comments and to-dos: on a section, answered, resolved and opened again, between those who write."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hemtag.grants import actions, queries
from hemtag.grants.models import Application, Remark
from hemtag.history.models import Event
from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold, NotAllowed, WrongState

from .making import a_call, a_person, an_application, in_the_window, organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def application() -> Any:
    with in_the_window():
        yield an_application(a_call(), organisation("14"), participants=[organisation("12")], title="En åtgärd")


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_remark_is_answered_resolved_and_opened_again(application: Application) -> None:
    mine, theirs = a_person(Role.AUTHOR, "14"), a_person(Role.ECONOMIST, "12")
    asked = actions.add_remark(by=theirs, application=application, section="text", text=" Varför? ")
    answer = actions.add_remark(by=mine, application=application, section="matpunkter", text="Därför", parent=asked)
    assert (asked.text, answer.section, answer.kind) == ("Varför?", "text", "comment")
    event = Event.objects.latest("number")
    assert event.verb == "remarked" and "Därför" not in str(event.details)
    assert queries.open_remarks(application) == {"text": 1}
    actions.settle_remark(by=mine, remark=asked, to="resolved")
    assert queries.remarks_of(application) == []
    (talk,) = queries.remarks_of(application, shows_resolved=True)
    assert [remark.pk for remark in talk.remarks] == [asked.pk]
    with pytest.raises(WrongState):
        actions.settle_remark(by=mine, remark=asked, to="resolved")
    assert actions.settle_remark(by=theirs, remark=asked, to="open").resolved_at is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"section": "block-9"}, "section"),
        ({"section": "<script>"}, "section"),
        ({"text": "  "}, "text"),
        ({"text": "x" * 5_001}, "text"),
        ({"kind": "shout"}, "kind"),
    ],
)
def test_a_remark_that_cannot_be(application: Application, values: dict[str, Any], field: str) -> None:
    sent = {"section": "text", "text": "Hej", "kind": "comment", **values}
    with pytest.raises(DoesNotHold) as refusal:
        actions.add_remark(by=a_person(Role.AUTHOR, "14"), application=application, **sent)
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_a_to_do_is_given_to_a_region_that_takes_part(application: Application) -> None:
    author = a_person(Role.AUTHOR, "14")
    todo = actions.add_remark(
        by=author,
        application=application,
        section="region-12",
        text="Protokollet",
        kind="todo",
        region=organisation("12"),
    )
    assert list(queries.todos_for([organisation("12").pk])) == [todo]
    with pytest.raises(DoesNotHold):
        actions.add_remark(
            by=author, application=application, section="text", text="x", kind="todo", region=organisation("01")
        )
    answer = actions.add_remark(by=author, application=application, section="text", text="x", parent=todo)
    with pytest.raises(DoesNotHold):
        actions.add_remark(by=author, application=application, section="text", text="x", parent=answer)


def test_nobody_outside_the_application_reads_or_writes_remarks(application: Application) -> None:
    remark = actions.add_remark(by=a_person(Role.AUTHOR, "14"), application=application, section="text", text="Hej")
    outside = a_person(Role.AUTHOR, "01")
    with pytest.raises(NotAllowed):
        actions.add_remark(by=outside, application=application, section="text", text="Hej")
    with pytest.raises(NotAllowed):
        actions.settle_remark(by=outside, remark=remark, to="resolved")
    assert browser(outside).get(reverse("remarks", args=[application.number])).status_code == 404
    assert browser(a_person(Role.CASE_OFFICER)).get(reverse("remarks", args=[application.number])).status_code == 403
    assert Remark.objects.count() == 1


def test_the_pages(application: Application) -> None:
    client = browser(a_person(Role.AUTHOR, "14"))
    address = reverse("remarks", args=[application.number])
    script = "<script>alert(1)</script>"
    assert client.post(address, {"section": "text", "kind": "todo", "text": script, "region": "12"}).status_code == 302
    assert client.post(address, {"section": "text", "kind": "todo", "text": ""}).status_code == 422
    remark = Remark.objects.get()
    page = client.get(address, {"del": "text"}).content.decode()
    assert "&lt;script&gt;" in page and script not in page
    one = reverse("remark", args=[application.number, remark.pk])
    assert client.get(one).status_code == 200
    assert client.post(one, {"text": "Vi gör så"}).status_code == 302
    assert client.post(one, {"to": "resolved"}).status_code == 302
    assert "Vi gör så" not in client.get(address).content.decode()
    assert "Vi gör så" in client.get(address, {"visa": "losta"}).content.decode()
    assert client.post(one, {"to": "resolved"}).status_code == 409
    assert client.get(reverse("remark", args=[application.number, 10_000])).status_code == 404
