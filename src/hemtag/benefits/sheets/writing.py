"""Writes the workbook: the sheets to fill in first, then the results."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from ..values import CONSTANT, KEPT, LIMITS, PERCENTILES, value_of
from . import columns as c
from .results import write_results
from .simple import plain_lines

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
NUMBER = "#,##0.########"
GUIDE = (
    "Så fylls arbetsboken i",
    "Bladet Fall säger vad kalkylen heter, vilka år den gäller, prisår, ränta och vilka regioner som ingår.",
    "Bladet Rader har en rad per nytta eller kostnad: belopp per år, lågt, troligt och högt. Kostnader skrivs med plus.",
    "Finansiell nytta hämtas hem i pengar. Omfördelningsnytta är värderad i pengar men hämtas hem på annat sätt, till "
    "exempel som frigjord tid. Kvalitativ nytta skrivs i sin egen enhet, till exempel QALY/år eller återbesök/år.",
    "Lågt och högt är antingen 5- och 95-percentil (nio av tio utfall ligger däremellan) eller yttersta gränser. Lämnas "
    "båda tomma räknas Troligt som ett bestämt tal.",
    "Alla belopp är i kalkylens prisår. Diskonteringen sköts av kalkylen.",
    "Gäller: tomt eller varje region betyder beloppet i var och en av regionerna, delas lika ett belopp för alla "
    "tillsammans. Länskoder med komma emellan (08, 09) betyder bara de regionerna.",
    "Intressent är den som betalar eller får; tomt betyder regionen.",
    "Nyckel lämnas tom för nya rader och rörs annars inte. En rad som tas bort ur bladet Rader försvinner ur kalkylen.",
    "Bladet Indata har kalkylens övriga antaganden, de som ingår i dess formler. Värdena kan ändras, inte formlerna.",
    "Bladet Data bär resten av kalkylen och ska inte ändras. De följande bladen är resultat och läses inte in.",
    "Skriv värden, inte formler: filer med formler i Fall, Rader eller Indata tas inte emot, och inte heller makron.",
)


def write(data: Mapping[str, Any], page: Mapping[str, Any] | None = None) -> bytes:
    """The workbook of a case. `page`: what valuation.as_page gives, None while the case has faults."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, OPTIONS) as workbook:
        workbook.set_properties({"title": str(data.get("name", "")), "company": "Hemtag"})
        looks = _looks(workbook)
        _guide(workbook.add_worksheet(c.GUIDE), looks)
        _case(workbook.add_worksheet(c.CASE), data, looks)
        plain = plain_lines(data)
        _lines(workbook.add_worksheet(c.LINES), data, plain, looks)
        _inputs(workbook.add_worksheet(c.INPUTS), data, set(plain.values()), looks)
        _data(workbook.add_worksheet(c.DATA), data, looks)
        if page is not None:
            write_results(workbook, page)
    return target.getvalue()


def blank(regions: Mapping[str, str], first_year: int, years: int = 5) -> bytes:
    """An empty workbook to fill in, with the regions named."""
    frame = {"name": "", "first_year": first_year, "years": years, "price_year": first_year - 1, "discount_rate": 0.03,
             "regions": dict(regions)}  # fmt: skip
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, OPTIONS) as workbook:
        looks = _looks(workbook)
        _guide(workbook.add_worksheet(c.GUIDE), looks)
        _case(workbook.add_worksheet(c.CASE), frame, looks)
        _lines(workbook.add_worksheet(c.LINES), frame, {}, looks)
    return target.getvalue()


def _looks(workbook: Any) -> dict[str, Any]:
    line = {"border": 1, "border_color": "#B8B2A7"}
    return {
        name: workbook.add_format(look)
        for name, look in {
            "title": {"bold": True, "font_size": 14},
            "text": {"text_wrap": True, "valign": "top"},
            "head": {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E4E9E2", **line},
            "cell": {"valign": "top", **line},
            "number": {"num_format": NUMBER, "valign": "top", **line},
            "share": {"num_format": "0.0##%", "align": "left", **line},
            "quiet": {"font_color": "#6B655B", "valign": "top", **line},
        }.items()
    }


def _guide(sheet: Any, looks: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 110)
    for row, text in enumerate(GUIDE):
        sheet.write_string(row, 0, text, looks["text" if row else "title"])


def _case(sheet: Any, data: Mapping[str, Any], looks: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 60)
    sheet.write_string(0, 0, "Kalkylen", looks["title"])
    row = c.HEAD_ROW
    for label, key in c.CASE_FIELDS.items():
        value = data.get(key, 0.03 if key == "discount_rate" else "")
        sheet.write_string(row, 0, label, looks["head"])
        if isinstance(value, list):
            sheet.write_string(row, 1, "som i kalkylen", looks["cell"])
        else:
            sheet.write(row, 1, value, looks["share" if key == "discount_rate" else "cell"])
        row += 1
    row += 1
    sheet.write_string(row, 0, c.REGION_HEAD, looks["head"])
    sheet.write_string(row, 1, "Region", looks["head"])
    for code, name in data.get("regions", {}).items():
        row += 1
        sheet.write_string(row, 0, code, looks["cell"])
        sheet.write_string(row, 1, name, looks["cell"])


def _head(sheet: Any, title: str, note: str, names: Sequence[str], looks: dict[str, Any]) -> None:
    sheet.write_string(0, 0, title, looks["title"])
    sheet.write_string(1, 0, note)
    for column, name in enumerate(names):
        sheet.write_string(c.HEAD_ROW, column, name, looks["head"])
        sheet.set_column(
            column, column, 34 if name in (c.NAME, c.SOURCE) else 11 if name in (c.LOW, c.LIKELY, c.HIGH) else 18
        )
    sheet.freeze_panes(c.FIRST_ROW, 1)


def _choices(sheet: Any, names: Sequence[str], last: int) -> None:
    words = {c.CATEGORY: c.CATEGORIES, c.WHO: c.STAKEHOLDERS, c.EVIDENCE: c.EVIDENCES, c.WAY: c.WAYS}
    for name, allowed in words.items():
        if name in names:
            column = names.index(name)
            sheet.data_validation(c.FIRST_ROW, column, last, column, {"validate": "list", "source": list(allowed)})


def _lines(sheet: Any, data: Mapping[str, Any], plain: Mapping[int, str], looks: dict[str, Any]) -> None:
    note = "Belopp per år i kalkylens prisår. Rader som kalkylen räknar fram med formler står inte här utan i Data."
    _head(sheet, "Nyttor och kostnader", note, c.LINE_COLUMNS, looks)
    _choices(sheet, c.LINE_COLUMNS, c.FIRST_ROW + max(len(plain) + 100, 200))
    for row, (number, name) in enumerate(plain.items(), c.FIRST_ROW):
        line, one = data["lines"][number], data["inputs"][name]
        cells = _belief(one) | {
            c.NAME: line.get("label") or one.get("label") or line["name"],
            c.CATEGORY: c.word_of(c.CATEGORIES, line["kind"]),
            c.WHO: c.word_of(c.STAKEHOLDERS, line.get("account", "region")),
            c.UNIT: one.get("unit", ""),
            c.FROM: line.get("first_year"),
            c.TO: line.get("last_year"),
            c.APPLIES: _applies(line),
            c.KEY: line["name"],
        }
        _row(sheet, row, c.LINE_COLUMNS, cells, looks)


def _applies(line: Mapping[str, Any]) -> str:
    only = ", ".join(line["regions"]) if "regions" in line else ""
    if line.get("shared_by") == "equal":
        return f"{c.SHARED}: {only}" if only else c.SHARED
    return only or c.EVERY


def _inputs(sheet: Any, data: Mapping[str, Any], in_lines: set[str], looks: dict[str, Any]) -> None:
    note = "Kalkylens övriga antaganden. Värden, källa och bedömare kan ändras; nya antaganden läggs till i kalkylen."
    _head(sheet, "Antaganden i formlerna", note, c.INPUT_COLUMNS, looks)
    rest = {name: one for name, one in data.get("inputs", {}).items() if name not in in_lines}
    _choices(sheet, c.INPUT_COLUMNS, c.FIRST_ROW + len(rest))
    for row, (name, one) in enumerate(rest.items(), c.FIRST_ROW):
        cells = _belief(one) | {c.NAME: one.get("label") or name, c.UNIT: one.get("unit", ""), c.KEY: name}
        _row(sheet, row, c.INPUT_COLUMNS, cells, looks)


def _belief(one: Mapping[str, Any]) -> dict[str, Any]:
    value = value_of(one)
    way = value.way if value.way in (LIMITS, PERCENTILES, CONSTANT) else KEPT
    return {
        c.LOW: value.low,
        c.LIKELY: value.likely,
        c.HIGH: value.high,
        c.WAY: c.word_of(c.WAYS, way),
        c.SOURCE: one.get("source", ""),
        c.DATE: one.get("date", ""),
        c.JUDGED: one.get("judged_by", ""),
        c.EVIDENCE: c.word_of(c.EVIDENCES, one["kind"]) if "kind" in one else "",
    }


def _row(sheet: Any, row: int, names: Sequence[str], cells: Mapping[str, Any], looks: dict[str, Any]) -> None:
    for column, name in enumerate(names):
        value = cells.get(name)
        if isinstance(value, int | float):
            sheet.write_number(row, column, value, looks["cell" if name in (c.FROM, c.TO) else "number"])
        elif value:
            sheet.write_string(row, column, str(value), looks["quiet" if name == c.KEY else "cell"])
        else:
            sheet.write_blank(row, column, None, looks["cell"])


def _data(sheet: Any, data: Mapping[str, Any], looks: dict[str, Any]) -> None:
    sheet.write_string(0, 0, "Resten av kalkylen, för den som läser in filen igen. Ändra inget här.", looks["title"])
    text = json.dumps(data, ensure_ascii=True, allow_nan=False)
    for row, start in enumerate(range(0, len(text), c.CHUNK), c.HEAD_ROW):
        sheet.write_string(row, 0, text[start : start + c.CHUNK])
