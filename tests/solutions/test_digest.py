"""What is asked, reported, recalled and new reaches the person's own page and mail: counts and links, never content."""

import datetime as dt
import io

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.urls import resolve

from hemtag.organisations.models import Role
from hemtag.solutions.actions import asking, following
from hemtag.solutions.actions.news import tell
from tests.solutions.test_asking import NOW, ask, make, use

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_day():
    with time_machine.travel(NOW, tick=False):
        yield


def at(days):
    return time_machine.travel(NOW + dt.timedelta(days=days), tick=False)


def mails():
    mail.outbox.clear()
    call_command("send_digests", stdout=io.StringIO())
    return {message.to[0]: message for message in mail.outbox}


def test_the_mail_counts_and_leads_and_tells_nothing(regions, person):
    solution = make(regions, title="Hemlig titel")
    owner, follower, adopter = person(Role.AUTHOR, "14"), person(Role.ECONOMIST, "01"), person(Role.AUTHOR, "12")
    use(solution, regions["12"])
    following.follow(by=follower, solution=solution)
    with at(0.1):
        ask(follower, solution, regions, text="Hemlig fråga?")
        asking.report_fault(by=follower, solution=solution, place="title", text="Hemligt fel.")
        tell(solution, "recalled", "Hemligt skäl.", urgent_to=[regions["12"]])
    with at(1):
        sent = mails()
        assert set(sent) == {owner.email, follower.email, adopter.email}
        assert "1 fråga om en lösning att svara på" in sent[owner.email].body
        assert "1 anmält fel att svara på" in sent[owner.email].body
        assert sent[owner.email].subject == "Hemtag: 2 saker väntar på dig"
        assert "3 nyheter i det du bevakar" in sent[follower.email].body
        assert sent[follower.email].subject == "Hemtag: det är nytt i det du bevakar"
        assert "1 lösning som ni måste se över" in sent[adopter.email].body
        for message in sent.values():
            assert "Hemlig" not in message.subject + message.body
            for line in message.body.splitlines():
                if "http" in line:
                    resolve(line[line.index("http") :].split("://", 1)[1].partition("/")[1:][1].join(("/", "")))
    with at(2):
        assert mails() == {}, "nothing is new, and what waits was told of yesterday"
        following.read_news(by=follower)
    with at(9):
        assert follower.email not in mails()


def test_the_own_page_shows_what_is_late_first(regions, person, client_as):
    solution = make(regions)
    owner, asker = person(Role.AUTHOR, "14"), person(Role.ECONOMIST, "01")
    ask(asker, solution, regions)
    asking.report_fault(by=None, solution=solution, place="title", text="Fel.")
    page = client_as(owner).get("/min-sida/").content.decode()
    assert "Svara på en fråga om Röntgengranskning" in page and "Försenat" not in page
    with at(30):
        late = client_as(owner).get("/min-sida/").content.decode()
        assert "Försenat" in late and late.index("Försenat") < late.index("Svara på en fråga")
        assert "Svara på ett anmält fel" in late
        editor = client_as(person(Role.CATALOGUE_EDITOR)).get("/min-sida/").content.decode()
        assert "Svara på ett anmält fel" in editor, "the editor sees what is late"
