"""Pages where colleagues ask each other, and where anyone reports what is wrong."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hemtag import clock
from hemtag.organisations.access import ANYONE, SIGNED_IN, found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.organisations.rules import REGION_ROLES, is_auditor, regions_of
from hemtag.refusals import require

from .. import arriving, queries, rules
from ..actions import asking as acts
from ..forms.asking import AnswerForm, AskForm, CloseForm, FaultForm, SettleFaultForm
from ..queries import asking
from ..queries import linking as links


@reachable(ANYONE)
def questions(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    context = {
        "solution": row,
        "questions": list(asking.questions_of(row)),
        "today": clock.today(),
        "may_ask": bool(regions_of(request.user)),
    }
    return render(request, "solutions/questions.html", context)


@reachable(*REGION_ROLES)
def ask_question(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    whom = asking.whom_to_ask(row)
    form = AskForm(
        posted(request), regions=regions_of(request.user), whom=whom, initial={"to": request.GET.get("till", "")}
    )

    def act() -> None:
        given = form.cleaned_data
        to = asking.region_called(given["to"])
        acts.ask(by=request.user, solution=row, text=given["text"], region=given["region"], to_region=to)

    if request.method == "POST" and carry_out(form, act):
        messages.success(request, _("Frågan är ställd. Svaret kommer här och till din sida inom tio arbetsdagar."))
        return redirect("questions", row.slug)
    return render(request, "solutions/ask_question.html", {"solution": row, "form": form}, status=status_of(form))


@reachable(ANYONE)
def question(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    asked = found(asking.question_of, row, pk)
    return _question_page(request, row, asked)


def _question_page(request: HttpRequest, row: Any, asked: Any, **forms: Any) -> HttpResponse:
    own = regions_of(request.user)
    is_open = asked.closed_at is None
    may_close = is_open and request.user.is_authenticated and rules.may_close_question(request.user, asked)
    context = {
        "solution": row,
        "question": asked,
        "is_late": asking.is_late(asked, clock.today()),
        "answer_form": forms.get("answer") or (AnswerForm(regions=own) if own and is_open else None),
        "close_form": forms.get("close") or (CloseForm() if may_close else None),
    }
    shown = next(iter(forms.values()), None)
    return render(request, "solutions/question.html", context, status=status_of(shown))


@reachable(*REGION_ROLES)
@require_POST
def answer_question(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    asked = found(asking.question_of, row, pk)
    form = AnswerForm(request.POST, regions=regions_of(request.user))
    if carry_out(form, lambda: acts.answer(by=request.user, question=asked, **form.cleaned_data)):
        messages.success(request, _("Tack! Svaret syns för alla."))
        return redirect("question", row.slug, pk)
    return _question_page(request, row, asked, answer=form)


@reachable(SIGNED_IN)
@require_POST
def close_question(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    asked = found(asking.question_of, row, pk)
    form = CloseForm(request.POST)
    if carry_out(form, lambda: acts.close_question(by=request.user, question=asked, **form.cleaned_data)):
        messages.success(request, _("Frågan är avslutad."))
        return redirect("question", row.slug, pk)
    return _question_page(request, row, asked, close=form)


@reachable(ANYONE)
def faults(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    signed_in = request.user.is_authenticated
    form = FaultForm(
        posted(request),
        places=asking.places_of(request.user, row),
        signed_in=signed_in,
        initial={"place": request.GET.get("galler", "")},
    )
    if request.method == "POST" and carry_out(form, lambda: _report(request, row, form)):
        told = _("Tack! Anmälan syns här och besvaras inom tio arbetsdagar.")
        unseen = _("Tack! Anmälan visas här när någon har läst den, inom tio arbetsdagar.")
        messages.success(request, told if signed_in else unseen)
        return redirect("faults", row.slug)
    may_settle = signed_in and bool(rules.may_settle_fault(request.user, row))
    context = {
        "solution": row,
        "faults": asking.faults_of(request.user, row),
        "form": form,
        "may_settle": may_settle,
        "links": links.links_of(row) if may_settle else [],
        "today": clock.today(),
    }
    return render(request, "solutions/faults.html", context, status=status_of(form))


def _report(request: HttpRequest, row: Any, form: FaultForm) -> None:
    given = dict(form.cleaned_data)
    hidden = given.pop("webbplats", "")
    by = request.user if request.user.is_authenticated else None
    sent = 0 if by else arriving.sent_this_hour(request, "fault")
    acts.report_fault(by=by, solution=row, hidden_field=hidden, sent_this_hour=sent, **given)
    if by is None:
        arriving.one_more(request, "fault")


@reachable(SIGNED_IN)
def settle_fault(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    fault = found(asking.fault_of, request.user, row, pk)
    may_settle = rules.may_settle_fault(request.user, row)
    if not is_auditor(request.user):
        require(may_settle)
    form = SettleFaultForm(posted(request), states=asking.next_fault_states(fault))
    if request.method == "POST" and carry_out(
        form, lambda: acts.settle_fault(by=request.user, fault=fault, **form.cleaned_data)
    ):
        messages.success(request, _("Svaret är sparat och syns för alla."))
        return redirect(reverse("faults", args=[row.slug]))
    context = {"solution": row, "fault": fault, "form": form, "may_settle": may_settle}
    return render(request, "solutions/settle_fault.html", context, status=status_of(form))
