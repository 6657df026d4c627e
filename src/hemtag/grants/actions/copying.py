"""Beginning from what exists: an earlier application, a block of another one, or a solution of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag.benefits.actions import copy_case
from hemtag.benefits.queries import cases_for
from hemtag.history.actions import record
from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import NotAllowed, require
from hemtag.solutions.models import Solution

from .. import rules
from ..checks.cells import CellValue
from ..models import Application, Block, Call, Cost, Participant, ParticipantState
from ..queries.applications import applications_for
from ..queries.beginning import block_behind
from .blocks import EFFECT_FIELDS, add_block, edit_block, set_effects
from .costs import set_costs
from .saving import locked_draft
from .taking_part import invite
from .writing import APPLICATION_TEXTS, edit_application, set_measuring_points, start_application

POINT_FIELDS = ("on", "indicator", "baseline", "target")


@dataclass(frozen=True)
class Left:
    """What could not come along: cells in years that the call does not have, cells of regions that do not take part."""

    years: int = 0
    regions: int = 0

    def __add__(self, other: Left) -> Left:
        return Left(self.years + other.years, self.regions + other.regions)

    def __bool__(self) -> bool:
        return bool(self.years or self.regions)


@transaction.atomic
def copy_application(
    *, by: Person, source: Application, call: Call, region: Organisation, title: str, invites: bool
) -> tuple[Application, Left]:
    """A new draft with the source's texts, plan, measuring points, blocks, effects and costs.

    Years move by as much as the calls differ. The regions decide anew: with `invites` they are invited, else only the
    responsible region's own costs come along. The source must be one that the person reads.
    """
    _readable(by, source)
    made = start_application(by=by, call=call, region=region, title=title)
    shift = call.first_year - source.submission.call.first_year
    known = set(call.measure_types.values_list("code", flat=True))
    values: dict[str, Any] = {name: getattr(source, name) for name in APPLICATION_TEXTS if name != "title"}
    values["measure_types"] = [kind.code for kind in source.measure_types.all() if kind.code in known]
    made = edit_application(by=by, application=made, version=made.version, values=values)
    points = [{**row, "on": _moved(row["on"], shift)} for row in source.measuring_points.values(*POINT_FIELDS)]
    made = set_measuring_points(by=by, application=made, version=made.version, rows=points)
    if invites:
        taking = Participant.objects.filter(application=source).exclude(state=ParticipantState.DECLINED)
        for participant in taking.exclude(region=region).select_related("region"):
            invite(by=by, application=made, region=participant.region)
    made.copied_from = source.number
    made.save(update_fields=["copied_from"])
    blocks = list(source.blocks.order_by("number").prefetch_related("needs"))
    pairs, left = {}, Left()
    for block in blocks:
        pairs[block.number], lost = _copied(by, block, made, shift)
        left += lost
    for block in blocks:
        needs = [pairs[need.number].number for need in block.needs.all()]
        if needs:
            fresh = Block.objects.select_related("application__submission").get(pk=pairs[block.number].pk)
            edit_block(by=by, block=fresh, version=fresh.version, values={"needs": needs})
    record(by=by, verb="copied", subject=made, details={"from": source.number, "blocks": len(blocks)})
    made.refresh_from_db()
    return made, left


@transaction.atomic
def copy_block(*, by: Person, block: Block, into: Application) -> tuple[Block, Left]:
    """The block's texts, effects and costs as a new block; what it needs is chosen anew."""
    require(rules.may_write(by, into.submission))
    _readable(by, block.application)
    locked_draft(into.submission_id)
    shift = into.submission.call.first_year - block.application.submission.call.first_year
    made, left = _copied(by, block, into, shift)
    record(by=by, verb="block_copied", subject=made, details={"from": made.copied_from})
    return made, left


@transaction.atomic
def start_block_from(*, by: Person, application: Application, solution: Solution) -> tuple[Block, Left]:
    """A block to introduce a solution of the catalogue.

    Where the solution came from a granted block, its effects are the first draft of the benefit case, and its costs
    the budget's pattern: what one region's share was there, in the same years of the grant, for each region that takes
    part here. The solution's benefit cases come along as copies. Every figure is the region's own to change.
    """
    require(rules.may_write(by, application.submission))
    locked_draft(application.submission_id)
    made = add_block(by=by, application=application, title=(_("Inför: %s") % solution.title)[:160])
    values = {
        "purpose": solution.problem,
        "activities": _("Införa lösningen ”%(title)s” ur katalogen. %(summary)s")
        % {"title": solution.title, "summary": solution.summary},
    }
    made = edit_block(by=by, block=made, version=made.version, values=values)
    made.solution, made.copied_from = solution, f"solution/{solution.slug}"[:40]
    made.save(update_fields=["solution", "copied_from"])
    left = Left()
    pattern = block_behind(solution)
    if pattern is not None:
        rows = list(pattern.effects.order_by("pk").values(*EFFECT_FIELDS))
        set_effects(by=by, block=made, version=made.version, rows=rows)
        left = _share_costs(by, pattern, made, application)
    _bring_cases(by, solution, made)
    record(by=by, verb="block_started_from", subject=made, details={"solution": solution.slug})
    made.refresh_from_db()
    return made, left


def _bring_cases(by: Person, solution: Solution, block: Block) -> None:
    """The solution's benefit cases that the person may read, as the block's own drafts."""
    region = block.application.submission.responsible
    for case in cases_for(by).filter(about_kind="solution", about_key=solution.slug):
        copy_case(
            by=by,
            case=case,
            owner=region,
            title=case.title,
            about_kind="block",
            about_key=f"{block.application.number}/{block.number}",
            about=str(block),
        )


def _readable(by: Person, source: Application) -> None:
    if not applications_for(by).filter(pk=source.pk).exists():
        raise NotAllowed(_("Du kan bara kopiera ansökningar som din region ansvarar för eller deltar i."))


def _moved(day: Any, years: int) -> Any:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + years, day=28)


def _copied(by: Person, block: Block, into: Application, shift: int) -> tuple[Block, Left]:
    made = add_block(by=by, application=into, title=block.title)
    values = {"purpose": block.purpose, "activities": block.activities, "obstacle": block.obstacle}
    made = edit_block(by=by, block=made, version=made.version, values=values)
    rows = [
        {**row, "from_year": row["from_year"] + shift, "to_year": row["to_year"] + shift}
        for row in block.effects.order_by("pk").values(*EFFECT_FIELDS)
    ]
    made = set_effects(by=by, block=made, version=made.version, rows=rows)
    made.copied_from, made.solution = f"{block.application.number}/{block.number}", block.solution
    made.save(update_fields=["copied_from", "solution"])
    return made, _write(by, made, into, block.costs.select_related("region"), shift)


def _write(by: Person, made: Block, into: Application, cells: Iterable[Cost], shift: int) -> Left:
    """The cells that this call and these regions have room for; a count of the others."""
    call = into.submission.call
    years = range(call.first_year, call.last_year + 1)
    taking = Participant.objects.filter(application=into).exclude(state=ParticipantState.DECLINED)
    inside = set(taking.values_list("region", flat=True))
    wanted: dict[tuple[int, int, str], CellValue] = {}
    left = Left()
    for cell in cells:
        year = cell.year + shift
        if year not in years:
            left += Left(years=1)
        elif cell.region_id not in inside:
            left += Left(regions=1)
        else:
            amounts = CellValue(cell.requested_sek, cell.cofinancing_sek, cell.hours, cell.hourly_cost_sek)
            wanted[cell.region_id, year, cell.kind] = amounts
    if wanted:
        set_costs(by=by, block=made, version=made.costs_version, cells=wanted)
    return left


def _share_costs(by: Person, pattern: Block, made: Block, into: Application) -> Left:
    """One region's share of the pattern's cells, in whole kronor, for every region that takes part in the new one."""
    regions = pattern.costs.values("region").distinct().count()
    if not regions:
        return Left()
    shift = into.submission.call.first_year - pattern.application.submission.call.first_year
    sums: dict[tuple[int, str], list[int]] = {}
    for year, kind, requested, own in pattern.costs.values_list("year", "kind", "requested_sek", "cofinancing_sek"):
        held = sums.setdefault((year, kind), [0, 0])
        held[0] += requested
        held[1] += own
    taking = Participant.objects.filter(application=into).exclude(state=ParticipantState.DECLINED)
    cells = [
        Cost(region=each.region, year=year, kind=kind, requested_sek=asked // regions, cofinancing_sek=own // regions)
        for each in taking.select_related("region")
        for (year, kind), (asked, own) in sorted(sums.items())
        if asked // regions or own // regions
    ]
    return _write(by, made, into, cells, shift)
