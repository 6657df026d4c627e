"""Which lines of a case are a plain low–high amount, so that they can stand as one row in a sheet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

PLAIN_KEYS = frozenset(
    ("name", "label", "note", "kind", "account", "amount", "unit", "first_year", "last_year", "shared_by", "paid_by",
     "regions", "form", "horizon")
)  # fmt: skip
NAMES = re.compile(r"[a-z][a-z0-9_]*")
FORMULAS = ("amount", "price", "formula", "ceiling", "midpoint", "slope", "delay", "rate")


def plain_lines(data: Mapping[str, Any]) -> dict[int, str]:
    """Number of the line → the one input that is its amount and stands nowhere else."""
    used = Counter(name for text in _formulas(data) for name in set(NAMES.findall(text)))
    inputs = data.get("inputs", {})
    return {
        n: line["amount"]
        for n, line in enumerate(data.get("lines", []))
        if set(line) <= PLAIN_KEYS
        and isinstance(line.get("amount"), str)
        and line["amount"] in inputs
        and used[line["amount"]] == 1
        and line.get("shared_by", "") in ("", "equal")
        and (line["kind"] != "grant" or line.get("paid_by", "") in ("", "state"))
        and (line["kind"] == "grant" or not line.get("paid_by"))
    }


def _formulas(data: Mapping[str, Any]) -> Iterator[str]:
    places = [*data.get("lines", []), *data.get("calculations", {}).values(), *data.get("curves", {}).values()]
    for row in places:
        parts = [row.get(key) for key in FORMULAS] + list(row.get("uses", {}).values())
        yield from (part for part in parts if isinstance(part, str))
