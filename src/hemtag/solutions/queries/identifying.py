"""Needs that regions post, what answers them, and how a solution is named by the one who points at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from hemtag.organisations.models import Organisation, Role
from hemtag.organisations.rules import has_role, regions_of

from ..models import CLOSED, Need, NeedAnswer, Solution, SolutionKind, SolutionState
from .catalogue import solutions_for

TIP_KINDS = SolutionKind.choices


def needs(*, specialty: str = "", closed: bool = False) -> QuerySet[Need]:
    """Newest first, with how many more regions have the same need and how many solutions answer it."""
    rows = Need.objects.filter(closed_at__isnull=not closed).select_related("region")
    if specialty:
        rows = rows.filter(specialty=specialty)
    return rows.annotate(
        same=Count("answers", filter=Q(answers__solution=None)),
        answered=Count("answers", filter=Q(answers__solution__isnull=False)),
    ).order_by("-posted_at", "pk")


def specialties_of_needs() -> list[str]:
    return sorted(set(Need.objects.filter(closed_at=None).values_list("specialty", flat=True)), key=str.casefold)


def need_with(pk: int) -> Need:
    """Raises Need.DoesNotExist."""
    return Need.objects.select_related("region", "posted_by").get(pk=pk)


@dataclass(frozen=True)
class NeedTold:
    """A need with the regions that share it, the solutions that answer it, and what the person may do."""

    need: Need
    shared: Sequence[NeedAnswer]
    solutions: Sequence[NeedAnswer]
    own: Sequence[Organisation]
    may_share: Sequence[Organisation]
    may_close: bool

    @property
    def regions(self) -> int:
        return 1 + len(self.shared)


def told_of(person: Any, need: Need) -> NeedTold:
    seen = solutions_for(person)
    rows = list(need.answers.select_related("region", "solution__owner"))
    visible = set(seen.filter(pk__in=[row.solution_id for row in rows if row.solution_id]).values_list("pk", flat=True))
    shared = [row for row in rows if row.solution_id is None]
    taken = {need.region_id, *(row.region_id for row in shared)}
    own = regions_of(person)
    closes = has_role(person, Role.CATALOGUE_EDITOR) or need.region_id in {region.pk for region in own}
    return NeedTold(
        need,
        shared,
        [row for row in rows if row.solution_id in visible],
        own if need.closed_at is None else [],
        [region for region in own if region.pk not in taken and need.closed_at is None],
        closes and need.closed_at is None,
    )


def needs_answered_by(solution: Solution) -> list[Need]:
    """The open needs that somebody says the solution answers, with how many more regions have each."""
    rows = Need.objects.filter(answers__solution=solution, closed_at=None).select_related("region")
    return list(rows.annotate(same=Count("answers", filter=Q(answers__solution=None))).distinct())


def solution_named(person: Any, text: str) -> Solution | None:
    """By its address, the last part of it, or its whole title; None when there is none, or it is closed."""
    bare = text.strip().strip("/")
    rows = solutions_for(person).exclude(state__in=CLOSED)
    slug = bare.split("losningar/")[-1].split("/")[0].split("?")[0]
    return rows.filter(slug=slug.lower()).first() or rows.filter(title__iexact=bare).first()


def merged_into(solution: Solution) -> list[Solution]:
    """The duplicates that now lead here."""
    return list(solution.led_from.filter(state=SolutionState.MERGED).select_related("owner"))


def may_mend_tip(person: Any, solution: Solution) -> bool:
    own = {region.pk for region in regions_of(person)}
    return solution.state == SolutionState.IDENTIFIED and solution.owner_id in own
