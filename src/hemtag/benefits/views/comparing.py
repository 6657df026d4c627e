"""Two versions of a case, or two cases, beside each other."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hemtag import valuation
from hemtag.organisations.access import ANYONE, found, reachable
from hemtag.refusals import DoesNotHold

from .. import checks, queries, sheets
from .reading import XLSX, around, as_file


@reachable(ANYONE)
def compare_cases(request: HttpRequest, slug: str) -> HttpResponse:
    """`?med=` another case's slug, or `slug:number` for a stored run; `?fran=` the same for this side."""
    case = found(queries.case_called, request.user, slug)
    wanted, own = request.GET.get("med", ""), request.GET.get("fran", "")
    context = {**around(request, case), "wanted": wanted, "own_side": own or case.slug}
    context |= {"sides": queries.sides(request.user, case)}
    if wanted:
        one, other = _sides(request, case)
        context |= {"before": one.page, "after": other.page, "before_title": one.title, "after_title": other.title}
    return render(request, "benefits/compare_cases.html", context)


def _sides(request: HttpRequest, case: Any) -> tuple[queries.Side, queries.Side]:
    try:
        one, other = (found(queries.side, request.user, case, request.GET.get(name, "")) for name in ("fran", "med"))
    except valuation.InvalidCase as refusal:
        raise DoesNotHold(checks.faults_at_fields(refusal.faults, {})) from refusal
    return one, other


@reachable(ANYONE)
def comparison_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """The same comparison in Excel."""
    case = found(queries.case_called, request.user, slug)
    one, other = _sides(request, case)
    content = sheets.write_comparison(one.page, other.page, (one.title, other.title))
    return as_file(content, XLSX, f"jamforelse-{slug}.xlsx")
