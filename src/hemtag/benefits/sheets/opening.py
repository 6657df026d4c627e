"""Opens an uploaded workbook: a safe file, its cells as values, and where formulas stand."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from hemtag.knowledge import workbooks
from hemtag.knowledge.checks import file_is_acceptable
from hemtag.refusals import DoesNotHold

MOST_BYTES = 2_000_000
# What a sheet of words and numbers opens to at most: two million bytes of it would be no case.
MOST_UNPACKED = 40_000_000


@dataclass(frozen=True)
class Sheet:
    """Values by row and column from zero, and the cells that hold a formula."""

    values: list[list[object]]
    formulas: frozenset[str]


def opened(content: bytes, wanted: tuple[str, ...]) -> dict[str, Sheet]:
    """The wanted sheets that are there. Raises DoesNotHold for a file that is not safe or cannot be read."""
    problems = file_is_acceptable("kalkyl.xlsx", content, MOST_BYTES)
    if problems:
        raise DoesNotHold(problems)
    return workbooks.read(lambda: _sheets(content, wanted))


def _sheets(content: bytes, wanted: tuple[str, ...]) -> dict[str, Sheet]:
    parts = _parts(content)
    book, places = workbooks.workbook(content), workbooks.sheets(parts)
    return {
        name: Sheet(workbooks.values(book, name), _formulas(parts[places[name]]))
        for name in book.sheet_names
        if name in wanted
    }


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        listed = archive.infolist()
        if sum(part.file_size for part in listed) > MOST_UNPACKED:
            workbooks.broken()
        return {part.filename: archive.read(part) for part in listed if part.filename.endswith((".xml", ".rels"))}


def _formulas(xml: bytes) -> frozenset[str]:
    found: set[str] = set()
    cell = "?"

    def element(tag: str, values: dict[str, str]) -> None:
        nonlocal cell
        if tag == "c":
            cell = values.get("r", "?")
        elif tag == "f":
            found.add(cell)

    workbooks.walk(xml, element)
    return frozenset(found)
