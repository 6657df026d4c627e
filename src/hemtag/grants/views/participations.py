"""The regions of an application: invited, decided, confirmed; each writes its own part."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.knowledge.documents import served
from hemtag.organisations.access import Role, found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.organisations.queries import regions
from hemtag.refusals import WrongState, require

from .. import actions, checks, document, queries, rules, sections
from ..forms import InviteForm, ParticipationForm
from ..queries import pages, signing
from ..queries import regions as standing
from .applications import READERS

OF_A_REGION = (Role.AUTHOR, Role.REPRESENTATIVE)


def _columns(order: str) -> dict[str, dict[str, str]]:
    """For the head of each column: how it is sorted now, and the order that its link gives."""
    found = {}
    for key in standing.ORDERS:
        is_now = order.removeprefix("-") == key
        aria = ("descending" if order.startswith("-") else "ascending") if is_now else ""
        found[key] = {"aria": aria, "order": f"-{key}" if order == key else key}
    return found


@reachable(*READERS)
def participations(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    order = request.GET.get("sortera", "")
    rows = standing.standings(request.user, row, clock.today(), order)
    context = {
        "application": row,
        "rows": rows,
        "order": order,
        "columns": _columns(order),
        "confirmed": sum(each.state == "confirmed" for each in rows),
        "waiting": standing.waiting(rows),
        "taking_part": [each for each in rows if each.participant.state != "declined"],
        "deadline": document.deadline_of(
            row.submission.call,
            clock.today(),
            rules.late_until(row.submission.call, row.submission.responsible),
        ),
        "may_edit": rules.may_edit(request.user, row),
        "offered": standing.open_transfer(row),
    }
    return render(request, "grants/participations.html", context)


@reachable(*rules.WRITERS)
def invite(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    require(rules.may_edit(request.user, row))
    outside = pages.uninvited(row, regions())
    data = posted(request)
    if "alla" in request.POST:
        data = {**request.POST.dict(), "regions": [region.code for region in outside]}
    form = InviteForm(data, regions=outside)

    @transaction.atomic
    def act() -> None:
        for region in form.cleaned_data["regions"]:
            actions.invite(by=request.user, application=row, region=region, **form.words())

    if request.method == "POST" and carry_out(form, act):
        messages.success(request, _("Inbjudna: %s.") % ", ".join(r.short_name for r in form.cleaned_data["regions"]))
        return redirect("participations", number)
    context = {"application": row, "form": form, "outside": outside}
    return render(request, "grants/invite.html", context, status=status_of(form))


@reachable(*READERS)
def participation(request: HttpRequest, number: str, code: str) -> HttpResponse:
    row = found(queries.participant_for, request.user, number, code)
    form = ParticipationForm(posted(request), request.FILES or None, participant=row)
    if request.method == "POST" and carry_out(
        form,
        lambda: actions.edit_participation(
            by=request.user,
            participant=row,
            values=form.values(),
            minutes=form.cleaned_data["minutes"],
            version=form.cleaned_data["version"],
        ),
        rename={"file": "minutes"},
    ):
        messages.success(request, _("Regionens beslut är sparat."))
        return redirect("participation", number, code)
    return render(request, "grants/participation.html", _shown(request, row, form), status=status_of(form))


def _shown(request: HttpRequest, row: Any, form: ParticipationForm) -> dict[str, Any]:
    fact, number = queries.participant_fact(row), row.application.number
    problems = checks.decision_is_minuted(fact, number) + checks.support_is_declared(fact, number)
    may_edit = rules.may_edit_participation(request.user, row)
    undertaking = signing.undertaking_of(row)
    return {
        "undertaking": undertaking,
        "undertaking_sha256": (sha256 := queries.sha256_of(undertaking)),
        "signed_sha256": (signed := signing.signatures([row]).get(row.pk, "")),
        "is_outdated": bool(signed) and signed != sha256,
        "sums": signing.sums_of(undertaking),
        "invitation": (invitation := standing.invitations(row.application).get(row.region.code, {})),
        "wished_on": standing.wished_on(invitation),
        "participant": row,
        "application": row.application,
        "form": form,
        "section": sections.of_region(row.region.code),
        "show_form": form.is_bound or (may_edit and row.state == pages.INVITED),
        "problems": [replace(problem, link="") for problem in problems],
        "may_edit": may_edit,
        "may_confirm": rules.may_confirm(request.user, row),
        "may_sign": rules.may_sign(request.user, row),
    }


@reachable(*READERS)
def minutes(request: HttpRequest, number: str, code: str) -> HttpResponse:
    row = found(queries.participant_for, request.user, number, code)
    if row.minutes is None:
        raise Http404
    return served(row.minutes)


@reachable(Role.REPRESENTATIVE)
def confirm_participation(request: HttpRequest, number: str, code: str) -> HttpResponse:
    row = found(queries.participant_for, request.user, number, code)
    if request.method == "POST":
        try:
            actions.confirm_participation(by=request.user, participant=row, seen=request.POST.get("visat"))
        except WrongState as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Regionens åtagande är undertecknat."))
    return redirect("participation", number, code)


@reachable(Role.REPRESENTATIVE)
def reopen_participation(request: HttpRequest, number: str, code: str) -> HttpResponse:
    row = found(queries.participant_for, request.user, number, code)
    if request.method == "POST":
        actions.reopen_participation(by=request.user, participant=row)
        messages.success(request, _("Underskriften är återtagen. Ändra beslutet och underteckna igen."))
    return redirect("participation", number, code)
