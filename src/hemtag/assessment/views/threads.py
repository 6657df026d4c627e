"""The thread of an application as both sides' pages show it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hemtag import clock
from hemtag.organisations.access import found
from hemtag.organisations.fields import status_of

from ..forms.corresponding import LineForm
from ..queries import corresponding as queries
from ..rules.corresponding import may_write_as


def line_forms(request: HttpRequest, application: Any, side: Any) -> tuple[LineForm, Any, Any]:
    """The form for a new line, the line that it is about, and what kind it then is.

    `?svara=3` answers a question and `?ratta=3` corrects an own line; the number comes back with the form.
    """
    given = request.POST if request.method == "POST" else request.GET
    kinds = {"svara": queries.LineKind.ANSWER, "ratta": queries.LineKind.CORRECTION}
    name = next((name for name in kinds if given.get(name, "").isdigit()), "")
    about = found(queries.line_in, application, int(given[name][:6])) if name else None
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = LineForm(*data, is_delegation=side == queries.Side.DELEGATION, about=about)
    return form, about, kinds.get(name)


def thread_page(
    request: HttpRequest, application: Any, side: Any, form: LineForm, about: Any, kind: Any
) -> HttpResponse:
    thread = queries.thread_of(application, clock.today())
    context = {
        "case": application,
        "application": application,
        "is_delegation": side == queries.Side.DELEGATION,
        "side": side,
        "thread": thread,
        "open_questions": [line for line in thread if line.is_open_question],
        "form": form,
        "about": about,
        "is_answer": kind == queries.LineKind.ANSWER,
        "may_write": may_write_as(request.user, application, side),
    }
    return render(request, "assessment/dialogue.html", context, status=status_of(form))
