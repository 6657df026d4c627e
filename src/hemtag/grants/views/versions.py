"""Named versions, what differs between two, what has changed since one looked, and beginning from what exists."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hemtag.organisations.access import found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.organisations.rules import regions_of
from hemtag.refusals import require
from hemtag.solutions.queries import solution_called

from .. import actions, differences, queries, rules
from ..forms import CompareForm, CopyBlockForm, CopyForm, VersionForm
from .applications import READERS


@reachable(*READERS)
def versions(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    form = VersionForm(posted(request))
    if request.method == "POST" and carry_out(
        form, lambda: actions.keep_version(by=request.user, application=row, **form.cleaned_data)
    ):
        messages.success(request, _("Versionen är sparad under sitt namn."))
        return redirect("versions", number)
    rows = queries.versions_of(row)
    start = {"fran": rows[1].key if len(rows) > 1 else rows[0].key, "till": rows[0].key}
    context = {
        "application": row,
        "form": form,
        "versions": rows,
        "compare": CompareForm(versions=rows, initial=start),
        "may_name": rules.may_write_together(request.user, row),
    }
    return render(request, "grants/versions.html", context, status=status_of(form))


@reachable(*READERS)
def compare_versions(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    rows = queries.versions_of(row)
    form = CompareForm(request.GET or None, versions=rows)
    context: dict[str, Any] = {"application": row, "form": form, "versions": rows}
    if form.is_valid():
        keys = form.cleaned_data["fran"], form.cleaned_data["till"]
        before, after = (found(queries.content_at, row, key) for key in keys)
        names = {version.key: version for version in rows}
        context |= {
            "before": names[keys[0]],
            "after": names[keys[1]],
            "differences": differences.differences(before, after),
            "totals": differences.totals(before, after),
        }
    return render(request, "grants/compare_versions.html", context)


@reachable(*READERS)
def changes(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    if request.method == "POST":
        actions.mark_seen(by=request.user, application=row)
        messages.success(request, _("Härifrån räknas vad som är ändrat."))
        return redirect("changes", number)
    since = queries.changed_since_look(request.user, row)
    context = {
        "application": row,
        "since": since,
        "others": [touched.changes for touched in since.by_others],
        "own": [touched.changes for touched in since.by_oneself],
        "may_mark": rules.may_write_together(request.user, row),
    }
    return render(request, "grants/changes.html", context)


def _tell(request: HttpRequest, left: Any) -> None:
    """What could not come along, in words, beside the message that the rest did."""
    if left.years:
        text = ngettext(
            "%(n)s belopp låg i år som utlysningen inte har och följde inte med.",
            "%(n)s belopp låg i år som utlysningen inte har och följde inte med.",
            left.years,
        )
        messages.warning(request, text % {"n": left.years})
    if left.regions:
        text = ngettext(
            "%(n)s belopp hörde till regioner som inte deltar här och följde inte med.",
            "%(n)s belopp hörde till regioner som inte deltar här och följde inte med.",
            left.regions,
        )
        messages.warning(request, text % {"n": left.regions})


@reachable(*rules.WRITERS)
def copy_application(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    own = regions_of(request.user, *rules.WRITERS)
    calls = [call for call in queries.calls() if any(rules.may_start(request.user, call, region) for region in own)]
    form = CopyForm(posted(request), calls=calls, regions=own, initial={"title": row.title, "invites": True})
    made: list[Any] = []
    if (
        calls
        and request.method == "POST"
        and carry_out(
            form, lambda: made.extend(actions.copy_application(by=request.user, source=row, **form.cleaned_data))
        )
    ):
        messages.success(request, _("Kopian är en ny ansökan med nummer %s.") % made[0].number)
        _tell(request, made[1])
        return redirect("application", made[0].number)
    context = {"application": row, "form": form, "calls": calls}
    return render(request, "grants/copy_application.html", context, status=status_of(form))


@reachable(*rules.WRITERS)
def copy_block(request: HttpRequest, number: str, block: int) -> HttpResponse:
    row = found(queries.block_for, request.user, number, block)
    targets = [each for each in queries.applications_for(request.user) if rules.may_edit(request.user, each)]
    form = CopyBlockForm(posted(request), applications=targets, initial={"into": number})
    made: list[Any] = []
    if (
        targets
        and request.method == "POST"
        and carry_out(form, lambda: made.extend(actions.copy_block(by=request.user, block=row, **form.cleaned_data)))
    ):
        messages.success(request, _("Blocket är kopierat. Välj vilka block det behöver."))
        _tell(request, made[1])
        return redirect("block", made[0].application.number, made[0].number)
    context = {"part": row, "application": row.application, "form": form, "targets": targets}
    return render(request, "grants/copy_block.html", context, status=status_of(form))


@reachable(*rules.WRITERS)
def start_block_from(request: HttpRequest, number: str, slug: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    solution = found(solution_called, request.user, slug)
    require(rules.may_edit(request.user, row))
    if request.method == "POST":
        made, left = actions.start_block_from(by=request.user, application=row, solution=solution)
        messages.success(request, _("Blocket är tillagt med lösningens texter. Anpassa det till er."))
        _tell(request, left)
        return redirect("block", number, made.number)
    pattern = queries.pattern_of(solution)
    return render(
        request, "grants/start_block_from.html", {"application": row, "solution": solution, "pattern": pattern}
    )


@reachable(*rules.WRITERS)
def choose_solution(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    require(rules.may_edit(request.user, row))
    text = request.GET.get("q", "").strip()
    context = {"application": row, "text": text, "solutions": queries.solutions_to_start_from(request.user, text)}
    return render(request, "grants/choose_solution.html", context)
