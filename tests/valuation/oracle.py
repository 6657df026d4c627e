"""The specification: one draw of a case, region by region and year by year, in plain Python and nothing else."""

import math
from collections import defaultdict
from collections.abc import Mapping

from hemtag.valuation.case import Account, Case, Kind, Shape
from hemtag.valuation.expression import Name, Node, Number

Ledger = dict[tuple[str, int, Account, Kind, str], float]


def value(node: Node, names: Mapping[str, float]) -> float:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Name):
        return names[node.name]
    parts = [value(part, names) for part in node.parts]
    return {
        "+": lambda: parts[0] + parts[1],
        "-": lambda: parts[0] - parts[1],
        "*": lambda: parts[0] * parts[1],
        "/": lambda: parts[0] / parts[1],
        "min": lambda: min(parts),
        "max": lambda: max(parts),
        "exp": lambda: math.exp(parts[0]),
        "log": lambda: math.log(parts[0]),
    }[node.sign]()


def ledger(case: Case, drawn: Mapping[str, Mapping[str, float]]) -> Ledger:
    """(region, year, account, kind, unit) → amount; `drawn` has each region's value of every input, in its own unit."""
    rows: Ledger = defaultdict(float)
    for code in case.regions:
        for year in range(case.years):
            names = {one.name: drawn[code][one.name] * one.unit.scale for one in case.inputs.values()}
            names |= {one.name: one.values[code] * one.unit.scale for one in case.drivers.values()}
            for curve in case.curves.values():
                names[curve.name] = on_curve(curve, code, year, names)
            waiting = dict(case.calculations)
            while waiting:
                for name, calculation in list(waiting.items()):
                    try:
                        names[name] = value(calculation.formula, names)
                        del waiting[name]
                    except KeyError:
                        continue
            for line in case.lines:
                if code not in line.regions or not line.first <= year <= line.last:
                    continue
                amount = value(line.amount, names)
                if line.shared_by == "equal":
                    amount /= len(line.regions)
                elif line.shared_by:
                    weights = case.drivers[line.shared_by].values
                    amount *= weights[code] / sum(weights[one] for one in line.regions)
                parts = [(line.kind, amount)]
                if line.price is not None:
                    price = value(line.price, names)
                    parts = [(use, amount * price * value(share, names)) for use, share in line.uses.items()]
                payer = line.paid_by or (Account.STATE if line.kind is Kind.GRANT else None)
                for kind, money in parts:
                    gain = -money if kind is Kind.COST else money
                    unit = line.unit_text.removesuffix("/år") if kind is Kind.QUALITY else "kr"
                    rows[code, year, line.account, kind, unit] += gain
                    if payer:
                        rows[code, year, payer, kind, unit] -= gain
    return rows


def on_curve(curve, code: str, year: int, names: Mapping[str, float]) -> float:
    wave = curve.waves.get(code, 0)
    said = {name: value(node, names) for name, node in curve.parameters.items()}
    if curve.shape is Shape.TABLE:
        return curve.table[min(year - wave, len(curve.table) - 1)] if year >= wave else 0.0
    if curve.shape is Shape.GROWTH:
        return (1 + said["rate"]) ** year
    if curve.shape is Shape.DECAY:
        return (1 - said["rate"]) ** max(year - wave, 0)
    since = year + 1 - wave - said["delay"]
    return said["ceiling"] / (1 + math.exp(-said["slope"] * (since - said["midpoint"]))) if since > 0 else 0.0


def factor(case: Case, year: int) -> float:
    found = 1.0
    for step in range(year):
        found /= 1 + case.rates[min(step, len(case.rates) - 1)]
    return found
