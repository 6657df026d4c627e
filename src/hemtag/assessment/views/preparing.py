"""Pages about a whole round: how far it has come, declarations in one go, assessors in one go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hemtag import clock
from hemtag.organisations.access import Role, found, reachable
from hemtag.organisations.rules import has_role, is_auditor, may_act_as
from hemtag.refusals import DoesNotHold, WrongState

from ..actions import assessing as actions
from ..forms.assessing import ConflictRow, ConflictsForm, PreparationFilter
from ..queries import assessing as queries
from ..queries.preparing import Overview, Stage, arranged, overview
from ..rules import assessing as rules
from ..rules.deciding import may_follow_preparation

COLUMNS = (
    ("nummer", gettext_lazy("Nummer"), ""),
    ("titel", gettext_lazy("Ansökan"), ""),
    ("ansvarig", gettext_lazy("Ansvarig"), ""),
    ("sokt", gettext_lazy("Sökt"), "num"),
    ("behorighet", gettext_lazy("Behörighet"), ""),
    ("bedomningar", gettext_lazy("Bedömt"), "num"),
    ("poang", gettext_lazy("Medel"), "num"),
    ("komplettering", gettext_lazy("Komplettering"), ""),
    ("steg", gettext_lazy("Nästa steg"), ""),
    ("dagar", gettext_lazy("Dagar"), "num"),
)


@dataclass(frozen=True)
class Column:
    """A heading that sorts by its column, and turns the order when it already does."""

    label: Any
    kind: str
    url: str
    sorted: str = ""


def _columns(request: HttpRequest, order: str) -> list[Column]:
    made = []
    for key, label, kind in COLUMNS:
        query = request.GET.copy()
        query["sortera"] = f"-{key}" if order == key else key
        direction = {key: "ascending", f"-{key}": "descending"}.get(order, "")
        made.append(Column(label, kind, f"?{urlencode(query)}", direction))
    return made


@reachable(*rules.PREPARERS)
def preparation(request: HttpRequest) -> HttpResponse:
    return render(request, "assessment/preparation.html", {"calls": queries.rounds_for(request.user)})


@reachable(*rules.PREPARERS)
def preparation_round(request: HttpRequest, slug: str) -> HttpResponse:
    call = found(queries.round_for, request.user, slug)
    view = overview(request.user, call, clock.today())
    form = PreparationFilter(request.GET)
    wanted = form.wanted()
    context = {
        "call": call,
        "view": view,
        "lines": arranged(view.lines, **wanted),
        "wanted": wanted,
        "form": form,
        "stages": [(stage, count) for stage, count in view.stages.items()],
        "columns": _columns(request, wanted["order"]),
        "actions": _actions(request.user, call, view),
    }
    return render(request, "assessment/preparation_round.html", context)


def _actions(person: Any, call: Any, view: Overview) -> list[tuple[str, str]]:
    """(words, address) of what the person does next with the round, and the one thing beside it."""
    if view.undeclared:
        return [(_("Svara om jäv"), reverse("declare_conflicts", args=[call.slug]))]
    if not may_follow_preparation(person) or not view.lines:
        return []
    found = []
    if may_act_as(person, Role.CASE_OFFICER):
        if view.stages[Stage.TO_ASSIGN]:
            found.append((_("Tilldela bedömare"), reverse("assign_round", args=[call.slug])))
        if view.next_to_try:
            url = reverse("try_eligibility", args=[call.slug, view.next_to_try.number])
            found.append((_("Pröva nästa ansökan"), url))
    if queries.is_assessor(person):
        found.append((_("Mina bedömningar"), reverse("assessments", args=[call.slug])))
    if is_auditor(person) or has_role(person, Role.CASE_OFFICER, Role.DECISION_MAKER):
        pages = [
            (_("Prioritering"), reverse("prioritisation", args=[call.slug])),
            (_("Sammanträden"), reverse("meetings", args=[call.slug])),
        ]
        found += pages if view.open_lines else pages[::-1]
    return found[:2]


@reachable(*rules.PREPARERS)
def declare_conflicts(request: HttpRequest, slug: str) -> HttpResponse:
    call = found(queries.round_for, request.user, slug)
    cases = list(queries.cases_for(request.user).filter(submission__call=call))
    interests = queries.interests_in(request.user, call)
    rows = [
        ConflictRow(case.number, case.title, case.submission.responsible.short_name, ", ".join(interest.shared))
        for case in cases
        for interest in [interests[case.pk]]
        if interest.declared is None
    ]
    form = ConflictsForm(rows, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.declare_conflicts(by=request.user, applications=cases, answers=form.answers())
        except DoesNotHold as refusal:
            form.attach(refusal.problems)
        except WrongState as refusal:
            form.add_error(None, str(refusal))
        else:
            text = ngettext("%(count)s svar om jäv är sparat.", "%(count)s svar om jäv är sparade.", len(made))
            messages.success(request, text % {"count": len(made)})
            return redirect("preparation_round", slug)
    declared = [(case, interests[case.pk]) for case in cases if interests[case.pk].declared is not None]
    context = {"call": call, "form": form, "declared": declared}
    return render(request, "assessment/declare_conflicts.html", context, status=422 if form.errors else 200)


@reachable(Role.CASE_OFFICER)
def assign_round(request: HttpRequest, slug: str) -> HttpResponse:
    call = found(queries.round_for, request.user, slug)
    if request.method == "POST":
        done = actions.assign_round(by=request.user, call=call)
        text = ngettext("%(count)s bedömning är tilldelad.", "%(count)s bedömningar är tilldelade.", done.made)
        messages.success(request, text % {"count": done.made})
        if done.short:
            messages.warning(request, _("För få bedömare utan jäv i %(numbers)s.") % {"numbers": ", ".join(done.short)})
        return redirect("assign_round", slug)
    context = {
        "call": call,
        "loads": queries.load_lines(call),
        "lacking": queries.lacking_assessors(request.user, call),
        "may_assign": rules.may_assign_round(request.user),
    }
    return render(request, "assessment/assign_round.html", context)
