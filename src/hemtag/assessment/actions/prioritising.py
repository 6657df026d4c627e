"""Solve the round exactly, check the answer with whole numbers, and keep both."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from hemtag import clock, portfolio
from hemtag.assessment.models import Run
from hemtag.assessment.queries import prioritising as queries
from hemtag.assessment.queries.deciding import holders_of
from hemtag.assessment.queries.seeing import require_no_conflict
from hemtag.assessment.rules.deciding import may_prioritise
from hemtag.grants.actions.openings import close_openings
from hemtag.grants.models import Call
from hemtag.history.actions import record
from hemtag.organisations.models import Person, Role
from hemtag.refusals import DoesNotHold, require

# How long a person may be kept waiting for the proof; the demo's round of 73 blocks takes well under a second.
PROVING_SECONDS = 10.0


def prioritise(*, by: Person, call: Call) -> Run:
    """Choose blocks for the call's eligible and assessed applications, and store the run.

    The round is read and solved before the transaction begins: others can write while the solver works, and the run
    says by its hash which round it solved. Raises NotAllowed for someone in conflict in an application of the round,
    DoesNotHold when there is nothing to choose from, when the round has faults or when the answer does not pass the
    check.
    """
    require(may_prioritise(by))
    close_openings(by=None)
    ready = queries.Ready(call)
    others = [*holders_of(Role.CASE_OFFICER), *holders_of(Role.DECISION_MAKER)]
    require_no_conflict(by, ready.candidates(), others, _("göra en körning där ansökan är med"))
    data = queries.round_of(call, ready=ready)
    if not any(application["blocks"] for application in data["applications"]):
        raise DoesNotHold(_("Ingen behörig ansökan har en inlämnad bedömning än. Det finns inget att prioritera."))
    try:
        to_solve = portfolio.load_round(data)
        selection = proved(to_solve, portfolio.select(to_solve))
    except (portfolio.InvalidRound, portfolio.Infeasible) as fault:
        raise DoesNotHold(str(fault)) from fault
    practice = portfolio.compare_with_practice(to_solve, selection)
    result = selection.as_dict()
    wrong = portfolio.verify(to_solve, result)
    if wrong:
        raise DoesNotHold("; ".join(wrong))
    with transaction.atomic():
        newest = Run.objects.filter(call=call).aggregate(newest=Max("number"))["newest"] or 0
        run = Run.objects.create(
            call=call,
            number=newest + 1,
            round=data,
            result=result,
            practice=[outcome.as_dict() for outcome in practice],
            round_sha256=to_solve.sha256,
            made_by=by,
            made_at=clock.now(),
        )
        details = {
            "round_sha256": to_solve.sha256,
            "chosen": len(result["chosen"]),
            "value_tkr": result["value"],
            "upper_bound_tkr": result["upper_bound"],
            "versions": result["versions"],
        }
        record(by=by, verb="prioritised", subject=run, details=details, ground="13 § förordningen (2024:1102)")
    return run


def proved(to_solve: portfolio.Round, selection: portfolio.Selection) -> portfolio.Selection:
    """With a proof that anyone can check without a solver, where one is found while somebody waits for the page.

    A round too large for that keeps the solver's own word and the bound that comes with it.
    """
    try:
        return portfolio.prove(to_solve, selection, seconds=PROVING_SECONDS)
    except portfolio.TooLarge:
        return selection
