"""Invented cases to test with: one that uses everything, as plain data that a test may bend."""

import copy
from typing import Any

FULL: dict[str, Any] = {
    "format": 1,
    "name": "Påhittat fall som använder allt",
    "first_year": 2027,
    "years": 6,
    "price_year": 2026,
    "discount_rate": [0.03, 0.03, 0.02],
    "units": ["remiss"],
    "regions": {"01": "Stockholm", "08": "Kalmar", "09": "Gotland"},
    "drivers": {
        "population": {"unit": "person", "values": {"01": 2_400_000, "08": 247_000, "09": 61_000}},
        "referrals": {"unit": "remiss/år", "values": {"01": 90_000, "08": 9000}, "default": 2500},
    },
    "inputs": {
        "licence": {"unit": "Mkr/år", "p05": 2, "likely": 3, "p95": 6, "kind": "expert", "judged_by": "IT-ekonom"},
        "setup": {"unit": "tkr", "family": "lognormal", "p05": 200, "p95": 900},
        "minutes": {
            "unit": "min/remiss",
            "low": 1,
            "likely": 4,
            "high": 9,
            "regions": {"09": {"family": "uniform", "low": 2, "high": 3}},
        },
        "hour": {"unit": "kr/h", "family": "normal", "p05": 380, "p95": 460, "kind": "measured", "source": "påhittad"},
        "wage": {"unit": "%", "family": "normal", "mean": 1.1, "sd": 0.4},
        "ceiling": {"unit": "andel", "family": "beta", "p05": 0.4, "p95": 0.9},
        "midpoint": {"unit": "1", "family": "gamma", "mean": 1.5, "sd": 0.5},
        "slope": {"unit": "1", "value": 1.8},
        "to_cash": {"unit": "andel", "family": "discrete", "values": [0, 0.2], "probabilities": [0.6, 0.4]},
        "to_care": {"unit": "andel", "family": "triangular", "low": 0.1, "likely": 0.3, "high": 0.6},
        "gain": {"unit": "QALY/remiss", "family": "empirical", "values": [0.0001, 0.0002, 0.0005]},
        "travel": {"unit": "kr/remiss", "family": "constant", "value": 3},
        "grant": {"unit": "kr", "value": 4_000_000},
        "erosion": {"unit": "%", "low": 0, "likely": 3, "high": 10},
    },
    "correlations": [
        {"inputs": ["minutes", "ceiling"], "spearman": 0.5},
        {"inputs": ["licence", "setup"], "spearman": 0.4},
    ],
    "curves": {
        "uptake": {
            "shape": "adoption",
            "ceiling": "ceiling",
            "midpoint": "midpoint",
            "slope": "slope",
            "delay": 0.5,
            "waves": {"09": 1},
        },
        "wages": {"shape": "growth", "rate": "wage"},
        "worn": {"shape": "decay", "rate": "erosion", "waves": {"09": 1}},
        "once": {"shape": "table", "values": [1, 0]},
    },
    "calculations": {
        "handled": {"formula": "referrals × uptake"},
        "freed": {"formula": "handled × minutes × worn"},
    },
    "lines": [
        {"name": "licence", "kind": "cost", "amount": "licence", "shared_by": "population"},
        {"name": "setup", "kind": "cost", "amount": "setup × once"},
        {
            "name": "time",
            "kind": "capacity",
            "amount": "freed",
            "price": "hour * wages",
            "uses": {"cash": "to_cash", "capacity": "max(0, 0.9 - to_cash - to_care)", "care": "to_care"},
            "form": "fewer_resources",
            "horizon": "direct",
        },
        {
            "name": "grant",
            "kind": "grant",
            "amount": "grant",
            "last_year": 2028,
            "shared_by": "equal",
            "regions": ["01", "08"],
        },
        {"name": "travel", "account": "patients", "kind": "cash", "amount": "handled * travel"},
        {
            "name": "mixed",
            "account": "other_regions",
            "kind": "cash",
            "amount": "min(handled, referrals / 2) * travel / (1 + exp(0 - wage)) * log(2 + wages)",
            "first_year": 2029,
        },
        {"name": "health", "account": "patients", "kind": "quality", "unit": "QALY/år", "amount": "handled * gain"},
    ],
}


def full() -> dict[str, Any]:
    """A copy to bend."""
    return copy.deepcopy(FULL)
