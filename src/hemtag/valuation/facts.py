"""Dated facts by reference: a case asks for `fact = "hourly_cost"` and the register gives value, unit, date and source.

The register is whoever keeps it; here it is a mapping that is passed in. A fact that is missing or too old is a fault.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from .faults import InvalidCase, refused
from .reader import Reader, escape
from .units import Unit, parse_unit

GOOD_FOR = 3  # years that a fact may be relied on when the case says nothing else
_GIVEN = ("value", "family", "low", "likely", "high", "p05", "p95", "mean", "sd")


@dataclass(frozen=True, slots=True)
class Fact:
    """One dated fact. `low` and `high`: the limits that are reasonable to meet, when they are known · `values`: region
    code → value, for what differs between regions · `on`: the day it applies from."""

    unit: str
    on: date
    source: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    values: Mapping[str, float] = field(default_factory=dict)
    is_assumption: bool = False


@dataclass(frozen=True, slots=True)
class Register:
    """What a case may refer to. `today`: the day that age is counted from; without it nothing is too old."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    today: date | None = None

    def filled(self, r: Reader, row: Mapping[str, Any], at: str, own: Collection[str], table: str) -> Mapping[str, Any]:
        """The row with what its fact says; unchanged when it refers to none. Faults go to the reader.

        For `inputs` a value, or low-likely-high when the register has an interval; for `drivers` a value per region, or one
        for all. A unit that the row names itself must measure the same, and the value is converted to it.
        """
        if "fact" not in row:
            return row
        name = r.text(row, "fact", at)
        fact = self.facts.get(name)
        rest = {key: value for key, value in row.items() if key not in ("fact", "max_age")}
        for key in (*_GIVEN, "values", "default"):
            if key in rest:
                r.fault("fact_and_value", f"{at}/{key}", name=name)
                del rest[key]
        if fact is None:
            r.fault("fact_missing", f"{at}/fact", name=name, known=", ".join(sorted(self.facts)) or "inga")
            return {"unit": "1", "value": 0, "default": 0} | rest
        most = r.whole(row, "max_age", at, GOOD_FOR, 1, 100)
        if self.today is not None and _years(fact.on, self.today) > most:
            r.fault("fact_out_of_date", f"{at}/fact", name=name, on=fact.on.isoformat(), most=most)
        times = _converted(r, fact, rest, at, own)
        filled = {"unit": fact.unit, "source": fact.source, "date": fact.on.isoformat()} | rest
        if table == "drivers":
            if fact.value is not None:
                filled["default"] = fact.value * times
            return filled | {"values": {code: value * times for code, value in fact.values.items()}}
        filled.setdefault("kind", "assumption" if fact.is_assumption else "measured")
        if fact.value is None:
            r.fault("fact_per_region", f"{at}/fact", name=name)
            return filled | {"value": 0}
        if fact.low is not None and fact.high is not None and fact.low < fact.high:
            return filled | {"low": fact.low * times, "likely": fact.value * times, "high": fact.high * times}
        return filled | {"value": fact.value * times}


def register_of(data: Any, today: date | None = None) -> Register:
    """A register from plain data: name → `unit`, `date` (ISO), `source` and `value`, or `values` per region, with `low`,
    `high` and `is_assumption` when they are known. Raises InvalidCase with every fault.
    """
    r, facts = Reader(), {}
    known = ("unit", "date", "source", "value", "values", "low", "high", "is_assumption", "label")
    for name, value in r.mapping(data, "").items():
        at = f"/{escape(name)}"
        row = r.mapping(value, at, known, ("unit", "date", "source"))
        numbers = {part: r.number(row[part], f"{at}/{part}") for part in ("value", "low", "high") if part in row}
        on = r.attempt(f"{at}/date", partial(_day, r.text(row, "date", at)))
        per_region = r.mapping(row.get("values", {}), f"{at}/values")
        values = {code: r.number(one, f"{at}/values/{escape(code)}") for code, one in per_region.items()}
        if not numbers and not values:
            r.fault("missing", at, name="value")
        facts[name] = Fact(
            unit=r.text(row, "unit", at), on=on or date.min, source=r.text(row, "source", at), value=numbers.get("value"),
            low=numbers.get("low"), high=numbers.get("high"), values=values, is_assumption=row.get("is_assumption") is True,
        )  # fmt: skip
    if r.faults:
        raise InvalidCase(r.faults)
    return Register(facts, today)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise refused("not_a_day", value=text) from error


def _years(before: date, after: date) -> int:
    return after.year - before.year - ((after.month, after.day) < (before.month, before.day))


def _converted(r: Reader, fact: Fact, row: Mapping[str, Any], at: str, own: Collection[str]) -> float:
    """How many of the row's unit one of the fact's is."""
    known: Unit | None = r.attempt(f"{at}/fact", lambda: parse_unit(fact.unit, own))
    if known is None or "unit" not in row:
        return 1.0
    text = r.text(row, "unit", at)
    wanted: Unit | None = r.attempt(f"{at}/unit", lambda: parse_unit(text, own))
    if wanted is None:
        return 1.0
    if wanted.powers != known.powers:
        r.fault("fact_unit", f"{at}/unit", unit=text, fact=fact.unit)
        return 1.0
    return known.scale / wanted.scale
