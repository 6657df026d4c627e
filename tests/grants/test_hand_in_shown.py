"""What the page shows is what is handed in and what the delegation reads; and the last second of a Swedish day."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from hemtag.assessment.models import ConflictDeclaration
from hemtag.grants import actions, queries
from hemtag.grants.models import Application, Call, Submission, SubmittedVersion
from hemtag.knowledge.storing import kept
from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold
from tests.grants.making import (
    a_call,
    a_person,
    an_application,
    complete,
    in_the_window,
    organisation,
    representative_of,
)

pytestmark = pytest.mark.django_db
STOCKHOLM = ZoneInfo("Europe/Stockholm")


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


@pytest.fixture
def two() -> list[Application]:
    """A form with two applications that holds."""
    for title in ("Den första", "Den andra"):
        complete(an_application(a_call(), organisation("14"), [organisation("01")], title))
    return list(Application.objects.select_related("submission__call", "submission__responsible"))


def document_in(html: str, number: str) -> str:
    """The words of one application's document on a page, from its first heading to the page's next part."""
    start = html.index(f"Hela {number} ") if f"Hela {number} " in html else html.index("Så här lämnades")
    start = html.index("<h2", start)
    ends = [html.find(end, start) for end in ("</details>", "<h2>Regionens förutsättningar")]
    return text_of(html[start : min(end for end in ends if end > 0)])


def test_the_page_shows_word_for_word_what_the_delegation_then_reads(two: list[Application]) -> None:
    with in_the_window():
        client = browser(representative_of(organisation("14")))
        address = reverse("hand_in", args=[two[0].number])
        before = client.get(address).content.decode()
        shown = re.search(r'name="visat" value="([0-9a-f]{64})"', before)
        assert shown is not None
        assert client.post(address, {"visat": shown[1]}).status_code == 302
    version = SubmittedVersion.objects.get()
    assert version.sha256 == shown[1] == queries.sha256_of(version.content)
    assessor = a_person(Role.CASE_OFFICER)
    for application in two:
        ConflictDeclaration.objects.create(
            application=application, person=assessor, has_conflict=False, declared_at=version.at
        )
        page = browser(assessor).get(reverse("read_application", args=["2026", application.number]))
        assert page.status_code == 200
        seen = document_in(before, application.number)
        assert len(seen) > 500 and seen == document_in(page.content.decode(), application.number)


def test_nothing_is_handed_in_that_the_page_did_not_show(two: list[Application]) -> None:
    with in_the_window():
        client, address = browser(representative_of(organisation("14"))), reverse("hand_in", args=[two[0].number])
        shown = re.search(r'name="visat" value="([0-9a-f]{64})"', client.get(address).content.decode())
        assert shown is not None
        colleague, other = a_person(Role.AUTHOR, "14"), two[1]
        actions.edit_application(
            by=colleague, application=other, version=other.version, values={"summary": "En ny sammanfattning."}
        )
        refused = client.post(address, {"visat": shown[1]})
        html = refused.content.decode()
        assert refused.status_code == 422 and "Innehållet har ändrats sedan sidan öppnades" in text_of(html)
        assert not SubmittedVersion.objects.exists() and "En ny sammanfattning." in html
        again = re.search(r'name="visat" value="([0-9a-f]{64})"', html)
        assert again is not None and again[1] != shown[1]
        assert client.post(address, {"visat": again[1]}).status_code == 302


def test_the_hash_on_page_receipt_and_pdf_is_the_hash_of_what_was_frozen(two: list[Application]) -> None:
    with in_the_window():
        client = browser(representative_of(organisation("14")))
        client.post(reverse("hand_in", args=[two[0].number]))
        receipt = client.get(reverse("receipt", args=[two[1].number])).content.decode()
    version = SubmittedVersion.objects.get()
    fresh = queries.sha256_of(version.content)
    assert fresh in receipt
    assert version.receipt is not None
    pdf = PdfReader(io.BytesIO(kept(version.receipt.sha256) or b""))
    assert fresh in "".join("".join(page.extract_text() for page in pdf.pages).split())
    version.content["applications"][0]["title"] += "!"
    assert queries.sha256_of(version.content) != fresh


# The clock ----------------------------------------------------------------------------------------------

# The call's own last day, the day summer time begins (23 hours), the day it ends (25 hours), the day before each, a
# winter day and the last of the year.
LAST_DAYS = [(6, 15), (3, 29), (10, 25), (3, 28), (10, 24), (1, 15), (12, 31)]


@pytest.fixture
def whole() -> Submission:
    return complete(an_application(a_call(), organisation("14"))).submission


def hand_in_at(submission: Submission, local: dt.datetime) -> SubmittedVersion:
    with time_machine.travel(local, tick=False):
        fresh = Submission.objects.select_related("call", "responsible").get(pk=submission.pk)
        return actions.submit(by=representative_of(fresh.responsible), submission=fresh)


@pytest.mark.parametrize(("month", "day"), LAST_DAYS)
def test_the_last_second_of_the_last_swedish_day_and_one_second_later(whole: Submission, month: int, day: int) -> None:
    last = dt.date(2027, month, day) if month == 1 else dt.date(2026, month, day)
    Call.objects.update(opens_on=last - dt.timedelta(days=30), closes_on=last)
    second = dt.datetime.combine(last, dt.time(23, 59, 59), STOCKHOLM)
    later = (second.astimezone(dt.UTC) + dt.timedelta(seconds=1)).astimezone(STOCKHOLM)
    assert later.date() == last + dt.timedelta(days=1) and later.time() == dt.time()
    with pytest.raises(DoesNotHold) as refusal:
        hand_in_at(whole, later)
    assert [problem.rule for problem in refusal.value.problems] == ["window_is_open"]
    version = hand_in_at(whole, second)
    assert version.at == second
    assert version.receipt is not None
    text = PdfReader(io.BytesIO(kept(version.receipt.sha256) or b"")).pages[0].extract_text()
    zone = "CEST" if second.utcoffset() == dt.timedelta(hours=2) else "CET"
    assert "".join(f"kl. 23.59.59 ({zone})".split()) in "".join(text.split())


@pytest.mark.parametrize(("month", "day"), LAST_DAYS[:5])
def test_the_first_moment_of_the_first_swedish_day_and_one_second_before(
    whole: Submission, month: int, day: int
) -> None:
    first = dt.date(2026, month, day)
    Call.objects.update(opens_on=first, closes_on=first + dt.timedelta(days=30))
    moment = dt.datetime.combine(first, dt.time(), STOCKHOLM)
    with pytest.raises(DoesNotHold):
        hand_in_at(whole, (moment.astimezone(dt.UTC) - dt.timedelta(seconds=1)).astimezone(STOCKHOLM))
    assert hand_in_at(whole, moment).number == 1


@pytest.mark.parametrize("last", [dt.date(2026, 6, 17), dt.date(2026, 10, 25)])
def test_a_later_day_is_given_on_its_page_shown_to_the_region_and_ends(whole: Submission, last: dt.date) -> None:
    officer, number = browser(a_person(Role.CASE_OFFICER)), whole.applications.get().number
    with time_machine.travel(dt.datetime(2026, 6, 16, 8, 0, tzinfo=dt.UTC), tick=False):
        own = browser(representative_of(organisation("14")))
        assert "stängde efter 15 juni 2026" in text_of(own.get(reverse("hand_in", args=[number])).content.decode())
        address = reverse("late_access", args=["2026"])
        form = {"region": "14", "until": last.isoformat(), "reason": ""}
        assert officer.post(address, form).status_code == 422
        assert own.post(address, {**form, "reason": "Egen bok"}).status_code == 403
        assert officer.post(address, {**form, "reason": "Strömavbrott."}).status_code == 302
        assert "Strömavbrott." in officer.get(address).content.decode()
        for name in ("hand_in", "application", "participations"):
            shown = text_of(own.get(reverse(name, args=[number])).content.decode())
            assert "senare dag för den här regionen" in shown, name
    second = dt.datetime.combine(last, dt.time(23, 59, 59), STOCKHOLM)
    later = (second.astimezone(dt.UTC) + dt.timedelta(seconds=1)).astimezone(STOCKHOLM)
    with time_machine.travel(later, tick=False):
        over = text_of(
            browser(representative_of(organisation("14"))).get(reverse("hand_in", args=[number])).content.decode()
        )
        assert "er senare tid gick ut" in over
    with pytest.raises(DoesNotHold):
        hand_in_at(whole, later)
    assert hand_in_at(whole, second).number == 1
