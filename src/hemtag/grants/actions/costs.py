"""The cells of the budget: block × region × year × kind. Every sum that is asked for is a sum of these.

The page's grid saves cell by cell (`set_cells`), the page of a block and the workbook the whole of the rows that a
person may write (`set_costs`). Both go through the same gate: who may, what a cell may hold, whose cells stand in the
way, one event per block that changes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.history.queries import events_about
from hemtag.money import digits, kronor
from hemtag.organisations.models import Organisation, Person
from hemtag.organisations.rules import has_role_in
from hemtag.refusals import Clash, Difference, Problem, holds, refused, require

from .. import rules, sections
from ..checks.cells import CellValue, cell_is_acceptable, with_amounts
from ..models import Application, Block, Cost, CostKind, Participant, ParticipantState
from .blocks import fresh_block
from .saving import clash_about, locked_for, stamp

Key = tuple[int, int, str]  # region id, year, kind
CellKey = tuple[int, str, int, str]  # block number, county code, year, kind
Amounts = tuple[int, int]  # requested, co-financing, whole kronor
EMPTY = CellValue()
VERBS = ("costs_set",)
# How far back among a block's events the one that wrote a clashing cell is looked for.
EVENTS_READ = 200


@dataclass(frozen=True)
class SavedCell:
    """A cell as it stands, and the block's `costs_version` that last changed it (0: never written)."""

    value: CellValue
    version: int


@dataclass(frozen=True)
class Theirs(SavedCell):
    """What somebody else has saved in a cell, who it was and when."""

    who: str
    at: dt.datetime


class CellsClash(Clash):
    """Somebody else has changed some of the very cells. `cells` are those, all others could be saved."""

    cells: dict[CellKey, Theirs]


@dataclass
class _Part:
    """A block that is being written: its cells as they were, and what they are to be."""

    block: Block
    stored: dict[Key, Cost]
    regions: Mapping[int, Organisation]
    wanted: dict[Key, CellValue] = field(default_factory=dict)
    read_at: dict[Key, int] = field(default_factory=dict)  # the version that each cell was read with

    def before(self, key: Key) -> CellValue:
        return _value(self.stored[key]) if key in self.stored else EMPTY

    def version(self, key: Key) -> int:
        if key in self.stored:
            return self.stored[key].version
        return int(self.block.emptied.get(self.place(key), 0))

    def place(self, key: Key) -> str:
        """The cell's name in a form and in history: "14.own_time.2026"."""
        region, year, kind = key
        return f"{self.regions[region].code if region in self.regions else region}.{kind}.{year}"

    def where(self, key: Key) -> str:
        """The cell's name for people: "Västra Götaland, egen arbetstid, 2026"."""
        region, year, kind = key
        name = self.regions[region].short_name if region in self.regions else _("Okänd region")
        return f"{name}, {str(CostKind(kind).label).lower() if kind in CostKind.values else kind}, {year}"

    @property
    def changed(self) -> list[Key]:
        return [key for key in sorted(self.wanted) if self.before(key) != self.wanted[key]]

    @property
    def stale(self) -> list[Key]:
        """Cells that would be changed, and that have been since they were read."""
        return [key for key in self.changed if self.version(key) > self.read_at.get(key, self.block.costs_version)]

    def problems(self, takes_part: Iterable[int]) -> Iterator[Problem]:
        call, regions = self.block.application.submission.call, set(takes_part)
        for key, value in self.wanted.items():
            if value.is_empty:
                continue  # emptying is always right, also where a region has left or a year lies outside the call
            yield from cell_is_acceptable(
                place=self.place(key),
                where=self.where(key),
                year=key[1],
                kind=key[2],
                amounts=value[:2],
                hours=value.hours,
                hourly_cost=value.hourly_cost_sek,
                is_participant=key[0] in regions,
                years=range(call.first_year, call.last_year + 1),
                kinds=CostKind.values,
            )


@transaction.atomic
def set_costs(*, by: Person, block: Block, version: int, cells: Mapping[Key, Amounts | CellValue]) -> Block:
    """The whole of the rows that the person may write: a cell that is not named becomes empty.

    People of the responsible region write all rows, those of a participating region only their own. A pair of amounts
    leaves a cell's hours as they are while they make the amounts, else takes them away. `version` is the block's
    `costs_version`; when it is stale the save goes through as long as nobody else has changed a cell that differs from
    what is sent: two regions that fill in their own rows do not stand in each other's way. Returns the block as saved.
    """
    takes_part = _takes_part(block.application_id)
    own = _writable(by, block.application, takes_part)
    named = {row.pk: row for row in Organisation.objects.filter(pk__in={key[0] for key in cells}).order_by("code")}
    _require_own(by, block, named.values(), own)
    fresh = fresh_block(block, sections.COSTS)
    part = _Part(fresh, _stored([fresh])[fresh.pk], {**takes_part, **named})
    part.regions = {**part.regions, **{cost.region_id: cost.region for cost in part.stored.values()}}
    part.wanted = {key: _settled(part.before(key), pair) for key, pair in cells.items()}
    holds(part.problems(takes_part))
    written = [key for key in part.stored if own is None or key[0] in own]
    part.wanted |= {key: EMPTY for key in written if key not in cells}
    part.read_at = dict.fromkeys(part.wanted, version)
    if part.stale:
        differences = [Difference(part.place(key), part.where(key), _in_words(part.before(key))) for key in part.stale]
        raise clash_about(fresh, fresh.costs_version, differences, VERBS)
    _write(part, by)
    return fresh


@transaction.atomic
def set_cells(
    *, by: Person, application: Application, cells: Mapping[CellKey, Mapping[str, Any]]
) -> dict[CellKey, SavedCell]:
    """Write some cells, all or none: {"requested", "cofinancing", "hours", "hourly_cost", "version"} for each.

    `version` is the one that the cell was read with. Raises NotAllowed for others' rows, DoesNotHold with every
    problem at its cell ("2.14.own_time.2026"), and CellsClash with every cell that somebody else has changed to
    something else since it was read. Returns the cells as they stand.
    """
    takes_part = _takes_part(application.pk)
    own = _writable(by, application, takes_part)
    regions = {region.code: region for region in takes_part.values()}
    unknown = {code for _number, code, _year, _kind in cells} - set(regions)
    regions |= {row.code: row for row in Organisation.objects.filter(code__in=unknown)} if unknown else {}
    named = {code for _number, code, _year, _kind in cells} & set(regions)
    _require_own(by, Block(application=application), [regions[code] for code in sorted(named)], own)
    parts = {part.block.number: part for part in _parts(application, {number for number, *_rest in cells}, regions)}
    problems = []
    for (number, code, year, kind), sent in cells.items():
        if number not in parts or code not in regions:
            problems.append(_gone(number, code, kind, year, number in parts))
            continue
        key = (regions[code].pk, year, kind)
        parts[number].wanted[key] = _sent(sent)
        parts[number].read_at[key] = int(sent["version"])
    for number, part in parts.items():
        for problem in part.problems(takes_part):
            problems.append(Problem(problem.message, f"{number}.{problem.field}", problem.link, problem.rule))
    holds(problems)
    if any(part.stale for part in parts.values()):
        raise _clash(parts.values())
    for part in parts.values():
        _write(part, by)
    return {
        (number, code, year, kind): SavedCell(part.wanted[key], part.version(key))
        for number, code, year, kind in cells
        for part in [parts[number]]
        for key in [(regions[code].pk, year, kind)]
    }


def _in_words(cell: CellValue) -> str:
    words = {"requested": kronor(cell.requested_sek), "own": kronor(cell.cofinancing_sek)}
    if not cell.hours:
        return _("%(requested)s sökt, %(own)s medfinansiering") % words
    words |= {"hours": digits(cell.hours), "cost": kronor(cell.hourly_cost_sek or 0)}
    return _("%(requested)s sökt, %(own)s medfinansiering (%(hours)s timmar à %(cost)s)") % words


def _takes_part(application: int) -> dict[int, Organisation]:
    rows = Participant.objects.filter(application=application).select_related("region")
    return {row.region_id: row.region for row in rows.exclude(state=ParticipantState.DECLINED)}


def _writable(by: Person, application: Application, takes_part: Mapping[int, Organisation]) -> set[int] | None:
    """Ids of the regions whose rows the person may write, None for all; NotAllowed when there is none."""
    responsible = application.submission.responsible
    if has_role_in(by, responsible, *rules.WRITERS):
        return None
    own = {pk for pk in takes_part if has_role_in(by, pk, *rules.WRITERS)}
    if not own:
        require(
            refused(
                _("Kostnaderna fylls i av de deltagande regionerna och av %(responsible)s.")
                % {"responsible": responsible.name}
            )
        )
    return own


def _require_own(by: Person, block: Block, regions: Iterable[Organisation], own: set[int] | None) -> None:
    for region in regions:
        if own is not None and region.pk not in own:
            require(rules.may_write_costs(by, block, region))


def _parts(application: Application, numbers: Iterable[int], regions: Mapping[str, Organisation]) -> list[_Part]:
    """The blocks as they stand now, locked, each in a form that is a draft or has the block's costs opened."""
    wanted = sorted(numbers)
    for number in wanted:
        locked_for(application.submission_id, application.pk, sections.of_block(sections.COSTS, number))
    rows = Block.objects.select_related("application__submission__call", "application__submission__responsible")
    blocks = list(rows.select_for_update(of=("self",)).filter(application=application, number__in=wanted))
    stored = _stored(blocks)
    by_pk = {region.pk: region for region in regions.values()}
    return [_Part(block, stored[block.pk], by_pk) for block in sorted(blocks, key=lambda block: block.number)]


def _stored(blocks: Iterable[Block]) -> dict[int, dict[Key, Cost]]:
    """Per block its cells, in one query."""
    found: dict[int, dict[Key, Cost]] = {block.pk: {} for block in blocks}
    for cost in Cost.objects.filter(block__in=found).select_related("region"):
        found[cost.block_id][cost.region_id, cost.year, cost.kind] = cost
    return found


def _value(cost: Cost) -> CellValue:
    return CellValue(cost.requested_sek, cost.cofinancing_sek, cost.hours, cost.hourly_cost_sek)


def _settled(saved: CellValue, sent: Amounts | CellValue) -> CellValue:
    """As it will be kept. A pair of amounts alone says nothing of hours."""
    if not isinstance(sent, CellValue):
        sent = with_amounts(saved, *sent)
    return _tidy(sent)


def _sent(sent: Mapping[str, Any]) -> CellValue:
    return _tidy(
        CellValue(sent.get("requested") or 0, sent.get("cofinancing") or 0, sent.get("hours"), sent.get("hourly_cost"))
    )


def _tidy(cell: CellValue) -> CellValue:
    """Without hours there is no hourly cost."""
    return cell if cell.hours else CellValue(*cell[:2])


def _gone(number: int, code: str, kind: str, year: int, is_block: bool) -> Problem:
    place = f"{number}.{code}.{kind}.{year}"
    if is_block:
        message = _("Länskod %(code)s finns inte. Ladda om sidan.") % {"code": code}
        return Problem(message, field=place, rule="cell_is_acceptable")
    message = _("Block %(n)s finns inte längre i ansökan. Ladda om sidan.") % {"n": number}
    return Problem(message, field=place, rule="cell_is_in_a_block")


def _clash(parts: Iterable[_Part]) -> CellsClash:
    """Every cell that stands in the way, with who wrote it last and when, as the blocks' events tell."""
    found: dict[CellKey, tuple[_Part, Key, Theirs]] = {}
    for part in parts:
        events = list(events_about(part.block).filter(verb__in=VERBS)[:EVENTS_READ]) if part.stale else []
        for key in part.stale:
            place = part.place(key)
            event = next((event for event in events if place in event.details["cells"]), None)
            who, at = (event.actor, event.at) if event else ("–", clock.now())
            theirs = Theirs(part.before(key), part.version(key), who, at)
            found[part.block.number, part.regions[key[0]].code, key[1], key[2]] = (part, key, theirs)
    last = max((theirs for _part, _key, theirs in found.values()), key=lambda theirs: theirs.at)
    clash = CellsClash(
        who=last.who,
        at=last.at,
        version=last.version,
        differences=[
            Difference(f"{part.block.number}.{part.place(key)}", part.where(key), _in_words(theirs.value))
            for part, key, theirs in found.values()
        ],
    )
    clash.cells = {cell: theirs for cell, (_part, _key, theirs) in found.items()}
    return clash


def _write(part: _Part, by: Person) -> None:
    """What differs from what is saved: the cells, the block's version, and one event. Nothing differs: nothing at all."""
    block, changed = part.block, part.changed
    if not changed:
        return
    block.costs_version += 1
    gone, filled, told = [], [], {}
    for key in changed:
        before, after, place = part.before(key), part.wanted[key], part.place(key)
        told[place] = {"before": _told(before), "after": _told(after)}
        if after.is_empty:
            gone.append(part.stored.pop(key).pk)
            block.emptied[place] = block.costs_version
        else:
            part.stored[key] = _cost(block, key, after)
            filled.append(part.stored[key])
            block.emptied.pop(place, None)
    Cost.objects.filter(pk__in=gone).delete()
    # One statement for new and changed cells: a bulk_update of a whole grid takes a CASE per cell and a second of time.
    Cost.objects.bulk_create(
        filled,
        update_conflicts=True,
        unique_fields=["block", "region", "year", "kind"],
        update_fields=["requested_sek", "cofinancing_sek", "hours", "hourly_cost_sek", "version"],
    )
    stamp(block, by)
    block.save(update_fields=["costs_version", "emptied", "updated_by", "updated_at"])
    record(by=by, verb="costs_set", subject=block, details={"version": block.costs_version, "cells": told})


def _cost(block: Block, key: Key, value: CellValue) -> Cost:
    region, year, kind = key
    return Cost(
        block=block,
        region_id=region,
        year=year,
        kind=kind,
        requested_sek=value.requested_sek,
        cofinancing_sek=value.cofinancing_sek,
        hours=value.hours,
        hourly_cost_sek=value.hourly_cost_sek,
        version=block.costs_version,
    )


def _told(value: CellValue) -> list[int | None]:
    """The two amounts; with hours also those and their cost."""
    return list(value if value.hours else value[:2])
