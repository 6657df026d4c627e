"""Workbooks as somebody else's hands leave them: cells, sheets and parts changed directly in the file."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Mapping
from html import escape

from hemtag.grants.sheets import Book, Key, Part, Reading, Region, opened, read
from hemtag.grants.sheets.book import column

KINDS = {"own_time": "Egen arbetstid", "technology": "Teknik"}
WEST, CAPITAL = Region("14", "Västra Götaland"), Region("01", "Stockholm")


def a_book(**other: object) -> Book:
    """Two regions, two kinds, two years, two blocks. Rows: 5–6 Stockholm, 7–8 Västra Götaland; columns C–F."""
    cells = {("01", "own_time", 2026): (100, 20), ("14", "technology", 2027): (7_000_000, 0)}
    given: dict[str, object] = {
        "number": "2026-001",
        "title": "=Åtgärd",
        "responsible": "Västra Götalandsregionen",
        "regions": (CAPITAL, WEST),
        "kinds": KINDS,
        "years": (2026, 2027),
        "call_years": range(2026, 2031),
        "parts": (Part(1, "Data: [a/b]*?", 3, cells), Part(2, "=1+1", 1, {})),
        **other,
    }
    return Book(**given)  # type: ignore[arg-type]


def parts_of(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()


def place_of(parts: Mapping[str, str], sheet: str) -> str:
    """The part of a sheet: they are numbered in their order."""
    names = re.findall(r'<sheet name="([^"]+)"', parts["xl/workbook.xml"])
    return f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"


def number(value: object) -> str:
    return f"><v>{value}</v>"


def text(value: str) -> str:
    return f' t="inlineStr"><is><t>{escape(value)}</t></is>'


def with_cells(content: bytes, cells: Mapping[str, str], sheet: str = "Block 1") -> bytes:
    """`cells`: name of a cell → its new attributes and content, as `number`, `text` or by hand."""
    parts = parts_of(content)
    place = place_of(parts, sheet)
    for cell, new in cells.items():
        found = re.search(rf'<c r="{cell}"( s="[0-9]+")?[^>]*?(?:/>|>.*?</c>)', parts[place])
        assert found, f"{sheet} has no cell {cell}"
        parts[place] = parts[place].replace(found[0], f'<c r="{cell}"{found[1] or ""}{new}</c>', 1)
    return packed(parts)


def replaced(content: bytes, old: str, new: str, sheet: str = "", part: str = "") -> bytes:
    """The text of one part changed, as a regular expression."""
    parts = parts_of(content)
    place = part or place_of(parts, sheet)
    assert re.search(old, parts[place]), f"{place} has no {old}"
    parts[place] = re.sub(old, new, parts[place])
    return packed(parts)


def typed(content: bytes, book: Book, cells: Mapping[Key, tuple[int, int]], sheet: str = "Block 1") -> bytes:
    """Every amount of a block's sheet typed over: what is not named becomes empty."""
    new = {}
    rows = [(region.code, kind) for region in book.regions for kind in book.kinds]
    for row, (code, kind) in enumerate(rows, 5):
        for place, (year, which) in enumerate(itertools.product(book.years, range(2)), 2):
            amount = cells.get((code, kind, year), (0, 0))[which]
            new[f"{column(place)}{row}"] = number(amount) if amount else ">"
    return with_cells(content, new, sheet)


def with_row(content: bytes, row: int, cells: Mapping[str, str], sheet: str = "Block 1") -> bytes:
    inner = "".join(f'<c r="{letter}{row}"{new}</c>' for letter, new in cells.items())
    return replaced(content, "</sheetData>", f'<row r="{row}">{inner}</row></sheetData>', sheet)


def reading(content: bytes, book: Book, name: str = "budget.xlsx") -> Reading:
    return read(opened(name, content), book)
