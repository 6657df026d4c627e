"""The delegation's pages of what is written to and from an applicant: completion, § 11, dialogue, 25 §, withdrawal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hemtag import clock
from hemtag.grants.differences import differences, totals
from hemtag.grants.queries.openings import submitted_sections, version_content, versions_of
from hemtag.knowledge.documents import served
from hemtag.organisations.access import Role, found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of

from ..actions import communicating, completing, reviewing, taking_back, withdrawing
from ..actions.dialogue import write_line
from ..forms.corresponding import (
    AdjustForm,
    CloseReviewForm,
    CommunicateForm,
    CompletionForm,
    ExceptionForm,
    NotifyForm,
    SeveralForm,
    TakeBackForm,
    VersionsForm,
)
from ..queries import assessing as cases
from ..queries import corresponding as queries
from ..queries.deciding import undecided
from ..queries.seeing import Sight
from ..rules import assessing as rules
from .cases import at, of_readable_case
from .declared import having_declared
from .threads import line_forms, thread_page


@reachable(Role.CASE_OFFICER)
@of_readable_case
def ask_completion(request: HttpRequest, case: Any) -> HttpResponse:
    form = CompletionForm(posted(request), every=submitted_sections(case))
    if request.method == "POST" and carry_out(
        form, lambda: completing.ask_completion(by=request.user, application=case, **form.cleaned_data)
    ):
        messages.success(request, _("Begäran är skickad till %(who)s.") % {"who": case.submission.responsible.name})
        return redirect("ask_completion", *at(case))
    context = {
        "form": form,
        "case": case,
        "requests": queries.requests_with_sections(case),
        "waiting": cases.waiting_request(case, clock.today()),
        "today": clock.today(),
        "may_handle": rules.may_handle(request.user, case),
    }
    return render(request, "assessment/ask_completion.html", context, status=status_of(form))


@reachable(Role.CASE_OFFICER)
@of_readable_case
def take_back_opening(request: HttpRequest, case: Any, pk: int) -> HttpResponse:
    """What is opened, and what taking it back means, once in full."""
    opening = found(queries.opening_in, case, pk)
    page = "ask_completion" if queries.opening_is_for_completion(opening) else "measure_reviews"
    form = TakeBackForm(posted(request))
    if request.method == "POST" and carry_out(
        form, lambda: taking_back.take_back_opening(by=request.user, opening=opening, **form.cleaned_data)
    ):
        messages.success(request, _("Öppningen är återkallad. Ansökan är åter som den lämnades in."))
        return redirect(page, *at(case))
    context = {
        "form": form,
        "case": case,
        "opening": opening,
        "is_open": opening.state == queries.OpeningState.OPEN,
        "back": page,
        "sections": queries.sections_opened(case, opening.sections),
        "may_handle": rules.may_handle(request.user, case),
    }
    return render(request, "assessment/take_back_opening.html", context, status=status_of(form))


@reachable(*rules.PREPARERS)
@of_readable_case
def case_changes(request: HttpRequest, case: Any) -> HttpResponse:
    """What differs between any two versions that were handed in."""
    versions = {row.number: row for row in versions_of(case)}
    listed = [(row.number, row.at, row.get_ground_display()) for row in versions.values()]
    form = VersionsForm(request.GET or None, versions=listed)
    before, after = (versions[number] for number in form.chosen())
    contents = [version_content(version, case.number) for version in (before, after)]
    form.initial = {"fran": before.number, "till": after.number}
    context = {
        "case": case,
        "form": form,
        "versions": list(versions.values()),
        "before": before,
        "after": after,
        "differences": differences(*contents),
        "totals": totals(*contents),
    }
    return render(request, "assessment/case_changes.html", context)


# § 11 ----------------------------------------------------------------------------------------------------


@reachable(Role.CASE_OFFICER)
@of_readable_case
def measure_reviews(request: HttpRequest, case: Any) -> HttpResponse:
    form = NotifyForm(posted(request))
    if request.method == "POST" and carry_out(
        form, lambda: reviewing.notify_measures(by=request.user, application=case, **form.cleaned_data)
    ):
        who = {"who": case.submission.responsible.name}
        messages.success(request, _("Underrättelsen är skickad till %(who)s.") % who)
        return redirect("measure_reviews", *at(case))
    return _reviews(request, case, form=form)


def _reviews(request: HttpRequest, case: Any, **forms: Any) -> HttpResponse:
    active = queries.active_review(case)
    shown = {
        "form": NotifyForm(),
        "adjust": AdjustForm(every=submitted_sections(case), prefix="justera"),
        "close": CloseReviewForm(prefix="avsluta"),
        **forms,
    }
    status = max((status_of(form) for form in forms.values()), default=200)
    context = {
        "case": case,
        **shown,
        "failed": next(iter(forms.values()), None),
        "reviews": queries.reviews_with_sections(case),
        "active": active,
        "may_go_on": active is not None and queries.may_go_on(active, clock.today()),
        "today": clock.today(),
        "may_handle": rules.may_handle(request.user, case),
    }
    return render(request, "assessment/measure_reviews.html", context, status=status)


@reachable(Role.CASE_OFFICER)
@of_readable_case
def let_adjust(request: HttpRequest, case: Any, pk: int) -> HttpResponse:
    review = found(queries.review_in, case, pk)
    if request.method != "POST":
        return redirect("measure_reviews", *at(case))
    form = AdjustForm(request.POST, every=submitted_sections(case), prefix="justera")
    if carry_out(form, lambda: reviewing.let_adjust(by=request.user, review=review, **form.cleaned_data)):
        messages.success(request, _("Ansökan är öppnad för justering."))
        return redirect("measure_reviews", *at(case))
    return _reviews(request, case, adjust=form)


@reachable(Role.CASE_OFFICER)
@of_readable_case
def close_review(request: HttpRequest, case: Any, pk: int) -> HttpResponse:
    review = found(queries.review_in, case, pk)
    if request.method != "POST":
        return redirect("measure_reviews", *at(case))
    form = CloseReviewForm(request.POST, prefix="avsluta")
    if carry_out(form, lambda: reviewing.close_review(by=request.user, review=review, **form.cleaned_data)):
        messages.success(request, _("Prövningen enligt 11 § är avslutad."))
        return redirect("measure_reviews", *at(case))
    return _reviews(request, case, close=form)


# Dialogue ------------------------------------------------------------------------------------------------


@reachable(*rules.PREPARERS)
@of_readable_case
def case_dialogue(request: HttpRequest, case: Any) -> HttpResponse:
    side = queries.Side.DELEGATION
    form, about, kind = line_forms(request, case, side)
    if request.method == "POST" and carry_out(
        form,
        lambda: write_line(
            by=request.user,
            application=case,
            side=side,
            **({"kind": kind, "about": about} if about else {}),
            **form.given(),
        ),
    ):
        messages.success(request, _("Inlägget är skrivet och registrerat."))
        return redirect("case_dialogue", *at(case))
    return thread_page(request, case, side, form, about, kind)


@reachable(*rules.PREPARERS)
@of_readable_case
def case_dialogue_file(request: HttpRequest, case: Any, pk: int) -> HttpResponse:
    return served(found(queries.file_in, case, pk))


# 25 § ----------------------------------------------------------------------------------------------------


@reachable(Role.CASE_OFFICER)
@of_readable_case
def communicate(request: HttpRequest, case: Any) -> HttpResponse:
    """Send, or say why it is not sent."""
    leaves_out = request.POST.get("gor") == "undanta"
    form = CommunicateForm(posted(request) if not leaves_out else None)
    except_form = ExceptionForm(posted(request) if leaves_out else None, prefix="undantag")
    if request.method == "POST" and leaves_out:
        if carry_out(
            except_form,
            lambda: communicating.leave_out_communication(by=request.user, application=case, **except_form.given()),
        ):
            messages.success(request, _("Undantaget är antecknat."))
            return redirect("communicate", *at(case))
    elif request.method == "POST" and carry_out(
        form, lambda: communicating.communicate(by=request.user, application=case, **form.cleaned_data)
    ):
        messages.success(request, _("Materialet är skickat till sökanden."))
        return redirect("communicate", *at(case))
    context = {
        "case": case,
        "form": form,
        "except_form": except_form,
        "failed": except_form if leaves_out else form,
        "sent": list(queries.communications_of(case)),
        "material": queries.material_of(case),
        "problems": queries.communication_problems(case, clock.today()),
        "today": clock.today(),
        "over": queries.is_closed(case),
        "may_handle": rules.may_handle(request.user, case),
    }
    status = max(status_of(form), status_of(except_form))
    return render(request, "assessment/communicate.html", context, status=status)


@reachable(Role.CASE_OFFICER, Role.DECISION_MAKER)
@having_declared
def communications(request: HttpRequest, call: Any, sight: Sight) -> HttpResponse:
    """Every undecided application that the person may read; several at once where nothing has been added."""
    rows = [row for row in undecided(call) if row.number not in sight.hidden]
    lines = queries.communication_lines(rows, clock.today())
    # What has come from others is weighed case by case.
    offered = [line.application for line in lines if line.problem and not line.is_waiting and not line.has_added]
    form = SeveralForm(posted(request), offered=offered)
    if request.method == "POST" and carry_out(
        form,
        lambda: communicating.leave_out_several(by=request.user, applications=form.chosen(), **form.given()),
    ):
        count = len(form.chosen())
        text = ngettext("%(count)s ansökan är antecknad.", "%(count)s ansökningar är antecknade.", count)
        messages.success(request, text % {"count": count})
        return redirect("communications", call.slug)
    context = {
        "call": call,
        "lines": lines,
        "form": form,
        "left": sum(bool(line.problem) for line in lines),
        "may_handle": rules.may_assign_round(request.user) and bool(offered),
    }
    return render(request, "assessment/communications.html", context, status=status_of(form))


# Withdrawal ----------------------------------------------------------------------------------------------


@reachable(Role.CASE_OFFICER)
@of_readable_case
def grant_withdrawal(request: HttpRequest, case: Any) -> HttpResponse:
    withdrawal = found(queries.withdrawal_of, case)
    if request.method == "POST":
        withdrawing.grant_withdrawal(by=request.user, withdrawal=withdrawal)
        messages.success(request, _("Ansökan %(number)s är avskriven.") % {"number": case.number})
        return redirect("preparation_round", case.submission.call.slug)
    context = {"case": case, "withdrawal": withdrawal, "may_handle": rules.may_handle(request.user, case)}
    return render(request, "assessment/grant_withdrawal.html", context)
