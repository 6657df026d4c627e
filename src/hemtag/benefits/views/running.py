"""Stored runs: made, listed, and made again to see that the numbers are the same."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hemtag.organisations.access import ANYONE, found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.organisations.rules import REGION_ROLES

from .. import actions, queries, rules
from ..forms import RunForm
from .reading import around


@reachable(ANYONE)
def case_runs(request: HttpRequest, slug: str) -> HttpResponseBase:
    case = found(queries.case_called, request.user, slug)
    form = RunForm(posted(request))
    if request.method == "POST":
        return store_run(request, slug)
    may_run = request.user.is_authenticated and bool(rules.may_run(request.user, case))
    context = {**around(request, case), "runs": queries.runs_of(case), "form": form, "may_run": may_run}
    return render(request, "benefits/case_runs.html", context)


@reachable(*REGION_ROLES)
def store_run(request: HttpRequest, slug: str) -> HttpResponse:
    """The same address by POST, for the regions' people."""
    case = found(queries.case_called, request.user, slug)
    form = RunForm(posted(request))
    if carry_out(form, lambda: actions.store_run(by=request.user, case=case, **form.cleaned_data)):
        messages.success(request, _("Körningen är sparad med indata, frö och kontrollsumma."))
        return redirect("case_runs", slug)
    context = {**around(request, case), "runs": queries.runs_of(case), "form": form, "may_run": True}
    return render(request, "benefits/case_runs.html", context, status=status_of(form))


@reachable(ANYONE)
def case_run(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    case = found(queries.case_called, request.user, slug)
    run = found(queries.run_numbered, case, number)
    repeat = queries.repeated(run) if request.GET.get("rakna") == "om" else None
    context = {**around(request, case), "run": run, "page": run.result, "repeat": repeat}
    return render(request, "benefits/case_run.html", context)
