"""Who may publish, reuse and report."""

from __future__ import annotations

from hemtag.organisations.models import Organisation, Person, Role
from hemtag.organisations.rules import may_act_for
from hemtag.refusals import Verdict

from .models import Underlag

WRITERS = (Role.AUTHOR, Role.REPRESENTATIVE, Role.ECONOMIST)


def may_write(person: Person, region: Organisation) -> Verdict:
    """Underlag and obstacles are written in the name of the own region."""
    return may_act_for(person, region, *WRITERS)


def may_publish(person: Person, underlag: Underlag) -> Verdict:
    """Others will rely on it, so the region's authorised representative answers for it."""
    return may_act_for(person, underlag.owner, Role.REPRESENTATIVE)


def may_record_reuse(person: Person, region: Organisation) -> Verdict:
    return may_act_for(person, region, *WRITERS)
