"""What is done and what is due: contributed hours and reports."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hemtag.organisations.access import Role, found, reachable
from hemtag.organisations.fields import carry_out, status_of
from hemtag.organisations.rules import DELEGATION_ROLES, REGION_ROLES

from .. import queries, rules
from ..actions import reporting
from ..forms import HoursForm, PartForm, ProgressForm, ReasonForm


@reachable(*REGION_ROLES)
def report_hours(request: HttpRequest, number: str) -> HttpResponse:
    decision = found(queries.follow_up_for, request.user, number)
    period = queries.period_named(decision, request.GET.get("period", ""))
    form = HoursForm(
        request.POST or None,
        regions=queries.own_regions_in(request.user, decision),
        blocks=[granted.block for granted in queries.granted_blocks_of(decision)],
        periods=queries.periods_of(decision),
        initial=queries.hours_so_far(request.user, decision, period),
    )
    if request.method == "POST" and carry_out(
        form,
        lambda: reporting.report_hours(
            by=request.user,
            decision=decision,
            region=form.cleaned_data["region"],
            starts_on=form.cleaned_data["starts_on"],
            hours=form.hours(),
        ),
    ):
        messages.success(request, _("Arbetstiden är redovisad."))
        return redirect("follow_up", number)
    context = {"form": form, "decision": decision, "period": period, "periods": queries.periods_of(decision)}
    return render(request, "followup/report_hours.html", context, status=status_of(form))


@reachable(Role.CASE_OFFICER, Role.AUTHOR, Role.REPRESENTATIVE)
@require_POST
def open_report(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    decision = found(queries.follow_up_for, request.user, number)
    wanted = queries.kind_of_report(kind)
    if wanted is None:
        raise Http404
    report = reporting.open_report(by=request.user, decision=decision, kind=wanted)
    messages.success(request, _("Redovisningen är påbörjad. Varje region kan nu skriva sin del."))
    return redirect("report", report.pk)


def _report_page(request: HttpRequest, report: Any, **forms: Any) -> HttpResponse:
    person, decision = request.user, report.decision
    own = queries.own_regions_in(person, decision)
    first = own[0] if own else None
    context = {
        "report": report,
        "decision": decision,
        "application": decision.application,
        "parts": queries.parts_of(report),
        "part_form": forms.get("part") or (first and PartForm(regions=own, initial=queries.part_so_far(report, first))),
        "progress_form": forms.get("progress")
        or (
            rules.may_write_progress(person, report)
            and ProgressForm(initial={"version": report.version, "progress": report.progress})
        ),
        "problems": queries.what_is_missing(report),
        "may_submit": rules.may_submit_report(person, report),
        "may_accept": rules.may_accept_report(person),
        "return_form": forms.get("returned") or ReasonForm(),
        "is_open": queries.is_open(report),
        "is_submitted": queries.is_submitted(report),
    }
    bound = next(iter(forms.values()), None)
    return render(request, "followup/report.html", context, status=status_of(bound))


@reachable(*REGION_ROLES, *DELEGATION_ROLES)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    return _report_page(request, found(queries.report_for, request.user, pk))


@reachable(*REGION_ROLES)
@require_POST
def write_part(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(queries.report_for, request.user, pk)
    form = PartForm(request.POST, regions=queries.own_regions_in(request.user, row.decision))
    if carry_out(
        form,
        lambda: reporting.write_part(
            by=request.user,
            report=row,
            region=form.cleaned_data["region"],
            version=form.cleaned_data["version"],
            text=form.cleaned_data["text"],
            cost_sek=form.cleaned_data["cost"],
        ),
    ):
        messages.success(request, _("Er del är sparad."))
        return redirect("report", pk)
    return _report_page(request, row, part=form)


@reachable(Role.AUTHOR, Role.REPRESENTATIVE)
@require_POST
def write_progress(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(queries.report_for, request.user, pk)
    form = ProgressForm(request.POST)
    if carry_out(form, lambda: reporting.write_progress(by=request.user, report=row, **form.cleaned_data)):
        messages.success(request, _("Texten är sparad."))
        return redirect("report", pk)
    return _report_page(request, row, progress=form)


@reachable(Role.REPRESENTATIVE)
@require_POST
def submit_report(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(queries.report_for, request.user, pk)
    reporting.submit_report(by=request.user, report=row)
    messages.success(request, _("Redovisningen är inlämnad och registrerad."))
    return redirect("report", pk)


@reachable(Role.CASE_OFFICER)
@require_POST
def accept_report(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(queries.report_for, request.user, pk)
    reporting.settle_report(by=request.user, report=row, accept=True)
    messages.success(request, _("Redovisningen är godtagen."))
    return redirect("report", pk)


@reachable(Role.CASE_OFFICER)
@require_POST
def return_report(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(queries.report_for, request.user, pk)
    form = ReasonForm(request.POST)
    if carry_out(
        form,
        lambda: reporting.settle_report(by=request.user, report=row, accept=False, reason=form.cleaned_data["reason"]),
    ):
        messages.success(request, _("Redovisningen är öppen för komplettering."))
        return redirect("report", pk)
    return _report_page(request, row, returned=form)
