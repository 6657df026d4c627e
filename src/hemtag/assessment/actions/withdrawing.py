"""Taking an application back after the window has closed: the region asks, the delegation writes the case off."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.grants.actions.openings import cancel_opening
from hemtag.grants.models import Application
from hemtag.grants.queries.openings import unclosed
from hemtag.history.actions import record, register
from hemtag.history.models import Direction
from hemtag.organisations.models import Person
from hemtag.refusals import WrongState, holds, require

from ..checks.corresponding import text_is_given
from ..models import WITHDRAWAL_NEXT, Decision, DecisionState, Withdrawal, WithdrawalState
from ..rules.assessing import is_decided, may_handle
from ..rules.corresponding import may_ask_withdrawal


@transaction.atomic
def ask_withdrawal(*, by: Person, application: Application, reason: str) -> Withdrawal:
    """The responsible region's authorised representative asks that the case be written off."""
    require(may_ask_withdrawal(by, application))
    holds(text_is_given(reason, "reason", _("Skriv varför ansökan tas tillbaka.")))
    row = Withdrawal.objects.create(application=application, reason=reason.strip(), asked_by=by, asked_at=clock.now())
    _register(row, f"Begäran om avskrivning av ansökan {application.number}", Direction.IN)
    record(by=by, verb="asked_withdrawal", subject=application, details={"reason": row.reason})
    return row


@transaction.atomic
def grant_withdrawal(*, by: Person, withdrawal: Withdrawal) -> Withdrawal:
    """Write the case off: it is prioritised and decided on no more, and an undecided draft goes away with it."""
    require(may_handle(by, withdrawal.application))
    row = Withdrawal.objects.select_for_update().get(pk=withdrawal.pk)
    application = row.application
    if is_decided(application):
        raise WrongState(_("Ansökan %(number)s är beslutad.") % {"number": application.number})
    if WithdrawalState.GRANTED not in WITHDRAWAL_NEXT[row.state]:
        raise WrongState(_("Ansökan %(number)s är redan avskriven.") % {"number": application.number})
    opening = unclosed(application)
    if opening is not None:
        cancel_opening(by=by, opening=opening)
    Decision.objects.filter(application=application, state=DecisionState.DRAFT).delete()
    row.state, row.granted_by, row.granted_at = WithdrawalState.GRANTED, by, clock.now()
    row.save(update_fields=["state", "granted_by", "granted_at"])
    _register(row, f"Ärendet avskrivs: ansökan {application.number} är återkallad", Direction.OUT)
    record(by=by, verb="granted_withdrawal", subject=application, details={"reason": row.reason})
    return row


def _register(row: Withdrawal, subject: str, direction: Direction) -> None:
    submission = row.application.submission
    register(
        subject=subject,
        party=submission.responsible.name,
        direction=direction,
        case_number=submission.case_number,
        sha256=hashlib.sha256(row.reason.encode()).hexdigest(),
    )
