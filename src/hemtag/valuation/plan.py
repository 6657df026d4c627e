"""What has to be worked out for a case, before anything is drawn: every amount as number × region × draw × year.

Nearly every amount is a product, and a product comes apart: numbers per region, known from the start; factors that only
vary by draw; and curves over the years. Two lines on the same curve share it, and regions that start the same year with
the same beliefs are one group. What does not come apart (a sum that mixes a region's own size with what is drawn) is
worked out region by region: slower, and the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from .case import Account, Case, Kind, Line
from .checking import calculation_order, known_limits
from .distributions import Array
from .expression import Name, Node, Number, Operation, evaluate, names_in
from .faults import InvalidCase, refused
from .formula_checks import Interval, interval_of

Key = tuple[tuple[int, float], ...]  # (atom, power) of each factor


@dataclass(frozen=True, slots=True)
class Named:
    """An input or a curve as one region has it. `asks`: position among the named of each name its curve asks for."""

    name: str
    code: str
    asks: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Atom:
    """A factor that is worked out once per block. `code`: a region that may stand for all that share it.

    `plain`: position among the named, when it is one of them and nothing more · `below`: the calculations it rests on,
    each after those it asks for · `asks`: (name, position among the named) · `sizes`: drivers and their values there.
    """

    node: Node
    code: str
    plain: int | None
    below: tuple[str, ...]
    asks: tuple[tuple[str, int], ...]
    sizes: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Product:
    """Factors multiplied. `window`: the first and last year it is open, None for what has no years."""

    factors: Key
    window: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Column:
    """One amount per draw and year: positions among the plan's products of what varies by draw and by year."""

    by_draw: int
    by_year: int


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """`factor` × `direction` (regions of the group,) × a column, positive when the account gains."""

    line: int
    account: Account
    kind: Kind
    unit: str
    column: int
    factor: float
    direction: Array


@dataclass(slots=True, eq=False)
class Group:
    """Regions (as positions in the case) that share every curve and every belief, and what is booked for them."""

    rows: tuple[int, ...]
    codes: tuple[str, ...]
    columns: dict[Column, int] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    costs: list[tuple[int, int]] = field(default_factory=list)  # (line, position of the entry), where doubt remains
    shares: list[tuple[int, tuple[Atom, ...]]] = field(default_factory=list)  # (line, its shares), where doubt remains


@dataclass(frozen=True, slots=True)
class _Parts:
    number: float = 1.0
    by_region: tuple[tuple[Node, float], ...] = ()
    by_draw: tuple[tuple[Node, float], ...] = ()
    by_year: tuple[tuple[Node, float], ...] = ()
    mixed: tuple[tuple[Node, float], ...] = ()

    def times(self, other: _Parts, power: float = 1.0) -> _Parts:
        number = self.number * other.number if power == 1 else self.number / other.number
        return _Parts(
            number,
            _merged(self.by_region, other.by_region, power),
            _merged(self.by_draw, other.by_draw, power),
            _merged(self.by_year, other.by_year, power),
            _merged(self.mixed, other.mixed, power),
        )


def _merged(
    one: tuple[tuple[Node, float], ...], other: tuple[tuple[Node, float], ...], power: float
) -> tuple[tuple[Node, float], ...]:
    if not other:
        return one
    powers = dict(one)
    for node, own in other:
        powers[node] = powers.get(node, 0.0) + power * own
    return tuple((node, own) for node, own in powers.items() if own)


class Plan:
    """The plan of a case: `groups` and `atoms`. Making it draws nothing."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.named: list[Named] = []
        self.atoms: list[Atom] = []
        self.products: list[Product] = []
        self._limits = known_limits(case)
        self._seen: dict[tuple[Node, object], int] = {}
        self._named: dict[tuple[str, object], int] = {}
        self._made: dict[Product, int] = {}
        self._lines: dict[int, tuple[list[tuple[Kind, _Parts]], bool]] = {}
        self._known_sizes: dict[tuple[Node, tuple[str, ...]], Array] = {}
        self._asks: dict[str, frozenset[str]] = {}
        self._classes: dict[tuple[Node, str], object] = {}
        self._doubted: set[tuple[tuple[Node, object], ...]] = set()
        self._products: dict[str, _Parts] = {}
        for name in calculation_order(case)[0]:
            self._products[name] = self._product(case.calculations[name].formula, Name(name))
        self.groups = [self._filled(group) for group in groups(case)]

    def asks(self, node: Node) -> frozenset[str]:
        """Inputs, drivers and curves that a formula rests on, however far down."""
        found: set[str] = set()
        for name in set(names_in(node)):
            if name not in self._asks:
                self._asks[name] = frozenset({name})
                if name in self.case.calculations:
                    self._asks[name] = self.asks(self.case.calculations[name].formula)
                elif name in self.case.curves:
                    parts = self.case.curves[name].parameters.values()
                    self._asks[name] = frozenset({name}).union(*(self.asks(part) for part in parts))
            found |= self._asks[name]
        return frozenset(found)

    def varies(self, node: Node) -> tuple[bool, bool, bool]:
        """Whether the value may differ between regions (by a driver), draws and years."""
        asked = self.asks(node)
        return (
            any(name in self.case.drivers for name in asked),
            any(name in self.case.inputs and not _is_known(self.case, name) for name in asked),
            any(name in self.case.curves for name in asked),
        )

    def below(self, node: Node) -> tuple[str, ...]:
        """Calculations that a formula rests on, each after those it asks for."""
        found: set[str] = set()
        waiting = [name for name in names_in(node) if name in self._products]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += [one for one in names_in(self.case.calculations[name].formula) if one in self._products]
        return tuple(name for name in self._products if name in found) if found else ()

    def atom(self, node: Node, code: str) -> Atom:
        """What it takes to work out a formula for one region."""
        below = self.below(node)
        formulas = [node, *(self.case.calculations[name].formula for name in below)]
        asked = sorted({name for formula in formulas for name in names_in(formula)})
        asks = tuple(
            (one, self._name(one, code)) for one in asked if one in self.case.inputs or one in self.case.curves
        )
        drivers = [self.case.drivers[name] for name in asked if name in self.case.drivers]
        sizes = tuple((one.name, one.values[code] * one.unit.scale) for one in drivers)
        return Atom(
            node, code, asks[0][1] if isinstance(node, Name) and not below and asks else None, below, asks, sizes
        )

    def value(self, atom: Atom, get: Callable[[int], float | Array]) -> float | Array:
        """An atom's value, from what `get` says of the named; drivers and calculations are added."""
        known: dict[str, float | Array] = dict(atom.sizes)
        for name, at in atom.asks:
            known[name] = get(at)
        for name in atom.below:
            known[name] = evaluate(self.case.calculations[name].formula, known)
        found: float | Array = evaluate(atom.node, known)
        return found

    def _name(self, name: str, code: str) -> int:
        shared = (name, self.class_of(Name(name), code))
        if shared not in self._named:
            curve = self.case.curves.get(name)
            below = set[str]() if curve is None else set().union(*map(self.asks, curve.parameters.values()))
            asks = tuple((one, self._name(one, code)) for one in sorted(below))
            self._named[shared] = len(self.named)
            self.named.append(Named(name, code, asks))
        return self._named[shared]

    def least(self, at: int) -> float:
        """The least value that an atom can have."""
        return self._interval(self.atoms[at].node)[0]

    def _interval(self, node: Node) -> Interval:
        try:
            return interval_of(node, self._limits)
        except InvalidCase:
            return -np.inf, np.inf

    def _product(self, node: Node, called: Node | None = None) -> _Parts:
        """The formula as a product. `called`: what a part that does not come apart is known by."""
        if isinstance(node, Number):
            return _Parts(node.value)
        if isinstance(node, Operation):
            if node.sign in ("*", "/"):
                one, other = (self._product(part) for part in node.parts)
                if other.number or node.sign == "*":
                    return one.times(other, 1.0 if node.sign == "*" else -1.0)
            if node.sign == "-" and node.parts[0] == Number(0.0):
                return _Parts(-1.0).times(self._product(node.parts[1]))
        elif node.name in self._products:
            return self._products[node.name]
        elif node.name in self.case.inputs and not _has_own(self.case, node.name):
            one_input = self.case.inputs[node.name]
            if one_input.distribution.is_constant:
                return _Parts(one_input.distribution.mean * one_input.unit.scale)
        region, draw, year = self.varies(node)
        part = (((called or node), 1.0),)
        if region and (draw or year):
            return _Parts(mixed=part)
        if region:
            return _Parts(by_region=part)
        return _Parts(by_year=part) if year else _Parts(by_draw=part)

    def _filled(self, group: Group) -> Group:
        for n, line in enumerate(self.case.lines):
            weights = _weights(self.case, line, group.codes)
            if not weights.any():
                continue
            if line.price is not None:
                self._doubt_shares(group, n, line)
            if n not in self._lines:
                self._lines[n] = self._parts(line), line.kind is Kind.COST and self._interval(line.amount)[0] < 0
            parts, doubted = self._lines[n]
            for kind, product in parts:
                for at, factor, direction in self._apart(group, line, weights, product):
                    self._book(group, n, kind, at, factor, direction, doubted)
        return group

    def _parts(self, line: Line) -> list[tuple[Kind, _Parts]]:
        amount = self._product(line.amount)
        if line.price is None:
            return [(line.kind, amount)]
        worth = amount.times(self._product(line.price))
        return [(use, worth.times(self._product(share))) for use, share in line.uses.items()]

    def _book(self, group: Group, n: int, kind: Kind, at: int, factor: float, direction: Array, doubted: bool) -> None:
        line = self.case.lines[n]
        unit = "kr" if line.kind is not Kind.QUALITY or line.price is not None else line.unit_text.removesuffix("/år")
        payer = line.paid_by or (Account.STATE if line.kind is Kind.GRANT else None)
        if doubted:
            group.costs.append((n, len(group.entries)))
        gain = -factor if kind is Kind.COST else factor
        group.entries.append(Entry(n, line.account, kind, unit, at, gain, direction))
        if payer is not None:
            group.entries.append(Entry(n, payer, kind, unit, at, -gain, direction))

    def _doubt_shares(self, group: Group, n: int, line: Line) -> None:
        limits = [self._interval(node) for node in line.uses.values()]
        if min(low for low, _ in limits) < 0 or sum(high for _, high in limits) > 1 + 1e-9:
            for code in group.codes:
                key = tuple((node, self.class_of(node, code)) for node in line.uses.values())
                if key not in self._doubted:
                    self._doubted.add(key)
                    group.shares.append((n, tuple(self.atom(node, code) for node in line.uses.values())))

    def _apart(self, group: Group, line: Line, weights: Array, product: _Parts) -> Iterator[tuple[int, float, Array]]:
        """(column, number, direction) of a line's product: one, or one per region when it does not come apart."""
        window = (line.first, line.last)
        for node, power in product.by_region:
            weights = weights * self._sizes(node, group.codes) ** power
        if product.mixed:
            for row in np.flatnonzero(weights):
                code = group.codes[row]
                only = np.zeros_like(weights)
                only[row] = weights[row]
                mixed = [(factor, self.varies(factor[0])[2]) for factor in product.mixed]
                by_draw = self._key((*product.by_draw, *(factor for factor, yearly in mixed if not yearly)), code)
                by_year = self._key((*product.by_year, *(factor for factor, yearly in mixed if yearly)), code)
                yield self._column(group, by_draw, by_year, window), product.number, only
        else:
            code = group.codes[0]
            by_draw, by_year = self._key(product.by_draw, code), self._key(product.by_year, code)
            yield self._column(group, by_draw, by_year, window), product.number, weights

    def _sizes(self, node: Node, codes: tuple[str, ...]) -> Array:
        """What only differs between regions, for each of them."""
        if (node, codes) not in self._known_sizes:
            driver = self.case.drivers.get(node.name) if isinstance(node, Name) else None
            if driver is not None:
                made = np.array([driver.values[code] for code in codes]) * driver.unit.scale
            else:
                made = np.array([self.value(self.atom(node, code), self._known) for code in codes], dtype=np.float64)
            self._known_sizes[node, codes] = made
        return self._known_sizes[node, codes]

    def _known(self, at: int) -> float:
        one = self.case.inputs[self.named[at].name]
        return one.distribution.mean * one.unit.scale

    def _column(self, group: Group, by_draw: Key, by_year: Key, window: tuple[int, int]) -> int:
        pair = [Product(by_draw, None), Product(by_year, window)]
        for one in pair:
            if one not in self._made:
                self._made[one] = len(self.products)
                self.products.append(one)
        made = Column(self._made[pair[0]], self._made[pair[1]])
        return group.columns.setdefault(made, len(group.columns))

    def _key(self, factors: tuple[tuple[Node, float], ...], code: str) -> Key:
        found: dict[int, float] = {}
        for node, power in factors:
            shared = (node, self.class_of(node, code))
            if shared not in self._seen:
                self._seen[shared] = len(self.atoms)
                self.atoms.append(self.atom(node, code))
            at = self._seen[shared]
            found[at] = found.get(at, 0.0) + power
        return tuple(sorted(found.items()))

    def class_of(self, node: Node, code: str) -> object:
        """What of a region a value depends on: its start years, its own beliefs, its sizes."""
        if (node, code) not in self._classes:
            asked = sorted(self.asks(node))
            waves = tuple(self.case.curves[name].waves.get(code, 0) for name in asked if name in self.case.curves)
            own = any(name in self.case.inputs and code in self.case.inputs[name].regions for name in asked)
            alone = own or any(name in self.case.drivers for name in asked)
            self._classes[node, code] = waves, code if alone else ""
        return self._classes[node, code]


def groups(case: Case) -> list[Group]:
    """The regions, gathered by what they share; nothing booked yet."""
    by_key: dict[object, list[int]] = {}
    for row, code in enumerate(case.regions):
        own = any(code in one.regions for one in case.inputs.values())
        key = code if own else tuple(curve.waves.get(code, 0) for curve in case.curves.values())
        by_key.setdefault(key, []).append(row)
    codes = list(case.regions)
    return [Group(tuple(rows), tuple(codes[row] for row in rows)) for rows in by_key.values()]


def _has_own(case: Case, name: str) -> bool:
    return bool(case.inputs[name].regions)


def _is_known(case: Case, name: str) -> bool:
    return case.inputs[name].distribution.is_constant and not _has_own(case, name)


def _weights(case: Case, line: Line, codes: tuple[str, ...]) -> Array:
    """1 for the line's regions and 0 for others, or each region's part of an amount that is one for them all."""
    part_of = np.array([float(code in line.regions) for code in codes])
    if not line.shared_by or not part_of.any():
        return part_of
    if line.shared_by == "equal":
        return part_of / len(line.regions)
    of = case.drivers[line.shared_by].values
    total = sum(of[code] for code in line.regions)
    if total <= 0:
        raise refused("not_positive", f"/lines/{case.lines.index(line)}/shared_by", name=line.shared_by, value=total)
    return np.asarray(part_of * np.array([of[code] / total for code in codes]))
