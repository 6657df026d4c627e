"""Pages of decisions: the public list and the decision itself, the draft that is edited, and the act of deciding."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.knowledge.documents import served
from hemtag.organisations.access import ANYONE, Role, found, reachable
from hemtag.organisations.fields import carry_out, status_of

from ..actions import deciding as actions
from ..forms.deciding import AdoptForm, DecisionFilter, DecisionForm
from ..queries import deciding as queries
from ..queries.corresponding import communication_problems
from ..queries.decision_text import content_of
from ..queries.workbench import departure_prices
from ..rules import deciding as rules

A_PAGE = 50


@reachable(ANYONE)
def decisions(request: HttpRequest) -> HttpResponse:
    """Adopted decisions, for anyone."""
    chosen = DecisionFilter(request.GET)
    found_rows = queries.DecisionList(request.user, **chosen.chosen())
    page = Paginator(found_rows.listed, A_PAGE).get_page(request.GET.get("sida"))
    return render(request, "assessment/decisions.html", {"list": found_rows, "page": page, "filter": chosen})


@reachable(ANYONE)
def decision(request: HttpRequest, number: str) -> HttpResponse:
    """An adopted decision for anyone; a draft for the delegation, with what can be done with it."""
    row = found(queries.decision_for, request.user, number)
    context = {"decision": row, "content": content_of(row)}
    if row.adopted_at:
        context["follows"] = rules.may_follow_meeting(request.user)
        return render(request, "assessment/decision_public.html", context)
    context["communication"] = communication_problems(row.application, clock.today())
    context["may_edit"] = rules.may_edit_decision(request.user, row)
    context["may_adopt"] = rules.may_adopt(request.user, row)
    return render(request, "assessment/decision.html", context)


@reachable(ANYONE)
def decision_pdf(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.decision_for, request.user, number)
    if row.document is None:
        raise Http404
    return served(row.document)


@reachable(Role.CASE_OFFICER)
def edit_decision(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.decision_for, request.user, number)
    if row.adopted_at and request.method == "GET":
        return redirect("decision", number)
    form = DecisionForm(request.POST or None, decision=row, prices=departure_prices(request.user, row))
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.edit_decision(
                by=request.user, decision=row, version=form.cleaned_data["version"], values=form.values()
            ),
            rename=form.renamed,
        )
    ):
        messages.success(request, _("Förslaget är sparat."))
        return redirect("decision", number)
    return render(request, "assessment/decision_edit.html", {"form": form, "decision": row}, status=status_of(form))


@reachable(Role.DECISION_MAKER)
def adopt_decision(request: HttpRequest, number: str) -> HttpResponse:
    """Shows exactly what will be decided, once and in full; POST decides."""
    row = found(queries.decision_for, request.user, number)
    if row.adopted_at and request.method == "GET":
        return redirect("decision", number)
    form = AdoptForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and carry_out(
        form, lambda: actions.adopt(by=request.user, decision=row, version=form.cleaned_data["version"])
    ):
        messages.success(request, _("Beslutet är fattat, registrerat och publicerat."))
        return redirect("decision", number)
    context = {
        "decision": row,
        "form": form,
        "content": content_of(row),
        "may": rules.may_adopt(request.user, row),
        "communication": communication_problems(row.application, clock.today()),
    }
    return render(request, "assessment/decision_adopt.html", context, status=status_of(form))
