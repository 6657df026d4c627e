"""Reading and taking along over the pages: who may, what stands there, and that a file says what the form says."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from hemtag import clock
from hemtag.grants import actions, outputs, queries
from hemtag.grants.models import Application, SubmissionState
from hemtag.organisations.models import Role
from tests.grants.making import (
    a_call,
    a_person,
    a_submission_that_holds,
    an_application,
    fresh,
    in_the_window,
    organisation,
    representative_of,
    submitted,
)
from tests.grants.papers import a_reading, as_draft, bare, reader, words_of

pytestmark = pytest.mark.django_db

PAGES = ("read_document", "read_summary")
FILES = {
    "application_pdf": ("application/pdf", b"%PDF", "ansokan-{}.pdf"),
    "summary_pdf": ("application/pdf", b"%PDF", "sammanfattning-{}.pdf"),
    "application_json": ("application/json", b"{", "ansokan-{}.json"),
    "application_sheet": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        b"PK",
        "ansokan-{}.xlsx",
    ),
}
SCHEMA = Path(settings.ROOT) / "data" / "schemas" / "application.schema.json"


def validator() -> Any:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def draft() -> Application:
    return fresh(a_submission_that_holds().applications.get())


def handed_in() -> Application:
    application = draft()
    submitted(application)
    return fresh(application)


def as_someone_in(code: str) -> Client:
    client = Client()
    client.force_login(a_person(Role.AUTHOR, code))
    return client


def get(client: Client, name: str, application: Application) -> Any:
    with in_the_window():
        return client.get(reverse(name, args=[application.number]))


@pytest.mark.parametrize("made", [draft, handed_in])
@pytest.mark.parametrize("name", FILES)
def test_each_file_is_a_download_that_no_cache_keeps(name: str, made: Any) -> None:
    application = made()
    kind, start, file = FILES[name]
    answer = get(as_someone_in("14"), name, application)
    assert answer.status_code == 200 and answer["Content-Type"] == kind and answer.content.startswith(start)
    assert answer["Content-Disposition"] == f'attachment; filename="{file.format(application.number)}"'
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("name", [*PAGES, *FILES])
def test_regions_that_take_part_read_it_and_nobody_else(name: str) -> None:
    for application in (draft(),):
        assert get(as_someone_in("14"), name, application).status_code == 200
        assert get(as_someone_in("01"), name, application).status_code == 200
        assert get(as_someone_in("12"), name, application).status_code == 404
        officer = Client()
        officer.force_login(a_person(Role.CASE_OFFICER))
        assert get(officer, name, application).status_code == 403
        assert get(Client(), name, application).status_code == 302
    assert as_someone_in("14").get(reverse(name, args=["2026-999"])).status_code == 404


@pytest.mark.parametrize("name", [*PAGES, *FILES])
@pytest.mark.parametrize("made", [draft, handed_in])
def test_queries_do_not_grow_with_blocks_and_regions(name: str, made: Any) -> None:
    application = made()
    client = as_someone_in("14")
    get(client, name, application)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries_:
            assert get(client, name, application).status_code == 200
        return len(queries_)

    few = asked()
    if made is handed_in:
        assert few <= 7
        return
    by = representative_of(organisation("14"))
    with in_the_window():
        for number in range(3):
            actions.invite(by=by, application=application, region=organisation(f"0{number + 3}"))
            actions.add_block(by=by, application=application, title=f"Fler {number}")
    assert asked() == few <= 20


def test_a_draft_is_marked_on_screen_and_in_every_file() -> None:
    application, client = draft(), as_someone_in("14")
    at = "4 maj 2026 kl. 11.00"
    for name in PAGES:
        shown = get(client, name, application).content.decode()
        assert f"UTKAST {at}" in shown and "paper-mark" in shown
    for name in ("application_pdf", "summary_pdf"):
        assert bare(f"UTKAST {at}") in words_of(get(client, name, application).content)
    status = json.loads(get(client, "application_json", application).content)["status"]
    assert status["state"] == "draft" and status["at"] == "2026-05-04T09:00:00+00:00" and status["version"] == 0
    assert f"UTKAST {at}" in str(sheets_of(get(client, "application_sheet", application).content)["Uppgifter"])


def test_what_is_handed_in_is_read_as_it_was_and_not_as_rows_are_now() -> None:
    application, client = handed_in(), as_someone_in("14")
    Application.objects.filter(pk=application.pk).update(title="Omskriven")
    version = queries.submitted_version(application.submission)
    assert version is not None
    for name in PAGES:
        shown = get(client, name, application).content.decode()
        assert "En åtgärd" in shown and "Omskriven" not in shown and "UTKAST" not in shown
        assert application.submission.case_number in shown
    for name in ("application_pdf", "summary_pdf"):
        first, second = (get(client, name, application).content for _round in range(2))
        assert first == second, "the same bytes each time"
        said = words_of(first)
        assert version.sha256 in said and "UTKAST" not in said and "Omskriven" not in said
    exported = json.loads(get(client, "application_json", application).content)
    assert exported["status"]["sha256"] == version.sha256 and exported["application"]["title"] == "En åtgärd"


def test_after_a_withdrawal_the_copy_says_that_it_is_withdrawn() -> None:
    application = handed_in()
    with in_the_window():
        actions.withdraw(
            by=representative_of(organisation("14")), submission=application.submission, reason="Fel belopp"
        )
    application = fresh(application)
    assert application.submission.state == SubmissionState.WITHDRAWN
    client = as_someone_in("14")
    assert "ÅTERTAGEN" in get(client, "read_document", application).content.decode()
    assert "ÅTERTAGEN" in words_of(get(client, "application_pdf", application).content)
    assert json.loads(get(client, "application_json", application).content)["status"]["state"] == "withdrawn"


def test_the_page_has_a_contents_list_that_leads_to_every_part() -> None:
    application = draft()
    shown = get(as_someone_in("14"), "read_document", application).content.decode()
    nav = shown[shown.index('class="contents') : shown.index("</nav>", shown.index('class="contents'))]
    targets = [part.split('"')[0] for part in nav.split('href="#')[1:]]
    assert targets == ["atgarden", "pengar", "block", "block-1", "efter-bidraget", "regioner", "forutsattningar"]
    for target in targets:
        assert shown.count(f'id="{target}"') == 1, target


def test_the_summary_tells_what_is_missing_with_a_link_to_mend_it() -> None:
    region = organisation("14")
    application = an_application(a_call(), region, [organisation("01")])
    shown = get(as_someone_in("14"), "read_summary", application).content.decode()
    with in_the_window():
        reading = outputs.reading_of(application, clock.now())
    assert reading.missing
    for problem in reading.missing:
        assert problem.link and problem.link in shown
    client = as_someone_in("14")
    assert "Alla kontroller höll när" in get(client, "read_summary", handed_in_other()).content.decode()


def handed_in_other() -> Application:
    application = fresh(a_submission_that_holds("12", ("14",), "En annan").applications.get())
    submitted(application)
    return fresh(application)


def test_links_to_read_and_take_along_stand_on_the_applications_page() -> None:
    for application in (draft(), handed_in_other()):
        shown = get(as_someone_in("14"), "application", application).content.decode()
        for name in (*PAGES, *FILES):
            assert reverse(name, args=[application.number]) in shown, name


# JSON ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ai", "skalning"])
def test_the_export_of_the_documents_own_applications_follows_the_schema_and_its_sums_are_its_cells(name: str) -> None:
    for reading in (a_reading(name), as_draft(a_reading(name))):
        exported = json.loads(outputs.as_json(reading))
        validator().validate(exported)
        cells = [(block["number"], cell) for block in exported["application"]["blocks"] for cell in block["costs"]]
        for amount in ("requested_sek", "cofinancing_sek"):
            assert exported["sums"][amount] == sum(cell[amount] for _number, cell in cells)
            for axis, key in (("per_year", "year"), ("per_region", "region"), ("per_kind", "kind")):
                for row in exported["sums"][axis]:
                    assert row[amount] == sum(cell[amount] for _number, cell in cells if cell[key] == row[key])
            for row in exported["sums"]["per_block"]:
                assert row[amount] == sum(cell[amount] for number, cell in cells if number == row["block"])


@pytest.mark.parametrize("made", [draft, handed_in])
def test_the_export_over_the_page_follows_the_schema_and_is_the_forms_content(made: Any) -> None:
    application = made()
    exported = json.loads(get(as_someone_in("14"), "application_json", application).content)
    validator().validate(exported)
    content = queries.content_of(application.submission)
    assert exported["application"] == json.loads(json.dumps(content["applications"][0]))
    assert exported["call"] == content["call"] and exported["economic_analysis"] == content["economic_analysis"]


@pytest.mark.parametrize(
    "broken",
    [
        lambda one: one.pop("sums"),
        lambda one: one["application"]["blocks"][0]["costs"][0].update(requested_sek=-1),
        lambda one: one["application"]["blocks"][0]["costs"][0].update(requested_sek=1.5),
        lambda one: one["application"]["blocks"][0]["costs"][0].update(kind="gifts"),
        lambda one: one["status"].update(version=0),
        lambda one: one["status"].update(at="igår"),
        lambda one: one["call"].update(opens_on="2026-13-01"),
        lambda one: one.update(something_else=1),
    ],
)
def test_the_schema_refuses_what_is_not_an_export(broken: Any) -> None:
    exported = json.loads(outputs.as_json(a_reading()))
    broken(exported)
    with pytest.raises(jsonschema.ValidationError):
        validator().validate(exported)


def test_fields_that_come_later_do_not_break_the_schema_or_the_papers() -> None:
    reading = a_reading()
    cost = reading.content["blocks"][0]["costs"][0]
    cost |= {"hours": 1200, "hourly_cost_sek": 521, "specialty": "law"}
    validator().validate(json.loads(outputs.as_json(reading)))
    assert sheets_of(outputs.as_workbook(reading))["Kostnader"][1][5:7] == [1200, 521]


# Excel ---------------------------------------------------------------------------------------------------


def sheets_of(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.mark.parametrize("name", ["ai", "skalning"])
def test_the_workbook_holds_every_cell_and_sums_that_agree(name: str) -> None:
    reading = a_reading(name)
    content = outputs.as_workbook(reading)
    assert content == outputs.as_workbook(reading), "the same bytes each time"
    sheets = sheets_of(content)
    assert list(sheets) == [
        "Uppgifter",
        "Block",
        "Kostnader",
        "Region och år",
        "Effekter",
        "Regioner",
        "Mätpunkter",
    ]
    cells = [cell for block in reading.content["blocks"] for cell in block["costs"]]
    requested, own = (sum(cell[key] for cell in cells) for key in ("requested_sek", "cofinancing_sek"))
    long = sheets["Kostnader"]
    assert len(long) == len(cells) + 2 and long[-1][0] == "Summa" and long[-1][7:9] == [requested, own]
    assert [row[7:9] for row in long[1:-1]] == [[cell["requested_sek"], cell["cofinancing_sek"]] for cell in cells]
    pivot = sheets["Region och år"]
    regions = reading.content["participants"]
    years = sorted({cell["year"] for cell in cells})
    assert pivot[0] == ["Sökt bidrag, kronor", *years, "Summa"]
    for row in pivot[1 : len(regions) + 1]:
        code = next(region["code"] for region in regions if region["name"] == row[0])
        per_year = [
            sum(cell["requested_sek"] for cell in cells if (cell["region"], cell["year"]) == (code, year))
            for year in years
        ]
        assert row[1:] == [*per_year, sum(per_year)]
    assert pivot[len(regions) + 1][-1] == requested and pivot[-1][-1] == own
    assert sheets["Block"][-1][7:9] == [requested, own] == sheets["Regioner"][-1][9:11]
    assert [row[1] for row in sheets["Mätpunkter"][1:]] == [
        point["indicator"] for point in reading.content["measuring_points"]
    ]
    assert len(sheets["Effekter"]) == 1 + sum(len(block["effects"]) for block in reading.content["blocks"])


def test_sums_in_the_workbook_are_formulas_over_the_long_table() -> None:
    content = outputs.as_workbook(a_reading())
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        pivot = book.read("xl/worksheets/sheet4.xml").decode()
    assert "SUMIFS('Kostnader'!$H$2:$H$" in pivot.replace("&apos;", "'")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "=HYPERLINK(", "=cmd|'/C calc'!A0"])
def test_nothing_that_is_written_becomes_a_formula_or_a_link(start: str) -> None:
    written = f'{start}1+1"https://example.org"'
    texts = dict.fromkeys(("title", "summary", "description", "goals", "plan_owner", "spreading"), written)
    reading = a_reading(**texts)
    block = reading.content["blocks"][0]
    block |= {"title": written, "purpose": written, "activities": written}
    block["effects"][0]["basis"] = written
    reading.content["participants"][0] |= {"body": written, "other_support_text": written}
    reading.content["measuring_points"][0] |= {"indicator": written, "target": written}
    content = outputs.as_workbook(reading)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        xml = "".join(book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name)
    assert "HYPERLINK" not in xml and "hyperlink" not in xml and "calc" not in xml
    formulas = [part.split("</f>")[0] for part in xml.split("<f>")[1:]]
    assert formulas and all(formula.startswith(("SUM(", "SUMIFS(")) for formula in formulas)
    found = str(sheets_of(content))
    assert found.count("1+1") >= 10


def test_texts_longer_than_a_cell_and_an_empty_form_make_a_workbook_too() -> None:
    sheets = sheets_of(outputs.as_workbook(a_reading(summary="å" * 40_000)))
    assert any(len(str(row[1])) == 32_767 for row in sheets["Uppgifter"])
    empty = sheets_of(outputs.as_workbook(a_reading(blocks=[], participants=[], measuring_points=[])))
    assert len(empty["Kostnader"]) == 1 and len(empty["Region och år"]) == 1


def test_the_workbook_is_in_the_language_of_the_page_and_the_papers_are_swedish() -> None:
    application, client = draft(), as_someone_in("14")
    with in_the_window():
        sheet = client.get(reverse("application_sheet", args=[application.number]), headers={"accept-language": "en"})
        paper = client.get(reverse("application_pdf", args=[application.number]), headers={"accept-language": "en"})
    assert list(sheets_of(sheet.content))[-1] != "Mätpunkter"
    assert "UTKAST4maj2026" in words_of(paper.content) and len(reader(paper.content).pages) >= 2
