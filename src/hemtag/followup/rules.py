"""Who may do what after the decision."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hemtag.assessment.models import Decision, DecisionState
from hemtag.organisations.models import Organisation, Person, Role
from hemtag.organisations.rules import may_act_as, may_act_for
from hemtag.refusals import Verdict, refused

from .models import Payment, RecoveryCase, Report


def responsible_of(decision: Decision) -> Organisation:
    return decision.application.submission.responsible


def may_prepare(person: Person, decision: Decision) -> Verdict:
    if decision.state != DecisionState.ADOPTED:
        return refused(_("Beslutet är inte fattat än, så inget kan betalas ut."))
    return may_act_as(person, Role.PAYMENTS_OFFICER)


def may_approve(person: Person, payment: Payment) -> Verdict:
    if any(approval.person_id == person.pk for approval in payment.approvals.all()):
        return refused(_("Du har redan attesterat den här utbetalningen. En annan person behöver attestera den."))
    return may_act_as(person, Role.PAYMENTS_OFFICER)


def may_pay(person: Person) -> Verdict:
    return may_act_as(person, Role.PAYMENTS_OFFICER)


def may_contribute(person: Person, region: Organisation) -> Verdict:
    """Hours are reported by the region that worked them, never by another."""
    return may_act_for(person, region, Role.AUTHOR, Role.ECONOMIST, Role.REPRESENTATIVE)


def may_distribute(person: Person, decision: Decision) -> Verdict:
    return may_act_for(person, responsible_of(decision), Role.ECONOMIST, Role.REPRESENTATIVE)


def may_confirm_share(person: Person, region: Organisation) -> Verdict:
    return may_act_for(person, region, Role.ECONOMIST, Role.REPRESENTATIVE)


def may_open_report(person: Person, decision: Decision) -> Verdict:
    officer = may_act_as(person, Role.CASE_OFFICER)
    return officer or may_act_for(person, responsible_of(decision), Role.AUTHOR, Role.REPRESENTATIVE)


def may_write_part(person: Person, region: Organisation) -> Verdict:
    return may_act_for(person, region, Role.AUTHOR, Role.ECONOMIST, Role.REPRESENTATIVE)


def may_write_progress(person: Person, report: Report) -> Verdict:
    return may_act_for(person, responsible_of(report.decision), Role.AUTHOR, Role.REPRESENTATIVE)


def may_submit_report(person: Person, report: Report) -> Verdict:
    return may_act_for(person, responsible_of(report.decision), Role.REPRESENTATIVE)


def may_accept_report(person: Person) -> Verdict:
    return may_act_as(person, Role.CASE_OFFICER)


def may_handle_recovery(person: Person) -> Verdict:
    return may_act_as(person, Role.CASE_OFFICER)


def may_state(person: Person, case: RecoveryCase) -> Verdict:
    return may_act_for(person, case.application.submission.responsible, Role.REPRESENTATIVE)


def may_decide_recovery(person: Person) -> Verdict:
    return may_act_as(person, Role.DECISION_MAKER)
