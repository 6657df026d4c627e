"""Cases of repayment: how much can be claimed, and what can be done next."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from hemtag.assessment.models import Decision

from .. import checks, rules
from ..models import RECOVERY_NEXT, RecoveryCase, RecoveryState
from .paying import paid_sek
from .seeing import follow_ups_for


def recovery_cases_for(person: Any) -> QuerySet[RecoveryCase]:
    return RecoveryCase.objects.filter(application__decision__in=follow_ups_for(person)).select_related(
        "application__submission__responsible"
    )


def recovery_for(person: Any, pk: int) -> RecoveryCase:
    return recovery_cases_for(person).get(pk=pk)


def claimable_sek(decision: Decision) -> int:
    """Paid and not already in another recovery case."""
    cases = RecoveryCase.objects.filter(application=decision.application).exclude(state=RecoveryState.CLOSED)
    taken = sum(case.claimed_sek if case.decided_sek is None else case.decided_sek for case in cases)
    return paid_sek(decision) - taken


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


def interest_if_paid(case: RecoveryCase, on: dt.date) -> int | None:
    """Kronor of interest if the decided amount comes back that day; None where nothing is owed."""
    if case.state != RecoveryState.DECIDED:
        return None
    if case.decided_sek is None or case.interest_percent is None or case.interest_from is None:
        raise AssertionError("a decided case has its amount and interest")
    return checks.interest_sek(case.decided_sek, case.interest_percent, case.interest_from, on)
