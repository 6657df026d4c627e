"""What can be said of a formula before anything is drawn: its unit, and the interval it must lie in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from .expression import Name, Node, Number
from .faults import refused
from .units import PLAIN, Unit

Interval = tuple[float, float]


def unit_of(node: Node, units: Mapping[str, Unit]) -> Unit:
    """The unit of the value, by the units of the names. Raises InvalidCase when two parts do not add.

    The number 0 fits every unit: max(0, x) is how one says “never less than nothing”.
    """
    if isinstance(node, Number):
        return PLAIN
    if isinstance(node, Name):
        return Unit(units[node.name].powers)
    found = [unit_of(part, units) for part in node.parts]
    if node.sign == "*":
        return found[0].times(found[1])
    if node.sign == "/":
        return found[0].times(found[1], -1)
    if node.sign in ("exp", "log"):
        if found[0] != PLAIN:
            raise refused("unit_not_plain", function=node.sign, unit=found[0], formula=node)
        return PLAIN
    kept = [unit for part, unit in zip(node.parts, found, strict=True) if part != Number(0.0)]
    for unit in kept[1:]:
        if unit != kept[0]:
            raise refused("units_do_not_add", left=kept[0], right=unit, formula=node)
    return kept[0] if kept else PLAIN


def interval_of(node: Node, intervals: Mapping[str, Interval]) -> Interval:
    """Limits that the value can never leave (wide when a name occurs twice).

    Raises InvalidCase for a denominator whose interval holds zero and for the logarithm of what may be zero or less.
    """
    if isinstance(node, Number):
        return node.value, node.value
    if isinstance(node, Name):
        return intervals[node.name]
    parts = [interval_of(part, intervals) for part in node.parts]
    (low, high), (least, most) = parts[0], parts[-1]
    match node.sign:
        case "+":
            return low + least, high + most
        case "-":
            return low - most, high - least
        case "*":
            return _hull(_product(a, b) for a in (low, high) for b in (least, most))
        case "/":
            if least <= 0 <= most:
                raise refused(
                    "divides_by_zero", denominator=node.parts[1], formula=node, low=f"{least:g}", high=f"{most:g}"
                )
            return _hull(_product(a, 1 / b) for a in (low, high) for b in (least, most))
        case "exp":
            return _exp(low), _exp(high)
        case "log":
            if low <= 0:
                raise refused("log_of_negative", formula=node, low=f"{low:g}")
            return math.log(low), math.log(high)
        case "min":
            return min(p[0] for p in parts), min(p[1] for p in parts)
    return max(p[0] for p in parts), max(p[1] for p in parts)


def _product(a: float, b: float) -> float:
    return 0.0 if a == 0 or b == 0 else a * b


def _hull(values: Iterable[float]) -> Interval:
    found = list(values)
    return min(found), max(found)


def _exp(value: float) -> float:
    return math.exp(value) if value < 709 else math.inf
