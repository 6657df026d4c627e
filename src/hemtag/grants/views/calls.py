"""What can be applied for and how it is judged; the start of an application; a later day for one region."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.organisations.access import ANYONE, Role, found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.organisations.queries import regions
from hemtag.organisations.rules import has_role, regions_of

from .. import actions, document, queries, rules
from ..forms import LateAccessForm, StartForm
from ..queries import pages


def _starts(request: HttpRequest, call: Any) -> tuple[list[Any], str]:
    """The regions the person may start an application for, and why not when there are none."""
    verdicts = [(region, rules.may_start(request.user, call, region)) for region in regions_of(request.user)]
    reason = next((verdict.reason for _region, verdict in verdicts if not verdict), "")
    return [region for region, verdict in verdicts if verdict], reason


@reachable(ANYONE)
def calls(request: HttpRequest) -> HttpResponse:
    rows = [{"call": row, "deadline": document.deadline_of(row, clock.today())} for row in queries.calls()]
    return render(request, "grants/calls.html", {"rows": rows})


@reachable(ANYONE)
def call(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.call_with_slug, slug)
    may_start, why_not = _starts(request, row)
    frames, earlier = queries.frames(), pages.earlier_decisions()
    context = {
        "call": row,
        "deadline": document.deadline_of(row, clock.today()),
        "frames": document.frame_rows(frames, earlier, row),
        "sources": document.sources_of(frames, earlier, row),
        "may_start": may_start,
        "why_not": why_not,
        "may_prepare": has_role(request.user, Role.CASE_OFFICER),
    }
    return render(request, "grants/call.html", context)


@reachable(*rules.WRITERS)
def start_application(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.call_with_slug, slug)
    allowed, why_not = _starts(request, row)
    form = StartForm(posted(request), regions=allowed)
    started: list[Any] = []

    def act() -> None:
        values = form.cleaned_data
        started.append(actions.start_application(by=request.user, call=row, **values))

    if allowed and request.method == "POST" and carry_out(form, act):
        messages.success(request, _("Ansökan är påbörjad och har fått nummer %s.") % started[0].number)
        return redirect("application", started[0].number)
    context = {"call": row, "form": form, "allowed": allowed, "why_not": why_not}
    return render(request, "grants/start_application.html", context, status=status_of(form))


@reachable(Role.CASE_OFFICER)
def late_access(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.call_with_slug, slug)
    form = LateAccessForm(posted(request), regions=regions())
    if request.method == "POST" and carry_out(
        form, lambda: actions.give_late_access(by=request.user, call=row, **form.cleaned_data)
    ):
        messages.success(request, _("Regionen får lämna in senare. Det är antecknat i händelseloggen."))
        return redirect("late_access", slug)
    context = {"call": row, "form": form, "given": queries.late_accesses(row)}
    return render(request, "grants/late_access.html", context, status=status_of(form))
