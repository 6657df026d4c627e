"""The checks as a conversation: what is missing while one writes, as a page, as a part of pages, and as JSON."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.organisations.access import Role, found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.organisations.queries import regions

from .. import actions, document, queries, rules
from ..forms import StateSupportForm, StrikeForm
from .applications import READERS


def _panel(request: HttpRequest, number: str) -> dict[str, Any]:
    row = found(queries.application_for, request.user, number)
    late = rules.late_until(row.submission.call, row.submission.responsible)
    return {
        "application": row,
        "panel": queries.panel(row, clock.today()),
        "deadline": document.deadline_of(row.submission.call, clock.today(), late),
        "may_edit": rules.may_edit(request.user, row),
    }


@reachable(*READERS)
def checks(request: HttpRequest, number: str) -> HttpResponse:
    return render(request, "grants/checks.html", _panel(request, number))


@reachable(*READERS)
def checks_panel(request: HttpRequest, number: str) -> HttpResponse:
    context = _panel(request, number)
    row = context["application"]
    context["remarks"] = sum(queries.open_remarks(row).values())
    context["unseen"] = queries.unseen_changes(request.user, row)
    return render(request, "grants/_panel_lines.html", context)


@reachable(*READERS)
def checks_json(request: HttpRequest, number: str) -> JsonResponse:
    shown = _panel(request, number)
    answer = queries.panel_as_json(shown["application"], shown["panel"])
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


@reachable(Role.CASE_OFFICER, *READERS)
def state_supports(request: HttpRequest) -> HttpResponse:
    form = StateSupportForm(posted(request), regions=regions())
    if request.method == "POST" and carry_out(
        form, lambda: actions.record_state_support(by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("Stödet är antecknat och jämförs med ansökningarna."))
        return redirect("state_supports")
    rows = list(queries.state_supports_for(request.user))
    context = {"form": form, "rows": rows, "may_record": rules.may_record_state_support(request.user)}
    return render(request, "grants/state_supports.html", context, status=status_of(form))


@reachable(Role.CASE_OFFICER)
def strike_state_support(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(queries.state_support_for, request.user, pk)
    form = StrikeForm(posted(request))
    if request.method == "POST" and carry_out(
        form, lambda: actions.strike_state_support(by=request.user, support=row, **form.cleaned_data)
    ):
        messages.success(request, _("Raden är struken och jämförs inte längre."))
        return redirect("state_supports")
    context = {"form": form, "support": row}
    return render(request, "grants/strike_state_support.html", context, status=status_of(form))
