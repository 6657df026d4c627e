"""A new case: from a pattern's questions, from a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.knowledge.documents import read_upload
from hemtag.organisations.access import found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.organisations.queries import regions
from hemtag.organisations.rules import REGION_ROLES, regions_of

from .. import actions, opening, patterns, queries, sheets
from ..forms import FileForm, PatternForm
from .reading import XLSX, as_file


def about_of(request: HttpRequest) -> dict[str, str]:
    """What the case is for, as the address says it: `?om=block&nyckel=2026-001/2`."""
    return {"about_kind": request.GET.get("om", "")[:16], "about_key": request.GET.get("nyckel", "")[:80]}


@reachable(*REGION_ROLES)
def start_case(request: HttpRequest) -> HttpResponse:
    context = {"patterns": patterns.patterns().values(), "rows": queries.listed(request.user), **about_of(request)}
    return render(request, "benefits/start_case.html", context)


@reachable(*REGION_ROLES)
def start_case_from(request: HttpRequest, key: str) -> HttpResponse:
    pattern = found(queries.pattern_called, key)
    own, register = regions_of(request.user), queries.register()
    year = clock.today().year
    form = PatternForm(
        posted(request),
        pattern=pattern,
        regions=own,
        others=regions(),
        facts=register.facts,
        who=getattr(request.user, "name", ""),
        initial={"title": pattern.name, "first_year": year + 1, "years": 6, "price_year": year},
    )
    made: list[Any] = []
    if request.method == "POST" and carry_out(form, lambda: made.append(_start(request, form))):
        messages.success(request, _("Kalkylen är gjord. Läs svaret och se vilka antaganden som betyder mest."))
        return redirect("benefit_case", made[0].slug)
    context = {"form": form, "pattern": pattern, "facts": register.facts}
    return render(request, "benefits/start_case_from.html", context, status=status_of(form))


def _start(request: HttpRequest, form: PatternForm) -> Any:
    values, owner = form.cleaned_data, form.cleaned_data["region"]
    chosen = {owner.code, *values["also"]}
    rows = [row for row in regions() if row.code in chosen]
    data = patterns.case_from(
        form.pattern,
        title=values["title"],
        answers=form.answers(),
        first_year=values["first_year"],
        years=values["years"],
        price_year=values["price_year"],
        regions={row.code: row.short_name for row in rows},
        sizes=queries.sizes_of(owner, rows),
        size_source=_("Folkmängd, %(source)s") % {"source": owner.source or "SCB"},
    )
    return actions.start_case(
        by=request.user,
        owner=owner,
        title=values["title"],
        data=data,
        about=values["about"],
        pattern=form.pattern.key,
        answers=form.answers(),
        places=form.places(),
        **about_of(request),
    )


@reachable(*REGION_ROLES)
def start_case_from_file(request: HttpRequest) -> HttpResponse:
    form = FileForm(posted(request), request.FILES or None, regions=regions_of(request.user))
    made: list[Any] = []
    if request.method == "POST" and carry_out(form, lambda: made.append(_from_file(request, form))):
        messages.success(request, _("Kalkylen är inläst."))
        return redirect("benefit_case", made[0].slug)
    return render(request, "benefits/start_case_from_file.html", {"form": form}, status=status_of(form))


def _from_file(request: HttpRequest, form: FileForm) -> Any:
    values = form.cleaned_data
    data = opening.case_in(read_upload(values["file"]), values["file"].name)
    title = values["title"] or str(data.get("name", ""))
    return actions.start_case(by=request.user, owner=values["region"], title=title, data=data, **about_of(request))


@reachable(*REGION_ROLES)
def case_template(request: HttpRequest) -> HttpResponse:
    """An empty workbook to fill in, with the own regions named."""
    names = {row.code: row.short_name for row in regions_of(request.user)}
    return as_file(sheets.blank(names, clock.today().year + 1), XLSX, "nyttokalkyl.xlsx")
