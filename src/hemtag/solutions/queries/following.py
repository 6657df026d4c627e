"""What is new, what a person follows of it, and what a person's region must hear of whether anyone follows or not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.organisations.rules import regions_of

from ..models import AdoptionStep, Confirmation, News, Solution, SolutionKind, SolutionState, Subscription
from .asking import sees_everything

SHOWN = 200
URGENT_DAYS = 60
"""So long urgent news is shown to a region that has neither recorded a step nor confirmed its use since."""
FEED = 50


def public_news() -> QuerySet[News]:
    """What anyone may read: the feed's."""
    rows = News.objects.filter(is_public=True).exclude(solution__state=SolutionState.DECLINED)
    return rows.select_related("solution__owner")


def feed(*, specialty: str = "", kind: str = "", solution: Solution | None = None) -> list[News]:
    rows = public_news()
    if specialty:
        rows = rows.filter(solution__specialty=specialty)
    if kind:
        rows = rows.filter(solution__kind=kind)
    if solution is not None:
        rows = rows.filter(solution=solution)
    return list(rows[:FEED])


def news_for(person: Any) -> QuerySet[News]:
    """What the person may read: what is public, what is of the own regions' solutions or urgent to them."""
    rows = News.objects.select_related("solution__owner")
    if sees_everything(person):
        return rows
    own = regions_of(person)
    mine = Q(solution__owner__in=own) | Q(urgent_to__in=own)
    open_to_all = Q(is_public=True) & ~Q(solution__state=SolutionState.DECLINED)
    return rows.filter(open_to_all | mine).distinct()


def news_of(person: Any, solution: Solution, most: int = 5) -> list[News]:
    return list(news_for(person).filter(solution=solution)[:most])


def subscriptions_of(person: Any) -> list[Subscription]:
    rows = Subscription.objects.filter(person=person, ended_at=None).select_related("solution")
    return list(rows.order_by("-started_at", "pk"))


def subscription_of(person: Any, pk: int) -> Subscription:
    """Raises Subscription.DoesNotExist for another's and for one that is ended."""
    return Subscription.objects.select_related("solution").get(person=person, ended_at=None, pk=pk)


def follows(person: Any, solution: Solution) -> Subscription | None:
    if not getattr(person, "is_authenticated", False):
        return None
    return Subscription.objects.filter(person=person, solution=solution, ended_at=None).first()


def follows_area(person: Any, specialty: str, kind: str) -> Subscription | None:
    if not getattr(person, "is_authenticated", False) or not (specialty or kind):
        return None
    rows = Subscription.objects.filter(person=person, solution=None, ended_at=None)
    return rows.filter(specialty=specialty, kind=kind).first()


def what_is_followed(row: Subscription) -> str:
    """In words: the solution's name, or the area's."""
    if row.solution is not None:
        return row.solution.title
    kinds = {value: str(label) for value, label in SolutionKind.choices}
    if row.specialty and row.kind:
        return _("%(kind)s inom %(area)s") % {"kind": kinds[row.kind], "area": row.specialty}
    return row.specialty or kinds.get(row.kind, row.kind)


def unseen(person: Any) -> list[News]:
    """What is new in what the person follows since it was last read, the newest first."""
    wanted = Q(pk__in=[])
    for row in subscriptions_of(person):
        of = Q(at__gt=row.told_until)
        if row.solution:  # one that is merged or superseded leads on to another, and so does following it
            of &= Q(solution=row.solution) | Q(solution=row.solution.leads_to_id, solution__isnull=False)
        if row.specialty:
            of &= Q(solution__specialty=row.specialty)
        if row.kind:
            of &= Q(solution__kind=row.kind)
        wanted |= of
    return list(news_for(person).filter(wanted)[:SHOWN])


@dataclass(frozen=True)
class Urgent:
    news: News
    regions: tuple[str, ...]


def urgent_to(person: Any, now: dt.datetime | None = None) -> list[Urgent]:
    """What the person's regions must hear of, whether anyone follows or not: until the region has said what it does.

    A region has said so when it has recorded a step or confirmed its use after the news.
    """
    own = {region.pk: region for region in regions_of(person)}
    if not own:
        return []
    since = (now or clock.now()) - dt.timedelta(days=URGENT_DAYS)
    rows = list(
        News.objects.filter(urgent_to__in=own, at__gt=since)
        .select_related("solution__owner")
        .prefetch_related("urgent_to")
        .distinct()
    )
    acted = _acted([row.solution_id for row in rows], list(own)) if rows else {}
    found = []
    for row in rows:
        to = [
            region
            for region in row.urgent_to.all()
            if region.pk in own and acted.get((row.solution_id, region.pk), since) <= row.at
        ]
        if to:
            found.append(Urgent(row, tuple(region.name for region in to)))
    return found


def _acted(solutions: list[int], own: list[int]) -> dict[tuple[int, int], dt.datetime]:
    """When each region last recorded a step or confirmed its use of each solution."""
    of = {"adoption__solution__in": solutions, "adoption__region__in": own}
    found: dict[tuple[int, int], dt.datetime] = {}
    for rows, field in (
        (AdoptionStep.objects.filter(**of), "recorded_at"),
        (Confirmation.objects.filter(**of), "confirmed_at"),
    ):
        grouped = rows.order_by().values_list("adoption__solution", "adoption__region").annotate(last=Max(field))
        for solution, region, last in grouped:
            found[solution, region] = max(last, found.get((solution, region), last))
    return found
