"""What a payment is shared by: contributed hours, and the decided budget."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, Sum

from hemtag import clock
from hemtag.assessment.models import Decision
from hemtag.grants.models import Cost, CostKind
from hemtag.organisations.models import Organisation
from hemtag.organisations.rules import is_auditor, is_delegation, regions_of

from .. import checks
from ..models import Contribution, Payment, Share
from .seeing import own_regions_in, participants_of


def contributions_of(decision: Decision) -> QuerySet[Contribution]:
    return Contribution.objects.filter(block__application=decision.application).select_related("block", "region")


def hours_by_region(decision: Decision, from_: dt.date, to: dt.date) -> dict[int, int]:
    """Hours per region of the half-years that lie within the period, in the order of county codes."""
    rows = contributions_of(decision).filter(starts_on__gte=from_, ends_on__lte=to, block__decision__is_granted=True)
    summed = rows.values("region_id").annotate(sum=Sum("hours")).order_by("region__code")
    return {row["region_id"]: row["sum"] for row in summed}


def budget_to_share_by(decision: Decision, year: int) -> tuple[int, dict[int, int]]:
    """(own working time, all else per region) of one year, in the granted blocks' cells as they were handed in."""
    cells = (
        Cost.objects.filter(
            block__application=decision.application, block__decision__is_granted=True, year=year, requested_sek__gt=0
        )
        .order_by("region__code")
        .values_list("region_id", "kind", "requested_sek")
    )
    own_time, rest = 0, defaultdict[int, int](int)
    for region_id, kind, amount in cells:
        if kind == CostKind.OWN_TIME:
            own_time += amount
        else:
            rest[region_id] += amount
    return own_time, dict(rest)


def share_rule(payment: Payment) -> dict[str, int]:
    """The two pools that a payment is divided in, for the page that explains it."""
    own_time, rest = budget_to_share_by(payment.planned.decision, payment.planned.due_on.year)
    return {"own_time": own_time, "rest": sum(rest.values())}


def latest_half_year(payment: Payment) -> dict[str, dt.date]:
    """The period that a payment is shared by when nothing else is said: the half-year before it fell due."""
    before = checks.half_year_of(payment.planned.due_on)[0] - dt.timedelta(days=1)
    starts_on, ends_on = checks.half_year_of(before)
    return {"basis_from": starts_on, "basis_to": ends_on}


def shares_for(person: Any) -> QuerySet[Share]:
    """A statement is read by the region it is for, the responsible region, the delegation and the auditor."""
    shares = Share.objects.select_related(
        "region", "distribution__payment__planned__decision__application__submission__responsible"
    )
    if not (is_delegation(person) or is_auditor(person)):
        own = regions_of(person)
        shares = shares.filter(
            Q(region__in=own)
            | Q(distribution__payment__planned__decision__application__submission__responsible__in=own)
        )
    return shares


def share_for(person: Any, pk: int) -> Share:
    return shares_for(person).get(pk=pk)


def statements_of(person: Any, decision: Decision) -> set[int]:
    """The keys of the statements that the person may open."""
    shares = shares_for(person).filter(distribution__payment__planned__decision=decision)
    return set(shares.values_list("pk", flat=True))


@dataclass(frozen=True)
class HoursTable:
    """Reported hours: one row per participating region, one column per half-year, and the sums."""

    periods: list[dt.date]
    rows: list[tuple[Organisation, list[int | None], int]]
    sums: list[int]

    @property
    def total(self) -> int:
        return sum(self.sums)


def hours_table(decision: Decision) -> HoursTable:
    cells: dict[tuple[int, dt.date], int] = defaultdict(int)
    for row in contributions_of(decision):
        cells[row.region_id, row.starts_on] += row.hours
    periods = sorted({day for _region, day in cells})
    rows = []
    for region in participants_of(decision):
        hours = [cells.get((region.pk, day)) for day in periods]
        rows.append((region, hours, sum(number or 0 for number in hours)))
    sums = [sum(cells.get((region.pk, day), 0) for region, _hours, _sum in rows) for day in periods]
    return HoursTable(periods, rows, sums)


def periods_of(decision: Decision) -> list[dt.date]:
    """The half-years that have begun, newest first, from the start of the decided period."""
    first = decision.period_from or clock.today()
    day, periods = checks.half_year_of(first)[0], []
    last = min(clock.today(), decision.period_to or clock.today())
    while day <= last:
        periods.append(day)
        day = checks.half_year_of(day)[1] + dt.timedelta(days=1)
    return periods[::-1]


def period_named(decision: Decision, period: str) -> dt.date | None:
    """The half-year that an address names; the newest when it names none, None before the first."""
    periods = periods_of(decision)
    return next((day for day in periods if day.isoformat() == period), periods[0] if periods else None)


def hours_so_far(person: Any, decision: Decision, wanted: dt.date | None) -> dict[str, Any]:
    """What the own region has reported for a period, to correct."""
    own = own_regions_in(person, decision)
    if not own or wanted is None:
        return {}
    rows = contributions_of(decision).filter(region=own[0], starts_on=wanted)
    return {
        "region": own[0].code,
        "starts_on": wanted.isoformat(),
        **{f"block_{row.block_id}": row.hours for row in rows},
    }
