"""Money asked for and money of the regions' own. Every total is a sum of the same cells."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from ..models import Application, Block, Cost, CostKind, main_kind

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Sums:
    """Whole kronor."""

    requested_sek: int = 0
    cofinancing_sek: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.requested_sek + other.requested_sek, self.cofinancing_sek + other.cofinancing_sek)

    @property
    def total_sek(self) -> int:
        """What the work costs in all: what is asked for and what the regions pay themselves."""
        return self.requested_sek + self.cofinancing_sek


@dataclass(frozen=True)
class Cell:
    """Block × region × year × kind, with what the money is called."""

    block: int
    block_title: str
    region: str
    region_name: str
    year: int
    kind: str
    sums: Sums

    @property
    def kind_name(self) -> str:
        return str(CostKind(self.kind).label)


@dataclass(frozen=True)
class Budget:
    """All cells of an application. `per_…` map a block number, county code, year or kind to its sums, in order."""

    cells: tuple[Cell, ...]

    @cached_property
    def total(self) -> Sums:
        return _sum(self.cells)

    @cached_property
    def per_block(self) -> dict[int, Sums]:
        return self._per(lambda cell: cell.block)

    @cached_property
    def per_region(self) -> dict[str, Sums]:
        return self._per(lambda cell: cell.region)

    @cached_property
    def per_year(self) -> dict[int, Sums]:
        return self._per(lambda cell: cell.year)

    @cached_property
    def per_kind(self) -> dict[str, Sums]:
        return self._per(lambda cell: cell.kind)

    @cached_property
    def per_main_kind(self) -> dict[str, Sums]:
        """Outside expertise together, whatever its field."""
        return self._per(lambda cell: main_kind(cell.kind).value)

    @cached_property
    def per_block_year(self) -> dict[tuple[int, int], Sums]:
        return self._per(lambda cell: (cell.block, cell.year))

    @cached_property
    def per_region_year(self) -> dict[tuple[str, int], Sums]:
        return self._per(lambda cell: (cell.region, cell.year))

    @property
    def years(self) -> list[int]:
        return list(self.per_year)

    @cached_property
    def block_titles(self) -> dict[int, str]:
        return {cell.block: cell.block_title for cell in self.cells}

    @cached_property
    def region_names(self) -> dict[str, str]:
        return {cell.region: cell.region_name for cell in self.cells}

    def in_block(self, number: int) -> Budget:
        return Budget(tuple(cell for cell in self.cells if cell.block == number))

    def in_region(self, code: str) -> Budget:
        return Budget(tuple(cell for cell in self.cells if cell.region == code))

    def _per(self, key: Callable[[Cell], K]) -> dict[K, Sums]:
        found: dict[K, list[Cell]] = {}
        for cell in self.cells:
            found.setdefault(key(cell), []).append(cell)
        return {name: _sum(found[name]) for name in sorted(found)}  # type: ignore[type-var]


def _sum(cells: Iterable[Cell]) -> Sums:
    return sum((cell.sums for cell in cells), Sums())


def budget(application: Application) -> Budget:
    """One query."""
    return _budget(Cost.objects.filter(block__application=application))


def block_budget(block: Block) -> Budget:
    return _budget(Cost.objects.filter(block=block))


def _budget(costs: QuerySet[Cost]) -> Budget:
    rows = costs.order_by("block__number", "region__code", "kind", "year").values_list(
        "block__number",
        "block__title",
        "region__code",
        "region__short_name",
        "year",
        "kind",
        "requested_sek",
        "cofinancing_sek",
    )
    return Budget(
        tuple(
            Cell(number, title, code, region, year, kind, Sums(requested, own))
            for number, title, code, region, year, kind, requested, own in rows
        )
    )


def totals(applications: QuerySet[Application]) -> QuerySet[Application]:
    """Annotates `requested_sek` and `cofinancing_sek`, sums of the same cells, without a query per row."""

    def summed(column: str) -> Coalesce:
        cells = Cost.objects.filter(block__application=OuterRef("pk")).order_by().values("block__application")
        return Coalesce(Subquery(cells.annotate(sum=Sum(column)).values("sum")), 0)

    return applications.annotate(requested_sek=summed("requested_sek"), cofinancing_sek=summed("cofinancing_sek"))
