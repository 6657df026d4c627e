"""Regions' decisions and the hand-in, as the people who use the pages meet them."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hemtag.grants import actions
from hemtag.grants.models import Application, Participant, SubmittedVersion
from hemtag.history.models import Event, RegisterEntry
from hemtag.knowledge.models import Document
from hemtag.organisations.models import Role
from tests.grants.making import (
    MINUTES,
    a_call,
    a_person,
    an_application,
    complete,
    organisation,
    representative_of,
)

pytestmark = pytest.mark.django_db
DECISION = {
    "version": "1",
    "decided_on": "20 maj 2026",
    "body": "Regionstyrelsen",
    "paragraph": "§ 112",
    "other_support": "none",
}


@pytest.fixture(autouse=True)
def _while_the_call_is_open() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 5, 23, 8, 0, tzinfo=dt.UTC)):
        yield


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def minutes(name: str = "protokoll.pdf", content: bytes = MINUTES) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


@pytest.fixture
def application(db: None) -> Application:
    return an_application(a_call(), organisation("14"), [organisation("01")], "Gemensamt arbete")


@pytest.fixture
def whole(application: Application) -> Application:
    return complete(application)


# Regions -------------------------------------------------------------------------------------------------


def test_regions_are_invited_by_ticks_or_all_at_once(application: Application) -> None:
    for code in ("03", "04", "05"):
        organisation(code)
    client = browser(a_person(Role.AUTHOR, "14"))
    address = reverse("invite", args=[application.number])
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"regions": ["03"]}).status_code == 302
    assert set(application.participants.values_list("region__code", flat=True)) == {"14", "01", "03"}
    assert client.post(address, {"alla": "1"}).status_code == 302
    assert set(application.participants.values_list("region__code", flat=True)) == {"14", "01", "03", "04", "05"}
    assert "redan inbjudna" in text_of(client.get(address))


def test_a_region_writes_its_decision_uploads_the_minutes_and_confirms(application: Application) -> None:
    author, representative = browser(a_person(Role.AUTHOR, "01")), browser(a_person(Role.REPRESENTATIVE, "01"))
    address = reverse("participation", args=[application.number, "01"])
    assert author.post(address, {**DECISION, "minutes": minutes()}).status_code == 302
    participant = Participant.objects.get(region__code="01")
    assert (participant.decided_on, participant.paragraph) == (dt.date(2026, 5, 20), "§ 112")
    confirm = reverse("confirm_participation", args=[application.number, "01"])
    assert author.post(confirm).status_code == 403
    assert confirm in representative.get(address).content.decode()
    assert representative.post(confirm).status_code == 302
    participant.refresh_from_db()
    assert participant.state == "confirmed"
    page = text_of(representative.get(address))
    assert "Uppgifterna är låsta" in page and "Regionstyrelsen" in page
    assert representative.post(reverse("reopen_participation", args=[application.number, "01"])).status_code == 302
    participant.refresh_from_db()
    assert participant.state == "invited"


def test_the_minutes_are_served_to_those_who_see_the_application_and_to_nobody_else(whole: Application) -> None:
    address = reverse("minutes", args=[whole.number, "01"])
    served = browser(a_person(Role.ECONOMIST, "14")).get(address)
    assert served.content == MINUTES
    assert served["Content-Disposition"].startswith("attachment") and served["Content-Type"] == "application/pdf"
    assert browser(a_person(Role.AUTHOR, "12")).get(address).status_code == 404
    assert browser(a_person(Role.CASE_OFFICER)).get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_another_regions_decision_is_read_and_not_written(application: Application) -> None:
    client = browser(a_person(Role.REPRESENTATIVE, "14"))
    address = reverse("participation", args=[application.number, "01"])
    page = client.get(address).content.decode()
    assert 'name="decided_on"' not in page
    assert client.post(address, DECISION).status_code == 403
    assert client.post(reverse("confirm_participation", args=[application.number, "01"])).status_code == 403
    assert Participant.objects.get(region__code="01").decided_on is None


def test_a_region_declines_with_a_reason_and_can_be_asked_again(application: Application) -> None:
    client = browser(a_person(Role.REPRESENTATIVE, "01"))
    address = reverse("decline_participation", args=[application.number, "01"])
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "Ingen bemanning"}).status_code == 302
    responsible = browser(a_person(Role.AUTHOR, "14"))
    page = responsible.get(reverse("participations", args=[application.number]))
    assert "Ingen bemanning" in text_of(page)
    assert responsible.post(reverse("invite", args=[application.number]), {"regions": ["01"]}).status_code == 302
    assert Participant.objects.get(region__code="01").state == "invited"


def test_a_region_with_costs_is_taken_away_only_when_somebody_has_said_what_happens_to_them(
    application: Application,
) -> None:
    vg, sthlm = organisation("14"), organisation("01")
    block = actions.add_block(by=representative_of(vg), application=application, title="Data")
    cells = {(sthlm.pk, 2026, "other"): (5, 0)}
    actions.set_costs(by=representative_of(vg), block=block, version=1, cells=cells)
    client = browser(a_person(Role.AUTHOR, "14"))
    address = reverse("uninvite", args=[application.number, "01"])
    assert "1. Data" in text_of(client.get(address))
    refused = client.post(address)
    assert refused.status_code == 422 and 'id="id_costs_error"' in refused.content.decode()
    nobody = client.post(address, {"costs": "move"})
    assert nobody.status_code == 422 and "Välj en annan region" in text_of(nobody)
    assert client.post(address, {"costs": "keep"}).status_code == 422
    assert client.post(address, {"costs": "move", "to": "14"}).status_code == 302
    assert not Participant.objects.filter(region__code="01").exists()
    held = [(cost.region.code, cost.requested_sek) for cost in block.costs.select_related("region")]
    assert held == [("14", 5)]


def test_a_region_with_costs_that_declines_says_what_happens_to_them(application: Application) -> None:
    vg, sthlm = organisation("14"), organisation("01")
    block = actions.add_block(by=representative_of(vg), application=application, title="Data")
    cells = {(sthlm.pk, 2026, "other"): (5, 0)}
    actions.set_costs(by=representative_of(vg), block=block, version=1, cells=cells)
    client = browser(a_person(Role.REPRESENTATIVE, "01"))
    address = reverse("decline_participation", args=[application.number, "01"])
    assert client.post(address, {"reason": "Nej"}).status_code == 422
    assert client.post(address, {"reason": "Nej", "costs": "keep"}).status_code == 302
    responsible = browser(a_person(Role.AUTHOR, "14"))
    page = text_of(responsible.get(reverse("participations", args=[application.number])))
    assert "Avböjt, har kostnader kvar" in page and "Avgör kostnaderna" in page
    assert (
        responsible.post(reverse("uninvite", args=[application.number, "01"]), {"costs": "remove"}).status_code == 302
    )
    assert not block.costs.exists()


@pytest.mark.parametrize(
    "name, content, says",
    [
        ("protokoll.exe", b"MZ", "Filtypen .exe tas inte emot"),
        ("protokoll.pdf", b"inte en pdf", "Innehållet är inte en PDF-fil"),
        ("protokoll.pdf", b"", "tom"),
    ],
)
def test_a_bad_file_is_refused_at_the_field_and_the_rest_is_kept(
    application: Application, name: str, content: bytes, says: str
) -> None:
    client = browser(a_person(Role.AUTHOR, "01"))
    address = reverse("participation", args=[application.number, "01"])
    page = client.post(address, {**DECISION, "minutes": minutes(name, content)})
    html = page.content.decode()
    assert page.status_code == 422 and 'id="id_minutes_error"' in html and says in html
    assert 'value="§ 112"' in html and "Regionstyrelsen" in html
    assert not Document.objects.exists() and Participant.objects.get(region__code="01").body == ""


class Zeros(io.RawIOBase):
    """A request body with a file of zeros that is made as it is read."""

    def __init__(self, before: bytes, zeros: int, after: bytes) -> None:
        self.parts, self.left, self.size = [before, after], zeros, len(before) + zeros + len(after)
        self.largest_read = 0

    def read(self, size: int = -1) -> bytes:
        self.largest_read = max(self.largest_read, self.size if size is None or size < 0 else size)
        if len(self.parts) == 2:
            return self.parts.pop(0)
        if self.left:
            chunk = bytes(min(self.left, max(size, 1)))
            self.left -= len(chunk)
            return chunk
        return self.parts.pop(0) if self.parts else b""


def test_a_file_of_200_mb_is_refused_at_the_field_and_never_kept(application: Application) -> None:
    client = browser(a_person(Role.AUTHOR, "01"))
    address = reverse("participation", args=[application.number, "01"])
    head = '--grans\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n'
    fields = "".join(head % (name, "") + value + "\r\n" for name, value in DECISION.items())
    before = (fields + head % ("minutes", '; filename="p.pdf"\r\nContent-Type: application/pdf')).encode()
    body = Zeros(before, 200_000_000, b"\r\n--grans--\r\n")
    with mock.patch("django.core.files.temp.NamedTemporaryFile", side_effect=AssertionError("kept on disk")):
        page = client.generic(
            "POST",
            address,
            CONTENT_TYPE="multipart/form-data; boundary=grans",
            **{"wsgi.input": body, "CONTENT_LENGTH": str(body.size)},
        )
    html = page.content.decode()
    assert page.status_code == 422 and 'id="id_minutes_error"' in html
    assert "Filen är 200 MB; högst 20 MB tas emot" in html and 'value="§ 112"' in html
    assert body.largest_read < 1_000_000
    kept = Path(settings.MEDIA_ROOT)
    assert not Document.objects.exists() and (not kept.exists() or not list(kept.rglob("*.part")))


# Hand-in -------------------------------------------------------------------------------------------------


def test_the_page_lists_every_check_with_a_link_and_everything_that_will_be_sent(application: Application) -> None:
    second = an_application(a_call(), organisation("14"), title="Den andra")
    page = browser(a_person(Role.REPRESENTATIVE, "14")).get(reverse("hand_in", args=[application.number]))
    html, text = page.content.decode(), text_of(page)
    assert "lämnar in 2 ansökningar tillsammans" in text and "Den andra" in text
    assert len(page.context["lines"]) == len(page.context["holds"]) + sum(
        not line.holds for line in page.context["lines"]
    )
    for line in page.context["lines"]:
        assert line.label in text
        for problem in line.problems:
            assert f'href="{problem.link}"' in html, problem
    assert second.number in text and "<button" not in html[html.index('id="lamna-in"') : html.index("</main>")]


def test_a_participating_region_sees_its_own_application_and_not_the_others(application: Application) -> None:
    an_application(a_call(), organisation("14"), title="Den hemliga")
    page = browser(a_person(Role.REPRESENTATIVE, "01")).get(reverse("hand_in", args=[application.number]))
    assert page.status_code == 200 and "Gemensamt arbete" in text_of(page) and "Den hemliga" not in text_of(page)
    assert "Det här kräver rollen behörig företrädare i Västra Götalandsregionen." in text_of(page)


def test_the_representative_hands_in_once_and_gets_a_receipt(whole: Application) -> None:
    client, address = browser(representative_of(organisation("14"))), reverse("hand_in", args=[whole.number])
    assert "Allt är på plats" in text_of(client.get(address))
    answer = client.post(address)
    assert answer["Location"] == reverse("receipt", args=[whole.number])
    receipt = client.get(answer["Location"])
    version = SubmittedVersion.objects.get()
    assert "HT 2026/0001" in text_of(receipt) and version.sha256 in text_of(receipt)
    pdf = client.get(reverse("receipt_pdf", args=[whole.number]))
    assert pdf.content.startswith(b"%PDF") and pdf["Content-Type"] == "application/pdf"
    assert browser(a_person(Role.AUTHOR, "12")).get(answer["Location"]).status_code == 404


def test_a_double_click_or_a_second_tab_is_told_when_and_by_whom_and_doubles_nothing(whole: Application) -> None:
    client, address = browser(representative_of(organisation("14"))), reverse("hand_in", args=[whole.number])
    client.post(address)
    before = (SubmittedVersion.objects.count(), RegisterEntry.objects.count(), Event.objects.count())
    second = client.post(address, follow=True)
    assert second.status_code == 200
    text = text_of(second)
    assert "Redan inlämnad" in text and "23 maj 2026 kl. 10.00" in text and "F 14" in text and "HT 2026/0001" in text
    assert reverse("receipt", args=[whole.number]) in second.content.decode()
    assert (SubmittedVersion.objects.count(), RegisterEntry.objects.count(), Event.objects.count()) == before


def test_outside_the_window_the_hand_in_is_refused_with_the_reason(whole: Application) -> None:
    with time_machine.travel(dt.datetime(2026, 6, 16, 8, 0, tzinfo=dt.UTC)):
        client, address = browser(representative_of(organisation("14"))), reverse("hand_in", args=[whole.number])
        assert "Utlysningen stängde den 15 juni 2026." in text_of(client.get(address))
        refused = client.post(address)
        assert refused.status_code == 422 and "Inlämningen togs inte emot" in text_of(refused)
    assert not SubmittedVersion.objects.exists()


def test_an_author_is_told_who_hands_in(whole: Application) -> None:
    client, address = browser(a_person(Role.AUTHOR, "14")), reverse("hand_in", args=[whole.number])
    assert "behörig företrädare" in text_of(client.get(address))
    assert client.post(address).status_code == 403
    assert not SubmittedVersion.objects.exists()


def test_a_submission_is_taken_back_with_a_reason_and_opened_again(whole: Application) -> None:
    client = browser(representative_of(organisation("14")))
    client.post(reverse("hand_in", args=[whole.number]))
    address = reverse("withdraw", args=[whole.number])
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "Fel belopp"}).status_code == 302
    home = reverse("application", args=[whole.number])
    assert "Inlämningen är återtagen" in text_of(client.get(home))
    assert client.post(reverse("reopen_submission", args=[whole.number])).status_code == 302
    assert "Utkast" in text_of(client.get(home))
    assert client.post(reverse("hand_in", args=[whole.number]))["Location"] == reverse("receipt", args=[whole.number])
    assert SubmittedVersion.objects.count() == 2


def test_no_receipt_before_hand_in(application: Application) -> None:
    client = browser(representative_of(organisation("14")))
    for name in ("receipt", "receipt_pdf"):
        assert client.get(reverse(name, args=[application.number])).status_code == 404
