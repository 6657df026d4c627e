"""Makes the workbook. Only the cells that the person may fill in are unlocked; every total is a formula."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter
from django.utils import translation
from django.utils.translation import gettext as _

from ..checks.cells import LARGEST_CELL_SEK, LARGEST_HOURLY_COST_SEK, MOST_HOURS, OWN_TIME
from .book import (
    FIRST_COLUMN,
    FIRST_ROW,
    FORMAT,
    HEAD_ROW,
    HOURS,
    IDENTITY,
    Amounts,
    Book,
    Part,
    Words,
    cell_name,
    summed,
)

MONEY = "#,##0"


def write(book: Book) -> bytes:
    """The workbook's bytes, in the book's language."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with translation.override(book.language), xlsxwriter.Workbook(target, options) as workbook:
        workbook.set_properties({"title": f"{book.number} {book.title}", "company": "Hemtag"})
        looks = _looks(workbook)
        words = book.words(book.language)
        front = workbook.add_worksheet(_("Anvisningar"))
        for part in book.parts:
            _block(workbook.add_worksheet(part.sheet), book, part, words, looks)
        _front(front, book, words, looks)
        _identity(workbook.add_worksheet(IDENTITY), book)
    return target.getvalue()


def _looks(workbook: Any) -> dict[str, Any]:
    line = {"border": 1, "border_color": "#B8B2A7"}
    return {
        name: workbook.add_format(look)
        for name, look in {
            "title": {"bold": True, "font_size": 14},
            "text": {"text_wrap": True, "valign": "top"},
            "head": {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E4E9E2", **line},
            "name": {"bg_color": "#F3F1EC", **line},
            "input": {"num_format": MONEY, "locked": False, **line},
            "closed": {"num_format": MONEY, "bg_color": "#F3F1EC", **line},
            "sum": {"num_format": MONEY, "bold": True, "bg_color": "#E4E9E2", **line},
        }.items()
    }


def _block(sheet: Any, book: Book, part: Part, words: Words, looks: dict[str, Any]) -> None:
    rows = [(region, kind) for region in book.regions for kind in words.kinds]
    columns = list(words.years)
    last_row, last_column = FIRST_ROW + len(rows) - 1, FIRST_COLUMN + len(columns) - 1
    sheet.write_string(0, 0, f"{book.number}, {part.sheet}: {part.title}", looks["title"])
    sheet.write_string(1, 0, _("Hela kronor i de vita cellerna. Tomt betyder noll. Summorna räknas ut av sig själva."))
    for place, text in enumerate([words.region, words.kind, *words.years.values(), *words.sums, *words.hours.values()]):
        sheet.write_string(HEAD_ROW, place, text, looks["head"])
    for row, (region, kind) in enumerate(rows, FIRST_ROW):
        sheet.write_string(row, 0, region.label, looks["name"])
        sheet.write_string(row, 1, words.kinds[kind], looks["name"])
        for place, (year, which) in enumerate(columns, FIRST_COLUMN):
            amount = part.at((region.code, kind, year))[which]
            # Excel keeps 15 digits; the largest amount has 12.
            sheet.write(row, place, amount or None, looks["input" if region.is_open else "closed"])
        for place, (year, which) in enumerate(words.hours, last_column + 3):
            is_open = region.is_open and kind == OWN_TIME
            number = part.at((region.code, kind, year))[which]
            sheet.write(row, place, number, looks["input" if is_open else "closed"])
        for which, amount in enumerate(summed(part.at((region.code, kind, year)) for year in book.years)):
            cells = [cell_name(row, place) for place, key in enumerate(columns, FIRST_COLUMN) if key[1] == which]
            sheet.write_formula(row, last_column + 1 + which, f"=SUM({','.join(cells)})", looks["sum"], amount)
    if rows:
        _totals(sheet, book, part, words, looks, last_row)
        for row, (region, kind) in enumerate(rows, FIRST_ROW):
            if region.is_open:
                sheet.data_validation(row, FIRST_COLUMN, row, last_column, _validation(LARGEST_CELL_SEK))
            for place, (_year, which) in enumerate(words.hours, last_column + 3):
                if region.is_open and kind == OWN_TIME:
                    most = MOST_HOURS if which == HOURS else LARGEST_HOURLY_COST_SEK
                    sheet.data_validation(row, place, row, place, _validation(most))
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 18)
    sheet.set_column(FIRST_COLUMN, last_column + 2, 16)
    sheet.set_column(last_column + 3, last_column + 2 + max(1, len(words.hours)), 12)
    sheet.freeze_panes(FIRST_ROW, FIRST_COLUMN)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    _paper(sheet)
    sheet.repeat_rows(HEAD_ROW)


def _totals(sheet: Any, book: Book, part: Part, words: Words, looks: dict[str, Any], last_row: int) -> None:
    codes = set(book.by_code)
    cells = {key: pair for key, pair in part.cells.items() if key[0] in codes}
    per_column = [summed(pair for key, pair in cells.items() if key[2] == year)[which] for year, which in words.years]
    sheet.write_string(last_row + 1, 0, words.total, looks["sum"])
    sheet.write_string(last_row + 1, 1, "", looks["sum"])
    for place, amount in enumerate([*per_column, *summed(cells.values())], FIRST_COLUMN):
        area = f"{cell_name(FIRST_ROW, place)}:{cell_name(last_row, place)}"
        sheet.write_formula(last_row + 1, place, f"=SUM({area})", looks["sum"], amount)


def _validation(most: int) -> dict[str, Any]:
    return {
        "validate": "integer",
        "criteria": "between",
        "minimum": 0,
        "maximum": most,
        "ignore_blank": True,
        "error_title": _("Hela tal"),
        "error_message": _("Skriv ett helt tal, noll eller mer, utan decimaler och utan text."),
    }


def _front(sheet: Any, book: Book, words: Words, looks: dict[str, Any]) -> None:
    may_fill_in = [region.label for region in book.regions if region.is_open]
    lines = [
        _("Ett blad för varje block. Raderna är regioner och kostnadsslag, kolumnerna år."),
        _("Fyll i hela kronor i de vita cellerna: sökt bidrag och medfinansiering. En tom cell betyder noll."),
        _(
            "Egen arbetstid kan anges i timmar i kolumnerna efter summorna. Timmar × timkostnad är hela kostnaden; "
            "ändrar du bara timmarna räknas sökt bidrag om när filen läses in."
        ),
        _("Skriv tal, inte text, datum eller formler. Kopierar du från ett annat blad: klistra in som värden."),
        _("Grå celler är låsta: rubriker, summor och rader som andra regioner fyller i."),
        _("Ändra inte rubrikerna, bladens namn eller radernas ordning. Egna blad får läggas till; de läses inte."),
        _("Spara som Excel-arbetsbok (.xlsx) och läs in filen på ansökans budgetsida."),
        _("Finns något fel visas alla fel med blad och cell, och ingenting läses in."),
        _("Innan något sparas visas vad som ändras. Har någon annan ändrat samma celler sägs det."),
        _("Du kan fylla i: %s.") % (", ".join(may_fill_in) if may_fill_in else _("inga rader, bara läsa")),
    ]
    sheet.set_column(0, 0, 60)
    sheet.set_column(1, 2, 22)
    sheet.write_string(0, 0, f"{book.number} {book.title}", looks["title"])
    for row, line in enumerate(lines, 2):
        sheet.write_string(row, 0, line, looks["text"])
    start = len(lines) + 3
    for place, text in enumerate([_("Block"), *words.sums]):
        sheet.write_string(start, place, text, looks["head"])
    total_row = FIRST_ROW + len(book.regions) * len(words.kinds)
    sums: list[Amounts] = []
    for row, part in enumerate(book.parts, start + 1):
        sums.append(summed(pair for key, pair in part.cells.items() if key[0] in book.by_code))
        sheet.write_url(row, 0, f"internal:'{part.sheet}'!A1", looks["name"], f"{part.sheet}: {part.title}")
        for which, amount in enumerate(sums[-1]):
            total = cell_name(total_row, FIRST_COLUMN + len(words.years) + which)
            sheet.write_formula(row, 1 + which, f"='{part.sheet}'!{total}", looks["sum"], amount)
    if book.parts:
        after = start + 1 + len(book.parts)
        sheet.write_string(after, 0, words.total, looks["sum"])
        for which, amount in enumerate(summed(sums)):
            area = f"{cell_name(start + 1, 1 + which)}:{cell_name(after - 1, 1 + which)}"
            sheet.write_formula(after, 1 + which, f"=SUM({area})", looks["sum"], amount)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    _paper(sheet)


def _identity(sheet: Any, book: Book) -> None:
    rows = [
        [FORMAT],
        ["application", book.number],
        ["language", book.language],
        ["regions", *(region.code for region in book.regions)],
        ["years", *(str(year) for year in book.years)],
        ["kinds", *book.kinds],
        *(["block", str(part.number), str(part.version)] for part in book.parts),
        *(
            row
            for part in book.parts
            for region in book.regions
            for kind in book.kinds
            for row in _fetched(book, part, region.code, kind)
        ),
    ]
    for number, row in enumerate(filter(None, rows)):
        for place, text in enumerate(row):
            sheet.write_string(number, place, text)
    sheet.protect()
    sheet.very_hidden()


def _fetched(book: Book, part: Part, code: str, kind: str) -> list[list[str]]:
    """A row as it goes out, so that what somebody types over can be told from what others have saved since."""
    cells = [part.at((code, kind, year)) for year in book.years]
    name = [str(part.number), code, kind]
    amounts = [str(amount) for cell in cells for amount in cell[:HOURS]]
    hours = [str(number or 0) for cell in cells for number in cell[HOURS:]]
    rows = [["row", *name, *amounts], ["hours", *name, *hours]]
    return [row for row, numbers in zip(rows, (amounts, hours), strict=True) if set(numbers) != {"0"}]


def _paper(sheet: Any) -> None:
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
