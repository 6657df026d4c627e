"""Opens an uploaded workbook: a safe file, its cells as values, and where formulas stand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn
from xml.parsers import expat

from django.utils.translation import gettext as _
from python_calamine import CalamineWorkbook

from hemtag.knowledge.checks import file_is_acceptable
from hemtag.refusals import DoesNotHold, Problem

MOST_BYTES = 2_000_000
# What a sheet of words and numbers opens to at most: two million bytes of it would be no case.
MOST_UNPACKED = 40_000_000


@dataclass(frozen=True)
class Sheet:
    """Values by row and column from zero, and the cells that hold a formula."""

    values: list[list[object]]
    formulas: frozenset[str]


def broken() -> NoReturn:
    message = _(
        "Filen går inte att läsa som en Excel-arbetsbok. Öppna den i Excel, spara om den som .xlsx och försök igen."
    )
    raise DoesNotHold([Problem(message, field="file", rule="file_is_a_workbook")])


def opened(content: bytes, wanted: tuple[str, ...]) -> dict[str, Sheet]:
    """The wanted sheets that are there. Raises DoesNotHold for a file that is not safe or cannot be read."""
    problems = file_is_acceptable("kalkyl.xlsx", content, MOST_BYTES)
    if problems:
        raise DoesNotHold(problems)
    try:
        parts = _parts(content)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return {
            name: Sheet(
                [list(row) for row in workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)],
                _formulas(parts[_place(parts, name)]),
            )
            for name in workbook.sheet_names
            if name in wanted
        }
    except DoesNotHold:
        raise
    except BaseException as fault:  # the reader's panics are no Exception
        if isinstance(fault, KeyboardInterrupt | SystemExit):
            raise
        broken()


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        listed = archive.infolist()
        if sum(part.file_size for part in listed) > MOST_UNPACKED:
            broken()
        return {part.filename: archive.read(part) for part in listed if part.filename.endswith((".xml", ".rels"))}


def _place(parts: Mapping[str, bytes], name: str) -> str:
    """The part that holds the sheet of this name."""
    targets: dict[str, str] = {}
    ids: dict[str, str] = {}

    def relation(tag: str, values: dict[str, str]) -> None:
        if tag == "Relationship":
            target = values.get("Target", "")
            targets[values.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    def sheet(tag: str, values: dict[str, str]) -> None:
        if tag == "sheet":
            ids[values.get("name", "")] = values.get("id", "")

    _walk(parts["xl/_rels/workbook.xml.rels"], relation)
    _walk(parts["xl/workbook.xml"], sheet)
    return targets[ids[name]]


def _formulas(xml: bytes) -> frozenset[str]:
    found: set[str] = set()
    cell = "?"

    def element(tag: str, values: dict[str, str]) -> None:
        nonlocal cell
        if tag == "c":
            cell = values.get("r", "?")
        elif tag == "f":
            found.add(cell)

    _walk(xml, element)
    return frozenset(found)


def _walk(xml: bytes, element: object) -> None:
    """Calls `element(tag, attributes)`, without namespaces, at each start tag. Refuses documents that define entities."""
    parser = expat.ParserCreate(namespace_separator="|")

    def start(tag: str, values: Mapping[str, str]) -> None:
        element(tag.rpartition("|")[2], {name.rpartition("|")[2]: value for name, value in values.items()})  # type: ignore[operator]

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = lambda *_ignored: broken()
    parser.Parse(xml, True)
