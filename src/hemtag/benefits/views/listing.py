"""The list of cases."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hemtag.organisations.access import ANYONE, reachable
from hemtag.organisations.rules import regions_of

from .. import queries


@reachable(ANYONE)
def benefit_cases(request: HttpRequest) -> HttpResponse:
    which, text, kind, key = (request.GET.get(name, "").strip() for name in ("visa", "q", "om", "nyckel"))
    return render(
        request,
        "benefits/benefit_cases.html",
        {
            "rows": queries.listed(request.user, which=which, text=text, kind=kind, key=key),
            "which": which,
            "text": text,
            "kind": kind,
            "key": key,
            "own": regions_of(request.user),
        },
    )
