"""Reports: whose part is written, and what is missing."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from hemtag.assessment.models import Decision
from hemtag.organisations.models import Organisation
from hemtag.refusals import Problem

from .. import checks
from ..models import Report, ReportKind, ReportPart, ReportState
from .seeing import follow_ups_for, participants_of


def reports_for(person: Any) -> QuerySet[Report]:
    return (
        Report.objects.filter(decision__in=follow_ups_for(person))
        .select_related("decision__application__submission__responsible")
        .prefetch_related("parts__region")
    )


def report_for(person: Any, pk: int) -> Report:
    return reports_for(person).get(pk=pk)


def reports_to_open(decision: Decision) -> list[ReportKind]:
    """The kinds of report that the decision demands and nobody has begun."""
    begun = set(decision.reports.values_list("kind", flat=True))
    due = {ReportKind.INTERIM: decision.interim_due_on, ReportKind.FINAL: decision.final_due_on}
    return [kind for kind in ReportKind if due[kind] is not None and kind not in begun]


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
