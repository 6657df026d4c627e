"""A block: what and why, what it gives, what it needs. Its costs are written under budget."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hemtag.organisations.access import found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.refusals import require

from .. import actions, document, queries, rules, sections
from ..forms import BlockForm, EffectsForm, NewBlockForm
from ..queries import pages
from .applications import READERS


@reachable(*rules.WRITERS)
def add_block(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    form = NewBlockForm(posted(request))
    added: list[Any] = []
    if request.method != "POST":
        require(rules.may_edit(request.user, row))
    elif carry_out(
        form, lambda: added.append(actions.add_block(by=request.user, application=row, **form.cleaned_data))
    ):
        messages.success(request, _("Blocket är tillagt. Beskriv det här."))
        return redirect("block", number, added[0].number)
    return render(request, "grants/add_block.html", {"application": row, "form": form}, status=status_of(form))


@reachable(*READERS)
def block(request: HttpRequest, number: str, block: int) -> HttpResponse:
    row = found(queries.block_for, request.user, number, block)
    key = sections.of_block(sections.BLOCK, block)
    if not rules.may_edit_section(request.user, row.application, key) and request.method != "POST":
        return _read(request, row)
    form = BlockForm(posted(request), block=row, initial=BlockForm.start(row))
    if request.method == "POST" and carry_out(
        form,
        lambda: actions.edit_block(
            by=request.user, block=row, version=form.cleaned_data["version"], values=form.values()
        ),
    ):
        messages.success(request, _("Blocket är sparat."))
        return redirect("block", number, block)
    context = {**_shown(row), "form": form, "section": key}
    return render(request, "grants/edit_block.html", context, status=status_of(form))


def _shown(row: Any) -> dict[str, Any]:
    sums = queries.block_budget(row)
    return {
        "part": row,
        "application": row.application,
        "budget": sums,
        "table": document.per_kind(sums),
        "effects": document.effects(row.effects.all()),
    }


def _read(request: HttpRequest, row: Any) -> HttpResponse:
    own = pages.open_cost_regions(request.user, row, pages.cost_regions(row))
    return render(request, "grants/block.html", {**_shown(row), "may_edit_costs": own})


@reachable(*rules.WRITERS)
def edit_effects(request: HttpRequest, number: str, block: int) -> HttpResponse:
    row = found(queries.block_for, request.user, number, block)
    key = sections.of_block(sections.EFFECTS, block)
    form = EffectsForm(posted(request), rows=EffectsForm.start(row.effects.all()), initial={"version": row.version})
    if request.method != "POST":
        require(rules.may_edit_section(request.user, row.application, key))
    elif carry_out(
        form,
        lambda: actions.set_effects(
            by=request.user, block=row, version=form.cleaned_data["version"], rows=form.values()
        ),
    ):
        messages.success(request, _("Effekterna är sparade."))
        return redirect("edit_effects" if "more" in request.POST else "block", number, block)
    context = {"part": row, "application": row.application, "form": form, "section": key}
    return render(request, "grants/edit_effects.html", context, status=status_of(form))


@reachable(*rules.WRITERS)
def remove_block(request: HttpRequest, number: str, block: int) -> HttpResponse:
    row = found(queries.block_for, request.user, number, block)
    require(rules.may_edit(request.user, row.application))
    if request.method == "POST":
        actions.remove_block(by=request.user, block=row)
        messages.success(request, _("Blocket är borttaget."))
        return redirect("application", number)
    context = {**_shown(row), "needed_by": row.needed_by.all()}
    return render(request, "grants/remove_block.html", context)
