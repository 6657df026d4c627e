"""Regions, bodies and people of the demo, and who acts for whom."""

from __future__ import annotations

import datetime as dt

from hemtag.grants.reference import Reference
from hemtag.organisations import actions
from hemtag.organisations.models import Kind, Organisation, Person, Role

BODIES = {
    "delegation": (Kind.DELEGATION, "Delegationen för en effektiv hälso- och sjukvård", "Delegationen"),
    "catalogue": (Kind.CATALOGUE, "Katalogredaktionen", "Katalogen"),
    "audit": (Kind.AUDIT, "Granskningen", "Granskningen"),
}
# Everyone has had their role since before the call opened.
SINCE = dt.date(2026, 1, 1)


class Cast:
    """Everyone in the demo, to be found by role and organisation."""

    def __init__(self) -> None:
        self.organisations = {row.code: row for row in Organisation.objects.all()}
        self.people: dict[tuple[str, Role], list[Person]] = {}
        for person in Person.objects.prefetch_related("memberships__organisation").order_by("pk"):
            for membership in person.memberships.all():
                self.people.setdefault((membership.organisation.code, Role(membership.role)), []).append(person)

    def all(self, role: Role, code: str = "delegation") -> list[Person]:
        return self.people.get((code, role), [])

    def one(self, role: Role, code: str = "delegation") -> Person:
        return self.all(role, code)[0]

    def writer(self, code: str) -> Person:
        """A region's author, or its representative where the region has no author in the demo."""
        return (self.all(Role.AUTHOR, code) or self.all(Role.REPRESENTATIVE, code))[0]

    def economist(self, code: str) -> Person:
        return (self.all(Role.ECONOMIST, code) or self.all(Role.REPRESENTATIVE, code))[0]


def add_regions(data: Reference) -> None:
    for region in data.regions:
        actions.add_organisation(
            by=None,
            code=region.code,
            kind=Kind.REGION,
            name=region.name,
            short_name=region.short_name,
            orgnr=region.orgnr,
            population=region.population,
            population_year=region.year,
            source=region.source,
        )
    for code, (kind, name, short_name) in BODIES.items():
        actions.add_organisation(by=None, code=code, kind=kind, name=name, short_name=short_name)


def add_people(data: Reference) -> Cast:
    organisations = {row.code: row for row in Organisation.objects.all()}
    for person in data.people:
        added = actions.add_person(by=None, email=person.email, name=person.name, title=person.title)
        home = organisations[person.organisation]
        actions.give_role(by=None, person=added, organisation=home, role=Role(person.role), from_=SINCE)
    return Cast()
