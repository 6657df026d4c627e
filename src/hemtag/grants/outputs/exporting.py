"""The application for machines: JSON in the shape of data/schemas/application.schema.json.

Codes and not words, whole kronor, dates as ISO 8601: the same whatever language the person reads. Every sum is a sum of
the cells in `application.blocks[].costs`, so that a reader can check each of them.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from .. import document
from ..queries import Sums
from .reading import COMMON, Reading

SCHEMA = "urn:hemtag:schema:application"
FORMAT = 1
# What `queries.submitted_content` adds to the application's own part.
_ADDED = {*COMMON, "case_number", "version", "sha256", "submitted_at", "requested_sek", "cofinancing_sek"} | {
    "requested_per_year"
}


def _amounts(sums: Sums) -> dict[str, int]:
    return {"requested_sek": sums.requested_sek, "cofinancing_sek": sums.cofinancing_sek}


def export(reading: Reading) -> dict[str, Any]:
    content = reading.content
    budget = document.budget_of(content)
    return {
        "$schema": SCHEMA,
        "format": FORMAT,
        "status": {
            "state": reading.state,
            "at": reading.at.astimezone(dt.UTC).isoformat(timespec="seconds"),
            "case_number": reading.case_number,
            "version": reading.version,
            "sha256": reading.sha256,
        },
        **{name: content[name] for name in COMMON},
        "application": {name: value for name, value in content.items() if name not in _ADDED},
        "sums": {
            **_amounts(budget.total),
            "per_year": [{"year": key, **_amounts(sums)} for key, sums in budget.per_year.items()],
            "per_block": [{"block": key, **_amounts(sums)} for key, sums in budget.per_block.items()],
            "per_region": [{"region": key, **_amounts(sums)} for key, sums in budget.per_region.items()],
            "per_kind": [{"kind": key, **_amounts(sums)} for key, sums in budget.per_kind.items()],
        },
    }


def as_json(reading: Reading) -> bytes:
    return (json.dumps(export(reading), ensure_ascii=False, indent=2, cls=DjangoJSONEncoder) + "\n").encode()
