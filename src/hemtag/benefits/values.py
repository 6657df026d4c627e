"""An uncertain value as a person writes it: low, likely, high, and what low and high mean. Plain data both ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

LIMITS, PERCENTILES, CONSTANT, FACT, KEPT = "limits", "percentiles", "constant", "fact", "kept"
WAYS: dict[str, Any] = {
    PERCENTILES: _("Nästan aldrig utanför: lågt är 5-percentilen, högt 95-percentilen"),
    LIMITS: _("Yttersta gränser: aldrig utanför"),
    CONSTANT: _("Ett bestämt tal, utan spridning"),
    FACT: _("Det daterade värdet i registret"),
    KEPT: _("Fördelningen som den står i filen"),
}
# Families that are asked for by two percentiles alone; a likely value would be one too many.
BY_TWO = ("normal", "lognormal", "beta", "gamma")
BELIEF = frozenset(
    "family value low likely high p05 p95 mean sd mu sigma a b shape scale values probabilities".split()  # noqa: SIM905
)
# Where a fault in the data stands in the form.
FIELD_OF = {"p05": "low", "low": "low", "likely": "likely", "value": "likely", "p95": "high", "high": "high"}


@dataclass(frozen=True)
class Value:
    """What stands in the form. A number that is not asked for in this way is None."""

    way: str
    low: float | None = None
    likely: float | None = None
    high: float | None = None


def value_of(row: Mapping[str, Any]) -> Value:
    """How an input's belief is shown for editing; what the form cannot say (a table of outcomes) is kept as it is."""
    family = row.get("family")
    if "fact" in row:
        return Value(FACT)
    if family in (None, "pert") and {"low", "likely", "high"} <= set(row):
        return Value(LIMITS, row["low"], row["likely"], row["high"])
    if family in (None, "pert") and {"p05", "likely", "p95"} <= set(row):
        return Value(PERCENTILES, row["p05"], row["likely"], row["p95"])
    if family in (None, "constant") and "value" in row:
        return Value(CONSTANT, likely=row["value"])
    if family in BY_TWO and {"p05", "p95"} <= set(row):
        return Value(KEPT, row["p05"], None, row["p95"])
    return Value(KEPT)


def belief_of(value: Value, before: Mapping[str, Any]) -> dict[str, Any]:
    """The belief as data. `before` is what stood there, for what is kept."""
    if value.way == FACT:
        return {key: before[key] for key in ("fact", "max_age") if key in before}
    if value.way == CONSTANT:
        return {"value": value.likely}
    if value.way == KEPT:
        return {key: before[key] for key in BELIEF if key in before}
    if value.way == LIMITS:
        return {"low": value.low, "likely": value.likely, "high": value.high}
    return {"p05": value.low, "likely": value.likely, "p95": value.high}


def with_belief(row: Mapping[str, Any], belief: Mapping[str, Any]) -> dict[str, Any]:
    """The input's row with another belief and everything else as it was."""
    rest = {key: one for key, one in row.items() if key not in BELIEF and key not in ("fact", "max_age")}
    return {**belief, **rest}


def span_of(value: Value, shown: Mapping[str, Any]) -> tuple[float, float, float]:
    """(least, most, step) of a slider that reaches as far again as the interval, on both sides; never past zero unless
    the interval does. `shown` is the input as the result shows it, with its percentiles."""
    low = value.low if value.low is not None else float(shown.get("p05", 0))
    high = value.high if value.high is not None else float(shown.get("p95", 1))
    if value.way == CONSTANT and value.likely is not None:
        low, high = value.likely * 0.5, value.likely * 1.5
    if low > high:
        low, high = high, low
    width = (high - low) or abs(high) or 1.0
    least, most = low - width, high + width
    if low >= 0:
        least = max(0.0, least)
    if shown.get("unit") == "andel" and high <= 1:
        most = min(1.0, most)
    step = _step((most - least) / 200)
    return _rounded(least, step), _rounded(most, step), step


def _step(width: float) -> float:
    """1, 2 or 5 times a power of ten, near the width."""
    power = 10.0 ** int(f"{width:e}".split("e")[1])
    return next((times * power for times in (1, 2, 5) if times * power >= width), 10 * power)


def _rounded(number: float, step: float) -> float:
    return float(f"{round(number / step) * step:.12g}")
