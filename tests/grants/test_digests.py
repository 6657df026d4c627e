"""Mail of what waits, and of a form that has come in: counts and links, once a day, never content."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import resolve, reverse
from django.utils import translation

from hemtag import clock
from hemtag.assessment.models import CompletionRequest
from hemtag.grants import actions
from hemtag.grants.models import Application, Participant, Remark
from hemtag.history.models import Event
from hemtag.organisations import actions as people
from hemtag.organisations.models import Digest, Person, Role
from hemtag.refusals import DoesNotHold
from hemtag.web import digests
from tests.grants.making import (
    a_call,
    a_person,
    an_application,
    complete,
    decide,
    in_the_window,
    organisation,
    representative_of,
)

pytestmark = pytest.mark.django_db

SECRET = "Hemliga ord"
MORNING = dt.datetime(2026, 5, 5, 5, 0, tzinfo=dt.UTC)


@pytest.fixture
def application() -> Application:
    representative_of(organisation("01"))
    return an_application(a_call(), organisation("14"), [organisation("01")], title=SECRET)


@pytest.fixture(autouse=True)
def _on_a_morning() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=False):
        yield


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("send_digests", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def at(days: int, hours: int = 0) -> Any:
    return time_machine.travel(MORNING + dt.timedelta(days=days, hours=hours), tick=False)


def to(person: Person) -> list[Any]:
    return [message for message in mail.outbox if message.to == [person.email]]


def links(body: str) -> list[str]:
    return [url.removeprefix(settings.SITE_URL) for url in re.findall(rf"{re.escape(settings.SITE_URL)}/\S+", body)]


def test_one_mail_a_day_however_often_it_is_run(application: Application) -> None:
    invited = representative_of(organisation("01"))
    assert "Skickade 2 utskick." in run()
    assert "Skickade 0 utskick." in run()
    assert len(to(invited)) == 1 and Digest.objects.filter(person=invited, sent_at__isnull=False).count() == 1
    event = Event.objects.filter(verb="digest_sent", subject_id=str(invited.pk)).get()
    assert event.actor == "Hemtag" and event.details["counts"] == {"invitations": 1, "changes": 2}


def test_the_mail_holds_counts_and_links_that_lead_somewhere_and_no_content(application: Application) -> None:
    block = actions.add_block(by=representative_of(organisation("14")), application=application, title="Hemligt block")
    actions.set_costs(
        by=representative_of(organisation("14")),
        block=block,
        version=1,
        cells={(organisation("01").pk, 2026, "other"): (123_456, 0)},
    )
    run()
    for message in mail.outbox:
        words = message.subject + message.body
        for secret in (SECRET, "Hemligt block", "123456", "123 456", "Västra Götaland", "Stockholm"):
            assert secret not in words
        found = links(message.body)
        assert found
        for path in found:
            resolve(path)
    (message,) = to(representative_of(organisation("01")))
    assert message.subject == "Hemtag: 1 sak väntar på dig"
    assert "1 inbjudan att svara på" in message.body and "41 dagar kvar att lämna in." in message.body
    assert reverse("participation", args=[application.number, "01"]) in links(message.body)


def test_the_first_mail_says_why_it_comes_and_every_one_how_to_stop(application: Application) -> None:
    why = "Du får det här för att du har en roll i en region"
    run()
    with at(1):
        actions.add_block(by=representative_of(organisation("14")), application=application, title="Nytt")
    with at(1, 1):
        run()
    first, second = to(representative_of(organisation("01")))
    assert why in first.body and why not in second.body
    for message in (first, second):
        assert reverse("digest_settings") in links(message.body)
        assert any(path.startswith("/min-sida/utskick/sluta/") for path in links(message.body))
        assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_nothing_is_sent_when_nothing_is_new_but_before_the_last_days_and_once_a_week(application: Application) -> None:
    invited = representative_of(organisation("01"))
    run()
    days = []
    for day in range(1, 43):
        with at(day):
            before = len(to(invited))
            run()
            if len(to(invited)) > before:
                days.append((clock.today() - dt.date(2026, 5, 5)).days)
    # 41 days are left at first; the seventh day after each mail, then 14, 7, 3, 2, 1 and 0 days left, and silence.
    assert days == [7, 14, 21, 27, 34, 38, 39, 40, 41]


def test_weekly_is_at_most_once_in_seven_days_and_never_is_never(application: Application) -> None:
    weekly, never = representative_of(organisation("01")), representative_of(organisation("14"))
    people.choose_digest(by=weekly, digest="weekly")
    people.choose_digest(by=never, digest="none")
    for day in range(9):
        with at(day):
            actions.add_block(by=representative_of(organisation("14")), application=application, title=f"Dag {day}")
        with at(day, 1):
            run()
    assert [digest.on.day for digest in Digest.objects.filter(person=weekly)] == [12, 5]
    assert to(never) == []


def test_changes_are_counted_since_the_last_mail_and_own_ones_are_not(application: Application) -> None:
    own, other = representative_of(organisation("14")), representative_of(organisation("01"))
    run()
    mail.outbox.clear()
    with at(1):
        for title in ("A", "B", "C"):
            actions.add_block(by=own, application=application, title=title)
    with at(1, 1):
        run()
    assert "3 ändringar i era ansökningar" in to(other)[0].body
    assert to(own) == []


def test_each_kind_is_counted_for_whom_it_waits(application: Application) -> None:
    own, other = representative_of(organisation("14")), representative_of(organisation("01"))
    since = MORNING + dt.timedelta(days=1)

    def counts(person: Person) -> dict[str, int]:
        person.__dict__.pop("_memberships", None)
        return digests.waiting_for(person, clock.today(), since).counts

    assert counts(own) == {"decisions": 1, "drafts": 1} and counts(other) == {"invitations": 1}
    participant = decide(
        application.participants.select_related("region", "application__submission").get(region__code="01")
    )
    assert counts(other) == {"decisions": 1}
    actions.confirm_participation(by=other, participant=participant)
    assert counts(other) == {}
    block = actions.add_block(by=own, application=application, title="Data")
    actions.set_costs(by=own, block=block, version=1, cells={(organisation("01").pk, 2026, "other"): (5, 0)})
    assert counts(other) == {"outdated": 1} and counts(a_person(Role.AUTHOR, "01")) == {}
    made = {"application": application, "section": "text", "kind": "todo", "text": SECRET, "by": own, "at": MORNING}
    Remark.objects.create(**made)
    Remark.objects.create(**made, region=organisation("14"))
    Remark.objects.create(**{**made, "kind": "comment"})
    assert counts(other) == {"outdated": 1, "todos": 1} and counts(own)["todos"] == 2
    actions.offer_transfer(by=own, application=application, to=organisation("01"))
    assert counts(other) == {"outdated": 1, "todos": 1, "transfers": 1}
    assert counts(a_person(Role.CASE_OFFICER)) == {}


def test_a_completion_request_waits_until_it_is_answered(application: Application) -> None:
    own = representative_of(organisation("14"))
    with in_the_window():
        actions.submit(by=own, submission=complete(application).submission)
    request = CompletionRequest.objects.create(
        application=application, text=SECRET, due_on=dt.date(2026, 8, 1), asked_at=MORNING
    )
    waiting = digests.waiting_for(own, clock.today(), MORNING)
    assert waiting.counts == {"completions": 1} and waiting.items[0].paths == (
        reverse("completions", args=[application.number]),
    )
    CompletionRequest.objects.filter(pk=request.pk).update(answered_at=MORNING)
    assert digests.waiting_for(own, clock.today(), MORNING).items == ()


def test_each_gets_the_mail_in_the_language_they_chose(application: Application) -> None:
    english = representative_of(organisation("01"))
    people.choose_digest(by=english, digest="daily", language="en")
    with translation.override("en"):
        run()
    assert "Det här väntar på dig" in to(representative_of(organisation("14")))[0].body
    with translation.override("en"):
        expected = translation.gettext("Det här väntar på dig i Hemtag:")
    assert expected in to(english)[0].body


class Down(EmailBackend):
    """A mail server that refuses one address."""

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            if "-01@" in message.to[0]:
                raise ConnectionRefusedError("no answer")
        return super().send_messages(messages)


def test_a_mail_server_that_is_down_stops_nobody_elses_mail_and_is_tried_again(
    application: Application, settings: Any
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Down"
    with pytest.raises(CommandError, match="1 utskick gick inte iväg"):
        run()
    assert len(mail.outbox) == 1 and Digest.objects.count() == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert "Skickade 1 utskick." in run()


def test_a_run_that_was_cut_off_is_taken_up_again_and_one_that_goes_on_is_left_alone(application: Application) -> None:
    invited = representative_of(organisation("01"))
    Digest.objects.create(person=invited, on=clock.today(), claimed_at=clock.now())
    run()
    assert to(invited) == []
    with at(0, 1):
        run()
    assert len(to(invited)) == 1 and Digest.objects.get(person=invited).sent_at is not None


def test_a_dry_run_tells_and_sends_nothing(application: Application) -> None:
    told = run("--dry-run")
    assert "changes 2, invitations 1" in told and SECRET not in told
    assert mail.outbox == [] and not Digest.objects.exists()


# The choice ---------------------------------------------------------------------------------------------


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_chosen_on_the_own_page() -> None:
    person = a_person(Role.AUTHOR, "14")
    client, address = browser(person), reverse("digest_settings")
    assert 'value="daily" ' in client.get(address).content.decode()
    assert client.post(address, {"digest": "hourly", "language": "sv"}).status_code == 422
    assert client.post(address, {"digest": "weekly", "language": "en"}).status_code == 302
    person.refresh_from_db()
    assert (person.digest, person.language) == ("weekly", "en")
    assert Client().get(address).status_code == 302


def test_stopped_by_the_link_without_log_in_and_never_by_reading_it(application: Application) -> None:
    invited = representative_of(organisation("01"))
    run()
    (message,) = to(invited)
    stop = next(path for path in links(message.body) if "sluta" in path)
    client = Client(enforce_csrf_checks=True)
    assert client.get(stop).status_code == 200
    invited.refresh_from_db()
    assert invited.digest == "daily"
    assert client.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
    invited.refresh_from_db()
    assert invited.digest == "none"
    assert client.get(reverse("stop_digest", args=["forged"])).status_code == 404


# The form has come in -----------------------------------------------------------------------------------


def test_people_of_every_region_are_told_of_the_hand_in_with_case_number_and_link_only(
    application: Application, django_capture_on_commit_callbacks: Any
) -> None:
    other = an_application(a_call(), organisation("14"), [organisation("12")], title="En annan hemlighet")
    complete(other)
    whole = complete(application)
    author = a_person(Role.AUTHOR, "01")
    representative_of(organisation("03"))
    with in_the_window(), django_capture_on_commit_callbacks(execute=True):
        actions.submit(by=representative_of(organisation("14")), submission=whole.submission)
    told = {message.to[0]: message for message in mail.outbox}
    expected = [representative_of(organisation(code)).email for code in ("14", "01", "12")]
    assert set(told) == {*expected, author.email}
    for message in mail.outbox:
        assert "HT 2026/0001" in message.subject and "HT 2026/0001" in message.body
        assert SECRET not in message.body and "hemlighet" not in message.body
    own = links(told[representative_of(organisation("14")).email].body)
    assert [reverse("receipt", args=[number]) for number in ("2026-001", "2026-002")] == own[:2]
    assert reverse("receipt", args=["2026-002"]) not in links(told[author.email].body)


def test_a_mail_server_that_is_down_undoes_no_hand_in(
    application: Application, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Down"
    whole = complete(application)
    with in_the_window(), django_capture_on_commit_callbacks(execute=True):
        version = actions.submit(by=representative_of(organisation("14")), submission=whole.submission)
    assert version.pk and mail.outbox == []
    assert Participant.objects.filter(application=whole).count() == 2


def test_nobody_is_told_of_a_hand_in_that_was_refused(
    application: Application, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(DoesNotHold):
        actions.submit(by=representative_of(organisation("14")), submission=application.submission)
    assert mail.outbox == []
