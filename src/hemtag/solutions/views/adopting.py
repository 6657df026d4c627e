"""The pages of introductions: what regions have declared, and how it spreads."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.knowledge.documents import read_upload, served
from hemtag.organisations.access import ANYONE, Role, found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.organisations.queries import regions
from hemtag.organisations.rules import REGION_ROLES, regions_of

from .. import queries, sheets, showing
from ..actions import adopting as actions
from ..forms.adopting import BACK, AnswerSuggestionForm, ConfirmForm, CorrectionForm, StepForm, SuggestForm
from ..queries import adopting, spreading

SHOWN = 50


@reachable(ANYONE)
def introductions(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    return render(request, "solutions/introductions.html", showing.introductions(request.user, row, clock.today()))


@reachable(ANYONE)
def spread_over_all(request: HttpRequest) -> HttpResponse:
    context = showing.spreading_page(request.user, clock.today())
    context["page"] = Paginator(context["rows"], SHOWN).get_page(request.GET.get("sida"))
    return render(request, "solutions/spreading.html", context)


@reachable(ANYONE)
def spread_json(request: HttpRequest, slug: str) -> HttpResponse:
    """What `hemtag uptake` reads."""
    row = found(queries.solution_called, request.user, slug)
    return JsonResponse(spreading.file_for(row, clock.today()), json_dumps_params={"ensure_ascii": False, "indent": 1})


@reachable(ANYONE)
def spread_csv(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    text = sheets.as_csv(adopting.stages_of(row))
    return _file(text.encode(), "text/csv; charset=utf-8", f"inforanden-{row.slug}.csv")


@reachable(ANYONE)
def spread_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(sheets.as_workbook(adopting.stages_of(row)), kind, f"inforanden-{row.slug}.xlsx")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@reachable(*REGION_ROLES)
def record_step(request: HttpRequest, slug: str) -> HttpResponse:
    """First which stage, then what that stage asks for."""
    row = found(queries.solution_called, request.user, slug)
    own = regions_of(request.user)
    stages = queries.possible_stages(row, own)
    stage = request.POST.get("stage") or request.GET.get("steg", "")
    context: dict[str, Any] = {"solution": row, "own": own, "stages": stages, "stage": stage}
    if not stage or (request.method == "GET" and stage not in stages):
        return render(request, "solutions/record_step.html", context)
    form = StepForm(
        posted(request),
        request.FILES or None,
        regions=own,
        stages=stages,
        stage=stage,
        packages=adopting.packages_to_use(row),
        initial={"region": request.GET["region"]} if "region" in request.GET else None,
    )
    if request.method == "POST" and carry_out(
        form, lambda: _record(request, row, form), {"decision_reference": "decision_number"}
    ):
        messages.success(request, _("Steget är sparat med datum och belägg."))
        return redirect("introductions", row.slug)
    context |= {"form": form, "word": next((one.label for one in stages if one == stage), "")}
    return render(request, "solutions/record_step.html", context, status=status_of(form))


def _record(request: HttpRequest, solution: Any, form: StepForm) -> None:
    values = form.values()
    upload = values.pop("file", None)
    file = (upload.name, read_upload(upload)) if upload else None
    actions.record_step(by=request.user, solution=solution, file=file, **values)


@reachable(*REGION_ROLES)
def correct_step(request: HttpRequest, slug: str, step: int) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    wrong = found(adopting.step_of, request.user, row, step)
    stage = request.POST.get("stage") or request.GET.get("steg") or wrong.stage
    form = CorrectionForm(
        posted(request),
        stage=stage,
        packages=adopting.packages_to_use(row),
        initial={
            "occurred_on": wrong.occurred_on,
            "reason": wrong.reason,
            "covered": wrong.covered,
            "out_of": wrong.out_of,
            "covered_unit": wrong.covered_unit,
            "package": wrong.package_id or "",
        },
    )
    if request.method == "POST" and carry_out(
        form, lambda: _correct(request, wrong, form), {"decision_reference": "decision_number"}
    ):
        messages.success(request, _("Steget är rättat. Det gamla står kvar, överstruket."))
        return redirect("introduction", row.slug, wrong.adoption.region.code)
    context = {
        "solution": row,
        "wrong": wrong,
        "form": form,
        "stage": stage,
        "stages": list(queries.Stage),
        "back": BACK,
    }
    return render(request, "solutions/correct_step.html", context, status=status_of(form))


def _correct(request: HttpRequest, wrong: Any, form: CorrectionForm) -> None:
    values = form.values()
    if values["stage"] == BACK:
        values |= {"stage": "", "occurred_on": wrong.occurred_on}
    actions.correct_step(by=request.user, step=wrong, **values)


@reachable(*REGION_ROLES)
def confirm_adoption(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    adoption = found(adopting.own_adoption, request.user, row, code)
    form = ConfirmForm(posted(request))
    if request.method == "POST" and carry_out(
        form, lambda: actions.confirm_adoption(by=request.user, adoption=adoption, **form.cleaned_data)
    ):
        messages.success(request, _("Tack! Införandet är bekräftat."))
        return redirect("introduction", row.slug, code)
    context = {"solution": row, "adoption": adoption, "form": form, "row": adopting.stage_in(row, code)}
    return render(request, "solutions/confirm_adoption.html", context, status=status_of(form))


@reachable(*REGION_ROLES, Role.CATALOGUE_EDITOR)
def suggest_adoption(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    others = {region.code: region for region in regions() if region.pk != row.owner_id}
    form = SuggestForm(posted(request), regions=others)
    if request.method == "POST" and carry_out(
        form, lambda: actions.suggest_adoption(by=request.user, solution=row, **form.cleaned_data)
    ):
        messages.success(request, _("Regionen har fått frågan och svarar själv."))
        return redirect("introductions", row.slug)
    context = {"solution": row, "form": form, "open": adopting.open_suggestions(row)}
    return render(request, "solutions/suggest_adoption.html", context, status=status_of(form))


@reachable(*REGION_ROLES)
def answer_suggestion(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    asked = found(adopting.suggestion_for, request.user, row, pk)
    form = AnswerSuggestionForm(posted(request))
    if request.method == "POST" and carry_out(
        form, lambda: actions.answer_suggestion(by=request.user, suggestion=asked, **form.cleaned_data)
    ):
        messages.success(request, _("Tack! Svaret är sparat."))
        return redirect("record_step" if form.cleaned_data["answer"] == "yes" else "introductions", row.slug)
    context = {"solution": row, "asked": asked, "form": form}
    return render(request, "solutions/answer_suggestion.html", context, status=status_of(form))


@reachable(ANYONE)
def step_file(request: HttpRequest, slug: str, step: int) -> HttpResponse:
    """The proof of a step: as open as the solution's page itself."""
    row = found(queries.solution_called, request.user, slug)
    document = queries.proof_of(row, step)
    if document is None:
        raise Http404
    return served(document)
