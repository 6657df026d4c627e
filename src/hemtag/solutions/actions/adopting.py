"""Each region's own steps with a solution."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.knowledge.documents import store
from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import WrongState, holds, require

from .. import checks, rules
from ..models import CLOSED, STAGE_NEXT, Adoption, AdoptionStep, Solution, Stage
from ..search.indexing import index


@transaction.atomic
def record_step(
    *,
    by: Person,
    solution: Solution,
    region: Organisation,
    stage: Stage,
    occurred_on: dt.date,
    proof: str,
    file: tuple[str, bytes] | None = None,
) -> AdoptionStep:
    """The adopting region says what has happened, when, and what proves it. Steps are appended, never changed.

    `file` is the (name, content) of an attachment to the proof.
    """
    require(rules.may_record_step(by, region))
    solution = Solution.objects.select_for_update().get(pk=solution.pk)
    if solution.state in CLOSED:
        raise WrongState(_("Lösningen är i läget ”%(state)s”.") % {"state": solution.get_state_display().lower()})
    adoption = Adoption.objects.filter(solution=solution, region=region).first()
    last = adoption.steps.last() if adoption else None
    if stage not in STAGE_NEXT[last.stage if last else ""]:
        raise WrongState(
            _("Regionen står i steget ”%(stage)s” och kan inte gå till ”%(to)s” därifrån.")
            % {"stage": last.get_stage_display().lower() if last else _("ej påbörjat"), "to": stage.label.lower()}
        )
    holds(
        checks.step_is_dated_in_the_past(occurred_on, clock.today(), last.occurred_on if last else None)
        + checks.step_has_its_proof(proof)
    )
    if adoption is None:
        adoption = Adoption.objects.create(solution=solution, region=region)
    step = AdoptionStep.objects.create(
        adoption=adoption,
        stage=stage,
        occurred_on=occurred_on,
        proof=proof,
        document=store(by=by, owner=region, name=file[0], content=file[1]) if file else None,
        recorded_by=by,
        recorded_at=clock.now(),
    )
    index(solution)
    record(
        by=by,
        verb="recorded_step",
        subject=adoption,
        details={"stage": stage.value, "occurred_on": occurred_on.isoformat(), "proof": proof},
    )
    return step
