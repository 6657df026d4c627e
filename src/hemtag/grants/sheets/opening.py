"""Lets a file in only when it is a plain Excel workbook of a reasonable size, and says why when it is not.

What passes is packed anew from what was unpacked and counted here, so that the reader of the workbook meets nothing
else: no hidden bomb, no macro, no second copy of a part.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from python_calamine import CalamineWorkbook

from hemtag.knowledge import workbooks
from hemtag.knowledge.checks import extension_of
from hemtag.knowledge.workbooks import BOOK, RELATIONS, broken, refuse, walk

LARGEST_FILE = 5 * 1024 * 1024
LARGEST_UNPACKED = 50 * 1024 * 1024
MOST_PARTS = 1_000
WITH_MACROS = {".xlsm", ".xltm", ".xlam", ".xlsb"}
OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and every file that Excel has encrypted
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Marks:
    """What the reader of values does not tell: where formulas and error values stand, and how far out values lie."""

    formulas: frozenset[tuple[int, int]]
    errors: frozenset[tuple[int, int]]
    furthest: tuple[int, int]


@dataclass(frozen=True)
class Opened:
    """The parts of a workbook that may be read."""

    parts: Mapping[str, bytes]

    @cached_property
    def workbook(self) -> CalamineWorkbook:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            for name, content in self.parts.items():
                archive.writestr(name, content)
        return workbooks.workbook(packed.getvalue())

    @cached_property
    def sheets(self) -> dict[str, str]:
        """Name of each sheet → name of its part."""
        return workbooks.sheets(self.parts)

    def marks(self, sheet: str) -> Marks:
        """Raises DoesNotHold when the sheet cannot be read."""
        if self.sheets.get(sheet) not in self.parts:
            broken()
        formulas, errors = set(), set()
        place, kind = (0, -1), ""
        furthest = (0, 0)

        def element(tag: str, values: dict[str, str]) -> None:
            nonlocal place, kind, furthest
            if tag == "row":
                place = (int(values["r"]) - 1 if "r" in values else place[0] + 1, -1)
            elif tag == "c":
                place = _place(values["r"]) if "r" in values else (place[0], place[1] + 1)
                kind = values.get("t", "")
            elif tag in {"v", "f", "is"}:
                furthest = (max(furthest[0], place[0]), max(furthest[1], place[1]))
                if tag == "f":
                    formulas.add(place)
                if kind == "e":
                    errors.add(place)

        walk(self.parts[self.sheets[sheet]], element)
        return Marks(frozenset(formulas), frozenset(errors), furthest)

    def values(self, sheet: str) -> list[list[object]]:
        return workbooks.values(self.workbook, sheet)


def opened(name: str, content: bytes) -> Opened:
    """Raises DoesNotHold with what is wrong with the file as a whole."""
    if len(content) > LARGEST_FILE:
        refuse(too_large(len(content)))
    ending = extension_of(name)
    if ending in WITH_MACROS:
        refuse(_("Filen kan innehålla makron och tas inte emot. Spara om den som Excel-arbetsbok (.xlsx) utan makron."))
    if ending != ".xlsx":
        refuse(
            _("Filtypen %(type)s läses inte in. Hämta kalkylbladet här, fyll i det och spara det som .xlsx.")
            % {"type": ending or _("utan filändelse")}
        )
    if content.startswith(OLD_CONTAINER):
        if ENCRYPTED in content:
            refuse(_("Filen är krypterad med lösenord. Ta bort lösenordet i Excel, spara filen och försök igen."))
        refuse(
            _(
                "Filen är i ett äldre Excel-format fast namnet slutar på .xlsx. Spara om den som Excel-arbetsbok (.xlsx)."
            )
        )
    parts = _unpacked(content)
    if any(name.lower().endswith("vbaproject.bin") for name in parts) or b"macroEnabled" in parts.get(
        "[Content_Types].xml", b""
    ):
        refuse(_("Filen innehåller makron och tas inte emot. Spara om den som Excel-arbetsbok (.xlsx) utan makron."))
    if not {BOOK, RELATIONS} <= set(parts):
        broken()
    return Opened({name: part for name, part in parts.items() if name.endswith((".xml", ".rels"))})


def too_large(size: int) -> str:
    return _("Filen är %(size)s MB; högst %(max)s MB läses in. Ta bort bilder och egna blad ur den.") % {
        "size": -(-size // (1024 * 1024)),
        "max": LARGEST_FILE // (1024 * 1024),
    }


def _unpacked(content: bytes) -> dict[str, bytes]:
    """Every part, never more than is declared; what is declared is looked at before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                refuse(
                    _(
                        "Filen blir orimligt stor när den packas upp och läses inte in. Hämta ett nytt kalkylblad och fyll i det."
                    )
                )
            if any(part.flag_bits & 1 for part in parts):
                refuse(_("Filen är krypterad med lösenord. Ta bort lösenordet, spara filen och försök igen."))
            return {part.filename: archive.read(part) for part in parts if not part.is_dir()}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        broken()


def _place(name: str) -> tuple[int, int]:
    """'C4' → (3, 2)."""
    letters = name.rstrip("0123456789")
    if not letters.isalpha() or not letters.isascii() or len(letters) > 3 or not 0 < len(name) - len(letters) < 8:
        raise ValueError(name)
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - ord("A") + 1
    return int(name[len(letters) :]) - 1, place - 1
