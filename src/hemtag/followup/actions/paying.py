"""Payments: prepared, approved by two, paid, or withheld; then shared between the regions."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.assessment.models import PlannedPayment
from hemtag.history.actions import record, register
from hemtag.history.models import Direction
from hemtag.organisations.models import Person
from hemtag.refusals import DoesNotHold, Problem, WrongState, holds, require

from .. import checks, queries, rules
from ..models import PAYMENT_NEXT, Approval, Distribution, Payment, PaymentState, Share


def _locked(payment: Payment) -> Payment:
    """The payment as it stands now, held until the transaction ends: two clicks become one act and one refusal."""
    return (
        Payment.objects.select_for_update()
        .select_related("planned__decision__application__submission__responsible")
        .get(pk=payment.pk)
    )


def _move(payment: Payment, to: PaymentState) -> None:
    if to not in PAYMENT_NEXT[payment.state]:
        raise WrongState(
            _("Utbetalningen är redan i läget ”%(state)s”.") % {"state": payment.get_state_display().lower()}
        )
    payment.state = to


@transaction.atomic
def prepare_payment(*, by: Person, planned: PlannedPayment, amount_sek: int, reason: str = "") -> Payment:
    """Prepare an instalment; the preparer is the first of the two who approve."""
    require(rules.may_prepare(by, planned.decision))
    holds(checks.payment_is_within_the_plan(amount_sek, planned.amount_sek, reason))
    planned = PlannedPayment.objects.select_for_update().get(pk=planned.pk)
    withheld = reason if amount_sek < planned.amount_sek else ""
    existing = Payment.objects.filter(planned=planned).first()
    if existing is not None:
        if existing.state != PaymentState.WITHHELD:
            raise WrongState(_("Utbetalningen är redan förberedd."))
        existing.approvals.all().delete()
        existing.state, existing.amount_sek, existing.withheld_reason = PaymentState.PREPARED, amount_sek, withheld
        existing.prepared_by, existing.prepared_at = by, clock.now()
        existing.save()
        payment = existing
    else:
        payment = Payment.objects.create(
            planned=planned,
            amount_sek=amount_sek,
            withheld_reason=withheld,
            prepared_by=by,
            prepared_at=clock.now(),
        )
    Approval.objects.create(payment=payment, person=by, at=clock.now())
    record(
        by=by,
        verb="prepared_payment",
        subject=payment,
        details={"amount_sek": amount_sek, "planned_sek": planned.amount_sek, "reason": withheld},
        ground="16 § SFS 2024:1102",
    )
    return payment


@transaction.atomic
def approve_payment(*, by: Person, payment: Payment) -> Payment:
    """The second approval, by another person than the first."""
    require(rules.may_pay(by))
    payment = _locked(payment)
    _move(payment, PaymentState.APPROVED)
    require(rules.may_approve(by, payment))
    Approval.objects.create(payment=payment, person=by, at=clock.now())
    payment.save(update_fields=["state"])
    record(by=by, verb="approved_payment", subject=payment, details={"amount_sek": payment.amount_sek})
    return payment


@transaction.atomic
def mark_paid(*, by: Person, payment: Payment, on: dt.date, reference: str) -> Payment:
    require(rules.may_pay(by))
    payment = _locked(payment)
    if payment.state == PaymentState.PREPARED:
        raise WrongState(_("Utbetalningen är inte attesterad av två personer än."))
    _move(payment, PaymentState.PAID)
    approved_on = clock.day_of(max(payment.approvals.values_list("at", flat=True)))
    holds(checks.payment_follows_plan(on, reference, payment.planned.due_on, approved_on, clock.today()))
    payment.paid_on, payment.reference = on, reference
    payment.save(update_fields=["state", "paid_on", "reference"])
    application = payment.planned.decision.application
    register(
        subject=f"Utbetalning för {application.title}",
        party=application.submission.responsible.name,
        direction=Direction.OUT,
        case_number=application.submission.case_number,
    )
    record(
        by=by,
        verb="paid",
        subject=payment,
        details={"amount_sek": payment.amount_sek, "on": on.isoformat(), "reference": reference},
    )
    return payment


@transaction.atomic
def withhold_payment(*, by: Person, payment: Payment, reason: str) -> Payment:
    """Stop a payment that is not yet paid (§ 17)."""
    require(rules.may_pay(by))
    if not reason.strip():
        raise DoesNotHold([Problem(_("Skriv skälet till att medlen hålls inne."), field="reason")])
    payment = _locked(payment)
    _move(payment, PaymentState.WITHHELD)
    payment.withheld_reason = reason
    payment.save(update_fields=["state", "withheld_reason"])
    record(by=by, verb="withheld", subject=payment, details={"reason": reason}, ground="17 § SFS 2024:1102")
    return payment


@transaction.atomic
def distribute(*, by: Person, payment: Payment, basis_from: dt.date, basis_to: dt.date) -> Distribution:
    """Share a paid instalment between the regions by the hours of the period; the parts sum exactly to it."""
    payment = _locked(payment)
    decision = payment.planned.decision
    require(rules.may_distribute(by, decision))
    if payment.state != PaymentState.PAID:
        raise WrongState(_("Bara en utbetalning som är utbetald kan fördelas."))
    if Distribution.objects.filter(payment=payment).exists():
        raise WrongState(_("Utbetalningen är redan fördelad."))
    holds(checks.basis_is_whole_half_years(basis_from, basis_to))
    hours = queries.hours_by_region(decision, basis_from, basis_to)
    own_time, rest = queries.budget_to_share_by(decision, payment.planned.due_on.year)
    holds(checks.there_is_something_to_share_by(own_time, sum(rest.values()), sum(hours.values())))
    parts = checks.share_payment(payment.amount_sek, own_time, rest, hours)
    distribution = Distribution.objects.create(
        payment=payment,
        basis_from=basis_from,
        basis_to=basis_to,
        by_hours_sek=sum(parts.by_hours.values()),
        by_budget_sek=sum(parts.by_budget.values()),
        made_by=by,
        made_at=clock.now(),
    )
    Share.objects.bulk_create(
        Share(
            distribution=distribution,
            region=region,
            hours=hours.get(region.pk, 0),
            by_hours_sek=parts.by_hours.get(region.pk, 0),
            by_budget_sek=parts.by_budget.get(region.pk, 0),
        )
        for region in queries.participants_of(decision)
    )
    shared = sum(share.amount_sek for share in distribution.shares.all())
    if shared != payment.amount_sek:
        raise AssertionError(f"the shares sum to {shared} and not to {payment.amount_sek}")
    record(
        by=by,
        verb="distributed",
        subject=payment,
        details={
            "basis": [basis_from.isoformat(), basis_to.isoformat()],
            "shares": {share.region.code: share.amount_sek for share in distribution.shares.select_related("region")},
        },
    )
    return distribution


@transaction.atomic
def confirm_share(*, by: Person, share: Share) -> Share:
    """The region says that its part has come."""
    require(rules.may_confirm_share(by, share.region))
    share = Share.objects.select_for_update().select_related("region").get(pk=share.pk)
    if share.confirmed_at is not None:
        raise WrongState(_("Regionen har redan bekräftat att pengarna kommit."))
    share.confirmed_by, share.confirmed_at = by, clock.now()
    share.save(update_fields=["confirmed_by", "confirmed_at"])
    record(by=by, verb="confirmed_share", subject=share, details={"amount_sek": share.amount_sek})
    return share
