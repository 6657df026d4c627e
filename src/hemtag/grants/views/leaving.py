"""A region leaves an application: it declines, or the responsible region takes it out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hemtag.organisations.access import Role, found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.refusals import require

from .. import actions, queries, rules
from ..forms.regions import DeclineForm, UninviteForm
from ..queries import regions


def _shown(row: Any, form: Any, cells: list[dict[str, Any]]) -> dict[str, Any]:
    total = {name: sum(cell[name] for cell in cells) for name in ("requested_sek", "cofinancing_sek")}
    return {"participant": row, "application": row.application, "form": form, "cells": cells, "total": total}


@reachable(Role.REPRESENTATIVE)
def decline_participation(request: HttpRequest, number: str, code: str) -> HttpResponse:
    row = found(queries.participant_for, request.user, number, code)
    cells = regions.cells_held(row.application, row.region)
    # A region gives its costs to no other than the one that answers for the application.
    responsible = [row.application.submission.responsible]
    form = DeclineForm(posted(request), heirs=responsible, has_costs=bool(cells), may_keep=True)
    if request.method != "POST":
        require(rules.may_confirm(request.user, row))
    elif carry_out(
        form,
        lambda: actions.decline_participation(
            by=request.user, participant=row, reason=form.cleaned_data["reason"], **form.settled()
        ),
    ):
        messages.success(request, _("Regionen deltar inte i ansökan. Den ansvariga regionen ser skälet."))
        return redirect("applications")
    context = _shown(row, form, cells)
    return render(request, "grants/decline_participation.html", context, status=status_of(form))


@reachable(*rules.WRITERS)
def uninvite(request: HttpRequest, number: str, code: str) -> HttpResponse:
    row = found(queries.participant_for, request.user, number, code)
    require(rules.may_edit(request.user, row.application))
    cells = regions.cells_held(row.application, row.region)
    heirs = regions.others_taking_part(row.application, row.region)
    form = UninviteForm(posted(request), heirs=heirs, has_costs=bool(cells), may_keep=False)
    if request.method == "POST" and carry_out(
        form,
        lambda: actions.uninvite(by=request.user, application=row.application, region=row.region, **form.settled()),
    ):
        messages.success(request, _("%s är borttagen ur ansökan.") % row.region.name)
        return redirect("participations", number)
    return render(request, "grants/uninvite.html", _shown(row, form, cells), status=status_of(form))
