"""Where is the money: an application's follow-up, the payments list, distribution and statements."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hemtag import clock
from hemtag.organisations.access import Role, found, reachable
from hemtag.organisations.fields import carry_out, status_of
from hemtag.organisations.rules import DELEGATION_ROLES, REGION_ROLES
from hemtag.solutions.rules import may_propose_granted

from .. import queries, rules
from ..actions import paying, spreading
from ..forms import DistributeForm, PaidForm, PrepareForm, ReasonForm, ToCatalogueForm

READERS = tuple(REGION_ROLES | DELEGATION_ROLES)


@reachable(*READERS)
def follow_ups(request: HttpRequest) -> HttpResponse:
    return render(request, "followup/follow_ups.html", {"rows": queries.money_of(queries.follow_ups_for(request.user))})


@reachable(*READERS)
def follow_up(request: HttpRequest, number: str) -> HttpResponse:
    decision = found(queries.follow_up_for, request.user, number)
    person = request.user
    return render(
        request,
        "followup/follow_up.html",
        {
            "decision": decision,
            "application": decision.application,
            "money": queries.money_of(queries.follow_ups_for(person).filter(pk=decision.pk))[0],
            "instalments": queries.instalments_of(decision),
            "blocks": queries.granted_blocks_of(decision),
            "hours": queries.hours_table(decision),
            "reports": queries.reports_for(person).filter(decision=decision),
            "report_kinds": queries.reports_to_open(decision) if rules.may_open_report(person, decision) else [],
            "recoveries": queries.recovery_cases_for(person).filter(application=decision.application),
            "may_prepare": rules.may_prepare(person, decision),
            "may_contribute": bool(queries.own_regions_in(person, decision)),
            "readable": queries.statements_of(person, decision),
            "may_distribute": rules.may_distribute(person, decision),
            "may_recover": rules.may_handle_recovery(person),
            "may_propose": may_propose_granted(person),
        },
    )


@reachable(Role.PAYMENTS_OFFICER)
def payments(request: HttpRequest) -> HttpResponse:
    now, later = queries.payments_now_and_later(request.user, clock.today())
    context = {"now": now, "later": later, "approved": queries.approved_payments(), "today": clock.today()}
    return render(request, "followup/payments.html", context)


@reachable(Role.PAYMENTS_OFFICER)
def prepare_payment(request: HttpRequest, pk: int) -> HttpResponse:
    planned = found(queries.planned_payment_for, request.user, pk)
    form = PrepareForm(request.POST or None, initial={"amount": planned.amount_sek})
    if request.method == "POST" and carry_out(
        form,
        lambda: paying.prepare_payment(
            by=request.user,
            planned=planned,
            amount_sek=form.cleaned_data["amount"],
            reason=form.cleaned_data["reason"],
        ),
    ):
        messages.success(request, _("Utbetalningen är förberedd. En annan person behöver attestera den."))
        return redirect("payments")
    return render(request, "followup/prepare_payment.html", {"form": form, "planned": planned}, status=status_of(form))


@reachable(Role.PAYMENTS_OFFICER)
def payment(request: HttpRequest, pk: int) -> HttpResponse:
    return _payment_page(request, found(queries.payment_for, request.user, pk))


def _payment_page(
    request: HttpRequest, row: Any, paid: PaidForm | None = None, withhold: ReasonForm | None = None
) -> HttpResponse:
    context = {
        "payment": row,
        "decision": row.planned.decision,
        "may_approve": rules.may_approve(request.user, row),
        "may_pay": rules.may_pay(request.user),
        "paid_form": paid or PaidForm(initial={"on": clock.today()}),
        "withhold_form": withhold or ReasonForm(),
    }
    return render(request, "followup/payment.html", context, status=status_of(paid or withhold))


@reachable(Role.PAYMENTS_OFFICER)
@require_POST
def approve_payment(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(queries.payment_for, request.user, pk)
    paying.approve_payment(by=request.user, payment=row)
    messages.success(request, _("Utbetalningen är attesterad av två personer och kan betalas ut."))
    return redirect("payments")


@reachable(Role.PAYMENTS_OFFICER)
@require_POST
def mark_paid(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(queries.payment_for, request.user, pk)
    form = PaidForm(request.POST)
    if carry_out(form, lambda: paying.mark_paid(by=request.user, payment=row, **form.cleaned_data)):
        messages.success(request, _("Utbetalningen är noterad som betald."))
        return redirect("payments")
    return _payment_page(request, row, paid=form)


@reachable(Role.PAYMENTS_OFFICER)
@require_POST
def withhold_payment(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(queries.payment_for, request.user, pk)
    form = ReasonForm(request.POST)
    if carry_out(form, lambda: paying.withhold_payment(by=request.user, payment=row, **form.cleaned_data)):
        messages.success(request, _("Utbetalningen hålls inne."))
        return redirect("payments")
    return _payment_page(request, row, withhold=form)


@reachable(Role.PAYMENTS_OFFICER)
def payments_export(request: HttpRequest) -> HttpResponse:
    """What the payer needs for every payment that two have approved, as semicolon-separated values."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="utbetalningar.csv"'
    response.write("\ufeff")  # so that Excel reads it as UTF-8
    writer = csv.writer(response, delimiter=";")
    writer.writerow(["mottagare", "organisationsnummer", "beslut", "förfallodag", "belopp_sek"])
    for row in queries.approved_payments():
        receiver = row.planned.decision.application.submission.responsible
        writer.writerow(
            [receiver.name, receiver.orgnr, row.planned.decision.number, row.planned.due_on, row.amount_sek]
        )
    return response


@reachable(Role.ECONOMIST, Role.REPRESENTATIVE)
def distribute(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(queries.payment_for, request.user, pk)
    form = DistributeForm(request.POST or None, initial=queries.latest_half_year(row))
    if request.method == "POST" and carry_out(
        form, lambda: paying.distribute(by=request.user, payment=row, **form.cleaned_data)
    ):
        messages.success(request, _("Utbetalningen är fördelad. Varje region har fått sin avräkning."))
        return redirect("follow_up", row.planned.decision.application.number)
    context = {"form": form, "payment": row, "decision": row.planned.decision, "rule": queries.share_rule(row)}
    return render(request, "followup/distribute.html", context, status=status_of(form))


@reachable(*READERS)
def share(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(queries.share_for, request.user, pk)
    return render(
        request,
        "followup/share.html",
        {
            "share": row,
            "distribution": row.distribution,
            "decision": row.distribution.payment.planned.decision,
            "may_confirm": rules.may_confirm_share(request.user, row.region) and row.confirmed_at is None,
        },
    )


@reachable(Role.ECONOMIST, Role.REPRESENTATIVE)
@require_POST
def confirm_share(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(queries.share_for, request.user, pk)
    paying.confirm_share(by=request.user, share=row)
    messages.success(request, _("Tack. Det är noterat att pengarna har kommit."))
    return redirect("share", row.pk)


@reachable(Role.CASE_OFFICER)
def propose_block(request: HttpRequest, number: str, block: int) -> HttpResponse:
    granted = found(queries.granted_block_for, request.user, number, block)
    form = ToCatalogueForm(request.POST or None, initial=queries.as_solution(granted))
    made = []
    if request.method == "POST" and carry_out(
        form, lambda: made.append(spreading.propose_block(by=request.user, granted=granted, **form.cleaned_data))
    ):
        messages.success(request, _("Blocket är föreslaget till katalogen."))
        return redirect("solution", made[0].slug)
    return render(request, "followup/propose_block.html", {"form": form, "granted": granted}, status=status_of(form))
