"""What every page about one application under preparation begins with."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from hemtag.organisations.access import found
from hemtag.refusals import require

from ..queries import assessing as queries
from ..rules import assessing as rules


def of_readable_case(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives the view the application, if the person may read it.

    Whoever has not declared is led to the declaration and back; a conflict answers 403 with its reason.
    """

    @functools.wraps(view)
    def opened(request: HttpRequest, slug: str, number: str, **rest: Any) -> HttpResponse:
        case = found(queries.case_for, request.user, slug, number)
        interest = rules.interest_of(request.user, case)
        verdict = rules.reading(request.user, interest)
        if not verdict and interest.is_open and request.method in {"GET", "HEAD"}:
            declare = reverse("declare_conflict", args=[slug, number])
            return redirect(f"{declare}?{urlencode({'vidare': request.path})}")
        require(verdict)
        return view(request, case, **rest)

    return opened


def at(case: Any) -> list[str]:
    """The parts of the address of an application under preparation."""
    return [case.submission.call.slug, case.number]
