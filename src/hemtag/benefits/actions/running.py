"""A stored run: the data with its facts filled in, seed, draws, method and result, under a hash."""

from __future__ import annotations

from django.db import transaction

from hemtag import clock, valuation
from hemtag.history.actions import record
from hemtag.organisations.models import Person
from hemtag.refusals import DoesNotHold, holds, require

from .. import checks, queries, rules, running
from ..models import BenefitCase, CaseRun

VERSION = "1"  # of what is stored: as_page's format


@transaction.atomic
def store_run(*, by: Person, case: BenefitCase, name: str = "", seed: int = running.SEED) -> CaseRun:
    """Compute the case as it stands and keep it. Raises DoesNotHold when the case has faults."""
    require(rules.may_run(by, case))
    holds(checks.run_name_is_free(name))
    fresh = BenefitCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    return keep_run(by=by, case=fresh, name=name, seed=seed)


@transaction.atomic
def keep_run(*, by: Person | None, case: BenefitCase, name: str, seed: int = running.SEED) -> CaseRun:
    """The run itself, for actions that hold the case already and have asked whether they may."""
    try:
        data = running.filled(case.data, queries.register())
        result = running.simulated(running.canonical(data), running.FULL, seed)
    except valuation.InvalidCase as refusal:
        raise DoesNotHold(checks.faults_at_fields(refusal.faults, {})) from refusal
    page = valuation.as_page(result)
    last = CaseRun.objects.filter(case=case).order_by("-number").first()
    run = CaseRun.objects.create(
        case=case,
        number=last.number + 1 if last else 1,
        name=name.strip()[:120],
        data=data,
        data_sha256=running.sha256_of(data),
        seed=seed,
        draws=result.draws,
        method=str(result.method),
        version=VERSION,
        result=page,
        fingerprint=valuation.fingerprint(page),
        made_by=by,
        made_at=clock.now(),
    )
    details = {"number": run.number, "name": run.name, "data": run.data_sha256, "fingerprint": run.fingerprint}
    record(by=by, verb="case_run_stored", subject=case, details=details)
    return run
