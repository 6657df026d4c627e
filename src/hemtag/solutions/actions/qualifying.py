"""Trials at the gates: opened by an editor, judged by those who are asked, and decided with reasons.

G2 is judged by several; at the other gates the editor judges alone, beside what the data itself says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import DoesNotHold, Problem, WrongState, holds, require

from .. import rules
from ..checks import evidence as evidence_checks
from ..checks import identifying, judging
from ..checks.clocks import working_days_after
from ..criteria import FIELDS, CriteriaSet, criteria_of, newest
from ..models import (
    EvidenceItem,
    Gate,
    GateReview,
    Judgement,
    Outcome,
    Reviewer,
    ReviewState,
    Solution,
    SolutionState,
)
from ..queries.evidencing import reached
from ..queries.facts import facts_of
from ..queries.moving import keeper_of
from ..queries.trying import organisation_of, seats_of
from ..search.indexing import index
from .moving import hand_over, move
from .news import tell

TO_JUDGE = 15
"""Working days that reviewers have."""
TOGETHER = frozenset({Gate.G2})


def _solution_at(solution: Solution, gate: str) -> Solution:
    fresh = Solution.objects.select_for_update(of=("self",)).select_related("owner", "proposed_by").get(pk=solution.pk)
    if fresh.state != judging.STATE_AT[gate]:
        words = _("Lösningen är i läget ”%(state)s” och prövas inte vid %(gate)s.")
        raise WrongState(words % {"state": fresh.get_state_display().lower(), "gate": gate})
    if fresh.gate_reviews.filter(state=ReviewState.OPEN).exists():
        raise WrongState(_("En prövning pågår redan."))
    return fresh


@transaction.atomic
def open_review(*, by: Person, solution: Solution, due_on: dt.date | None = None) -> GateReview:
    """The editor opens the trial at G2 by the newest criteria; the reviewers are asked one by one."""
    require(rules.may_try(by))
    solution = _solution_at(solution, Gate.G2)
    today = clock.today()
    due_on = due_on or working_days_after(today, TO_JUDGE)
    if due_on < today:
        raise DoesNotHold([Problem(_("Dagen har redan varit."), field="due_on")])
    criteria = newest(Gate.G2)
    review = GateReview.objects.create(
        solution=solution,
        gate=Gate.G2,
        criteria_version=criteria.version,
        criteria_sha256=criteria.sha256,
        opened_by=by,
        opened_at=clock.now(),
        due_on=due_on,
    )
    tell(solution, "review", _("%(title)s prövas nu vid %(gate)s.") % {"title": solution.title, "gate": review.gate})
    details = {"gate": review.gate, "criteria": criteria.version, "sha256": criteria.sha256}
    record(by=by, verb="opened_gate_review", subject=solution, details={**details, "due_on": due_on.isoformat()})
    return review


def _open(review: GateReview) -> GateReview:
    rows = GateReview.objects.select_for_update(of=("self",)).select_related("solution__owner", "solution__proposed_by")
    review = rows.get(pk=review.pk)
    if review.state != ReviewState.OPEN:
        raise WrongState(_("Prövningen är redan %(state)s.") % {"state": review.get_state_display().lower()})
    return review


@transaction.atomic
def ask_reviewer(*, by: Person, review: GateReview, person: Person, field: str = "") -> Reviewer:
    """Somebody of another region, or an assessor of the delegation, is asked to judge; with `field` as an expert in it."""
    require(rules.may_try(by))
    review = _open(review)
    organisation = organisation_of(person)
    if organisation is None:
        words = _("%(who)s har ingen roll i en region eller som bedömare i delegationen.") % {"who": person.name}
        raise DoesNotHold([Problem(words, field="person")])
    if field and field not in FIELDS:
        raise DoesNotHold([Problem(_("Välj ett område ur listan."), field="field")])
    owner = review.solution.owner
    belongs = person.memberships.filter(organisation=owner).exclude(ends_on__lt=clock.today()).exists()
    already = set(review.reviewers.values_list("person__name", flat=True)) if _asked(review, person) else set()
    code = owner.code if belongs else organisation.code
    holds(judging.reviewer_is_independent(code, owner.code, already, person.name))
    row = Reviewer.objects.create(review=review, person=person, region=organisation, field=field, asked_at=clock.now())
    details = {"gate": review.gate, "person": person.name, "organisation": organisation.code, "field": field}
    record(by=by, verb="asked_reviewer", subject=review.solution, details=details)
    return row


def _asked(review: GateReview, person: Person) -> bool:
    return review.reviewers.filter(person=person).exists()


def _own(by: Person, reviewer: Reviewer) -> Reviewer:
    rows = Reviewer.objects.select_for_update(of=("self",)).select_related("review__solution", "person", "region")
    reviewer = rows.get(pk=reviewer.pk)
    require(rules.may_judge(by, reviewer))
    if reviewer.review.state != ReviewState.OPEN:
        raise WrongState(_("Prövningen är redan %(state)s.") % {"state": reviewer.review.get_state_display().lower()})
    if reviewer.handed_in_at is not None:
        raise WrongState(_("Bedömningen är redan inlämnad och kan inte ändras."))
    return reviewer


@transaction.atomic
def declare_at_gate(*, by: Person, reviewer: Reviewer, has_conflict: bool, note: str = "") -> Reviewer:
    """Said once, before anything is judged or anybody else's judgement is read. With a conflict nothing is judged."""
    reviewer = _own(by, reviewer)
    if reviewer.has_conflict is not None:
        raise WrongState(_("Jäv är redan angivet. Har något ändrats: be redaktören fråga någon annan."))
    if has_conflict and not note.strip():
        raise DoesNotHold([Problem(_("Skriv vad jävet gäller."), field="note")])
    reviewer.has_conflict, reviewer.conflict_note, reviewer.declared_at = has_conflict, note.strip(), clock.now()
    reviewer.save(update_fields=["has_conflict", "conflict_note", "declared_at"])
    details = {"gate": reviewer.review.gate, "has_conflict": has_conflict}
    record(by=by, verb="declared_at_gate", subject=reviewer.review.solution, details=details)
    return reviewer


@transaction.atomic
def judge_at_gate(
    *,
    by: Person,
    reviewer: Reviewer,
    said: Iterable[Mapping[str, Any]],
    recommends: str = "",
    reasons: str = "",
    hand_in: bool = False,
) -> Reviewer:
    """Save the judgements so far or, with `hand_in`, hand all of them in for good.

    `said`: criterion, mark, comment, link and evidence (a row or None) of each.
    """
    reviewer = _own(by, reviewer)
    if reviewer.has_conflict is None:
        raise WrongState(_("Ange först om du är jävig."))
    if reviewer.has_conflict:
        raise WrongState(_("Du har angett jäv och bedömer inte den här lösningen."))
    review = reviewer.review
    criteria = criteria_of(review.gate, review.criteria_version)
    rows = list(said)
    holds(_links_and_evidence(rows, review.solution))
    if hand_in:
        plain = [judging.Said(row["criterion"], row.get("mark", ""), row.get("comment", "")) for row in rows]
        problems = judging.everything_is_judged([one.id for one in criteria.criteria], plain)
        holds(problems + judging.recommendation_has_reasons(recommends, reasons, review.gate))
    _keep(reviewer, criteria, rows)
    reviewer.recommends, reviewer.reasons = recommends, reasons.strip()
    reviewer.handed_in_at = clock.now() if hand_in else None
    reviewer.save(update_fields=["recommends", "reasons", "handed_in_at"])
    details: dict[str, Any] = {"gate": review.gate, "criteria": criteria.version}
    if hand_in:
        details |= {"recommends": recommends, "marks": {row["criterion"]: row["mark"] for row in rows}}
    record(by=by, verb="handed_in_at_gate" if hand_in else "judged_at_gate", subject=review.solution, details=details)
    return reviewer


def _links_and_evidence(rows: Iterable[Mapping[str, Any]], solution: Solution) -> list[Problem]:
    problems = []
    for row in rows:
        wrong = identifying.link_leads_to_the_web(row.get("link", ""))
        problems += [Problem(one.message, field=f"link_{row['criterion']}", rule=one.rule) for one in wrong]
        item = row.get("evidence")
        if isinstance(item, EvidenceItem) and item.solution_id != solution.pk:
            problems.append(Problem(_("Evidensen hör till en annan lösning."), field=f"evidence_{row['criterion']}"))
    return problems


def _keep(reviewer: Reviewer, criteria: CriteriaSet, rows: Iterable[Mapping[str, Any]]) -> None:
    known = {one.id for one in criteria.criteria}
    for row in rows:
        if row["criterion"] not in known:
            continue
        if not row.get("mark"):
            reviewer.judgements.filter(criterion=row["criterion"]).delete()
            continue
        values = {
            "mark": row["mark"],
            "comment": row.get("comment", "").strip(),
            "link": row.get("link", ""),
            "evidence": row.get("evidence"),
        }
        Judgement.objects.update_or_create(reviewer=reviewer, criterion=row["criterion"], defaults=values)


@transaction.atomic
def close_review(
    *,
    by: Person,
    review: GateReview,
    outcome: str,
    reasons: str,
    conditions: str = "",
    evidence: str = "",
) -> GateReview:
    """The editor decides what the trial has come to. Unanimity is not needed: who recommended otherwise stands beside.

    Raises DoesNotHold with everything that is missing: reviewers, an expert's no, something that the data says no to.
    """
    require(rules.may_try(by))
    review = _open(review)
    seats = seats_of(review)
    criteria = criteria_of(review.gate, review.criteria_version)
    facts = facts_of(review.solution, review.gate)
    problems = judging.outcome_holds(review.gate, outcome, reasons, conditions) + judging.enough_reviewers(seats)
    found = judging.vetoes(seats, {one.id: one.field for one in criteria.criteria})
    problems += judging.outcome_respects_vetoes(outcome, found)
    problems += evidence_checks.level_is_reached(evidence or "E0", reached(review.solution).code)
    holds(problems + _musts(criteria, outcome, facts))
    for row in review.reviewers.exclude(handed_in_at=None).exclude(has_conflict=True).exclude(recommends=outcome):
        row.dissents = True
        row.save(update_fields=["dissents"])
    return _close(by, review, facts, outcome, reasons, conditions, evidence)


def _musts(criteria: CriteriaSet, outcome: str, facts: Mapping[str, judging.Fact]) -> list[Problem]:
    musts = {one.id: one.computed for one in criteria.criteria if one.must}
    return judging.computed_musts_hold(outcome, musts, facts, criteria.gate)


def _close(
    by: Person,
    review: GateReview,
    facts: Mapping[str, judging.Fact],
    outcome: str,
    reasons: str,
    conditions: str,
    evidence: str,
) -> GateReview:
    review.state, review.outcome, review.reasons = ReviewState.CLOSED, outcome, reasons.strip()
    review.conditions, review.evidence = conditions.strip(), evidence
    review.facts = [{"key": f.key, "holds": f.holds, "says": f.says, "mend": f.mend} for f in facts.values()]
    review.closed_by, review.closed_at = by, clock.now()
    review.save()
    solution = review.solution
    if evidence and review.gate == Gate.G2:
        solution.evidence = evidence
        solution.save(update_fields=["evidence"])
        index(solution)
    details = {"gate": review.gate, "outcome": outcome, "criteria": review.criteria_version, "evidence": evidence}
    record(by=by, verb="closed_gate_review", subject=solution, details={**details, "conditions": conditions})
    to = judging.state_after(review.gate, outcome)
    said = f"{review.get_gate_display()}: {Outcome(outcome).label.lower()}. {reasons.strip()}"
    if to:
        move(by=by, solution=solution, to=to, reason=said)
    else:
        hand_over(by=by, solution=solution, waits_for=keeper_of(solution), reason=said)
    return review


@transaction.atomic
def cancel_review(*, by: Person, review: GateReview, reason: str) -> GateReview:
    """The trial is broken off without an outcome; what was judged stays."""
    require(rules.may_try(by))
    review = _open(review)
    holds(identifying.has_reason(reason, _("Skriv varför prövningen avbryts.")))
    review.state, review.reasons = ReviewState.CANCELLED, reason.strip()
    review.closed_by, review.closed_at = by, clock.now()
    review.save(update_fields=["state", "reasons", "closed_by", "closed_at"])
    record(
        by=by, verb="cancelled_gate_review", subject=review.solution, details={"gate": review.gate, "reason": reason}
    )
    return review


@transaction.atomic
def try_alone(
    *,
    by: Person,
    solution: Solution,
    gate: str,
    has_conflict: bool,
    said: Iterable[Mapping[str, Any]],
    outcome: str,
    reasons: str,
    conditions: str = "",
    conflict_note: str = "",
) -> GateReview:
    """G1, G3, G4 and G5: one editor judges every criterion and decides, beside what the data itself says."""
    require(rules.may_try(by))
    if gate in TOGETHER:
        raise WrongState(_("Grinden prövas av flera."))
    solution = _solution_at(solution, gate)
    if has_conflict:
        words = _("Med jäv bedömer du inte den här lösningen. Be en annan redaktör.")
        raise DoesNotHold([Problem(words, field="has_conflict")])
    criteria, facts, rows = newest(gate), facts_of(solution, gate), list(said)
    plain = [judging.Said(row["criterion"], row.get("mark", ""), row.get("comment", "")) for row in rows]
    problems = judging.everything_is_judged([one.id for one in criteria.criteria], plain)
    problems += _links_and_evidence(rows, solution) + judging.outcome_holds(gate, outcome, reasons, conditions)
    holds(problems + _musts(criteria, outcome, facts))
    now = clock.now()
    review = GateReview.objects.create(
        solution=solution,
        gate=gate,
        criteria_version=criteria.version,
        criteria_sha256=criteria.sha256,
        opened_by=by,
        opened_at=now,
        due_on=solution.due_on or clock.today(),
    )
    reviewer = Reviewer.objects.create(
        review=review,
        person=by,
        region=_editors(by),
        asked_at=now,
        has_conflict=False,
        conflict_note=conflict_note,
        declared_at=now,
        recommends=outcome,
        reasons=reasons.strip(),
        handed_in_at=now,
    )
    _keep(reviewer, criteria, rows)
    return _close(by, review, facts, outcome, reasons, conditions, "")


def _editors(by: Person) -> Organisation:
    row = by.memberships.filter(role="catalogue_editor").select_related("organisation").first()
    assert row is not None
    return row.organisation


@transaction.atomic
def hand_in_more(*, by: Person, solution: Solution, added: str) -> Solution:
    """The owner has added what was missing: the solution waits to be qualified again."""
    solution = Solution.objects.select_for_update(of=("self",)).select_related("owner").get(pk=solution.pk)
    require(rules.may_edit_tip(by, solution))
    if solution.state != SolutionState.NEEDS_EVIDENCE:
        raise WrongState(_("Lösningen väntar inte på mer underlag."))
    if not added.strip():
        raise DoesNotHold([Problem(_("Skriv vad som är tillagt."), field="added")])
    return move(by=by, solution=solution, to=SolutionState.SCREENED, reason=added.strip())
