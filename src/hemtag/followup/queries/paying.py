"""The payment plan and what has happened with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Sum

from hemtag.assessment.models import Decision, DecisionState, GrantedYear, PlannedPayment
from hemtag.assessment.queries.ledger import FreeYear, free_money

from ..models import Payment, PaymentState, Share
from .seeing import follow_ups_for


def instalments_of(decision: Decision) -> list[PlannedPayment]:
    """The payment plan with, for each instalment, its payment, approvals and distribution where they exist."""
    return list(
        decision.planned_payments.select_related("payment__distribution", "payment__prepared_by").prefetch_related(
            "payment__approvals__person", "payment__distribution__shares__region"
        )
    )


def payment_for(person: Any, pk: int) -> Payment:
    return (
        Payment.objects.select_related("planned__decision__application__submission__responsible")
        .prefetch_related("approvals__person")
        .get(pk=pk, planned__decision__in=follow_ups_for(person))
    )


def planned_payment_for(person: Any, pk: int) -> PlannedPayment:
    return PlannedPayment.objects.select_related("decision__application__submission__responsible").get(
        pk=pk, decision__in=follow_ups_for(person)
    )


def payments_now_and_later(person: Any, today: dt.date) -> tuple[list[PlannedPayment], list[PlannedPayment]]:
    """What is begun or falls due within a month, and the rest.

    `is_own` marks what the person has approved already and another must approve: last of what is to be done now.
    """
    now: list[PlannedPayment] = []
    later: list[PlannedPayment] = []
    for planned in payments_to_handle():
        begun = hasattr(planned, "payment")
        approvals = planned.payment.approvals.all() if begun else []
        planned.is_own = person.pk in {approval.person_id for approval in approvals}  # type: ignore[attr-defined]
        (now if begun or planned.due_on <= today + dt.timedelta(days=30) else later).append(planned)
    return sorted(now, key=lambda planned: planned.is_own), later  # type: ignore[attr-defined]


def payments_to_handle() -> list[PlannedPayment]:
    """Every instalment that is not yet paid, oldest due first: the payments officer's list."""
    return list(
        PlannedPayment.objects.filter(decision__state=DecisionState.ADOPTED)
        .exclude(payment__state=PaymentState.PAID)
        .select_related("payment", "decision__application__submission__responsible")
        .prefetch_related("payment__approvals__person")
        .order_by("due_on", "pk")
    )


def approved_payments() -> list[Payment]:
    """Approved by two and not yet paid: what the payer is sent."""
    return list(
        Payment.objects.filter(state=PaymentState.APPROVED)
        .select_related("planned__decision__application__submission__responsible")
        .order_by("planned__due_on", "pk")
    )


def paid_sek(decision: Decision) -> int:
    paid = Payment.objects.filter(planned__decision=decision, state=PaymentState.PAID).aggregate(sum=Sum("amount_sek"))
    return paid["sum"] or 0


@dataclass(frozen=True)
class MoneyOf:
    """One decision's money in kronor: granted, paid, passed on to regions, and what regions have reported as cost."""

    decision: Decision
    granted_sek: int
    paid_sek: int
    shared_sek: int
    next_due: dt.date | None


def money_of(decisions: QuerySet[Decision]) -> list[MoneyOf]:
    """In four queries however many decisions there are."""
    rows = list(decisions.order_by("number"))
    keys = [row.pk for row in rows]

    def summed(query: Any, of: str, what: Any) -> dict[int, int]:
        return {row[of]: row["sek"] for row in query.order_by().values(of).annotate(sek=Sum(what))}

    granted = summed(
        GrantedYear.objects.filter(block_decision__decision__in=keys, block_decision__is_granted=True),
        "block_decision__decision",
        "amount_sek",
    )
    paid = summed(
        Payment.objects.filter(planned__decision__in=keys, state=PaymentState.PAID), "planned__decision", "amount_sek"
    )
    shared = summed(
        Share.objects.filter(distribution__payment__planned__decision__in=keys),
        "distribution__payment__planned__decision",
        F("by_hours_sek") + F("by_budget_sek"),
    )
    due: dict[int, dt.date] = {}
    for planned in (
        PlannedPayment.objects.filter(decision__in=keys)
        .exclude(payment__state=PaymentState.PAID)
        .order_by("-due_on")
        .values_list("decision", "due_on")
    ):
        due[planned[0]] = planned[1]
    return [
        MoneyOf(row, granted.get(row.pk, 0), paid.get(row.pk, 0), shared.get(row.pk, 0), due.get(row.pk))
        for row in rows
    ]


@dataclass(frozen=True)
class YearOfMoney:
    """One appropriation year in kronor: what is bound of its frame, and what has been paid of that."""

    free_year: FreeYear
    paid_sek: int

    @property
    def year(self) -> int:
        return self.free_year.year

    @property
    def frame(self) -> int:
        return self.free_year.frame_sek

    @property
    def committed(self) -> int:
        return self.free_year.earlier_sek

    @property
    def chosen(self) -> int:
        return self.free_year.decided_sek


def ledger() -> list[YearOfMoney]:
    """Decided, committed, paid and free per year, in four queries however many decisions there are."""
    rows = (
        Payment.objects.filter(state=PaymentState.PAID)
        .order_by()
        .values(of=F("planned__due_on__year"))
        .annotate(sek=Sum("amount_sek"))
    )
    paid = {row["of"]: row["sek"] for row in rows}
    return [YearOfMoney(row, paid.get(year, 0)) for year, row in free_money().items()]
