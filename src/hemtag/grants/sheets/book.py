"""What the workbook holds: one sheet per block, rows region × kind of cost, columns years, two amounts each.

After the sums stand two columns more a year, for the hours of own working time and what an hour costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ..checks.cells import OWN_TIME, CellValue, typed_over

Key = tuple[str, str, int]  # county code, kind, year
Amounts = tuple[int, int]  # requested, co-financing, whole kronor
# What a person has typed over of requested, co-financing, hours and hourly cost; None is untouched.
Touched = Mapping[Key, tuple[int | None, ...]]
Cells = Mapping[Key, Amounts | CellValue]  # those with money; a pair is a cell without hours
HOURS, HOURLY_COST = 2, 3  # places in a cell, after its amounts

# Where things stand on a block's sheet, counted from 0.
HEAD_ROW = 3
FIRST_ROW = HEAD_ROW + 1
FIRST_COLUMN = 2
# The sheet that says which application and which versions the others belong to. Nobody sees it.
IDENTITY = "Hemtag"
FORMAT = "hemtag-budget-1"


@dataclass(frozen=True)
class Region:
    code: str
    name: str
    is_open: bool = True

    @property
    def label(self) -> str:
        """What its rows are called; the code makes it unlike every other."""
        return plain(f"{self.code} {self.name}")


@dataclass(frozen=True)
class Part:
    """A block. `version` is its `costs_version`, `cells` those with money."""

    number: int
    title: str
    version: int
    cells: Cells = field(default_factory=dict)

    def at(self, key: Key) -> CellValue:
        return CellValue(*self.cells.get(key, ()))

    @property
    def sheet(self) -> str:
        """Short, unique and free from the signs that Excel forbids, whatever the block is called."""
        return f"Block {self.number}"


@dataclass(frozen=True)
class Words:
    """The fixed words of a sheet in one language."""

    region: str
    kind: str
    kinds: Mapping[str, str]
    known: Mapping[str, str]  # also the kinds that have no rows
    years: Mapping[tuple[int, int], str]  # year and 0 for requested or 1 for co-financing
    hours: Mapping[tuple[int, int], str]  # year and HOURS or HOURLY_COST
    sums: tuple[str, str]
    total: str


@dataclass(frozen=True)
class Book:
    """An application's budget as one person may see and fill it in.

    `kinds` have rows; `other_kinds` have none, but a workbook that was fetched when they had is still understood.
    `usual_cost` is the hourly cost of hours that are given without one.
    """

    number: str
    title: str
    responsible: str
    regions: tuple[Region, ...]
    kinds: Mapping[str, str | Promise]
    years: tuple[int, ...]
    call_years: range
    parts: tuple[Part, ...]
    language: str = "sv"
    other_kinds: Mapping[str, str | Promise] = field(default_factory=dict)
    usual_cost: int | None = None

    @cached_property
    def by_code(self) -> dict[str, Region]:
        return {region.code: region for region in self.regions}

    @property
    def open_codes(self) -> set[str]:
        return {region.code for region in self.regions if region.is_open}

    def words(self, language: str) -> Words:
        with translation.override(language):
            heads = (_("%(year)s sökt"), _("%(year)s medfinansiering"), _("%(year)s timmar"), _("%(year)s timkostnad"))
            named = {
                (year, which): head % {"year": str(year)} for year in self.years for which, head in enumerate(heads)
            }
            kinds = {code: plain(str(label)) for code, label in self.kinds.items()}
            return Words(
                region=_("Region"),
                kind=_("Kostnadsslag"),
                kinds=kinds,
                known={**kinds, **{code: plain(str(label)) for code, label in self.other_kinds.items()}},
                years={key: head for key, head in named.items() if key[1] < HOURS},
                hours={key: head for key, head in named.items() if key[1] >= HOURS} if OWN_TIME in kinds else {},
                sums=(_("Summa sökt"), _("Summa medfinansiering")),
                total=_("Summa"),
            )


@dataclass(frozen=True)
class Change:
    """What a filled-in sheet makes of a block: `cells` is the whole of the rows that the person may write."""

    number: int
    title: str
    version: int
    saved_version: int
    touched: Touched
    cells: Cells
    changed: int
    before: Amounts
    after: Amounts

    @property
    def is_stale(self) -> bool:
        """Somebody has saved since the workbook was fetched."""
        return self.version != self.saved_version


def changes(book: Book, sent: Iterable[tuple[int, int, Touched]]) -> list[Change]:
    """The blocks that become other than they are. `sent` gives number, version and what was typed over, per block."""
    parts = {part.number: part for part in book.parts}
    found = []
    for number, version, touched in sent:
        part = parts[number]
        before = {key: lean(CellValue(*pair)) for key, pair in part.cells.items() if key[0] in book.open_codes}
        after = {**before, **{key: lean(laid_over(part.at(key), typed, book)) for key, typed in touched.items()}}
        after = {key: cell for key, cell in after.items() if any(cell)}
        changed = sum(before.get(key) != after.get(key) for key in {*before, *after})
        if changed:
            whole = {key: pair for key, pair in part.cells.items() if key[0] not in book.open_codes}
            found.append(
                Change(
                    number=number,
                    title=part.title,
                    version=version,
                    saved_version=part.version,
                    touched=touched,
                    cells=after,
                    changed=changed,
                    before=summed(part.cells.values()),
                    after=summed([*whole.values(), *after.values()]),
                )
            )
    return found


def laid_over(saved: CellValue, typed: Iterable[int | None], book: Book) -> CellValue:
    """A cell with what was typed over in it: the same rule as the grid's on the page."""
    requested, own, hours, cost = [*typed, None, None][:4]
    return typed_over(
        saved, requested=requested, cofinancing=own, hours=hours, hourly_cost=cost, usual_cost=book.usual_cost
    )


def lean(cell: CellValue) -> Amounts | CellValue:
    """A cell without hours as its two amounts."""
    return cell if cell.hours else (cell.requested_sek, cell.cofinancing_sek)


def summed(pairs: Iterable[Amounts | CellValue]) -> Amounts:
    listed = list(pairs)
    return sum(pair[0] for pair in listed), sum(pair[1] for pair in listed)


def plain(text: str) -> str:
    """One kind of space, none around: what a spreadsheet makes of blanks must not matter."""
    return " ".join(text.split())


def column(place: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_name(row: int, place: int) -> str:
    """(3, 2) → C4."""
    return f"{column(place)}{row + 1}"
