"""Pages of the process: where solutions stand, how they are judged, and the evidence."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.knowledge.documents import read_upload, served
from hemtag.organisations.access import ANYONE, SIGNED_IN, Role, found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.organisations.rules import REGION_ROLES, regions_of

from .. import queries, rules, searching
from ..actions import evidencing as evidence_acts
from ..actions import qualifying as acts
from ..checks.clocks import working_days_after
from ..criteria import criteria_of, newest
from ..forms.identifying import ReasonForm
from ..forms.qualifying import (
    AddedForm,
    AloneForm,
    AskReviewerForm,
    CloseForm,
    DeclareForm,
    EvidenceForm,
    OpenReviewForm,
    ReviewerForm,
    initial_of,
)
from ..queries import evidencing, facts, identifying, processing, qualifying


@reachable(ANYONE)
def solution_process(request: HttpRequest) -> HttpResponse:
    return render(request, "solutions/process.html", {"process": processing.process_for(request.user)})


@reachable(Role.CATALOGUE_EDITOR)
def catalogue_queue(request: HttpRequest) -> HttpResponse:
    turns = processing.queue()
    return render(request, "solutions/queue.html", {"turns": turns, "late": sum(turn.is_late for turn in turns)})


@reachable(ANYONE)
def qualification(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    context = {
        "solution": row,
        "told": qualifying.qualification_of(request.user, row),
        "is_editor": bool(rules.may_try(request.user)),
        "may_add": bool(rules.may_add_evidence(request.user, row)),
        "is_owner": row.owner in regions_of(request.user),
        "added": AddedForm(),
        "merged": identifying.merged_into(row),
    }
    return render(request, "solutions/qualification.html", context)


@reachable(*REGION_ROLES)
def hand_in_more(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    form = AddedForm(posted(request))
    if request.method == "POST" and carry_out(
        form, lambda: acts.hand_in_more(by=request.user, solution=row, **form.cleaned_data)
    ):
        messages.success(request, _("Lösningen väntar nu på kvalificering igen."))
        return redirect("qualification", row.slug)
    return render(request, "solutions/hand_in_more.html", {"form": form, "solution": row}, status=status_of(form))


@reachable(Role.CATALOGUE_EDITOR)
def try_gate(request: HttpRequest, slug: str, gate: str) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    gate = gate.upper()
    if gate not in qualifying.ALONE:
        raise Http404
    criteria = newest(gate)
    form = AloneForm(
        posted(request),
        criteria=criteria.criteria,
        evidence=evidencing.evidence_of(row),
        facts=facts.facts_of(row, gate),
        outcomes=qualifying.outcomes_at(gate),
    )
    if request.method == "POST" and carry_out(
        form, lambda: acts.try_alone(by=request.user, solution=row, gate=gate, **form.values())
    ):
        messages.success(request, _("Utfallet är sparat med skäl."))
        return redirect("qualification", row.slug)
    alike = [hit for hit in searching.similar(request.user, f"{row.title} {row.problem}") if hit.solution.pk != row.pk]
    context = {
        "form": form,
        "solution": row,
        "gate": gate,
        "criteria": criteria,
        "alike": alike if gate == "G1" else [],
    }
    return render(request, "solutions/try_gate.html", context, status=status_of(form))


@reachable(Role.CATALOGUE_EDITOR)
def open_review(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    form = OpenReviewForm(posted(request), initial={"due_on": working_days_after(clock.today(), acts.TO_JUDGE)})
    made: list[Any] = []
    if request.method == "POST" and carry_out(
        form, lambda: made.append(acts.open_review(by=request.user, solution=row, **form.cleaned_data))
    ):
        messages.success(request, _("Prövningen är öppen. Utse nu bedömarna."))
        return redirect("gate_review", row.slug, made[0].pk)
    context = {"form": form, "solution": row, "criteria": newest("G2")}
    return render(request, "solutions/open_review.html", context, status=status_of(form))


def _review_page(request: HttpRequest, solution: Any, review: Any, **bound: Any) -> HttpResponse:
    reached = evidencing.reached(solution)
    forms = {
        "ask": AskReviewerForm(people=qualifying.people_to_ask(review), prefix="fraga"),
        "close": CloseForm(
            outcomes=qualifying.outcomes_at(review.gate), prefix="avgor", initial={"evidence": reached.code}
        ),
        "cancel": ReasonForm(prefix="avbryt"),
        **bound,
    }
    context = {
        "solution": solution,
        "told": qualifying.told_review(request.user, review),
        "is_editor": bool(rules.may_try(request.user)) and review.state == "open",
        "level": reached,
        "facts": facts.facts_of(solution, review.gate).values() if review.state == "open" else [],
        **forms,
    }
    return render(
        request, "solutions/gate_review.html", context, status=max(status_of(form) for form in forms.values())
    )


@reachable(ANYONE)
def gate_review(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    return _review_page(request, row, found(qualifying.review_of, row, pk))


@reachable(Role.CATALOGUE_EDITOR)
def ask_reviewer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    review = found(qualifying.review_of, row, pk)
    form = AskReviewerForm(posted(request), people=qualifying.people_to_ask(review), prefix="fraga")
    if request.method == "POST" and carry_out(form, lambda: _ask(request, review, form)):
        messages.success(request, _("Bedömaren är tillfrågad och ser det på sin sida."))
        return redirect("gate_review", row.slug, review.pk)
    return _review_page(request, row, review, ask=form)


def _ask(request: HttpRequest, review: Any, form: AskReviewerForm) -> None:
    person = qualifying.person_to_ask(review, form.cleaned_data["person"])
    acts.ask_reviewer(by=request.user, review=review, person=person, field=form.cleaned_data["field"])


@reachable(Role.CATALOGUE_EDITOR)
def close_gate(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    review = found(qualifying.review_of, row, pk)
    form = CloseForm(posted(request), outcomes=qualifying.outcomes_at(review.gate), prefix="avgor")
    if request.method == "POST" and carry_out(
        form, lambda: acts.close_review(by=request.user, review=review, **form.cleaned_data)
    ):
        messages.success(request, _("Prövningen är avgjord."))
        return redirect("qualification", row.slug)
    return _review_page(request, row, review, close=form)


@reachable(Role.CATALOGUE_EDITOR)
def cancel_gate(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    review = found(qualifying.review_of, row, pk)
    form = ReasonForm(posted(request), prefix="avbryt")
    if request.method == "POST" and carry_out(
        form, lambda: acts.cancel_review(by=request.user, review=review, **form.cleaned_data)
    ):
        messages.success(request, _("Prövningen är avbruten."))
        return redirect("qualification", row.slug)
    return _review_page(request, row, review, cancel=form)


@reachable(SIGNED_IN)
def judge_gate(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A reviewer's own page: first the conflict of interest, then the judgements, then handing in."""
    row = found(queries.solution_called, request.user, slug)
    seat = found(qualifying.reviewer_for, request.user, row, pk)
    if seat.has_conflict is None:
        return _declare(request, row, seat)
    if seat.has_conflict or seat.handed_in_at is not None or seat.review.state != "open":
        return redirect("gate_review", row.slug, seat.review_id)
    criteria = criteria_of(seat.review.gate, seat.review.criteria_version)
    form = ReviewerForm(
        posted(request),
        criteria=criteria.criteria,
        evidence=evidencing.evidence_of(row),
        facts=facts.facts_of(row, seat.review.gate),
        outcomes=qualifying.outcomes_at(seat.review.gate),
        initial=initial_of(seat.judgements.all(), seat.recommends, seat.reasons),
    )
    hands_in = "lamna-in" in request.POST
    if request.method == "POST" and carry_out(form, lambda: _judge(request, seat, form, hands_in)):
        messages.success(request, _("Bedömningen är inlämnad.") if hands_in else _("Bedömningen är sparad som utkast."))
        return redirect("gate_review" if hands_in else "judge_gate", row.slug, seat.review_id)
    context = {"form": form, "solution": row, "seat": seat, "criteria": criteria}
    return render(request, "solutions/judge_gate.html", context, status=status_of(form))


def _judge(request: HttpRequest, seat: Any, form: ReviewerForm, hands_in: bool) -> None:
    data = form.cleaned_data
    acts.judge_at_gate(
        by=request.user,
        reviewer=seat,
        said=form.said(),
        recommends=data["recommends"],
        reasons=data["reasons"],
        hand_in=hands_in,
    )


def _declare(request: HttpRequest, row: Any, seat: Any) -> HttpResponse:
    form = DeclareForm(posted(request))
    if request.method == "POST" and carry_out(
        form, lambda: acts.declare_at_gate(by=request.user, reviewer=seat, **form.values())
    ):
        messages.success(request, _("Tack, det är sparat."))
        return redirect("judge_gate", row.slug, seat.review_id)
    return render(
        request, "solutions/declare_gate.html", {"form": form, "solution": row, "seat": seat}, status=status_of(form)
    )


# Evidence ------------------------------------------------------------------------------------------------


@reachable(*REGION_ROLES, Role.CATALOGUE_EDITOR)
def add_evidence(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    form = EvidenceForm(posted(request), request.FILES or None, regions=regions_of(request.user))
    if request.method == "POST" and carry_out(form, lambda: _add(request, row, form)):
        messages.success(request, _("Evidensen är tillagd."))
        return redirect("qualification", row.slug)
    return render(request, "solutions/add_evidence.html", {"form": form, "solution": row}, status=status_of(form))


def _add(request: HttpRequest, solution: Any, form: EvidenceForm) -> None:
    values = form.values()
    upload = values.pop("upload")
    file = (upload.name, read_upload(upload)) if upload else None
    evidence_acts.add_evidence(by=request.user, solution=solution, file=file, **values)


@reachable(*REGION_ROLES, Role.CATALOGUE_EDITOR)
def retract_evidence(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    item = found(evidencing.evidence_item, row, pk)
    form = ReasonForm(posted(request))
    if request.method == "POST" and carry_out(
        form, lambda: evidence_acts.retract_evidence(by=request.user, item=item, **form.cleaned_data)
    ):
        messages.success(request, _("Posten är återkallad och står kvar med skälet."))
        return redirect("qualification", row.slug)
    context = {"form": form, "solution": row, "item": item}
    return render(request, "solutions/retract_evidence.html", context, status=status_of(form))


@reachable(ANYONE)
def evidence_file(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    document = evidencing.evidence_file_of(row, pk)
    if document is None:
        raise Http404
    return served(document)
