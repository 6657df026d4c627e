"""Reading dated facts, obstacles, underlag and what reuse has gained."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from hemtag import clock
from hemtag.history.queries import events_about
from hemtag.organisations.models import Organisation
from hemtag.organisations.queries import regions
from hemtag.organisations.rules import is_auditor, regions_of
from hemtag.refusals import Problem

from . import checks
from .models import (
    QUARANTINE,
    DatedFact,
    Document,
    Obstacle,
    ObstacleKind,
    ReuseKind,
    Underlag,
    UnderlagKind,
    UnderlagState,
)

KINDS = UnderlagKind.choices


def fact_on(code: str, day: dt.date) -> DatedFact | None:
    """The newest value of a fact that applies on a day; None when the register has none."""
    return DatedFact.objects.filter(code=code, valid_from__lte=day).order_by("-valid_from").first()


def in_quarantine(hashes: Iterable[str]) -> dict[str, Document]:
    """Those of the files, by their hash, that are handed to nobody now; one query. Shows no content: names and states."""
    rows = Document.objects.filter(sha256__in=set(hashes), scan_state__in=QUARANTINE).order_by("pk")
    found: dict[str, Document] = {}
    for row in rows:
        if row.sha256 not in found or row.infection:
            found[row.sha256] = row
    return found


def underlag_for(person: Any) -> QuerySet[Underlag]:
    """Published underlag for anyone; a region's drafts for its own people and the auditor."""
    rows = Underlag.objects.select_related("owner")
    if is_auditor(person):
        return rows
    return rows.filter(~Q(state=UnderlagState.DRAFT) | Q(owner__in=regions_of(person)))


def underlag_called(person: Any, slug: str) -> Underlag:
    """Raises Underlag.DoesNotExist for an unknown and for a forbidden one alike."""
    return (
        underlag_for(person)
        .prefetch_related("obstacles", "reuses__region", "reuses__recorded_by", "versions__published_by")
        .get(slug=slug)
    )


def own_underlag_called(person: Any, slug: str) -> Underlag:
    """An underlag of the person's own region; others' answer as if they did not exist."""
    return underlag_called(person, slug) if is_auditor(person) else _of_own_region(person, slug)


def _of_own_region(person: Any, slug: str) -> Underlag:
    return Underlag.objects.select_related("owner").get(slug=slug, owner__in=regions_of(person))


def underlag_list(person: Any, *, text: str = "", kind: str = "") -> list[tuple[Underlag, Gain]]:
    """Underlag with what each has gained; a fixed number of queries."""
    rows = underlag_for(person).prefetch_related("reuses", "obstacles")
    for word in text.split():
        rows = rows.filter(Q(title__icontains=word) | Q(summary__icontains=word) | Q(body__icontains=word))
    if kind:
        rows = rows.filter(kind=kind)
    cost = hourly_cost()
    return [(row, gain_of([row], cost)) for row in rows]


def what_is_missing(underlag: Underlag) -> list[Problem]:
    """What publishing would refuse, in the words of the same check."""
    return checks.underlag_is_complete(
        summary=underlag.summary,
        body=underlag.body,
        conditions=underlag.conditions,
        hours_to_make=underlag.hours_to_make,
        obstacles=underlag.obstacles.count(),
    ) + checks.underlag_is_still_valid(underlag.valid_until, clock.today())


def is_expired(underlag: Underlag) -> bool:
    return bool(checks.underlag_is_still_valid(underlag.valid_until, clock.today()))


def why_withdrawn(underlag: Underlag) -> str:
    if underlag.state != UnderlagState.WITHDRAWN:
        return ""
    event = events_about(underlag).filter(verb="withdrew_underlag").first()
    return str(event.details.get("reason", "")) if event else ""


def reuse_so_far(underlag: Underlag, regions_wanted: Iterable[Organisation]) -> dict[str, Any]:
    """What the region has said before, to correct; empty when it has said nothing."""
    wanted = {region.pk for region in regions_wanted}
    reuse = next((reuse for reuse in underlag.reuses.all() if reuse.region_id in wanted), None)
    if reuse is None:
        return {}
    return {
        "region": reuse.region.code,
        "kind": reuse.kind,
        "hours_spent": reuse.hours_spent,
        "hours_alone": reuse.hours_alone,
        "note": reuse.note,
    }


def solving(person: Any, obstacle: Obstacle) -> list[Underlag]:
    return list(underlag_for(person).filter(obstacles=obstacle))


def obstacles_by_kind() -> list[tuple[str, list[Obstacle]]]:
    """The four kinds in their order, each with its obstacles and the underlag that help; three queries."""
    published = Underlag.objects.filter(state=UnderlagState.PUBLISHED)
    rows = list(obstacles().prefetch_related(Prefetch("underlag", published, to_attr="helping")))
    return [(str(kind.label), [row for row in rows if row.kind == kind]) for kind in ObstacleKind]


def obstacles() -> QuerySet[Obstacle]:
    """Every obstacle with how many published underlag help against it: `solved_by` above 0 is solved."""
    return Obstacle.objects.select_related("reported_by_region").annotate(
        solved_by=Count("underlag", filter=Q(underlag__state=UnderlagState.PUBLISHED), distinct=True)
    )


def obstacle_with(pk: int) -> Obstacle:
    return obstacles().prefetch_related("underlag__owner").get(pk=pk)


@dataclass(frozen=True)
class Gain:
    """What making an underlag once has gained so far, in hours that regions have reported.

    `alone` is what the reusing regions say the work would have taken them, `spent` what reuse took. A region that
    found it not applicable counts with the hours it spent and saves nothing. `value_sek` prices the net with a dated hourly cost.
    """

    regions: int
    alone: int
    spent: int
    made: int
    value_sek: int | None
    hourly_cost: DatedFact | None

    @property
    def net(self) -> int:
        return self.alone - self.spent

    @property
    def after_making(self) -> int:
        """Net less the hours it took to make: below zero it has not paid for itself yet."""
        return self.net - self.made

    @property
    def shortfall(self) -> int:
        return max(0, -self.after_making)


def hourly_cost() -> DatedFact | None:
    return fact_on("hourly_cost", clock.today())


def gain_of(underlags: Iterable[Underlag], cost: DatedFact | None) -> Gain:
    """The gain of one or many underlag whose `reuses` are prefetched, priced at an hourly cost."""
    used: set[int] = set()
    alone = spent = made = 0
    for underlag in underlags:
        made += underlag.hours_to_make
        for reuse in underlag.reuses.all():
            spent += reuse.hours_spent
            if reuse.kind == ReuseKind.NOT_APPLICABLE:
                continue
            used.add(reuse.region_id)
            alone += reuse.hours_alone
    value = None
    if cost is not None:
        value = int((Decimal(alone - spent) * cost.value).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return Gain(len(used), alone, spent, made, value, cost)


def total_gain() -> Gain:
    published = Underlag.objects.filter(state=UnderlagState.PUBLISHED).prefetch_related("reuses")
    return gain_of(published, hourly_cost())


def reuse_by_region(underlag: Underlag) -> list[tuple[Any, Any]]:
    """All 21 regions in order, each with its reuse or None: a page that shows who has not used it too."""
    by_region = {reuse.region_id: reuse for reuse in underlag.reuses.all()}
    return [(region, by_region.get(region.pk)) for region in regions()]
