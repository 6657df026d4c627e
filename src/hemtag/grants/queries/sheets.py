"""An application's budget as a workbook holds it, with the rows that the person who asks may fill in."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from hemtag.refusals import Verdict

from ..checks.cells import CellValue
from ..models import MAIN_KINDS, Application, Block, Cost, CostKind
from ..sheets import Book, Key, Part, Region
from .grid import usual_hourly_cost
from .pages import cost_regions, may_edit_some_costs, open_cost_regions, years_of


def budget_book(person: Any, application: Application) -> Book:
    """Four queries beside those of the person's roles, however many blocks there are."""
    call, block = application.submission.call, Block(application=application)  # its regions are those of any block
    regions = cost_regions(block)
    open_regions = {region.pk for region in open_cost_regions(person, block, regions)}
    cells: dict[int, dict[Key, CellValue]] = {}
    rows = Cost.objects.filter(block__application=application).values_list(
        "block_id", "region__code", "kind", "year", "requested_sek", "cofinancing_sek", "hours", "hourly_cost_sek"
    )
    for number, code, kind, year, requested, own, hours, cost in rows:
        cells.setdefault(number, {})[code, kind, year] = CellValue(requested, own, hours, cost)
    usual = usual_hourly_cost()
    shown = {*MAIN_KINDS, *(kind for found in cells.values() for _code, kind, _year in found)}
    return Book(
        number=application.number,
        title=application.title,
        responsible=application.submission.responsible.name,
        regions=tuple(Region(region.code, region.short_name, region.pk in open_regions) for region in regions),
        kinds={value: label for value, label in CostKind.choices if value in shown},
        years=tuple(years_of(call, ((0, year, kind) for found in cells.values() for _code, kind, year in found))),
        call_years=range(call.first_year, call.last_year + 1),
        parts=tuple(
            Part(part.number, part.title, part.costs_version, cells.get(part.pk, {}))
            for part in application.blocks.order_by("number")
        ),
        language=translation.get_language() or "sv",
        other_kinds={value: label for value, label in CostKind.choices if value not in shown},
        usual_cost=usual.sek if usual else None,
    )


def may_fill_in(person: Any, application: Application) -> Verdict:
    """As on the page of a block's costs: while the form is a draft, and some row is one's own."""
    block = Block(application=application)
    return may_edit_some_costs(person, block, open_cost_regions(person, block, cost_regions(block)))
