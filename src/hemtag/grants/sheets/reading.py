"""Reads a filled-in workbook: the amounts, and everything that is wrong, each with its sheet, its cell and what to do.

Rows and columns are known by their headings, never by where they stand. A hidden sheet tells how every amount was when
the workbook was fetched: only what has been typed over since is taken, all else is left as it is saved now.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from django.conf import settings
from django.utils.translation import gettext as _

from hemtag.money import grouped
from hemtag.refusals import DoesNotHold, Problem

from ..checks.cells import CellValue, cell_is_acceptable
from .book import (
    FIRST_COLUMN,
    FIRST_ROW,
    FORMAT,
    HEAD_ROW,
    IDENTITY,
    Book,
    Key,
    Part,
    Region,
    Touched,
    Words,
    cell_name,
    laid_over,
    plain,
)
from .opening import Marks, Opened

# More than any grid of ours: a value further out is a slip, and would make the reader build a huge empty table.
MOST_ROWS, MOST_COLUMNS, MOST_HIDDEN_ROWS = 2_000, 200, 50_000
Place = tuple[int, int]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, at its cell. The message says what, and how to mend it."""

    sheet: str
    cell: str
    message: str
    rule: str

    @property
    def place(self) -> str:
        """As formulas name it: 'Block 2'!D14."""
        return f"'{self.sheet}'!{self.cell}"

    @property
    def problem(self) -> Problem:
        return Problem(f"{self.place}: {self.message}", field=self.place, rule=self.rule)


@dataclass(frozen=True)
class Identity:
    """What the hidden sheet says the workbook was made from."""

    language: str
    regions: tuple[str, ...]
    years: tuple[int, ...]
    kinds: tuple[str, ...]  # those that had rows
    versions: Mapping[int, int]  # block number → costs_version
    fetched: Mapping[int, Mapping[Key, CellValue]]  # block number → the cells with money as they went out


@dataclass(frozen=True)
class Reading:
    """`sent`: number, version and what was typed over, for each block in the workbook."""

    sent: list[tuple[int, int, Touched]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read(file: Opened, book: Book) -> Reading:
    """Everything the workbook says, compared with the book as it is now.

    Raises DoesNotHold when the workbook as a whole is not this application's budget.
    """
    identity = _identity(file, book)
    words = book.words(identity.language)
    parts = {part.number: part for part in book.parts}
    reading = Reading()
    for number, version in identity.versions.items():
        name = f"Block {number}"
        if number not in parts:
            message = _("Block %(n)s finns inte längre i ansökan. Hämta ett nytt kalkylblad.") % {"n": number}
            reading.faults.append(Fault(name, "A1", message, "every_sheet_is_a_block"))
        elif name not in file.sheets:
            message = _(
                "Bladet saknas eller har fått ett annat namn. Lägg tillbaka det eller hämta ett nytt kalkylblad."
            )
            reading.faults.append(Fault(name, "A1", message, "every_block_has_its_sheet"))
        else:
            sheet = _Sheet(file, book, parts[number], words, identity)
            reading.faults.extend(sheet.faults)
            reading.sent.append((number, version, sheet.touched()))
    return reading


def _identity(file: Opened, book: Book) -> Identity:
    rows = [[plain(str(cell)) for cell in row] for row in _small(file, IDENTITY)] if IDENTITY in file.sheets else []
    if not rows or rows[0][:1] != [FORMAT]:
        _refuse(
            _("Filen är inte ett kalkylblad som är hämtat här. Hämta ett nytt och fyll i det."), "workbook_is_from_here"
        )
    told: dict[str, list[list[str]]] = {}
    for row in rows[1:]:
        told.setdefault(row[0], []).append([cell for cell in row[1:] if cell])
    try:
        number = told["application"][0][0]
        identity = Identity(
            language=told["language"][0][0],
            regions=tuple(told["regions"][0]),
            years=tuple(int(year) for year in told["years"][0]),
            kinds=tuple(told["kinds"][0]) if "kinds" in told else tuple(book.kinds),
            versions={int(row[0]): int(row[1]) for row in told.get("block", [])},
            fetched=_fetched(told),
        )
    except (KeyError, IndexError, ValueError):
        number, identity = "", None
    if identity is None or identity.language not in dict(settings.LANGUAGES):
        _refuse(_("Filens dolda blad är skadat. Hämta ett nytt kalkylblad och fyll i det."), "workbook_is_from_here")
    if number != book.number:
        message = _("Filen hör till ansökan %(other)s och kan inte läsas in i %(this)s. Välj rätt fil eller ansökan.")
        _refuse(message % {"other": number, "this": book.number}, "workbook_is_of_this_application")
    return identity


def _fetched(told: Mapping[str, list[list[str]]]) -> dict[int, dict[Key, CellValue]]:
    years = [int(year) for year in told["years"][0]]
    found: dict[int, dict[Key, CellValue]] = {}
    for what in ("row", "hours"):
        for number, code, kind, *numbers in told.get(what, []):
            pairs = zip(numbers[::2], numbers[1::2], strict=True)
            block = found.setdefault(int(number), {})
            for year, (one, two) in zip(years, pairs, strict=True):
                cell = block.get((code, kind, year), CellValue())
                told_now = (int(one), int(two))
                whole = (*told_now, *cell[2:]) if what == "row" else (*cell[:2], *(each or None for each in told_now))
                block[code, kind, year] = CellValue(*whole)  # type: ignore[arg-type]
    return found


def _small(file: Opened, sheet: str) -> list[list[object]]:
    """The values of the hidden sheet, none when it is larger than any of ours."""
    furthest = file.marks(sheet).furthest
    return file.values(sheet) if furthest[0] < MOST_HIDDEN_ROWS and furthest[1] < MOST_COLUMNS else []


class _Sheet:
    """One block's sheet, read by its headings."""

    def __init__(self, file: Opened, book: Book, part: Part, words: Words, identity: Identity) -> None:
        self.book, self.part, self.words, self.identity = book, part, words, identity
        self.faults: list[Fault] = []
        self.fetched = identity.fetched.get(part.number, {})
        self.typed: dict[Key, dict[int, int]] = {}
        self.marks: Marks = file.marks(part.sheet)
        if self.marks.furthest[0] >= MOST_ROWS or self.marks.furthest[1] >= MOST_COLUMNS:
            self._fault(
                self.marks.furthest,
                _("det finns innehåll långt utanför tabellen. Ta bort rader och kolumner utanför den."),
                "nothing_lies_outside_the_table",
            )
            return
        self.values = file.values(part.sheet)
        self.columns = self._columns()
        for key, row in self._rows():
            self._amounts(key, row)

    def touched(self) -> Touched:
        return {key: tuple(typed.get(which) for which in range(4)) for key, typed in self.typed.items()}

    def _fault(self, place: Place, message: str, rule: str) -> None:
        self.faults.append(Fault(self.part.sheet, cell_name(*place), message, rule))

    def _at(self, row: int, place: int) -> object:
        line = self.values[row] if row < len(self.values) else []
        return line[place] if place < len(line) else ""

    def _text(self, row: int, place: int) -> str:
        value = self._at(row, place)
        return plain(str(int(value) if isinstance(value, float) and value.is_integer() else value))

    def _is_blamed(self, *places: Place) -> bool:
        blamed = {fault.cell for fault in self.faults}
        return any(cell_name(*place) in blamed for place in places)

    def _columns(self) -> dict[int, tuple[int, int]]:
        """Place of each column with amounts → its year, and 0 for requested or 1 for co-financing."""
        names = {text: key for key, text in {**self.words.years, **self.words.hours}.items()}
        found: dict[int, tuple[int, int]] = {}
        for place, text in ((0, self.words.region), (1, self.words.kind)):
            self._heading_is_unchanged(place, text)
        width = max((len(row) for row in self.values), default=0)
        for place in range(FIRST_COLUMN, width):
            text = self._text(HEAD_ROW, place)
            if text in names and names[text] in found.values():
                self._fault((HEAD_ROW, place), _("rubriken finns två gånger. Ta bort den ena kolumnen."), "headings")
            elif text in names:
                found[place] = names[text]
            elif text not in self.words.sums:
                self._unknown_heading(place, text)
        for place, key in enumerate(self.words.years, FIRST_COLUMN):
            is_told = key[0] in self.identity.years and key not in found.values()
            if is_told and not self._is_blamed((HEAD_ROW, place)):
                message = _("kolumnen ”%(name)s” saknas. Lägg tillbaka den eller hämta ett nytt kalkylblad.")
                self._fault((HEAD_ROW, place), message % {"name": self.words.years[key]}, "headings")
        return found

    def _heading_is_unchanged(self, place: int, text: str) -> None:
        if self._text(HEAD_ROW, place) != text:
            message = _("rubriken är ändrad. Skriv tillbaka ”%(text)s”.")
            self._fault((HEAD_ROW, place), message % {"text": text}, "headings")

    def _unknown_heading(self, place: int, text: str) -> None:
        """A year that cannot be applied for, a heading that was changed, or amounts below no heading at all."""
        year = re.search(r"\b(?:19|20|21)[0-9]{2}\b", text)
        problems = [str(each) for each in self._acceptable(text, year=int(year[0]))] if year else []
        names = list(self.words.years.values())
        if problems:
            self._fault((HEAD_ROW, place), problems[0], "cell_is_acceptable")
        elif place - FIRST_COLUMN < len(names):
            message = _("rubriken är ändrad. Skriv tillbaka ”%(text)s”.")
            self._fault((HEAD_ROW, place), message % {"text": names[place - FIRST_COLUMN]}, "headings")
        elif text or any(self._text(row, place) for row in range(FIRST_ROW, len(self.values))):
            message = _("kolumnen hör inte till tabellen. Ta bort den, eller flytta den till ett eget blad.")
            self._fault((HEAD_ROW, place), message, "headings")

    def _rows(self) -> Iterator[tuple[tuple[str, str], int]]:
        """County code and kind of each row with amounts, and where it is."""
        regions = {region.label: region for region in self.book.regions}
        kinds = {text: code for code, text in self.words.known.items()}
        seen: dict[tuple[str, str], int] = {}
        for row in range(FIRST_ROW, len(self.values)):
            names = self._text(row, 0), self._text(row, 1)
            has_amounts = any(self._text(row, place) for place in self.columns)
            if names[0] == self.words.total or not (any(names) or has_amounts):
                continue
            region, kind = regions.get(names[0]), kinds.get(names[1])
            if region is None or kind is None:
                self._unknown_row(row, names, region)
            elif (region.code, kind) in seen:
                message = _("raden finns redan på rad %(row)s. Lägg ihop dem till en.")
                self._fault((row, 0), message % {"row": seen[region.code, kind] + 1}, "rows")
            else:
                seen[region.code, kind] = row
                yield (region.code, kind), row
        kinds_then = [kind for kind in self.identity.kinds if kind in self.words.known]
        expected = [(code, kind) for code in self.identity.regions for kind in kinds_then]
        for row, key in enumerate(expected, FIRST_ROW):
            is_told = key in seen or key[0] not in self.book.by_code
            if not is_told and not self._is_blamed((row, 0), (row, 1)):
                name = f"{self.book.by_code[key[0]].label}, {self.words.known[key[1]].lower()}"
                message = _("raden ”%(name)s” saknas. Lägg tillbaka den eller hämta ett nytt kalkylblad.")
                self._fault((row, 0), message % {"name": name}, "rows")

    def _unknown_row(self, row: int, names: tuple[str, str], region: Region | None) -> None:
        if region is not None:
            where = f"{region.name}, {names[1] or _('utan kostnadsslag')}"
            self._fault((row, 1), str(self._acceptable(where, kind="")[0]), "cell_is_acceptable")
        elif not self._has_left(row, names):
            where = names[0] or _("Rad utan region")
            self._fault((row, 0), str(self._acceptable(where, is_participant=False)[0]), "cell_is_acceptable")

    def _has_left(self, row: int, names: tuple[str, str]) -> bool:
        """A row of a region that has left the application since, and that nobody has typed in."""
        code, kinds = names[0].partition(" ")[0], {text: kind for kind, text in self.words.known.items()}
        if code not in self.identity.regions or code in self.book.by_code or names[1] not in kinds:
            return False
        cells = ((place, (code, kinds[names[1]], year), which) for place, (year, which) in self.columns.items())
        return all((self._at(row, place) or 0) == self._was(cell, which) for place, cell, which in cells)

    def _was(self, cell: Key, which: int) -> int:
        """A number as it went out."""
        return self.fetched.get(cell, CellValue())[which] or 0

    def _acceptable(
        self,
        where: str,
        *,
        year: int | None = None,
        kind: str | None = None,
        cell: tuple[Any, ...] = (0, 0),
        is_participant: bool = True,
    ) -> list[Problem]:
        """The same rule as the grid's, in the same words."""
        kinds = list(self.words.known)
        whole = CellValue(*cell)
        return cell_is_acceptable(
            place="",
            where=where,
            year=self.book.call_years[0] if year is None else year,
            kind=kinds[0] if kind is None else kind,
            amounts=whole[:2],
            hours=whole.hours,
            hourly_cost=whole.hourly_cost_sek,
            is_participant=is_participant,
            years=self.book.call_years,
            kinds=kinds,
        )

    def _amounts(self, key: tuple[str, str], row: int) -> None:
        region = self.book.by_code[key[0]]
        for place, (year, which) in self.columns.items():
            cell: Key = (*key, year)
            saved = self.part.at(cell)[which] or 0
            number = self._amount((row, place))
            if number is None or number in {self._was(cell, which), saved}:
                continue
            if not region.is_open:
                self._belongs_to_others((row, place), region, saved)
                continue
            where = f"{region.name}, {self.words.known[key[1]].lower()}, {year}"
            # By itself first; whether it agrees with the rest of its cell is asked when the row is read.
            alone = ((number, 0), (0, number), (0, 0, number, 1), (0, 0, 1, number))[which] if number else (0, 0)
            found = self._acceptable(where, year=year, kind=key[1], cell=alone)
            problems = [problem for problem in found if problem.rule != "hours_make_the_amounts"]
            for problem in problems:
                self._fault((row, place), str(problem), problem.rule)
            if not problems:
                self.typed.setdefault(cell, {})[which] = int(number)
        self._agree(key, row)

    def _agree(self, key: tuple[str, str], row: int) -> None:
        """Numbers that are each believable make a cell that is."""
        for year in dict.fromkeys(year for year, _which in self.columns.values()):
            cell: Key = (*key, year)
            typed = self.typed.get(cell, {})
            places = [place for place, (each, which) in self.columns.items() if each == year and which in typed]
            if not places or self._is_blamed(*((row, place) for place in places)):
                continue
            where = f"{self.book.by_code[key[0]].name}, {self.words.known[key[1]].lower()}, {year}"
            after = laid_over(self.part.at(cell), (typed.get(which) for which in range(4)), self.book)
            for problem in [] if after.is_empty else self._acceptable(where, year=year, kind=key[1], cell=after):
                self._fault((row, places[-1]), str(problem), problem.rule)

    def _belongs_to_others(self, place: Place, region: Region, saved: int) -> None:
        message = _(
            "raden tillhör %(region)s och ändras av regionen själv eller av %(responsible)s. Skriv tillbaka %(saved)s, "
            "eller hämta ett nytt kalkylblad om beloppet är gammalt."
        )
        words = {"region": region.name, "responsible": self.book.responsible, "saved": grouped(saved)}
        self._fault(place, message % words, "others_rows_are_unchanged")

    def _amount(self, place: Place) -> int | float | None:
        """A number; None, and a fault, for everything that is none. The rule for numbers is the grid's."""
        value = self._at(*place)
        message = ""
        if place in self.marks.formulas:
            message = _("cellen innehåller en formel. Skriv talet, eller kopiera cellen och klistra in den som värde.")
        elif place in self.marks.errors:
            message = _("cellen innehåller ett felvärde. Skriv ett tal, eller töm cellen.")
        elif isinstance(value, bool):
            message = _("cellen innehåller sant eller falskt. Skriv ett tal, eller töm cellen.")
        elif isinstance(value, (dt.date, dt.time, dt.timedelta)):
            message = _("cellen innehåller ett datum eller en tid. Ändra cellens format till tal och skriv beloppet.")
        elif isinstance(value, str) and value.strip():
            message = _("cellen innehåller texten ”%(text)s”. Skriv beloppet som ett tal med bara siffror.") % {
                "text": plain(value)[:40]
            }
        if message:
            self._fault(place, message, "amount_is_a_number")
            return None
        if isinstance(value, float):
            return int(value) if value.is_integer() else value
        return value if isinstance(value, int) else 0


def _refuse(message: str, rule: str) -> NoReturn:
    raise DoesNotHold([Problem(message, field="file", rule=rule)])
