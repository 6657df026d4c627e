"""What regions report: contributed hours, their own part of a report, and the whole by the responsible region."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.assessment.models import Decision
from hemtag.grants.models import Block
from hemtag.history.actions import record, register
from hemtag.history.models import Direction
from hemtag.history.queries import events_about
from hemtag.money import kronor
from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import Clash, Difference, DoesNotHold, Problem, WrongState, holds, require

from .. import checks, queries, rules
from ..models import REPORT_NEXT, Contribution, Distribution, Report, ReportKind, ReportPart, ReportState


@transaction.atomic
def report_hours(
    *, by: Person, decision: Decision, region: Organisation, starts_on: dt.date, hours: Mapping[int, int]
) -> list[Contribution]:
    """Report one region's hours of one half-year, per block (keys are block ids of this decision).

    The same period can be corrected until a payment has been shared by it.
    """
    require(rules.may_contribute(by, region))
    if region.pk not in {participant.pk for participant in queries.participants_of(decision)}:
        raise DoesNotHold(_("%(region)s deltar inte i ansökan.") % {"region": region.name})
    problems = checks.period_is_a_half_year(starts_on, clock.today(), decision.period_from, decision.period_to)
    problems += [
        Problem(problem.message, field=f"block_{pk}", rule=problem.rule)
        for pk, number in hours.items()
        for problem in checks.hours_are_reasonable(number)
    ]
    holds(problems)
    ends_on = checks.half_year_of(starts_on)[1]
    used = Distribution.objects.filter(
        payment__planned__decision=decision, basis_from__lte=starts_on, basis_to__gte=ends_on
    )
    if used.exists():
        raise WrongState(_("En utbetalning är redan fördelad efter den här perioden, så timmarna kan inte ändras."))
    blocks = {
        block.pk: block for block in Block.objects.filter(application=decision.application, decision__is_granted=True)
    }
    if foreign := set(hours) - set(blocks):
        raise DoesNotHold([Problem(_("Blocket hör inte till de beviljade i ansökan."), field=f"block_{min(foreign)}")])
    before = {
        row.block_id: row.hours
        for row in Contribution.objects.select_for_update().filter(block__in=blocks, region=region, starts_on=starts_on)
    }
    rows = [
        Contribution.objects.update_or_create(
            block=blocks[pk],
            region=region,
            starts_on=starts_on,
            defaults={"ends_on": ends_on, "hours": number, "reported_by": by, "reported_at": clock.now()},
        )[0]
        for pk, number in hours.items()
    ]
    record(
        by=by,
        verb="reported_hours",
        subject=decision,
        details={
            "region": region.code,
            "from": starts_on.isoformat(),
            "hours": {blocks[pk].number: number for pk, number in hours.items()},
            "before": {blocks[pk].number: number for pk, number in before.items()},
        },
    )
    return rows


@transaction.atomic
def open_report(*, by: Person, decision: Decision, kind: ReportKind) -> Report:
    require(rules.may_open_report(by, decision))
    due_on = decision.interim_due_on if kind == ReportKind.INTERIM else decision.final_due_on
    if due_on is None:
        raise DoesNotHold(_("Beslutet kräver ingen %(kind)s.") % {"kind": str(kind.label).lower()})
    report, is_new = Report.objects.get_or_create(decision=decision, kind=kind, due_on=due_on)
    if not is_new:
        raise WrongState(_("Redovisningen är redan påbörjad."))
    record(by=by, verb="opened_report", subject=report, details={"due_on": due_on.isoformat()})
    return report


def _open(report: Report) -> Report:
    report = Report.objects.select_for_update().select_related("decision").get(pk=report.pk)
    if report.state != ReportState.OPEN:
        raise WrongState(_("Redovisningen är inlämnad och kan inte ändras."))
    return report


@transaction.atomic
def write_part(
    *, by: Person, report: Report, region: Organisation, version: int, text: str, cost_sek: int
) -> ReportPart:
    """Save one region's own part. `version` is 0 for a first save, else the version the writer saw."""
    require(rules.may_write_part(by, region))
    report = _open(report)
    if region.pk not in {participant.pk for participant in queries.participants_of(report.decision)}:
        raise DoesNotHold(_("%(region)s deltar inte i ansökan.") % {"region": region.name})
    problems = []
    if not text.strip():
        problems.append(Problem(_("Beskriv vad regionen har gjort."), field="text"))
    if cost_sek < 0:
        problems.append(Problem(_("Kostnaden kan inte vara negativ."), field="cost"))
    holds(problems)
    part = ReportPart.objects.select_for_update().filter(report=report, region=region).first()
    if part is None:
        part = ReportPart(report=report, region=region, version=0, text="", cost_sek=0)
    elif part.version != version:
        theirs = (("text", _("Vad har gjorts"), part.text, text), ("cost", _("Kostnad"), part.cost_sek, cost_sek))
        raise Clash(
            who=part.reported_by.name if part.reported_by else "Hemtag",
            at=part.reported_at,
            version=part.version,
            differences=[
                Difference(field, label, kronor(saved) if isinstance(saved, int) else saved)
                for field, label, saved, mine in theirs
                if saved != mine
            ],
        )
    before = {"text": part.text, "cost_sek": part.cost_sek}
    part.version, part.text, part.cost_sek = part.version + 1, text, cost_sek
    part.reported_by, part.reported_at = by, clock.now()
    part.save()
    record(
        by=by,
        verb="wrote_report_part",
        subject=report,
        details={"region": region.code, "before": before, "after": {"text": text, "cost_sek": cost_sek}},
    )
    return part


@transaction.atomic
def write_progress(*, by: Person, report: Report, version: int, progress: str) -> Report:
    """Save the responsible region's text on the whole; the regions' own parts are out of its reach."""
    require(rules.may_write_progress(by, report))
    report = _open(report)
    if report.version != version:
        saved = events_about(report).filter(verb="wrote_report")[0]
        raise Clash(
            who=saved.actor,
            at=saved.at,
            version=report.version,
            differences=[Difference("progress", _("Hur arbetet har gått"), report.progress)],
        )
    before, report.progress, report.version = report.progress, progress, version + 1
    report.save(update_fields=["progress", "version"])
    record(by=by, verb="wrote_report", subject=report, details={"before": before, "after": progress})
    return report


@transaction.atomic
def submit_report(*, by: Person, report: Report) -> Report:
    require(rules.may_submit_report(by, report))
    report = _open(report)
    holds(queries.what_is_missing(report))
    report.state, report.submitted_by, report.submitted_at = ReportState.SUBMITTED, by, clock.now()
    report.save(update_fields=["state", "submitted_by", "submitted_at"])
    content = _content(report)
    digest = hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    with translation.override("sv"):  # the register is in Swedish, whatever language the person reads the pages in
        kind = str(report.get_kind_display())
    _registered(report, kind, Direction.IN, digest)
    details = {"content": content, "sha256": digest}
    record(by=by, verb="submitted_report", subject=report, details=details, ground="15 § SFS 2024:1102")
    return report


def _content(report: Report) -> dict[str, Any]:
    """Every word and figure of the report as handed in: history keeps it, whatever is completed afterwards."""
    parts = report.parts.select_related("region", "reported_by")
    return {
        "progress": report.progress,
        "parts": {part.region.code: {"text": part.text, "cost_sek": part.cost_sek} for part in parts},
    }


def _registered(report: Report, subject: str, direction: Direction, sha256: str = "") -> None:
    application = report.decision.application
    register(
        subject=f"{subject}: {application.title}",
        party=application.submission.responsible.name,
        direction=direction,
        case_number=application.submission.case_number,
        sha256=sha256,
    )


@transaction.atomic
def settle_report(*, by: Person, report: Report, accept: bool, reason: str = "") -> Report:
    """Accept a report, or send it back with the reason."""
    require(rules.may_accept_report(by))
    report = Report.objects.select_for_update().get(pk=report.pk)
    to = ReportState.ACCEPTED if accept else ReportState.OPEN
    if to not in REPORT_NEXT[report.state]:
        raise WrongState(_("Redovisningen är i läget ”%(state)s”.") % {"state": report.get_state_display().lower()})
    if not accept and not reason.strip():
        raise DoesNotHold([Problem(_("Skriv vad som behöver kompletteras."), field="reason")])
    report.state = to
    report.save(update_fields=["state"])
    _registered(report, "Redovisning godtagen" if accept else "Begäran om komplettering", Direction.OUT)
    record(by=by, verb="accepted_report" if accept else "returned_report", subject=report, details={"reason": reason})
    return report
