"""Who may propose, publish and introduce."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hemtag.organisations.models import Organisation, Person, Role
from hemtag.organisations.rules import (
    REGION_ROLES,
    has_role,
    is_auditor,
    is_delegation,
    may_act_as,
    may_act_for,
    memberships_of,
    regions_of,
)
from hemtag.refusals import ALLOWED, Verdict, refused

from .models import EvidenceItem, Need, Question, Reviewer, Solution, Subscription


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


# Fit ------------------------------------------------------------------------------------------------------


def may_describe_region(person: Person, region: Organisation) -> Verdict:
    """What a region has, its own people say."""
    return may_act_for(person, region, *REGION_ROLES)


def may_set_requirements(person: Person, solution: Solution) -> Verdict:
    """The owner's people, and the catalogue's editors."""
    if has_role(person, Role.CATALOGUE_EDITOR):
        return ALLOWED
    return may_act_for(person, solution.owner, *REGION_ROLES)


# Communicating --------------------------------------------------------------------------------------------


def may_ask(person: Person, region: Organisation) -> Verdict:
    """Colleagues ask each other: people of regions, in the name of their own."""
    return may_act_for(person, region, *REGION_ROLES)


def may_answer(person: Person, region: Organisation) -> Verdict:
    """Any region may answer; the one that is asked has the clock."""
    return may_act_for(person, region, *REGION_ROLES)


def may_close_question(person: Person, question: Question) -> Verdict:
    """Whoever asked, the region that is asked, the owner, and the catalogue's editors."""
    asked = question.to_region or question.solution.owner
    if question.asked_by_id == person.pk or has_role(person, Role.CATALOGUE_EDITOR):
        return ALLOWED
    own = may_act_for(person, question.solution.owner, *REGION_ROLES)
    return own or may_act_for(person, asked, *REGION_ROLES)


def may_report_fault(person: Person | None) -> Verdict:
    """Anyone, logged in or not."""
    if is_auditor(person):
        return refused(_("En granskare läser allt och skriver ingenting."))
    return ALLOWED


def may_settle_fault(person: Person, solution: Solution) -> Verdict:
    """The owner's people, and the catalogue's editors."""
    if has_role(person, Role.CATALOGUE_EDITOR):
        return ALLOWED
    return may_act_for(person, solution.owner, *REGION_ROLES)


def may_edit_texts(person: Person, solution: Solution) -> Verdict:
    """The owner's people, the steward's, and the catalogue's editors."""
    if solution.steward is not None and may_act_for(person, solution.steward, *REGION_ROLES):
        return ALLOWED
    return may_settle_fault(person, solution)


def may_follow(person: Person) -> Verdict:
    """Anyone who logs in to write: the auditor reads all and follows nothing."""
    if is_auditor(person) or not memberships_of(person):
        return refused(_("Bevaka kan den som har en roll i en region, delegationen eller redaktionen."))
    return ALLOWED


def may_end(person: Person, subscription: Subscription) -> Verdict:
    return ALLOWED if subscription.person_id == person.pk else refused(_("Bevakningen är någon annans."))


# Packaging ------------------------------------------------------------------------------------------------


def may_write_package(person: Person, solution: Solution) -> Verdict:
    """The people of the region that owns the solution, or that keeps it alive."""
    if solution.steward is not None and may_act_for(person, solution.steward, *REGION_ROLES):
        return ALLOWED
    return may_act_for(person, solution.owner, *REGION_ROLES)


def may_publish_package(person: Person) -> Verdict:
    return may_act_as(person, Role.CATALOGUE_EDITOR)


def may_recall_package(person: Person, solution: Solution) -> Verdict:
    """The editors, and whoever answers for the region that owns it."""
    if has_role(person, Role.CATALOGUE_EDITOR):
        return ALLOWED
    return may_act_for(person, solution.owner, Role.REPRESENTATIVE)


def may_start_cold(person: Person, solution: Solution, region: Organisation) -> Verdict:
    """Somebody who has not made it: from another region than the owner's and the steward's."""
    if region.pk in {solution.owner_id, solution.steward_id}:
        return refused(_("Paketet prövas från noll av någon i en annan region än den som äger lösningen."))
    return may_act_for(person, region, *REGION_ROLES)


def may_fetch_package(person: Person, region: Organisation) -> Verdict:
    return may_act_for(person, region, *REGION_ROLES)


def may_read_confidential(person: Any, solution: Solution) -> frozenset[str]:
    """Which degrees of confidentiality the person may read in the package of a solution.

    Open parts: anyone. For the regions: whoever holds a role in any region, in the delegation or as an editor.
    Under secrecy: the people of the region that owns it, who alone decide to hand it out; and the auditor.
    """
    if is_auditor(person):
        return frozenset({"open", "regions", "secret"})
    own = {region.pk for region in regions_of(person)}
    if solution.owner_id in own:
        return frozenset({"open", "regions", "secret"})
    if own or is_delegation(person) or has_role(person, Role.CATALOGUE_EDITOR):
        return frozenset({"open", "regions"})
    return frozenset({"open"})


def may_check_links(person: Person | None) -> Verdict:
    """The nightly run, and the catalogue's editors."""
    return ALLOWED if person is None else may_act_as(person, Role.CATALOGUE_EDITOR)


# Introducing ----------------------------------------------------------------------------------------------


def may_suggest_adoption(person: Person, solution: Solution) -> Verdict:
    """The owner's people and the editors may believe that a region uses a solution; only the region can say so."""
    if has_role(person, Role.CATALOGUE_EDITOR):
        return ALLOWED
    return may_act_for(person, solution.owner, *REGION_ROLES)


# Identifying and qualifying -------------------------------------------------------------------------------


def may_edit_tip(person: Person, solution: Solution) -> Verdict:
    """The region whose tip it is."""
    return may_act_for(person, solution.owner, *REGION_ROLES)


def may_close_need(person: Person, need: Need) -> Verdict:
    """The region that posted it, and the catalogue's editors."""
    if has_role(person, Role.CATALOGUE_EDITOR):
        return ALLOWED
    return may_act_for(person, need.region, *REGION_ROLES)


def may_try(person: Person) -> Verdict:
    """The catalogue's editors open trials, name reviewers and decide what a trial comes to."""
    return may_act_as(person, Role.CATALOGUE_EDITOR)


def may_judge(person: Person, reviewer: Reviewer) -> Verdict:
    """The one who was asked, and nobody in the place of another."""
    if reviewer.person_id == person.pk:
        return ALLOWED
    return refused(_("Bara den som är tillfrågad bedömer."))


def may_add_evidence(person: Person, solution: Solution) -> Verdict:
    """Any region that has seen an effect, or the lack of one, and the catalogue's editors."""
    if has_role(person, Role.CATALOGUE_EDITOR) or regions_of(person):
        return ALLOWED
    return refused(_("Evidens läggs till av regionernas folk och katalogens redaktörer."))


def may_retract_evidence(person: Person, item: EvidenceItem) -> Verdict:
    """The region that added it, and the catalogue's editors."""
    if has_role(person, Role.CATALOGUE_EDITOR):
        return ALLOWED
    if item.region is None:
        return refused(_("Posten är inlagd av redaktionen."))
    return may_act_for(person, item.region, *REGION_ROLES)
