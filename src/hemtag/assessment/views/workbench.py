"""The workbench: a meeting's what-ifs live in the address, and only what is named or frozen is stored."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from hemtag.assessment import whatif
from hemtag.organisations.access import Role, found, reachable
from hemtag.organisations.fields import carry_out, status_of
from hemtag.refusals import DoesNotHold, WrongState, require

from ..actions import workbench as actions
from ..forms.workbench import FreezeForm, LockForm, NameForm, TermsForm
from ..queries import prioritising as runs
from ..queries import reading_bench as reading
from ..queries import workbench as queries
from ..queries.naming import Names
from ..queries.reading_runs import RunReading
from ..queries.seeing import Sight
from ..rules import deciding as rules
from .declared import having_assessed

READERS = (Role.CASE_OFFICER, Role.DECISION_MAKER, Role.ASSESSOR)
PREPARERS = (Role.CASE_OFFICER, Role.DECISION_MAKER)
PARTS = {"grans": "frontier", "mervarde": "marginal", "priser": "prices", "rum": "near"}
SHARES, CHOICE = "andelar", "urval"


def address(name: str, slug: str, texts: Any = (), **more: str) -> str:
    """The page with what is tried in its address: it can be sent to a colleague and opened again."""
    query = urlencode([*(("a", text) for text in texts), *more.items()])
    return reverse(name, args=[slug]) + (f"?{query}" if query else "")


def bench_context(request: HttpRequest, run: Any) -> dict[str, Any] | HttpResponse:
    """What the page needs to show a run with what the address says is tried; a redirect when a form was sent."""
    bench = queries.Bench(run, whatif.read(request.GET.getlist("a")), at_once="exakt" not in request.GET)
    sent, block = request.GET.get("ny", ""), request.GET.get("block", "")
    lock = LockForm(request.GET if sent == "las" else None, bench=bench, initial={"way": whatif.LOCK_IN})
    terms = TermsForm(request.GET if sent == "villkor" else None, bench=bench)
    # The form that stands at a block's own row; the other way than it is now is what one wants to try.
    chosen = not sent and block in bench.selection.chosen
    at_row = {"block": block, "way": whatif.LOCK_OUT if chosen else whatif.LOCK_IN}
    row_lock = LockForm(request.GET if sent == "rad" else None, bench=bench, auto_id="row_%s", initial=at_row)
    changes = None
    for form in (lock, row_lock):
        if form.is_bound and form.is_valid():
            changes = whatif.added(bench.changes, form.change())
    if terms.is_bound and terms.is_valid():
        changes = terms.changes()
    if changes is not None:
        return redirect(address("prioritisation", run.call.slug, [one.text for one in changes]) + "#svar")
    if explain := request.GET.get("forklara", ""):
        _explained(bench, explain)
    parts = [part for part in (*PARTS, SHARES) if part in request.GET.getlist("del")]
    shown = reading.BenchReading(bench, with_index=SHARES in parts)
    choice = request.GET.get("visa", "")
    may_change = rules.may_prioritise(request.user)
    return {
        "bench": shown,
        "query": urlencode([("a", text) for text in shown.texts]),
        # What is looked at goes along in the links that change something else.
        "parts": parts,
        "with_parts": "".join(f"&del={part}" for part in parts),
        "with_choice": "&" + urlencode({"visa": choice}) if choice else "",
        "lock": lock,
        "row_lock": row_lock if sent != "las" else None,
        "lock_at": block if sent != "las" else "",
        "terms": terms,
        "name": NameForm(auto_id="name_%s"),
        "lines": shown.shown(choice),
        "may_change": may_change,
        "frozen": queries.frozen_runs(run.call),
        "scenario_count": queries.scenarios_of(run.call).count(),
    }


def _explained(bench: queries.Bench, block: str) -> None:
    try:
        bench.explanation(block)
    except KeyError:
        raise Http404 from None


def _bench(request: HttpRequest, call: Any, sight: Sight) -> queries.Bench:
    """What the address says is tried, for someone from whom nothing of the round is hidden."""
    run = _run(call, sight)
    return queries.Bench(run, whatif.read(request.GET.getlist("a")))


def _run(call: Any, sight: Sight) -> Any:
    run = queries.base_run(call)
    if run is None:
        raise Http404
    require(rules.may_read_whole(RunReading(run, sight.hidden).hidden_numbers))
    return run


def _from(request: HttpRequest) -> int:
    start = request.GET.get("fran", "0")
    return int(start) if start.isdecimal() and len(start) < 6 else 0


@reachable(*READERS)
@having_assessed
def bench_scenarios(request: HttpRequest, call: Any, sight: Sight) -> HttpResponse:
    """Solves a few more scenarios, and says how often each block is chosen as far as is known."""
    bench = _bench(request, call, sight)
    shown = reading.BenchReading(bench, with_index=True)
    # The proved intervals come first, and by themselves.
    following = bench.solve_from(_from(request)) if "fran" in request.GET else 0
    return JsonResponse({"next": following, "shares": shown.shares, "words": shown.index_words})


@reachable(*READERS)
@having_assessed
def bench_sentences(request: HttpRequest, call: Any, sight: Sight) -> HttpResponse:
    """Explains a few more blocks, each in a sentence; `snabbt` tells the price first and leaves out the cut in cost."""
    bench, quick = _bench(request, call, sight), "snabbt" in request.GET
    explained, following = bench.explain_from(_from(request), quick=quick)
    said = reading.BenchReading(bench).sentences(explained)
    whole = [name for name in said if not quick or name in bench.selection.chosen]
    return JsonResponse({"next": following, "sentences": said, "whole": whole})


@reachable(*READERS)
@having_assessed
def bench_part(request: HttpRequest, call: Any, sight: Sight, part: str) -> HttpResponse:
    """One of the page's expensive sections by itself; `urval` ends the search for the best blocks of a hard round."""
    if part not in (*PARTS, CHOICE):
        raise Http404
    bench = _bench(request, call, sight)
    if part == CHOICE:
        return JsonResponse({"is_proven": bench.selection.status == "optimal"})
    context = {"bench": reading.BenchReading(bench), "call": call}
    return render(request, f"assessment/_bench_{PARTS[part]}.html", context)


@reachable(*READERS)
@having_assessed
def scenarios(request: HttpRequest, call: Any, sight: Sight) -> HttpResponse:
    """Named scenarios beside the run and what simple rankings would choose; POST keeps one under a name."""
    if request.method == "POST":
        return _name(request, call, sight)
    bench = queries.Bench(_run(call, sight))
    rows = list(queries.scenarios_of(call))
    with_regret = request.GET.get("del") == "anger"
    lines = reading.compared(bench.run, bench, rows, regret=with_regret)
    context = {
        "call": call,
        "lines": lines,
        "scenarios": rows,
        "with_regret": with_regret,
        "calmest": reading.smallest_regret(lines),
        "count": queries.SCENARIOS,
        "may_change": rules.may_prioritise(request.user),
    }
    return render(request, "assessment/scenarios.html", context)


def _name(request: HttpRequest, call: Any, sight: Sight) -> HttpResponse:
    run, texts, form = _run(call, sight), request.POST.getlist("a"), NameForm(request.POST, auto_id="name_%s")
    if carry_out(
        form,
        lambda: actions.name_scenario(
            by=request.user, run=run, name=form.cleaned_data["name"], changes=texts, note=form.cleaned_data["note"]
        ),
    ):
        messages.success(request, _("Scenariot är sparat."))
        return redirect("scenarios", call.slug)
    context = {
        "call": call,
        "form": form,
        "texts": texts,
        "changes": [Names(run).change(one) for one in whatif.read(texts)],
    }
    return render(request, "assessment/name_scenario.html", context, status=status_of(form))


@reachable(*PREPARERS)
@having_assessed
def remove_scenario(request: HttpRequest, call: Any, sight: Sight, pk: int) -> HttpResponse:
    row = found(queries.scenario_called, call, pk)
    if request.method != "POST":
        return redirect("scenarios", call.slug)
    actions.remove_scenario(by=request.user, scenario=row)
    messages.success(request, _("Scenariot är borttaget."))
    return redirect("scenarios", call.slug)


@reachable(*PREPARERS)
@having_assessed
def freeze_run(request: HttpRequest, call: Any, sight: Sight) -> HttpResponse:
    """Shows exactly what will be stored; POST freezes it."""
    run = _run(call, sight)
    texts = (request.POST if request.method == "POST" else request.GET).getlist("a")
    bench = queries.Bench(run, whatif.read(texts))
    form, made = FreezeForm(request.POST or None), []
    if request.method == "POST" and carry_out(
        form, lambda: made.append(actions.freeze_run(by=request.user, run=run, changes=texts, **form.cleaned_data))
    ):
        messages.success(request, _("Körningen är fryst, med bevis och anteckning."))
        return redirect("run", call.slug, made[0].number)
    context = {"call": call, "form": form, "bench": reading.BenchReading(bench)}
    return render(request, "assessment/freeze_run.html", context, status=status_of(form))


@reachable(*PREPARERS)
@having_assessed
def publish_run(request: HttpRequest, call: Any, sight: Sight, number: int) -> HttpResponse:
    """Shows exactly what anyone will be able to read; POST publishes it."""
    run = found(runs.run_with, call, number)
    require(rules.may_read_whole(RunReading(run, sight.hidden).hidden_numbers))
    minutes = reading.minutes_of(run)
    if minutes is None:
        raise Http404
    if request.method == "POST":
        try:
            actions.publish_run(by=request.user, run=run)
        except (WrongState, DoesNotHold) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Körningen är publicerad. Vem som helst kan nu läsa och kontrollera den."))
        return redirect("run", call.slug, number)
    return render(
        request, "assessment/publish_run.html", {"call": call, "reading": RunReading(run), "minutes": minutes}
    )


@reachable(*READERS)
@having_assessed
def repeat_run(request: HttpRequest, call: Any, sight: Sight, number: int) -> HttpResponse:
    """A stored run computed again from its own inputs: the same answer, or what differs."""
    run = found(runs.run_with, call, number)
    require(rules.may_read_whole(RunReading(run, sight.hidden).hidden_numbers))
    again, is_same = queries.repeated(run)
    context = {"call": call, "reading": RunReading(run), "again": again, "is_same": is_same}
    return render(request, "assessment/repeat_run.html", context)
