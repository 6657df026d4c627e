"""Outcomes beside the forecast of the frozen case."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hemtag.organisations.access import ANYONE, found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.organisations.rules import REGION_ROLES

from .. import actions, queries
from ..forms import RealisedForm
from .reading import around


@reachable(ANYONE)
def realised(request: HttpRequest, slug: str) -> HttpResponseBase:
    case = found(queries.case_called, request.user, slug)
    if request.method == "POST":
        return record_realised(request, slug)
    own = queries.recording_regions(request.user, case)
    form = RealisedForm(regions=own, lines=queries.money_lines(case)) if own else None
    context = {**around(request, case), "following": queries.following(case), "form": form}
    return render(request, "benefits/realised.html", context)


@reachable(*REGION_ROLES)
def record_realised(request: HttpRequest, slug: str) -> HttpResponse:
    """The same address by POST, for the regions' people."""
    case = found(queries.case_called, request.user, slug)
    own = queries.recording_regions(request.user, case)
    form = RealisedForm(posted(request), regions=own, lines=queries.money_lines(case))
    if carry_out(form, lambda: actions.record_realised(by=request.user, case=case, **form.cleaned_data)):
        messages.success(request, _("Utfallet är sparat."))
        return redirect("realised", slug)
    context = {**around(request, case), "following": queries.following(case), "form": form}
    return render(request, "benefits/realised.html", context, status=status_of(form))
