"""Which cases a person reaches, and the patterns a new one begins from."""

from __future__ import annotations

import functools
import operator
from typing import Any

from django.db.models import Count, Q, QuerySet

from hemtag.history.models import Event
from hemtag.history.queries import events_about
from hemtag.organisations.rules import is_auditor, is_delegation, regions_of

from .. import guards, patterns
from ..models import BenefitCase, CaseState

OWN, SHARED, PUBLIC = "egna", "delade", "publika"


def cases_for(person: Any) -> QuerySet[BenefitCase]:
    """Public ones for anyone; the own region's and those shared with it; for the delegation also what is frozen or
    belongs to something that is handed in, an application's only after the declaration on conflict of interest; the
    auditor reads all."""
    rows = BenefitCase.objects.select_related("owner")
    if is_auditor(person):
        return rows
    own = regions_of(person)
    wanted = [Q(is_public=True)]
    if own:
        wanted += [Q(owner__in=own), ~Q(state=CaseState.DRAFT) & Q(regions__in=own)]
    if is_delegation(person):
        about = Q(about_kind__in=guards.ABOUT_APPLICATIONS)
        keys = BenefitCase.objects.filter(about).values_list("about_key", flat=True).distinct()
        open_to = ~about | Q(about_key__in=guards.readable(person, keys))
        wanted.append((Q(state=CaseState.FROZEN) | Q(is_handed_in=True)) & open_to)
    return rows.filter(functools.reduce(operator.or_, wanted)).distinct()


def case_called(person: Any, slug: str) -> BenefitCase:
    """Raises BenefitCase.DoesNotExist for an unknown and for a forbidden one alike."""
    return cases_for(person).prefetch_related("regions").get(slug=slug)


def listed(person: Any, *, which: str = "", text: str = "", kind: str = "", key: str = "") -> QuerySet[BenefitCase]:
    """The list's rows, with how many runs each has; a fixed number of queries."""
    rows = cases_for(person)
    own = regions_of(person)
    if which == OWN:
        rows = rows.filter(owner__in=own)
    elif which == SHARED:
        rows = rows.filter(regions__in=own).exclude(owner__in=own)
    elif which == PUBLIC:
        rows = rows.filter(is_public=True)
    if kind:
        rows = rows.filter(about_kind=kind)
    if key:
        rows = rows.filter(Q(about_key=key) | Q(about_key__startswith=f"{key}/"))
    for word in text.split():
        rows = rows.filter(Q(title__icontains=word) | Q(about__icontains=word))
    return rows.annotate(run_count=Count("runs", distinct=True)).order_by("title", "pk")


def cases_about(kind: str, key: str) -> list[BenefitCase]:
    """Whatever the person may read elsewhere: the room above has checked that the person reads what they are about."""
    return list(BenefitCase.objects.filter(about_kind=kind, about_key=key).select_related("owner"))


def others(person: Any, case: BenefitCase) -> QuerySet[BenefitCase]:
    """What the case can be compared with."""
    return cases_for(person).exclude(pk=case.pk).order_by("title", "pk")


def pattern_called(key: str) -> patterns.Pattern:
    """Raises BenefitCase.DoesNotExist for a pattern that there is none of, so that the page answers 404."""
    try:
        return patterns.patterns()[key]
    except KeyError:
        raise BenefitCase.DoesNotExist from None


def what_happened(case: BenefitCase) -> QuerySet[Event]:
    return events_about(case)
