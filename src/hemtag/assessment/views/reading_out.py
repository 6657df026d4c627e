"""What was handed in, to read and take along: the same papers as the regions have, for whoever may read the case."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hemtag.grants import outputs
from hemtag.grants.queries import submitted_content
from hemtag.grants.views.reading import XLSX, as_file
from hemtag.organisations.access import reachable

from ..rules import assessing as rules
from .assessing import of_readable_case


def _reading(case: Any) -> outputs.Reading:
    return outputs.handed_in(submitted_content(case))


@reachable(*rules.PREPARERS)
@of_readable_case
def case_summary(request: HttpRequest, case: Any) -> HttpResponse:
    reading = _reading(case)
    context = {"case": case, "reading": reading, "summary": outputs.summary(reading)}
    return render(request, "assessment/case_summary.html", context)


@reachable(*rules.PREPARERS)
@of_readable_case
def case_pdf(request: HttpRequest, case: Any) -> HttpResponse:
    return as_file(outputs.application_pdf(_reading(case)), "application/pdf", f"ansokan-{case.number}.pdf")


@reachable(*rules.PREPARERS)
@of_readable_case
def case_summary_pdf(request: HttpRequest, case: Any) -> HttpResponse:
    return as_file(outputs.summary_pdf(_reading(case)), "application/pdf", f"sammanfattning-{case.number}.pdf")


@reachable(*rules.PREPARERS)
@of_readable_case
def case_json(request: HttpRequest, case: Any) -> HttpResponse:
    return as_file(outputs.as_json(_reading(case)), "application/json", f"ansokan-{case.number}.json")


@reachable(*rules.PREPARERS)
@of_readable_case
def case_sheet(request: HttpRequest, case: Any) -> HttpResponse:
    return as_file(outputs.as_workbook(_reading(case)), XLSX, f"ansokan-{case.number}.xlsx")
