"""The budget as a workbook: fetched, filled in elsewhere, read in again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import ngettext

from hemtag.organisations.access import found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.refusals import require

from .. import actions, queries, rules, sheets
from ..forms import ConfirmSheetForm, SheetForm
from .applications import READERS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@reachable(*READERS)
def budget_sheet(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    response = HttpResponse(sheets.write(queries.budget_book(request.user, row)), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"budget-{row.number}.xlsx") or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@reachable(*rules.WRITERS)
def import_budget(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    require(queries.may_fill_in(request.user, row))
    book = queries.budget_book(request.user, row)
    if "plan" in request.POST:
        return _confirm(request, row, book)
    form = SheetForm(posted(request), request.FILES or None, book=book)
    shown = form.changes if form.is_bound and form.is_valid() else None
    confirm = ConfirmSheetForm(person=request.user, book=book)
    context = {"form": form, "changes": shown, "plan": confirm.start(shown) if shown else ""}
    return _page(request, row, context, status_of(form))


def _confirm(request: HttpRequest, row: Any, book: sheets.Book) -> HttpResponse:
    form = ConfirmSheetForm(request.POST, person=request.user, book=book)
    saved: list[Any] = []
    if carry_out(
        form, lambda: saved.extend(actions.import_budget(by=request.user, application=row, blocks=form.blocks))
    ):
        text = ngettext("Budgeten i %(n)s block är sparad.", "Budgeten i %(n)s block är sparad.", len(saved))
        messages.success(request, text % {"n": len(saved)})
        return redirect("budget", row.number)
    shown = form.changes if form.clash else None
    plan = form.start(shown, form.clash.versions) if shown else ""
    context = {"form": SheetForm(book=book), "confirm": form, "changes": shown, "plan": plan}
    return _page(request, row, context, status_of(form))


def _page(request: HttpRequest, row: Any, context: dict[str, Any], status: int) -> HttpResponse:
    return render(request, "grants/import_budget.html", {"application": row, **context}, status=status)
