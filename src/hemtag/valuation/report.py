"""A simulation as plain data for JSON, and as a few Swedish sentences. No NaN, no infinity: never is `null`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .case import Kind
from .distributions import Array
from .filling import RECOUPING
from .perspectives import PERSPECTIVES
from .simulation import Simulation, probability_of_recoup

SHOWN_RATES = (0.0, 0.03, 0.05)
NAMES: Mapping[str, str] = {
    "region": "regionerna",
    "region_cash": "regionernas kassa",
    "others": "andra regioner, kommuner och staten",
    "patients": "patienterna",
    "society": "samhället",
}


def as_plain(result: Simulation) -> dict[str, Any]:
    """Everything that is shown, in kronor of the price year; arrays per region follow the order of `regions`."""
    case = result.case
    joint = {name: result.npv(name).sum(axis=0) for name in PERSPECTIVES}
    return {
        "format": 1,
        "case": case.name,
        "price_year": case.price_year,
        "first_year": case.first_year,
        "years": case.years,
        "discount_rates": list(case.rates),
        "draws": result.draws,
        "seed": result.seed,
        "method": result.method,
        "regions": dict(case.regions),
        "npv": {name: spread(joint[name]) | _error(result, name) for name in PERSPECTIVES},
        "npv_at_other_rates": {
            name: {f"{rate:.2f}": float(result.expected_at(rate, name).sum()) for rate in SHOWN_RATES}
            for name in PERSPECTIVES
        },
        "benefits_by_kind": {
            f"{account}/{kind}": spread(amount.sum(axis=0)) for (account, kind), amount in result.present.items()
        },
        "quality": {
            f"{account}/{unit}": spread(amount.sum(axis=0)) for (account, unit), amount in result.quality.items()
        },
        "recoup": {
            name: {
                "all_together": float(probability_of_recoup(result, name, joint=True)),
                "all_together_by_year": [
                    float(probability_of_recoup(result, name, year, joint=True)) for year in range(case.years)
                ],
                "by_region": dict(zip(case.regions, probability_of_recoup(result, name).tolist(), strict=True)),
                "median_year": dict(zip(case.regions, _median_year(result, name), strict=True)),
            }
            for name in RECOUPING
        },
        "per_region_npv": {
            name: {
                code: spread(row) for code, row in zip(case.regions, result.npv(name), strict=True)
            }
            for name in RECOUPING
        },
    }  # fmt: skip


def as_text(result: Simulation) -> str:
    """The sentence first, then the perspectives side by side."""
    case, last = result.case, result.case.first_year + result.case.years - 1
    whole = {name: float(probability_of_recoup(result, name, joint=True)) for name in RECOUPING}
    lines = [
        f"{case.name}: regionerna räknar tillsammans hem kostnaden senast {last} med {percent(whole['region'])} sannolikhet; "
        f"kassaeffekten ensam med {percent(whole['region_cash'])}.",
        f"Nuvärde i {case.price_year} års priser, miljoner kronor (5-percentil · väntat · 95-percentil):",
    ]
    for name in PERSPECTIVES:
        found = spread(result.npv(name).sum(axis=0))
        lines.append(f"  {NAMES[name]}: " + " · ".join(decimal(found[part] / 1e6) for part in ("p05", "mean", "p95")))
    lines.append("Väntat nuvärde per slag, miljoner kronor (slagen läggs aldrig ihop till en besparing):")
    for kind in Kind:
        cells = [(a, float(v.sum(axis=0).mean())) for (a, k), v in result.present.items() if k is kind]
        lines += [f"  {kind} hos {account}: {decimal(amount / 1e6)}" for account, amount in cells]
    lines += [
        f"  kvalitet, {unit} hos {account}: {decimal(float(v.sum(axis=0).mean()), 2)}"
        for (account, unit), v in result.quality.items()
    ]
    lines.append("Sannolikhet att räkna hem per region:")
    for code, one in zip(case.regions, probability_of_recoup(result).tolist(), strict=True):
        lines.append(f"  {code} {case.regions[code]}: {percent(one)}")
    lines.append(f"{result.draws} dragningar, frö {result.seed}, metod {result.method}.")
    return "\n".join(lines)


def percent(share: float, digits: int = 0) -> str:
    """0.71 → “71 %”."""
    return f"{decimal(100 * share, digits)} %"


def decimal(value: float, digits: int = 1) -> str:
    """A number with the Swedish decimal comma and minus sign, never “−0”."""
    return f"{round(value, digits) + 0.0:.{digits}f}".replace(".", ",").replace("-", "−")


def spread(values: Array) -> dict[str, float]:
    """Mean and percentiles of (draws,) values."""
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    return {"mean": float(values.mean()), "p05": float(low), "median": float(middle), "p95": float(high)}


def _error(result: Simulation, name: str) -> dict[str, float]:
    found = result.estimate(name)
    return {"standard_error": found.standard_error, "mean_low": found.low, "mean_high": found.high}


def _median_year(result: Simulation, name: str) -> list[int | None]:
    """The calendar year by which the region has recouped in at least half of the draws, or None."""
    lasting = np.quantile(result.payback[name].lasting, 0.5, axis=1, method="inverted_cdf")
    return [None if not np.isfinite(year) else result.case.first_year + int(year) for year in lasting]
