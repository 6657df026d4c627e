"""Outcomes beside what the frozen case expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hemtag import valuation
from hemtag.organisations.models import Organisation
from hemtag.organisations.rules import has_role_in, regions_of

from .. import rules, running
from ..models import BenefitCase, RealisedValue
from .runs import frozen_run


@dataclass(frozen=True)
class Outcome:
    """One realised value beside the forecast of that line, region and year; in kronor as they fall."""

    row: RealisedValue
    label: str
    expected: float
    p05: float
    p95: float
    percentile: float
    ratio: float | None


@dataclass(frozen=True)
class Following:
    """All outcomes, and what the same draws say after them."""

    outcomes: Sequence[Outcome]
    cost_ratio: float | None = None
    gain_ratio: float | None = None
    mean_before: float = 0.0
    mean_after: float = 0.0
    probability_before: float = 0.0
    probability_after: float = 0.0
    evpi: float = 0.0
    is_reliable: bool = True
    effective_draws: float = 0.0


LEAST_ERROR = 0.02  # nobody measures a year's benefit more exactly than to a fiftieth


def following(case: BenefitCase) -> Following:
    """Outcomes against the frozen run's own draws; nothing to say without a run or an outcome."""
    rows = list(case.realised.select_related("region", "recorded_by"))
    run = frozen_run(case)
    if run is None or not rows:
        return Following([])
    import numpy as np

    result = running.simulated(running.canonical(run.data), run.draws, run.seed)
    labels = {line.name: line.label or line.name for line in result.case.lines}
    kept = [row for row in rows if row.line in labels and row.region.code in result.case.regions]
    forecast = np.array(
        [result.claim(row.line, row.region.code)[row.year - result.case.first_year] for row in kept], dtype=float
    )
    seen = [float(row.value_sek) for row in kept]
    error = [
        max(float(row.uncertainty), LEAST_ERROR) * max(abs(value), abs(float(draws.mean())), 1.0)
        for row, value, draws in zip(kept, seen, forecast, strict=True)
    ]
    update = valuation.update_with_realised(forecast, seen, error)
    ends = np.quantile(forecast, [0.05, 0.95], axis=1)
    outcomes = [
        Outcome(
            row=row,
            label=labels[row.line],
            expected=float(draws.mean()),
            p05=float(ends[0, n]),
            p95=float(ends[1, n]),
            percentile=float(update.percentiles[n]),
            ratio=update.ratios[n],
        )
        for n, (row, draws) in enumerate(zip(kept, forecast, strict=True))
    ]
    net = result.npv("region").sum(axis=0)
    recouped = result.recouped("region")[-1] < result.case.years
    return Following(
        outcomes=outcomes,
        cost_ratio=update.cost_ratio,
        gain_ratio=update.gain_ratio,
        mean_before=float(net.mean()),
        mean_after=float(update.mean(net)),
        probability_before=float(recouped.mean()),
        probability_after=update.probability(recouped),
        evpi=update.evpi(net),
        is_reliable=update.is_reliable,
        effective_draws=update.effective_draws,
    )


def money_lines(case: BenefitCase) -> list[tuple[str, str]]:
    """Lines whose outcome is kronor on the regions' own account."""
    return [
        (row["name"], row.get("label") or row["name"])
        for row in case.data.get("lines", [])
        if row["kind"] != "quality" and row.get("account", "region") == "region"
    ]


def recording_regions(person: Any, case: BenefitCase) -> list[Organisation]:
    return [
        row
        for row in regions_of(person)
        if row.code in case.data.get("regions", {}) and has_role_in(person, row, *rules.WRITERS)
    ]
