"""Put opened sections back as they were handed in, when nobody answered in time: what is tried is what was handed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from hemtag import clock
from hemtag.knowledge.models import Document
from hemtag.organisations.models import Organisation, Person

from .. import sections
from ..models import Application, Block, Cost, EffectClaim, MeasuringPoint, Participant, Submission

OWN_TEXTS = (
    "title",
    "summary",
    "description",
    "goals",
    "plan_owner",
    "plan_budget",
    "plan_lasting",
    "spreading",
)
BLOCK_TEXTS = ("title", "purpose", "activities", "obstacle")
REGION_TEXTS = ("body", "paragraph", "other_support", "other_support_text", "state")
AMOUNTS = ("requested_sek", "cofinancing_sek", "hours", "hourly_cost_sek")


def restore(application: Application, content: Mapping[str, Any], keys: Iterable[str]) -> None:
    """Write the sections of one application (`differences.content_for`) back to the rows, in the caller's transaction.

    Every row gets a new version, so that a page that was read before is told that something has happened.
    """
    blocks = {block["number"]: block for block in content["blocks"]}
    regions = {row["code"]: row for row in content["participants"]}
    opened = [sections.parse(key) for key in keys]
    if any(section.kind == sections.COSTS for section in opened):
        # Amounts that were open may have been signed anew by any region.
        opened += [section for code in regions if (section := sections.Section(sections.REGION, code)) not in opened]
    for section in opened:
        if section.kind == sections.COMMON:
            _common(application, content)
        elif section.kind == sections.TEXT:
            _texts(application, content)
        elif section.kind == sections.POINTS:
            _points(application, content)
        elif section.kind == sections.REGION:
            _region(application, regions[section.which])
        else:
            number = int(section.which)
            _OF_BLOCK[section.kind](application.blocks.get(number=number), blocks[number])


def _changed(row: Any, values: Mapping[str, Any]) -> None:
    different = [name for name, value in values.items() if getattr(row, name) != value]
    if not different:
        return
    for name in different:
        setattr(row, name, values[name])
    row.version += 1
    mark = {"version": row.version, "by": "Hemtag", "at": clock.now().isoformat()}
    row.touched = {**row.touched, **dict.fromkeys(different, mark)}
    row.save()


def _common(application: Application, content: Mapping[str, Any]) -> None:
    row = Submission.objects.select_for_update().get(pk=application.submission_id)
    _changed(row, {name: content[name] for name in ("economic_analysis", "development_needs")})


def _texts(application: Application, content: Mapping[str, Any]) -> None:
    row = Application.objects.select_for_update().get(pk=application.pk)
    _changed(row, {name: content[name] for name in OWN_TEXTS})
    codes = [kind["code"] for kind in content["measure_types"]]
    row.measure_types.set(application.submission.call.measure_types.filter(code__in=codes))


def _points(application: Application, content: Mapping[str, Any]) -> None:
    application.measuring_points.all().delete()
    MeasuringPoint.objects.bulk_create(
        MeasuringPoint(application=application, **{**point, "on": dt.date.fromisoformat(point["on"])})
        for point in content["measuring_points"]
    )


def _block(block: Block, content: Mapping[str, Any]) -> None:
    _changed(block, {name: content[name] for name in BLOCK_TEXTS})
    block.needs.set(Block.objects.filter(application=block.application_id, number__in=content["needs"]))


def _effects(block: Block, content: Mapping[str, Any]) -> None:
    block.effects.all().delete()
    EffectClaim.objects.bulk_create(EffectClaim(block=block, **effect) for effect in content["effects"])


def _costs(block: Block, content: Mapping[str, Any]) -> None:
    regions = {row.code: row for row in Organisation.objects.filter(code__in=[c["region"] for c in content["costs"]])}
    kept = {(regions[cell["region"]].pk, cell["year"], cell["kind"]) for cell in content["costs"]}
    version = block.costs_version + 1
    held = block.costs.values_list("region_id", "region__code", "year", "kind")
    emptied = {f"{code}.{kind}.{year}": version for pk, code, year, kind in held if (pk, year, kind) not in kept}
    block.costs.all().delete()
    Cost.objects.bulk_create(
        Cost(
            block=block,
            region=regions[cell["region"]],
            year=cell["year"],
            kind=cell["kind"],
            version=version,
            **{name: cell[name] for name in AMOUNTS if name in cell},
        )
        for cell in content["costs"]
    )
    Block.objects.filter(pk=block.pk).update(costs_version=version, emptied={**block.emptied, **emptied})


_OF_BLOCK = {sections.BLOCK: _block, sections.EFFECTS: _effects, sections.COSTS: _costs}


def _region(application: Application, content: Mapping[str, Any]) -> None:
    row = Participant.objects.select_for_update().get(application=application, region__code=content["code"])
    minutes, at = content["minutes"], content["confirmed_at"]
    confirmed_by = Person.objects.filter(name=content["confirmed_by"], memberships__organisation=row.region_id).first()
    kept = row.minutes if row.minutes and minutes and row.minutes.sha256 == minutes["sha256"] else None
    found = Document.objects.filter(sha256=minutes["sha256"], owner=row.region_id).first() if minutes else None
    values = {name: content[name] for name in REGION_TEXTS}
    values |= {
        "decided_on": dt.date.fromisoformat(content["decided_on"]) if content["decided_on"] else None,
        "minutes": kept or found,
        "confirmed_by": confirmed_by if at else None,
        "confirmed_at": dt.datetime.fromisoformat(at) if at else None,
    }
    _changed(row, values)
