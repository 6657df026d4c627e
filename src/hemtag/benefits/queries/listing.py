"""What the pages list of a case: its assumptions, a region's own values, its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hemtag.organisations.models import Organisation, Person
from hemtag.organisations.queries import regions
from hemtag.organisations.rules import regions_of

from .. import rules
from ..models import BenefitCase
from ..values import WAYS, Value, value_of
from .words import ACCOUNTS, EVIDENCE, FORMS, HORIZONS, KINDS, USES


@dataclass(frozen=True)
class Assumption:
    """One row of the table of assumptions: as it is written, as it is drawn, and who says so."""

    name: str
    label: str
    row: dict[str, Any]
    value: Value
    shown: dict[str, Any]
    last: dict[str, Any]
    own: Sequence[tuple[str, str, Value]]
    """Each region with a belief of its own: its code, its name, what it says."""

    @property
    def evidence(self) -> str:
        return str(EVIDENCE.get(self.shown.get("kind", ""), ""))

    @property
    def way(self) -> str:
        return str(WAYS[self.value.way])


def assumptions(case: BenefitCase, page: dict[str, Any] | None) -> list[Assumption]:
    """The inputs in the case's order; `page` adds percentiles and what facts say, when the case holds."""
    shown = {one["name"]: one for one in (page or {}).get("inputs", [])}
    names = case.data.get("regions", {})
    return [
        Assumption(
            name=name,
            label=str(row.get("label") or name),
            row=row,
            value=value_of(row),
            shown=shown.get(name) or {"unit": row.get("unit", ""), "kind": row.get("kind", "assumption")},
            last=case.touched.get(f"/inputs/{name}", {}),
            own=[(code, names.get(code, code), value_of(own)) for code, own in row.get("regions", {}).items()],
        )
        for name, row in case.data.get("inputs", {}).items()
    ]


@dataclass(frozen=True)
class OwnValue:
    """An input as one region sees it: what is shared, and what it believes itself."""

    name: str
    label: str
    unit: str
    shared: dict[str, Any]
    own: dict[str, Any] | None
    last: dict[str, Any]


def own_values(case: BenefitCase, code: str, shared: dict[str, Any], page: dict[str, Any]) -> list[OwnValue]:
    """Every input with the shared belief and the region's, both as percentiles; the ones that differ first."""
    common = {one["name"]: one for one in shared["inputs"]}
    rows = [
        OwnValue(
            name=one["name"],
            label=one["label"],
            unit=one["unit"],
            shared=common[one["name"]],
            own=one if one["own"] else None,
            last=case.touched.get(f"/inputs/{one['name']}/regions/{code}", {}),
        )
        for one in page["inputs"]
    ]
    return sorted(rows, key=lambda row: row.own is None)


def sizes_in(case: BenefitCase, code: str) -> list[dict[str, Any]]:
    """Each driver with the region's own figure."""
    return [
        {
            "label": row.get("label") or name,
            "unit": row.get("unit", ""),
            "value": row.get("values", {}).get(code, row.get("default")),
        }
        for name, row in case.data.get("drivers", {}).items()
    ]


def region_in(case: BenefitCase, code: str) -> Organisation:
    """A region of the case; raises Organisation.DoesNotExist for any other."""
    if code not in case.data.get("regions", {}):
        raise Organisation.DoesNotExist
    return regions().get(code=code)


def adjusting_regions(person: Any, case: BenefitCase) -> list[Organisation]:
    """The person's own regions whose values the person may adjust now."""
    if not rules.not_frozen(case) or not isinstance(person, Person):
        return []
    return [row for row in regions_of(person) if rules.may_adjust(person, case, row)]


def shareable(case: BenefitCase) -> list[Organisation]:
    """The regions in the case's data that it can be shared with."""
    return [row for row in regions().exclude(pk=case.owner_id) if row.code in case.data.get("regions", {})]


def lines_of(case: BenefitCase) -> dict[str, Any]:
    """The lines, drivers, curves and calculations as the page lists them."""
    data = case.data
    first, years = data["first_year"], data["years"]
    return {
        "lines": [
            {
                "first_year": first,
                "last_year": first + years - 1,
                "account": "region",
                **row,
                "text": str(row["amount"]) + (f" × {row['price']}" if "price" in row else ""),
                "uses_text": ", ".join(f"{USES.get(key, key)}: {share}" for key, share in row.get("uses", {}).items()),
                "kind_label": KINDS.get(row["kind"], row["kind"]),
                "account_label": ACCOUNTS.get(row.get("account", "region"), ""),
                "payer_label": ACCOUNTS.get(row.get("paid_by", ""), ""),
                "form_label": FORMS.get(row.get("form", ""), ""),
                "horizon_label": HORIZONS.get(row.get("horizon", ""), ""),
            }
            for row in data.get("lines", [])
        ],
        "drivers": [
            {
                "name": name,
                **row,
                "rows": [(data["regions"].get(code, code), n) for code, n in row.get("values", {}).items()],
            }
            for name, row in data.get("drivers", {}).items()
        ],
        "curves": [
            {
                "name": name,
                **row,
                "text": ", ".join(f"{k} {v}" for k, v in row.items() if k not in {"label", "note", "waves"}),
            }
            for name, row in data.get("curves", {}).items()
        ],
        "calculations": [{"name": name, **row} for name, row in data.get("calculations", {}).items()],
        "correlations": [
            {**row, "labels": [data["inputs"].get(n, {}).get("label", n) for n in row["inputs"]]}
            for row in data.get("correlations", [])
        ],
    }
