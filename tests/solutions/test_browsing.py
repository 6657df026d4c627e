"""The catalogue's page: what it is filtered and ordered by, in whose language, and as a file."""

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from hemtag.organisations.models import Role
from hemtag.solutions import searching
from hemtag.solutions.actions import following, writing
from hemtag.solutions.models import Adoption, AdoptionStep, Solution, SolutionState, Stage
from hemtag.solutions.search.indexing import COMING, ENDED, IN, group_of, index, reindex

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2027, 3, 15, 9, tzinfo=dt.UTC)


def make(regions, slug, **other):
    values = {
        "title": slug.capitalize(),
        "kind": "ai",
        "specialty": "bilddiagnostik",
        "problem": "Köer.",
        "summary": "AI läser.",
        "state": "qualified",
        "owner": regions["14"],
        "proposed_at": NOW,
    }
    return Solution.objects.create(slug=slug, **{**values, **other})


def use(solution, *regions):
    for region in regions:
        adoption = Adoption.objects.create(solution=solution, region=region)
        AdoptionStep.objects.create(
            adoption=adoption, stage=Stage.IN_USE, occurred_on=NOW.date(), proof="Driftsatt.", recorded_at=NOW
        )


@pytest.fixture
def filled(regions):
    use(make(regions, "beta", evidence="E3", effort="small"), regions["01"])
    use(make(regions, "delta", owner=regions["01"], regulation="mdr_ii"), regions["12"], regions["14"], regions["25"])
    make(regions, "alfa", state="screened", kind="technical", specialty="primärvård")
    make(regions, "gamma", state="retired")
    make(regions, "epsilon", state="merged")
    reindex()


def names(person=None, text="", by="", **chosen):
    return [hit.solution.slug for hit in searching.search(person, text, chosen, by).hits[0:50]]


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({"belagg": "E3"}, {"beta"}),
        ({"insats": "small"}, {"beta"}),
        ({"insats": "okand"}, {"delta", "alfa", "gamma"}),
        ({"regel": "mdr_ii"}, {"delta"}),
        ({"agare": "01"}, {"delta"}),
        ({"region": "01"}, {"beta"}),
        ({"grupp": IN}, {"beta", "delta"}),
        ({"grupp": COMING}, {"alfa"}),
        ({"grupp": ENDED}, {"gamma"}),
        ({"slag": "technical", "omrade": "primärvård"}, {"alfa"}),
        ({"belagg": "E9"}, set()),
    ],
)
def test_the_catalogue_is_filtered(filled, chosen, found):
    assert set(names(**chosen)) == found


def test_each_state_stands_in_one_group():
    groups = {state: group_of(state) for state in SolutionState}
    assert set(groups.values()) == {IN, COMING, ENDED}
    assert [state for state, group in groups.items() if group == COMING] == ["identified", "screened", "needs_evidence"]


def test_the_filters_count_what_they_would_give(filled):
    result = searching.search(None, "", {"grupp": IN})
    counts = {name: {choice.value: choice.number for choice in row} for name, row in result.choices.items()}
    assert counts["belagg"] == {"E3": 1, "E0": 1}
    assert counts["grupp"] == {IN: 2, COMING: 1, ENDED: 1}
    assert counts["agare"] == {"01": 1, "14": 1}


@pytest.mark.parametrize(
    ("by", "found"),
    [
        ("anvand", ["delta", "beta", "alfa", "gamma"]),
        ("nyast", ["gamma", "alfa", "delta", "beta"]),
        ("namn", ["alfa", "beta", "delta", "gamma"]),
        ("nonsens", ["alfa", "beta", "delta", "gamma"]),
    ],
)
def test_the_catalogue_is_ordered(filled, by, found):
    assert names(by=by) == found


def test_what_is_changed_is_found_at_once(filled, person):
    row = Solution.objects.get(slug="alfa")
    writing.edit_texts(by=person(Role.AUTHOR, "14"), solution=row, version=1, effort="large", regulation="ai_high")
    assert names(insats="large") == names(regel="ai_high") == ["alfa"]
    writing.edit_texts(by=person(Role.AUTHOR, "14"), solution=row, version=2, title_en="Reading fundus photographs")
    assert names(text="fundus") == ["alfa"]
    row.refresh_from_db()
    row.evidence = "E5"
    row.save()
    index(row)
    assert names(belagg="E5") == ["alfa"]


def test_a_merged_one_is_found_in_the_one_it_leads_to(filled, person):
    assert "epsilon" not in names() + names(person(Role.CATALOGUE_EDITOR)) + names(lage="merged")


# ---------------------------------------------------------------- the page


def test_the_most_used_stands_first_and_says_so(filled, client):
    page = client.get("/losningar/").content.decode()
    assert page.index("Delta") < page.index("Beta") < page.index("Alfa")
    assert "I drift i 3 av 21" in page and "4 lösningar" in page
    assert "Bevaka området" not in page
    found = client.get("/losningar/", {"q": "AI läser", "sortera": "namn"}).content.decode()
    assert found.index("Alfa") < found.index("Beta")
    assert '<option value="namn" selected>' in found


def test_an_area_is_followed_from_where_it_is_chosen(filled, person, client_as):
    author = person(Role.AUTHOR, "14")
    page = client_as(author)
    url = "/losningar/?omrade=bilddiagnostik&slag=ai"
    assert "Bevaka området och slaget" in page.get(url).content.decode()
    following.follow(by=author, specialty="bilddiagnostik", kind="ai")
    assert "Du bevakar urvalet." in page.get(url).content.decode()


def test_an_english_page_has_english_names_and_marks_the_swedish(filled):
    Solution.objects.filter(slug="delta").update(title_en="Fourth")
    page = Client(headers={"accept-language": "en"}).get("/losningar/").content.decode()
    assert "Fourth" in page and "Delta" not in page
    assert '<span lang="sv">Beta</span>' in page and '<p lang="sv">' in page


@pytest.mark.parametrize(
    "query", ["sortera=<script>", "omrade=%01", "sida=-1", "sida=x", "belagg=%27--", "q=" + "ö" * 5_000]
)
def test_a_broken_address_is_answered(filled, client, query):
    answer = client.get(f"/losningar/?{query}")
    assert answer.status_code == 200 and b"<script>" not in answer.content
    assert client.get(f"/losningar/lista.csv?{query}").status_code == 200


def test_the_list_as_files_follows_the_page(filled, client):
    Solution.objects.filter(slug="delta").update(
        title='=HYPERLINK("http://evil.example")', problem="-2+3\nrad två; och"
    )
    answer = client.get("/losningar/lista.csv", {"grupp": IN})
    assert answer["Content-Disposition"] == 'attachment; filename="losningar.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [row["I drift, antal regioner"] for row in rows] == ["3", "1"]
    assert rows[0]["Lösning"].startswith("'=HYPERLINK") and rows[0]["Problem"] == "'-2+3\nrad två; och"
    assert rows[1]["Lösning"] == "Beta" and rows[1]["Adress"].endswith("/losningar/beta/")
    sheet = client.get("/losningar/lista.xlsx", {"grupp": IN})
    cells = CalamineWorkbook.from_filelike(io.BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
    assert len(cells) == 3 and cells[1][0].startswith("=HYPERLINK") and cells[2][9] == 1


def test_files_hold_what_the_reader_may_see(filled, regions, client, client_as, person):
    Solution.objects.filter(slug="beta").update(state="declined")
    reindex()
    read = lambda who: who.get("/losningar/lista.csv").content.decode("utf-8-sig")  # noqa: E731
    assert "Beta" not in read(client)
    assert "Beta" in read(client_as(person(Role.AUTHOR, "14")))


def test_the_page_and_the_file_ask_as_much_for_one_as_for_many(regions, client):
    counts = {}
    for number in range(1, 8):
        use(make(regions, f"nr{number}"), regions["01"])
        if number in (1, 7):
            reindex()
            for url in ("/losningar/", "/losningar/lista.csv"):
                client.get(url)
                with CaptureQueriesContext(connection) as asked:
                    assert client.get(url).status_code == 200
                counts.setdefault(url, []).append(len(asked))
    for url, (one, many) in counts.items():
        assert one == many <= 6, (url, one, many)
