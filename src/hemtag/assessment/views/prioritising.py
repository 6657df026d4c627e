"""Pages of the prioritisation: the newest run, earlier runs, and the files that anyone may check them with."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from hemtag.organisations.access import Role, found, reachable
from hemtag.refusals import DoesNotHold, require

from ..actions import prioritising as actions
from ..queries import prioritising as queries
from ..queries.deciding import left_to_decide
from ..queries.reading_bench import minutes_of
from ..queries.reading_runs import RunReading
from ..queries.seeing import Sight
from ..queries.workbench import base_run
from ..rules import deciding as rules
from .declared import having_assessed
from .workbench import READERS, bench_context

DELEGATION = (Role.CASE_OFFICER, Role.DECISION_MAKER)


@reachable(*READERS)
@having_assessed
def prioritisation(request: HttpRequest, call: Any, sight: Sight) -> HttpResponse:
    """The newest run as a workbench: the address holds what is tried. POST prioritises anew."""
    if request.method == "POST":
        return _prioritise(request, call)
    newest, ready = base_run(call), queries.Ready(call)
    candidates = ready.candidates()
    bench: dict[str, Any] = {}
    if newest and rules.may_read_whole(RunReading(newest, sight.hidden).hidden_numbers):
        answer = bench_context(request, newest)
        if isinstance(answer, HttpResponse):
            return answer
        bench = answer
    context = {
        "call": call,
        "is_stale": queries.is_stale(newest, ready) if newest else False,
        "left_out": ready.left_out,
        "opened": ready.opened,
        "candidates": len(candidates),
        **bench,
        **_around(request, newest, sight, is_left=bool(candidates) or left_to_decide(call)),
    }
    if bench:
        context["reading"] = bench["bench"].reading
    return render(request, "assessment/prioritisation.html", context)


def _around(request: HttpRequest, run: Any, sight: Sight, *, is_left: bool) -> dict[str, Any]:
    """What every page about a run needs: the run as it is read, which blocks are shown, what the reader may do."""
    choice = request.GET.get("visa", "")
    reading = RunReading(run, sight.hidden) if run else None
    return {
        "reading": reading,
        "choice": choice,
        "shown": reading.shown(choice) if reading else [],
        "may_prioritise": rules.may_prioritise(request.user),
        "may_follow": rules.may_follow_meeting(request.user),
        "may_arrange": rules.may_arrange_meeting(request.user) and is_left,
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
@having_assessed
def runs(request: HttpRequest, call: Any, sight: Sight) -> HttpResponse:
    readings = [RunReading(row, sight.hidden) for row in queries.runs_of(call)]
    return render(request, "assessment/runs.html", {"call": call, "readings": readings})


@reachable(*DELEGATION)
@having_assessed
def run(request: HttpRequest, call: Any, sight: Sight, number: int) -> HttpResponse:
    row = found(queries.run_with, call, number)
    context = {"call": call, "minutes": minutes_of(row), **_around(request, row, sight, is_left=left_to_decide(call))}
    return render(request, "assessment/run.html", context)


@reachable(*DELEGATION)
@having_assessed
def run_round(request: HttpRequest, call: Any, sight: Sight, number: int) -> HttpResponse:
    row = _whole(call, sight, number)
    return _file(queries.round_file(row), f"omgang-{call.slug}-{number}.json")


@reachable(*DELEGATION)
@having_assessed
def run_result(request: HttpRequest, call: Any, sight: Sight, number: int) -> HttpResponse:
    row = _whole(call, sight, number)
    return _file(queries.result_file(row), f"resultat-{call.slug}-{number}.json")


def _whole(call: Any, sight: Sight, number: int) -> Any:
    """The run for someone from whom nothing in it is hidden."""
    row = found(queries.run_with, call, number)
    require(rules.may_read_whole(RunReading(row, sight.hidden).hidden_numbers))
    return row


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
