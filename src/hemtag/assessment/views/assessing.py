"""Pages about one application under preparation, and the assessor's own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.grants.document import document
from hemtag.grants.queries import submitted_content
from hemtag.grants.queries.openings import versions_of
from hemtag.knowledge.documents import served
from hemtag.organisations.access import Role, found, reachable
from hemtag.organisations.fields import carry_out, status_of

from ..actions import assessing as actions
from ..forms.assessing import (
    AssessmentForm,
    AssignForm,
    ConflictForm,
    EligibilityForm,
    assessment_initial,
    eligibility_initial,
)
from ..queries import assessing as queries
from ..queries.corresponding import requests_with_sections, reviews_with_sections
from ..rules import assessing as rules
from .cases import at, of_readable_case
from .preparing import assign_round, declare_conflicts, preparation, preparation_round

__all__ = [
    "assess",
    "assessments",
    "assign_assessors",
    "assign_round",
    "declare_conflict",
    "declare_conflicts",
    "preparation",
    "preparation_round",
    "read_application",
    "read_minutes",
    "try_eligibility",
]


def _posted(request: HttpRequest) -> Any:
    """What was sent; an empty POST is a sent form too, with everything missing."""
    return request.POST if request.method == "POST" else None


def _reading(case: Any) -> dict[str, Any]:
    """What the document of an application needs: exactly what was handed in, and what has been completed since."""
    shown = document(submitted_content(case))
    for participant in shown["participants"]:
        participant["minutes_url"] = reverse("read_minutes", args=[*at(case), participant["code"]])
    return {
        "case": case,
        "document": shown,
        "requests": requests_with_sections(case),
        "versions": versions_of(case).count(),
        "today": clock.today(),
    }


# Conflict of interest and reading ------------------------------------------------------------------------


@reachable(*rules.PREPARERS)
def declare_conflict(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    case = found(queries.case_for, request.user, slug, number)
    interest = rules.interest_of(request.user, case)
    form = ConflictForm(_posted(request))
    if request.method == "POST" and carry_out(
        form, lambda: actions.declare_conflict(by=request.user, application=case, **form.cleaned_data)
    ):
        messages.success(request, _("Ditt svar om jäv i %(number)s är sparat.") % {"number": number})
        if form.cleaned_data["has_conflict"]:
            return redirect("preparation_round", slug)
        onwards = request.GET.get("vidare", "")
        safe = url_has_allowed_host_and_scheme(onwards, {request.get_host()}, require_https=request.is_secure())
        return redirect(onwards if safe else reverse("read_application", args=[slug, number]))
    context = {"form": form, "case": case, "interest": interest}
    return render(request, "assessment/declare_conflict.html", context, status=status_of(form))


@reachable(*rules.PREPARERS)
@of_readable_case
def read_application(request: HttpRequest, case: Any) -> HttpResponse:
    seeing = rules.may_see_assessments(request.user, case)
    context = _reading(case) | {
        "eligibility": getattr(case, "eligibility", None),
        "seeing": seeing,
        "comparison": queries.comparison_of(case) if seeing else None,
        "own": queries.assessments_by(request.user, case).first(),
        "may_handle": rules.may_handle(request.user, case),
        "may_declare": rules.may_declare(request.user, case),
        "reviews": reviews_with_sections(case),
        "withdrawal": getattr(case, "withdrawal", None),
    }
    return render(request, "assessment/read_application.html", context)


@reachable(*rules.PREPARERS)
@of_readable_case
def read_minutes(request: HttpRequest, case: Any, code: str) -> HttpResponse:
    return served(found(queries.minutes_of, case, code))


# Eligibility ---------------------------------------------------------------------------------------------


@reachable(Role.CASE_OFFICER)
@of_readable_case
def try_eligibility(request: HttpRequest, case: Any) -> HttpResponse:
    suggestions = queries.suggestions_for(case)
    eligibility = getattr(case, "eligibility", None)
    initial = eligibility_initial(suggestions, eligibility, queries.eligibility_version(case))
    form = EligibilityForm(_posted(request), suggestions=suggestions, initial=initial)
    if request.method == "POST" and carry_out(
        form, lambda: actions.try_eligibility(by=request.user, application=case, **form.given())
    ):
        messages.success(request, _("Behörigheten för %(number)s är prövad.") % {"number": case.number})
        return redirect("preparation_round", case.submission.call.slug)
    context = {
        "form": form,
        "case": case,
        "eligibility": eligibility,
        "waiting": queries.waiting_request(case, clock.today()),
        "may_handle": rules.may_handle(request.user, case),
    }
    return render(request, "assessment/try_eligibility.html", context, status=status_of(form))


# Assessors and assessments -------------------------------------------------------------------------------


@reachable(Role.CASE_OFFICER)
@of_readable_case
def assign_assessors(request: HttpRequest, case: Any) -> HttpResponse:
    candidates = queries.candidates_for(case)
    form = AssignForm(_posted(request), candidates=candidates)
    if request.method == "POST" and carry_out(
        form, lambda: actions.assign_assessors(by=request.user, application=case, assessors=form.chosen())
    ):
        messages.success(request, _("Bedömare för %(number)s är tilldelade.") % {"number": case.number})
        return redirect("preparation_round", case.submission.call.slug)
    context = {
        "form": form,
        "case": case,
        "candidates": candidates,
        "is_eligible": rules.is_eligible(case),
        "may_handle": rules.may_handle(request.user, case),
    }
    return render(request, "assessment/assign_assessors.html", context, status=status_of(form))


@reachable(Role.ASSESSOR)
def assessments(request: HttpRequest, slug: str) -> HttpResponse:
    call = found(queries.round_for, request.user, slug)
    rows = queries.own_assessments(request.user, call)
    following = next((row for row in rows if row.is_to_do), None)
    context = {
        "call": call,
        "rows": rows,
        "following": following,
        "done": sum(row.is_done for row in rows),
        "criteria": call.criteria.count(),
    }
    return render(request, "assessment/assessments.html", context)


@reachable(Role.ASSESSOR)
@of_readable_case
def assess(request: HttpRequest, case: Any) -> HttpResponse:
    """The application beside the form. Handed in, it is shown as it stands, beside the others'."""
    assessment = found(queries.assessment_in, request.user, case)
    if assessment.submitted_at and request.method != "POST":
        return redirect("read_application", *at(case))
    initial = assessment_initial(queries.marks_of(assessment), assessment.version)
    form = AssessmentForm(_posted(request), criteria=queries.criteria_of(case), initial=initial)
    handing_in = request.POST.get("gor") == "lamna-in"
    act = actions.submit_assessment if handing_in else actions.save_assessment
    if request.method == "POST" and carry_out(
        form,
        lambda: act(by=request.user, assessment=assessment, version=form.cleaned_data["version"], marks=form.marks()),
    ):
        if handing_in:
            messages.success(request, _("Bedömningen av %(number)s är inlämnad.") % {"number": case.number})
            return redirect("assessments", case.submission.call.slug)
        messages.success(request, _("Utkastet är sparat. Du kan lämna sidan och fortsätta senare."))
        return redirect("assess", *at(case))
    context = _reading(case) | {"form": form, "assessment": assessment}
    return render(request, "assessment/assess.html", context, status=status_of(form))
