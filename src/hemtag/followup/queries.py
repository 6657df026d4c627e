"""Reading what happens after the decision. The first argument is the person who asks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from hemtag.assessment.models import Decision, DecisionState, GrantedYear, PlannedPayment
from hemtag.grants.models import Cost, CostKind, EarlierCommitment, Frame, Participant, ParticipantState
from hemtag.organisations.models import Organisation
from hemtag.organisations.rules import is_auditor, is_delegation, regions_of

from .models import Contribution, Payment, PaymentState, RecoveryCase, RecoveryState, Report, Share


def follow_ups_for(person: Any) -> QuerySet[Decision]:
    """Adopted decisions with a grant: all for the delegation and the auditor, a region's own for its people."""
    decisions = (
        Decision.objects.filter(state=DecisionState.ADOPTED, block_decisions__is_granted=True)
        .select_related("application__submission__responsible", "application__submission__call", "meeting")
        .distinct()
    )
    if is_delegation(person) or is_auditor(person):
        return decisions
    return decisions.filter(
        Q(application__submission__responsible__in=regions_of(person))
        | Q(
            application__participants__region__in=regions_of(person),
            application__participants__state=ParticipantState.CONFIRMED,
        )
    )


def follow_up_for(person: Any, application_number: str) -> Decision:
    """Raises Decision.DoesNotExist for an unknown and for a forbidden one alike."""
    return follow_ups_for(person).get(application__number=application_number)


def participants_of(decision: Decision) -> list[Organisation]:
    rows = Participant.objects.filter(application=decision.application, state=ParticipantState.CONFIRMED)
    return [participant.region for participant in rows.select_related("region").order_by("region__code")]


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


def claimable_sek(decision: Decision) -> int:
    """Paid and not already in another recovery case."""
    cases = RecoveryCase.objects.filter(application=decision.application).exclude(state=RecoveryState.CLOSED)
    taken = sum(case.claimed_sek if case.decided_sek is None else case.decided_sek for case in cases)
    return paid_sek(decision) - taken


def contributions_of(decision: Decision) -> QuerySet[Contribution]:
    return Contribution.objects.filter(block__application=decision.application).select_related("block", "region")


def hours_by_region(decision: Decision, from_: dt.date, to: dt.date) -> dict[int, int]:
    """Hours per region of the half-years that lie within the period, in the order of county codes."""
    rows = contributions_of(decision).filter(
        starts_on__gte=from_, ends_on__lte=to, block__decision__is_granted=True
    )
    summed = rows.values("region_id").annotate(sum=Sum("hours")).order_by("region__code")
    return {row["region_id"]: row["sum"] for row in summed}


def budget_to_share_by(decision: Decision, year: int) -> tuple[int, dict[int, int]]:
    """(own working time, all else per region) of one year, in the granted blocks' cells as they were handed in."""
    cells = (
        Cost.objects.filter(
            block__application=decision.application, block__decision__is_granted=True, year=year, requested_sek__gt=0
        )
        .order_by("region__code")
        .values_list("region_id", "kind", "requested_sek")
    )
    own_time, rest = 0, defaultdict[int, int](int)
    for region_id, kind, amount in cells:
        if kind == CostKind.OWN_TIME:
            own_time += amount
        else:
            rest[region_id] += amount
    return own_time, dict(rest)


def share_for(person: Any, pk: int) -> Share:
    """A statement is read by the region it is for, the responsible region, the delegation and the auditor."""
    shares = Share.objects.select_related(
        "region", "distribution__payment__planned__decision__application__submission__responsible"
    )
    if not (is_delegation(person) or is_auditor(person)):
        own = regions_of(person)
        shares = shares.filter(
            Q(region__in=own)
            | Q(distribution__payment__planned__decision__application__submission__responsible__in=own)
        )
    return shares.get(pk=pk)


def reports_for(person: Any) -> QuerySet[Report]:
    return (
        Report.objects.filter(decision__in=follow_ups_for(person))
        .select_related("decision__application__submission__responsible")
        .prefetch_related("parts__region")
    )


def recovery_cases_for(person: Any) -> QuerySet[RecoveryCase]:
    return RecoveryCase.objects.filter(application__decision__in=follow_ups_for(person)).select_related(
        "application__submission__responsible"
    )


@dataclass(frozen=True)
class YearOfMoney:
    """One appropriation year in kronor: its frame, and what is bound, paid and free."""

    year: int
    frame: int
    earlier: int
    decided: int
    paid: int

    @property
    def committed(self) -> int:
        return self.earlier + self.decided

    @property
    def free(self) -> int:
        return self.frame - self.committed


def ledger() -> list[YearOfMoney]:
    """Decided, committed, paid and free per year, in four queries however many decisions there are."""

    def summed(rows: Any) -> Mapping[int, int]:
        return {row["of"]: row["sum"] for row in rows}

    earlier = summed(EarlierCommitment.objects.values(of=F("year")).annotate(sum=Sum("amount_sek")))
    decided = summed(
        GrantedYear.objects.filter(
            block_decision__decision__state=DecisionState.ADOPTED, block_decision__is_granted=True
        )
        .values(of=F("year"))
        .annotate(sum=Sum("amount_sek"))
    )
    paid = summed(
        Payment.objects.filter(state=PaymentState.PAID)
        .values(of=F("planned__due_on__year"))
        .annotate(sum=Sum("amount_sek"))
    )
    return [
        YearOfMoney(
            year=frame.year,
            frame=frame.amount_sek,
            earlier=earlier.get(frame.year, 0),
            decided=decided.get(frame.year, 0),
            paid=paid.get(frame.year, 0),
        )
        for frame in Frame.objects.order_by("year")
    ]
