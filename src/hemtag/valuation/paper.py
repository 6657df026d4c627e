"""A simulation as the words and figures of a printed report: everything is text already, in Swedish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from .case import Kind
from .cheers import cheers_table
from .page import as_page, fingerprint
from .perspectives import PERSPECTIVES
from .report import NAMES, decimal, percent
from .simulation import Simulation

MOST_DRIVERS = 12
KINDS: Mapping[str, str] = {
    Kind.COST: "kostnad", Kind.GRANT: "bidrag", Kind.CASH: "kassa", Kind.CAPACITY: "kapacitet", Kind.CARE: "mer vård",
    Kind.QUALITY: "kvalitet",
}  # fmt: skip
ACCOUNTS: Mapping[str, str] = {
    "region": "regionerna", "other_regions": "andra regioner", "municipalities": "kommunerna", "state": "staten",
    "patients": "patienterna",
}  # fmt: skip
EVIDENCE: Mapping[str, str] = {
    "measured": "uppmätt", "literature": "litteratur", "expert": "expert", "assumption": "antagande",
}  # fmt: skip


def report_data(result: Simulation, on: date, region: str | None = None) -> dict[str, Any]:
    """What `templates/benefits/report.typ` sets: for all regions together, or for one. `on`: the day it is printed."""
    case, page = result.case, as_page(result, region)
    npv, recoup = page["npv"], page["recoup"]
    last = case.first_year + case.years - 1
    return {
        "title": case.name,
        "who": "Alla regioner tillsammans" if region is None else f"Region {case.regions[region]}",
        "date": [on.year, on.month, on.day],
        "sentence": page["sentence"] + ("" if page["sentence"].endswith(".") else "."),
        "figures": [
            ["Räknar hem", percent(recoup["region"]["probability"]), f"sannolikhet till och med {last}"],
            ["Regionens nuvärde", f"{_mkr(npv['region']['mean'])} Mkr", _between(npv["region"])],
            ["Samhällets nuvärde", f"{_mkr(npv['society']['mean'])} Mkr", _between(npv["society"])],
        ],
        "price_year": case.price_year,
        "rates": ", ".join(percent(rate, 1) for rate in case.rates),
        "fan": _drawn(page["fan"]["region"]),
        "years": [
            [str(one["year"]), *(_mkr(one[part]) for part in ("p05", "median", "p95")), percent(by_then)]
            for one, by_then in zip(page["fan"]["region"], recoup["region"]["by_year"], strict=True)
        ],
        "money": _money(page["by_year"]),
        "perspectives": [[NAMES[name], *(_mkr(npv[name][p]) for p in ("p05", "mean", "p95"))] for name in PERSPECTIVES],
        "rates_shown": [
            [NAMES[name], *(_mkr(value) for value in page["npv_at_other_rates"][name].values())] for name in PERSPECTIVES
        ],
        "kinds": [
            [f"{KINDS[one['kind']]} hos {ACCOUNTS[one['account']]}", *(_mkr(one[p]) for p in ("p05", "mean", "p95"))]
            for one in page["kinds"]
        ],
        "quality": [
            [f"{one['unit']} hos {ACCOUNTS[one['account']]}", *(decimal(one[p], 1) for p in ("p05", "mean", "p95"))]
            for one in page["quality"]
        ],
        "regions": [
            [
                code, case.regions[code],
                percent(recoup["region"]["by_region"][code]), percent(recoup["region_cash"]["by_region"][code]),
            ]
            for code in case.regions
        ],
        "evpi": f"{_mkr(page['evpi'])} Mkr",
        "drivers": [
            [
                one["label"], _mkr(one["outcome_at_low"]), _mkr(one["outcome_at_high"]), percent(one["share_of_variance"]),
                _mkr(one["evppi"], 2) if one["stands_out"] else "–",
            ]
            for one in page["drivers"][:MOST_DRIVERS]
        ],
        "inputs": [
            [
                one["label"], *(_number(one[p]) for p in ("p05", "median", "p95")), one["unit"], EVIDENCE[one["kind"]],
                " · ".join(part for part in (one["source"], one["date"], one["judged_by"]) if part) or "–",
            ]
            for one in page["inputs"]
        ],
        "cheers": [[str(one.number), one.heading, one.text] for one in cheers_table(result)],
        "repeat": f"{result.draws} dragningar, frö {result.seed}, metod {result.method}",
        "sha256": fingerprint(page),
    }  # fmt: skip


def _mkr(kronor: float, digits: int = 1) -> str:
    return decimal(kronor / 1e6, digits)


def _between(held: Mapping[str, float]) -> str:
    return f"{_mkr(held['p05'])} till {_mkr(held['p95'])} (90 %)"


def _number(value: float) -> str:
    """Three figures, or all of a whole number."""
    size = abs(value)
    if size >= 100:
        return f"{round(value):,}".replace(",", "\N{NO-BREAK SPACE}").replace("-", "−")
    return decimal(value, 1 if size >= 10 else 2 if size >= 1 else 3 if size >= 0.1 else 5)


def _money(by_year: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Expected money of the region's own account: a row per year, a column per kind, nominal and present value."""
    kinds = list(by_year[0]["nominal"])
    rows = [
        [str(one["year"]), *(_mkr(one["nominal"][kind]) for kind in kinds), _mkr(sum(one["nominal"].values())),
         _mkr(sum(one["present"].values()))]
        for one in by_year
    ]  # fmt: skip
    return {"kinds": [KINDS[kind] for kind in kinds], "rows": rows}


def _drawn(fan: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    """The fan's corners in a square of 1 × 1, from the top left; `zero` is where nothing is gained or lost."""
    least = min(0.0, *(one["p05"] for one in fan))
    width = max(max(0.0, *(one["p95"] for one in fan)) - least, 1.0)

    def line(part: str) -> list[list[float]]:
        steps = max(len(fan) - 1, 1)
        return [[n / steps, round(1 - (one[part] - least) / width, 5)] for n, one in enumerate(fan)]

    return {
        "outer": line("p95") + line("p05")[::-1],
        "inner": line("p75") + line("p25")[::-1],
        "median": line("median"),
        "zero": round(1 + least / width, 5),
        "top": _mkr(least + width),
        "bottom": _mkr(least),
        "first": str(fan[0]["year"]),
        "last": str(fan[-1]["year"]),
    }
