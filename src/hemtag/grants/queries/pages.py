"""What the pages read beside the room's own questions: a filtered list, what is missing in it, the newest content."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from hemtag.organisations.models import Organisation
from hemtag.organisations.rules import has_role_in, is_auditor, regions_of
from hemtag.refusals import ALLOWED, Verdict, refused

from .. import rules, sections
from ..models import (
    Application,
    Block,
    Call,
    Cost,
    EarlierCommitment,
    LateAccess,
    Participant,
    ParticipantState,
    Submission,
    SubmissionState,
)
from .applications import applications_for, participants_of
from .budget import totals
from .content import content_of, submitted_content

INVITED = ParticipantState.INVITED
WITHDRAWN = SubmissionState.WITHDRAWN

ORDERS = {
    "nummer": ("number",),
    "titel": ("title", "number"),
    "sokt": ("requested_sek", "number"),
    "-sokt": ("-requested_sek", "number"),
}


def listed(person: Any, q: str = "", lage: str = "", ordning: str = "") -> QuerySet[Application]:
    """The applications the person sees, with sums and the responsible region's own later day (`late_until`), as the
    list's filter asks for them."""
    given = LateAccess.objects.filter(call=OuterRef("submission__call"), region=OuterRef("submission__responsible"))
    later = Subquery(given.order_by("-until").values("until")[:1])
    rows = totals(applications_for(person)).annotate(late_until=later)
    if q:
        rows = rows.filter(Q(title__icontains=q) | Q(number__icontains=q))
    if lage:
        rows = rows.filter(submission__state=lage)
    return rows.order_by(*ORDERS.get(ordning, ORDERS["nummer"]))


def newest_content(application: Application) -> dict[str, Any]:
    """What was handed in; after a withdrawal, what stands in the form."""
    try:
        return submitted_content(application)
    except ObjectDoesNotExist:
        content = content_of(application.submission)
        own = next(part for part in content["applications"] if part["number"] == application.number)
        return {
            **own,
            **{name: content[name] for name in ("call", "responsible", "economic_analysis", "development_needs")},
        }


def cost_regions(block: Block) -> list[Organisation]:
    """The regions whose costs a block may hold: those that take part."""
    rows = participants_of(block.application).exclude(state=ParticipantState.DECLINED)
    return [participant.region for participant in rows]


def regions_that_left(block: Block) -> list[Organisation]:
    """Regions that have declined and still hold costs in the block: their rows are shown so that they can be emptied."""
    held = Cost.objects.filter(block=block, region=OuterRef("region"))
    rows = participants_of(block.application).filter(Exists(held), state=ParticipantState.DECLINED)
    return [participant.region for participant in rows]


def years_of(call: Call, cells: Iterable[tuple[int, int, str]]) -> list[int]:
    """The years that can still be applied for, and any that already holds money: money is not asked for backwards."""
    written = {year for _region, year, _kind in cells}
    first = max(call.first_year, call.opens_on.year)
    return sorted({*range(first, call.last_year + 1), *written})


def open_cost_regions(person: Any, block: Block, regions: Iterable[Organisation]) -> list[Organisation]:
    """Those of the regions whose rows the person may write, as `rules.may_edit_costs` says of each, in no queries."""
    submission = block.application.submission
    if not rules.is_open(block.application, sections.of_block(sections.COSTS, block.number)):
        return []
    if has_role_in(person, submission.responsible, *rules.WRITERS):
        return list(regions)
    own = {region.pk for region in regions_of(person, *rules.WRITERS)}
    return [region for region in regions if region.pk in own]


def may_edit_some_costs(person: Any, block: Block, open_regions: Collection[Any]) -> Verdict:
    draft = rules.is_open(block.application, sections.of_block(sections.COSTS, block.number))
    if not draft or open_regions:
        return draft
    return refused(rules.may_write(person, block.application.submission).reason)


def may_read_form(person: Any, submission: Submission) -> Verdict:
    """The whole form before hand-in: the responsible region's people. A participant sees its own application only."""
    return ALLOWED if is_auditor(person) else rules.may_write(person, submission)


def earlier_decisions() -> list[EarlierCommitment]:
    """What has been granted before, decision by decision, with its source or the assumption behind it."""
    return list(EarlierCommitment.objects.all())


def uninvited(application: Application, regions: Iterable[Organisation]) -> list[Organisation]:
    """Regions that can be invited: those outside, and those that declined and may be asked again."""
    inside = Participant.objects.filter(application=application).exclude(state=ParticipantState.DECLINED)
    taken = set(inside.values_list("region_id", flat=True))
    return [region for region in regions if region.pk not in taken]
