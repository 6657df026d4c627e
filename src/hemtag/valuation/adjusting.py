"""A region's own values on the shared case, as plain data: what it believes otherwise, and where it differs."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

BELIEF = frozenset(
    {"family", "value", "low", "likely", "high", "p05", "p95", "mean", "sd", "mu", "sigma", "a", "b", "shape", "scale"}
    | {"values", "probabilities"}
)


def adjusted(
    data: Mapping[str, Any], code: str, beliefs: Mapping[str, Mapping[str, Any] | None], sizes: Mapping[str, float] = {}
) -> dict[str, Any]:
    """A copy of the case's data where region `code` has its own belief of some inputs and its own size of some drivers.

    A belief has the fields of an input's distribution (`low`, `likely`, `high` and so on; others are left out) in the
    input's unit; None takes the region's own back. Names that the case lacks are kept for the reader to find fault with.
    """
    made: dict[str, Any] = copy.deepcopy(dict(data))
    inputs = made.setdefault("inputs", {})
    for name, belief in beliefs.items():
        row = inputs.setdefault(name, {})
        own = row.setdefault("regions", {})
        if belief is None:
            own.pop(code, None)
        else:
            own[code] = {key: value for key, value in belief.items() if key in BELIEF}
        if not own:
            del row["regions"]
    for name, size in sizes.items():
        made.setdefault("drivers", {}).setdefault(name, {}).setdefault("values", {})[code] = size
    return made


def differences(data: Mapping[str, Any]) -> list[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """(input, region, the shared belief, the region's own) wherever a region believes otherwise, in the case's order."""
    return [
        (name, code, {key: value for key, value in row.items() if key in BELIEF}, dict(own))
        for name, row in data.get("inputs", {}).items()
        for code, own in row.get("regions", {}).items()
    ]
