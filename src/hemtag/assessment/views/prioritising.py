"""Pages of the prioritisation: the newest run, earlier runs, and the files that anyone may check them with."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from hemtag.organisations.access import Role, found, reachable
from hemtag.refusals import DoesNotHold

from ..actions import prioritising as actions
from ..queries import prioritising as queries
from ..queries.assessing import round_for
from ..queries.reading_runs import RunReading
from ..rules import deciding as rules

DELEGATION = (Role.CASE_OFFICER, Role.DECISION_MAKER)


@reachable(*DELEGATION)
def prioritisation(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest run. GET only reads what is stored; POST solves anew."""
    call = found(round_for, request.user, slug)
    if request.method == "POST":
        return _prioritise(request, call)
    newest = queries.newest_run(call)
    context = {
        "call": call,
        "is_stale": queries.is_stale(newest) if newest else False,
        "left_out": queries.left_out(call),
        "candidates": queries.candidates(call).count(),
        **_around(request, newest),
    }
    return render(request, "assessment/prioritisation.html", context)


def _around(request: HttpRequest, run: Any) -> dict[str, Any]:
    """What every page about a run needs: the run as it is read, which blocks are shown, what the reader may do."""
    choice = request.GET.get("visa", "")
    reading = RunReading(run) if run else None
    return {
        "reading": reading,
        "choice": choice,
        "shown": reading.shown(choice) if reading else [],
        "may_prioritise": rules.may_prioritise(request.user),
        "may_arrange": rules.may_arrange_meeting(request.user),
    }


def _prioritise(request: HttpRequest, call: Any) -> HttpResponse:
    try:
        run = actions.prioritise(by=request.user, call=call)
    except DoesNotHold as refusal:
        for problem in refusal.problems:
            messages.error(request, problem.message)
    else:
        messages.success(request, _("Körning %(number)s är klar och kontrollerad.") % {"number": run.number})
    return redirect("prioritisation", call.slug)


@reachable(*DELEGATION)
def runs(request: HttpRequest, slug: str) -> HttpResponse:
    call = found(round_for, request.user, slug)
    readings = [RunReading(row) for row in queries.runs_of(call)]
    return render(request, "assessment/runs.html", {"call": call, "readings": readings})


def _reading(request: HttpRequest, slug: str, number: int) -> RunReading:
    call = found(round_for, request.user, slug)
    return RunReading(found(queries.run_with, call, number))


@reachable(*DELEGATION)
def run(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    reading = _reading(request, slug, number)
    context = {"call": reading.run.call, **_around(request, reading.run)}
    return render(request, "assessment/run.html", context)


@reachable(*DELEGATION)
def run_round(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    reading = _reading(request, slug, number)
    return _file(queries.round_file(reading.run), f"omgang-{slug}-{number}.json")


@reachable(*DELEGATION)
def run_result(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    reading = _reading(request, slug, number)
    return _file(queries.result_file(reading.run), f"resultat-{slug}-{number}.json")


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
