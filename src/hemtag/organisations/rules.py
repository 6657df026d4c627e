"""Which roles a person holds today, and which regions the person may speak for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.refusals import ALLOWED, Verdict, refused

from .models import Kind, Membership, Organisation, Person, Role

REGION_ROLES = frozenset({Role.AUTHOR, Role.REPRESENTATIVE, Role.ECONOMIST})
DELEGATION_ROLES = frozenset({Role.CASE_OFFICER, Role.ASSESSOR, Role.DECISION_MAKER, Role.PAYMENTS_OFFICER})


def memberships_of(person: Any, today: dt.date | None = None) -> list[Membership]:
    """The roles held today, read once per person and day and kept on the person: pages ask many times."""
    if not isinstance(person, Person) or not person.is_active:
        return []
    day = today or clock.today()
    kept = person.__dict__.get("_memberships")
    if kept is None or kept[0] != day:
        held = [
            membership
            for membership in person.memberships.select_related("organisation")
            if membership.starts_on <= day and (membership.ends_on is None or day <= membership.ends_on)
        ]
        kept = person.__dict__["_memberships"] = (day, held)
    return list(kept[1])


def roles_of(person: Any) -> set[Role]:
    return {Role(membership.role) for membership in memberships_of(person)}


def has_role(person: Any, *roles: Role) -> bool:
    return bool(roles_of(person) & set(roles))


def has_role_in(person: Any, organisation: Organisation | int, *roles: Role) -> bool:
    wanted = organisation if isinstance(organisation, int) else organisation.pk
    return any(m.organisation_id == wanted and Role(m.role) in roles for m in memberships_of(person))


def regions_of(person: Any, *roles: Role) -> list[Organisation]:
    """The regions in which the person holds any of the roles (any region role when none is named)."""
    wanted: Iterable[Role] = roles or REGION_ROLES
    found = {
        m.organisation_id: m.organisation
        for m in memberships_of(person)
        if m.organisation.kind == Kind.REGION and Role(m.role) in wanted
    }
    return list(found.values())


def is_auditor(person: Any) -> bool:
    return has_role(person, Role.AUDITOR)


def is_delegation(person: Any) -> bool:
    return bool(roles_of(person) & DELEGATION_ROLES)


def may_act_as(person: Any, *roles: Role) -> Verdict:
    """Verdict for an act that needs one of the roles, in any organisation."""
    if has_role(person, *roles):
        return ALLOWED
    return refused(_("Det här kräver rollen %(roles)s.") % {"roles": words(roles)})


def may_act_for(person: Any, organisation: Organisation, *roles: Role) -> Verdict:
    """Verdict for an act in the name of an organisation."""
    if has_role_in(person, organisation, *roles):
        return ALLOWED
    return refused(
        _("Det här kräver rollen %(roles)s i %(organisation)s.")
        % {"roles": words(roles), "organisation": organisation.name}
    )


def words(roles: Iterable[Role]) -> str:
    """'handläggare eller bedömare': role names in running text."""
    names = [str(role.label).lower() for role in roles]
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s eller %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}
