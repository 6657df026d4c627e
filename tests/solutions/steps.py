"""What each stage asks for, so that tests of something else need not say it."""

from typing import Any

from hemtag.solutions.models import NEEDS_REASON, Stage


def asked_at(stage: str) -> dict[str, Any]:
    if stage == Stage.DECIDED:
        return {"decision_reference": "Regionstyrelsen § 12"}
    if stage in NEEDS_REASON:
        return {"reason": "priority"}
    if stage in {Stage.ROLLING_OUT, Stage.IN_USE}:
        return {"covered": 3, "out_of": 4, "covered_unit": "vårdcentraler"}
    return {}
