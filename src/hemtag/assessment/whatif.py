"""What a meeting tries: changes to a round, one after another, as short texts that an address can hold. Pure.

    in:2026-001/1:skäl      the block is locked in          ut:2026-001/1:skäl     locked out
    ram:2027:240000         the year's frame, tkr           overfor:2027:10        at most so many per cent carried over
    bemyndigande::700000    the commitment authorisation    troskel::1.2           the hurdle per krona
    vikt:nytta:3            a criterion's weight            tak:12:50000           a region's cap, tkr
    andel:gemensam:20       at least so many per cent to    medfin::30             at least so many per cent co-financing
    regioner::              every region that has applied

A later change of the same thing takes the earlier one's place, so that a list of changes says each thing once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from .valuing import half_up

LOCK_IN, LOCK_OUT, FRAME, CARRY, AUTHORISATION, HURDLE = "in", "ut", "ram", "overfor", "bemyndigande", "troskel"
WEIGHT, CAP, SHARE, COFINANCING, REGIONS = "vikt", "tak", "andel", "medfin", "regioner"
LOCKS = (LOCK_IN, LOCK_OUT)
NUMBERS = (FRAME, CARRY, AUTHORISATION, HURDLE, WEIGHT, CAP, SHARE, COFINANCING)
KINDS = (*LOCKS, *NUMBERS, REGIONS)
MOST = 100
LONGEST = 300


@dataclass(frozen=True)
class Change:
    kind: str
    subject: str = ""
    value: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """What is changed: of two changes with the same place only the later holds."""
        return ("las" if self.kind in LOCKS else self.kind, self.subject)

    @property
    def number(self) -> Decimal:
        return Decimal(self.value)

    @property
    def text(self) -> str:
        return f"{self.kind}:{self.subject}:{self.value}"


def read(texts: Iterable[str]) -> tuple[Change, ...]:
    """The changes that the texts say; what cannot be understood is left out, as a stranger's address is."""
    found: tuple[Change, ...] = ()
    for text in list(texts)[:MOST]:
        kind, _, rest = text[:LONGEST].partition(":")
        subject, _, value = rest.partition(":")
        change = Change(kind, subject, value.strip())
        if is_understood(change):
            found = added(found, change)
    return found


def is_understood(change: Change) -> bool:
    if change.kind in LOCKS:
        return bool(change.subject and change.value)
    if change.kind in NUMBERS:
        try:
            return change.number.is_finite() and 0 <= change.number <= 10**9
        except InvalidOperation:
            return False
    return change.kind == REGIONS


def added(changes: Sequence[Change], change: Change) -> tuple[Change, ...]:
    return (*(one for one in changes if one.place != change.place), change)


def applied(data: Mapping[str, Any], changes: Sequence[Change]) -> dict[str, Any]:
    """The round's data with the changes made. What the data does not hold (an unknown block, a year without frame) is
    left for `portfolio.load_round` to name."""
    made: dict[str, Any] = dict(data)
    for change in changes:
        _DOES[change.kind](made, change)
    return made


def _lock(data: dict[str, Any], change: Change) -> None:
    one, other = ("locked_in", "locked_out") if change.kind == LOCK_IN else ("locked_out", "locked_in")
    kept = {block: why for block, why in data.pop(other, {}).items() if block != change.subject}
    data[one] = {**data.get(one, {}), change.subject: change.value}
    if kept:
        data[other] = kept


def _per_year(name: str, *, share: bool = False) -> Any:
    def change_it(data: dict[str, Any], change: Change) -> None:
        data[name] = {**data.get(name, {}), change.subject: _part(change) if share else int(change.number)}

    return change_it


def _weight(data: dict[str, Any], change: Change) -> None:
    """Another weight, and so other scores and effects: each effect follows its application's score, rounded once."""
    criteria = data.get("criteria", {})
    if change.subject not in criteria:
        return
    before = {code: Fraction(str(row["weight"])) for code, row in criteria.items()}
    after = {**before, change.subject: Fraction(str(change.number))}
    data["criteria"] = {**criteria, change.subject: {**criteria[change.subject], "weight": float(change.number)}}
    data["applications"] = [_reweighed(row, before, after) for row in data["applications"]]


def _reweighed(
    row: Mapping[str, Any], before: Mapping[str, Fraction], after: Mapping[str, Fraction]
) -> Mapping[str, Any]:
    was, now = score(row.get("levels", ()), before), score(row.get("levels", ()), after)
    if not was:
        return row
    part = now / was

    def scaled(block: Mapping[str, Any]) -> dict[str, Any]:
        effect = half_up(block["effect"] * part)
        if block.get("effect_range") is None:
            return {**block, "effect": effect}
        low, high = (half_up(end * part) for end in block["effect_range"])
        return {**block, "effect": effect, "effect_range": [min(low, effect), max(high, effect)]}

    return {**row, "score": float(round(now, 3)), "blocks": [scaled(block) for block in row["blocks"]]}


def score(levels: Sequence[Mapping[str, Any]], weights: Mapping[str, Fraction]) -> Fraction:
    """The mean over the assessors of Σ weight · level / Σ weight; 0 without any."""
    total = sum(weights.values())
    if not levels or not total:
        return Fraction(0)
    sums = [sum(weights[code] * Fraction(str(level)) for code, level in one.items()) for one in levels]
    return Fraction(sum(sums)) / total / len(levels)


def _policy(data: dict[str, Any], **rows: Any) -> None:
    data["policies"] = {**data.get("policies", {}), **rows}


def _part(change: Change) -> float:
    return float(change.number / 100)


def _cap(data: dict[str, Any], change: Change) -> None:
    _policy(data, region_caps={**data.get("policies", {}).get("region_caps", {}), change.subject: int(change.number)})


def _share(data: dict[str, Any], change: Change) -> None:
    kept = [row for row in data.get("policies", {}).get("shares", []) if row["tag"] != change.subject]
    _policy(data, shares=[*kept, {"tag": change.subject, "share": _part(change)}])


def _regions(data: dict[str, Any], change: Change) -> None:
    _policy(data, every_region=regions_of(data))


def regions_of(data: Mapping[str, Any]) -> list[str]:
    """The codes of the regions that any block has a cost in."""
    blocks = (block for row in data["applications"] for block in row["blocks"])
    return sorted({code for block in blocks for code, amount in block.get("region_cost", {}).items() if amount})


def tags_of(data: Mapping[str, Any]) -> list[str]:
    return sorted({tag for row in data["applications"] for block in row["blocks"] for tag in block.get("tags", ())})


_DOES: dict[str, Any] = {
    LOCK_IN: _lock,
    LOCK_OUT: _lock,
    FRAME: _per_year("frames"),
    CARRY: _per_year("carry_over", share=True),
    AUTHORISATION: lambda data, change: data.update(commitment_authorisation=int(change.number)),
    HURDLE: lambda data, change: data.update(hurdle=float(change.number)),
    WEIGHT: _weight,
    CAP: _cap,
    SHARE: _share,
    COFINANCING: lambda data, change: _policy(data, cofinancing_share=_part(change)),
    REGIONS: _regions,
}
