"""Pages that tell of every application in a round are for those who have declared on every one of them; those that tell
what all assessors say together are for assessors who have handed in their own."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hemtag.organisations.access import found

from ..queries.assessing import round_for
from ..queries.seeing import Sight, left_to_assess, sight_of
from ..rules.assessing import seeing_means

P = ParamSpec("P")


def having_declared(
    view: Callable[Concatenate[Any, Any, Sight, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    """Give the view the call and what the reader may see of it; who has not declared gets the page that asks for it."""

    @functools.wraps(view)
    def opened(request: HttpRequest, /, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        call = found(round_for, request.user, slug)
        sight = sight_of(request.user, call)
        if sight.undeclared:
            context = {"call": call, "undeclared": sight.undeclared}
            return render(request, "assessment/declare_first.html", context, status=403)
        return view(request, call, sight, *args, **kwargs)

    return opened


def having_assessed(
    view: Callable[Concatenate[Any, Any, Sight, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    """As `having_declared`; and who has assessments left to hand in gets the page that says so, and what opens it."""

    @functools.wraps(view)
    def opened(request: HttpRequest, call: Any, sight: Sight, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        left = left_to_assess(request.user, call, sight)
        if not seeing_means(left):
            return render(request, "assessment/assess_first.html", {"call": call, "left": left}, status=403)
        return view(request, call, sight, *args, **kwargs)

    return having_declared(opened)
