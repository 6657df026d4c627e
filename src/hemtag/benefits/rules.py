"""Who may write a case, adjust the own region's values, and say what was realised."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hemtag.organisations.access import Role
from hemtag.organisations.models import Organisation, Person
from hemtag.organisations.rules import has_role_in, may_act_for
from hemtag.refusals import Verdict, refused

from .models import BenefitCase, CaseState

WRITERS = (Role.AUTHOR, Role.REPRESENTATIVE, Role.ECONOMIST)


def not_frozen(case: BenefitCase) -> Verdict:
    """What was decided on is what follow-up measures against."""
    if case.state == CaseState.FROZEN:
        return refused(
            _("Kalkylen är fryst: det är den som uppföljningen mäter mot. Kopiera den för att räkna vidare.")
        )
    return Verdict(True)


def may_start(person: Person, region: Organisation) -> Verdict:
    return may_act_for(person, region, *WRITERS)


def may_write(person: Person, case: BenefitCase) -> Verdict:
    """The shared values, lines and standing are the owner's."""
    return may_act_for(person, case.owner, *WRITERS)


def may_adjust(person: Person, case: BenefitCase, region: Organisation) -> Verdict:
    """A region's own values are its own; in the owner's draft nobody else is there yet."""
    if region.code not in case.data.get("regions", {}):
        return refused(_("%(region)s ingår inte i kalkylen.") % {"region": region.name})
    if region.pk != case.owner_id and region.pk not in {row.pk for row in case.regions.all()}:
        return refused(_("Kalkylen är inte delad med %(region)s.") % {"region": region.name})
    return may_act_for(person, region, *WRITERS)


def may_run(person: Person, case: BenefitCase) -> Verdict:
    """A stored run is a stamp in time: any writer of a region that takes part may make one."""
    if may_write(person, case) or any(has_role_in(person, row, *WRITERS) for row in case.regions.all()):
        return Verdict(True)
    return may_act_for(person, case.owner, *WRITERS)


def may_freeze(person: Person, case: BenefitCase) -> Verdict:
    return may_act_for(person, case.owner, Role.REPRESENTATIVE, Role.ECONOMIST)


def may_record(person: Person, case: BenefitCase, region: Organisation) -> Verdict:
    """What was realised in a region is said by that region."""
    if region.code not in case.data.get("regions", {}):
        return refused(_("%(region)s ingår inte i kalkylen.") % {"region": region.name})
    return may_act_for(person, region, *WRITERS)


def is_open(person: Any, case: BenefitCase) -> bool:
    """Whether the page offers to change the shared values."""
    return bool(not_frozen(case)) and isinstance(person, Person) and bool(may_write(person, case))
