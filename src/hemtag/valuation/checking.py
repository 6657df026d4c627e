"""What must hold in a case once it can be read: names, units, no ring, nothing unused, no division by zero."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from .case import Case, Curve, Kind, Line, Shape
from .expression import Node, names_in
from .faults import Fault, InvalidCase, refused
from .formula_checks import Interval, interval_of, unit_of
from .sampling import correlation_matrix
from .units import HOURS, KRONOR, PLAIN, Unit, parse_unit


def check(case: Case) -> list[Fault]:
    """Every fault of a case whose fields could all be read."""
    if "faults" not in case.prepared:
        case.prepared["faults"] = tuple(_faults(case))
    return list(case.prepared["faults"])


def _faults(case: Case) -> list[Fault]:
    faults = list(_unknown_names(case)) + list(_bad_correlations(case))
    if faults:
        return faults
    order, ring = calculation_order(case)
    if ring:
        return [Fault("cycle", f"/calculations/{ring[0]}", {"cycle": " → ".join(ring)})]
    faults += _unused(case)
    faults += _units_and_limits(case, order)
    return faults


def calculation_order(case: Case) -> tuple[list[str], list[str]]:
    """Names of the calculations, each after those it asks for; and a ring, if there is one."""
    asks = {
        name: [one for one in names_in(calculation.formula) if one in case.calculations]
        for name, calculation in case.calculations.items()
    }
    try:
        return list(TopologicalSorter(asks).static_order()), []
    except CycleError as error:
        ring = list(error.args[1])[1:]
        start = ring.index(min(ring))
        return [], [*ring[start:], *ring[: start + 1]]


def formulas(case: Case) -> Iterator[tuple[str, Node]]:
    """(place, formula) of every formula in the case."""
    for curve in case.curves.values():
        for name, node in curve.parameters.items():
            yield f"/curves/{curve.name}/{name}", node
    for calculation in case.calculations.values():
        yield f"/calculations/{calculation.name}/formula", calculation.formula
    for n, line in enumerate(case.lines):
        yield f"/lines/{n}/amount", line.amount
        if line.price is not None:
            yield f"/lines/{n}/price", line.price
        for use, node in line.uses.items():
            yield f"/lines/{n}/uses/{use}", node


def _unknown_names(case: Case) -> Iterator[Fault]:
    every = {*case.inputs, *case.drivers, *case.curves, *case.calculations}
    for place, node in formulas(case):
        allowed = set(case.inputs) if place.startswith("/curves") else every
        for name in names_in(node):
            if name not in allowed:
                yield Fault("unknown_name", place, {"name": name, "formula": str(node)})
    for n, line in enumerate(case.lines):
        if line.shared_by and line.shared_by != "equal" and line.shared_by not in case.drivers:
            yield Fault("unknown_name", f"/lines/{n}/shared_by", {"name": line.shared_by, "formula": line.shared_by})


def _bad_correlations(case: Case) -> Iterator[Fault]:
    try:
        for n, pair in enumerate(case.correlations):
            for name in pair:
                if name in case.inputs and case.inputs[name].distribution.is_constant:
                    yield Fault("correlation_of_constant", f"/correlations/{n}", {"name": name})
        correlation_matrix(list(case.inputs), case.correlations)
    except InvalidCase as error:
        yield from (Fault(fault.code, "/correlations", fault.params) for fault in error.faults)


def _unused(case: Case) -> list[Fault]:
    used: set[str] = set()
    waiting = [name for place, node in formulas(case) if place.startswith("/lines") for name in names_in(node)]
    waiting += [line.shared_by for line in case.lines]
    while waiting:
        name = waiting.pop()
        if name in used:
            continue
        used.add(name)
        if name in case.calculations:
            waiting += names_in(case.calculations[name].formula)
        elif name in case.curves:
            waiting += [one for node in case.curves[name].parameters.values() for one in names_in(node)]
    return [
        Fault("unused", f"/{table}/{name}", {"name": name})
        for table in ("inputs", "drivers", "curves", "calculations")
        for name in getattr(case, table)
        if name not in used
    ]


def _units_and_limits(case: Case, order: list[str]) -> list[Fault]:
    faults: list[Fault] = []
    units = {one.name: one.unit for one in case.inputs.values()} | {one.name: one.unit for one in case.drivers.values()}
    limits = dict(named_limits(case))

    def both(place: str, node: Node) -> tuple[Unit, Interval]:
        unit, limit = PLAIN, (0.0, 1.0)
        try:
            unit = unit_of(node, units)
            limit = interval_of(node, limits)
        except InvalidCase as error:
            faults.extend(Fault(fault.code, place, fault.params) for fault in error.faults)
        return unit, limit

    for name, curve in case.curves.items():
        for parameter, node in curve.parameters.items():
            place = f"/curves/{name}/{parameter}"
            unit, limit = both(place, node)
            if unit not in (PLAIN, Unit((("år", 1),))):
                faults.append(_wrong_unit(place, node, unit, "ett tal utan enhet"))
            if parameter == "rate" and not -1 < limit[0] <= limit[1] <= 1:
                bad = limit[0] if limit[0] <= -1 else limit[1]
                faults.append(Fault("out_of_range", place, {"value": f"{bad:g}", "low": "-1", "high": "1"}))
        units[name] = PLAIN
        limits[name] = _curve_limits(curve, limits, case.years) if not faults else (0.0, 1.0)
    for name in order:
        units[name], limits[name] = both(f"/calculations/{name}/formula", case.calculations[name].formula)
    for n, line in enumerate(case.lines):
        faults += _line_faults(case, line, f"/lines/{n}", both, bool(faults))
    return faults


def _line_faults(
    case: Case, line: Line, at: str, both: Callable[[str, Node], tuple[Unit, Interval]], spoiled: bool
) -> Iterator[Fault]:
    unit = both(f"{at}/amount", line.amount)[0].yearly()
    if line.price is not None:
        price = both(f"{at}/price", line.price)[0]
        for use, node in line.uses.items():
            share = both(f"{at}/uses/{use}", node)[0]
            if share != PLAIN and not spoiled:
                yield _wrong_unit(f"{at}/uses/{use}", node, share, "en andel")
        if unit != HOURS and not spoiled:
            yield _wrong_unit(f"{at}/amount", line.amount, unit, "h")
        unit = unit.times(price)
    if spoiled:
        return
    if line.kind is Kind.QUALITY:
        try:
            wanted = parse_unit(line.unit_text, case.described.get("units", "").split())
            if wanted.scale != 1 or unit == KRONOR or wanted.yearly() != unit:
                raise refused("unit_of_result", formula=line.text, found=unit, wanted=line.unit_text)
        except InvalidCase as error:
            yield from (Fault(fault.code, f"{at}/unit", fault.params) for fault in error.faults)
    elif unit != KRONOR:
        yield _wrong_unit(f"{at}/amount", line.amount, unit, "kr")


def _wrong_unit(place: str, node: Node, found: Unit, wanted: str) -> Fault:
    return Fault("unit_of_result", place, {"formula": str(node), "found": str(found), "wanted": wanted})


def known_limits(case: Case) -> dict[str, Interval]:
    """The limits of every name in a case without faults."""
    limits = dict(named_limits(case))
    for name, curve in case.curves.items():
        limits[name] = _curve_limits(curve, limits, case.years)
    for name in calculation_order(case)[0]:
        limits[name] = interval_of(case.calculations[name].formula, limits)
    return limits


def named_limits(case: Case) -> Iterator[tuple[str, Interval]]:
    for one in case.inputs.values():
        supports = [made.support for made in (one.distribution, *one.regions.values())]
        yield one.name, (min(s[0] for s in supports) * one.unit.scale, max(s[1] for s in supports) * one.unit.scale)
    for driver in case.drivers.values():
        values = [value * driver.unit.scale for value in driver.values.values()]
        yield driver.name, (min(values), max(values))


def _curve_limits(curve: Curve, limits: Mapping[str, Interval], years: int) -> Interval:
    if curve.shape is Shape.TABLE:
        return min(0.0, *curve.table), max(0.0, *curve.table)
    if curve.shape is Shape.ADOPTION:
        low, high = interval_of(curve.parameters["ceiling"], limits)
        return min(0.0, low), max(0.0, high)
    low, high = interval_of(curve.parameters["rate"], limits)
    if curve.shape is Shape.GROWTH:
        return min(1.0, (1 + low) ** (years - 1)), max(1.0, (1 + high) ** (years - 1))
    return min(1.0, (1 - high) ** (years - 1)), max(1.0, (1 - low) ** (years - 1))
