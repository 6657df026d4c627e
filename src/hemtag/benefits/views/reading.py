"""The case to read: the result, the assumptions, the lines, one region's view, and the files."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header

from hemtag import clock, valuation
from hemtag.knowledge.pdf import typeset
from hemtag.organisations.access import ANYONE, SIGNED_IN, found, reachable
from hemtag.refusals import DoesNotHold

from .. import checks, queries, rules, running, sheets
from ..forms import BeliefForm
from ..values import belief_of, with_belief

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def around(request: HttpRequest, case: Any) -> dict[str, Any]:
    """What every page of a case shows beside its content."""
    return {
        "case": case,
        "may_edit": rules.is_open(request.user, case),
        "is_frozen": not rules.not_frozen(case),
        "adjusting": queries.adjusting_regions(request.user, case),
    }


@reachable(ANYONE)
def benefit_case(request: HttpRequest, slug: str) -> HttpResponse:
    case = found(queries.case_called, request.user, slug)
    answer = queries.answer(case)
    context = {
        **around(request, case),
        "page": answer.page,
        "faults": answer.faults,
        "cheers": queries.cheers(case) if answer.page else [],
        "runs": queries.runs_of(case)[:5],
        "handed_in": queries.changed_since_hand_in(case),
        "others": queries.others(request.user, case)[:30],
        "events": queries.what_happened(case)[:8] if rules.is_open(request.user, case) else [],
    }
    return render(request, "benefits/benefit_case.html", context)


@reachable(ANYONE)
def assumptions(request: HttpRequest, slug: str) -> HttpResponse:
    case = found(queries.case_called, request.user, slug)
    answer = queries.answer(case)
    context = {**around(request, case), "rows": queries.assumptions(case, answer.page), "faults": answer.faults}
    return render(request, "benefits/assumptions.html", context)


@reachable(ANYONE)
def case_lines(request: HttpRequest, slug: str) -> HttpResponse:
    case = found(queries.case_called, request.user, slug)
    return render(request, "benefits/case_lines.html", {**around(request, case), **queries.lines_of(case)})


@reachable(ANYONE)
def region_case(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    case = found(queries.case_called, request.user, slug)
    region = found(queries.region_in, case, code)
    shared, own = queries.answer(case), queries.answer(case, region=code)
    context = {**around(request, case), "region": region, "page": own.page, "faults": own.faults}
    context["may_adjust"] = region in context["adjusting"]
    if own.page and shared.page:
        context["rows"] = queries.own_values(case, code, shared.page, own.page)
        context["sizes"] = queries.sizes_in(case, code)
    return render(request, "benefits/region_case.html", context)


@reachable(SIGNED_IN)
def case_answer(request: HttpRequest, slug: str) -> HttpResponse:
    """The answer with one value changed and nothing saved: asked for while somebody drags it."""
    case = found(queries.case_called, request.user, slug)
    name, code = request.POST.get("name", ""), request.POST.get("region", "")
    row = case.data.get("inputs", {}).get(name)
    if request.method != "POST" or row is None or (code and code not in case.data.get("regions", {})):
        raise Http404
    before = row.get("regions", {}).get(code, row) if code else row
    form = BeliefForm(request.POST, row=before)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors.get_json_data()}, status=422)
    belief = belief_of(form.value(), before)
    data = (
        valuation.adjusted(case.data, code, {name: belief})
        if code
        else {**case.data, "inputs": {**case.data["inputs"], name: with_belief(row, belief)}}
    )
    draws = running.FULL if request.POST.get("noga") else running.QUICK
    answer = running.answer(data, queries.register(), region=code or None, draws=draws, drivers=False)
    if answer.page is None:
        return JsonResponse({"errors": {"": [checks.fault_in_words(fault) for fault in answer.faults]}}, status=422)
    html = render_to_string("benefits/_answer.html", {"page": answer.page, "case": case}, request)
    return JsonResponse({"page": answer.page, "html": html, "draws": draws})


def as_file(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@reachable(ANYONE)
def benefit_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    wanted = printed(request, slug)
    try:
        result = wanted.simulated()
    except valuation.InvalidCase as refusal:
        raise DoesNotHold(checks.faults_at_fields(refusal.faults, {})) from refusal
    content = typeset("benefits/report.typ", valuation.report_data(result, clock.today(), wanted.region))
    return as_file(content, "application/pdf", f"kalkyl-{wanted.name}.pdf")


def printed(request: HttpRequest, slug: str) -> queries.Printed:
    """`?region=` a region's own view, `?korning=` a stored run; else the case as it stands."""
    case = found(queries.case_called, request.user, slug)
    return found(queries.printed, case, code=request.GET.get("region", ""), number=request.GET.get("korning", ""))


@reachable(ANYONE)
def benefit_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    wanted = printed(request, slug)
    return as_file(sheets.write(wanted.data, wanted.page), XLSX, f"kalkyl-{wanted.name}.xlsx")


@reachable(ANYONE)
def benefit_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The case as `hemtag value` reads it."""
    case = found(queries.case_called, request.user, slug)
    content = json.dumps(case.data, ensure_ascii=False, indent=2, allow_nan=False).encode()
    return as_file(content, "application/json", f"kalkyl-{slug}.json")
