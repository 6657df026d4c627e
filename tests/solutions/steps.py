"""What each stage asks for, so that tests of something else need not say it."""

import datetime as dt
from typing import Any

from django.utils import timezone

from hemtag.solutions.frame import FRAME
from hemtag.solutions.models import NEEDS_REASON, Adoption, Stage

TODAY = dt.date(2027, 3, 15)
NOW = dt.datetime(2027, 3, 15, 9, tzinfo=dt.UTC)
PROOF = "Driftsättningsprotokoll"
TERMS = {name: next(iter(heading.answers)) for name, heading in FRAME.items()}


def asked_at(stage: str) -> dict[str, Any]:
    if stage == Stage.DECIDED:
        return {"decision_reference": "Regionstyrelsen § 12"}
    if stage in NEEDS_REASON:
        return {"reason": "priority"}
    if stage in {Stage.ROLLING_OUT, Stage.IN_USE}:
        return {"covered": 3, "out_of": 4, "covered_unit": "vårdcentraler"}
    return {}


def placed(solution, region, stage, on=TODAY):
    """A region put at a stage, without the way there."""
    adoption, _new = Adoption.objects.get_or_create(solution=solution, region=region)
    if stage:
        adoption.steps.create(stage=stage, occurred_on=on, proof="x", recorded_at=timezone.now())
    return adoption
