"""From a case and a block of draws to the ledger: (draw, region, year, account, kind, amount), kept as products.

Most amounts are a number per region times a curve per year and draw, so an entry is a pair (by region, by year and draw)
and the ledger's cells are never all written out. Regions with the same start waves and no belief of their own are
computed together; a formula that mixes the two axes falls back to one pair per region.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from .case import Account, Case, Curve, Kind, Line, Shape
from .checking import calculation_order
from .distributions import Array
from .expression import Name, Node, Number, Operation, evaluate
from .faults import refused

Part = float | Array
Pair = tuple[Part, Part]


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """`by_region` (regions of the group,) × `by_year` (years, draws), positive when the account gains."""

    line: str
    account: Account
    kind: Kind
    unit: str
    by_region: Array
    by_year: Array


@dataclass(frozen=True, slots=True)
class Group:
    """Regions (as positions in the case) that share every curve and every belief."""

    rows: tuple[int, ...]
    code: str


def groups(case: Case) -> list[Group]:
    """The regions, gathered by what they share."""
    by_key: dict[object, list[int]] = {}
    for row, code in enumerate(case.regions):
        own = any(code in one.regions for one in case.inputs.values())
        key = code if own else tuple(curve.waves.get(code, 0) for curve in case.curves.values())
        by_key.setdefault(key, []).append(row)
    codes = list(case.regions)
    return [Group(tuple(rows), codes[rows[0]]) for rows in by_key.values()]


def entries(case: Case, group: Group, drawn: Mapping[str, Array], scores: Mapping[str, Array]) -> Iterator[Entry]:
    """Every entry of the group's regions for draws of the shared beliefs (draws,) and their normal scores.

    Raises InvalidCase when a freed hour is used more than once, a cost is negative, or a number is not finite.
    """
    codes = [list(case.regions)[row] for row in group.rows]
    values: dict[str, Pair] = {}
    for one in case.inputs.values():
        own = one.regions.get(group.code)
        if (own or one.distribution).is_constant:
            values[one.name] = ((own or one.distribution).mean * one.unit.scale, 1.0)
        else:
            values[one.name] = (one.unit.scale, own.at_score(scores[one.name]) if own else drawn[one.name])
    plain = {name: _joined(pair) for name, pair in values.items()}
    for driver in case.drivers.values():
        per_region = np.array([driver.values[code] for code in codes]) * driver.unit.scale
        values[driver.name] = (per_region[:, None, None], 1.0)
    for curve in case.curves.values():
        values[curve.name] = (1.0, curve_of(curve, group.code, case.years, plain))
    for name in calculation_order(case)[0]:
        values[name] = _pair(case.calculations[name].formula, values)
    for n, line in enumerate(case.lines):
        yield from _of_line(case, line, f"/lines/{n}", codes, values)


def curve_of(curve: Curve, code: str, years: int, inputs: Mapping[str, Part]) -> Array:
    """The curve for one region: (years, draws), or (years, 1) when nothing in it is drawn."""
    wave = curve.waves.get(code, 0)
    t = np.arange(years, dtype=np.float64)[:, None]
    if curve.shape is Shape.TABLE:
        at = np.clip(t[:, 0].astype(int) - wave, 0, len(curve.table) - 1)
        return np.where(t >= wave, np.array(curve.table)[at][:, None], 0.0)
    said = {name: evaluate(node, inputs) for name, node in curve.parameters.items()}
    if curve.shape is Shape.GROWTH:
        return np.asarray((1 + said["rate"]) ** t)
    if curve.shape is Shape.DECAY:
        return np.asarray((1 - said["rate"]) ** np.maximum(t - wave, 0.0))
    since = t + 1 - wave - said["delay"]
    steep = np.clip(-said["slope"] * (since - said["midpoint"]), -700.0, 700.0)
    return np.asarray(np.where(since > 0, said["ceiling"] / (1 + np.exp(steep)), 0.0))


def _joined(pair: Pair) -> Part:
    return pair[0] * pair[1]


def _pair(node: Node, values: Mapping[str, Pair]) -> Pair:
    """A formula's value as (by region, by year and draw), kept apart as long as the signs allow."""
    if isinstance(node, Number):
        return node.value, 1.0
    if isinstance(node, Name):
        return values[node.name]
    parts = [_pair(part, values) for part in node.parts]
    if node.sign == "*":
        return parts[0][0] * parts[1][0], parts[0][1] * parts[1][1]
    if node.sign == "/":
        return parts[0][0] / parts[1][0], parts[0][1] / parts[1][1]
    if node.sign == "-" and node.parts[0] == Number(0.0):
        return -parts[1][0], parts[1][1]
    names = [f"p{n}" for n in range(len(parts))]
    again = Operation(node.sign, tuple(Name(name) for name in names))
    if all(isinstance(by_year, float) for _, by_year in parts):
        return evaluate(again, {name: pair[0] for name, pair in zip(names, parts, strict=True)}), 1.0
    return 1.0, evaluate(again, {name: _joined(pair) for name, pair in zip(names, parts, strict=True)})


def _of_line(case: Case, line: Line, place: str, codes: list[str], values: Mapping[str, Pair]) -> Iterator[Entry]:
    weights = np.array([float(code in line.regions) for code in codes]) * _shared(case, line, codes)
    if not weights.any():
        return
    amount = _pair(line.amount, values)
    parts: list[tuple[Kind, Pair]] = [(line.kind, amount)]
    if line.price is not None:
        shares = {use: _pair(node, values) for use, node in line.uses.items()}
        _once(place, shares)
        price = _pair(line.price, values)
        parts = [(use, (amount[0] * price[0] * s[0], amount[1] * price[1] * s[1])) for use, s in shares.items()]
    unit = "kr" if line.kind is not Kind.QUALITY or line.price is not None else line.unit_text.removesuffix("/år")
    payer = line.paid_by or (Account.STATE if line.kind is Kind.GRANT else None)
    for kind, pair in parts:
        for by_region, by_year in _separate(case, line, weights, pair):
            if not np.isfinite(by_year.sum()) or not np.isfinite(by_region).all():
                raise refused("not_finite", place, name=line.name)
            if kind is Kind.COST:
                _not_negative(place, by_region, by_year)
                by_region = -by_region
            yield Entry(line.name, line.account, kind, unit, by_region, by_year)
            if payer is not None:
                yield Entry(line.name, payer, kind, unit, -by_region, by_year)


def _shared(case: Case, line: Line, codes: list[str]) -> Array | float:
    """Each region's part of an amount that is one for all the line's regions."""
    if not line.shared_by:
        return 1.0
    if line.shared_by == "equal":
        return 1.0 / len(line.regions)
    of = case.drivers[line.shared_by].values
    total = sum(of[code] for code in line.regions)
    if total <= 0:
        raise refused("not_positive", name=line.shared_by, value=total)
    return np.array([of[code] / total for code in codes])


def _separate(case: Case, line: Line, weights: Array, pair: Pair) -> Iterator[tuple[Array, Array]]:
    open_years = np.zeros((case.years, 1))
    open_years[line.first : line.last + 1] = 1.0
    by_region, by_year = pair
    scale = weights * (by_region[:, 0, 0] if isinstance(by_region, np.ndarray) else by_region)
    if isinstance(by_year, np.ndarray) and by_year.ndim == 3:
        for row in np.flatnonzero(weights):
            only = np.zeros_like(weights)
            only[row] = scale[row]
            yield only, by_year[min(row, by_year.shape[0] - 1)] * open_years
    else:
        yield scale, by_year * open_years


def _once(place: str, shares: Mapping[Kind, Pair]) -> None:
    """A freed hour has one use."""
    values = [_joined(pair) for pair in shares.values()]
    for value in values:
        if np.min(value) < 0:
            raise refused("share_negative", place, value=f"{np.min(value):.3f}")
    total = float(np.max(sum(values)))
    if total > 1 + 1e-9:
        raise refused("shares_above_one", place, total=f"{total:.3f}")


def _not_negative(place: str, by_region: Array, by_year: Array) -> None:
    ends = [r * y for r in (by_region.min(), by_region.max()) for y in (by_year.min(), by_year.max())]
    if min(ends) < 0:
        raise refused("sign_of_cost", place, value=f"{min(ends):.6g}")
