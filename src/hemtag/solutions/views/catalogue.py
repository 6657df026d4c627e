"""Pages of the catalogue."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from hemtag.organisations.access import ANYONE, Role, found, reachable
from hemtag.organisations.fields import carry_out, status_of
from hemtag.organisations.rules import REGION_ROLES, regions_of

from .. import actions, queries, rules, searching
from ..forms import SettleForm
from ..queries import identifying


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
    if row.state == "merged" and row.leads_to is not None and "behall" not in request.GET:
        messages.info(request, _("”%(title)s” är sammanslagen med den här.") % {"title": row.title})
        return redirect("solution", row.leads_to.slug)
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


@reachable(Role.CATALOGUE_EDITOR)
def settle_solution(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    form = SettleForm(
        request.POST or None,
        states=queries.next_states(row),
        find=lambda text: identifying.solution_named(request.user, text),
    )
    if request.method == "POST" and carry_out(
        form, lambda: actions.settle(by=request.user, solution=row, **form.values())
    ):
        messages.success(request, _("Lösningens läge är ändrat."))
        return redirect("solution", row.slug)
    return render(request, "solutions/settle.html", {"form": form, "solution": row}, status=status_of(form))
