"""Files as people meet them: an upload with a virus, one that waits, one that is fetched; in every language of HTTP."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from hemtag.history.models import Event
from hemtag.knowledge.models import Document, ScanState
from hemtag.organisations.models import Role
from tests.grants.making import a_call, a_person, an_application, organisation
from tests.knowledge.clamd import EICAR, SIGNATURE, fake
from tests.knowledge.making import PDF

pytestmark = pytest.mark.django_db
NOBODY = "127.0.0.1:1"


@pytest.fixture(autouse=True)
def _while_the_call_is_open():
    with time_machine.travel(dt.datetime(2026, 5, 23, 8, 0, tzinfo=dt.UTC)):
        yield


@pytest.fixture(scope="module")
def clamd():
    with fake() as address:
        yield address


@pytest.fixture
def number():
    return an_application(a_call(), organisation("14"), [organisation("01")], "Gemensamt arbete").number


@pytest.fixture
def stockholm(number, django_capture_on_commit_callbacks):
    """A browser of the participating region: `upload` posts its minutes, `page` reads what the region sees."""
    return Region(number, django_capture_on_commit_callbacks)


class Region(Client):
    def __init__(self, number, committed):
        super().__init__()
        self.force_login(a_person(Role.AUTHOR, "01"))
        self.number, self.committed = number, committed
        self.own = reverse("participation", args=[number, "01"])
        self.minutes = reverse("minutes", args=[number, "01"])

    def upload(self, content):
        decision = {"version": "1", "decided_on": "20 maj 2026", "body": "Regionstyrelsen", "paragraph": "§ 112"}
        file = SimpleUploadedFile("protokoll.pdf", content, "application/pdf")
        with self.committed(execute=True):
            return self.post(self.own, {**decision, "other_support": "none", "minutes": file})

    def page(self, name):
        answer = self.get(reverse(name, args=[self.number, *(["01"] if name == "participation" else [])]))
        assert answer.status_code == 200
        return answer.content.decode()


PAGES = ["participation", "participations", "hand_in"]


def test_a_virus_is_told_at_the_field_and_nothing_is_kept(stockholm, settings, clamd):
    settings.CLAMD = clamd
    answer = stockholm.upload(PDF + EICAR)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert f"Viruskontrollen hittade {SIGNATURE} i filen" in html
    assert 'id="id_minutes_error"' in html
    assert "Regionstyrelsen" in html
    assert not Document.objects.exists()
    assert not Event.objects.filter(verb="stored").exists()


def test_a_clean_file_says_so_and_is_fetched(stockholm, settings, clamd):
    settings.CLAMD = clamd
    assert stockholm.upload(PDF).status_code == 302
    for name in PAGES:
        assert stockholm.minutes in stockholm.page(name)
    assert "Viruskontrollerad" in stockholm.page("participation")
    assert "Viruskontrollerad" in stockholm.page("participations")
    assert stockholm.get(stockholm.minutes).content == PDF


def test_a_file_that_waits_says_so_on_every_page_and_is_not_fetched_by_anybody(stockholm, settings, clamd):
    settings.CLAMD = NOBODY
    assert stockholm.upload(PDF).status_code == 302
    for name in PAGES:
        html = stockholm.page(name)
        assert "Väntar på viruskontroll" in html or "väntar på viruskontroll" in html
        assert "Filen lämnas inte ut förrän kontrollen är gjord." in html
    for name in ("participation", "participations"):
        assert stockholm.minutes not in stockholm.page(name)
    responsible = Client()
    responsible.force_login(a_person(Role.REPRESENTATIVE, "14"))
    auditor = Client()
    auditor.force_login(a_person(Role.AUDITOR, "audit"))
    for browser in (stockholm, responsible, auditor):
        answer = browser.get(stockholm.minutes)
        assert answer.status_code == 409
        assert "Filen väntar på viruskontroll: protokoll.pdf är sparad" in answer.content.decode()
        assert PDF not in answer.content
    settings.CLAMD = clamd
    call_command("scan_waiting")
    assert responsible.get(stockholm.minutes).content == PDF


def test_a_file_found_infected_later_says_so_on_every_page(stockholm, settings):
    settings.CLAMD = NOBODY
    stockholm.upload(PDF)
    Document.objects.update(scan_state=ScanState.INFECTED, infection="Win.Test-1")
    for name in PAGES:
        html = stockholm.page(name)
        assert "Virus hittat" in html
        assert "Ladda upp en ren fil." in html
    answer = stockholm.get(stockholm.minutes)
    assert answer.status_code == 409
    assert "Virus hittat i protokoll.pdf (Win.Test-1)" in re.sub(r"\s+", " ", answer.content.decode())


def test_without_a_scanner_the_page_says_that_nothing_was_scanned(stockholm):
    stockholm.upload(PDF)
    assert "Inte viruskontrollerad" in stockholm.page("participation")
    assert stockholm.get(stockholm.minutes).content == PDF


def test_head_range_and_caches_get_nothing_that_a_download_does_not(stockholm):
    stockholm.upload(PDF)
    whole = stockholm.get(stockholm.minutes)
    head = stockholm.head(stockholm.minutes)
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == whole["Content-Length"] == str(len(PDF))
    part = stockholm.get(stockholm.minutes, headers={"range": "bytes=0-3"})
    assert (part.status_code, part.content, part["Accept-Ranges"]) == (200, PDF, "none")
    for answer in (whole, head, part):
        assert answer["Content-Disposition"] == 'attachment; filename="protokoll.pdf"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Frame-Options"] == "DENY"
    stranger = Client()
    stranger.force_login(a_person(Role.AUTHOR, "03"))
    assert stranger.get(stockholm.minutes).status_code == 404
    assert stranger.head(stockholm.minutes).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_notice_on_the_page_costs_one_query_for_all_files(settings, count, django_assert_num_queries):
    from django.template import Context, Template

    participants = [{"name": f"Region {n}", "minutes": {"name": "a.pdf", "sha256": str(n) * 64}} for n in range(count)]
    page = Template("{% load files %}{% files_in_quarantine rows %}")
    with django_assert_num_queries(1):
        assert page.render(Context({"rows": participants})).strip() == ""
