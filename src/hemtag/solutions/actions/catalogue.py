"""What is proposed to the catalogue, and what an editor decides of it outside the gates."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.knowledge.actions import free_slug
from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import WrongState, holds, require

from .. import checks, rules
from ..models import (
    Solution,
    SolutionKind,
    SolutionState,
)
from ..search.indexing import index
from .moving import move


def _propose(
    *,
    by: Person,
    owner: Organisation,
    kind: SolutionKind,
    title: str,
    specialty: str,
    problem: str,
    summary: str,
    origin: str = "",
    origin_key: str = "",
) -> Solution:
    values = {"title": title, "specialty": specialty, "problem": problem, "summary": summary}
    holds(checks.solution_is_described(values))
    solution = Solution.objects.create(
        slug=free_slug(title, Solution.objects.values_list("slug", flat=True)),
        kind=kind,
        owner=owner,
        origin=origin,
        origin_key=origin_key,
        proposed_by=by,
        proposed_at=clock.now(),
        state_since=clock.now(),
        **values,
    )
    index(solution)
    record(by=by, verb="proposed_solution", subject=solution, details={"owner": owner.code, "origin": origin})
    return solution


@transaction.atomic
def propose(
    *, by: Person, region: Organisation, kind: SolutionKind, title: str, specialty: str, problem: str, summary: str
) -> Solution:
    """A region proposes a solution of its own."""
    require(rules.may_propose(by, region))
    return _propose(by=by, owner=region, kind=kind, title=title, specialty=specialty, problem=problem, summary=summary)


@transaction.atomic
def propose_from_grant(
    *,
    by: Person,
    owner: Organisation,
    kind: SolutionKind,
    title: str,
    specialty: str,
    problem: str,
    summary: str,
    origin: str,
    origin_key: str,
) -> Solution:
    """A granted block becomes a proposed solution; each block once."""
    require(rules.may_propose_granted(by))
    if Solution.objects.filter(origin_key=origin_key).exists():
        raise WrongState(_("Blocket finns redan i katalogen."))
    return _propose(
        by=by,
        owner=owner,
        kind=kind,
        title=title,
        specialty=specialty,
        problem=problem,
        summary=summary,
        origin=origin,
        origin_key=origin_key,
    )


@transaction.atomic
def settle(*, by: Person, solution: Solution, to: SolutionState, reason: str) -> Solution:
    """The editor publishes, declines, takes up again or withdraws, always with the reason."""
    require(rules.may_settle(by))
    return move(by=by, solution=solution, to=to, reason=reason)
