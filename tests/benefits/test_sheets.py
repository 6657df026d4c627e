"""Excel out and in: the case comes back without change, and nothing comes in while anything is wrong."""

from __future__ import annotations

import io
import json
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from hemtag import valuation
from hemtag.benefits import sheets
from hemtag.benefits.sheets import columns as c
from hemtag.benefits.sheets import opening
from hemtag.refusals import DoesNotHold

ROOT = Path(__file__).parents[2]
REGIONS = {"01": "Stockholm", "08": "Kalmar", "09": "Gotland"}
LINE = {c.NAME: "Färre resor", c.CATEGORY: "finansiell nytta", c.UNIT: "tkr/år", c.LOW: 1, c.LIKELY: 2, c.HIGH: 4}


def _example() -> dict[str, Any]:
    """A case with formulas, curves, own values, and three lines that are plain amounts."""
    data = tomllib.loads((ROOT / "data" / "cases" / "exempel.toml").read_text(encoding="utf-8"))
    data["inputs"]["minutes"]["regions"] = {"08": {"low": 1, "likely": 2, "high": 3}}
    data["inputs"] |= {
        "upkeep": {"low": 10, "likely": 20, "high": 40.5, "unit": "tkr/år", "kind": "expert", "judged_by": "En ekonom"},
        "grant": {"value": 1, "unit": "Mkr"},
        "won": {"p05": 0.1, "likely": 0.2, "p95": 0.5, "unit": "QALY/år", "source": "En studie", "date": "2025"},
    }
    data["lines"] += [
        {
            "name": "upkeep",
            "label": "Drift",
            "kind": "cost",
            "amount": "upkeep",
            "first_year": 2028,
            "regions": ["08", "09"],
        },
        {
            "name": "grant",
            "kind": "grant",
            "amount": "grant",
            "shared_by": "equal",
            "paid_by": "state",
            "last_year": 2027,
        },
        {"name": "won", "kind": "quality", "account": "patients", "amount": "won", "unit": "QALY"},
    ]
    return data


def _filled(*rows: Mapping[str, Any], case: Mapping[str, Any] | None = None, regions: Mapping[Any, str] = REGIONS,
            columns: tuple[str, ...] = c.LINE_COLUMNS) -> bytes:  # fmt: skip
    """A workbook filled in by hand. A value that begins with = becomes a formula."""
    target = io.BytesIO()
    fields = {c.CASE_NAME: "Prov", c.FIRST_YEAR: 2027, c.YEARS: 5, c.PRICE_YEAR: 2026, c.RATE: 0.03} | dict(case or {})
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet(c.CASE)
        for n, (label, value) in enumerate(fields.items()):
            sheet.write(n, 0, label)
            sheet.write(n, 1, value)
        sheet.write(len(fields) + 1, 0, c.REGION_HEAD)
        for n, (code, name) in enumerate(regions.items(), len(fields) + 2):
            sheet.write(n, 0, code)
            sheet.write(n, 1, name)
        sheet = book.add_worksheet(c.LINES)
        for n, name in enumerate(columns):
            sheet.write(0, n, name)
        for n, row in enumerate(rows, 1):
            for at, name in enumerate(columns):
                if row.get(name) is not None:
                    sheet.write(n, at, row[name])
    return target.getvalue()


def _told(content: bytes) -> list[tuple[str, str]]:
    with pytest.raises(DoesNotHold) as refusal:
        sheets.read(content)
    return [(problem.rule, problem.message) for problem in refusal.value.problems]


def _same(one: Any, other: Any) -> bool:
    """Also 2 and 2.0 are told apart: the content is hashed."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


# There and back ----------------------------------------------------------------------------------------------


def test_a_case_with_formulas_comes_back_without_change() -> None:
    data = _example()
    page = valuation.as_page(valuation.simulate(valuation.load_case(data), draws=2**8, seed=1))
    assert _same(sheets.read(sheets.write(data, page)), data)
    assert _same(sheets.read(sheets.write(data)), data)


NUMBERS = st.floats(0.001, 1e9).map(lambda value: float(f"{value:.15g}"))


@settings(max_examples=20)
@given(st.lists(NUMBERS, min_size=3, max_size=3, unique=True).map(sorted), st.sampled_from(["low", "p05"]))
def test_every_plain_line_comes_back_without_change(values: list[float], low: str) -> None:
    high = {"low": "high", "p05": "p95"}[low]
    data = {
        "format": 1, "name": "Prov", "first_year": 2027, "years": 3, "price_year": 2026, "discount_rate": 0.035,
        "regions": REGIONS,
        "inputs": {"a": {low: values[0], "likely": values[1], high: values[2], "unit": "kr/år", "label": "A"}},
        "lines": [{"name": "a", "kind": "capacity", "amount": "a"}],
    }  # fmt: skip
    assert _same(sheets.read(sheets.write(data)), data)


def test_rows_of_every_category_become_a_case_that_can_be_computed() -> None:
    rows = [{**LINE, c.NAME: word, c.CATEGORY: word.upper()} for word in c.CATEGORIES]
    rows[-1] |= {c.UNIT: "återbesök/år", c.WHO: "Patienterna"}
    rows[0] |= {c.APPLIES: "delas lika", c.FROM: 2028, c.TO: 2029}
    rows[2] |= {
        c.APPLIES: "8, 09",
        c.LIKELY: "2,5",
        c.WAY: "Yttersta gränser",
        c.JUDGED: "En ekonom",
        c.EVIDENCE: "Expertbedömning",
    }
    data = sheets.read(_filled(*rows))
    assert valuation.examine(data, valuation.Register({}))[1] == []
    assert {line["kind"] for line in data["lines"]} == set(c.CATEGORIES.values())
    assert data["lines"][0] | {"label": ""} == {"name": "kostnad", "amount": "kostnad", "kind": "cost", "shared_by": "equal",
                                                "first_year": 2028, "last_year": 2029, "label": ""}  # fmt: skip
    assert data["lines"][2]["regions"] == ["08", "09"]
    assert data["inputs"]["finansiell_nytta"] == {
        "low": 1, "likely": 2.5, "high": 4, "unit": "tkr/år", "label": "finansiell nytta", "judged_by": "En ekonom",
        "kind": "expert",
    }  # fmt: skip
    assert data["units"] == ["återbesök"] and data["lines"][5]["account"] == "patients"
    assert data["lines"][1]["paid_by"] == "state"
    assert _same(sheets.read(sheets.write(data)), data)


def test_columns_may_stand_in_any_order_and_county_codes_may_have_lost_their_nought() -> None:
    order = tuple(reversed(c.LINE_COLUMNS))
    assert sheets.read(_filled(LINE, columns=order, regions={8: "Kalmar"})) == sheets.read(
        _filled(LINE, regions={"08": "Kalmar"})
    )


def test_changes_in_a_workbook_reach_the_case_and_leave_the_rest() -> None:
    data = _example()
    changed = _changed(
        sheets.write(data), {(c.LINES, "Drift", c.LIKELY): 25, (c.INPUTS, "Timkostnad", c.SOURCE): "Ny källa"}
    )
    read = sheets.read(changed)
    assert read["inputs"]["upkeep"] == {**data["inputs"]["upkeep"], "likely": 25}
    assert read["inputs"]["hour"] == {**data["inputs"]["hour"], "source": "Ny källa"}
    assert {key: read[key] for key in read if key != "inputs"} == {key: data[key] for key in data if key != "inputs"}


def test_a_row_that_is_taken_away_takes_its_line_and_input_with_it() -> None:
    read = sheets.read(_changed(sheets.write(_example()), {}, without="Drift"))
    assert "upkeep" not in read["inputs"] and [line["name"] for line in read["lines"]] == [
        "build",
        "time",
        "grant",
        "won",
    ]


def _changed(content: bytes, cells: Mapping[tuple[str, str, str], Any], without: str = "") -> bytes:
    """The workbook with cells changed, found by sheet, name and column, as somebody does it in Excel."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as made:
        for name in book.sheet_names:
            sheet = made.add_worksheet(name)
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            heads = rows[c.HEAD_ROW] if len(rows) > c.HEAD_ROW else []
            for n, row in enumerate(row for row in rows if not row or row[0] != without or not without):
                for at, value in enumerate(row):
                    head = heads[at] if at < len(heads) else ""
                    sheet.write(n, at, cells.get((name, str(row[0]), str(head)), value))
    return target.getvalue()


# What is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "rule", "where"),
    [
        ({c.LOW: 5}, "low_is_not_above_high", "Rader, cell E2"),
        ({c.LIKELY: 9}, "low_is_not_above_high", "Rader, cell E2"),
        ({c.LIKELY: "ungefär två"}, "cell_is_a_number", "Rader, cell F2"),
        ({c.HIGH: None}, "number_is_given", "Rader, cell G2"),
        ({c.CATEGORY: "besparing"}, "word_is_known", "Rader, cell B2"),
        ({c.CATEGORY: None}, "word_is_known", "Rader, cell B2"),
        ({c.WHO: "alla"}, "word_is_known", "Rader, cell C2"),
        ({c.UNIT: "timmar"}, "unit_is_money", "Rader, cell D2"),
        ({c.UNIT: "kronor 2", c.CATEGORY: "kvalitativ nytta"}, "unit_is_a_word", "Rader, cell D2"),
        ({c.FROM: 2020}, "years_are_in_the_case", "Rader, cell I2"),
        ({c.FROM: 2027.5}, "year_is_a_whole_number", "Rader, cell I2"),
        ({c.APPLIES: "25"}, "region_is_known", "Rader, cell K2"),
        ({c.NAME: None}, "line_is_named", "Rader, cell A2"),
        ({c.KEY: "något"}, "key_is_known", "Rader, cell P2"),
        ({c.LOW: "=1+1"}, "no_formulas", "Rader, cell E2"),
    ],
)
def test_a_fault_in_a_row_is_told_with_its_cell_and_a_remedy(row: dict[str, Any], rule: str, where: str) -> None:
    told = _told(_filled({**LINE, **row}))
    assert [one for one, _message in told] == [rule]
    assert told[0][1].startswith(f"{where}: ") and told[0][1].endswith(".")


def test_every_fault_is_told_at_once() -> None:
    rows = [{**LINE, c.LOW: 9}, {**LINE, c.CATEGORY: "?"}, {**LINE, c.UNIT: "USD"}]
    assert [rule for rule, _message in _told(_filled(*rows))] == [
        "low_is_not_above_high",
        "word_is_known",
        "unit_is_money",
    ]


@pytest.mark.parametrize(
    ("case", "regions", "rule"),
    [
        ({c.CASE_NAME: ""}, REGIONS, "case_is_named"),
        ({c.YEARS: "många"}, REGIONS, "cell_is_a_number"),
        ({}, {}, "regions_are_given"),
        ({}, {"Kalmar": "Kalmar"}, "region_has_a_code"),
    ],
)
def test_a_fault_in_the_case_is_told(case: dict[str, Any], regions: dict[str, str], rule: str) -> None:
    assert rule in [one for one, _message in _told(_filled(LINE, case=case, regions=regions))]


def test_a_workbook_without_rows_or_sheets_is_refused() -> None:
    assert _told(_filled())[0][0] == "lines_are_given"
    assert _told(_filled(LINE, columns=(c.NAME, c.LOW)))[0][0] == "columns_are_there"
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        book.add_worksheet("Blad1")
    assert _told(target.getvalue())[0][0] == "sheet_is_there"
    assert _told(b"PK\x03\x04 no workbook")


def test_macros_are_refused() -> None:
    target = io.BytesIO(_filled(LINE))
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    assert [rule for rule, _message in _told(target.getvalue())] == ["office_file_is_safe"]


def test_a_part_that_stands_twice_is_refused() -> None:
    target = io.BytesIO(_filled(LINE))
    with zipfile.ZipFile(target, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/worksheets/sheet2.xml", b"<worksheet/>")
    assert [rule for rule, _message in _told(target.getvalue())] == ["content_is_what_the_name_says"]


def test_a_workbook_that_unpacks_to_more_than_a_case_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MOST_UNPACKED", 1_000)
    assert [rule for rule, _message in _told(_filled(LINE))] == ["file_is_a_workbook"]


def test_data_that_is_changed_by_hand_is_refused() -> None:
    text = json.dumps(_example())
    content = _changed(sheets.write(_example()), {(c.DATA, text, text): text[:-1]})
    assert [rule for rule, _message in _told(content)] == ["data_is_whole"]


# The results -------------------------------------------------------------------------------------------------


def test_each_picture_has_a_sheet_with_its_numbers_as_numbers() -> None:
    data = _example()
    page = valuation.as_page(valuation.simulate(valuation.load_case(data), draws=2**8, seed=3))
    book = CalamineWorkbook.from_filelike(io.BytesIO(sheets.write(data, page)))
    assert book.sheet_names[5:] == ["Svar", "Över tid", "Per region", "Osäkerhet", "Perspektiv", "Slag", "Per år", "Räntor",
                                    "Antaganden", "Körning"]  # fmt: skip
    over_time = book.get_sheet_by_name("Över tid").to_python()
    first = page["fan"]["region"][0]
    assert over_time[3][1:3] == [2027, pytest.approx(first["p05"], rel=1e-12)]
    assert len(over_time) == 3 + 2 * data["years"]
    per_region = {row[0]: row[2] for row in book.get_sheet_by_name("Per region").to_python()[3:]}
    assert per_region == pytest.approx(page["recoup"]["region"]["by_region"])
    run = {row[0]: row[1] for row in book.get_sheet_by_name("Körning").to_python()[3:]}
    assert run["Frö"] == 3 and run["Dragningar"] == 2**8
    assert run["Kontrollsumma (SHA-256, nio siffror)"] == valuation.fingerprint(page)


def test_a_comparison_has_both_sides_and_the_sentence() -> None:
    data, other = _example(), _example()
    other["inputs"]["minutes"]["likely"] = 2
    pages = [
        valuation.as_page(valuation.simulate(valuation.load_case(one), draws=2**8, seed=1)) for one in (data, other)
    ]
    book = CalamineWorkbook.from_filelike(io.BytesIO(sheets.write_comparison(pages[0], pages[1], ("Förut", "Efteråt"))))
    assert book.get_sheet_by_name("Jämförelse").to_python()[0][0].startswith("Sannolikheten att räkna hem")
    assert [row[0] for row in book.get_sheet_by_name("Antaganden").to_python()[3:]] == ["Sparad tid per remiss"]


def test_an_empty_workbook_asks_for_a_name_and_takes_rows() -> None:
    assert [rule for rule, _message in _told(sheets.blank(REGIONS, 2027))] == ["case_is_named"]
