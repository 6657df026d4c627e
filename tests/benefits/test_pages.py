"""The pages as people use them: with and without a script, allowed and not."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from hemtag.benefits import actions, patterns, queries
from hemtag.benefits.models import BenefitCase
from hemtag.benefits.values import Value
from hemtag.organisations.models import Role
from tests.benefits.making import data_from, hourly_cost, make_case, share

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(person: Any) -> Any:
    return person(Role.AUTHOR, "14")


@pytest.fixture
def case(writer: Any, regions: Any) -> BenefitCase:
    return make_case(writer, regions["14"])


def address(name: str, case: BenefitCase, *more: Any) -> str:
    return reverse(name, args=[case.slug, *more])


READ = [
    "benefit_case",
    "assumptions",
    "case_lines",
    "case_runs",
    "compare_cases",
    "benefit_json",
    "benefit_sheet",
    "realised",
]


def test_a_draft_is_for_its_own_region_and_the_auditor(
    writer: Any, person: Any, client_as: Any, case: BenefitCase
) -> None:
    for name in READ:
        assert client_as(writer).get(address(name, case)).status_code == 200, name
        assert client_as(person(Role.AUDITOR)).get(address(name, case)).status_code == 200, name
        for other in (Client(), client_as(person(Role.AUTHOR, "09")), client_as(person(Role.CASE_OFFICER))):
            assert other.get(address(name, case)).status_code == 404, name


def test_a_public_case_is_for_anyone_and_a_shared_one_for_its_regions(
    writer: Any, person: Any, client_as: Any, case: BenefitCase
) -> None:
    guest = person(Role.AUTHOR, "09")
    share(writer, case)
    assert client_as(guest).get(address("benefit_case", case)).status_code == 200
    assert Client().get(address("benefit_case", case)).status_code == 404
    actions.publish_case(by=writer, case=case, is_public=True)
    assert Client().get(address("benefit_case", case)).status_code == 200


def test_the_sentence_stands_first(writer: Any, client_as: Any, case: BenefitCase) -> None:
    page = client_as(writer).get(address("benefit_case", case)).content.decode()
    sentence = queries.answer(case).page["sentence"]  # type: ignore[index]
    assert sentence.split(";")[0] in page
    assert "nan" not in page.lower().replace("finan", "").replace("enan", "").split()


def test_the_list_has_a_fixed_number_of_queries(
    writer: Any, client_as: Any, regions: Any, case: BenefitCase, django_assert_num_queries: Any
) -> None:
    client = client_as(writer)
    url = reverse("benefit_cases")

    def count() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    one = count()
    for n in range(2):
        make_case(writer, regions["14"], title=f"Kalkyl {n}")
    assert count() == one
    with django_assert_num_queries(1):
        assert len(queries.listed(None)) == 0


@pytest.mark.parametrize(("which", "titles"), [("egna", ["Egen"]), ("delade", ["Delad"]), ("publika", ["Öppen"])])
def test_the_list_is_filtered(
    which: str, titles: list[str], writer: Any, person: Any, client_as: Any, regions: Any
) -> None:
    other = person(Role.AUTHOR, "09")
    make_case(writer, regions["14"], title="Egen", about_kind="block", about_key="2026-001/2")
    share(other, make_case(other, regions["09"], title="Delad"))
    actions.publish_case(
        by=person(Role.AUTHOR, "12"),
        case=make_case(person(Role.AUTHOR, "12"), regions["12"], title="Öppen", data=data_from(codes=("12",))),
        is_public=True,
    )
    page = client_as(writer).get(reverse("benefit_cases"), {"visa": which})
    assert [row.title for row in page.context["rows"]] == titles
    about = client_as(writer).get(reverse("benefit_cases"), {"om": "block", "nyckel": "2026-001/2"})
    assert [row.title for row in about.context["rows"]] == ["Egen"]


def answered(key: str = "farre-besok") -> dict[str, Any]:
    pattern = patterns.patterns()[key]
    sent: dict[str, Any] = {
        "region": "14",
        "title": "Färre återbesök",
        "about": "Ett besök mindre",
        "first_year": 2027,
        "years": 5,
        "price_year": 2026,
        "way": "limits",
        "also": ["09"],
    }
    for question in pattern.questions:
        low, likely, high = question.default or ((0.1, 0.2, 0.4) if question.unit == "andel" else (40, 100, 250))
        if not question.fact:
            sent |= {f"{question.name}-low": low, f"{question.name}-likely": likely, f"{question.name}-high": high}
        sent |= {
            f"{question.name}-kind": "assumption",
            f"{question.name}-judged_by": "Kim",
            f"{question.name}-source": "x",
        }
    return {key: str(value).replace(".", ",") if isinstance(value, float) else value for key, value in sent.items()}


@pytest.mark.parametrize("key", sorted(patterns.patterns()))
def test_a_case_is_made_from_questions(key: str, writer: Any, client_as: Any) -> None:
    hourly_cost()
    client = client_as(writer)
    url = reverse("start_case_from", args=[key])
    assert client.get(url).status_code == 200
    done = client.post(f"{url}?om=block&nyckel=2026-001/2", answered(key))
    assert done.status_code == 302, done.context["form"].errors
    case = BenefitCase.objects.get()
    assert (case.pattern, case.about_kind, case.about_key) == (key, "block", "2026-001/2")
    assert list(case.data["regions"]) == ["09", "14"]
    assert queries.answer(case).page is not None
    for question in patterns.patterns()[key].questions:
        row = case.data["inputs"][question.name]
        assert ("fact" in row) == bool(question.fact)
        assert row["judged_by"] == "Kim"


def test_a_wrong_answer_is_said_at_its_field_and_nothing_is_lost(writer: Any, client_as: Any) -> None:
    hourly_cost()
    sent = answered() | {"avoided-high": "1,5", "visits-low": "900", "back-likely": "inget"}
    page = client_as(writer).post(reverse("start_case_from", args=["farre-besok"]), sent)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"avoided-high", "visits-low", "back-likely"}
    assert 'value="1,5"' in page.content.decode()
    assert not BenefitCase.objects.exists()


def test_an_unknown_pattern_is_not_found(writer: Any, client_as: Any) -> None:
    assert client_as(writer).get(reverse("start_case_from", args=["finns-inte"])).status_code == 404


def upload(content: bytes, name: str) -> Any:
    file = io.BytesIO(content)
    file.name = name
    return file


@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_what_is_taken_along_is_read_in_again_without_change(
    kind: str, writer: Any, client_as: Any, case: BenefitCase
) -> None:
    client = client_as(writer)
    content = client.get(address("benefit_json" if kind == "json" else "benefit_sheet", case)).content
    sent = {"region": "14", "title": "Tillbaka", "file": upload(content, f"kalkyl.{kind}")}
    done = client.post(reverse("start_case_from_file"), sent)
    assert done.status_code == 302, done.context["form"].errors
    made = BenefitCase.objects.get(title="Tillbaka")
    before, after = queries.answer(case).page, queries.answer(made).page
    assert before is not None
    assert after is not None
    assert after["npv"]["region"]["mean"] == pytest.approx(before["npv"]["region"]["mean"])


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"{", "a.json", "varken TOML eller JSON"),
        (b"[1]", "a.json", "TOML"),
        (b"PK\x03\x04 not really", "a.xlsx", ""),
        (json.dumps({**data_from(), "lines": []}).encode(), "a.json", "inga rader"),
        (b"x" * 2_100_000, "a.toml", "2 MB"),
    ],
)
def test_a_file_that_is_no_case_is_refused_with_why(
    content: bytes, name: str, said: str, writer: Any, client_as: Any
) -> None:
    hourly_cost()
    page = client_as(writer).post(
        reverse("start_case_from_file"), {"region": "14", "title": "X", "file": upload(content, name)}
    )
    assert page.status_code == 422
    assert said in page.content.decode()


def typed(case: BenefitCase, **more: Any) -> dict[str, Any]:
    sent = {"version": case.version, "way": "limits", "low": "1", "likely": "2,5", "high": "6"}
    return {**sent, "unit": "min/ärende", "kind": "expert", "source": "Mätning", "judged_by": "Kim", **more}


def test_a_value_is_changed_without_a_script(writer: Any, client_as: Any, case: BenefitCase) -> None:
    client = client_as(writer)
    url = address("edit_input", case, "minutes")
    assert client.get(url).status_code == 200
    assert client.post(url, typed(case)).status_code == 302
    case.refresh_from_db()
    assert case.data["inputs"]["minutes"]["likely"] == 2.5
    stale = client_as(writer).post(url, typed(case, version=1, likely="3"))
    assert stale.status_code == 409
    assert "sparade före dig" in stale.content.decode()
    wrong = client.post(url, typed(case, low="9", unit="kr"))
    assert wrong.status_code == 422
    assert client.get(address("edit_input", case, "finns_inte")).status_code == 404


def test_the_answer_follows_without_saving(writer: Any, client_as: Any, case: BenefitCase) -> None:
    client = client_as(writer)
    url = address("case_answer", case)
    small = client.post(url, typed(case, name="minutes")).json()
    large = client.post(url, typed(case, name="minutes", high="60", likely="40")).json()
    assert small["draws"] == 2**12
    assert large["page"]["npv"]["region"]["mean"] > small["page"]["npv"]["region"]["mean"]
    assert large["page"]["sentence"] in large["html"]
    assert "drivers" not in large["page"]
    assert client.post(url, typed(case, name="minutes", noga="1")).json()["draws"] == 2**14
    own = client.post(url, typed(case, name="minutes", region="09")).json()
    assert own["page"]["region"] == "09"
    assert client.post(url, typed(case, name="minutes", low="99")).status_code == 422
    assert client.post(url, typed(case, name="finns_inte")).status_code == 404
    assert client.get(url).status_code == 404
    case.refresh_from_db()
    assert case.version == 1


def test_a_region_gives_its_own_values(writer: Any, person: Any, client_as: Any, case: BenefitCase) -> None:
    share(writer, case)
    guest = client_as(person(Role.AUTHOR, "09"))
    url = address("adjust_region", case, "09", "minutes")
    assert guest.get(url).status_code == 200
    assert guest.post(url, typed(case, likely="5,5")).status_code == 302
    page = guest.get(address("region_case", case, "09"))
    rows = page.context["rows"]
    assert [row.name for row in rows if row.own] == ["minutes"]
    assert rows[0].name == "minutes"
    table = client_as(writer).get(address("assumptions", case))
    assert [row.own for row in table.context["rows"] if row.own] == [
        [("09", "Region 09", Value("limits", 1.0, 5.5, 6.0))]
    ]
    assert f"{address('region_case', case, '09')}#egna" in table.content.decode() and "5,5" in table.content.decode()
    case.refresh_from_db()
    assert guest.post(url, {"version": case.version, "way": "limits", "take_back": "on"}).status_code == 302
    case.refresh_from_db()
    assert "regions" not in case.data["inputs"]["minutes"]
    assert (
        guest.post(address("set_sizes", case, "09"), {"version": case.version, "size-likely": "0,7"}).status_code == 302
    )
    case.refresh_from_db()
    assert case.data["drivers"]["size"]["values"]["09"] == 0.7
    assert guest.get(address("region_case", case, "12")).status_code == 404
    assert guest.get(address("edit_input", case, "minutes")).status_code == 403


def test_a_dated_fact_can_be_exchanged_by_a_region(writer: Any, client_as: Any, case: BenefitCase) -> None:
    url = address("adjust_region", case, "14", "hour")
    client = client_as(writer)
    assert client.get(url).context["form"].initial["way"] == "percentiles"
    assert client.post(url, typed(case, way="constant", low="", likely="480", high="")).status_code == 302
    case.refresh_from_db()
    assert case.data["inputs"]["hour"] == {
        "label": "Vad en arbetad timme kostar",
        "unit": "kr/h",
        "fact": "hourly_cost",
        "regions": {"14": {"value": 480.0}},
    }
    assert queries.answer(case).page is not None


def test_runs_comparison_and_outcomes(writer: Any, person: Any, client_as: Any, case: BenefitCase) -> None:
    client = client_as(writer)
    assert client.post(address("case_runs", case), {"name": "Första"}).status_code == 302
    repeated = client.get(address("case_run", case, 1), {"rakna": "om"})
    assert repeated.context["repeat"].is_same
    assert client.get(address("case_run", case, 9)).status_code == 404
    case.refresh_from_db()
    client.post(address("edit_input", case, "minutes"), typed(case))
    compared = client.get(address("compare_cases", case), {"fran": f"{case.slug}:1", "med": case.slug})
    assert compared.context["before_title"].endswith("körning 1 (Första)")
    assert compared.context["before"]["npv"] != compared.context["after"]["npv"]
    assert "Sparad tid per ärende" in compared.content.decode()
    assert (
        client.get(address("comparison_sheet", case), {"fran": f"{case.slug}:1", "med": case.slug}).status_code == 200
    )
    assert client.get(address("compare_cases", case), {"med": "finns-inte"}).status_code == 404
    assert client.get(address("compare_cases", case), {"med": f"{case.slug}:x"}).status_code == 404
    chief = client_as(person(Role.REPRESENTATIVE, "14"))
    assert chief.get(address("freeze_case", case)).status_code == 200
    assert chief.post(address("freeze_case", case)).status_code == 302
    said = {
        "region": "14",
        "line": "upkeep",
        "year": 2026,
        "value_sek": "-120 000",
        "uncertainty": "5",
        "source": "Bok",
    }
    assert client.post(address("realised", case), said).status_code == 302
    page = client.get(address("realised", case))
    assert page.context["following"].outcomes[0].row.value_sek == -120_000
    assert "Kostnader av väntat, hittills" in page.content.decode(), "costs and gains are told apart"
    assert "Nyttor av väntat, hittills" not in page.content.decode()
    assert client.post(address("realised", case), {**said, "year": 1999}).status_code == 422
    assert Client().post(address("realised", case), said).status_code == 404


def test_sharing_copying_and_details(writer: Any, client_as: Any, case: BenefitCase) -> None:
    client = client_as(writer)
    for name in ("share_case", "copy_case", "edit_details", "replace_data", "set_sizes"):
        more = ("14",) if name == "set_sizes" else ()
        assert client.get(address(name, case, *more)).status_code == 200
    assert client.post(address("share_case", case), {"regions": ["09"], "is_public": "on"}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.is_public) == ("shared", True)
    assert client.post(address("copy_case", case), {"region": "14", "title": "Kopia"}).status_code == 302
    details = {"version": case.version, "title": "Nytt", "note": "Läs"}
    assert client.post(address("edit_details", case), details).status_code == 302
    case.refresh_from_db()
    content = json.dumps(data_from("utmonstring")).encode()
    sent = {"version": case.version, "file": upload(content, "a.json")}
    assert client.post(address("replace_data", case), sent).status_code == 302


def test_a_case_with_faults_says_them_and_shows_no_numbers(writer: Any, client_as: Any, case: BenefitCase) -> None:
    BenefitCase.objects.filter(pk=case.pk).update(data={**case.data, "lines": []})
    client = client_as(writer)
    for name in ("benefit_case", "assumptions", "case_lines", "case_runs"):
        page = client.get(address(name, case))
        assert page.status_code == 200, name
    assert "inga rader" in client.get(address("benefit_case", case)).content.decode()
    assert client.get(address("benefit_pdf", case)).status_code == 422
    assert client.post(address("case_runs", case), {"name": ""}).status_code == 422


def test_the_pdf(writer: Any, client_as: Any, case: BenefitCase) -> None:
    answer = client_as(writer).get(address("benefit_pdf", case))
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Type"] == "application/pdf"


def cells_of(answer: Any) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_a_regions_view_and_a_stored_run_have_their_own_workbook_and_pdf(
    writer: Any, client_as: Any, case: BenefitCase
) -> None:
    client = client_as(writer)
    client.post(address("case_runs", case), {"name": "Första"})
    case.refresh_from_db()
    client.post(address("edit_input", case, "minutes"), typed(case))
    sheet, pdf = address("benefit_sheet", case), address("benefit_pdf", case)
    links = {
        address("region_case", case, "09"): (f'href="{sheet}?region=09"', f'href="{pdf}?region=09"'),
        address("case_run", case, 1): (f'href="{sheet}?korning=1"', f'href="{pdf}?korning=1"'),
    }
    for page, wanted in links.items():
        assert all(link in client.get(page).content.decode() for link in wanted)
    means = {}
    for name, query in {"whole": {}, "09": {"region": "09"}, "run": {"korning": "1"}}.items():
        answer = client.get(sheet, query)
        told = {row[0]: row[1] for row in cells_of(answer)["Svar"] if len(row) > 1}
        means[name] = told["Väntat nuvärde, kr"]
        assert client.get(pdf, query).content.startswith(b"%PDF")
    case.refresh_from_db()
    now, own = queries.answer(case).page, queries.answer(case, region="09").page
    assert now is not None and own is not None
    run = queries.run_numbered(case, 1)
    expected = [page["npv"]["region"]["mean"] for page in (now, own, run.result)]
    assert [means[name] for name in ("whole", "09", "run")] == pytest.approx(expected)
    assert len(set(means.values())) == 3
    for query in ({"region": "12"}, {"korning": "7"}, {"korning": "x"}):
        assert client.get(sheet, query).status_code == client.get(pdf, query).status_code == 404


def test_every_picture_of_a_comparison_has_its_table_and_its_sheet(
    writer: Any, client_as: Any, case: BenefitCase
) -> None:
    client = client_as(writer)
    client.post(address("case_runs", case), {"name": "Första"})
    case.refresh_from_db()
    client.post(address("edit_input", case, "minutes"), typed(case))
    sides = {"fran": f"{case.slug}:1", "med": case.slug}
    page = client.get(address("compare_cases", case), sides)
    text = page.content.decode()
    before, after = page.context["before"], page.context["after"]
    over_time = text.split('id="over-tid"')[-1] if 'id="over-tid"' in text else text
    for year in range(before["first_year"], before["first_year"] + before["years"]):
        assert f'<th scope="row">{year}</th>' in over_time
    assert text.count("Tabell: ") == 3
    book = cells_of(client.get(address("comparison_sheet", case), sides))
    rows = [row for row in book["Över tid"] if len(row) == 7 and isinstance(row[2], float)]
    assert len(rows) == 4 * before["years"]
    ends = [row[4] for row in rows if row[2] == before["first_year"] + before["years"] - 1][:2]
    assert ends == pytest.approx([side["fan"]["region"][-1]["median"] for side in (before, after)])


def test_names_that_the_system_gives_runs_are_refused(writer: Any, client_as: Any, case: BenefitCase) -> None:
    client = client_as(writer)
    for name in ("Fryst", " inlämnad "):
        answer = client.post(address("case_runs", case), {"name": name})
        assert answer.status_code == 422 and "Namnet ges av systemet" in answer.content.decode()
    assert not case.runs.exists()


def test_the_empty_workbook(writer: Any, client_as: Any) -> None:
    assert client_as(writer).get(reverse("case_template")).content.startswith(b"PK")
