"""An invented case of the size of a real one: 21 regions, 10 years, 30 correlated inputs, 13 lines, three start waves."""

from __future__ import annotations

from typing import Any

REGIONS = {
    "01": ("Stockholm", 2_450), "03": ("Uppsala", 400), "04": ("Sörmland", 300), "05": ("Östergötland", 470),
    "06": ("Jönköping", 370), "07": ("Kronoberg", 200), "08": ("Kalmar", 246), "09": ("Gotland", 61),
    "10": ("Blekinge", 158), "12": ("Skåne", 1_420), "13": ("Halland", 340), "14": ("Västra Götaland", 1_760),
    "17": ("Värmland", 283), "18": ("Örebro", 307), "19": ("Västmanland", 280), "20": ("Dalarna", 287),
    "21": ("Gävleborg", 286), "22": ("Västernorrland", 242), "23": ("Jämtland Härjedalen", 132),
    "24": ("Västerbotten", 276), "25": ("Norrbotten", 248),
}  # fmt: skip

INPUTS: dict[str, dict[str, Any]] = {
    # what it costs
    "build": {"unit": "Mkr", "family": "lognormal", "p05": 400, "p95": 1600},
    "setup": {"unit": "tkr", "family": "lognormal", "p05": 400, "p95": 2500},
    "licence": {"unit": "kr/besök", "low": 20, "likely": 30, "high": 70},
    "support": {"unit": "tkr/år", "p05": 600, "likely": 1600, "p95": 4000},
    "training": {"unit": "h/tjänst", "low": 0.5, "likely": 1.5, "high": 5},
    "leading": {"unit": "Mkr/år", "family": "gamma", "mean": 30, "sd": 8},
    # what time is worth
    "hour_nurse": {"unit": "kr/h", "family": "normal", "p05": 380, "p95": 460},
    "hour_doctor": {"unit": "kr/h", "family": "normal", "p05": 760, "p95": 930},
    "hour_clerk": {"unit": "kr/h", "family": "normal", "p05": 330, "p95": 400},
    "wage": {"unit": "%", "family": "normal", "mean": 1.1, "sd": 0.5},
    # what changes
    "minutes_nurse": {"unit": "min/besök", "low": 0, "likely": 1.2, "high": 5},
    "minutes_doctor": {"unit": "min/besök", "low": 0, "likely": 0.4, "high": 2.5},
    "minutes_clerk": {"unit": "min/besök", "p05": 0.2, "likely": 0.8, "p95": 3},
    "avoided": {"unit": "andel", "family": "beta", "p05": 0.002, "p95": 0.03},
    "visit_cost": {"unit": "kr/besök", "family": "lognormal", "p05": 900, "p95": 2200},
    "travel": {"unit": "kr/besök", "family": "gamma", "mean": 260, "sd": 90},
    "stay": {"unit": "vårddag/besök", "family": "beta", "a": 2, "b": 900},
    "day_cost": {"unit": "kr/vårddag", "family": "lognormal", "p05": 5000, "p95": 11000},
    "errors": {"unit": "st/besök", "family": "beta", "a": 3, "b": 6000},
    "error_cost": {"unit": "kr/st", "family": "lognormal", "mean": 24000, "sd": 9000},
    "printing": {"unit": "kr/besök", "family": "triangular", "low": 0.1, "likely": 0.4, "high": 1.2},
    "gain": {"unit": "QALY/besök", "family": "lognormal", "p05": 0.00001, "p95": 0.0001},
    # how far and how fast
    "ceiling": {"unit": "andel", "family": "beta", "p05": 0.35, "p95": 0.9},
    "midpoint": {"unit": "1", "low": 1, "likely": 2, "high": 5},
    "slope": {"unit": "1", "family": "uniform", "low": 0.8, "high": 2.5},
    "erosion": {"unit": "%", "low": 0, "likely": 3, "high": 12},
    "growth": {"unit": "%", "family": "normal", "mean": 0.6, "sd": 0.5},
    # what happens with the time
    "to_cash": {"unit": "andel", "low": 0, "likely": 0.05, "high": 0.3},
    "to_care": {"unit": "andel", "family": "triangular", "low": 0.1, "likely": 0.25, "high": 0.5},
    "staff_need": {"unit": "andel", "family": "beta", "p05": 0.3, "p95": 0.8},
}
BLOCKS = (
    ("build", "setup", "licence", "support", "training", "leading"),
    ("hour_nurse", "hour_doctor", "hour_clerk", "wage", "visit_cost", "day_cost", "error_cost", "travel"),
    ("minutes_nurse", "minutes_doctor", "minutes_clerk", "avoided", "stay", "errors", "printing", "gain"),
    ("ceiling", "midpoint", "slope", "erosion", "growth", "to_cash", "to_care", "staff_need"),
)


def case(lines: int | None = None) -> dict[str, Any]:
    """The case as data. Every number in it is invented."""
    shares = {"cash": "to_cash", "capacity": "max(0, 0.95 - to_cash - to_care)", "care": "to_care"}
    population = {code: 1000.0 * thousands for code, (_, thousands) in REGIONS.items()}
    made = [
        {"name": "build", "kind": "cost", "amount": "build * once", "shared_by": "population"},
        {"name": "leading", "kind": "cost", "amount": "leading", "shared_by": "population"},
        {"name": "setup", "kind": "cost", "amount": "setup * once"},
        {"name": "support", "kind": "cost", "amount": "support * wages"},
        {"name": "licence", "kind": "cost", "amount": "handled * licence"},
        {"name": "training", "kind": "cost", "amount": "staff * training * hour_nurse * staff_need * once"},
        {"name": "nurses", "kind": "capacity", "amount": "handled * minutes_nurse * worn", "price": "hour_nurse * wages",
         "uses": shares},
        {"name": "doctors", "kind": "capacity", "amount": "handled * minutes_doctor * worn",
         "price": "hour_doctor * wages", "uses": shares},
        {"name": "clerks", "kind": "cash", "amount": "handled * minutes_clerk * hour_clerk * to_cash"},
        {"name": "avoided", "kind": "cash", "amount": "handled * avoided * visit_cost"},
        {"name": "stay", "kind": "care", "amount": "handled * stay * day_cost * worn"},
        {"name": "errors", "kind": "cash", "account": "state", "amount": "handled * errors * error_cost"},
        {"name": "printing", "kind": "cash", "amount": "handled * printing"},
        {"name": "travel", "account": "patients", "kind": "cash", "amount": "handled * avoided * travel"},
        {"name": "grant", "kind": "grant", "amount": "build * once * 0.5", "shared_by": "population"},
        {"name": "health", "account": "patients", "kind": "quality", "unit": "QALY/år", "amount": "handled * gain"},
    ]  # fmt: skip
    waves = {code: n % 3 for n, code in enumerate(REGIONS)}
    return {
        "format": 1,
        "name": "Påhittat fall att mäta på",
        "first_year": 2027,
        "years": 10,
        "price_year": 2026,
        "regions": {code: name for code, (name, _) in REGIONS.items()},
        "drivers": {
            "population": {"unit": "person", "values": population},
            "visits": {"unit": "besök/år", "values": {code: 2.6 * size for code, size in population.items()}},
            "staff": {"unit": "tjänst", "values": {code: 0.02 * size for code, size in population.items()}},
        },
        "inputs": INPUTS,
        "correlations": [
            {"inputs": [one, other], "spearman": 0.3}
            for block in BLOCKS
            for n, one in enumerate(block)
            for other in block[n + 1 :]
        ],
        "curves": {
            "uptake": {
                "shape": "adoption",
                "ceiling": "ceiling",
                "midpoint": "midpoint",
                "slope": "slope",
                "waves": waves,
            },
            "wages": {"shape": "growth", "rate": "wage"},
            "more": {"shape": "growth", "rate": "growth"},
            "worn": {"shape": "decay", "rate": "erosion", "waves": waves},
            "once": {"shape": "table", "values": [1, 0], "waves": waves},
        },
        "calculations": {"handled": {"formula": "visits * uptake * more"}},
        "lines": made[:lines],
    }
