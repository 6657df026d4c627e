"""Handing in: is everything right, exactly what will be sent, and the receipt afterwards."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.knowledge.documents import served
from hemtag.organisations.access import Role, found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.organisations.rules import REGION_ROLES
from hemtag.refusals import DoesNotHold, WrongState, require

from .. import actions, document, queries, rules
from ..actions.handing_in import CHANGED
from ..forms import WithdrawForm
from ..queries import pages
from .applications import READERS


@reachable(*REGION_ROLES)
def hand_in(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    if request.method == "POST":
        try:
            actions.submit(by=request.user, submission=row.submission, seen=request.POST.get("visat"))
        except WrongState:
            return redirect("hand_in", number)
        except DoesNotHold as refusal:
            return _checks(request, row, refusal)
        messages.success(request, _("Inlämningen är mottagen. Här är kvittot."))
        return redirect("receipt", number)
    if not rules.still_draft(row.submission):
        return render(request, "grants/already_handed_in.html", {"application": row, "submission": row.submission})
    return _checks(request, row)


def _checks(request: HttpRequest, row: Any, refusal: DoesNotHold | None = None) -> HttpResponse:
    submission = row.submission
    content = queries.content_of(submission)
    facts = queries.facts_of(submission, content, clock.today())
    sees_all = pages.may_read_form(request.user, submission)
    lines = queries.lines(facts, only=None if sees_all else row)
    shown = document.documents(content)
    context = {
        "application": row,
        "submission": submission,
        "lines": lines,
        "holds": [line.label for line in lines if line.holds],
        "stops": sum(len(line.problems) for line in lines if not line.is_warning),
        "content": content,
        "documents": [one for one in shown if sees_all or one["number"] == row.number],
        "count": len(shown),
        "deadline": document.deadline_of(submission.call, clock.today(), facts.late_until),
        "may_submit": rules.may_submit(request.user, submission),
        "sha256": queries.sha256_of(content),
        "refused": refusal,
        "changed": [problem for problem in refusal.problems if problem.rule == CHANGED] if refusal else [],
    }
    return render(request, "grants/hand_in.html", context, status=422 if refusal else 200)


@reachable(*REGION_ROLES)
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    form = WithdrawForm(posted(request))
    if request.method != "POST":
        require(rules.may_withdraw(request.user, row.submission))
    elif carry_out(form, lambda: actions.withdraw(by=request.user, submission=row.submission, **form.cleaned_data)):
        messages.success(request, _("Inlämningen är återtagen."))
        return redirect("application", number)
    context = {"application": row, "submission": row.submission, "form": form}
    return render(request, "grants/withdraw.html", context, status=status_of(form))


@reachable(Role.REPRESENTATIVE)
def reopen_submission(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    if request.method == "POST":
        actions.reopen_submission(by=request.user, submission=row.submission)
        messages.success(request, _("Inlämningen är ett utkast igen."))
    return redirect("application", number)


def _version(request: HttpRequest, number: str) -> tuple[Any, Any]:
    row = found(queries.application_for, request.user, number)
    version = queries.submitted_version(row.submission)
    if version is None:
        raise Http404
    return row, version


@reachable(*READERS)
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    row, version = _version(request, number)
    context = {
        "application": row,
        "submission": row.submission,
        "version": version,
        "documents": document.documents(version.content),
    }
    return render(request, "grants/receipt.html", context)


@reachable(*READERS)
def receipt_pdf(request: HttpRequest, number: str) -> HttpResponse:
    _row, version = _version(request, number)
    if version.receipt is None:
        raise Http404
    return served(version.receipt)
