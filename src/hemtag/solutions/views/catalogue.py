"""Pages of the catalogue."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from hemtag.knowledge.documents import read_upload, served
from hemtag.organisations.access import ANYONE, Role, found, reachable
from hemtag.organisations.fields import carry_out, status_of
from hemtag.organisations.rules import REGION_ROLES, regions_of

from .. import actions, queries, rules, searching
from ..forms import ProposeForm, SettleForm, StepForm


@reachable(ANYONE)
def solutions(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    chosen = {name: request.GET.get(name, "").strip() for name in searching.FILTERS}
    result = searching.search(request.user, text, chosen)
    return render(
        request,
        "solutions/solutions.html",
        {
            "page": Paginator(result.hits, searching.SHOWN).get_page(request.GET.get("sida")),
            "filters": searching.labelled(result.choices, chosen),
            "text": text,
            "narrowed": text or any(chosen.values()),
            "may_propose": bool(regions_of(request.user)),
        },
    )


@reachable(*REGION_ROLES)
def similar_solutions(request: HttpRequest) -> HttpResponse:
    """Has someone already done this? Asked while one types."""
    text = request.GET.get("text", "")
    hits = searching.similar(request.user, text)
    return JsonResponse(
        {
            "hits": [
                {
                    "title": hit.solution.title,
                    "url": reverse("solution", args=[hit.solution.slug]),
                    "what": [[piece.text, piece.found] for piece in hit.snippet],
                    "where": searching.where(hit),
                }
                for hit in hits
            ]
        }
    )


@reachable(ANYONE)
def solution(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    stages = queries.stages_of(row)
    return render(
        request,
        "solutions/solution.html",
        {
            "solution": row,
            "stages": stages,
            "spread": queries.spread(stages),
            "may_settle": rules.may_settle(request.user) and queries.next_states(row),
            "own": queries.next_steps(request.user, row, stages),
        },
    )


@reachable(*REGION_ROLES)
def propose_solution(request: HttpRequest) -> HttpResponse:
    form = ProposeForm(request.POST or None, regions=regions_of(request.user))
    made: list[Any] = []
    if "liknande" in request.POST:
        words = " ".join(request.POST.get(name, "") for name in ("title", "problem", "summary"))
        hits = searching.similar(request.user, words)
        form = ProposeForm(initial=request.POST.dict(), regions=regions_of(request.user))
        return render(request, "solutions/propose.html", {"form": form, "similar": hits, "asked": True})
    if request.method == "POST" and carry_out(
        form, lambda: made.append(actions.propose(by=request.user, **form.cleaned_data))
    ):
        messages.success(request, _("Tack! Lösningen är föreslagen och syns i katalogen."))
        return redirect("solution", made[0].slug)
    return render(request, "solutions/propose.html", {"form": form}, status=status_of(form))


@reachable(Role.CATALOGUE_EDITOR)
def settle_solution(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    form = SettleForm(request.POST or None, states=queries.next_states(row))
    if request.method == "POST" and carry_out(
        form, lambda: actions.settle(by=request.user, solution=row, **form.cleaned_data)
    ):
        messages.success(request, _("Lösningens läge är ändrat."))
        return redirect("solution", row.slug)
    return render(request, "solutions/settle.html", {"form": form, "solution": row}, status=status_of(form))


@reachable(*REGION_ROLES)
def record_step(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    own = regions_of(request.user)
    stages = queries.possible_stages(row, own)
    form = StepForm(request.POST or None, request.FILES or None, regions=own, stages=stages)
    if request.method == "POST" and carry_out(form, lambda: _record(request, row, form)):
        messages.success(request, _("Steget är sparat med datum och belägg."))
        return redirect("solution", row.slug)
    return render(
        request,
        "solutions/record_step.html",
        {"form": form, "solution": row, "own": own},
        status=status_of(form),
    )


def _record(request: HttpRequest, solution: object, form: StepForm) -> None:
    values = dict(form.cleaned_data)
    upload = values.pop("file", None)
    file = (upload.name, read_upload(upload)) if upload else None
    actions.record_step(by=request.user, solution=solution, file=file, **values)


@reachable(ANYONE)
def step_file(request: HttpRequest, slug: str, step: int) -> HttpResponse:
    """The proof of a step: as open as the solution's page itself."""
    row = found(queries.solution_called, request.user, slug)
    document = queries.proof_of(row, step)
    if document is None:
        raise Http404
    return served(document)
