"""After the decision in the demo: payments, hours, distribution, a report, a recovery case, the catalogue."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from typing import Any

from hemtag.assessment.models import Decision
from hemtag.assessment.queries.ledger import granted_blocks
from hemtag.followup import queries
from hemtag.followup.actions import paying, recovering, reporting, spreading
from hemtag.followup.models import Payment, RecoveryGround, ReportKind
from hemtag.grants.models import Application
from hemtag.grants.reference import AdoptionStep, Reference, SolutionData
from hemtag.organisations.models import Role
from hemtag.solutions import actions as catalogue
from hemtag.solutions.actions import moving, qualifying
from hemtag.solutions.criteria import newest
from hemtag.solutions.models import Solution, SolutionKind, SolutionState, Stage
from hemtag.solutions.queries import solution_from

from .applying import Applications
from .clockwork import on
from .people import Cast

REAL = ("ai", "skalning")


def follow_all(data: Reference, written: Applications, cast: Cast, today: dt.date) -> None:
    decisions = {
        key: decision for key, application in written.items() if (decision := _granted(application)) is not None
    }
    for decision in decisions.values():
        _pay(decision, cast, until=dt.date(2027, 8, 31))
    for key in REAL:
        if key in decisions:
            _share(decisions[key], key, data, cast)
    if "ai" in decisions:
        _report(decisions["ai"], cast)
    _recover([row for key, row in decisions.items() if key not in REAL], cast)


def _granted(application: Application) -> Decision | None:
    rows = Decision.objects.filter(application=application, block_decisions__is_granted=True).distinct()
    return rows.select_related("application__submission__responsible").first()


def _pay(decision: Decision, cast: Cast, until: dt.date) -> None:
    """Every instalment that has fallen due, by two people; the next one waits for its second approval."""
    first, second = cast.all(Role.PAYMENTS_OFFICER)[:2]
    for planned in decision.planned_payments.all():
        ahead = planned.due_on - dt.timedelta(days=10)
        if planned.due_on > until:
            if ahead <= until + dt.timedelta(days=20):
                with on(min(ahead, until)):
                    paying.prepare_payment(by=first, planned=planned, amount_sek=planned.amount_sek)
            break
        with on(ahead):
            payment = paying.prepare_payment(by=first, planned=planned, amount_sek=planned.amount_sek)
        with on(planned.due_on - dt.timedelta(days=3)):
            paying.approve_payment(by=second, payment=payment)
        with on(planned.due_on):
            reference = f"BG {decision.number[-6:]}-{planned.pk}".replace("/", "-")
            paying.mark_paid(by=first, payment=payment, on=planned.due_on, reference=reference)


def _share(decision: Decision, key: str, data: Reference, cast: Cast) -> None:
    """Hours of two half-years, and the payments that are shared by them; a few regions have not confirmed yet."""
    blocks = {block.title: block.pk for block in decision.application.blocks.filter(decision__is_granted=True)}
    titles = {block.key: block.title for block in data.application(key).blocks}
    hours: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for row in data.contributions:
        title = titles.get(row.block, "")
        if row.application == key and title in blocks:
            hours[row.from_month, row.region][blocks[title]] = row.hours
    for month, said_on in (("2026-07", dt.date(2027, 1, 15)), ("2027-01", dt.date(2027, 7, 8))):
        starts_on = dt.date.fromisoformat(f"{month}-01")
        with on(said_on):
            for (from_month, code), per_block in sorted(hours.items()):
                if from_month == month:
                    reporting.report_hours(
                        by=cast.writer(code),
                        decision=decision,
                        region=cast.organisations[code],
                        starts_on=starts_on,
                        hours=per_block,
                    )
    economist = cast.economist(decision.application.submission.responsible.code)
    payments = Payment.objects.filter(planned__decision=decision, state="paid").order_by("planned__due_on")
    for payment, (day, first, last) in zip(
        payments,
        (
            (dt.date(2027, 1, 25), dt.date(2026, 7, 1), dt.date(2026, 12, 31)),
            (dt.date(2027, 7, 15), dt.date(2027, 1, 1), dt.date(2027, 6, 30)),
        ),
        strict=False,
    ):
        with on(day):
            distribution = paying.distribute(by=economist, payment=payment, basis_from=first, basis_to=last)
        with on(day + dt.timedelta(days=9)):
            late = {"09", "23"} if day.month == 7 else set()
            for share in distribution.shares.select_related("region"):
                if share.region.code not in late:
                    paying.confirm_share(by=cast.economist(share.region.code), share=share)


def _report(decision: Decision, cast: Cast) -> None:
    """The interim report: every region's part, the whole by the responsible region, handed in and accepted."""
    due_on = decision.interim_due_on
    if due_on is None:
        return
    responsible = decision.application.submission.responsible.code
    with on(due_on - dt.timedelta(days=30)):
        report = reporting.open_report(by=cast.writer(responsible), decision=decision, kind=ReportKind.INTERIM)
        hours = queries.hours_by_region(decision, dt.date(2026, 7, 1), dt.date(2026, 12, 31))
        for region in queries.participants_of(decision):
            worked = hours.get(region.pk, 0)
            reporting.write_part(
                by=cast.writer(region.code),
                report=report,
                region=region,
                version=0,
                text=f"Regionen har arbetat {worked} timmar i blocken under det andra halvåret 2026. "
                "Arbetet följer planen; rekryteringen av en jurist blev en månad sen.",
                cost_sek=worked * 521,
            )
    with on(due_on - dt.timedelta(days=4)):
        reporting.write_progress(
            by=cast.writer(responsible),
            report=report,
            version=report.version,
            progress="Samordningen är på plats och de första gemensamma underlagen är publicerade. Arbetet med "
            "informationsutbyte har börjat senare än planerat, eftersom två avtal behövde tolkas gemensamt.",
        )
        reporting.submit_report(by=cast.one(Role.REPRESENTATIVE, responsible), report=report)
    with on(due_on + dt.timedelta(days=16)):
        reporting.settle_report(by=cast.one(Role.CASE_OFFICER), report=report, accept=True)


def _recover(decisions: list[Decision], cast: Cast) -> None:
    """One case of repayment: opened and sent to the region, which has not answered yet."""
    paid = [(queries.paid_sek(decision), decision) for decision in decisions]
    amount, decision = max(paid, key=lambda pair: pair[0])
    claimed = amount // 10 // 1000 * 1000
    officer = cast.one(Role.CASE_OFFICER)
    with on(dt.date(2027, 9, 6)):
        case = recovering.open_recovery(
            by=officer,
            decision=decision,
            ground=RecoveryGround.UNUSED,
            claimed_sek=claimed,
            facts="Enligt regionens avstämning i augusti 2027 har en tjänst som ingår i åtgärden inte tillsatts. Den "
            "del av bidraget som avser tjänsten har inte använts. (Påhittat ärende i demonstrationen.)",
        )
    with on(dt.date(2027, 9, 8)):
        recovering.hear(by=officer, case=case, due_on=dt.date(2027, 10, 8))


def fill_catalogue(data: Reference, written: Applications, cast: Cast, today: dt.date) -> None:
    """Solutions that regions have proposed, and those that came from granted blocks, each with its dated steps."""
    for number, solution in enumerate(data.solutions):
        if solution.proposed_on > today:
            continue
        row = _from_block(solution, written, data, cast) if solution.block else _own(solution, cast)
        if row is None:
            continue
        if solution.state != "identified":
            with on(min(solution.proposed_on + dt.timedelta(days=7), today)):
                _settled(solution, row, cast)
                if solution.state == "screened":
                    _planned(number, row, cast, today)
        for step in sorted(solution.steps, key=lambda step: step.occurred_on):
            if step.occurred_on <= today:
                with on(max(step.occurred_on, solution.proposed_on)):
                    catalogue.record_step(
                        by=cast.writer(step.region),
                        solution=row,
                        region=cast.organisations[step.region],
                        stage=Stage(step.stage),
                        occurred_on=step.occurred_on,
                        proof=step.proof,
                        **_what_it_needs(step),
                    )


OF_EACH_KIND = {
    "technical": (
        "Möjliggörande: tekniken är det som andra bygger vidare på.",
        "Tekniken finns hos flera leverantörer.",
    ),
    "organisational": ("Direkt: vården är ordnad på ett nytt sätt.", "Går att göra utan ny teknik."),
    "way_of_working": (
        "Direkt: arbetet görs på ett nytt sätt från första dagen.",
        "Metoden är beskriven och fri att använda.",
    ),
    "ai": ("Direkt, men effekten beror på hur stödet används.", "Klass och risk prövas i kvalificeringen."),
    "phasing_out": ("Direkt: något som inte hjälper slutar göras.", "Vad som ska sluta göras är namngivet."),
}
"""Per kind of solution in the demo: which kind of effect it is, and what the screening says of it."""


def _settled(solution: SolutionData, row: Solution, cast: Cast) -> None:
    """Through G1, criterion by criterion; what an editor can do without a gate is done so."""
    editor = cast.one(Role.CATALOGUE_EDITOR, "catalogue")
    effect, said = OF_EACH_KIND[solution.kind]
    if solution.state != "screened":
        reason = f"Sållad bort: den kan inte föras vidare som den är beskriven. {said}"
        catalogue.settle(by=editor, solution=row, to=SolutionState(solution.state), reason=reason)
        return
    marks = {one.id: {"criterion": one.id, "mark": "met", "comment": ""} for one in newest("G1").criteria}
    marks["S6"]["comment"] = "Problemet finns i de flesta regioner."
    marks["S8"]["comment"] = effect
    if not row.effect:
        marks["S2"] |= {"mark": "partly", "comment": "Effekten är beskriven i ord; siffran prövas i kvalificeringen."}
    if not row.contact:
        marks["S3"] |= {"mark": "partly", "comment": f"Nås genom {row.owner.name}; en funktionsbrevlåda saknas."}
    qualifying.try_alone(
        by=editor,
        solution=row,
        gate="G1",
        has_conflict=False,
        said=list(marks.values()),
        outcome="passed",
        reasons=f"Problemet och lösningen är beskrivna så att en annan region kan ta ställning. {said}",
    )


def _planned(number: int, row: Solution, cast: Cast, today: dt.date) -> None:
    """The editors take them in turn: each has a day for its qualification, and a few have slipped."""
    moving.hand_over(
        by=cast.one(Role.CATALOGUE_EDITOR, "catalogue"),
        solution=row,
        waits_for=None,
        due_on=today + dt.timedelta(days=number * 37 % 220 - 12),
        reason="Kvalificeras i tur och ordning under året.",
    )


def _what_it_needs(step: AdoptionStep) -> dict[str, Any]:
    """What a step of its kind is asked for; invented where the catalogue of the demo does not say."""
    if step.stage == "decided":
        paragraph = re.match(r".*?§ ?\d+", step.proof)
        body, _comma, _rest = step.proof.partition(",")
        return {"decision_reference": paragraph[0] if paragraph else f"{body[:120]}, {_number(step)}"}
    if step.stage in {"declined", "discontinued"}:
        return {"reason": step.reason or "priority"}
    whole = {"rolling_out": (2, 5), "in_use": (5, 5)}.get(step.stage)
    if whole is None:
        return {}
    covered, out_of = (step.covered or whole[0], step.out_of or whole[1])
    return {"covered": covered, "out_of": out_of, "covered_unit": step.unit or "enheter"}


def _number(step: AdoptionStep) -> str:
    return f"dnr {step.region}-{step.occurred_on:%Y-%m%d} (påhittat)"


def _own(solution: SolutionData, cast: Cast) -> Solution:
    with on(solution.proposed_on):
        return catalogue.propose(
            by=cast.writer(solution.proposed_by),
            region=cast.organisations[solution.proposed_by],
            kind=SolutionKind(solution.kind),
            title=solution.title,
            specialty=solution.specialty,
            problem=solution.problem,
            summary=solution.summary,
        )


def _from_block(solution: SolutionData, written: Applications, data: Reference, cast: Cast) -> Solution | None:
    """None when the block was not granted: what is not granted does not come to the catalogue this way."""
    key, _slash, block_key = solution.block.partition("/")
    title = data.application(key).block(block_key).title
    granted = granted_blocks().filter(block__application=written[key], block__title=title).first()
    if granted is None or solution_from(queries.origin_key(granted)):
        return None
    with on(solution.proposed_on):
        return spreading.propose_block(
            by=cast.one(Role.CASE_OFFICER),
            granted=granted,
            kind=SolutionKind(solution.kind),
            title=solution.title,
            specialty=solution.specialty,
            problem=solution.problem,
            summary=solution.summary,
        )
