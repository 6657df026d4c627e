"""The ledger of one block of draws: a plan's factors worked out, and what becomes of them over the years.

The ledger is (draw, region, year, account, kind, amount). Its cells are never all written out: an entry stays a number
per region times a column per year and draw, and sums over years are taken on the columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .case import Case, Curve, Kind, Shape
from .distributions import Array
from .expression import evaluate
from .faults import refused
from .memory import Shelf
from .plan import Atom, Column, Group, Key, Named, Plan
from .products import product

Part = float | Array


class Block:
    """Factors for draws of the shared beliefs, each worked out once. `values` and `scores`: name → (draws,).

    What `clear` gives back to the `shelf` must not be used after it."""

    def __init__(
        self,
        plan: Plan,
        values: Mapping[str, Array],
        scores: Mapping[str, Array],
        draws: int,
        shelf: Shelf | None = None,
    ) -> None:
        self.plan, self.case, self.draws = plan, plan.case, draws
        self._shelf, self._taken = shelf or Shelf(), list[Array]()
        self._values, self._scores = values, scores
        self._named: list[Part | None] = [None] * len(plan.named)
        self._atoms: list[Part | None] = [None] * len(plan.atoms)
        self._products: list[Part | None] = [None] * len(plan.products)
        self._begun: dict[tuple[Key, tuple[int, int] | None], Part] = {}
        self._stacked: dict[tuple[int, ...], Array] = {}
        self._mixed: dict[tuple[object, ...], Array] = {}
        self._unshifted: dict[tuple[str, tuple[tuple[str, int], ...]], Array] = {}

    def by_draw(self, column: Column) -> Part:
        """The column's factors by draw, multiplied: (draws,) or a number."""
        found = self._products[column.by_draw]
        return self._product(column.by_draw) if found is None else found

    def by_year(self, column: Column) -> Array:
        """The column's factors by year, multiplied: (years, draws), or (years, 1) when nothing in them is drawn."""
        found = self._products[column.by_year]
        return np.asarray(self._product(column.by_year) if found is None else found)

    def stacked(self, columns: tuple[Column, ...]) -> Array:
        """(columns, draws) of their factors by draw. Groups that only start in other years have the same."""
        key = tuple(one.by_draw for one in columns)
        if key not in self._stacked:
            made = self._take(len(columns), self.draws)
            for row, column in enumerate(columns):
                made[row] = self.by_draw(column)
            self._stacked[key] = made
        return self._stacked[key]

    def mixed(self, columns: tuple[Column, ...], mix: Array) -> Array:
        """`mix` @ the stacked columns, kept for groups that ask for the same."""
        key = ("amounts", tuple(one.by_draw for one in columns), mix.shape, mix.tobytes())
        if key not in self._mixed:
            self._mixed[key] = product(mix, self.stacked(columns), out=self._take(len(mix), self.draws))
        return self._mixed[key]

    def amounts_and_sizes(self, lie: Layout, mix: Array) -> tuple[Array, Array]:
        """The same, and without signs: how much has to be added up."""
        both = np.concatenate([mix, np.abs(mix)])
        if lie.positive:
            found = self.mixed(lie.columns, both)
            return found[: len(mix)], found[len(mix) :]
        key = ("sizes", tuple(one.by_draw for one in lie.columns), mix.shape, mix.tobytes())
        if key not in self._mixed:
            plain = np.abs(self.stacked(lie.columns), out=self._shelf.take(len(lie.columns), self.draws))
            self._mixed[key] = product(both[len(mix) :], plain, out=self._take(len(mix), self.draws))
            self._shelf.give(plain)
        return self.mixed(lie.columns, mix), self._mixed[key]

    def amounts(self, column: Column) -> Array:
        """(years, draws) of the whole column."""
        return np.asarray(self.by_draw(column) * self.by_year(column) * np.ones((1, self.draws)))

    def value(self, atom: Atom) -> Part:
        """An atom worked out, whether or not it has a place in the plan."""
        return self.plan.value(atom, self._get)

    def clear(self) -> None:
        """Give the memory back: nothing that the block has worked out may be used after this."""
        self._shelf.give(*self._taken)

    def _take(self, *shape: int) -> Array:
        found = self._shelf.take(*shape)
        self._taken.append(found)
        return found

    def _product(self, at: int) -> Part:
        window, keys = self.plan.products[at].window, self.plan.products[at].factors
        made: Part = 1.0 if window is None else self._open(window)
        ready = max((n for n in range(1, len(keys)) if (keys[:n], window) in self._begun), default=0)
        if ready:
            made = self._begun[keys[:ready], window]
        elif keys and keys[0][1] == 1 and window in (None, (0, self.case.years - 1)):
            ready, made = 1, self._atom(keys[0][0])
        own: Array | None = None
        for one, power in keys[ready:]:
            factor = self._atom(one)
            shape = np.broadcast(made, factor).shape
            if shape and (own is None or own.shape != shape):
                own = self._take(*shape)
            made = _times(made, factor, power, own)
        self._products[at] = self._begun[keys, window] = made
        return made

    def _open(self, window: tuple[int, int]) -> Array:
        years = np.zeros((self.case.years, 1))
        years[window[0] : window[1] + 1] = 1.0
        return years

    def _atom(self, at: int) -> Part:
        found = self._atoms[at]
        if found is None:
            atom = self.plan.atoms[at]
            found = self._get(atom.plain) if atom.plain is not None else self.value(atom)
            self._atoms[at] = found
        return found

    def _get(self, at: int) -> Part:
        found = self._named[at]
        if found is None:
            named = self.plan.named[at]
            curve = self.case.curves.get(named.name)
            made = self._input(named.name, named.code) if curve is None else self._curve(curve, named)
            found = self._named[at] = made
        return found

    def _input(self, name: str, code: str) -> Part:
        one = self.case.inputs[name]
        own = one.regions.get(code)
        if (own or one.distribution).is_constant:
            return (own or one.distribution).mean * one.unit.scale
        drawn = own.at_score(self._scores[name]) if own else self._values[name]
        return drawn if one.unit.scale == 1 else np.multiply(drawn, one.unit.scale, out=self._take(*drawn.shape))

    def _curve(self, curve: Curve, named: Named) -> Array:
        shared = (curve.name, named.asks)
        if shared not in self._unshifted:
            known = {name: self._get(at) for name, at in named.asks}
            said = {name: evaluate(node, known) for name, node in curve.parameters.items()}
            widths = {np.size(part) for part in said.values()}
            made = self._take(_most_later(curve, self.case.years) + self.case.years, max(widths, default=1))
            self._unshifted[shared] = curve_of(curve, self.case.years, said, made)
        return later(curve, self._unshifted[shared], self.case.years, curve.waves.get(named.code, 0))


def _times(made: Part, factor: Part, power: float, out: Array | None) -> Part:
    found: Part = (
        np.divide(made, factor, out=out)
        if power == -1
        else np.multiply(made, factor if power == 1 else factor**power, out=out)
    )
    return found


def _most_later(curve: Curve, years: int) -> int:
    """The years that stand before the curve's first, so that every wave is a part of one array. Growth is not moved."""
    return 0 if curve.shape is Shape.GROWTH else min(max(curve.waves.values(), default=0), years)


def curve_of(curve: Curve, years: int, said: Mapping[str, Part], out: Array) -> Array:
    """Fill in `out`, (waves + years, draws), or (…, 1) when nothing in it is drawn. `said`: the curve's parameters.

    Until the first year it is 0, or 1 for what only wears."""
    waves = len(out) - years
    made = out[waves:]
    out[:waves] = 1.0 if curve.shape is Shape.DECAY else 0.0
    if curve.shape is Shape.TABLE:
        made[:] = np.array(curve.table)[np.minimum(np.arange(years), len(curve.table) - 1)][:, None]
    elif curve.shape is Shape.ADOPTION:
        since = np.arange(years, dtype=np.float64)[:, None] + 1 - said["delay"]
        np.subtract(said["midpoint"], since, out=made)
        made *= said["slope"]
        np.exp(made, out=made)
        made += 1
        np.divide(said["ceiling"], made, out=made)
        if since.min() <= 0:
            np.copyto(made, 0.0, where=since <= 0)
    else:
        made[0] = 1.0
        step = 1 + said["rate"] if curve.shape is Shape.GROWTH else 1 - said["rate"]
        for year in range(1, years):
            np.multiply(made[year - 1], step, out=made[year])
    return out


def later(curve: Curve, made: Array, years: int, wave: int) -> Array:
    """The part of the curve's array that a region sees which starts `wave` years later."""
    before = len(made) - years
    start = before if curve.shape is Shape.GROWTH else max(before - wave, 0)
    return made[start : start + years]


def check_block(block: Block, group: Group) -> None:
    """What only draws can tell. Raises InvalidCase when a freed hour is used more than once or a cost is negative."""
    for n, atoms in group.shares:
        shares = [block.value(atom) for atom in atoms]
        least, total = min(float(np.min(one)) for one in shares), float(np.max(sum(shares)))
        if least < 0:
            raise refused("share_negative", f"/lines/{n}", value=f"{least:.3f}")
        if total > 1 + 1e-9:
            raise refused("shares_above_one", f"/lines/{n}", total=f"{total:.3f}")
    if not group.costs:
        return
    columns = list(group.columns)
    for n, at in group.costs:
        entry = group.entries[at]
        amount = block.amounts(columns[entry.column])
        sizes = -entry.factor * entry.direction
        ends = [size * end for size in (sizes.min(), sizes.max()) for end in (amount.min(), amount.max())]
        if min(ends) < 0:
            raise refused("sign_of_cost", f"/lines/{n}", value=f"{min(ends):.6g}")


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One perspective's entries of a group, gathered: amount = `directions` (regions, M) @ (`mix` (M, columns) @ by draw)
    on curve `curves[m]`. Entries that share direction and curve are one."""

    directions: Array
    mix: Array
    curves: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A group's columns, those on the same curve together. `curves`: where each curve's columns lie · `on`: each column's
    curve · `place`: where the group's columns went · `rising`: which curves can never be negative, so that their sum is
    their turnover · `positive`: whether no factor by draw can be negative either."""

    columns: tuple[Column, ...]
    curves: tuple[slice, ...]
    on: tuple[int, ...]
    place: tuple[int, ...]
    rising: tuple[bool, ...]
    positive: bool


def layout(plan: Plan, group: Group) -> Layout:
    """The columns of a group by the curves they share."""
    columns = list(group.columns)
    standing: dict[int, int] = {}
    curve = [standing.setdefault(one.by_year, len(standing)) for one in columns]
    order = sorted(range(len(columns)), key=curve.__getitem__)
    counts = np.cumsum([0, *(curve.count(n) for n in range(len(standing)))])
    return Layout(
        columns=tuple(columns[at] for at in order),
        curves=tuple(slice(int(a), int(b)) for a, b in pairwise(counts)),
        on=tuple(sorted(curve)),
        place=tuple(int(at) for at in np.argsort(order)),
        rising=tuple(_positive(plan, one) for one in standing),
        positive=all(_positive(plan, one.by_draw) for one in columns),
    )


def _positive(plan: Plan, product: int) -> bool:
    return all(plan.least(at) >= 0 for at, _ in plan.products[product].factors)


def view(group: Group, lie: Layout, held: list[bool]) -> View:
    """The entries that are `held`, gathered by direction and curve."""
    gathered: dict[tuple[bytes, int], int] = {}
    directions: list[Array] = []
    curves: list[int] = []
    rows: list[tuple[int, int, float]] = []
    for entry, kept in zip(group.entries, held, strict=True):
        if not kept:
            continue
        column = lie.place[entry.column]
        key = (entry.direction.tobytes(), lie.on[column])
        if key not in gathered:
            gathered[key] = len(directions)
            directions.append(entry.direction)
            curves.append(lie.on[column])
        rows.append((gathered[key], column, entry.factor))
    mix = np.zeros((len(directions), len(lie.columns)))
    for row, column, factor in rows:
        mix[row, column] += factor
    by_region = np.stack(directions, axis=1) if directions else np.zeros((len(group.rows), 0))
    return View(by_region, mix, tuple(curves))


def is_money(kind: Kind) -> bool:
    return kind is not Kind.QUALITY


def discounting(case: Case, factors: Array) -> Array:
    """(years, years) matrix that discounts flows and adds them up: row y is the sum of years 0 … y."""
    return np.asarray(np.tril(np.broadcast_to(factors, (case.years, case.years))))
