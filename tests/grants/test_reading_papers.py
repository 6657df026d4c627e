"""The document and the one page as PDF: what they say, that they can be kept and read aloud, and that they fit."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation

from hemtag.grants import document
from hemtag.grants.outputs import application_pdf, summary, summary_pdf
from hemtag.grants.outputs.papers import cut, paragraphs, text
from hemtag.money import grouped, kronor
from hemtag.refusals import Problem
from tests.grants.papers import a_participant, a_reading, as_draft, bare, reader, words_of

PAPERS = {"document": application_pdf, "page": summary_pdf}
MARKUP = '#set text(red) *fet* _lutad_ $x^2$ <script>alert(1)</script> \\u{1F600} @citat [1] "#import" // slut'


def headings_of(node: Any) -> list[str]:
    return [each for item in node for each in (headings_of(item) if isinstance(item, list) else [str(item.title)])]


@pytest.mark.parametrize("paper", PAPERS)
def test_it_is_archival_accessible_tagged_and_in_swedish(paper: str) -> None:
    with translation.override("en"):
        pdf = reader(PAPERS[paper](a_reading()))
    root: Any = pdf.trailer["/Root"]
    about = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in about and "<pdfaid:conformance>A</pdfaid:conformance>" in about
    assert "<pdfuaid:part>1</pdfuaid:part>" in about
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert root["/Lang"].startswith("sv")
    assert "Regiongemensamt arbete med AI" in str(pdf.metadata and pdf.metadata.title)
    assert bare("Sökt bidrag") in words_of(PAPERS[paper](a_reading()))


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", ["ai", "skalning"])
def test_the_same_reading_gives_the_same_bytes(paper: str, name: str) -> None:
    for reading in (a_reading(name), as_draft(a_reading(name))):
        assert PAPERS[paper](reading) == PAPERS[paper](reading)


@pytest.mark.parametrize("name", ["ai", "skalning"])
def test_the_document_has_a_contents_list_and_every_part_of_the_application(name: str) -> None:
    reading = a_reading(name)
    content = application_pdf(reading)
    outline = headings_of(reader(content).outline)
    for heading in ("Åtgärden", "Pengar", "Block", "Efter bidraget", "Deltagande regioner"):
        assert any(heading in each for each in outline), heading
    first = bare(reader(content).pages[0].extract_text())
    said = words_of(content)
    for block in reading.content["blocks"]:
        title = f"Block {block['number']}. {block['title']}"
        assert any(title in each for each in outline), title
        assert bare(title) in first, "the contents list names every block"
        assert said.count(bare(title)) >= 2
        assert bare(block["purpose"]) in said
        assert all(bare(effect["basis"]) in said for effect in block["effects"])
    for part in ("summary", "goals", "plan_owner", "plan_lasting", "spreading", "development_needs"):
        assert bare(reading.content[part]) in said, part
    assert all(bare(row["name"]) in said for row in reading.content["participants"])
    assert all(bare(point["indicator"]) in said for point in reading.content["measuring_points"])


@pytest.mark.parametrize("name", ["ai", "skalning"])
def test_every_sum_that_is_set_is_the_budgets(name: str) -> None:
    reading = a_reading(name)
    budget = document.budget_of(reading.content)
    cells = [cell for block in reading.content["blocks"] for cell in block["costs"]]
    assert budget.total.requested_sek == sum(cell["requested_sek"] for cell in cells) > 0
    said = words_of(application_pdf(reading))
    assert bare(kronor(budget.total.requested_sek)) in said
    assert bare(kronor(budget.total.cofinancing_sek)) in said
    row = [*(grouped(sums.requested_sek) for sums in budget.per_year.values()), grouped(budget.total.requested_sek)]
    # Per block, per kind and per region: three tables with the same sums in their last row.
    assert said.count(bare("Summa" + "".join(row))) == 3
    for number, sums in budget.per_block.items():
        own = budget.in_block(number)
        assert bare(f"Sökt bidrag {kronor(sums.requested_sek)}, medfinansiering") in said
        last = [*(grouped(each.requested_sek) for each in own.per_year.values()), grouped(sums.requested_sek)]
        assert said.count(bare("Summa" + "".join(last))) >= 2


def test_each_page_says_its_number_and_the_hash_of_the_content() -> None:
    pages = reader(application_pdf(a_reading())).pages
    assert len(pages) > 3
    for number, page in enumerate(pages, 1):
        said = bare(page.extract_text())
        assert bare(f"Sida {number} av {len(pages)}") in said
        assert "b" * 64 in said
        assert "UTKAST" not in said


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize(("state", "word"), [("draft", "UTKAST"), ("withdrawn", "ÅTERTAGEN")])
def test_what_is_not_handed_in_says_so_with_the_time_on_every_page(paper: str, state: str, word: str) -> None:
    reading = as_draft(a_reading(), state=state, at=dt.datetime(2026, 6, 15, 21, 59, tzinfo=dt.UTC))
    pages = reader(PAPERS[paper](reading)).pages
    assert pages
    for page in pages:
        assert bare(f"{word} 15 juni 2026 kl. 23.59") in bare(page.extract_text())


@pytest.mark.parametrize("paper", PAPERS)
def test_what_people_write_is_set_to_the_letter(paper: str) -> None:
    reading = a_reading(title=MARKUP, summary=MARKUP, goals=MARKUP, plan_owner=MARKUP)
    reading.content["blocks"][0]["title"] = MARKUP
    said = words_of(PAPERS[paper](reading))
    assert said.count(bare(MARKUP)) >= 3
    assert reader(PAPERS[paper](reading)).metadata is not None


def test_characters_that_no_font_holds_are_named_and_lines_are_kept() -> None:
    said = words_of(application_pdf(a_reading(summary="Första 😀 raden\nandra raden\n\nNytt stycke \u4e2d")))
    assert "Första[grinningface]radenandraraden" in said
    assert "Nyttstycke[cjkunifiedideograph-4e2d]" in said


def test_an_empty_draft_is_set_too() -> None:
    empty = dict.fromkeys(
        ("summary", "description", "goals", "plan_owner", "plan_budget", "plan_lasting", "spreading"), ""
    )
    reading = as_draft(
        a_reading(**empty, blocks=[], participants=[], measuring_points=[], measure_types=[], economic_analysis="")
    )
    assert bare("Ansökan har inga block än") in words_of(application_pdf(reading))
    assert len(reader(summary_pdf(reading)).pages) == 1


def test_hours_and_fields_of_expertise_are_told_when_they_are_given() -> None:
    reading = a_reading()
    costs = reading.content["blocks"][0]["costs"]
    costs[0] |= {"kind": "own_time", "hours": 1_250, "hourly_cost_sek": 521, "something_new": "x"}
    costs[1] |= {"kind": "expertise_law", "hours": None}
    said = words_of(application_pdf(reading))
    assert bare("Egen arbetstid 1 250 timmar") in said
    assert bare("Extern expertis: juridik") in said


# One page ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ai", "skalning"])
def test_the_summary_is_one_page_for_the_largest_applications(name: str) -> None:
    for reading in (a_reading(name), as_draft(a_reading(name))):
        content = summary_pdf(reading)
        assert len(reader(content).pages) == 1
        said = words_of(content)
        budget = document.budget_of(reading.content)
        assert bare(kronor(budget.total.requested_sek)) in said
        for year, sums in budget.per_year.items():
            assert bare(f"{year}{grouped(sums.requested_sek)}") in said
        for block in reading.content["blocks"]:
            assert bare(f"{block['number']}. {block['title']}") in said
        assert bare("Stockholm, Uppsala, Sörmland") in said
        assert bare(reading.content["summary"]) in said


def huge(reading: Any, blocks: int = 40, length: int = 40) -> dict[str, Any]:
    """Far more than a page holds of everything, with words that no line holds."""
    written = ("Ett stycke text som fortsätter. " * length + "x" * 400 + "\n\n") * 8
    texts = dict.fromkeys(
        ("summary", "description", "goals", "plan_budget", "plan_lasting", "spreading", "economic_analysis"), written
    )
    block = {**reading.content["blocks"][0], "title": "M" * 160, "purpose": written}
    people = [a_participant(f"{number:02}", f"Region {'Lång' * 25} {number}") for number in range(blocks)]
    return {
        **texts,
        "title": "W" * 160,
        "plan_owner": "Å" * 160,
        "blocks": [{**block, "number": number, "needs": []} for number in range(1, blocks + 1)],
        "participants": [{**row, "other_support": "some", "other_support_text": written} for row in people],
        "measure_types": [{"code": "x", "name": "V" * 160}] * 9,
    }


def test_the_summary_is_one_page_whatever_is_written() -> None:
    reading = a_reading()
    problems = tuple(Problem("Det här saknas " + "och saknas " * 40) for _ in range(60))
    content = summary_pdf(as_draft(a_reading(**huge(reading)), missing=problems))
    assert len(reader(content).pages) == 1
    said = words_of(content)
    assert "sakertill" in said and bare("block till. De står i hela ansökan") in said


def test_the_document_holds_all_of_it_however_long() -> None:
    reading = a_reading()
    changed = huge(reading, blocks=2, length=3)
    said = words_of(application_pdf(a_reading(**changed)))
    assert said.count("W" * 160) >= 1 and said.count("x" * 400) >= 8
    assert bare("Block 2. " + "M" * 160) in said


def test_the_summary_says_what_is_missing_in_a_draft_and_that_nothing_is_when_handed_in() -> None:
    reading = a_reading()
    missing = (Problem("Region Gotland har inte undertecknat."),)
    assert bare("Region Gotland har inte undertecknat.") in words_of(summary_pdf(as_draft(reading, missing=missing)))
    assert bare("Alla kontroller höll när ansökan lämnades in") in words_of(summary_pdf(reading))
    assert bare("Inget. Alla kontroller håller.") in words_of(summary_pdf(as_draft(reading)))


def test_effects_are_added_within_a_perspective_and_never_between() -> None:
    reading = a_reading()
    effects = [effect for block in reading.content["blocks"] for effect in block["effects"]]
    page = summary(reading)
    assert [effect["perspective"] for effect in page["effects"]] == ["Regionen", "Samhället"]
    for shown, perspective in zip(page["effects"], ("region", "society"), strict=True):
        for name in ("low_sek", "likely_sek", "high_sek"):
            assert shown[name] == sum(effect[name] for effect in effects if effect["perspective"] == perspective)
    only = [effect for effect in effects if effect["perspective"] == "society"]
    block = {**reading.content["blocks"][0], "effects": only}
    one = replace(reading, content={**reading.content, "blocks": [block]})
    assert [effect["perspective"] for effect in summary(one)["effects"]] == ["Samhället"]


# Words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amounts", "swedish"),
    [
        ((3_000_000, 6_000_000, 9_000_000), "mellan 3 och 9 Mkr, troligast 6"),
        ((0, 8_250_000, 32_000_000), "mellan 0 och 32 Mkr, troligast 8,3"),
        ((40_000, 200_000, 1_500_000), "mellan 0,04 och 1,5 Mkr, troligast 0,2"),
        ((-2_000_000, 0, 1_000_000_000), "mellan −2 och 1 000 Mkr, troligast 0"),
        ((5_000_000, 5_000_000, 5_000_000), "5 Mkr"),
    ],
)
def test_an_uncertain_amount_is_an_interval_in_words(amounts: tuple[int, int, int], swedish: str) -> None:
    assert document.interval(*amounts).replace("\u202f", " ") == swedish


def test_amounts_in_words_have_points_in_english() -> None:
    with translation.override("en"):
        said = document.interval(1_500_000, 2_000_000_000, 3_000_000_000)
    assert "1.5" in said and "2,000" in said and "1,5" not in said


@pytest.mark.parametrize(
    ("written", "most", "left"),
    [
        ("Kort.", 10, "Kort."),
        ("", 10, "–"),
        ("En ganska lång mening. En till som är lång.", 30, "En ganska lång mening. …"),
        ("Ord efter ord efter ord", 12, "Ord efter …"),
        ("x" * 30, 12, "x" * 12 + " …"),
    ],
)
def test_a_text_is_cut_where_a_sentence_or_a_word_ends(written: str, most: int, left: str) -> None:
    assert cut(written, most) == left


def test_paragraphs_and_lines_are_as_they_were_written() -> None:
    assert paragraphs("Ett\r\ntvå\r\n\r\n \nTre") == [["Ett", "två"], ["Tre"]]
    assert paragraphs(" \n ") == [["–"]]
    assert text("a" * 90).split("\u200b") == ["a" * 40, "a" * 40, "a" * 10]


def test_the_marks_that_people_put_before_lines_are_not_doubled() -> None:
    assert document.lines_of("• Ett\n- två\n* tre\n\n*fet* fyra\n–5 grader") == [
        "Ett",
        "två",
        "tre",
        "*fet* fyra",
        "–5 grader",
    ]
