"""Pages of tips, needs and merging."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hemtag.organisations.access import ANYONE, Role, found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.organisations.rules import REGION_ROLES, regions_of

from .. import actions, queries, searching
from ..actions import identifying as acts
from ..forms.identifying import AnswerNeedForm, EditTipForm, MergeForm, NeedForm, ReasonForm, ShareNeedForm, TipForm
from ..queries import identifying

TIP = ("title", "kind", "specialty", "problem", "summary", "effect", "contact", "link", "version")


def _alike(request: HttpRequest, *names: str) -> list[Any]:
    return searching.similar(request.user, " ".join(request.POST.get(name, "") for name in names))


@reachable(*REGION_ROLES)
def propose_solution(request: HttpRequest) -> HttpResponse:
    own = regions_of(request.user)
    if "liknande" in request.POST:
        form = TipForm(initial=request.POST.dict(), regions=own)
        similar = _alike(request, "title", "problem", "summary")
        return render(request, "solutions/propose.html", {"form": form, "similar": similar, "asked": True})
    form = TipForm(posted(request), regions=own)
    made: list[Any] = []
    if request.method == "POST" and carry_out(
        form, lambda: made.append(actions.propose(by=request.user, **form.cleaned_data))
    ):
        messages.success(
            request, _("Tack! Tipset syns nu i katalogen, och redaktionen sållar det inom tio arbetsdagar.")
        )
        return redirect("solution", made[0].slug)
    return render(request, "solutions/propose.html", {"form": form}, status=status_of(form))


@reachable(*REGION_ROLES)
def edit_tip(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    form = EditTipForm(posted(request), initial={name: getattr(row, name) for name in TIP})
    if request.method == "POST" and carry_out(
        form, lambda: acts.edit_tip(by=request.user, solution=row, **form.cleaned_data)
    ):
        messages.success(request, _("Tipset är ändrat."))
        return redirect("solution", row.slug)
    return render(request, "solutions/edit_tip.html", {"form": form, "solution": row}, status=status_of(form))


@reachable(Role.CATALOGUE_EDITOR)
def merge_solution(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    alike = [hit.solution for hit in searching.similar(request.user, f"{row.title} {row.problem}")]
    form = MergeForm(
        posted(request),
        proposed=[one for one in alike if one.pk != row.pk],
        find=lambda text: identifying.solution_named(request.user, text),
    )
    if request.method == "POST" and carry_out(
        form, lambda: acts.merge(by=request.user, solution=row, **form.values()), {"into": "other"}
    ):
        messages.success(request, _("Lösningarna är sammanslagna. Den gamla adressen leder hit."))
        return redirect("solution", form.cleaned_data["solution"].slug)
    return render(request, "solutions/merge.html", {"form": form, "solution": row}, status=status_of(form))


# Needs ---------------------------------------------------------------------------------------------------


@reachable(ANYONE)
def needs(request: HttpRequest) -> HttpResponse:
    specialty, closed = request.GET.get("omrade", ""), "avslutade" in request.GET
    rows = identifying.needs(specialty=specialty, closed=closed)
    return render(
        request,
        "solutions/needs.html",
        {
            "page": Paginator(rows, searching.SHOWN).get_page(request.GET.get("sida")),
            "specialties": identifying.specialties_of_needs(),
            "specialty": specialty,
            "closed": closed,
            "may_post": bool(regions_of(request.user)),
        },
    )


@reachable(*REGION_ROLES)
def post_need(request: HttpRequest) -> HttpResponse:
    own = regions_of(request.user)
    if "liknande" in request.POST:
        form = NeedForm(initial=request.POST.dict(), regions=own)
        similar = _alike(request, "title", "problem")
        return render(request, "solutions/post_need.html", {"form": form, "similar": similar, "asked": True})
    form = NeedForm(posted(request), regions=own)
    made: list[Any] = []
    if request.method == "POST" and carry_out(
        form, lambda: made.append(acts.post_need(by=request.user, **form.cleaned_data))
    ):
        messages.success(request, _("Behovet är upplagt. Andra regioner kan nu ange att de har det, eller svara."))
        return redirect("need", made[0].pk)
    return render(request, "solutions/post_need.html", {"form": form}, status=status_of(form))


def _need_page(request: HttpRequest, need: Any, **bound: Any) -> HttpResponse:
    told = identifying.told_of(request.user, need)
    alike = searching.similar(request.user, f"{need.title} {need.problem}")
    answered = {row.solution_id for row in told.solutions}
    forms = {
        "share": ShareNeedForm(regions=told.may_share, prefix="dela"),
        "answer": _answer_form(request, told, alike),
        "close": ReasonForm(prefix="avsluta"),
        **bound,
    }
    context = {"told": told, "need": need, "alike": [hit for hit in alike if hit.solution.pk not in answered], **forms}
    return render(request, "solutions/need.html", context, status=max(status_of(form) for form in forms.values()))


def _answer_form(request: HttpRequest, told: Any, alike: Any, data: Any = None) -> AnswerNeedForm:
    return AnswerNeedForm(
        data,
        regions=told.own,
        prefix="svara",
        proposed=[hit.solution for hit in alike],
        find=lambda text: identifying.solution_named(request.user, text),
    )


@reachable(ANYONE)
def need(request: HttpRequest, pk: int) -> HttpResponse:
    return _need_page(request, found(identifying.need_with, pk))


@reachable(*REGION_ROLES)
def share_need(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(identifying.need_with, pk)
    form = ShareNeedForm(posted(request), regions=regions_of(request.user), prefix="dela")
    if request.method == "POST" and carry_out(
        form, lambda: acts.share_need(by=request.user, need=row, **form.cleaned_data)
    ):
        messages.success(request, _("Er region står nu bland dem som har behovet."))
        return redirect("need", row.pk)
    return _need_page(request, row, share=form)


@reachable(*REGION_ROLES)
def answer_need(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(identifying.need_with, pk)
    told = identifying.told_of(request.user, row)
    alike = searching.similar(request.user, f"{row.title} {row.problem}")
    form = _answer_form(request, told, alike, posted(request))
    rename = {"reason": "note", "solution": "other"}
    if request.method == "POST" and carry_out(
        form, lambda: acts.answer_need(by=request.user, need=row, **form.cleaned_data), rename
    ):
        messages.success(request, _("Lösningen står nu som svar på behovet."))
        return redirect("need", row.pk)
    return _need_page(request, row, answer=form)


@reachable(*REGION_ROLES, Role.CATALOGUE_EDITOR)
def close_need(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(identifying.need_with, pk)
    form = ReasonForm(posted(request), prefix="avsluta")
    if request.method == "POST" and carry_out(
        form, lambda: acts.close_need(by=request.user, need=row, **form.cleaned_data)
    ):
        messages.success(request, _("Behovet är avslutat."))
        return redirect("need", row.pk)
    return _need_page(request, row, close=form)
