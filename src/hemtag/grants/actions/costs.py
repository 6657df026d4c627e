"""The cells of a block's budget: block × region × year × kind. Every sum that is asked for is a sum of these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag.history.actions import record
from hemtag.history.queries import events_about
from hemtag.money import kronor
from hemtag.organisations.models import Organisation, Person
from hemtag.organisations.rules import has_role_in
from hemtag.refusals import Difference, Problem, holds, refused, require

from .. import rules, sections
from ..checks.cells import cell_is_acceptable
from ..models import Block, Cost, CostKind, Participant, ParticipantState
from .blocks import fresh_block
from .saving import clash_about, stamp

Key = tuple[int, int, str]  # region id, year, kind
Amounts = tuple[int, int]  # requested, co-financing, whole kronor
VERBS = ("costs_set",)


@transaction.atomic
def set_costs(*, by: Person, block: Block, version: int, cells: Mapping[Key, Amounts]) -> Block:
    """The whole of the rows that the person may write: a cell that is not named becomes empty.

    People of the responsible region write all rows, those of a participating region only their own. `version` is the
    block's `costs_version`; when it is stale the save goes through as long as nobody else has changed a cell that
    differs from what is sent: two regions that fill in their own rows do not stand in each other's way.
    Returns the block as saved.
    """
    takes_part = {participant.region_id: participant.region for participant in _participants(block)}
    own = _writable(by, block, takes_part)
    foreign = [region for region in _regions(cells) if own is not None and region.pk not in own]
    for region in foreign:
        require(rules.may_write_costs(by, block, region))
    fresh = fresh_block(block, sections.COSTS)
    holds(_problems(fresh, cells, takes_part))
    stored = {(cost.region_id, cost.year, cost.kind): cost for cost in fresh.costs.select_related("region")}
    before = {
        key: (cost.requested_sek, cost.cofinancing_sek) for key, cost in stored.items() if own is None or key[0] in own
    }
    after = {key: (int(pair[0]), int(pair[1])) for key, pair in cells.items() if any(pair)}
    changed = [key for key in sorted({*before, *after}) if before.get(key) != after.get(key)]
    if not changed:
        return fresh
    names = {**takes_part, **{cost.region_id: cost.region for cost in stored.values()}}
    if version != fresh.costs_version:
        theirs = _changed_since(fresh, version)
        differences = [
            Difference(_place(names, key), _where(names, key), _amounts(before.get(key, (0, 0))))
            for key in changed
            if _place(names, key) in theirs
        ]
        if differences:
            raise clash_about(fresh, fresh.costs_version, differences, VERBS)
    _write(fresh, stored, after, changed)
    fresh.costs_version += 1
    stamp(fresh, by)
    fresh.save(update_fields=["costs_version", "updated_by", "updated_at"])
    details = {
        "version": fresh.costs_version,
        "cells": {
            _place(names, key): {"before": before.get(key, (0, 0)), "after": after.get(key, (0, 0))} for key in changed
        },
    }
    record(by=by, verb="costs_set", subject=fresh, details=details)
    return fresh


def _participants(block: Block) -> Iterable[Participant]:
    rows = Participant.objects.filter(application=block.application_id).select_related("region")
    return rows.exclude(state=ParticipantState.DECLINED)


def _writable(by: Person, block: Block, takes_part: Mapping[int, Organisation]) -> set[int] | None:
    """Ids of the regions whose rows the person may write, None for all; NotAllowed when there is none."""
    responsible = block.application.submission.responsible
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


def _regions(cells: Mapping[Key, Amounts]) -> Iterable[Organisation]:
    return Organisation.objects.filter(pk__in={region for region, _year, _kind in cells}).order_by("code")


def _problems(block: Block, cells: Mapping[Key, Amounts], takes_part: Mapping[int, Organisation]) -> Iterable[Problem]:
    call = block.application.submission.call
    names = {region.pk: region for region in _regions(cells)}
    for key, pair in cells.items():
        yield from cell_is_acceptable(
            place=_place(names, key),
            where=_where(names, key),
            year=key[1],
            kind=key[2],
            amounts=pair,
            is_participant=key[0] in takes_part,
            years=range(call.first_year, call.last_year + 1),
            kinds=CostKind.values,
        )


def _changed_since(block: Block, version: int) -> set[str]:
    """Places of the cells that were changed by saves later than `version`, as their events tell."""
    events = events_about(block).filter(verb__in=VERBS)
    return {place for event in events if event.details["version"] > version for place in event.details["cells"]}


def _write(block: Block, stored: Mapping[Key, Cost], after: Mapping[Key, Amounts], changed: Iterable[Key]) -> None:
    gone, filled = [], []
    for key in changed:
        if key in after:
            region, year, kind = key
            requested, own = after[key]
            cell = Cost(block=block, region_id=region, year=year, kind=kind)
            cell.requested_sek, cell.cofinancing_sek = requested, own
            filled.append(cell)
        else:
            gone.append(stored[key].pk)
    Cost.objects.filter(pk__in=gone).delete()
    # One statement for new and changed cells: a bulk_update of a whole grid takes a CASE per cell and a second of time.
    Cost.objects.bulk_create(
        filled,
        update_conflicts=True,
        unique_fields=["block", "region", "year", "kind"],
        update_fields=["requested_sek", "cofinancing_sek"],
    )


def _place(names: Mapping[int, Organisation], key: Key) -> str:
    """The cell's name in a form and in history: "14.own_time.2026"."""
    region, year, kind = key
    return f"{names[region].code if region in names else region}.{kind}.{year}"


def _where(names: Mapping[int, Organisation], key: Key) -> str:
    """The cell's name for people: "Västra Götaland, egen arbetstid, 2026"."""
    region, year, kind = key
    name = names[region].short_name if region in names else _("Okänd region")
    return f"{name}, {str(CostKind(kind).label).lower() if kind in CostKind.values else kind}, {year}"


def _amounts(pair: Amounts) -> str:
    return _("%(requested)s sökt, %(own)s medfinansiering") % {"requested": kronor(pair[0]), "own": kronor(pair[1])}
