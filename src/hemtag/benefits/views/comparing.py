"""Two versions of a case, or two cases, beside each other."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hemtag import valuation
from hemtag.organisations.access import ANYONE, found, reachable
from hemtag.refusals import DoesNotHold

from .. import checks, queries
from .reading import around


@reachable(ANYONE)
def compare_cases(request: HttpRequest, slug: str) -> HttpResponse:
    """`?med=` another case's slug, or `slug:number` for a stored run; `?fran=` the same for this side."""
    case = found(queries.case_called, request.user, slug)
    wanted, own = request.GET.get("med", ""), request.GET.get("fran", "")
    context = {**around(request, case), "wanted": wanted, "own_side": own}
    context |= {"runs": queries.runs_of(case), "others": queries.others(request.user, case)[:60]}
    if wanted:
        try:
            one, other = (found(queries.side, request.user, case, each) for each in (own, wanted))
        except valuation.InvalidCase as refusal:
            raise DoesNotHold(checks.faults_at_fields(refusal.faults, {})) from refusal
        context |= {"before": one.page, "after": other.page, "before_title": one.title, "after_title": other.title}
        context["changed"] = queries.changed_inputs(one, other)
    return render(request, "benefits/compare_cases.html", context)
