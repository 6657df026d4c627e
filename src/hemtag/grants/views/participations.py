"""The regions of an application: invited, decided, confirmed; each writes its own part."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hemtag.knowledge.documents import served
from hemtag.organisations.access import Role, found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.organisations.queries import regions
from hemtag.refusals import require

from .. import actions, checks, document, queries, rules
from ..forms import DeclineForm, InviteForm, ParticipationForm, UninviteForm
from ..queries import pages
from .applications import READERS

OF_A_REGION = (Role.AUTHOR, Role.REPRESENTATIVE)


@reachable(*READERS)
def participations(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    rows = list(queries.participants_of(row))
    context = {
        "application": row,
        "participants": rows,
        "confirmed": document.confirmed(rows),
        "may_edit": rules.may_edit(request.user, row),
    }
    return render(request, "grants/participations.html", context)


@reachable(*rules.WRITERS)
def invite(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    require(rules.may_edit(request.user, row))
    outside = pages.uninvited(row, regions())
    data = {"regions": [region.code for region in outside]} if "alla" in request.POST else posted(request)
    form = InviteForm(data, regions=outside)

    @transaction.atomic
    def act() -> None:
        for region in form.cleaned_data["regions"]:
            actions.invite(by=request.user, application=row, region=region)

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
    return {
        "participant": row,
        "application": row.application,
        "form": form,
        "show_form": form.is_bound or (may_edit and row.state == pages.INVITED),
        "problems": [replace(problem, link="") for problem in problems],
        "may_edit": may_edit,
        "may_confirm": rules.may_confirm(request.user, row),
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
        actions.confirm_participation(by=request.user, participant=row)
        messages.success(request, _("Regionens deltagande är bekräftat."))
    return redirect("participation", number, code)


@reachable(Role.REPRESENTATIVE)
def reopen_participation(request: HttpRequest, number: str, code: str) -> HttpResponse:
    row = found(queries.participant_for, request.user, number, code)
    if request.method == "POST":
        actions.reopen_participation(by=request.user, participant=row)
        messages.success(request, _("Bekräftelsen är återtagen. Ändra beslutet och bekräfta igen."))
    return redirect("participation", number, code)


@reachable(Role.REPRESENTATIVE)
def decline_participation(request: HttpRequest, number: str, code: str) -> HttpResponse:
    row = found(queries.participant_for, request.user, number, code)
    form = DeclineForm(posted(request))
    if request.method != "POST":
        require(rules.may_confirm(request.user, row))
    elif carry_out(form, lambda: actions.decline_participation(by=request.user, participant=row, **form.cleaned_data)):
        messages.success(request, _("Regionen deltar inte i ansökan. Den ansvariga regionen ser skälet."))
        return redirect("applications")
    context = {"participant": row, "application": row.application, "form": form}
    return render(request, "grants/decline_participation.html", context, status=status_of(form))


@reachable(*rules.WRITERS)
def uninvite(request: HttpRequest, number: str, code: str) -> HttpResponse:
    row = found(queries.participant_for, request.user, number, code)
    require(rules.may_edit(request.user, row.application))
    form = UninviteForm(posted(request))
    if request.method == "POST" and carry_out(
        form, lambda: actions.uninvite(by=request.user, application=row.application, region=row.region)
    ):
        messages.success(request, _("%s är borttagen ur ansökan.") % row.region.name)
        return redirect("participations", number)
    context = {"participant": row, "application": row.application, "form": form}
    return render(request, "grants/uninvite.html", context, status=status_of(form))
