"""Who writes to whom: completion, § 11, the dialogue, communication before decision, withdrawal."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hemtag.grants.models import Application
from hemtag.grants.rules import window_for
from hemtag.organisations.models import Role
from hemtag.organisations.rules import REGION_ROLES, is_auditor, is_delegation, may_act_for, regions_of
from hemtag.refusals import ALLOWED, Verdict, refused

from ..models import CompletionRequest, Side, WithdrawalState
from .assessing import is_decided, is_handed_in, may_handle, may_read, regions_taking_part

SPEAKERS = (Role.AUTHOR, Role.REPRESENTATIVE)


def is_withdrawn(application: Application) -> bool:
    """Written off after the window, at the region's own request."""
    withdrawal = getattr(application, "withdrawal", None)
    return withdrawal is not None and withdrawal.state == WithdrawalState.GRANTED


def is_closed(application: Application) -> Verdict:
    """Whether the case is over, with how in words; refused while it goes on."""
    if not is_handed_in(application):
        return Verdict(True, _("Ansökan %(number)s är inte inlämnad.") % {"number": application.number})
    if is_decided(application):
        return Verdict(True, _("Ansökan %(number)s är beslutad.") % {"number": application.number})
    if is_withdrawn(application):
        return Verdict(True, _("Ansökan %(number)s är avskriven.") % {"number": application.number})
    return refused("")


def may_speak_for_applicant(person: Any, application: Application) -> Verdict:
    """In words: the responsible region's authors and representatives."""
    return may_act_for(person, application.submission.responsible, *SPEAKERS)


def may_bind_applicant(person: Any, application: Application) -> Verdict:
    """A new version, and taking the application back, bind the responsible region."""
    return may_act_for(person, application.submission.responsible, Role.REPRESENTATIVE)


def may_answer_request(person: Any, request: CompletionRequest) -> Verdict:
    """In words by the region's own people; as a new version by the authorised representative."""
    application = request.application
    return (
        may_bind_applicant(person, application) if request.opening_id else may_speak_for_applicant(person, application)
    )


# Dialogue ------------------------------------------------------------------------------------------------


def takes_part(person: Any, application: Application) -> bool:
    own = {region.pk for region in regions_of(person)}
    return bool(own) and bool(own & regions_taking_part(application))


def may_read_dialogue(person: Any, application: Application) -> Verdict:
    """The regions of the application; the delegation after declaring on conflict; the auditor."""
    if is_auditor(person) or takes_part(person, application):
        return ALLOWED
    if is_delegation(person):
        return may_read(person, application)
    return refused(_("Dialogen läses av ansökans regioner och av delegationen."))


def may_write_as(person: Any, application: Application, side: Side) -> Verdict:
    """The delegation writes by a case officer without conflict, the regions by the people of a participating one."""
    if not is_handed_in(application):
        return refused(_("Ansökan är inte inlämnad."))
    if side == Side.DELEGATION:
        return may_handle(person, application)
    taking_part = regions_taking_part(application)
    if any(region.pk in taking_part for region in regions_of(person, *REGION_ROLES)):
        return ALLOWED
    return refused(_("Bara de regioner som deltar i ansökan skriver i dialogen."))


# Withdrawal ----------------------------------------------------------------------------------------------


def may_ask_withdrawal(person: Any, application: Application) -> Verdict:
    verdict = may_bind_applicant(person, application)
    if not verdict:
        return verdict
    over = is_closed(application)
    if over:
        return refused(over.reason)
    submission = application.submission
    if window_for(submission.call, submission.responsible):
        return refused(_("Utlysningen är öppen: ta tillbaka hela inlämningen i stället."))
    if hasattr(application, "withdrawal"):
        return refused(_("Avskrivning är redan begärd."))
    return ALLOWED
