"""Calls, frames and what earlier decisions have bound."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from django.db.models import QuerySet

from hemtag.organisations.models import Organisation

from .. import rules
from ..models import Call, EarlierCommitment, Frame, LateAccess


def calls() -> QuerySet[Call]:
    """Published calls, the newest first; anyone may read them."""
    return Call.objects.filter(published_at__isnull=False)


def call_with_slug(slug: str) -> Call:
    """Raises Call.DoesNotExist for an unknown or unpublished one."""
    return calls().get(slug=slug)


def unpublished_calls() -> QuerySet[Call]:
    """For the case officer who prepares one."""
    return Call.objects.filter(published_at__isnull=True)


def is_open(call: Call, region: Organisation, today: dt.date) -> bool:
    """Whether the region may hand in on the Swedish day: the window, or its own later day."""
    return bool(rules.window_for(call, region, today))


def late_accesses(call: Call) -> QuerySet[LateAccess]:
    return call.late_accesses.select_related("region", "given_by").order_by("region__code", "-until")


def frames() -> list[Frame]:
    """One per appropriation year, in order."""
    return list(Frame.objects.all())


def earlier_commitments() -> dict[int, int]:
    """Kronor per year that were granted before Hemtag kept the decisions."""
    sums: Counter[int] = Counter()
    for year, amount in EarlierCommitment.objects.values_list("year", "amount_sek"):
        sums[year] += amount
    return dict(sorted(sums.items()))
