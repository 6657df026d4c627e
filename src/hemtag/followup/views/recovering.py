"""A case of repayment on one page: where it stands, and the next act for the one who is to do it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hemtag import clock
from hemtag.history.queries import events_about
from hemtag.organisations.access import Role, found, reachable
from hemtag.organisations.fields import carry_out, status_of
from hemtag.organisations.rules import DELEGATION_ROLES, REGION_ROLES

from .. import queries
from ..actions import recovering
from ..forms import DecideForm, HearForm, OpenRecoveryForm, ReasonForm, RepaidForm, StatementForm


@reachable(Role.CASE_OFFICER)
def open_recovery(request: HttpRequest, number: str) -> HttpResponse:
    decision = found(queries.follow_up_for, request.user, number)
    form = OpenRecoveryForm(request.POST or None)
    made = []
    if request.method == "POST" and carry_out(
        form,
        lambda: made.append(
            recovering.open_recovery(
                by=request.user,
                decision=decision,
                ground=form.cleaned_data["ground"],
                claimed_sek=form.cleaned_data["claimed"],
                facts=form.cleaned_data["facts"],
            )
        ),
    ):
        messages.success(request, _("Ärendet är öppnat och registrerat."))
        return redirect("recovery", made[0].pk)
    context = {"form": form, "decision": decision, "claimable": queries.claimable_sek(decision)}
    return render(request, "followup/open_recovery.html", context, status=status_of(form))


def _page(request: HttpRequest, case: Any, act: str = "", form: forms.Form | None = None) -> HttpResponse:
    """`act` names the form that came back with something to mend."""
    person = request.user
    empty = {
        "hear": HearForm,
        "statement": StatementForm,
        "decide": DecideForm,
        "close": ReasonForm,
        "repaid": RepaidForm,
    }
    initial = {"decide": {"decided": case.claimed_sek}, "repaid": {"on": clock.today()}}
    shown = {name: form if name == act else made(initial=initial.get(name)) for name, made in empty.items()}
    context = {
        "case": case,
        "application": case.application,
        "events": events_about(case),
        "forms": shown,
        "may": queries.next_acts(person, case, clock.today()),
        "interest_today": queries.interest_if_paid(case, clock.today()),
    }
    return render(request, "followup/recovery.html", context, status=status_of(form))


@reachable(*REGION_ROLES, *DELEGATION_ROLES)
def recovery(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, found(queries.recovery_for, request.user, pk))


@reachable(Role.CASE_OFFICER)
@require_POST
def hear(request: HttpRequest, pk: int) -> HttpResponse:
    case = found(queries.recovery_for, request.user, pk)
    form = HearForm(request.POST)
    if carry_out(form, lambda: recovering.hear(by=request.user, case=case, **form.cleaned_data)):
        messages.success(request, _("Regionen är underrättad och kan yttra sig."))
        return redirect("recovery", pk)
    return _page(request, case, "hear", form)


@reachable(Role.REPRESENTATIVE)
@require_POST
def give_statement(request: HttpRequest, pk: int) -> HttpResponse:
    case = found(queries.recovery_for, request.user, pk)
    form = StatementForm(request.POST)
    if carry_out(form, lambda: recovering.give_statement(by=request.user, case=case, **form.cleaned_data)):
        messages.success(request, _("Yttrandet är inlämnat och registrerat."))
        return redirect("recovery", pk)
    return _page(request, case, "statement", form)


@reachable(Role.DECISION_MAKER)
@require_POST
def decide_recovery(request: HttpRequest, pk: int) -> HttpResponse:
    case = found(queries.recovery_for, request.user, pk)
    form = DecideForm(request.POST)
    if carry_out(
        form,
        lambda: recovering.decide_recovery(
            by=request.user,
            case=case,
            decided_sek=form.cleaned_data["decided"],
            reasons=form.cleaned_data["reasons"],
            relief_reason=form.cleaned_data["relief_reason"],
        ),
    ):
        messages.success(request, _("Beslutet är fattat och registrerat."))
        return redirect("recovery", pk)
    return _page(request, case, "decide", form)


@reachable(Role.CASE_OFFICER)
@require_POST
def close_recovery(request: HttpRequest, pk: int) -> HttpResponse:
    case = found(queries.recovery_for, request.user, pk)
    form = ReasonForm(request.POST)
    if carry_out(form, lambda: recovering.close_recovery(by=request.user, case=case, **form.cleaned_data)):
        messages.success(request, _("Ärendet är avslutat utan återkrav."))
        return redirect("recovery", pk)
    return _page(request, case, "close", form)


@reachable(Role.PAYMENTS_OFFICER)
@require_POST
def record_repayment(request: HttpRequest, pk: int) -> HttpResponse:
    case = found(queries.recovery_for, request.user, pk)
    form = RepaidForm(request.POST)
    if carry_out(form, lambda: recovering.record_repayment(by=request.user, case=case, **form.cleaned_data)):
        messages.success(request, _("Återbetalningen är noterad."))
        return redirect("recovery", pk)
    return _page(request, case, "repaid", form)
