"""Changing one value, a region's own value, its sizes, the words, or the whole case by a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hemtag.knowledge.documents import read_upload
from hemtag.organisations.access import found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.organisations.rules import REGION_ROLES
from hemtag.refusals import WrongState, require

from .. import actions, opening, queries, rules, running
from ..forms import DetailsForm, OwnValueForm, ReplaceForm, SizesForm, ValueForm
from ..values import span_of, value_of
from .reading import around


def _input(case: Any, name: str) -> dict[str, Any]:
    row = case.data.get("inputs", {}).get(name)
    if row is None:
        raise Http404
    return dict(row)


def _still_open(case: Any) -> None:
    verdict = rules.not_frozen(case)
    if not verdict:
        raise WrongState(verdict.reason)


def _beside(case: Any, name: str, code: str | None = None) -> dict[str, Any]:
    """The answer as it is saved now, and how far the sliders reach."""
    answer = queries.answer(case, region=code, draws=running.QUICK, drivers=False)
    inputs: list[dict[str, Any]] = (answer.page or {}).get("inputs", [])
    shown: dict[str, Any] = next((one for one in inputs if one["name"] == name), {})
    return {"page": answer.page, "faults": answer.faults, "shown": shown}


@reachable(*REGION_ROLES)
def edit_input(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    case = found(queries.case_called, request.user, slug)
    row, beside = _input(case, name), _beside(case, name)
    form = ValueForm(posted(request), row=row, initial=ValueForm.start(row, case.version, beside["shown"]))
    if request.method != "POST":
        _still_open(case)
        require(rules.may_write(request.user, case))
    elif carry_out(
        form,
        lambda: actions.edit_input(
            by=request.user,
            case=case,
            name=name,
            version=form.cleaned_data["version"],
            value=form.value(),
            texts=form.texts(),
        ),
    ):
        messages.success(request, _("Antagandet är sparat."))
        return redirect("assumptions", slug)
    context = {**around(request, case), **beside, "form": form, "name": name, "row": row}
    context["sliders"] = _sliders(form, row, beside["shown"])
    return render(request, "benefits/edit_input.html", context, status=status_of(form))


def _sliders(form: Any, row: dict[str, Any], shown: dict[str, Any]) -> list[dict[str, Any]]:
    """The three sliders with their reach: drawn only where there is a script that moves them."""
    least, most, step = span_of(value_of(row), shown)
    middle = {"low": shown.get("p05"), "likely": shown.get("median"), "high": shown.get("p95")}
    sliders = []
    for part in ("low", "likely", "high"):
        at = form.initial.get(part)
        at = middle[part] if at is None else at
        sliders.append(
            {"field": form[part], "least": least, "most": most, "step": step, "at": least if at is None else at}
        )
    return sliders


@reachable(*REGION_ROLES)
def adjust_region(request: HttpRequest, slug: str, code: str, name: str) -> HttpResponse:
    case = found(queries.case_called, request.user, slug)
    region = found(queries.region_in, case, code)
    shared, beside = _input(case, name), _beside(case, name, code)
    row = {"unit": shared.get("unit", ""), **(shared.get("regions", {}).get(code) or shared)}
    row.pop("fact", None)
    start = OwnValueForm.start(row, case.version)
    if "fact" in shared and code not in shared.get("regions", {}):
        shown = beside["shown"]
        start |= {
            "way": "percentiles",
            "low": shown.get("p05"),
            "likely": shown.get("median"),
            "high": shown.get("p95"),
        }
    form = OwnValueForm(posted(request), row=row, initial=start)
    if request.method != "POST":
        _still_open(case)
        require(rules.may_adjust(request.user, case, region))
    elif carry_out(
        form,
        lambda: actions.adjust_region(
            by=request.user,
            case=case,
            region=region,
            name=name,
            version=form.cleaned_data["version"],
            value=None if form.cleaned_data["take_back"] else form.value(),
        ),
    ):
        messages.success(request, _("Regionens eget värde är sparat."))
        return redirect("region_case", slug, code)
    context = {**around(request, case), **beside, "form": form, "name": name, "row": shared, "region": region}
    context["has_own"] = code in shared.get("regions", {})
    context["sliders"] = _sliders(form, row, beside["shown"])
    return render(request, "benefits/edit_input.html", context, status=status_of(form))


@reachable(*REGION_ROLES)
def set_sizes(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    case = found(queries.case_called, request.user, slug)
    region = found(queries.region_in, case, code)
    drivers = case.data.get("drivers", {})
    own = {name: row for name, row in drivers.items() if "fact" not in row}
    form = SizesForm(posted(request), drivers=own, code=code, initial={"version": case.version})
    if request.method != "POST":
        _still_open(case)
        require(rules.may_adjust(request.user, case, region))
    elif carry_out(
        form,
        lambda: actions.set_sizes(
            by=request.user, case=case, region=region, version=form.cleaned_data["version"], sizes=form.sizes()
        ),
    ):
        messages.success(request, _("Regionens storlekar är sparade."))
        return redirect("region_case", slug, code)
    context = {**around(request, case), "form": form, "region": region}
    return render(request, "benefits/set_sizes.html", context, status=status_of(form))


@reachable(*REGION_ROLES)
def edit_details(request: HttpRequest, slug: str) -> HttpResponse:
    case = found(queries.case_called, request.user, slug)
    start = {"version": case.version, "title": case.title, "note": case.data.get("note", "")}
    form = DetailsForm(posted(request), initial=start)
    if request.method != "POST":
        _still_open(case)
        require(rules.may_write(request.user, case))
    elif carry_out(form, lambda: actions.edit_details(by=request.user, case=case, **form.cleaned_data)):
        messages.success(request, _("Namn och anmärkning är sparade."))
        return redirect("benefit_case", slug)
    context = {**around(request, case), "form": form}
    return render(request, "benefits/edit_details.html", context, status=status_of(form))


@reachable(*REGION_ROLES)
def replace_data(request: HttpRequest, slug: str) -> HttpResponse:
    case = found(queries.case_called, request.user, slug)
    form = ReplaceForm(posted(request), request.FILES or None, initial={"version": case.version})
    if request.method != "POST":
        _still_open(case)
        require(rules.may_write(request.user, case))
    elif carry_out(form, lambda: _replace(request, case, form)):
        messages.success(request, _("Kalkylen är utbytt mot filen."))
        return redirect("benefit_case", slug)
    context = {**around(request, case), "form": form}
    return render(request, "benefits/replace_data.html", context, status=status_of(form))


def _replace(request: HttpRequest, case: Any, form: ReplaceForm) -> None:
    upload = form.cleaned_data["file"]
    data = opening.case_in(read_upload(upload), upload.name)
    actions.replace_data(by=request.user, case=case, version=form.cleaned_data["version"], data=data)
