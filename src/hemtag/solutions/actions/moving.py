"""The one place where a solution's state is written."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.organisations.models import Person
from hemtag.refusals import DoesNotHold, Problem, WrongState

from ..checks import waiting
from ..models import SOLUTION_NEXT, Solution, SolutionState
from ..queries.moving import keeper_of, representative_of
from ..search.indexing import index
from .news import tell

# Told to nobody but those who may see the solution itself.
UNSEEN = frozenset({SolutionState.DECLINED})


@transaction.atomic
def move(
    *,
    by: Person | None,
    solution: Solution,
    to: str,
    reason: str,
    waits_for: Person | None = None,
    due_on: dt.date | None = None,
    ground: str = "",
) -> Solution:
    """Take a solution to another state, with the reason, the next clock and whose turn it is.

    A part of other acts: who may is asked by the act that calls. Without `waits_for` and `due_on` the convention of
    `checks.waiting` decides: the editors (nobody by name), or the one who keeps it in the owning region. `by=None` is
    something that happened by itself. Raises WrongState when the state now is not one that leads there.
    """
    if not reason.strip():
        raise DoesNotHold([Problem(_("Skriv skälet; det visas på lösningens sida."), field="reason")])
    fresh = Solution.objects.select_for_update(of=("self",)).select_related("owner", "proposed_by").get(pk=solution.pk)
    if to not in SOLUTION_NEXT[fresh.state]:
        raise WrongState(_("Lösningen är i läget ”%(state)s”.") % {"state": fresh.get_state_display().lower()})
    before, fresh.state, fresh.state_reason = fresh.state, str(to), reason
    fresh.state_since = clock.now()
    fresh.waits_for = waits_for or _whose_turn(fresh)
    fresh.due_on = due_on or waiting.due_on(fresh.state, clock.today())
    fresh.save(update_fields=["state", "state_reason", "state_since", "waits_for", "due_on"])
    index(fresh)
    told = f"{fresh.title}: {fresh.get_state_display().lower()}. {reason}"
    tell(fresh, "recalled" if to == SolutionState.RECALLED else "state", told, public=to not in UNSEEN)
    details = {"from": before, "to": str(to), "reason": reason, "due_on": fresh.due_on and fresh.due_on.isoformat()}
    record(by=by, verb="moved_solution", subject=fresh, details=details, ground=ground)
    return fresh


def _whose_turn(solution: Solution) -> Person | None:
    wait = waiting.WAITS.get(solution.state)
    if wait is None or wait.who == "editors":
        return None
    if solution.state == SolutionState.NEEDS_EVIDENCE:
        return keeper_of(solution)
    return representative_of(solution.owner) or keeper_of(solution)


@transaction.atomic
def hand_over(
    *, by: Person, solution: Solution, waits_for: Person | None, reason: str, due_on: dt.date | None = None
) -> Solution:
    """The solution stays where it is, but it is another's turn, with a clock that begins anew.

    `waits_for=None` is the editors. A part of other acts, which ask who may.
    """
    fresh = Solution.objects.select_for_update().get(pk=solution.pk)
    fresh.waits_for, fresh.due_on = waits_for, due_on or waiting.due_on(fresh.state, clock.today())
    fresh.save(update_fields=["waits_for", "due_on"])
    details = {"to": waits_for.name if waits_for else "", "due_on": fresh.due_on and fresh.due_on.isoformat()}
    record(by=by, verb="handed_over_solution", subject=fresh, details={**details, "reason": reason})
    return fresh
