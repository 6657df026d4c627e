"""Reading organisations and people."""

from __future__ import annotations

from django.db.models import QuerySet

from .models import Kind, Often, Organisation, Person


def regions() -> QuerySet[Organisation]:
    """The 21 regions in the order of their county codes."""
    return Organisation.objects.filter(kind=Kind.REGION)


def region_with(code: str) -> Organisation:
    """Raises Organisation.DoesNotExist."""
    return regions().get(code=code)


def person_with(email: str) -> Person:
    """Someone who may log in. Raises Person.DoesNotExist."""
    return Person.objects.get(email=email, is_active=True)


def people_by_organisation() -> list[tuple[Organisation, list[Person]]]:
    """Everyone who can log in, under the organisation whose role they hold: bodies first, then regions by code."""
    people = Person.objects.filter(is_active=True, memberships__isnull=False).distinct()
    grouped: dict[Organisation, list[Person]] = {}
    for person in people.prefetch_related("memberships__organisation"):
        grouped.setdefault(person.memberships.all()[0].organisation, []).append(person)
    return sorted(grouped.items(), key=lambda pair: (pair[0].kind == Kind.REGION, pair[0].kind, pair[0].code))


def how_often() -> list[tuple[str, str]]:
    """What a person can choose between for mail of what waits."""
    return [(value, str(label)) for value, label in Often.choices]
