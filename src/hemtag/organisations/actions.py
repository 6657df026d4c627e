"""Every write to organisations, people and roles."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import Actor, record
from hemtag.refusals import DoesNotHold

from .models import ROLES_OF_KIND, Kind, Membership, Organisation, Person, Role


@transaction.atomic
def add_organisation(
    *,
    by: Actor | None,
    code: str,
    kind: Kind,
    name: str,
    short_name: str,
    orgnr: str = "",
    population: int | None = None,
    population_year: int | None = None,
    source: str = "",
) -> Organisation:
    organisation = Organisation.objects.create(
        code=code,
        kind=kind,
        name=name,
        short_name=short_name,
        orgnr=orgnr,
        population=population,
        population_year=population_year,
        source=source,
    )
    record(by=by, verb="added", subject=organisation, details={"code": code, "source": source})
    return organisation


@transaction.atomic
def add_person(*, by: Actor | None, email: str, name: str, title: str = "", password: str | None = None) -> Person:
    """A person without a password can only log in through the demo or, later, an identity provider."""
    person = Person.objects.create_user(email=email, name=name, title=title, password=password)
    record(by=by, verb="added", subject=person)
    return person


@transaction.atomic
def give_role(
    *, by: Actor | None, person: Person, organisation: Organisation, role: Role, from_: dt.date | None = None
) -> Membership:
    if role not in ROLES_OF_KIND[Kind(organisation.kind)]:
        raise DoesNotHold(
            _("%(organisation)s kan inte ge rollen %(role)s.")
            % {"organisation": organisation.name, "role": str(role.label).lower()}
        )
    membership = Membership.objects.create(
        person=person, organisation=organisation, role=role, starts_on=from_ or clock.today()
    )
    person.__dict__.pop("_memberships", None)
    record(by=by, verb="gave_role", subject=person, details={"role": role.value, "organisation": organisation.code})
    return membership


@transaction.atomic
def end_role(*, by: Actor | None, membership: Membership, on: dt.date) -> None:
    membership.ends_on = on
    membership.save(update_fields=["ends_on"])
    membership.person.__dict__.pop("_memberships", None)
    record(
        by=by,
        verb="ended_role",
        subject=membership.person,
        details={"role": membership.role, "organisation": membership.organisation.code, "on": on.isoformat()},
    )
