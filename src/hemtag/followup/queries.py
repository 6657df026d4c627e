"""Reading what happens after the decision. The first argument is the person who asks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.assessment.models import BlockDecision, Decision, DecisionState, GrantedYear, PlannedPayment
from hemtag.assessment.queries.assessing import Waiting
from hemtag.assessment.queries.ledger import FreeYear, free_money
from hemtag.grants.models import Cost, CostKind, Participant, ParticipantState
from hemtag.organisations.models import Organisation, Role
from hemtag.organisations.rules import has_role, is_auditor, is_delegation, regions_of
from hemtag.refusals import Problem
from hemtag.solutions.models import Solution

from . import checks, rules
from .models import (
    RECOVERY_NEXT,
    Contribution,
    Payment,
    PaymentState,
    RecoveryCase,
    RecoveryState,
    Report,
    ReportKind,
    ReportPart,
    ReportState,
    Share,
)


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
    rows = contributions_of(decision).filter(starts_on__gte=from_, ends_on__lte=to, block__decision__is_granted=True)
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


def granted_blocks_of(decision: Decision) -> list[BlockDecision]:
    """The granted blocks with their years, and the solution each has become in the catalogue, if it has."""
    rows = list(
        decision.block_decisions.filter(is_granted=True)
        .select_related("block", "decision")
        .prefetch_related("years")
        .order_by("block__number")
    )
    keys = [origin_key(row) for row in rows]
    known = {solution.origin_key: solution for solution in Solution.objects.filter(origin_key__in=keys)}
    for row in rows:
        row.solution = known.get(origin_key(row))  # type: ignore[attr-defined]
    return rows


def origin_key(granted: BlockDecision) -> str:
    """How the catalogue remembers which block a solution came from."""
    return f"block-{granted.block_id}"


def granted_block_for(person: Any, number: str, block: int) -> BlockDecision:
    return (
        BlockDecision.objects.filter(decision__in=follow_ups_for(person), is_granted=True)
        .select_related("block__application__submission__responsible", "decision")
        .get(block__application__number=number, block__number=block)
    )


def as_solution(granted: BlockDecision) -> dict[str, str]:
    """What the catalogue can take over from the block, for the case officer to complete."""
    block = granted.block
    return {"title": block.title, "problem": block.purpose, "summary": block.activities}


def own_regions_in(person: Any, decision: Decision) -> list[Organisation]:
    own = {region.pk for region in regions_of(person)}
    return [region for region in participants_of(decision) if region.pk in own]


@dataclass(frozen=True)
class HoursTable:
    """Reported hours: one row per participating region, one column per half-year, and the sums."""

    periods: list[dt.date]
    rows: list[tuple[Organisation, list[int | None], int]]
    sums: list[int]

    @property
    def total(self) -> int:
        return sum(self.sums)


def hours_table(decision: Decision) -> HoursTable:
    cells: dict[tuple[int, dt.date], int] = defaultdict(int)
    for row in contributions_of(decision):
        cells[row.region_id, row.starts_on] += row.hours
    periods = sorted({day for _region, day in cells})
    rows = []
    for region in participants_of(decision):
        hours = [cells.get((region.pk, day)) for day in periods]
        rows.append((region, hours, sum(number or 0 for number in hours)))
    sums = [sum(cells.get((region.pk, day), 0) for region, _hours, _sum in rows) for day in periods]
    return HoursTable(periods, rows, sums)


def periods_of(decision: Decision) -> list[dt.date]:
    """The half-years that have begun, newest first, from the start of the decided period."""
    first = decision.period_from or clock.today()
    day, periods = checks.half_year_of(first)[0], []
    while day <= clock.today():
        periods.append(day)
        day = checks.half_year_of(day)[1] + dt.timedelta(days=1)
    return periods[::-1]


def hours_so_far(person: Any, decision: Decision, period: str) -> dict[str, Any]:
    """What the own region has reported for a period, to correct; the newest period when none is named."""
    own, periods = own_regions_in(person, decision), periods_of(decision)
    if not own or not periods:
        return {}
    wanted = next((day for day in periods if day.isoformat() == period), periods[0])
    rows = contributions_of(decision).filter(region=own[0], starts_on=wanted)
    return {
        "region": own[0].code,
        "starts_on": wanted.isoformat(),
        **{f"block_{row.block_id}": row.hours for row in rows},
    }


def latest_half_year(payment: Payment) -> dict[str, dt.date]:
    """The period that a payment is shared by when nothing else is said: the half-year before it fell due."""
    before = checks.half_year_of(payment.planned.due_on)[0] - dt.timedelta(days=1)
    starts_on, ends_on = checks.half_year_of(before)
    return {"basis_from": starts_on, "basis_to": ends_on}


def share_rule(payment: Payment) -> dict[str, int]:
    """The two pools that a payment is divided in, for the page that explains it."""
    own_time, rest = budget_to_share_by(payment.planned.decision, payment.planned.due_on.year)
    return {"own_time": own_time, "rest": sum(rest.values())}


def reports_to_open(decision: Decision) -> list[ReportKind]:
    """The kinds of report that the decision demands and nobody has begun."""
    begun = set(decision.reports.values_list("kind", flat=True))
    due = {ReportKind.INTERIM: decision.interim_due_on, ReportKind.FINAL: decision.final_due_on}
    return [kind for kind in ReportKind if due[kind] is not None and kind not in begun]


def report_for(person: Any, pk: int) -> Report:
    return reports_for(person).get(pk=pk)


def parts_of(report: Report) -> list[tuple[Organisation, ReportPart | None]]:
    """Every participating region with its part, or None where it is missing."""
    written = {part.region_id: part for part in report.parts.select_related("region", "reported_by")}
    return [(region, written.get(region.pk)) for region in participants_of(report.decision)]


def part_so_far(report: Report, region: Organisation) -> dict[str, Any]:
    part = next((part for part in report.parts.all() if part.region_id == region.pk), None)
    if part is None:
        return {"region": region.code, "version": 0}
    return {"region": region.code, "version": part.version, "text": part.text, "cost": part.cost_sek}


def what_is_missing(report: Report) -> list[Problem]:
    """What handing in would refuse, in the words of the same checks."""
    missing = [region.name for region, part in parts_of(report) if part is None]
    return checks.every_region_has_reported(missing) + checks.the_whole_is_described(report.progress)


def is_open(report: Report) -> bool:
    return report.state == ReportState.OPEN


def is_submitted(report: Report) -> bool:
    return report.state == ReportState.SUBMITTED


def recovery_for(person: Any, pk: int) -> RecoveryCase:
    return recovery_cases_for(person).get(pk=pk)


def next_acts(person: Any, case: RecoveryCase, today: dt.date) -> dict[str, bool]:
    """Which acts the person can do on the case where it stands now."""
    to = RECOVERY_NEXT[case.state]
    heard = not checks.hearing_is_over(case.stated_at is not None, case.hearing_due_on, today)
    officer = bool(rules.may_handle_recovery(person))
    return {
        "hear": officer and RecoveryState.HEARING in to,
        "close": officer and RecoveryState.CLOSED in to,
        "statement": case.state == RecoveryState.HEARING
        and case.stated_at is None
        and bool(rules.may_state(person, case)),
        "decide": RecoveryState.DECIDED in to and heard and bool(rules.may_decide_recovery(person)),
        "repaid": RecoveryState.REPAID in to and bool(rules.may_pay(person)),
    }


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


def next_for(person: Any) -> list[Waiting]:
    """What waits for the person after the decision."""
    found = []
    if has_role(person, Role.PAYMENTS_OFFICER):
        found += _payments_waiting(person)
    regions = regions_of(person)
    if regions:
        found += _regions_waiting(person, regions)
    if has_role(person, Role.CASE_OFFICER):
        for report in reports_for(person).filter(state=ReportState.SUBMITTED):
            text = _("Granska redovisningen %(number)s") % {"number": report.decision.application.number}
            found.append(Waiting(text, reverse("report", args=[report.pk])))
    if has_role(person, Role.DECISION_MAKER):
        for case in recovery_cases_for(person).filter(state=RecoveryState.HEARING):
            if case.stated_at or (case.hearing_due_on and case.hearing_due_on < clock.today()):
                text = _("Besluta om återkrav i %(number)s") % {"number": case.case_number}
                found.append(Waiting(text, reverse("recovery", args=[case.pk])))
    return found


def _payments_waiting(person: Any) -> list[Waiting]:
    soon = clock.today() + dt.timedelta(days=30)
    waiting = [planned for planned in payments_to_handle() if planned.due_on <= soon]
    second = [
        planned
        for planned in waiting
        if hasattr(planned, "payment")
        and planned.payment.state == PaymentState.PREPARED
        and person.pk not in {approval.person_id for approval in planned.payment.approvals.all()}
    ]
    first = [planned for planned in waiting if not hasattr(planned, "payment")]
    found = []
    for rows, one, many in (
        (second, _("Attestera %(count)s utbetalning"), _("Attestera %(count)s utbetalningar")),
        (first, _("Förbered %(count)s utbetalning"), _("Förbered %(count)s utbetalningar")),
    ):
        if rows:
            text = (one if len(rows) == 1 else many) % {"count": len(rows)}
            found.append(Waiting(text, reverse("payments"), rows[0].due_on, len(rows)))
    return found


def _regions_waiting(person: Any, regions: list[Organisation]) -> list[Waiting]:
    found = []
    for share in Share.objects.filter(region__in=regions, confirmed_at__isnull=True).select_related(
        "distribution__payment__planned__decision__application"
    ):
        number = share.distribution.payment.planned.decision.application.number
        text = _("Bekräfta att pengarna kommit för %(number)s") % {"number": number}
        found.append(Waiting(text, reverse("share", args=[share.pk])))
    for report in reports_for(person).filter(state=ReportState.OPEN):
        written = {part.region_id for part in report.parts.all()}
        if any(region.pk not in written for region in regions):
            text = _("Skriv er del av redovisningen för %(number)s") % {"number": report.decision.application.number}
            found.append(Waiting(text, reverse("report", args=[report.pk]), report.due_on))
    for case in recovery_cases_for(person).filter(
        state=RecoveryState.HEARING, stated_at__isnull=True, application__submission__responsible__in=regions
    ):
        text = _("Yttra er i återkravsärendet %(number)s") % {"number": case.case_number}
        found.append(Waiting(text, reverse("recovery", args=[case.pk]), case.hearing_due_on))
    return found
