"""The responsibility for a draft moves to another participant when both agree: offered by the one, accepted by the other."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import DoesNotHold, Problem, WrongState, holds, require

from .. import rules
from ..checks.editing import reason_is_given
from ..models import (
    TRANSFER_NEXT,
    Application,
    Participant,
    ParticipantState,
    Submission,
    Transfer,
    TransferState,
)
from .saving import locked, locked_draft

LONGEST_MESSAGE = 2_000


@transaction.atomic
def offer_transfer(*, by: Person, application: Application, to: Organisation, message: str = "") -> Transfer:
    """Ask a region that takes part to answer for the application. One offer at a time stands open."""
    require(rules.may_submit(by, application.submission))
    submission = locked_draft(application.submission_id)
    if Transfer.objects.filter(application=application, state=TransferState.OFFERED).exists():
        raise WrongState(_("Ansvaret är redan erbjudet en region. Ta tillbaka det erbjudandet först."))
    if to.pk == submission.responsible_id or not _takes_part(application, to):
        refusal = _("Välj en annan region som deltar i ansökan. Bjud in regionen först om den inte gör det.")
        raise DoesNotHold([Problem(refusal, field="to", rule="responsible_region_takes_part")])
    if len(message.strip()) > LONGEST_MESSAGE:
        refusal = _("Korta meddelandet till högst %(limit)s tecken.") % {"limit": LONGEST_MESSAGE}
        raise DoesNotHold([Problem(refusal, field="message", rule="invitation_is_acceptable")])
    _still_open(submission, to)
    transfer = Transfer.objects.create(
        application=application,
        from_region=submission.responsible,
        to_region=to,
        message=message.strip(),
        offered_by=by,
        offered_at=clock.now(),
    )
    details = {"from": submission.responsible.code, "to": to.code, "transfer": transfer.pk}
    record(by=by, verb="transfer_offered", subject=application, details=details)
    return transfer


@transaction.atomic
def accept_transfer(*, by: Person, transfer: Transfer) -> Application:
    """The application moves to the accepting region's own form of the call, made when there is none.

    Number, texts, blocks, money and signatures stay as they are; nothing is registered, since nothing has come in. The
    form's common texts stay behind: each describes its own region. An event on the application and on both forms.
    """
    require(rules.may_answer_transfer(by, transfer))
    fresh = _fresh(transfer)
    application = fresh.application
    origin = locked_draft(application.submission_id)
    if not _takes_part(application, fresh.to_region):
        raise WrongState(_("%(region)s deltar inte längre i ansökan.") % {"region": fresh.to_region.name})
    _move(fresh, TransferState.ACCEPTED, by)
    goal = _still_open(origin, fresh.to_region)
    if goal is None:
        goal = Submission.objects.create(call=origin.call, responsible=fresh.to_region)
    application.submission = goal
    application.save(update_fields=["submission"])
    details = {
        "application": application.number,
        "from": fresh.from_region.code,
        "to": fresh.to_region.code,
        "from_submission": origin.pk,
        "to_submission": goal.pk,
        "transfer": fresh.pk,
    }
    for subject in (application, origin, goal):
        record(by=by, verb="transfer_accepted", subject=subject, details=details)
    return application


@transaction.atomic
def decline_transfer(*, by: Person, transfer: Transfer, reason: str) -> Transfer:
    require(rules.may_answer_transfer(by, transfer))
    fresh = _fresh(transfer)
    holds(reason_is_given(reason))
    fresh.answer = reason.strip()
    _move(fresh, TransferState.DECLINED, by)
    details = {"to": fresh.to_region.code, "reason": fresh.answer, "transfer": fresh.pk}
    record(by=by, verb="transfer_declined", subject=fresh.application, details=details)
    return fresh


@transaction.atomic
def cancel_transfer(*, by: Person, transfer: Transfer) -> Transfer:
    """The region that offered takes the offer back, as long as it is not answered."""
    require(rules.may_submit(by, transfer.application.submission))
    fresh = _fresh(transfer)
    _move(fresh, TransferState.CANCELLED, by)
    details = {"to": fresh.to_region.code, "transfer": fresh.pk}
    record(by=by, verb="transfer_cancelled", subject=fresh.application, details=details)
    return fresh


def _fresh(transfer: Transfer) -> Transfer:
    rows = Transfer.objects.select_related("application__submission", "from_region", "to_region")
    return rows.select_for_update(of=("self",)).get(pk=transfer.pk)


def _move(transfer: Transfer, to: TransferState, by: Person) -> None:
    """The one gate between a transfer's states."""
    if to not in TRANSFER_NEXT[transfer.state]:
        raise WrongState(
            _("Erbjudandet är %(from)s och kan inte bli %(to)s.")
            % {"from": transfer.get_state_display().lower(), "to": str(to.label).lower()}
        )
    transfer.state, transfer.answered_by, transfer.answered_at = to, by, clock.now()
    transfer.save(update_fields=["state", "answer", "answered_by", "answered_at"])


def _takes_part(application: Application, region: Organisation) -> bool:
    taking = Participant.objects.filter(application=application, region=region)
    return taking.exclude(state=ParticipantState.DECLINED).exists()


def _still_open(origin: Submission, region: Organisation) -> Submission | None:
    """The region's own form in the call, locked, or None when it has none; WrongState unless it can take one more."""
    own = Submission.objects.filter(call=origin.call, responsible=region).first()
    if own is None:
        return None
    own = locked(own)
    verdict = rules.still_draft(own)
    if not verdict:
        raise WrongState(
            _("%(region)s har redan lämnat in eller tagit tillbaka sina ansökningar i utlysningen. %(reason)s")
            % {"region": region.name, "reason": verdict.reason}
        )
    return own
