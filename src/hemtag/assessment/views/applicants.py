"""The applicant's pages after the hand-in: what the delegation asks, until when, and the answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.grants.differences import differences, totals
from hemtag.grants.queries.openings import answer_now, state_on
from hemtag.knowledge.documents import served
from hemtag.organisations.access import Role, found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of

from ..actions import communicating, completing, reviewing, withdrawing
from ..actions.dialogue import write_line
from ..forms.corresponding import HandInForm, ReasonForm, StatementForm
from ..queries import assessing as requests
from ..queries import corresponding as queries
from ..rules import corresponding as rules
from .threads import line_forms, thread_page

REGION = (Role.AUTHOR, Role.REPRESENTATIVE, Role.ECONOMIST)


@reachable(*REGION)
def completions(request: HttpRequest, number: str) -> HttpResponse:
    application = found(requests.asked_application_for, request.user, number)
    context = {
        "application": application,
        "requests": queries.requests_with_sections(application),
        "today": clock.today(),
    }
    return render(request, "assessment/completions.html", context)


@reachable(*REGION)
def answer_completion(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    asked = found(requests.request_for, request.user, number, pk)
    form = HandInForm(posted(request), has_opening=asked.opening is not None)
    if request.method == "POST" and carry_out(
        form, lambda: completing.answer_completion(by=request.user, request=asked, **form.cleaned_data)
    ):
        messages.success(request, _("Svaret är lämnat till delegationen."))
        return redirect("answer_completion", number, pk)
    is_over = asked.due_on < clock.today()
    is_taken_back = queries.is_taken_back(asked.opening)
    is_waiting = not asked.answered_at and not is_over and not is_taken_back
    context = {
        "form": form,
        "asked": asked,
        "application": asked.application,
        "may": rules.may_answer_request(request.user, asked) if is_waiting else None,
        "is_over": is_over,
        "is_taken_back": is_taken_back,
        "taken_back_because": queries.taken_back_because(asked.application).get(asked.opening_id, ""),
        **_opened(asked.application, asked.opening if is_waiting else None),
    }
    return render(request, "assessment/answer_completion.html", context, status=status_of(form))


def _opened(application: Any, opening: Any) -> dict[str, Any]:
    """What is open for change, what has been changed so far, and what stops it from being handed in."""
    if opening is None:
        return {}
    today = clock.today()
    answer = answer_now(opening, today)
    return {
        "opening": opening,
        "opening_state": state_on(opening, today),
        "days_left": (opening.until - today).days,
        "sections": queries.sections_opened(application, opening.sections),
        "problems": answer.problems,
        "differences": differences(answer.before, answer.now),
        "totals": totals(answer.before, answer.now),
    }


@reachable(*REGION)
def answer_review(request: HttpRequest, number: str) -> HttpResponse:
    """§ 11: the notification, the statement, and the adjustment when it is open."""
    application = found(queries.handed_in_for, request.user, number)
    review = found(queries.newest_review, application)
    form = StatementForm(posted(request))
    if request.method == "POST" and request.POST.get("gor") == "lamna-in":
        return _hand_in_adjustment(request, application, review)
    if request.method == "POST" and carry_out(
        form, lambda: reviewing.state_on_measures(by=request.user, review=review, **form.cleaned_data)
    ):
        messages.success(request, _("Yttrandet är lämnat till delegationen."))
        return redirect("answer_review", number)
    return _review_page(request, application, review, form)


def _hand_in_adjustment(request: HttpRequest, application: Any, review: Any) -> HttpResponse:
    empty = ReasonForm({"reason": "-"})
    if carry_out(empty, lambda: reviewing.hand_in_adjustment(by=request.user, review=review)):
        messages.success(request, _("Den justerade ansökan är inlämnad som en ny version."))
        return redirect("answer_review", application.number)
    return _review_page(request, application, review, StatementForm(), empty)


def _review_page(
    request: HttpRequest, application: Any, review: Any, form: StatementForm, failed: Any = None
) -> HttpResponse:
    today = clock.today()
    is_over = queries.is_over(review, today)
    is_adjusting = review.state == queries.MeasureReviewState.ADJUSTING and not is_over
    context = {
        "application": application,
        "review": review,
        "form": form,
        "failed": failed or form,
        "is_over": is_over,
        "is_notified": review.state == queries.MeasureReviewState.NOTIFIED and not is_over,
        "is_adjusting": is_adjusting,
        "may_speak": rules.may_speak_for_applicant(request.user, application),
        "may_bind": rules.may_bind_applicant(request.user, application),
        **_opened(application, review.opening if is_adjusting else None),
    }
    status = max(status_of(form), status_of(failed) if failed else 200)
    return render(request, "assessment/answer_review.html", context, status=status)


@reachable(*REGION)
def dialogue(request: HttpRequest, number: str) -> HttpResponse:
    application = found(queries.handed_in_for, request.user, number)
    side = queries.Side.REGIONS
    form, about, kind = line_forms(request, application, side)
    if request.method == "POST" and carry_out(
        form,
        lambda: write_line(
            by=request.user,
            application=application,
            side=side,
            **({"kind": kind, "about": about} if about else {}),
            **form.given(),
        ),
    ):
        messages.success(request, _("Inlägget är skrivet och registrerat."))
        return redirect("dialogue", number)
    return thread_page(request, application, side, form, about, kind)


@reachable(*REGION)
def dialogue_file(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    application = found(queries.handed_in_for, request.user, number)
    return served(found(queries.file_in, application, pk))


@reachable(*REGION)
def answer_communication(request: HttpRequest, number: str) -> HttpResponse:
    """25 §: what is communicated before the decision, for the regions of the application."""
    application = found(queries.handed_in_for, request.user, number)
    sent = found(queries.newest_sent, application)
    form = StatementForm(posted(request))
    if request.method == "POST" and carry_out(
        form, lambda: communicating.state_before_decision(by=request.user, communication=sent, **form.cleaned_data)
    ):
        messages.success(request, _("Yttrandet är lämnat till delegationen."))
        return redirect("answer_communication", number)
    due_on = sent.due_on or clock.today()
    is_over = due_on < clock.today() or bool(rules.is_closed(application))
    context = {
        "application": application,
        "sent": sent,
        "form": form,
        "is_over": is_over,
        "may": rules.may_speak_for_applicant(request.user, application),
        "days_left": (due_on - clock.today()).days,
    }
    return render(request, "assessment/answer_communication.html", context, status=status_of(form))


@reachable(*REGION)
def ask_withdrawal(request: HttpRequest, number: str) -> HttpResponse:
    application = found(queries.handed_in_for, request.user, number)
    form = ReasonForm(posted(request))
    if request.method == "POST" and carry_out(
        form, lambda: withdrawing.ask_withdrawal(by=request.user, application=application, **form.cleaned_data)
    ):
        messages.success(request, _("Begäran är lämnad till delegationen, som avskriver ärendet."))
        return redirect("ask_withdrawal", number)
    context = {
        "application": application,
        "form": form,
        "withdrawal": queries.withdrawal_or_none(application),
        "may": rules.may_ask_withdrawal(request.user, application),
    }
    return render(request, "assessment/ask_withdrawal.html", context, status=status_of(form))
