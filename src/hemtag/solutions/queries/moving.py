"""Who keeps a solution going: the person that its owner's next step waits for."""

from __future__ import annotations

from typing import Any

from hemtag import clock
from hemtag.organisations.models import Membership, Organisation, Person, Role
from hemtag.organisations.rules import REGION_ROLES

from ..models import Solution


def keeper_of(solution: Solution) -> Person | None:
    """The one who tipped of it while still in the owning region, else the region's first representative."""
    proposer = solution.proposed_by
    if isinstance(proposer, Person) and (found := _first(solution.owner, person=proposer)):
        return found
    return representative_of(solution.owner)


def representative_of(region: Organisation) -> Person | None:
    """The representative who has held the role longest, else anyone who works there."""
    return _first(region, role=Role.REPRESENTATIVE) or _first(region)


def _first(region: Organisation, **narrowed: Any) -> Person | None:
    today = clock.today()
    held = Membership.objects.filter(organisation=region, role__in=REGION_ROLES, starts_on__lte=today)
    held = held.exclude(ends_on__lt=today).filter(person__is_active=True, **narrowed)
    row = held.select_related("person").order_by("starts_on", "pk").first()
    return row.person if row else None
