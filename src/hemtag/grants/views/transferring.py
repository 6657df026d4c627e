"""The responsibility for an application is offered to another region, which takes it over or says no."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hemtag.organisations.access import Role, found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of

from .. import actions, queries, rules
from ..forms.regions import NoToTransferForm, TransferForm
from ..queries import regions
from .applications import READERS


def _page(request: HttpRequest, row: Any, form: Any = None, no: Any = None) -> HttpResponse:
    offered = regions.open_transfer(row)
    others = regions.others_taking_part(row, row.submission.responsible)
    context = {
        "application": row,
        "others": others,
        "form": form or TransferForm(regions=others),
        "no": no or NoToTransferForm(),
        "offered": offered,
        "earlier": [each for each in regions.transfers_of(row) if each != offered],
        "may_offer": rules.may_offer_transfer(request.user, row),
        "may_answer": offered and rules.may_answer_transfer(request.user, offered),
        "window": rules.window_for(row.submission.call, offered.to_region) if offered else None,
    }
    return render(request, "grants/transfer.html", context, status=status_of(no or form))


@reachable(*READERS)
def transfer(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    others = regions.others_taking_part(row, row.submission.responsible)
    form = TransferForm(posted(request), regions=others)
    if request.method == "POST" and carry_out(
        form, lambda: actions.offer_transfer(by=request.user, application=row, **form.cleaned_data)
    ):
        messages.success(request, _("Ansvaret är erbjudet %s.") % form.cleaned_data["to"].name)
        return redirect("transfer", number)
    return _page(request, row, form)


@reachable(Role.REPRESENTATIVE)
@require_POST
def accept_transfer(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    offered = found(regions.transfer_for, row, pk)
    actions.accept_transfer(by=request.user, transfer=offered)
    messages.success(request, _("%s ansvarar nu för ansökan.") % offered.to_region.name)
    return redirect("application", number)


@reachable(Role.REPRESENTATIVE)
@require_POST
def decline_transfer(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    offered = found(regions.transfer_for, row, pk)
    no = NoToTransferForm(request.POST)
    if carry_out(no, lambda: actions.decline_transfer(by=request.user, transfer=offered, **no.cleaned_data)):
        messages.success(request, _("Erbjudandet är avböjt. Ansvaret ligger kvar."))
        return redirect("transfer", number)
    return _page(request, row, no=no)


@reachable(Role.REPRESENTATIVE)
@require_POST
def cancel_transfer(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    actions.cancel_transfer(by=request.user, transfer=found(regions.transfer_for, row, pk))
    messages.success(request, _("Erbjudandet är återtaget."))
    return redirect("transfer", number)
