"""Reading trials: what each was made by, what has been judged, and what the person who asks may see of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from hemtag import clock
from hemtag.organisations.models import Role
from hemtag.organisations.rules import has_role, is_auditor

from ..checks import judging
from ..checks.evidence import Level
from ..criteria import FIELDS, Criterion, criteria_of
from ..models import EvidenceItem, Gate, GateReview, Judgement, Mark, Outcome, Reviewer, ReviewState, Solution
from .evidencing import evidence_of, may_retract, reached
from .trying import seat_of, who_may_be_asked

MARKS = Mark.choices
ALONE = frozenset({"G1", "G3", "G4", "G5"})


def outcomes_at(gate: str) -> list[tuple[str, str]]:
    return [(value, str(Outcome(value).label)) for value in judging.OUTCOMES[gate]]


def expert_fields() -> list[tuple[str, str]]:
    return [(value, str(word).capitalize()) for value, word in FIELDS.items()]


def gate_at(solution: Solution) -> str:
    """The gate that a solution stands before, or nothing."""
    return next((gate for gate, state in judging.STATE_AT.items() if state == solution.state), "")


def _whole(rows: QuerySet[GateReview]) -> QuerySet[GateReview]:
    return rows.select_related("solution__owner", "closed_by", "opened_by").prefetch_related(
        "reviewers__person", "reviewers__region", "reviewers__judgements__evidence"
    )


def review_of(solution: Solution, pk: int) -> GateReview:
    """Raises GateReview.DoesNotExist."""
    return _whole(GateReview.objects.filter(solution=solution)).get(pk=pk)


def sees_judgements(person: Any, review: GateReview) -> bool:
    """Of a closed trial, anyone. Of an open one the editors and the auditor, and a reviewer who has handed in.

    Whoever is asked and has not handed in sees nobody else's, in whatever role.
    """
    if review.state != ReviewState.OPEN or is_auditor(person):
        return True
    own = next((row for row in review.reviewers.all() if row.person_id == getattr(person, "pk", None)), None)
    if own is not None:
        return own.handed_in_at is not None
    return has_role(person, Role.CATALOGUE_EDITOR)


def reviewer_for(person: Any, solution: Solution, pk: int) -> Reviewer:
    """The person's own seat in a trial. Raises Reviewer.DoesNotExist for everybody else."""
    rows = Reviewer.objects.select_related("review__solution__owner", "person", "region")
    return rows.prefetch_related("judgements").get(review=pk, review__solution=solution, person=person)


@dataclass(frozen=True)
class Row:
    """One criterion of a trial: what the data says, and what each reviewer has judged."""

    criterion: Criterion
    fact: judging.Fact | None
    judged: Sequence[tuple[Reviewer, Judgement]]


@dataclass(frozen=True)
class Told:
    """A trial as its page shows it to somebody."""

    review: GateReview
    is_seen: bool
    reviewers: Sequence[Reviewer]
    rows: Sequence[Row]
    missing: Sequence[Any] = ()
    vetoes: Sequence[tuple[judging.Seat, str]] = ()

    @property
    def handed_in(self) -> int:
        return sum(row.handed_in_at is not None for row in self.reviewers)

    @property
    def dissenting(self) -> list[Reviewer]:
        return [row for row in self.reviewers if row.dissents]

    @property
    def is_late(self) -> bool:
        return self.review.state == ReviewState.OPEN and self.review.due_on < clock.today()

    @property
    def is_alone(self) -> bool:
        return self.review.gate in ALONE


def told_review(person: Any, review: GateReview) -> Told:
    seen = sees_judgements(person, review)
    reviewers = list(review.reviewers.all())
    criteria = criteria_of(review.gate, review.criteria_version).criteria
    facts = {row["key"]: judging.Fact(row["key"], row["holds"], row["says"], row["mend"]) for row in review.facts}
    counted = [row for row in reviewers if row.handed_in_at is not None] if seen else []
    judged = {(row.pk, one.criterion): one for row in counted for one in row.judgements.all()}
    rows = [
        Row(
            one,
            facts.get(one.computed),
            [(row, judged[row.pk, one.id]) for row in counted if (row.pk, one.id) in judged],
        )
        for one in criteria
    ]
    seats = [seat_of(row) for row in reviewers]
    missing = judging.enough_reviewers(seats) if review.state == ReviewState.OPEN else []
    vetoes = judging.vetoes(seats, {one.id: one.field for one in criteria}) if seen else []
    return Told(review, seen, reviewers, rows, missing, vetoes)


@dataclass(frozen=True)
class Shown:
    """One piece of evidence in the table."""

    item: EvidenceItem
    may_retract: bool


@dataclass(frozen=True)
class Qualification:
    """All of the page about how a solution is qualified."""

    solution: Solution
    gate: str
    reviews: Sequence[Told]
    evidence: Sequence[Shown]
    level: Level

    @property
    def open(self) -> Told | None:
        return next((told for told in self.reviews if told.review.state == ReviewState.OPEN), None)

    @property
    def closed(self) -> list[Told]:
        return [told for told in self.reviews if told.review.state != ReviewState.OPEN]

    @property
    def conditions(self) -> list[GateReview]:
        """What the trials that it has passed asked for, newest first."""
        return [told.review for told in self.closed if told.review.conditions]

    @property
    def gate_word(self) -> str:
        return str(Gate(self.gate).label) if self.gate else ""


def qualification_of(person: Any, solution: Solution) -> Qualification:
    """Newest trial first."""
    rows = evidence_of(solution)
    reviews = [told_review(person, row) for row in _whole(solution.gate_reviews.order_by("-pk"))]
    shown = [Shown(row, may_retract(person, row)) for row in rows]
    return Qualification(solution, gate_at(solution), reviews, shown, reached(solution, rows))


def people_to_ask(review: GateReview) -> list[tuple[str, list[tuple[str, str]]]]:
    """For a list to choose from, by organisation."""
    return [
        (organisation.short_name, [(str(person.pk), person.name) for person in people])
        for organisation, people in who_may_be_asked(review)
    ]


def person_to_ask(review: GateReview, pk: str) -> Any:
    """The person with the key among those who may be asked, or None."""
    return next((one for _where, people in who_may_be_asked(review) for one in people if str(one.pk) == pk), None)
