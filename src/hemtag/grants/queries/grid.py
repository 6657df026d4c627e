"""The whole budget of an application as the page's grid draws it: every cell, its version, and whose it is to write.

One query for the cells, however many they are, and few bytes for each: a row is a flat list with three numbers a year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from django.db.models import Q

from hemtag import clock
from hemtag.knowledge.models import DatedFact
from hemtag.knowledge.queries import fact_on
from hemtag.organisations.models import Organisation
from hemtag.organisations.rules import regions_of

from .. import rules
from ..checks.cells import LARGEST_CELL_SEK, LARGEST_HOURLY_COST_SEK, MOST_HOURS, CellValue
from ..models import MAIN_KINDS, Application, Block, Cost, CostKind, Opening, OpeningState, ParticipantState
from .applications import participants_of
from .budget import Budget, Cell, Sums
from .pages import open_cost_regions, years_of

CellKey = tuple[int, str, int, str]  # block number, county code, year, kind


@dataclass(frozen=True)
class HourlyCost:
    """What an hour of own working time usually costs, in whole kronor, since when, and who says so."""

    sek: int
    fact: DatedFact


def usual_hourly_cost() -> HourlyCost | None:
    """The dated fact that applies today; None when the register has none."""
    fact = fact_on("hourly_cost", clock.today())
    return HourlyCost(int(fact.value.quantize(Decimal(1), rounding=ROUND_HALF_UP)), fact) if fact else None


@dataclass(frozen=True)
class GridRegion:
    code: str
    name: str
    has_left: bool = False


@dataclass(frozen=True)
class Grid:
    """`written` are the cells with their versions, `emptied` the versions of cells that were emptied."""

    application: Application
    blocks: tuple[Block, ...]
    regions: tuple[GridRegion, ...]
    years: tuple[int, ...]
    writable: Mapping[int, frozenset[str]]  # block number → county codes
    written: Mapping[CellKey, tuple[CellValue, int]]
    usual: HourlyCost | None
    own: frozenset[str] = frozenset()  # county codes of the person's regions: opened first

    @cached_property
    def budget(self) -> Budget:
        """The same cells as every other page sums."""
        titles = {block.number: block.title for block in self.blocks}
        names = {region.code: region.name for region in self.regions}
        return Budget(
            tuple(
                Cell(number, titles[number], code, names[code], year, kind, Sums(*value[:2]))
                for (number, code, year, kind), (value, _version) in self.written.items()
            )
        )

    @property
    def may_write(self) -> bool:
        return any(self.writable.values())

    def data(self) -> dict[str, Any]:
        """Plain data for the page's script."""
        call = self.application.submission.call
        rows: dict[int, dict[str, list[int]]] = {block.number: {} for block in self.blocks}
        hours: dict[int, dict[str, list[int | None]]] = {block.number: {} for block in self.blocks}
        place = {year: 3 * number for number, year in enumerate(self.years)}
        for (number, code, year, kind), (value, version) in self.written.items():
            row = rows[number].setdefault(f"{code}.{kind}", [0] * (3 * len(self.years)))
            row[place[year] : place[year] + 3] = [value.requested_sek, value.cofinancing_sek, version]
            if value.hours:
                hours[number][f"{code}.{kind}.{year}"] = [value.hours, value.hourly_cost_sek]
        return {
            "years": self.years,
            "callYears": [call.first_year, call.last_year],
            "kinds": {kind.value: str(kind.label) for kind in CostKind},
            "mainKinds": [kind.value for kind in MAIN_KINDS],
            "regions": [[region.code, region.name, int(region.has_left)] for region in self.regions],
            "own": sorted(self.own),
            "usual": self.usual.sek if self.usual else None,
            "limits": {"amount": LARGEST_CELL_SEK, "hours": MOST_HOURS, "cost": LARGEST_HOURLY_COST_SEK},
            "blocks": [
                {
                    "number": block.number,
                    "title": block.title,
                    "version": block.costs_version,
                    "open": sorted(self.writable[block.number]),
                    "rows": rows[block.number],
                    "hours": hours[block.number],
                    "emptied": block.emptied,
                }
                for block in self.blocks
            ],
        }


def grid(person: Any, application: Application) -> Grid:
    """Four queries and those of the person's roles, however many cells there are; one more for a region that is gone."""
    blocks = tuple(application.blocks.order_by("number"))
    written = _written(Q(block__application=application))
    participants = list(participants_of(application))
    present = [each.region for each in participants if each.state != ParticipantState.DECLINED]
    held = {code for _number, code, _year, _kind in written}
    left = [
        each.region for each in participants if each.state == ParticipantState.DECLINED and each.region.code in held
    ]
    gone = held - {region.code for region in (*present, *left)}
    left += Organisation.objects.filter(code__in=gone) if gone else []
    codes = {region.code for region in left}
    return Grid(
        application=application,
        blocks=blocks,
        regions=tuple(
            GridRegion(region.code, region.short_name, region.code in codes)
            for region in sorted([*present, *left], key=lambda region: region.code)
        ),
        years=tuple(years_of(application.submission.call, ((0, year, kind) for _n, _code, year, kind in written))),
        writable=_writable(person, application, blocks, [*present, *left]),
        written=written,
        usual=usual_hourly_cost(),
        own=frozenset(region.code for region in regions_of(person)),
    )


def news(application: Application, known: Mapping[int, int]) -> dict[str, Any]:
    """What has been saved in the blocks since the versions that a page knows: {"2.14.own_time.2026": […]}, two queries.

    A block that is not named is told from its beginning; `blocks` are the numbers and versions there are now.
    """
    blocks = list(application.blocks.order_by("number"))
    behind = [block for block in blocks if block.costs_version > known.get(block.number, 0)]
    cells: dict[str, list[int | None]] = {}
    for block in behind:
        for place, version in block.emptied.items():
            if version > known.get(block.number, 0):
                cells[f"{block.number}.{place}"] = [0, 0, version]
    if behind:
        newer = Q()
        for block in behind:
            newer |= Q(block=block, version__gt=known.get(block.number, 0))
        for (number, code, year, kind), (value, version) in _written(newer).items():
            hours = [value.hours, value.hourly_cost_sek] if value.hours else []
            cells[f"{number}.{code}.{kind}.{year}"] = [value.requested_sek, value.cofinancing_sek, version, *hours]
    return {"blocks": {block.number: block.costs_version for block in blocks}, "cells": cells}


def _written(which: Q) -> dict[CellKey, tuple[CellValue, int]]:
    rows = Cost.objects.filter(which).order_by("block__number", "region__code", "kind", "year")
    return {
        (number, code, year, kind): (CellValue(requested, own, hours, cost), version)
        for number, code, year, kind, version, requested, own, hours, cost in rows.values_list(
            "block__number",
            "region__code",
            "year",
            "kind",
            "version",
            "requested_sek",
            "cofinancing_sek",
            "hours",
            "hourly_cost_sek",
        )
    }


def _writable(
    person: Any, application: Application, blocks: Iterable[Block], regions: list[Organisation]
) -> dict[int, frozenset[str]]:
    """Per block the regions whose rows the person may write. In a draft all blocks are alike: asked once."""
    is_draft = bool(rules.still_draft(application.submission))
    found: dict[int, frozenset[str]] = {}
    if not is_draft and not Opening.objects.filter(application=application, state=OpeningState.OPEN).exists():
        return {block.number: frozenset() for block in blocks}
    for block in blocks:
        block.application = application
        if is_draft and found:
            found[block.number] = next(iter(found.values()))
        else:
            found[block.number] = frozenset(row.code for row in open_cost_regions(person, block, regions))
    return found


def hours_of(block: Block) -> dict[tuple[int, int, str], tuple[int, int]]:
    """(region id, year, kind) → hours and hourly cost, for the cells of a block that have them."""
    rows = Cost.objects.filter(block=block, hours__isnull=False)
    return {(cost.region_id, cost.year, cost.kind): (cost.hours or 0, cost.hourly_cost_sek or 0) for cost in rows}
