"""The whole budget on one page, its cells saved one by one, and the costs of a block for those without script."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.organisations.access import found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.refusals import DoesNotHold, NotAllowed, WrongState, require

from .. import actions, document, queries, rules
from ..forms import CostGrid
from ..forms.grid import NUMBERS, cells_sent, place_of, versions_known
from ..forms.grid_words import words
from ..queries import pages
from .applications import READERS


@reachable(*READERS)
def budget(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    grid = queries.grid(request.user, row)
    data = {"number": row.number, "url": reverse("budget_cells", args=[row.number]), "words": words(), **grid.data()}
    sums = grid.budget
    context = {
        "application": row,
        "grid": grid,
        "data": data,
        "budget": sums,
        "per_block": document.per_block(sums),
        "per_region": document.per_region(sums),
        "per_kind": document.per_kind(sums),
        "may_fill_in": grid.may_write,
    }
    return render(request, "grants/budget.html", context)


@reachable(*READERS)
def budget_cells(request: HttpRequest, number: str) -> JsonResponse:
    """GET ?kand=1.3,2.5: what has been saved since those versions of the blocks. POST: cells, each with its answer."""
    row = found(queries.application_for, request.user, number)
    if request.method != "POST":
        return JsonResponse(queries.grid_news(row, versions_known(request.GET.get("kand", ""))))
    if request.headers.get("X-Hemtag-Person", str(request.user.pk)) != str(request.user.pk):
        return JsonResponse({"problem": _("Du är inloggad som någon annan nu. Ladda om sidan.")}, status=401)
    try:
        cells = cells_sent(json.loads(request.body))
    except (ValidationError, ValueError) as wrong:
        message = wrong.messages[0] if isinstance(wrong, ValidationError) else _("Ladda om sidan.")
        return JsonResponse({"problem": message}, status=422)
    return JsonResponse({"cells": {place_of(key): answer for key, answer in _save(request.user, row, cells).items()}})


def _save(person: Any, application: Any, cells: dict[Any, Any]) -> dict[Any, dict[str, Any]]:
    """Each cell by itself has an answer: one that is wrong, or that somebody else has changed, holds up no other."""
    answers: dict[Any, dict[str, Any]] = {}
    left = dict(cells)
    while left:
        before = len(left)
        try:
            saved = actions.set_cells(by=person, application=application, cells=left)
        except actions.CellsClash as clash:
            answers |= {key: _clashing(theirs) for key, theirs in clash.cells.items()}
        except DoesNotHold as refusal:
            places = {place_of(key): key for key in left}
            answers |= {places[each.field]: {"status": 422, "problem": str(each)} for each in refusal.problems}
        except (NotAllowed, WrongState) as refusal:
            status = 403 if isinstance(refusal, NotAllowed) else 423
            return {**answers, **{key: {"status": status, "problem": str(refusal)} for key in left}}
        else:
            time = clock.now().astimezone(clock.STOCKHOLM).strftime("%H:%M")
            shared = {"status": 200, "saved_words": _("Sparat %(time)s") % {"time": time}}
            return {**answers, **{key: {**shared, "version": cell.version} for key, cell in saved.items()}}
        left = {key: sent for key, sent in left.items() if key not in answers}
        if len(left) == before:
            raise RuntimeError("a refusal named none of the cells that were sent")
    return answers


def _clashing(theirs: Any) -> dict[str, Any]:
    return {
        "status": 409,
        "theirs": dict(zip(NUMBERS, theirs.value, strict=True)),
        "version": theirs.version,
        "who": theirs.who,
        "at_words": theirs.at.astimezone(clock.STOCKHOLM).strftime("%H:%M"),
    }


def _block_grid(request: HttpRequest, row: Any) -> CostGrid:
    left, cells = pages.regions_that_left(row), queries.cells_of(row)
    regions = [*pages.cost_regions(row), *left]
    return CostGrid(
        posted(request),
        regions=regions,
        left=left,
        open_regions=pages.open_cost_regions(request.user, row, regions),
        years=pages.years_of(row.application.submission.call, cells),
        cells=cells,
        hours=queries.hours_of(row),
        version=row.costs_version,
    )


@reachable(*rules.WRITERS)
def edit_costs(request: HttpRequest, number: str, block: int) -> HttpResponse:
    row = found(queries.block_for, request.user, number, block)
    form = _block_grid(request, row)
    if request.method != "POST":
        require(pages.may_edit_some_costs(request.user, row, form.open_codes))
    elif not form.is_adding and carry_out(
        form,
        lambda: actions.set_costs(by=request.user, block=row, version=form.cleaned_data["version"], cells=form.cells()),
    ):
        messages.success(request, _("Kostnaderna är sparade."))
        return redirect("edit_costs", number, block)
    context = {"part": row, "application": row.application, "form": form}
    return render(request, "grants/edit_costs.html", context, status=status_of(form))
