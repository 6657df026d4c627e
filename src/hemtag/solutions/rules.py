"""Who may propose, publish and introduce."""

from __future__ import annotations

from hemtag.organisations.models import Organisation, Person, Role
from hemtag.organisations.rules import REGION_ROLES, may_act_as, may_act_for
from hemtag.refusals import Verdict


def may_propose(person: Person, region: Organisation) -> Verdict:
    return may_act_for(person, region, *REGION_ROLES)


def may_propose_granted(person: Person) -> Verdict:
    """A granted block is entered by the delegation's case officer or the catalogue's editor."""
    return may_act_as(person, Role.CASE_OFFICER, Role.CATALOGUE_EDITOR)


def may_settle(person: Person) -> Verdict:
    return may_act_as(person, Role.CATALOGUE_EDITOR)


def may_record_step(person: Person, region: Organisation) -> Verdict:
    """Only the adopting region says how far it has come."""
    return may_act_for(person, region, *REGION_ROLES)
