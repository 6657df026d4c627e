"""The budget of a block as a grid: a row is a region and a kind of cost, a column a year, a cell two amounts.

21 regions × 5 kinds × 6 years are 1 260 inputs, so the cells are read and written as plain text, not as form fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hemtag.grants.models import CostKind
from hemtag.money import digits, grouped
from hemtag.organisations.fields import MoneyField, VersionedForm, kronor_of
from hemtag.organisations.models import Organisation
from hemtag.refusals import Problem

Amounts = tuple[int, int]
Key = tuple[int, int, str]  # region id, year, kind: as the action takes them
# More than the largest application has; a request with more is no grid's.
MOST_CELLS = 10_000
NUMBERS = ("requested", "cofinancing", "hours", "hourly_cost")
PLACE = re.compile(r"([0-9]{1,4})\.([0-9]{2})\.([a-z_]{1,24})\.([0-9]{4})")


def cells_sent(data: Any) -> dict[tuple[int, str, int, str], dict[str, Any]]:
    """{"2.14.own_time.2026": {"requested": 1, …, "version": 3}} as the action takes it: number, code, year, kind.

    Only the shape is looked at: what a cell may hold is the action's to say. Raises ValidationError.
    """
    wrong = ValidationError(_("Det som skickades går inte att läsa. Ladda om sidan."))
    if not isinstance(data, dict) or not isinstance(data.get("cells"), dict) or len(data["cells"]) > MOST_CELLS:
        raise wrong
    found = {}
    for name, sent in data["cells"].items():
        place = PLACE.fullmatch(name)
        if not place or not isinstance(sent, dict) or type(sent.get("version")) is not int or sent["version"] < 0:
            raise wrong
        number, code, kind, year = place.groups()
        found[int(number), code, int(year), kind] = {key: sent.get(key) for key in (*NUMBERS, "version")}
    return found


def place_of(key: tuple[int, str, int, str]) -> str:
    number, code, year, kind = key
    return f"{number}.{code}.{kind}.{year}"


def versions_known(text: str) -> dict[int, int]:
    """ "1.3,2.5": the page knows block 1 as of version 3 and block 2 as of version 5. What is no such pair is left out."""
    pairs = (pair.partition(".") for pair in text[:20_000].split(","))
    return {int(a): int(b) for a, _dot, b in pairs if a.isascii() and b.isascii() and a.isdigit() and b.isdigit()}


@dataclass
class Cell:
    """One amount as text, as it was saved or as it was typed."""

    name: str
    names: str
    text: str
    amount: int = 0
    error: str = ""
    note: str = ""


@dataclass
class Row:
    key: str
    region: Organisation
    kind: CostKind
    is_open: bool
    has_left: bool = False
    cells: list[Cell] = field(default_factory=list)

    @property
    def requested(self) -> int:
        return sum(cell.amount for cell in self.cells[::2])

    @property
    def cofinancing(self) -> int:
        return sum(cell.amount for cell in self.cells[1::2])


class AddRows(forms.Form):
    """One more row, or one for every region at once; with an amount it is filled in for every year."""

    ALL = "alla"
    region = forms.ChoiceField(label=gettext_lazy("Region"))
    kind = forms.ChoiceField(label=gettext_lazy("Kostnadsslag"), choices=CostKind.choices)
    amount = MoneyField(label=gettext_lazy("Sökt bidrag per år och rad"), required=False)
    use_required_attribute = False

    def __init__(self, *args: Any, regions: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, prefix="ny", **kwargs)
        every = [(self.ALL, _("Alla %(n)s regioner") % {"n": len(regions)})] if len(regions) > 1 else []
        self.fields["region"].choices = [*every, *((region.code, region.name) for region in regions)]

    def codes(self) -> list[str]:
        chosen = self.cleaned_data["region"]
        listed = [code for code, _name in self.fields["region"].choices if code != self.ALL]
        return listed if chosen == self.ALL else [chosen]


class CostGrid(VersionedForm):
    """`regions` may have rows; those in `open_regions` may be written, other rows are shown as text.

    A region in `left` has declined: its rows are shown to be emptied, and it gets no new ones. `hours` tells hours and
    hourly cost of the cells that have them: they are written in the grid of the whole application, and noted here.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        regions: Sequence[Organisation],
        open_regions: Iterable[Organisation],
        years: Sequence[int],
        cells: Mapping[Key, Amounts],
        version: int,
        left: Iterable[Organisation] = (),
        hours: Mapping[Key, tuple[int, int]] | None = None,
    ) -> None:
        self.rows: list[Row] = []
        super().__init__(data, initial={"version": version})
        self.years = list(years)
        self.regions = {region.code: region for region in regions}
        self.open_codes = {region.code for region in open_regions}
        self.left_codes = {region.code for region in left}
        self.saved = dict(cells)
        self.hours = dict(hours or {})
        self.add_rows = AddRows(
            data if self.is_adding else None,
            regions=[region for region in regions if region.code in self.open_codes - self.left_codes],
        )
        self.rows = self._rows()

    @property
    def is_adding(self) -> bool:
        return self.is_bound and "add" in self.data

    def _rows(self) -> list[Row]:
        keys = {(region_id, kind) for region_id, _year, kind in self.saved}
        kept = {f"{code}.{kind}" for code, region in self.regions.items() for pk, kind in keys if pk == region.pk}
        if self.is_bound:
            kept = {key for key in kept if key.split(".")[0] not in self.open_codes} | set(self.data.getlist("rad"))
        filled: dict[str, int | None] = {}
        if self.is_adding and self.add_rows.is_valid():
            kind, amount = self.add_rows.cleaned_data["kind"], self.add_rows.cleaned_data["amount"]
            filled = {f"{code}.{kind}": amount for code in self.add_rows.codes()}
        order = {kind.value: place for place, kind in enumerate(CostKind)}
        rows = []
        for key in sorted(
            kept | set(filled), key=lambda key: (key.split(".")[0], order.get(key.partition(".")[2], 99))
        ):
            code, _dot, kind = key.partition(".")
            if code in self.regions and kind in order:
                row = Row(key, self.regions[code], CostKind(kind), code in self.open_codes, code in self.left_codes)
                row.cells = [self._cell(row, year, part, filled.get(key)) for year in self.years for part in ("s", "m")]
                rows.append(row)
        return rows

    def _cell(self, row: Row, year: int, part: str, fill: int | None) -> Cell:
        name = f"{part}.{row.key}.{year}"
        saved = self.saved.get((row.region.pk, year, row.kind.value), (0, 0))[part == "m"]
        cell = Cell(name, f"r.{row.key} {part}{year}", grouped(saved) if saved else "", saved)
        if part == "s" and (row.region.pk, year, row.kind.value) in self.hours:
            hours, cost = self.hours[row.region.pk, year, row.kind.value]
            cell.note = _("%(hours)s tim à %(cost)s kr") % {"hours": digits(hours), "cost": digits(cost)}
        if self.is_bound and row.is_open:
            typed = self.data.get(name, "")
            if fill is not None and part == "s" and not typed.strip():
                typed = grouped(fill)
            cell.text = typed
            try:
                cell.amount = kronor_of(typed) or 0
            except ValidationError as wrong:
                cell.amount, cell.error = 0, str(wrong.message)
        return cell

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.wrong:
            self.add_error(None, _("Rätta beloppen som är markerade i rutnätet."))
        return cleaned

    def mark(self, problem: Problem) -> bool:
        """Show a problem of the action at its cell, which it names "region.kind.year"; False when there is none."""
        cells = [cell for row in self.rows for cell in row.cells if cell.name == f"s.{problem.field}"]
        for cell in cells:
            cell.error = str(problem)
            self.add_error(None, str(problem))
        return bool(cells)

    @property
    def wrong(self) -> list[tuple[Row, Cell]]:
        return [(row, cell) for row in self.rows for cell in row.cells if cell.error]

    @property
    def summary(self) -> list[dict[str, str]]:
        """What is wrong, for the list at the top of the page, with links to the cells."""
        cells = [
            {
                "message": cell.error,
                "link": f"#{cell.name}",
                "label": f"{row.region.short_name}, {row.kind.label}, {cell.name[-4:]}",
            }
            for row, cell in self.wrong
        ]
        others = [] if cells or not self.is_bound else [str(message) for message in self.non_field_errors()]
        return cells + [{"message": message, "link": "", "label": ""} for message in others]

    def cells(self) -> dict[Key, Amounts]:
        """Every cell with money in the rows that this person may write."""
        found: dict[Key, Amounts] = {}
        for row in self.rows:
            if not row.is_open:
                continue
            for place, year in enumerate(self.years):
                pair = (row.cells[2 * place].amount, row.cells[2 * place + 1].amount)
                if any(pair):
                    found[(row.region.pk, year, row.kind.value)] = pair
        return found

    @property
    def column_sums(self) -> list[int]:
        return [sum(row.cells[place].amount for row in self.rows) for place in range(2 * len(self.years))]

    @property
    def requested(self) -> int:
        return sum(row.requested for row in self.rows)

    @property
    def cofinancing(self) -> int:
        return sum(row.cofinancing for row in self.rows)
