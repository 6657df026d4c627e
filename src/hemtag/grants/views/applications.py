"""The list of applications, an application's home, its texts, measuring points and budget."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.organisations.access import found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.organisations.rules import REGION_ROLES, regions_of
from hemtag.refusals import require

from .. import actions, document, queries, rules, sections
from ..forms import ApplicationForm, FilterForm, MeasuringPointsForm, SubmissionForm
from ..queries import pages

READERS = REGION_ROLES  # the delegation reads what is handed in under /beredning/, after declaring on conflicts
A_PAGE = 50


@reachable(*READERS)
def applications(request: HttpRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    rows = list(pages.listed(request.user, **form.chosen()))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("sida"))
    missing = queries.missing_counts(page.object_list, clock.today())
    for row in page.object_list:
        row.missing = missing.get(row.pk)
        row.deadline = document.deadline_of(row.submission.call, clock.today(), row.late_until)
    context = {"form": form, "page": page, "calls": queries.calls() if not rows else [], "any": bool(rows)}
    return render(request, "grants/applications.html", context)


@reachable(*READERS)
def application(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    return _draft(request, row) if rules.still_draft(row.submission) else _handed_in(request, row)


def _draft(request: HttpRequest, row: Any) -> HttpResponse:
    content = queries.content_of(row.submission)
    facts = queries.facts_of(row.submission, content, clock.today(), compares=False)
    own = {region.code for region in regions_of(request.user)}
    shown = document.document(document.part(content, row.number))
    problems = document.missing_in(queries.lines(facts, only=row))
    context = {
        "application": row,
        "document": shown,
        "content": content,
        "problems": problems,
        "first": queries.first_to_mend(problems, row.number, own),
        "participants": sorted(shown["participants"], key=lambda each: each["state"] == "confirmed"),
        "deadline": document.deadline_of(row.submission.call, clock.today(), facts.late_until),
        "confirmed_of": _("%(confirmed)s av %(all)s")
        % {"confirmed": document.confirmed(shown["participants"]), "all": len(shown["participants"])},
        "own": [participant for participant in shown["participants"] if participant["code"] in own],
        "may_edit": rules.may_edit(request.user, row),
        "may_submit": rules.may_submit(request.user, row.submission),
    }
    return render(request, "grants/application.html", context)


def _handed_in(request: HttpRequest, row: Any) -> HttpResponse:
    content = pages.newest_content(row)
    is_withdrawn = row.submission.state == pages.WITHDRAWN
    may_take_back = rules.may_withdraw(request.user, row.submission)
    context = {
        "application": row,
        "document": document.document(content),
        "content": content,
        "may_withdraw": may_take_back and not is_withdrawn,
        "may_reopen": may_take_back and is_withdrawn,
    }
    return render(request, "grants/application_handed_in.html", context)


@reachable(*rules.WRITERS)
def edit_application(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    form = ApplicationForm(posted(request), application=row, initial=ApplicationForm.start(row))
    if request.method != "POST":
        require(rules.may_edit_section(request.user, row, sections.TEXT))
    elif carry_out(
        form,
        lambda: actions.edit_application(
            by=request.user, application=row, version=form.cleaned_data["version"], values=form.values()
        ),
    ):
        messages.success(request, _("Texterna är sparade."))
        return redirect("application", number)
    context = {"application": row, "form": form, "section": sections.TEXT}
    return render(request, "grants/edit_application.html", context, status=status_of(form))


@reachable(*rules.WRITERS)
def edit_measuring_points(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    start = MeasuringPointsForm.start(row.measuring_points.all())
    form = MeasuringPointsForm(posted(request), rows=start, initial={"version": row.version})
    if request.method != "POST":
        require(rules.may_edit_section(request.user, row, sections.POINTS))
    elif carry_out(
        form,
        lambda: actions.set_measuring_points(
            by=request.user, application=row, version=form.cleaned_data["version"], rows=form.values()
        ),
    ):
        messages.success(request, _("Mätpunkterna är sparade."))
        return redirect("edit_measuring_points" if "more" in request.POST else "application", number)
    context = {"application": row, "form": form, "section": sections.POINTS}
    return render(request, "grants/edit_measuring_points.html", context, status=status_of(form))


@reachable(*rules.WRITERS)
def edit_submission(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    form = SubmissionForm(posted(request), initial=SubmissionForm.start(row.submission))
    if request.method != "POST":
        require(rules.may_edit_section(request.user, row, sections.COMMON))
    elif carry_out(
        form,
        lambda: actions.edit_submission(
            by=request.user, submission=row.submission, version=form.cleaned_data["version"], values=form.values()
        ),
    ):
        messages.success(request, _("Texterna är sparade. De gäller alla ansökningar i inlämningen."))
        return redirect("application", number)
    others = row.submission.applications.exclude(pk=row.pk)
    context = {"application": row, "form": form, "others": others, "section": sections.COMMON}
    return render(request, "grants/edit_submission.html", context, status=status_of(form))


@reachable(*rules.WRITERS)
def remove_application(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    require(rules.may_edit(request.user, row))
    if request.method == "POST":
        actions.remove_application(by=request.user, application=row)
        messages.success(request, _("Ansökan %s är borttagen.") % number)
        return redirect("applications")
    return render(request, "grants/remove_application.html", {"application": row})
