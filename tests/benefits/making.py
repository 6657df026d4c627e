"""Cases for the room's tests: one from a pattern, as a region would make it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hemtag.benefits import actions, patterns, queries
from hemtag.benefits.models import BenefitCase
from hemtag.knowledge.models import DatedFact


def hourly_cost() -> DatedFact:
    return DatedFact.objects.create(
        code="hourly_cost",
        name="Timkostnad",
        value=Decimal(521),
        low=Decimal(325),
        high=Decimal(1000),
        unit="kr per timme",
        valid_from=dt.date(2026, 1, 1),
        source="mall",
        is_assumption=True,
    )


def answers(pattern: patterns.Pattern) -> dict[str, dict[str, Any]]:
    """Each question answered: by the register, by its own proposal, or with something of a reasonable size."""
    found = {}
    for question in pattern.questions:
        if question.fact:
            found[question.name] = {"fact": question.fact}
            continue
        low, likely, high = question.default or ((0.1, 0.2, 0.4) if question.unit == "andel" else (40.0, 100.0, 250.0))
        found[question.name] = {"low": low, "likely": likely, "high": high, "kind": "assumption", "judged_by": "Kim"}
    return found


def data_from(key: str = "frigjord-tid", codes: tuple[str, ...] = ("14", "09")) -> dict[str, Any]:
    pattern = patterns.patterns()[key]
    return patterns.case_from(
        pattern,
        title=pattern.name,
        answers=answers(pattern),
        first_year=2026,
        years=5,
        price_year=2026,
        regions={code: f"Region {code}" for code in codes},
        sizes={code: 1.0 / (n + 1) for n, code in enumerate(codes)},
        size_source="påhittat",
    )


def make_case(by: Any, owner: Any, **columns: Any) -> BenefitCase:
    if not DatedFact.objects.filter(code="hourly_cost").exists():
        hourly_cost()
    data = columns.pop("data", None) or data_from()
    case: BenefitCase = actions.start_case(
        by=by, owner=owner, title=columns.pop("title", "Färre klick"), data=data, **columns
    )
    return case


def share(by: Any, case: BenefitCase) -> BenefitCase:
    shared: BenefitCase = actions.share_case(by=by, case=case, regions=queries.shareable(case))
    return shared
