"""The pages of a package, in the words of those who use them."""

import datetime as dt
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hemtag import clock
from hemtag.organisations.models import Role
from hemtag.solutions.actions import packaging, publishing
from hemtag.solutions.models import PackageFetch, PackageVersion
from tests.knowledge.making import PDF

from . import packages as make
from .test_package_files import archive_of, files_in

BASE = "/losningar/rontgen/paket/"
DRAFT = BASE + "utkast/"
SECRET = "Lösenordet är sommar"


@pytest.fixture
def author(person):
    return person(Role.AUTHOR, "14")


@pytest.fixture
def tester(person):
    return person(Role.ECONOMIST, "01")


@pytest.fixture
def editor(person):
    return person(Role.CATALOGUE_EDITOR)


@pytest.fixture
def solution(regions):
    return make.make_solution(regions["14"])


@pytest.fixture
def draft(author, solution):
    return packaging.start_package(by=author, solution=solution)


@pytest.fixture
def secret(author, draft):
    make.fill(author, draft)
    for code, values in (
        ("P11", {"confidentiality": "secret", "q_security": SECRET, "valid_until": dt.date(2020, 1, 1)}),
        ("P13", {"confidentiality": "regions"}),
    ):
        part = draft.parts.get(code=code)
        packaging.edit_part(by=author, part=part, version=part.version, **values)
    packaging.add_part_file(by=author, part=draft.parts.get(code="P11"), name="hemlig.pdf", content=PDF)
    return draft


@pytest.fixture
def published(author, tester, editor, regions, solution):
    return make.publish(author, editor, tester, regions["01"], solution)


def text_of(response):
    return response.content.decode()


def test_an_empty_page_says_what_will_be_here(client, solution):
    assert "Inget paket är publicerat än" in text_of(client.get(BASE))


def test_the_owner_begins_writes_and_reads_a_part(client_as, author, solution):
    client = client_as(author)
    assert "Påbörja paketet" in text_of(client.get(BASE))
    assert client.post(BASE + "borja/").url == DRAFT
    page = client.get(DRAFT + "P2/")
    form = page.context["form"]
    data = {
        "version": form.initial["version"],
        "seen": form.initial["seen"],
        "confidentiality": "open",
        "q_problem": "<b>Köer</b> på 40 dagar",
    }
    assert client.post(DRAFT + "P2/", data).url == DRAFT
    whole = text_of(client.get(BASE + "version/1.0.0/"))
    assert "&lt;b&gt;Köer&lt;/b&gt; på 40 dagar" in whole
    desk = text_of(client.get(DRAFT))
    assert "Vad skulle bli annorlunda?" in desk and "Delvis" in desk


def test_a_clash_shows_both_texts_and_saving_again_settles_it(client_as, author, person, draft):
    client, other = client_as(author), client_as(person(Role.AUTHOR, "14", "Bo"))
    form = client.get(DRAFT + "P2/").context["form"]
    data = {"version": 1, "seen": form.initial["seen"], "confidentiality": "open"}
    other.post(DRAFT + "P2/", {**data, "q_problem": "Bos text", "q_goal": "Bos mål"})
    page = client.post(DRAFT + "P2/", {**data, "q_problem": "Min text", "q_goal": ""})
    assert page.status_code == 409
    assert "Bos text" in text_of(page) and "Min text" in text_of(page)
    form = page.context["form"]
    again = {**data, "version": form.data["version"], "seen": form.data["seen"], "q_problem": "Min text", "q_goal": ""}
    assert client.post(DRAFT + "P2/", again).status_code == 302
    assert draft.parts.get(code="P2").answers == {"problem": "Min text", "goal": "Bos mål"}


def test_mistyped_hours_stand_at_their_field(client_as, author, draft):
    page = client_as(author).post(
        DRAFT + "P8/", {"version": 1, "seen": "{}", "confidentiality": "open", "q_hours": "många"}
    )
    assert page.status_code == 422
    assert "Rad 1: skriv rollen" in text_of(page)


@pytest.mark.parametrize("seen", ["", "[]", "{", '{"q_goal": 4}'])
def test_a_broken_hidden_field_loses_nothing(client_as, author, draft, seen):
    data = {"version": 1, "seen": seen, "confidentiality": "open", "q_goal": "Målet"}
    assert client_as(author).post(DRAFT + "P2/", data).status_code == 302
    assert draft.parts.get(code="P2").answers == {"goal": "Målet"}


def test_who_may_not_reach_the_draft(client, client_as, tester, person, draft):
    for path in ("", "P2/"):
        assert client.get(DRAFT + path).status_code == 302
        assert client_as(tester).get(DRAFT + path).status_code == 404
    assert client_as(person(Role.PAYMENTS_OFFICER)).get(DRAFT).status_code == 403
    assert client.get(BASE + "version/1.0.0/").status_code == 404
    assert client.get(BASE + "version/1.0.0.zip").status_code == 404
    assert client_as(person(Role.AUDITOR)).get(DRAFT).status_code == 200
    assert client_as(person(Role.AUDITOR)).post(DRAFT, {}).status_code == 403
    assert client_as(person(Role.CATALOGUE_EDITOR)).get(DRAFT).status_code == 200


def test_others_cannot_write_even_when_they_read(client_as, editor, draft):
    data = {"version": 1, "seen": "{}", "confidentiality": "open", "q_goal": "x"}
    assert client_as(editor).post(DRAFT + "P2/", data).status_code == 403
    assert client_as(editor).post(DRAFT, {"number": "1.0.0"}).status_code == 403


def test_a_withheld_part_is_named_with_whom_to_ask_on_every_page(client_as, tester, person, secret, regions):
    publishing.start_cold(by=tester, package=secret, region=regions["01"])
    for reader in (tester, person(Role.CATALOGUE_EDITOR)):
        client = client_as(reader)
        for path in (BASE + "version/1.0.0/", DRAFT):
            page = text_of(client.get(path))
            assert SECRET not in page and "hemlig.pdf" not in page
            assert "P11 Risk och säkerhet" in page
        assert "Delen finns men är inte öppen för dig. Fråga Västra Götalandsregionen." in text_of(
            client.get(BASE + "version/1.0.0/")
        )
        assert client.get(DRAFT + "P11/").status_code == 404
        file = secret.parts.get(code="P11").files.get()
        assert client.get(f"{BASE}filer/{file.pk}/").status_code == 404
        open_file = secret.parts.get(code="P4").files.get()
        assert client.get(f"{BASE}filer/{open_file.pk}/").status_code == 200
        assert "filer/P11/hemlig.pdf" not in files_in(client.get(BASE + "version/1.0.0.zip").content)


def test_the_owner_sees_that_a_part_has_expired(client_as, author, secret):
    assert "Giltigheten har gått ut" in text_of(client_as(author).get(BASE + "version/1.0.0/"))


def test_files_come_and_go_in_a_part(client_as, author, draft):
    client = client_as(author)
    upload = SimpleUploadedFile("mall.pdf", PDF)
    assert client.post(DRAFT + "P4/filer/", {"file": upload, "description": "Mallen"}).status_code == 302
    file = draft.parts.get(code="P4").files.get()
    assert client.get(f"{BASE}filer/{file.pk}/").headers["Content-Disposition"].startswith("attachment")
    assert client.post(DRAFT + "P4/filer/", {"file": SimpleUploadedFile("x.exe", b"MZ")}).status_code == 422
    assert client.post(f"{DRAFT}P5/filer/{file.pk}/ta-bort/").status_code == 404
    assert client.post(f"{DRAFT}P4/filer/{file.pk}/ta-bort/").status_code == 302
    assert not draft.parts.get(code="P4").files.exists()


def test_core_functions_are_added_and_struck(client_as, author, draft):
    client = client_as(author)
    assert client.post(DRAFT + "karna/", {"function": "Två läser varje bild"}).status_code == 302
    assert client.post(DRAFT + "karna/", {"function": "Två läser varje bild"}).status_code == 422
    function = draft.solution.core_functions.get()
    assert client.post(f"{DRAFT}karna/{function.pk}/stryk/").status_code == 302
    assert client.post(f"{DRAFT}karna/{function.pk}/stryk/").status_code == 404


def test_a_zip_is_brought_in_or_refused_with_a_reason(client_as, author, draft):
    client = client_as(author)
    good = SimpleUploadedFile("p.zip", archive_of({"P2.md": "## Vad skulle bli annorlunda?\nKortare väntan"}))
    assert client.post(DRAFT + "las-in/", {"file": good}).status_code == 302
    assert draft.parts.get(code="P2").answers == {"goal": "Kortare väntan"}
    bad = SimpleUploadedFile("p.zip", archive_of({"../P3.md": "x"}))
    page = client.post(DRAFT + "las-in/", {"file": bad})
    assert page.status_code == 422
    assert "../P3.md pekar utanför ZIP-filen" in text_of(page)


def test_somebody_elsewhere_tries_it_from_nothing(client_as, tester, author, draft):
    client = client_as(tester)
    assert "Börja pröva" in text_of(client.get(BASE + "prova/"))
    assert client.post(BASE + "prova/", {"region": "01"}).status_code == 302
    assert client.get(BASE + "version/1.0.0/").status_code == 200
    walk = draft.cold_starts.get()
    end = f"{BASE}prova/{walk.pk}/"
    assert client_as(author).get(end).status_code == 404
    data = {"ended_on": clock.today().isoformat(), "hours": "7,5", "passed": "no", "missing_P4": "Mallen saknas"}
    assert client.post(end, data).status_code == 302
    assert "P4: Mallen saknas" in text_of(client_as(author).get(DRAFT))
    assert "7,5" in text_of(client.get(BASE + "prova/"))
    assert "annan region än" in text_of(client_as(author).get(BASE + "prova/"))


def test_the_editor_publishes_what_holds_and_sees_what_does_not(client_as, author, tester, editor, regions, draft):
    client = client_as(editor)
    assert "Paketet prövas vid G3" in text_of(client.get(DRAFT + "publicera/"))
    assert client.post(DRAFT + "publicera/").status_code in (409, 422)
    make.make_ready(author, tester, regions["01"], draft)
    make.pass_gate(draft.solution)
    assert client.post(DRAFT + "publicera/").url == BASE
    assert PackageVersion.objects.get().state == "published"


def test_the_public_reads_and_fetches_what_is_open(client, published):
    page = text_of(client.get(BASE))
    assert "version 1.0.0" in page and published.sha256 in page
    assert "Sjuksköterska" in page and "200" in page
    response = client.get(BASE + "version/1.0.0.zip")
    assert response.headers["Content-Type"] == "application/zip"
    assert json.loads(files_in(response.content)["manifest.json"])["sha256"] == published.sha256
    assert client.get(BASE + "version/1.0.0.pdf").content.startswith(b"%PDF-")
    assert not PackageFetch.objects.exists()


def test_a_region_that_fetches_is_written_down_once(client_as, tester, published):
    client = client_as(tester)
    assert client.get(BASE + "version/1.0.0.zip").status_code == 200
    assert not PackageFetch.objects.exists()
    for what, ending in (("zip", ".zip"), ("pdf", ".pdf")):
        response = client.post(BASE + "version/1.0.0/hamta/", {"region": "01", "som": what})
        assert response.url == f"{BASE}version/1.0.0{ending}"
    assert PackageFetch.objects.get().region.code == "01"
    assert "hämtade version 1.0.0" in text_of(client.get(BASE))


def test_a_region_is_not_written_down_by_somebody_elses_people(client_as, tester, published):
    client_as(tester).post(BASE + "version/1.0.0/hamta/", {"region": "03"})
    assert not PackageFetch.objects.exists()


def test_a_recalled_package_says_so_first(client, client_as, editor, published):
    page = BASE + "version/1.0.0/aterkalla/"
    data = {"reason": "Missar var tionde tumör.", "advice": "until", "until": "2020-01-01"}
    response = client_as(editor).post(page, data)
    assert response.status_code == 422
    response = client_as(editor).post(page, {**data, "advice": "stop"})
    assert response.url == BASE
    shown = text_of(client.get(BASE))
    assert "Paketet är återkallat" in shown and "Sluta använda lösningen genast" in shown
    assert "Missar var tionde tumör." in shown
    assert "Paketet är återkallat" in text_of(client.get("/losningar/rontgen/"))


def test_only_the_owners_representative_and_the_editor_recall(client_as, author, person, published):
    page = BASE + "version/1.0.0/aterkalla/"
    assert client_as(author).get(page).status_code == 403
    assert "kräver rollen" in text_of(client_as(person(Role.REPRESENTATIVE, "01")).get(page))
    data = {"reason": "Missar var tionde tumör.", "advice": "stop"}
    assert client_as(person(Role.REPRESENTATIVE, "01")).post(page, data).status_code == 403


def test_the_solutions_page_leads_to_the_package(client, published):
    assert 'href="/losningar/rontgen/paket/"' in text_of(client.get("/losningar/rontgen/"))
    assert "Lösningspaket 1.0.0" in text_of(client.get("/losningar/rontgen/"))


@pytest.mark.parametrize("path", [BASE, DRAFT, BASE + "version/1.0.0/"])
def test_pages_ask_the_database_a_fixed_number_of_times(client_as, author, draft, path, regions):
    make.fill(author, draft)
    client = client_as(author)
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as before:
        assert client.get(path).status_code == 200
    for code in ("P4", "P5", "P9"):
        part = draft.parts.get(code=code)
        packaging.add_part_file(by=author, part=part, name=f"{code}.pdf", content=PDF)
        version = make.an_underlag(regions["14"], slug=f"u-{code}")
        packaging.edit_part(by=author, part=part, version=part.version, underlag=[version])
    with CaptureQueriesContext(connection) as after:
        assert client.get(path).status_code == 200
    assert len(after) <= len(before)
