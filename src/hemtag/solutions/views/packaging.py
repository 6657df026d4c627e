"""A solution's package: read, written part by part, tried from nothing, published, recalled, fetched."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hemtag.knowledge.documents import read_upload, served
from hemtag.organisations.access import ANYONE, Role, found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.organisations.rules import REGION_ROLES, regions_of

from .. import rules
from ..actions import importing, packaging, publishing
from ..forms import packaging as forms
from ..packages import papers, zipping
from ..queries import packaging as queries
from ..queries import solution_called

READERS = (*REGION_ROLES, Role.CATALOGUE_EDITOR, Role.ASSESSOR)


@reachable(ANYONE)
def package(request: HttpRequest, slug: str) -> HttpResponse:
    """What is out now; while nothing is, what will be here, or the draft for those who write it."""
    solution = found(solution_called, request.user, slug)
    row = queries.current_package(solution)
    return _reading(request, solution, row)


@reachable(ANYONE)
def package_version(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    solution = found(solution_called, request.user, slug)
    return _reading(request, solution, found(queries.package_numbered, request.user, slug, number))


def _reading(request: HttpRequest, solution: Any, row: Any) -> HttpResponse:
    draft = queries.draft_of(request.user, solution)
    own = regions_of(request.user)
    context = {
        "solution": solution,
        "shown": queries.shown(request.user, row) if row else None,
        "draft": draft,
        "versions": queries.versions_of(solution),
        "walks": queries.cold_starts(row) if row else [],
        "may_write": rules.may_write_package(request.user, solution),
        "may_start": rules.may_write_package(request.user, solution) and not draft and queries.may_begin(solution),
        "may_recall": row and row.state == "published" and rules.may_recall_package(request.user, solution),
        "may_try": [region for region in own if rules.may_start_cold(request.user, solution, region)],
        "own": own,
        "fetched": queries.fetched_by(request.user, solution),
        "hours_to_tell": queries.hours_to_tell(request.user, solution),
    }
    return render(request, "solutions/package.html", context)


@reachable(*REGION_ROLES)
@require_POST
def start_package(request: HttpRequest, slug: str) -> HttpResponse:
    solution = found(solution_called, request.user, slug)
    packaging.start_package(by=request.user, solution=solution)
    messages.success(request, _("Utkastet är påbörjat. Dela gärna upp delarna mellan er."))
    return redirect("draft_package", slug)


@reachable(*READERS)
def draft_package(request: HttpRequest, slug: str) -> HttpResponse:
    """The draft as a desk: every part with how complete it is, what the gate looks at, and the whole's particulars."""
    row = found(queries.draft_called, request.user, slug)
    form = forms.PackageForm(posted(request), **_about_package(row))
    if request.method == "POST" and carry_out(
        form, lambda: packaging.edit_package(by=request.user, package=row, **form.cleaned_data)
    ):
        messages.success(request, _("Uppgifterna är sparade."))
        return redirect("draft_package", slug)
    return _desk(request, row, form=form)


def _about_package(row: Any) -> dict[str, Any]:
    number, why = queries.suggested_number(row, row.parts.all())
    initial = {name: getattr(row, name) for name in ("number", "licence", "review_due", "change_note")}
    return {"initial": initial, "suggestion": _("Förslag: %(n)s, %(why)s.") % {"n": number, "why": why}}


def _desk(request: HttpRequest, row: Any, form: Any = None, function: Any = None, bring: Any = None) -> HttpResponse:
    context = {
        "solution": row.solution,
        "shown": queries.shown(request.user, row),
        "facts": queries.facts_for_gate(row.solution),
        "functions": queries.core_functions(row.solution),
        "walks": queries.cold_starts(row),
        "may_write": rules.may_write_package(request.user, row.solution),
        "may_publish": rules.may_publish_package(request.user),
        "form": form or forms.PackageForm(**_about_package(row)),
        "function_form": function or forms.CoreFunctionForm(),
        "bring_form": bring or forms.BringForm(),
    }
    status = max(status_of(one) for one in (context["form"], context["function_form"], context["bring_form"]))
    return render(request, "solutions/draft_package.html", context, status=status)


@reachable(*REGION_ROLES)
@require_POST
def import_package(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.draft_called, request.user, slug)
    form = forms.BringForm(request.POST, request.FILES)
    taken: list[str] = []

    def act() -> None:
        content = read_upload(form.cleaned_data["file"])
        taken.extend(importing.import_package(by=request.user, package=row, content=content))

    if carry_out(form, act):
        messages.success(request, _("Inläst: %s.") % ", ".join(taken))
        return redirect("draft_package", slug)
    return _desk(request, row, bring=form)


@reachable(*REGION_ROLES)
@require_POST
def add_core_function(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.draft_called, request.user, slug)
    form = forms.CoreFunctionForm(request.POST)
    if carry_out(
        form,
        lambda: packaging.add_core_function(by=request.user, package=row, text=form.cleaned_data["function"]),
    ):
        messages.success(request, _("Kärnfunktionen är tillagd."))
        return redirect("draft_package", slug)
    return _desk(request, row, function=form)


@reachable(*REGION_ROLES)
@require_POST
def drop_core_function(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    row = found(queries.draft_called, request.user, slug)
    function = found(queries.core_function_of, row.solution, pk)
    packaging.drop_core_function(by=request.user, package=row, function=function)
    messages.success(request, _("Kärnfunktionen är struken ur den här versionen och senare."))
    return redirect("draft_package", slug)


@reachable(*REGION_ROLES, Role.CATALOGUE_EDITOR)
def edit_part(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    shown = found(queries.part_called, request.user, slug, code)
    form = _part_form(request, shown)
    if request.method == "POST" and carry_out(form, lambda: _save(request, shown, form)):
        messages.success(request, _("%s är sparad.") % f"{code} {shown.part.name}")
        return redirect("edit_part", slug, code) if "stanna" in request.POST else redirect("draft_package", slug)
    if form.clash:  # what is compared with from now on is what is saved now
        seen = form.cleaned_data["seen"] | {
            one.field: packaging.digest_of(one.theirs) for one in form.clash.differences
        }
        form.data = {**form.data.dict(), "underlag": form.data.getlist("underlag"), "seen": json.dumps(seen)}
    return _part_page(request, shown, form)


def _part_form(request: HttpRequest, shown: Any) -> forms.PartForm:
    row, fields = shown.row, queries.plain_fields(shown.row)
    seen = json.dumps({name: packaging.digest_of(text) for name, text in fields.items()})
    initial = {**fields, "underlag": row.underlag.all(), "version": row.version, "seen": seen}
    return forms.PartForm(
        posted(request),
        initial=initial,
        part=shown.part,
        may_not_apply=not shown.is_mandatory,
        underlag=queries.underlag_to_link(),
    )


def _save(request: HttpRequest, shown: Any, form: forms.PartForm) -> None:
    packaging.edit_part(
        by=request.user,
        part=shown.row,
        version=form.cleaned_data["version"],
        seen=form.cleaned_data["seen"],
        **form.values(),
    )


def _part_page(request: HttpRequest, shown: Any, form: Any, file: Any = None) -> HttpResponse:
    before, after = queries.neighbours(shown)
    context = {
        "solution": shown.row.package.solution,
        "part": shown,
        "form": form,
        "file_form": file or forms.PartFileForm(),
        "may_write": rules.may_write_package(request.user, shown.row.package.solution),
        "before": before,
        "after": after,
    }
    status = max(status_of(form), status_of(file)) if file else status_of(form)
    return render(request, "solutions/edit_part.html", context, status=status)


@reachable(*REGION_ROLES)
@require_POST
def add_part_file(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    shown = found(queries.part_called, request.user, slug, code)
    form = forms.PartFileForm(request.POST, request.FILES)

    def act() -> None:
        upload = form.cleaned_data["file"]
        packaging.add_part_file(
            by=request.user,
            part=shown.row,
            name=upload.name,
            content=read_upload(upload),
            description=form.cleaned_data["description"],
        )

    if carry_out(form, act):
        messages.success(request, _("Filen är tillagd."))
        return redirect("edit_part", slug, code)
    empty = _part_form_unbound(shown)
    return _part_page(request, shown, empty, form)


def _part_form_unbound(shown: Any) -> forms.PartForm:
    request = HttpRequest()
    request.method = "GET"
    return _part_form(request, shown)


@reachable(*REGION_ROLES)
@require_POST
def remove_part_file(request: HttpRequest, slug: str, code: str, pk: int) -> HttpResponse:
    shown = found(queries.part_called, request.user, slug, code)
    packaging.remove_part_file(by=request.user, file=found(shown.row.files.get, pk=pk))
    messages.success(request, _("Filen är borttagen ur utkastet."))
    return redirect("edit_part", slug, code)


@reachable(ANYONE)
def part_file(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found(solution_called, request.user, slug)
    return served(found(queries.file_called, request.user, slug, pk))


# Out and back ----------------------------------------------------------------------------------------------


@reachable(ANYONE)
def package_zip(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    shown = _whole(request, slug, number)
    return _as_file(zipping.package_zip(shown), "application/zip", zipping.file_name(shown, "zip"))


@reachable(ANYONE)
def package_pdf(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    shown = _whole(request, slug, number)
    return _as_file(papers.package_pdf(shown), "application/pdf", zipping.file_name(shown, "pdf"))


def _whole(request: HttpRequest, slug: str, number: str) -> Any:
    found(solution_called, request.user, slug)
    return queries.shown(request.user, found(queries.package_numbered, request.user, slug, number))


def _as_file(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@reachable(*REGION_ROLES)
@require_POST
def fetch_package(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Written down once for the region, then given as the file that was asked for."""
    found(solution_called, request.user, slug)
    row = found(queries.package_numbered, request.user, slug, number)
    form = forms.ColdStartForm(request.POST, regions=regions_of(request.user))
    if form.is_valid():
        publishing.fetch_package(by=request.user, package=row, region=form.cleaned_data["region"])
    return redirect("package_pdf" if request.POST.get("som") == "pdf" else "package_zip", slug, number)


# The gate and after ----------------------------------------------------------------------------------------


@reachable(*REGION_ROLES)
def cold_start(request: HttpRequest, slug: str) -> HttpResponse:
    """Try it from nothing: begin, or go on with what one has begun."""
    solution = found(solution_called, request.user, slug)
    row = queries.to_try(solution)
    own = [region for region in regions_of(request.user) if rules.may_start_cold(request.user, solution, region)]
    form = forms.ColdStartForm(posted(request), regions=own)
    if (
        request.method == "POST"
        and row is not None
        and carry_out(form, lambda: publishing.start_cold(by=request.user, package=row, **form.cleaned_data))
    ):
        messages.success(request, _("Du prövar paketet. Räkna timmarna, och skriv vad som saknas medan du går."))
        return redirect("cold_start", slug)
    context = {
        "solution": solution,
        "package": row,
        "form": form,
        "own": own,
        "walks": queries.cold_starts(row) if row else [],
        "mine": queries.unfinished_walk(request.user, row) if row else None,
    }
    return render(request, "solutions/cold_start.html", context, status=status_of(form))


@reachable(*REGION_ROLES)
def end_cold(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    walk = found(queries.cold_start_of, request.user, slug, pk)
    form = forms.EndColdForm(posted(request), parts=queries.parts_asked(walk.package.solution))
    if request.method == "POST" and carry_out(
        form, lambda: publishing.end_cold(by=request.user, walk=walk, **form.values())
    ):
        messages.success(request, _("Tack! Prövningen är sparad, och ägaren ser vad som saknades."))
        return redirect("cold_start", slug)
    context = {"solution": walk.package.solution, "walk": walk, "form": form}
    return render(request, "solutions/end_cold.html", context, status=status_of(form))


@reachable(Role.CATALOGUE_EDITOR)
def publish_package(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.draft_called, request.user, slug)
    if request.method == "POST":
        publishing.publish_package(by=request.user, package=row)
        messages.success(request, _("Paket %s är publicerat och ändras aldrig mer.") % row.number)
        return redirect("package", slug)
    context = {
        "solution": row.solution,
        "package": row,
        "facts": queries.facts_for_gate(row.solution),
        "needs_gate": queries.needs_the_gate(row.solution),
        "gate": queries.gate_passed(row),
    }
    return render(request, "solutions/publish_package.html", context)


@reachable(Role.REPRESENTATIVE, Role.CATALOGUE_EDITOR)
def recall_package(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    solution = found(solution_called, request.user, slug)
    row = found(queries.package_numbered, request.user, slug, number)
    form = forms.RecallForm(posted(request))
    if request.method == "POST" and carry_out(
        form, lambda: publishing.recall_package(by=request.user, package=row, **form.values())
    ):
        messages.success(request, _("Paketet är återkallat. Alla som har påbörjat ett införande får veta det."))
        return redirect("package", slug)
    context = {
        "solution": solution,
        "package": row,
        "form": form,
        "warned": queries.adopters_to_warn(solution),
        "verdict": rules.may_recall_package(request.user, solution),
    }
    return render(request, "solutions/recall_package.html", context, status=status_of(form))
