"""Reading the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from hemtag.organisations.models import Role
from hemtag.organisations.rules import has_role, is_auditor, is_delegation, regions_of

from ..checks.waiting import moved_by_hand
from ..models import SOLUTION_NEXT, USED, Adoption, Solution, SolutionKind, SolutionState, Stage, newest, varied

KINDS = SolutionKind.choices
STATES = SolutionState.choices


def solutions_for(person: Any) -> QuerySet[Solution]:
    """All for anyone, but declined ones only for the owner, the editors, the delegation and the auditor."""
    rows = Solution.objects.select_related("owner")
    if is_auditor(person) or is_delegation(person) or has_role(person, Role.CATALOGUE_EDITOR):
        return rows
    return rows.filter(~Q(state=SolutionState.DECLINED) | Q(owner__in=regions_of(person)))


def catalogue(person: Any, *, text: str = "", states: Iterable[str] = ()) -> QuerySet[Solution]:
    """The catalogue page's list, with how many regions have it in use."""
    rows = solutions_for(person)
    for word in text.split():
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(problem__icontains=word)
            | Q(summary__icontains=word)
            | Q(specialty__icontains=word)
        )
    if wanted := list(states):
        rows = rows.filter(state__in=wanted)
    adoptions = Adoption.objects.filter(solution=OuterRef("pk")).annotate(stage=newest()).order_by()
    in_use = adoptions.filter(~varied(), stage__in=USED).values("solution").annotate(n=Count("pk")).values("n")
    never = [Stage.DECLINED, Stage.NOT_APPLICABLE]
    begun = adoptions.exclude(stage__in=never).values("solution").annotate(n=Count("pk")).values("n")
    return rows.annotate(in_use=Subquery(in_use), begun=Subquery(begun)).order_by("title")


def solution_called(person: Any, slug: str) -> Solution:
    """Raises Solution.DoesNotExist for an unknown and for a forbidden one alike."""
    return solutions_for(person).get(slug=slug)


def solution_from(origin_key: str) -> Solution | None:
    return Solution.objects.filter(origin_key=origin_key).first()


def next_states(solution: Solution) -> list[SolutionState]:
    """Where an editor may take it with a reason only."""
    onward = SOLUTION_NEXT[solution.state]
    return [state for state in SolutionState if state in onward and moved_by_hand(solution.state, state)]
