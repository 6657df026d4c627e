"""Inside an Excel workbook that somebody has sent: its parts, its sheets and its values, without trusting any of it."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import NoReturn, TypeVar
from xml.parsers import expat

from django.utils.translation import gettext as _
from python_calamine import CalamineWorkbook

from hemtag.refusals import DoesNotHold, Problem

T = TypeVar("T")
BOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def refuse(message: str) -> NoReturn:
    raise DoesNotHold([Problem(message, field="file", rule="file_is_a_workbook")])


def broken() -> NoReturn:
    refuse(
        _("Filen går inte att läsa som en Excel-arbetsbok. Öppna den i Excel, spara om den som .xlsx och försök igen.")
    )


def read(what: Callable[[], T]) -> T:
    """What the reader of workbooks gives. Raises DoesNotHold whatever happens in it."""
    try:
        return what()
    except DoesNotHold:
        raise
    except BaseException as fault:  # the reader's panics are no Exception
        if isinstance(fault, KeyboardInterrupt | SystemExit):
            raise
        broken()


def workbook(content: bytes) -> CalamineWorkbook:
    return read(lambda: CalamineWorkbook.from_filelike(io.BytesIO(content)))


def values(book: CalamineWorkbook, sheet: str) -> list[list[object]]:
    """By row and column from zero, as the sheet is laid out."""
    return read(lambda: [list(row) for row in book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)])


def sheets(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Name of each sheet → name of its part, "" when it has none. Needs the parts BOOK and RELATIONS."""
    targets: dict[str, str] = {}
    found: dict[str, str] = {}

    def relation(tag: str, given: dict[str, str]) -> None:
        if tag == "Relationship":
            target = given.get("Target", "")
            targets[given.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    def sheet(tag: str, given: dict[str, str]) -> None:
        if tag == "sheet":
            found[given.get("name", "")] = targets.get(given.get("id", ""), "")

    walk(parts[RELATIONS], relation)
    walk(parts[BOOK], sheet)
    return found


def walk(xml: bytes, element: Callable[[str, dict[str, str]], None]) -> None:
    """Call `element(tag, attributes)`, without namespaces, for each start tag. Refuses documents that define entities."""
    parser = expat.ParserCreate(namespace_separator="|")

    def start(tag: str, given: Mapping[str, str]) -> None:
        element(tag.rpartition("|")[2], {name.rpartition("|")[2]: value for name, value in given.items()})

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = lambda *_ignored: broken()
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError):
        broken()
