"""Blocks: their texts, what they need from each other, and the effects that are claimed for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from hemtag.history.actions import record
from hemtag.knowledge.models import ObstacleKind
from hemtag.money import kronor
from hemtag.organisations.models import Person
from hemtag.refusals import DoesNotHold, Problem, holds, require

from .. import rules, sections
from ..checks import circle_among
from ..checks.editing import effect_is_whole, texts_fit
from ..models import Application, Block, EffectClaim, EffectKind, Horizon, Perspective
from .saving import (
    Change,
    before_and_after,
    changes_of,
    clean_texts,
    known_only,
    locked_draft,
    locked_for,
    refuse_stale,
    stamp,
    touch,
)

TEXTS = ("title", "purpose", "activities")
EFFECT_FIELDS = (
    "kind",
    "horizon",
    "perspective",
    "low_sek",
    "likely_sek",
    "high_sek",
    "from_year",
    "to_year",
    "basis",
)


@transaction.atomic
def add_block(*, by: Person, application: Application, title: str) -> Block:
    require(rules.may_write(by, application.submission))
    locked_draft(application.submission_id)
    last = Block.objects.filter(application=application).aggregate(last=Max("number"))["last"]
    block = Block(application=application, number=(last or 0) + 1)
    block.title = clean_texts(block, {"title": title}, ["title"])["title"]
    stamp(block, by)
    block.save()
    record(by=by, verb="block_added", subject=block)
    return block


@transaction.atomic
def edit_block(*, by: Person, block: Block, version: int, values: Mapping[str, Any]) -> Block:
    """title, purpose, activities, obstacle, and `needs` as blocks or numbers of the same application.

    Returns the block as saved.
    """
    require(rules.may_write(by, block.application.submission))
    fresh = fresh_block(block, sections.BLOCK)
    known_only(values, [*TEXTS, "obstacle", "needs"])
    wanted = clean_texts(fresh, values, TEXTS)
    if "obstacle" in values:
        wanted["obstacle"] = values["obstacle"] or ""
        if wanted["obstacle"] not in ["", *ObstacleKind.values]:
            message = _("Hindret finns inte. Välj ett av dem som visas.")
            raise DoesNotHold([Problem(message, field="obstacle", rule="obstacle_is_known")])
    changes = changes_of(fresh, wanted)
    needs: list[Block] | None = None
    if "needs" in values:
        needs = _needed(fresh, values["needs"])
        now = list(fresh.needs.order_by("number"))
        if {other.pk for other in now} != {other.pk for other in needs}:
            names = ", ".join(f"{other.number} {other.title}" for other in now)
            changes.append(Change("needs", [b.number for b in now], sorted(b.number for b in needs), names))
    refuse_stale(fresh, sent=version, changes=changes)
    if not changes:
        return fresh
    for change in changes:
        if change.field != "needs":
            setattr(fresh, change.field, change.after)
    if needs is not None:
        fresh.needs.set(needs)
    _save(fresh, by, "block_edited", changes)
    return fresh


@transaction.atomic
def remove_block(*, by: Person, block: Block) -> None:
    """With its costs and effects; refused while another block needs it."""
    require(rules.may_write(by, block.application.submission))
    fresh = fresh_block(block)
    needed_by = list(fresh.needed_by.order_by("number"))
    if needed_by:
        message = _("Block %(block)s behövs av %(others)s. Ta bort behovet där först.") % {
            "block": f"{fresh.number} {fresh.title}",
            "others": ", ".join(f"{other.number} {other.title}" for other in needed_by),
        }
        raise DoesNotHold([Problem(message, rule="needed_blocks_exist_and_do_not_circle")])
    record(by=by, verb="block_removed", subject=fresh, details={"number": fresh.number, "title": fresh.title})
    fresh.delete()


@transaction.atomic
def set_effects(*, by: Person, block: Block, version: int, rows: Sequence[Mapping[str, Any]]) -> Block:
    """All the block's claims of effect at once. Uses the block's `version`. Returns the block as saved."""
    require(rules.may_write(by, block.application.submission))
    fresh = fresh_block(block, sections.EFFECTS)
    after = [{name: row.get(name) for name in EFFECT_FIELDS} for row in rows]
    holds(problem for place, row in enumerate(after) for problem in _effect_problems(place, row))
    before = list(fresh.effects.order_by("pk").values(*EFFECT_FIELDS))
    if _in_order(before) != _in_order(after):
        changes = [Change("effects", before, after, _in_words(before))]
        refuse_stale(fresh, sent=version, changes=changes)
        fresh.effects.all().delete()
        EffectClaim.objects.bulk_create(EffectClaim(block=fresh, **row) for row in after)
        _save(fresh, by, "effects_set", changes)
    return fresh


def fresh_block(block: Block, section: str = "") -> Block:
    """The block as it stands now, in a form that is a draft or has this kind of the block's sections opened."""
    key = sections.of_block(section, block.number) if section else ""
    locked_for(block.application.submission_id, block.application_id, key)
    rows = Block.objects.select_related("application__submission__call", "application__submission__responsible")
    return rows.select_for_update(of=("self",)).get(pk=block.pk)


def _save(block: Block, by: Person, verb: str, changes: Iterable[Change]) -> None:
    changes = list(changes)
    touch(block, by, [change.field for change in changes])
    stamp(block, by)
    block.save()
    details = {"version": block.version, "changes": before_and_after(changes)}
    record(by=by, verb=verb, subject=block, details=details)


def _needed(block: Block, wanted: Iterable[Block | int]) -> list[Block]:
    """The wanted blocks of the same application; DoesNotHold for itself, for a foreign one, and for a circle."""
    siblings = {other.number: other for other in block.application.blocks.prefetch_related("needs")}
    found = []
    for other in wanted:
        is_foreign = isinstance(other, Block) and other.application_id != block.application_id
        number = other.number if isinstance(other, Block) else other
        if is_foreign or number not in siblings or number == block.number:
            message = _("Ett block kan bara behöva andra block i samma ansökan. Välj om.")
            raise DoesNotHold([Problem(message, field="needs", rule="needed_blocks_exist_and_do_not_circle")])
        found.append(siblings[number])
    needs = {number: [need.number for need in sibling.needs.all()] for number, sibling in siblings.items()}
    circle = circle_among({**needs, block.number: [other.number for other in found]})
    if circle:
        message = _("Då behöver blocken varandra i en cirkel (%(circle)s). Ta bort ett av behoven.")
        text = message % {"circle": " → ".join(map(str, circle))}
        raise DoesNotHold([Problem(text, field="needs", rule="needed_blocks_exist_and_do_not_circle")])
    return found


def _effect_problems(place: int, row: dict[str, Any]) -> list[Problem]:
    row["basis"] = str(row["basis"] or "").replace("\r\n", "\n").strip()
    long = texts_fit({"basis": row["basis"]}, {"basis": 5_000}, {"basis": _("Motiveringen")})
    placed = [Problem(problem.message, field=f"{place}.basis", rule=problem.rule) for problem in long]
    return [*effect_is_whole(place, row, EffectKind.values, Horizon.values, Perspective.values), *placed]


def _in_order(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    return sorted(repr([row[name] for name in EFFECT_FIELDS]) for row in rows)


def _in_words(rows: Iterable[Mapping[str, Any]]) -> str:
    return "\n".join(
        f"{EffectKind(row['kind']).label}, {str(Perspective(row['perspective']).label).lower()}: "
        f"{kronor(row['low_sek'])} – {kronor(row['likely_sek'])} – {kronor(row['high_sek'])}, "
        f"{row['from_year']}–{row['to_year']}"
        for row in rows
    )
