"""The budget's workbook on plain data: what goes out comes back, and everything that is wrong is told at its cell."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from hemtag.grants.checks.cells import LARGEST_CELL_SEK
from hemtag.grants.sheets import Part, Region, changes, opened, write
from hemtag.grants.sheets.book import column
from hemtag.grants.sheets.opening import LARGEST_FILE, LARGEST_UNPACKED
from hemtag.refusals import DoesNotHold, Problem
from tests.grants.spreadsheet import (
    CAPITAL,
    KINDS,
    WEST,
    a_book,
    number,
    packed,
    parts_of,
    place_of,
    reading,
    replaced,
    text,
    typed,
    with_cells,
    with_row,
)

REGIONS = tuple(Region(code, f"Region {code}") for code in ("01", "03", "14"))
YEARS = (2026, 2027, 2028)
AMOUNT = st.integers(0, LARGEST_CELL_SEK)
CELLS = st.dictionaries(
    st.tuples(st.sampled_from([r.code for r in REGIONS]), st.sampled_from(sorted(KINDS)), st.sampled_from(YEARS)),
    st.tuples(AMOUNT, AMOUNT).filter(any),
    max_size=18,
)
TITLES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60)


@settings(max_examples=40)
@given(blocks=st.lists(st.tuples(TITLES, CELLS), max_size=4), own=st.sets(st.sampled_from(["01", "03", "14"])))
def test_what_goes_out_comes_back_and_changes_nothing(blocks: list[Any], own: set[str]) -> None:
    regions = tuple(replace(region, is_open=region.code in own) for region in REGIONS)
    parts = tuple(Part(place, title, place + 6, cells) for place, (title, cells) in enumerate(blocks, 1))
    book = a_book(regions=regions, years=YEARS, parts=parts)
    told = reading(write(book), book)
    assert told.faults == []
    assert [(block, version) for block, version, _cells in told.sent] == [(part.number, part.version) for part in parts]
    assert all(touched == {} for _block, _version, touched in told.sent)
    assert changes(book, told.sent) == []


@settings(max_examples=20)
@given(before=CELLS, after=CELLS)
def test_a_filled_in_workbook_tells_exactly_what_it_changes(before: Any, after: Any) -> None:
    def book(cells: Any) -> Any:
        return a_book(regions=REGIONS, years=YEARS, parts=(Part(1, "Data", 4, cells),))

    told = reading(typed(write(book(before)), book(before), after), book(before))
    found = changes(book(before), told.sent)
    assert told.faults == []
    if before == after:
        assert found == []
    else:
        (change,) = found
        assert change.cells == after
        assert change.changed == len({key for key in {*before, *after} if before.get(key) != after.get(key)})
        assert change.before == tuple(sum(pair[which] for pair in before.values()) for which in range(2))
        assert change.after == tuple(sum(pair[which] for pair in after.values()) for which in range(2))


def test_only_the_own_rows_are_unlocked_and_take_whole_numbers() -> None:
    book = a_book(regions=(CAPITAL, replace(WEST, is_open=False)))
    parts = parts_of(write(book))
    sheet = parts[place_of(parts, "Block 1")]
    assert "<sheetProtection " in sheet
    looks = re.findall(r"<xf [^>]*?(?:/>|>.*?</xf>)", re.search(r"<cellXfs.*</cellXfs>", parts["xl/styles.xml"])[0])  # type: ignore[index]
    unlocked = {
        cell for cell, look in re.findall(r'<c r="([A-Z]+\d+)" s="(\d+)"', sheet) if 'locked="0"' in looks[int(look)]
    }
    hours = {f"{letter}5" for letter in "IJKL"}  # after the sums; for own working time only
    assert unlocked == {f"{letter}{row}" for letter in "CDEF" for row in (5, 6)} | hours
    rules = re.findall(
        r'<dataValidation type="whole".*?sqref="([^"]+)".*?<formula1>(\d+)</formula1><formula2>(\d+)<', sheet
    )
    amounts = [area for area, low, high in rules if (low, high) == ("0", str(LARGEST_CELL_SEK))]
    assert " ".join(amounts).split() == ["C5:F5", "C6:F6"]
    assert {area: high for area, _low, high in rules if area not in amounts} == {
        "I5": "1000000",
        "J5": "100000",
        "K5": "1000000",
        "L5": "100000",
    }


def test_totals_are_formulas_that_say_the_same_as_the_cells() -> None:
    content = write(a_book())
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows = workbook.get_sheet_by_name("Block 1").to_python(skip_empty_area=False)
    assert rows[3][2:] == [
        "2026 sökt",
        "2026 medfinansiering",
        "2027 sökt",
        "2027 medfinansiering",
        "Summa sökt",
        "Summa medfinansiering",
        "2026 timmar",
        "2026 timkostnad",
        "2027 timmar",
        "2027 timkostnad",
    ]
    assert rows[4][:8] == ["01 Stockholm", "Egen arbetstid", 100, 20, "", "", 100, 20]
    assert rows[8][:8] == ["Summa", "", 100, 20, 7_000_000, 0, 7_000_100, 20]
    parts = parts_of(content)
    sheet = parts[place_of(parts, "Block 1")]
    assert "<f>SUM(C5,E5)</f>" in sheet and "<f>SUM(C5:C8)</f>" in sheet and "<f>SUM(H5:H8)</f>" in sheet
    front = workbook.get_sheet_by_name("Anvisningar").to_python()
    assert ["Summa", 7_000_100, 20] in front and ["Block 2: =1+1", 0, 0] in front
    assert "<f>'Block 1'!G9</f>" in parts[place_of(parts, "Anvisningar")]


def test_the_workbook_knows_where_it_belongs_and_titles_are_never_formulas() -> None:
    content = write(a_book())
    seen = {sheet.name: sheet.visible for sheet in CalamineWorkbook.from_filelike(io.BytesIO(content)).sheets_metadata}
    assert list(seen) == ["Anvisningar", "Block 1", "Block 2", "Hemtag"]
    assert seen.pop("Hemtag") == SheetVisibleEnum.VeryHidden
    assert all(visible == SheetVisibleEnum.Visible for visible in seen.values())
    assert "<f>=1+1" not in str(parts_of(content)) and "<f>1+1" not in str(parts_of(content))


def test_a_workbook_in_another_language_is_read_too() -> None:
    with translation.override("en"):
        content = write(a_book(language="en"))
    with translation.override("sv"):
        told = reading(with_cells(content, {"C5": number("-1")}), a_book())
    assert [fault.message for fault in told.faults] == [
        "Stockholm, egen arbetstid, 2026: beloppet är negativt. Skriv noll eller mer."
    ]


@pytest.mark.parametrize(
    "cell, new, place, message, rule",
    [
        ("C5", text("hej"), "C5", "innehåller texten ”hej”", "amount_is_a_number"),
        ("C5", text("1 000"), "C5", "innehåller texten ”1 000”", "amount_is_a_number"),
        ("D6", "><f>1+1</f><v>2</v>", "D6", "innehåller en formel", "amount_is_a_number"),
        ("D6", ' t="e"><v>#N/A</v>', "D6", "felvärde", "amount_is_a_number"),
        ("D6", ' t="b"><v>1</v>', "D6", "sant eller falskt", "amount_is_a_number"),
        ("E5", number("1.5"), "E5", "inte ett helt antal kronor", "cell_is_acceptable"),
        ("E5", number("-1"), "E5", "beloppet är negativt", "cell_is_acceptable"),
        ("F8", number(LARGEST_CELL_SEK + 1), "F8", "större än 100", "cell_is_acceptable"),
        ("F8", number("1e300"), "F8", "större än 100", "cell_is_acceptable"),
        ("A5", text("09 Gotland"), "A5", "09 Gotland: regionen deltar inte", "cell_is_acceptable"),
        ("A5", text(""), "A5", "Rad utan region: regionen deltar inte", "cell_is_acceptable"),
        ("B5", text("Guld"), "B5", "Stockholm, Guld: kostnadsslaget finns inte", "cell_is_acceptable"),
        ("A6", text("14 Västra Götaland"), "A8", "finns redan på rad 6", "rows"),
        ("C4", text("2035 sökt"), "C4", "utlysningen gäller 2026–2030", "cell_is_acceptable"),
        ("C4", text("2028 sökt"), "C4", "Skriv tillbaka ”2026 sökt”", "headings"),
        ("C4", text("Pengar"), "C4", "Skriv tillbaka ”2026 sökt”", "headings"),
        ("A4", text("Ort"), "A4", "Skriv tillbaka ”Region”", "headings"),
        ("B4", text("Vad"), "B4", "Skriv tillbaka ”Kostnadsslag”", "headings"),
        ("E4", text("2026 sökt"), "E4", "rubriken finns två gånger", "headings"),
        ("G4", text("Anteckning"), "G4", "hör inte till tabellen", "headings"),
    ],
)
def test_each_fault_is_told_at_its_cell_with_what_to_do(
    cell: str, new: str, place: str, message: str, rule: str
) -> None:
    book = a_book()
    told = reading(with_cells(write(book), {cell: new}), book)
    here = [fault for fault in told.faults if fault.cell == place]
    assert [(fault.place, fault.rule) for fault in here] == [(f"'Block 1'!{place}", rule)]
    assert message in here[0].message
    assert re.search(r"Skriv|Ta bort|Bjud in|Välj|Kontrollera|Lägg|Flytta|töm", here[0].message)
    assert here[0].problem.field == here[0].place and str(here[0].problem).startswith(here[0].place)


def test_a_date_is_no_amount() -> None:
    book = a_book(parts=(Part(1, "Data", 1, {("01", "own_time", 2026): (45_000, 20)}),))
    content = replaced(write(book), r'formatCode="#,##0"', 'formatCode="yyyy-mm-dd"', part="xl/styles.xml")
    told = reading(content, book)
    assert {(fault.cell, fault.rule) for fault in told.faults} == {
        (cell, "amount_is_a_number") for cell in ("C5", "D5")
    }
    assert all("ett datum" in fault.message for fault in told.faults)


def test_a_sheet_a_row_or_a_column_that_is_gone_is_missed() -> None:
    book = a_book()
    content = write(book)
    renamed = reading(replaced(content, 'name="Block 2"', 'name="Annat"', part="xl/workbook.xml"), book)
    assert [(fault.place, fault.rule) for fault in renamed.faults] == [("'Block 2'!A1", "every_block_has_its_sheet")]
    without_row = reading(replaced(content, r'<row r="6".*?</row>', "", sheet="Block 1"), book)
    assert [(fault.place, fault.rule) for fault in without_row.faults] == [("'Block 1'!A6", "rows")]
    assert "”01 Stockholm, teknik” saknas" in without_row.faults[0].message
    without_column = reading(replaced(content, r'<c r="F\d+"[^>]*?(?:/>|>.*?</c>)', "", sheet="Block 1"), book)
    assert [(fault.place, fault.rule) for fault in without_column.faults] == [("'Block 1'!F4", "headings")]
    removed = reading(content, replace(book, parts=book.parts[:1]))
    assert [(fault.place, fault.rule) for fault in removed.faults] == [("'Block 2'!A1", "every_sheet_is_a_block")]


def test_all_faults_are_told_at_once_over_all_sheets() -> None:
    book = a_book()
    content = with_cells(write(book), {"C5": text("x"), "D5": number("-5"), "A6": text("09 Gotland")})
    content = with_cells(content, {"F8": number("0.1")}, sheet="Block 2")
    content = with_row(content, 20, {"A": text("Extra"), "C": number(1)})
    places = [fault.place for fault in reading(content, book).faults]
    assert sorted(places) == ["'Block 1'!A20", "'Block 1'!A6", "'Block 1'!C5", "'Block 1'!D5", "'Block 2'!F8"]


def test_rows_of_others_must_be_as_they_are_saved() -> None:
    book = a_book(regions=(CAPITAL, replace(WEST, is_open=False)))
    content = write(book)
    told = reading(with_cells(content, {"C5": number(5), "E8": number(6_000_000), "C7": number(1)}), book)
    assert [(fault.cell, fault.rule) for fault in told.faults] == [
        ("C7", "others_rows_are_unchanged"),
        ("E8", "others_rows_are_unchanged"),
    ]
    assert "tillhör Västra Götaland" in told.faults[0].message
    assert "Skriv tillbaka 7" in told.faults[1].message
    own = reading(with_cells(content, {"C5": number(5)}), book)
    assert own.faults == []
    (change,) = changes(book, own.sent)
    assert change.cells == {("01", "own_time", 2026): (5, 20)}
    assert (change.before, change.after) == ((7_000_100, 20), (7_000_005, 20))


def test_rows_in_another_order_own_sheets_and_blanks_make_no_difference() -> None:
    book = a_book()
    content = write(book)
    moved = replaced(content, r"14 Västra Götaland", "  14   Västra\u00a0Götaland ", part="xl/sharedStrings.xml")
    swapped = with_cells(moved, {"A5": text("14 Västra Götaland"), "A7": text("01 Stockholm")})
    told = reading(swapped, book)
    assert told.faults == []
    (change,) = changes(book, told.sent)
    assert change.cells == {("14", "own_time", 2026): (100, 20), ("14", "technology", 2027): (7_000_000, 0)}
    parts = parts_of(content)
    sheet = '<sheet name="Eget" sheetId="99" r:id="rId2"/></sheets>'
    own = packed({**parts, "xl/workbook.xml": parts["xl/workbook.xml"].replace("</sheets>", sheet)})
    assert reading(own, book).faults == [] and changes(book, reading(own, book).sent) == []


def test_a_region_or_a_block_that_came_later_is_left_as_it_is() -> None:
    old = a_book(regions=(CAPITAL,), parts=(Part(1, "Data", 1, {("01", "own_time", 2026): (1, 0)}),))
    content = with_cells(write(old), {"C5": number(2)})
    later = Part(1, "Data", 2, {("01", "own_time", 2026): (1, 0), ("14", "own_time", 2026): (9, 9)})
    new = a_book(parts=(later, Part(2, "Nytt", 1, {("14", "technology", 2027): (4, 0)})))
    told = reading(content, new)
    assert told.faults == []
    (change,) = changes(new, told.sent)
    assert change.cells == {("01", "own_time", 2026): (2, 0), ("14", "own_time", 2026): (9, 9)}
    assert change.is_stale


def test_a_region_that_has_left_may_have_its_rows_as_they_were_but_no_new_amounts() -> None:
    book = a_book()
    left = replace(book, regions=(CAPITAL,))
    assert reading(write(book), left).faults == []
    told = reading(with_cells(write(book), {"C7": number(5), "E8": number(0)}), left)
    assert [(fault.cell, fault.rule) for fault in told.faults] == [
        ("A7", "cell_is_acceptable"),
        ("A8", "cell_is_acceptable"),
    ]


def test_what_others_have_saved_since_is_kept_and_only_what_was_typed_over_is_taken() -> None:
    old = a_book(regions=(CAPITAL, replace(WEST, is_open=False)))
    content = with_cells(write(old), {"C5": number(300)})
    since = {
        ("01", "own_time", 2026): (100, 99),
        ("14", "technology", 2027): (1, 1),
        ("01", "technology", 2027): (8, 0),
    }
    new = replace(old, parts=(Part(1, "Data", 9, since), old.parts[1]))
    assert changes(new, reading(write(old), new).sent) == []
    told = reading(content, new)
    assert told.faults == []
    (change,) = changes(new, told.sent)
    assert change.cells == {("01", "own_time", 2026): (300, 99), ("01", "technology", 2027): (8, 0)}
    assert (change.changed, change.is_stale, change.version) == (1, True, 3)


def test_values_far_away_are_refused_before_a_table_is_built_of_them() -> None:
    book = a_book()
    told = reading(with_row(write(book), 1_048_576, {"XFD": number(1)}), book)
    assert [(fault.place, fault.rule) for fault in told.faults] == [
        ("'Block 1'!XFD1048576", "nothing_lies_outside_the_table")
    ]


def refusal_of(content: bytes, name: str = "budget.xlsx", **other: Any) -> str:
    with pytest.raises(DoesNotHold) as refusal:
        reading(content, a_book(**other), name)
    (problem,) = refusal.value.problems
    assert problem.field == "file"
    return str(problem)


@pytest.mark.parametrize(
    "name, words",
    [
        ("budget.xlsm", "makron"),
        ("budget.xlsb", "makron"),
        ("budget.xls", ".xls läses inte in"),
        ("budget.csv", ".csv läses inte in"),
        ("budget", "utan filändelse läses inte in"),
    ],
)
def test_other_kinds_of_file_are_refused(name: str, words: str) -> None:
    assert words in refusal_of(write(a_book()), name)


def test_files_with_macros_a_password_or_too_much_in_them_are_refused() -> None:
    parts = parts_of(write(a_book()))
    assert "makron" in refusal_of(packed({**parts, "xl/vbaProject.bin": b"x"}))
    types = parts["[Content_Types].xml"].replace("spreadsheetml.sheet.main", "sheet.macroEnabled.main")
    assert "makron" in refusal_of(packed({**parts, "[Content_Types].xml": types}))
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert "krypterad" in refusal_of(old + "EncryptedPackage".encode("utf-16-le"))
    assert "äldre Excel-format" in refusal_of(old)
    assert "högst 5 MB" in refusal_of(b"x" * (LARGEST_FILE + 1))
    locked = bytearray(write(a_book()))
    for found in re.finditer(rb"PK\x01\x02", bytes(locked)):
        locked[found.start() + 8] |= 1
    assert "lösenord" in refusal_of(bytes(locked))


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = parts_of(write(a_book()))
    bomb = packed({**parts, "xl/media/image1.xml": b"\0" * (LARGEST_UNPACKED + 1)})
    assert len(bomb) < 100_000
    crowd = packed({**parts, **{f"xl/{n}.xml": b"" for n in range(1001)}})

    def never(*_args: Any, **_kwargs: Any) -> bytes:
        raise AssertionError("it was unpacked")

    monkeypatch.setattr(zipfile.ZipFile, "read", never)
    assert "orimligt stor" in refusal_of(bomb)
    assert "orimligt stor" in refusal_of(crowd)


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    """The declared size is 10 bytes, and so is the checksum: what is read on is what was unpacked, not the rest."""
    parts = parts_of(write(a_book()))
    content = bytearray(packed({**parts, "xl/media/image1.xml": b"\0" * 1_000_000}))
    directory = content.rindex(b"xl/media/image1.xml") - 46
    assert content[directory : directory + 4] == b"PK\x01\x02"
    content[directory + 16 : directory + 20] = zlib.crc32(b"\0" * 10).to_bytes(4, "little")
    content[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    file = opened("budget.xlsx", bytes(content))
    assert len(file.parts["xl/media/image1.xml"]) == 10
    assert reading(bytes(content), a_book()).faults == []


def problems_of(content: bytes) -> list[Problem]:
    """What is wrong, with the file as a whole or in its cells."""
    try:
        return [fault.problem for fault in reading(content, a_book()).faults]
    except DoesNotHold as refusal:
        return refusal.problems


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet2.xml"])
@pytest.mark.parametrize("xml", ["", "<a", '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "<a/>"])
def test_broken_parts_are_refused(part: str, xml: str) -> None:
    content = packed({**parts_of(write(a_book())), part: xml})
    assert problems_of(content)


def test_a_workbook_without_parts_of_its_own_is_refused() -> None:
    assert "går inte att läsa" in refusal_of(b"")
    assert "går inte att läsa" in refusal_of(b"PK\x03\x04 hej")
    assert "går inte att läsa" in refusal_of(packed({"word/document.xml": "<a/>"}))
    parts = parts_of(write(a_book()))
    parts.pop(place_of(parts, "Block 1"))
    assert "går inte att läsa" in refusal_of(packed(parts))


def test_a_workbook_from_elsewhere_or_of_another_application_is_refused() -> None:
    assert "hör till ansökan 2026-001" in refusal_of(write(a_book()), number="2026-002")
    nameless = replaced(write(a_book()), 'name="Hemtag"', 'name="Annat"', part="xl/workbook.xml")
    assert "inte ett kalkylblad som är hämtat här" in refusal_of(nameless)
    assert "dolda blad är skadat" in refusal_of(with_cells(write(a_book()), {"B3": text("xx")}, sheet="Hemtag"))
    assert "dolda blad är skadat" in refusal_of(with_cells(write(a_book()), {"C7": text("ny")}, sheet="Hemtag"))


BREAKABLE = [
    *(f"xl/worksheets/sheet{n}.xml" for n in (2, 4)),
    *("xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"),
]


@settings(max_examples=150)
@given(data=st.data())
def test_whatever_happens_to_the_file_the_answer_is_in_words(data: st.DataObject) -> None:
    parts: dict[str, Any] = dict(parts_of(write(a_book())))
    name = data.draw(st.sampled_from(BREAKABLE))
    broken = bytearray(parts[name].encode())
    for _change in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(broken) - 1))
        broken[start : start + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=4))
    assert all(problem.message and problem.field for problem in problems_of(packed({**parts, name: bytes(broken)})))


def test_columns_have_excels_names() -> None:
    assert [column(place) for place in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
