"""Pages about one application under preparation, and the assessor's own."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.grants.document import document
from hemtag.grants.queries import submitted_content
from hemtag.knowledge.documents import served
from hemtag.organisations.access import Role, found, reachable
from hemtag.organisations.fields import carry_out, status_of
from hemtag.refusals import require

from ..actions import assessing as actions
from ..forms.assessing import (
    AnswerForm,
    AssessmentForm,
    AssignForm,
    CompletionForm,
    ConflictForm,
    EligibilityForm,
    assessment_initial,
    eligibility_initial,
)
from ..queries import assessing as queries
from ..rules import assessing as rules
from .preparing import assign_round, declare_conflicts, preparation, preparation_round

__all__ = [
    "answer_completion",
    "ask_completion",
    "assess",
    "assessments",
    "assign_assessors",
    "assign_round",
    "completions",
    "declare_conflict",
    "declare_conflicts",
    "preparation",
    "preparation_round",
    "read_application",
    "read_minutes",
    "try_eligibility",
]


def of_readable_case(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives the view the application, if the person may read it.

    Whoever has not declared is led to the declaration and back; a conflict answers 403 with its reason.
    """

    @functools.wraps(view)
    def opened(request: HttpRequest, slug: str, number: str, **rest: Any) -> HttpResponse:
        case = found(queries.case_for, request.user, slug, number)
        interest = rules.interest_of(request.user, case)
        verdict = rules.reading(request.user, interest)
        if not verdict and interest.is_open and request.method in {"GET", "HEAD"}:
            declare = reverse("declare_conflict", args=[slug, number])
            return redirect(f"{declare}?{urlencode({'vidare': request.path})}")
        require(verdict)
        return view(request, case, **rest)

    return opened


def _posted(request: HttpRequest) -> Any:
    """What was sent; an empty POST is a sent form too, with everything missing."""
    return request.POST if request.method == "POST" else None


def _at(case: Any) -> list[str]:
    return [case.submission.call.slug, case.number]


def _reading(case: Any) -> dict[str, Any]:
    """What the document of an application needs: exactly what was handed in, and what has been completed since."""
    shown = document(submitted_content(case))
    for participant in shown["participants"]:
        participant["minutes_url"] = reverse("read_minutes", args=[*_at(case), participant["code"]])
    return {
        "case": case,
        "document": shown,
        "requests": list(queries.requests_of(case)),
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
    }
    return render(request, "assessment/read_application.html", context)


@reachable(*rules.PREPARERS)
@of_readable_case
def read_minutes(request: HttpRequest, case: Any, code: str) -> HttpResponse:
    return served(found(queries.minutes_of, case, code))


# Eligibility and completion ------------------------------------------------------------------------------


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


@reachable(Role.CASE_OFFICER)
@of_readable_case
def ask_completion(request: HttpRequest, case: Any) -> HttpResponse:
    form = CompletionForm(_posted(request))
    if request.method == "POST" and carry_out(
        form, lambda: actions.ask_completion(by=request.user, application=case, **form.cleaned_data)
    ):
        messages.success(request, _("Begäran är skickad till %(who)s.") % {"who": case.submission.responsible.name})
        return redirect("ask_completion", *_at(case))
    context = {
        "form": form,
        "case": case,
        "requests": list(queries.requests_of(case)),
        "waiting": queries.waiting_request(case, clock.today()),
        "today": clock.today(),
        "may_handle": rules.may_handle(request.user, case),
    }
    return render(request, "assessment/ask_completion.html", context, status=status_of(form))


@reachable(Role.AUTHOR, Role.REPRESENTATIVE, Role.ECONOMIST)
def completions(request: HttpRequest, number: str) -> HttpResponse:
    application = found(queries.asked_application_for, request.user, number)
    context = {"application": application, "requests": list(queries.requests_of(application)), "today": clock.today()}
    return render(request, "assessment/completions.html", context)


@reachable(Role.AUTHOR, Role.REPRESENTATIVE, Role.ECONOMIST)
def answer_completion(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    asked = found(queries.request_for, request.user, number, pk)
    form = AnswerForm(_posted(request))
    if request.method == "POST" and carry_out(
        form, lambda: actions.answer_completion(by=request.user, request=asked, **form.cleaned_data)
    ):
        messages.success(request, _("Svaret är lämnat till delegationen."))
        return redirect("answer_completion", number, pk)
    is_over = asked.due_on < clock.today()
    may = rules.may_answer(request.user, asked) if not (asked.answered_at or is_over) else None
    context = {"form": form, "asked": asked, "application": asked.application, "may": may, "is_over": is_over}
    return render(request, "assessment/answer_completion.html", context, status=status_of(form))


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
        return redirect("read_application", *_at(case))
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
        return redirect("assess", *_at(case))
    context = _reading(case) | {"form": form, "assessment": assessment}
    return render(request, "assessment/assess.html", context, status=status_of(form))
