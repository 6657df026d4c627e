"""Recovery (§§ 18–20): opened, the region heard, decided with or without relief, repaid with interest."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.assessment.models import Decision
from hemtag.history.actions import record, register
from hemtag.history.models import Direction
from hemtag.knowledge.queries import fact_on
from hemtag.organisations.models import Person
from hemtag.refusals import DoesNotHold, Problem, WrongState, holds, require

from .. import checks, queries, rules
from ..models import RECOVERY_NEXT, RecoveryCase, RecoveryGround, RecoveryState

# § 20, for a call whose own rule set does not say: the state's lending rate plus two percentage points.
ABOVE_LENDING_RATE = Decimal(2)


def _locked(case: RecoveryCase) -> RecoveryCase:
    cases = RecoveryCase.objects.select_for_update()
    return cases.select_related("application__submission__responsible", "application__submission__call").get(pk=case.pk)


def _moved(case: RecoveryCase, to: RecoveryState) -> RecoveryCase:
    case = _locked(case)
    if to not in RECOVERY_NEXT[case.state]:
        raise WrongState(_("Ärendet är i läget ”%(state)s”.") % {"state": case.get_state_display().lower()})
    case.state = to
    return case


def _registered(case: RecoveryCase, subject: str, direction: Direction) -> None:
    """The register is in Swedish, whatever language the person reads the pages in: its subjects are not translated."""
    register(
        subject=f"{subject}: {case.application.title}",
        party=case.application.submission.responsible.name,
        direction=direction,
        case_number=case.case_number,
    )


@transaction.atomic
def open_recovery(
    *, by: Person, decision: Decision, ground: RecoveryGround, claimed_sek: int, facts: str
) -> RecoveryCase:
    require(rules.may_handle_recovery(by))
    decision = Decision.objects.select_for_update().get(pk=decision.pk)
    problems = checks.claim_is_within_what_was_paid(claimed_sek, queries.claimable_sek(decision))
    if not facts.strip():
        problems.append(Problem(_("Beskriv de omständigheter som kravet vilar på."), field="facts"))
    holds(problems)
    application = decision.application
    line = register(
        subject=f"Fråga om återkrav: {application.title}",
        party=application.submission.responsible.name,
        direction=Direction.DRAWN_UP,
    )
    case = RecoveryCase.objects.create(
        application=application,
        case_number=line.case_number,
        ground=ground,
        claimed_sek=claimed_sek,
        facts=facts,
        opened_by=by,
        opened_at=clock.now(),
    )
    record(
        by=by,
        verb="opened_recovery",
        subject=case,
        details={"ground": ground.value, "claimed_sek": claimed_sek},
        ground="18 § SFS 2024:1102",
    )
    return case


@transaction.atomic
def hear(*, by: Person, case: RecoveryCase, due_on: dt.date) -> RecoveryCase:
    """Send everything to the region with a day to answer by (25 § förvaltningslagen)."""
    require(rules.may_handle_recovery(by))
    if due_on <= clock.today():
        raise DoesNotHold([Problem(_("Svarsdagen ska ligga efter i dag."), field="due_on")])
    case = _moved(case, RecoveryState.HEARING)
    case.hearing_due_on = due_on
    case.save(update_fields=["state", "hearing_due_on"])
    _registered(case, "Kommunicering i fråga om återkrav", Direction.OUT)
    record(
        by=by,
        verb="communicated_recovery",
        subject=case,
        details={"due_on": due_on.isoformat()},
        ground="25 § förvaltningslagen (2017:900)",
    )
    return case


@transaction.atomic
def give_statement(*, by: Person, case: RecoveryCase, statement: str) -> RecoveryCase:
    require(rules.may_state(by, case))
    case = _locked(case)
    if case.state != RecoveryState.HEARING:
        raise WrongState(_("Ärendet är i läget ”%(state)s”.") % {"state": case.get_state_display().lower()})
    if case.stated_at is not None:
        raise WrongState(_("Regionen har redan yttrat sig."))
    if not statement.strip():
        raise DoesNotHold([Problem(_("Skriv regionens yttrande."), field="statement")])
    case.statement, case.stated_by, case.stated_at = statement, by, clock.now()
    case.save(update_fields=["statement", "stated_by", "stated_at"])
    _registered(case, "Yttrande i fråga om återkrav", Direction.IN)
    record(by=by, verb="stated", subject=case)
    return case


@transaction.atomic
def decide_recovery(
    *, by: Person, case: RecoveryCase, decided_sek: int, reasons: str, relief_reason: str = ""
) -> RecoveryCase:
    """Decide; interest runs from one month after the decision (§ 20). Nothing left to repay closes the case."""
    require(rules.may_decide_recovery(by))
    case = _moved(case, RecoveryState.DECIDED)
    today = clock.today()
    problems = checks.hearing_is_over(case.stated_at is not None, case.hearing_due_on, today)
    problems += checks.relief_has_its_reason(decided_sek, case.claimed_sek, relief_reason)
    if not reasons.strip():
        problems.append(
            Problem(_("Skriv skälen: vilka regler som tillämpats och vad som avgjort (32 § FL)."), field="reasons")
        )
    holds(problems)
    rate = fact_on("state_lending_rate", today)
    if rate is None:
        raise DoesNotHold(_("Statens utlåningsränta saknas i registret över daterade uppgifter. Lägg in den först."))
    case.decided_on, case.decided_sek = today, decided_sek
    case.reasons, case.relief_reason = reasons, relief_reason
    margin = case.application.submission.call.rule_set.get("interest_margin_percentage_points", ABOVE_LENDING_RATE)
    case.interest_percent, case.interest_from = rate.value + Decimal(margin), checks.a_month_after(today)
    if decided_sek == 0:
        case.state = RecoveryState.CLOSED  # nothing is left to repay
    case.save()
    _registered(case, "Beslut om återkrav", Direction.OUT)
    record(
        by=by,
        verb="decided_recovery",
        subject=case,
        details={"decided_sek": decided_sek, "claimed_sek": case.claimed_sek, "relief": relief_reason},
        ground="18–20 §§ SFS 2024:1102",
    )
    return case


@transaction.atomic
def close_recovery(*, by: Person, case: RecoveryCase, reason: str) -> RecoveryCase:
    """End the case without a claim."""
    require(rules.may_handle_recovery(by))
    if not reason.strip():
        raise DoesNotHold([Problem(_("Skriv varför ärendet avslutas utan återkrav."), field="reason")])
    case = _moved(case, RecoveryState.CLOSED)
    case.reasons = reason
    case.save(update_fields=["state", "reasons"])
    _registered(case, "Ärendet avslutat utan återkrav", Direction.OUT)
    record(by=by, verb="closed_recovery", subject=case, details={"reason": reason})
    return case


@transaction.atomic
def record_repayment(*, by: Person, case: RecoveryCase, on: dt.date) -> RecoveryCase:
    """The decided amount has come back on a day, with the interest that had grown by then."""
    require(rules.may_pay(by))
    if on > clock.today():
        raise DoesNotHold([Problem(_("Betalningsdagen kan inte ligga i framtiden."), field="on")])
    case = _moved(case, RecoveryState.REPAID)
    if case.decided_sek is None or case.interest_percent is None or case.interest_from is None:
        raise AssertionError("a decided case has its amount and interest")
    if case.decided_on is not None and on < case.decided_on:
        raise DoesNotHold([Problem(_("Betalningsdagen ligger före beslutet."), field="on")])
    case.repaid_on, case.repaid_sek = on, case.decided_sek
    case.interest_sek = checks.interest_sek(case.decided_sek, case.interest_percent, case.interest_from, on)
    case.save(update_fields=["state", "repaid_on", "repaid_sek", "interest_sek"])
    record(
        by=by,
        verb="repaid",
        subject=case,
        details={"on": on.isoformat(), "repaid_sek": case.repaid_sek, "interest_sek": case.interest_sek},
        ground="20 § SFS 2024:1102",
    )
    return case
