"""Everything a page shows of a simulation, as plain data: for all regions together, or for one of them.

Kronor of the price year, calendar years, no NaN, no infinity: never is `None`. The numbers are the same ones that
`as_plain` gives; what a page draws is added: the fan, the years, what drives the uncertainty, and the assumptions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from .case import Account, Case, Input
from .discounting import discount_factors
from .distributions import Array
from .filling import RECOUPING
from .information import LEAST, evpi, evppi, tornado
from .perspectives import PERSPECTIVES
from .report import SHOWN_RATES, decimal, percent, spread
from .simulation import Simulation, probability_of_recoup

PERCENTILES = {"p05": 0.05, "p25": 0.25, "median": 0.5, "p75": 0.75, "p95": 0.95}
LIKELY_ENOUGH = 0.5


def as_page(result: Simulation, region: str | None = None, *, drivers: bool = True) -> dict[str, Any]:
    """All that is shown. `region`: its own view (KeyError when the case lacks it). `drivers=False` leaves out tornado,
    EVPI and EVPPI, for an answer while a value is being dragged."""
    case = result.case
    row = None if region is None else list(case.regions).index(region) if region in case.regions else _lacks(region)
    npv = {name: _part(result.npv(name), row) for name in PERSPECTIVES}
    made: dict[str, Any] = {
        "format": 1,
        "case": case.name,
        "first_year": case.first_year,
        "years": case.years,
        "price_year": case.price_year,
        "discount_rates": list(case.rates),
        "draws": result.draws,
        "seed": result.seed,
        "method": result.method,
        "region": region,
        "regions": dict(case.regions),
        "sentence": sentence(result, region),
        "npv": {name: spread(values) for name, values in npv.items()},
        "npv_at_other_rates": {
            name: {f"{rate:.2f}": float(_part(result.expected_at(rate, name), row)) for rate in SHOWN_RATES}
            for name in PERSPECTIVES
        },
        "fan": {name: _fan(result, name, region) for name in RECOUPING},
        "by_year": _by_year(result, row),
        "kinds": [
            {"account": account.value, "kind": kind.value} | spread(_part(amount, row))
            for (account, kind), amount in result.present.items()
        ],
        "quality": [
            {"account": account.value, "unit": unit} | spread(_part(amount, row))
            for (account, unit), amount in result.quality.items()
        ],
        "recoup": {name: _recoup(result, name, row) for name in RECOUPING},
        "inputs": [_input(case, one, region) for one in case.inputs.values()],
    }
    if row is None:
        for name in PERSPECTIVES:
            found = result.estimate(name)
            made["npv"][name] |= {
                "standard_error": found.standard_error, "mean_low": found.low, "mean_high": found.high,
            }  # fmt: skip
    if drivers:
        made |= _drivers(result, npv["region"])
    return made


def sentence(result: Simulation, region: str | None = None) -> str:
    """The answer in one sentence: by when the cost is recouped, how surely, and whether the money alone is enough."""
    case = result.case
    who = "Regionerna tillsammans" if region is None else f"Region {case.regions[region]}"
    row = len(case.regions) if region is None else list(case.regions).index(region)
    years, cash = (result.recouped(name)[row] for name in RECOUPING)
    whole, alone = float((years < case.years).mean()), float((cash < case.years).mean())
    last = case.first_year + case.years - 1
    if whole > LIKELY_ENOUGH:
        year = int(np.quantile(years, LIKELY_ENOUGH, method="inverted_cdf"))
        by_then = float((years <= year).mean())
        first = f"{who} räknar hem kostnaden senast år {year + 1} ({case.first_year + year}) med {percent(by_then)} sannolikhet"
    elif whole > 0:
        first = f"{who} räknar hem kostnaden senast {last} med bara {percent(whole)} sannolikhet"
    else:
        first = f"{who} räknar inte hem kostnaden till och med {last}"
    if alone > LIKELY_ENOUGH:
        return f"{first}; kassaeffekten ensam täcker den med {percent(alone)} sannolikhet till och med {last}."
    return f"{first}; kassaeffekten ensam täcker den inte (sannolikhet {percent(alone)} till och med {last})."


def fingerprint(plain: Mapping[str, Any]) -> str:
    """SHA-256 of a result to six figures: the last bits of a float differ between machines, and mean nothing."""
    text = json.dumps(_rounded(plain), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.6g}") + 0.0
    if isinstance(value, Mapping):
        return {name: _rounded(one) for name, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list | tuple) else value


def _lacks(region: str) -> int:
    raise KeyError(region)


def _part(amount: Array, row: int | None) -> Array:
    return np.asarray(amount.sum(axis=0) if row is None else amount[row])


def _fan(result: Simulation, name: str, region: str | None) -> list[dict[str, float]]:
    """The cumulative discounted net, year by year."""
    if region is None:
        cumulative = result.cumulative(name)
    else:
        factors = discount_factors(result.case.years, result.case.rates)[:, None]
        cumulative = np.cumsum(result.flow(region, name) * factors, axis=0)
    ends = np.quantile(cumulative, list(PERCENTILES.values()), axis=1)
    return [
        {"year": result.case.first_year + year, "mean": float(cumulative[year].mean())}
        | {called: float(ends[n, year]) for n, called in enumerate(PERCENTILES)}
        for year in range(result.case.years)
    ]


def _by_year(result: Simulation, row: int | None) -> list[dict[str, Any]]:
    """Expected money of the regions' own account per kind, as it falls and as present value."""
    case = result.case
    factors = discount_factors(case.years, case.rates)
    kinds = {
        kind.value: _part(amount, row)
        for (account, kind), amount in result.expected.items()
        if account is Account.REGION
    }
    return [
        {
            "year": case.first_year + year,
            "nominal": {kind: float(flow[year]) for kind, flow in kinds.items()},
            "present": {kind: float(flow[year] * factors[year]) for kind, flow in kinds.items()},
        }
        for year in range(case.years)
    ]


def _recoup(result: Simulation, name: str, row: int | None) -> dict[str, Any]:
    case, years = result.case, result.recouped(name)
    own = years[-1 if row is None else row]
    median = int(np.quantile(own, 0.5, method="inverted_cdf"))
    return {
        "probability": float((own < case.years).mean()),
        "by_year": [float((own <= year).mean()) for year in range(case.years)],
        "median_year": case.first_year + median if median < case.years else None,
        "by_region": dict(zip(case.regions, probability_of_recoup(result, name).tolist(), strict=True)),
    }


def _drivers(result: Simulation, net: Array) -> dict[str, Any]:
    """What the uncertainty of doing it or not comes from, widest bar first; nothing from draws too few to tell."""
    if result.draws < LEAST * result.sample.scramblings:
        return {"evpi": evpi(net), "drivers": []}
    drawn, inputs = result.sample, result.case.inputs
    worth = {one.name: one for one in evppi(drawn.values, net, drawn.names, scores=drawn.scores)}
    bars = tornado(drawn.values, net, drawn.names, scores=drawn.scores)
    return {
        "evpi": evpi(net),
        "drivers": [
            {
                "name": bar.name,
                "label": inputs[bar.name].label or bar.name,
                "unit": inputs[bar.name].unit_text,
                "low": bar.low,
                "high": bar.high,
                "outcome_at_low": bar.outcome_at_low,
                "outcome_at_high": bar.outcome_at_high,
                "share_of_variance": bar.index,
                "evppi": worth[bar.name].value,
                "evppi_error": worth[bar.name].standard_error,
                "noise_floor": worth[bar.name].noise_floor,
                "stands_out": worth[bar.name].stands_out,
            }
            for bar in bars
        ],
    }


def _input(case: Case, one: Input, region: str | None) -> dict[str, Any]:
    """One assumption: what is believed, by whom, and which regions believe otherwise."""
    shown = one.distribution if region is None else one.regions.get(region, one.distribution)
    ends = shown.quantile(np.array([0.05, 0.5, 0.95]))
    return {
        "name": one.name,
        "label": one.label or one.name,
        "unit": one.unit_text,
        "family": shown.family.value,
        "p05": float(ends[0]),
        "median": float(ends[1]),
        "p95": float(ends[2]),
        "mean": shown.mean,
        "kind": one.evidence.value,
        "source": one.source,
        "date": one.date,
        "judged_by": one.judged_by,
        "own": region is not None and region in one.regions,
        "regions_with_own": [code for code in case.regions if code in one.regions],
        "text": f"{decimal(float(ends[0]), 2)}–{decimal(float(ends[2]), 2)} {one.unit_text}",
    }
