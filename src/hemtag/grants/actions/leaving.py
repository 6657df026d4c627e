"""A region leaves an application before hand-in, by its own word or the responsible region's: what happens to its money.

The cells of a region that leaves are removed, or moved to a region that takes part. Both are told cell by cell in
history, and every total follows, since totals are sums of the cells.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.money import kronor
from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import DoesNotHold, Problem, WrongState, holds, require

from .. import rules
from ..checks.editing import LARGEST_CELL_SEK, reason_is_given
from ..models import (
    PARTICIPANT_NEXT,
    Application,
    Block,
    Cost,
    Participant,
    ParticipantState,
    Transfer,
    TransferState,
)
from .saving import locked_draft, stamp

# What is done with the cells of a region that leaves. Only a region that declines may leave the choice to others.
KEEP, REMOVE, MOVE = "keep", "remove", "move"


@transaction.atomic
def uninvite(
    *, by: Person, application: Application, region: Organisation, costs: str = "", to: Organisation | None = None
) -> None:
    """Take a region out of a draft, with what it has written.

    While it has costs, `costs` says what happens to them: REMOVE, or MOVE to another region that takes part.
    """
    require(rules.may_write(by, application.submission))
    submission = locked_draft(application.submission_id)
    participant = Participant.objects.filter(application=application, region=region).first()
    if participant is None:
        message = _("%(region)s deltar inte i ansökan.") % {"region": region.name}
        raise DoesNotHold([Problem(message, field="region", rule="participant_once")])
    if region.pk == submission.responsible_id:
        message = _("Den ansvariga regionen deltar alltid i sina egna ansökningar.")
        raise DoesNotHold([Problem(message, field="region", rule="responsible_region_takes_part")])
    details = {
        "region": region.code,
        **_settle(by, application, region, costs if costs != KEEP else "", to),
        **_end_offers(by, application, region),
    }
    participant.delete()
    record(by=by, verb="uninvited", subject=application, details=details)


@transaction.atomic
def decline_participation(
    *, by: Person, participant: Participant, reason: str, costs: str = KEEP, to: Organisation | None = None
) -> Participant:
    """The region itself says no, or leaves after having said yes, while the form is a draft.

    KEEP leaves its costs where they are for the responsible region to settle; the form cannot be handed in before that.
    """
    require(rules.may_bind_participant(by, participant))
    submission = locked_draft(participant.application.submission_id)
    rows = Participant.objects.select_related("region", "application__submission")
    fresh = rows.select_for_update(of=("self",)).get(pk=participant.pk)
    if fresh.region_id == submission.responsible_id:
        raise WrongState(_("Den ansvariga regionen kan inte avböja sin egen ansökan, men ta bort den."))
    holds(reason_is_given(reason))
    if ParticipantState.DECLINED not in PARTICIPANT_NEXT[fresh.state]:
        raise WrongState(_("%(region)s har redan avböjt att delta.") % {"region": fresh.region.name})
    details = {
        "reason": reason.strip(),
        "before": fresh.state,
        **_settle(by, fresh.application, fresh.region, costs, to),
        **_end_offers(by, fresh.application, fresh.region),
    }
    fresh.state = ParticipantState.DECLINED
    fresh.confirmed_by = fresh.confirmed_at = None
    fresh.decline_reason = reason.strip()
    fresh.save()
    record(by=by, verb="declined", subject=fresh, details=details)
    return fresh


def _settle(
    by: Person, application: Application, region: Organisation, costs: str, to: Organisation | None
) -> dict[str, Any]:
    """Do what is chosen with the region's cells; what was done, cell by cell, for the event."""
    cells: dict[int, list[Cost]] = defaultdict(list)
    for cell in Cost.objects.filter(block__application=application, region=region).order_by("block__number", "pk"):
        cells[cell.block_id].append(cell)
    if not cells:
        return {}
    blocks = {block.pk: block for block in Block.objects.select_for_update().filter(pk__in=cells).order_by("number")}
    if costs == KEEP:
        return {"costs": KEEP}
    if costs not in (REMOVE, MOVE):
        names = ", ".join(f"{block.number} {block.title}" for block in blocks.values())
        message = _("%(region)s har kostnader i block %(blocks)s. Välj vad som ska hända med dem.")
        words = {"region": region.name, "blocks": names}
        raise DoesNotHold([Problem(message % words, field="costs", rule="costs_are_in_participants_regions")])
    heir = _heir(application, region, to) if costs == MOVE else None
    told = {}
    for pk, block in blocks.items():
        told[str(block.number)] = _empty(by, block, region, cells[pk], heir)
    return {"costs": costs, **({"to": heir.code} if heir else {}), "cells": told}


def _heir(application: Application, region: Organisation, to: Organisation | None) -> Organisation:
    """The region that takes the costs over; it takes part, and is not the one that leaves."""
    taking = Participant.objects.filter(application=application).exclude(state=ParticipantState.DECLINED)
    if to is None or to.pk == region.pk or not taking.filter(region=to).exists():
        message = _("Välj en annan region som deltar i ansökan att flytta kostnaderna till.")
        raise DoesNotHold([Problem(message, field="to", rule="costs_are_in_participants_regions")])
    return to


def _empty(
    by: Person, block: Block, region: Organisation, cells: list[Cost], heir: Organisation | None
) -> dict[str, list[int]]:
    """Empty the region's cells of a block, into the heir's when there is one; an event of the block's own tells it."""
    block.costs_version += 1
    before_after: dict[str, dict[str, tuple[int, int]]] = {}
    taken = {cell.pk: cell for cell in cells}
    held = {}
    if heir is not None:
        held = {(cell.kind, cell.year): cell for cell in Cost.objects.filter(block=block, region=heir)}
    for cell in taken.values():
        place, amounts = f"{region.code}.{cell.kind}.{cell.year}", (cell.requested_sek, cell.cofinancing_sek)
        before_after[place] = {"before": amounts, "after": (0, 0)}
        block.emptied[place] = block.costs_version
        if heir is None:
            continue
        own = held.get((cell.kind, cell.year)) or Cost(block=block, region=heir, year=cell.year, kind=cell.kind)
        was = (own.requested_sek, own.cofinancing_sek)
        _add(own, cell, is_new=own.pk is None)
        own.version = block.costs_version
        if max(own.requested_sek, own.cofinancing_sek) > LARGEST_CELL_SEK:
            message = _("Beloppen blir tillsammans större än %(largest)s i en cell. Välj en annan region.")
            words = {"largest": kronor(LARGEST_CELL_SEK)}
            raise DoesNotHold([Problem(message % words, field="to", rule="cell_is_acceptable")])
        own.save()
        block.emptied.pop(f"{heir.code}.{cell.kind}.{cell.year}", None)
        before_after[f"{heir.code}.{cell.kind}.{cell.year}"] = {
            "before": was,
            "after": (own.requested_sek, own.cofinancing_sek),
        }
    Cost.objects.filter(pk__in=taken).delete()
    stamp(block, by)
    block.save(update_fields=["costs_version", "emptied", "updated_by", "updated_at"])
    record(
        by=by,
        verb="costs_set",
        subject=block,
        details={"version": block.costs_version, "cells": before_after, "left": region.code},
    )
    return {f"{cell.kind}.{cell.year}": [cell.requested_sek, cell.cofinancing_sek] for cell in taken.values()}


def _add(own: Cost, cell: Cost, *, is_new: bool) -> None:
    """Put one cell's money to another's. Hours follow while they are at one hourly cost; the money is never in doubt."""
    if is_new:
        own.hours, own.hourly_cost_sek = cell.hours, cell.hourly_cost_sek
    elif own.hours is not None and cell.hours is not None and own.hourly_cost_sek == cell.hourly_cost_sek:
        own.hours += cell.hours
    else:
        own.hours = own.hourly_cost_sek = None
    own.requested_sek += cell.requested_sek
    own.cofinancing_sek += cell.cofinancing_sek


def _end_offers(by: Person, application: Application, region: Organisation) -> dict[str, bool]:
    """An offer of the responsibility to a region that leaves ends with its leaving."""
    offered = Transfer.objects.filter(application=application, to_region=region, state=TransferState.OFFERED)
    ended = offered.update(state=TransferState.CANCELLED, answered_by=by, answered_at=clock.now())
    return {"offer_ended": True} if ended else {}
