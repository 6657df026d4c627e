"""Reports: whose part is written, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Sum

from hemtag.assessment.models import Decision
from hemtag.grants.models import Cost
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


def kind_of_report(word: str) -> ReportKind | None:
    return ReportKind(word) if word in ReportKind.values else None


@dataclass(frozen=True)
class Parts:
    """Every participating region with its part (None where it is missing) and its planned cost, in kronor."""

    rows: list[tuple[Organisation, ReportPart | None, int]]
    until: int

    @property
    def planned_sek(self) -> int:
        return sum(planned for _region, _part, planned in self.rows)

    @property
    def cost_sek(self) -> int:
        return sum(part.cost_sek for _region, part, _planned in self.rows if part)


def parts_of(report: Report) -> Parts:
    """Planned beside actual: what regions say it has cost, beside the decided blocks' cost up to the report's year.

    A report of early in the year speaks of the year before.
    """
    until = report.due_on.year - (1 if report.due_on.month <= 6 else 0)
    cells = Cost.objects.filter(
        block__application=report.decision.application, block__decision__is_granted=True, year__lte=until
    )
    summed = cells.order_by().values("region_id").annotate(sek=Sum(F("requested_sek") + F("cofinancing_sek")))
    planned = {row["region_id"]: row["sek"] for row in summed}
    written = {part.region_id: part for part in report.parts.select_related("region", "reported_by")}
    rows = [(region, written.get(region.pk), planned.get(region.pk, 0)) for region in participants_of(report.decision)]
    return Parts(rows, until)


def part_so_far(report: Report, region: Organisation) -> dict[str, Any]:
    part = next((part for part in report.parts.all() if part.region_id == region.pk), None)
    if part is None:
        return {"region": region.code, "version": 0}
    return {"region": region.code, "version": part.version, "text": part.text, "cost": part.cost_sek}


def what_is_missing(report: Report) -> list[Problem]:
    """What handing in would refuse, in the words of the same checks."""
    written = {part.region_id for part in report.parts.all()}
    missing = [region.name for region in participants_of(report.decision) if region.pk not in written]
    return checks.every_region_has_reported(missing) + checks.the_whole_is_described(report.progress)


def is_open(report: Report) -> bool:
    return report.state == ReportState.OPEN


def is_submitted(report: Report) -> bool:
    return report.state == ReportState.SUBMITTED
