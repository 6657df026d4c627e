"""What is tipped of to the catalogue, and what an editor decides of it outside the gates."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.knowledge.actions import free_slug
from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import DoesNotHold, Problem, WrongState, holds, require

from .. import checks, rules
from ..checks import identifying, limits, waiting
from ..models import CLOSED, Solution, SolutionKind, SolutionState
from ..search.indexing import index
from .moving import move
from .news import tell

# What has an address of its own among the solutions, and so is no solution's.
RESERVED = frozenset({"behov", "bevaka", "foresla", "ko", "liknande", "nytt", "processen", "spridning"})


def _propose(*, by: Person, owner: Organisation, origin: str = "", origin_key: str = "", **given: Any) -> Solution:
    values = {name: str(text).strip() for name, text in given.items() if name != "kind"}
    problems = checks.solution_is_described(values) + identifying.texts_fit(values)
    holds(problems + identifying.link_leads_to_the_web(values.get("link", "")))
    solution = Solution.objects.create(
        slug=free_slug(values["title"], [*RESERVED, *Solution.objects.values_list("slug", flat=True)]),
        kind=given["kind"],
        owner=owner,
        origin=origin,
        origin_key=origin_key,
        proposed_by=by,
        proposed_at=clock.now(),
        state_since=clock.now(),
        due_on=waiting.due_on(SolutionState.IDENTIFIED, clock.today()),
        **values,
    )
    index(solution)
    tell(solution, "new", f"{solution.title}: {solution.summary}")
    record(by=by, verb="proposed_solution", subject=solution, details={"owner": owner.code, "origin": origin})
    return solution


@transaction.atomic
def propose(
    *,
    by: Person,
    region: Organisation,
    kind: SolutionKind,
    title: str,
    specialty: str,
    problem: str,
    summary: str,
    effect: str = "",
    contact: str = "",
    link: str = "",
) -> Solution:
    """A region tips of a solution of its own. It waits for the editors, who have ten working days.

    Raises DoesNotHold when something is missing, or when the person has sent all that one person may in a day.
    """
    require(rules.may_propose(by, region))
    day = clock.now() - dt.timedelta(days=1)
    Person.objects.select_for_update().get(pk=by.pk)  # two at once from the same person are counted one by one
    holds(limits.there_is_room_today("tip", Solution.objects.filter(proposed_by=by, proposed_at__gt=day).count()))
    return _propose(
        by=by,
        owner=region,
        kind=kind,
        title=title,
        specialty=specialty,
        problem=problem,
        summary=summary,
        effect=effect,
        contact=contact,
        link=link,
    )


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
def settle(
    *, by: Person, solution: Solution, to: SolutionState, reason: str, leads_to: Solution | None = None
) -> Solution:
    """The editor makes a move that no gate decides, always with the reason: park, decline, reopen, begin packaging,
    review, retire; or supersede, with the solution that comes in its place.

    Raises WrongState for a move that is the outcome of a gate, of a merge, of a recall or of somebody's first use.
    """
    require(rules.may_settle(by))
    solution = Solution.objects.select_for_update().get(pk=solution.pk)
    if not waiting.moved_by_hand(solution.state, to):
        words = _("Till läget ”%(state)s” kommer lösningen inte för hand, utan genom en grind eller något som händer.")
        raise WrongState(words % {"state": SolutionState(to).label.lower()})
    if solution.gate_reviews.filter(state="open").exists():
        raise WrongState(_("En prövning pågår. Avgör eller avbryt den först."))
    if to == SolutionState.SUPERSEDED:
        if leads_to is None or leads_to.pk == solution.pk or leads_to.state in CLOSED:
            raise DoesNotHold([Problem(_("Ange lösningen som kommer i stället."), field="successor")])
        solution.leads_to = leads_to
        solution.save(update_fields=["leads_to"])
    return move(by=by, solution=solution, to=to, reason=reason)
