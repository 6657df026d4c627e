"""Who may read, handle and assess an application. Conflict of interest comes before everything else."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hemtag.grants.models import Application, Participant, ParticipantState, SubmissionState
from hemtag.organisations.models import Person, Role
from hemtag.organisations.rules import (
    DELEGATION_ROLES,
    has_role,
    is_auditor,
    is_delegation,
    may_act_as,
    may_act_for,
    regions_of,
)
from hemtag.refusals import ALLOWED, Verdict, refused

from ..models import (
    Assessment,
    AssessmentState,
    CompletionRequest,
    ConflictDeclaration,
    DecisionState,
    EligibilityVerdict,
)

PREPARERS = tuple(role for role in Role if role in DELEGATION_ROLES)


@dataclass(frozen=True)
class Interest:
    """Where a person stands on one application: participating regions of one's own, and what one has declared."""

    shared: tuple[str, ...] = ()
    declared: bool | None = None
    circumstances: str = ""

    @property
    def is_conflict(self) -> bool:
        return bool(self.shared) or self.declared is True

    @property
    def is_open(self) -> bool:
        """Neither a conflict nor a declaration: the question is still to be answered."""
        return not self.shared and self.declared is None

    @property
    def reason(self) -> str:
        if self.shared:
            return _("Jäv: du har en roll i %(regions)s, som deltar i ansökan.") % {"regions": ", ".join(self.shared)}
        if self.declared:
            return _("Jäv: du har anmält %(circumstances)s.") % {"circumstances": f"”{self.circumstances}”"}
        return ""


def interest_of(person: Any, application: Application) -> Interest:
    if not isinstance(person, Person):
        return Interest()
    own = {region.pk: region.name for region in regions_of(person)}
    taking_part = regions_taking_part(application) if own else set()
    said = ConflictDeclaration.objects.filter(application=application, person=person).first()
    return Interest(
        shared=tuple(name for pk, name in own.items() if pk in taking_part),
        declared=said.has_conflict if said else None,
        circumstances=said.circumstances if said else "",
    )


def regions_taking_part(application: Application) -> set[int]:
    """The responsible region, and every participant that has not declined."""
    participants = Participant.objects.filter(application=application).exclude(state=ParticipantState.DECLINED)
    return {application.submission.responsible_id, *participants.values_list("region_id", flat=True)}


def is_handed_in(application: Application) -> bool:
    return bool(application.submission.state == SubmissionState.SUBMITTED)


# Reading -------------------------------------------------------------------------------------------------


def reading(person: Any, interest: Interest) -> Verdict:
    """The verdict on reading a handed-in application, from what is already known: for lists."""
    if is_auditor(person):
        return ALLOWED
    if not is_delegation(person):
        return refused(_("Beredningen läses av delegationen och av granskare."))
    if interest.is_conflict:
        return refused(_("%(reason)s Därför är ansökan dold för dig.") % {"reason": interest.reason})
    if interest.is_open:
        return refused(_("Svara först om du är jävig i ansökan. Innan dess är den dold för dig."))
    return ALLOWED


def may_read(person: Any, application: Application) -> Verdict:
    """More than number, responsible region and title: only after a declaration that there is no conflict."""
    if not is_handed_in(application):
        return refused(_("Ansökan är inte inlämnad."))
    return reading(person, interest_of(person, application))


def may_declare(person: Any, application: Application) -> Verdict:
    if not is_delegation(person):
        return refused(_("Bara den som arbetar i delegationen svarar om jäv."))
    if not is_handed_in(application):
        return refused(_("Ansökan är inte inlämnad."))
    return ALLOWED


# Handling ------------------------------------------------------------------------------------------------


def may_handle(person: Any, application: Application) -> Verdict:
    """A case officer without conflict: eligibility, completion and assessors."""
    return may_act_as(person, Role.CASE_OFFICER) and may_read(person, application)


def may_assign_round(person: Any) -> Verdict:
    """The role alone; applications that the case officer may not handle are left out."""
    return may_act_as(person, Role.CASE_OFFICER)


def may_see_request(person: Any, request: CompletionRequest) -> Verdict:
    return may_act_for(
        person, request.application.submission.responsible, Role.AUTHOR, Role.REPRESENTATIVE, Role.ECONOMIST
    )


def is_decided(application: Application) -> bool:
    decision = getattr(application, "decision", None)
    return decision is not None and decision.state == DecisionState.ADOPTED


def is_eligible(application: Application) -> bool:
    eligibility = getattr(application, "eligibility", None)
    return eligibility is not None and eligibility.verdict == EligibilityVerdict.ELIGIBLE


# Assessing -----------------------------------------------------------------------------------------------


def may_be_assessor(person: Person, application: Application) -> Verdict:
    """Assigned to an application: holds the role, and has no known conflict."""
    if not has_role(person, Role.ASSESSOR):
        return refused(_("%(person)s är inte bedömare.") % {"person": person.name})
    if interest_of(person, application).is_conflict:
        return refused(_("%(person)s är jävig i ansökan.") % {"person": person.name})
    return ALLOWED


def may_assess(person: Any, assessment: Assessment) -> Verdict:
    """One's own assignment, without conflict, of an application that is eligible."""
    if assessment.assessor_id != getattr(person, "pk", None):
        return refused(_("Bedömningen är tilldelad någon annan."))
    verdict = may_act_as(person, Role.ASSESSOR) and may_read(person, assessment.application)
    if verdict and not is_eligible(assessment.application):
        return refused(_("Ansökan är inte prövad som behörig och bedöms därför inte."))
    return verdict


def seeing_assessments(person: Any, own_states: Collection[str]) -> Verdict:
    """Others' scores, for someone who may read the application; `own_states` of the person's own assignment."""
    if is_auditor(person):
        return ALLOWED
    if AssessmentState.ASSIGNED in own_states:
        return refused(_("Andras bedömningar visas när du har lämnat in din egen."))
    if AssessmentState.SUBMITTED in own_states or has_role(person, Role.CASE_OFFICER, Role.DECISION_MAKER):
        return ALLOWED
    return refused(_("Bedömningarna visas för handläggare, beslutsfattare och den som själv har lämnat in sin."))


def seeing_means(left: int) -> Verdict:
    """What all assessors say together of a round, for someone who has `left` own assessments to hand in."""
    if left:
        return refused(_("Medelpoängen visas när du har lämnat in dina egna bedömningar."))
    return ALLOWED


def may_see_assessments(person: Any, application: Application) -> Verdict:
    own = Assessment.objects.filter(application=application, assessor_id=getattr(person, "pk", None))
    return may_read(person, application) and seeing_assessments(person, set(own.values_list("state", flat=True)))
