"""The common process: where every solution stands, whom it waits for, and what is late."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hemtag import clock
from hemtag.history.models import Event
from hemtag.organisations.models import Role
from hemtag.organisations.rules import has_role

from ..checks.waiting import WAITS
from ..models import Gate, GateReview, Reviewer, ReviewState, Solution, SolutionState
from .catalogue import solutions_for

S = SolutionState
WAY: tuple[tuple[str, str], ...] = (
    (S.IDENTIFIED, "G1"),
    (S.SCREENED, "G2"),
    (S.NEEDS_EVIDENCE, ""),
    (S.QUALIFIED, ""),
    (S.PACKAGING, "G3"),
    (S.PACKAGED, "G4"),
    (S.COMMUNICATED, ""),
    (S.SPREADING, "G5"),
    (S.ESTABLISHED, ""),
    (S.REVIEW_DUE, ""),
)
"""The states in the order of a life, each with the gate that leads on from it."""
ASIDE = (S.PARKED, S.DECLINED, S.MERGED, S.SUPERSEDED, S.RETIRED, S.RECALLED)
MEASURED_DAYS = 730
"""Medians are of the moves of the last two years."""
SHOWN_LATE = 30


@dataclass(frozen=True)
class Step:
    """One state of the process: how many stand there, how long they stay, whom they wait for."""

    state: SolutionState
    gate: str
    number: int
    late: int
    days: float | None
    moves: int
    who: str
    allowed: int | None

    @property
    def gate_word(self) -> str:
        return str(Gate(self.gate).label) if self.gate else ""


@dataclass(frozen=True)
class Process:
    steps: Sequence[Step]
    aside: Sequence[tuple[SolutionState, int]]
    late: Sequence[Solution]
    late_number: int
    total: int


def process_for(person: Any) -> Process:
    today = clock.today()
    visible = solutions_for(person)
    late = Q(due_on__lt=today)
    counted = visible.order_by().values_list("state").annotate(n=Count("pk"), late=Count("pk", filter=late))
    numbers = {state: (number, over) for state, number, over in counted}
    stays = days_in_states()
    steps = []
    for state, gate in WAY:
        wait = WAITS.get(state)
        number, over = numbers.get(state, (0, 0))
        days = stays.get(state, [])
        who = _("redaktionen") if wait and wait.who == "editors" else _("ägaren")
        middle = median(days) if days else None
        steps.append(
            Step(SolutionState(state), gate, number, over, middle, len(days), who, wait.days if wait else None)
        )
    aside = [(SolutionState(state), numbers.get(state, (0, 0))[0]) for state in ASIDE]
    rows = visible.filter(late).order_by("due_on", "title")
    return Process(
        steps,
        aside,
        list(rows.select_related("owner", "waits_for")[:SHOWN_LATE]),
        sum(over for _number, over in numbers.values()),
        sum(number for number, _over in numbers.values()),
    )


def days_in_states() -> dict[str, list[int]]:
    """How many days each stay in a state took, by state, of the stays that ended in the last two years."""
    since = clock.now() - dt.timedelta(days=MEASURED_DAYS)
    rows = Event.objects.filter(subject_type=Solution._meta.label_lower, at__gte=since)
    rows = rows.filter(verb__in=["proposed_solution", "moved_solution"]).order_by("subject_id", "number")
    found: dict[str, list[int]] = defaultdict(list)
    came: dict[str, dt.datetime] = {}
    for subject, verb, at, details in rows.values_list("subject_id", "verb", "at", "details"):
        if verb == "moved_solution" and subject in came:
            found[details.get("from", "")].append((clock.day_of(at) - clock.day_of(came[subject])).days)
        came[subject] = at
    return found


# What waits ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Turn:
    """One solution that waits for the editors, with what is to be done."""

    solution: Solution
    what: str
    url: str
    due_on: dt.date | None
    note: str = ""

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.due_on < clock.today()


def open_reviews() -> QuerySet[GateReview]:
    rows = GateReview.objects.filter(state=ReviewState.OPEN).select_related("solution__owner")
    return rows.prefetch_related(Prefetch("reviewers", Reviewer.objects.select_related("region")))


def queue() -> list[Turn]:
    """All that waits for the editors, the latest first; three queries."""
    reviews = {row.solution_id: row for row in open_reviews()}
    found = [_of_review(row) for row in reviews.values()]
    waiting = [state for state, wait in WAITS.items() if wait.who == "editors"]
    turns = Q(state__in=waiting) | Q(state__in=[S.PACKAGING, S.QUALIFIED, S.SPREADING], due_on__lt=clock.today())
    rows = Solution.objects.filter(turns, waits_for=None) | Solution.objects.filter(turns, due_on__lt=clock.today())
    for row in rows.select_related("owner", "waits_for").order_by(F("due_on").asc(nulls_last=True), "title"):
        if row.pk not in reviews:
            found.append(_of_state(row))
    return sorted(found, key=lambda turn: (turn.due_on is None, turn.due_on or dt.date.max, turn.solution.title))


def _of_review(review: GateReview) -> Turn:
    seats = review.reviewers.all()
    handed_in = sum(row.handed_in_at is not None for row in seats)
    note = _("%(n)s av %(all)s har lämnat in") % {"n": handed_in, "all": len(seats)}
    url = reverse("gate_review", args=[review.solution.slug, review.pk])
    return Turn(review.solution, _("Avgör kvalificeringen"), url, review.due_on, note)


def _of_state(solution: Solution) -> Turn:
    gates = {S.IDENTIFIED: "g1", S.PACKAGING: "g3", S.PACKAGED: "g4", S.SPREADING: "g5"}
    words = {
        S.IDENTIFIED: _("Sålla tipset"),
        S.SCREENED: _("Öppna kvalificering"),
        S.PACKAGED: _("Pröva för kommunicering"),
        S.REVIEW_DUE: _("Avgör omprövningen"),
    }
    state = SolutionState(solution.state)
    if state == S.SCREENED:
        url = reverse("open_review", args=[solution.slug])
    elif state in gates and state in words:
        url = reverse("try_gate", args=[solution.slug, gates[state]])
    elif state == S.REVIEW_DUE:
        url = reverse("settle_solution", args=[solution.slug])
    else:
        url = reverse("qualification", args=[solution.slug])
    note = _("väntar på %(who)s") % {"who": solution.owner.short_name} if solution.waits_for_id else ""
    return Turn(solution, words.get(state, _("Påminn ägaren")), url, solution.due_on, note)


@dataclass(frozen=True)
class Task:
    """A row on someone's own page."""

    text: str
    url: str
    due_on: dt.date | None
    number: int = 1


def tasks_for(person: Any) -> list[Task]:
    """What waits for a person in the catalogue: as a reviewer, as an owner's keeper, as an editor."""
    if not getattr(person, "is_authenticated", False):
        return []
    return [*_to_judge(person), *_to_do(person), *(_to_edit() if has_role(person, Role.CATALOGUE_EDITOR) else [])]


def _to_judge(person: Any) -> list[Task]:
    rows = Reviewer.objects.filter(person=person, handed_in_at=None, review__state=ReviewState.OPEN)
    rows = rows.exclude(has_conflict=True).select_related("review__solution").order_by("review__due_on")
    return [
        Task(
            _("Bedöm %(title)s") % {"title": row.review.solution.title},
            reverse("judge_gate", args=[row.review.solution.slug, row.review_id]),
            row.review.due_on,
        )
        for row in rows
    ]


def _to_do(person: Any) -> list[Task]:
    words = {
        S.IDENTIFIED: _("Komplettera tipset %(title)s"),
        S.NEEDS_EVIDENCE: _("Lägg till underlag för %(title)s"),
        S.QUALIFIED: _("Påbörja paketet för %(title)s"),
        S.PACKAGING: _("Gör klart paketet för %(title)s"),
        S.RECALLED: _("Rätta eller avsluta %(title)s"),
    }
    rows = Solution.objects.filter(waits_for=person, state__in=words).order_by("due_on", "title")
    return [
        Task(
            words[SolutionState(row.state)] % {"title": row.title},
            reverse("qualification", args=[row.slug]),
            row.due_on,
        )
        for row in rows
    ]


def _to_edit() -> list[Task]:
    turns = [turn for turn in queue() if not turn.solution.waits_for_id]
    if not turns:
        return []
    number, late = len(turns), sum(turn.is_late for turn in turns)
    text = ngettext("%(n)s lösning väntar på redaktionen", "%(n)s lösningar väntar på redaktionen", number)
    text %= {"n": number}
    if late:
        text += _(", %(late)s försenade") % {"late": late}
    return [Task(text, reverse("catalogue_queue"), turns[0].due_on, number)]
