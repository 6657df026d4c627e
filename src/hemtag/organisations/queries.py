"""Reading organisations and people."""

from __future__ import annotations

from django.db.models import QuerySet

from .models import Kind, Organisation, Person


def regions() -> QuerySet[Organisation]:
    """The 21 regions in the order of their county codes."""
    return Organisation.objects.filter(kind=Kind.REGION)


def region_with_code(code: str) -> Organisation | None:
    return regions().filter(code=code).first()


def people_by_role() -> list[Person]:
    """Everyone who can log in, with roles: the demo's log-in page."""
    return list(
        Person.objects.filter(is_active=True)
        .prefetch_related("memberships__organisation")
        .order_by("memberships__organisation__kind", "memberships__organisation__code", "name")
        .distinct()
    )
