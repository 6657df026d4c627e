"""The blocks of a simulation, one after the other or side by side, and what is kept of them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .case import Case
from .discounting import discount_factors
from .distributions import Array
from .faults import refused
from .ledger import Block, Layout, View, check_block, discounting, layout, view
from .memory import Memory, Shelf, by_row, numbers_of
from .parallel import in_parts, slices
from .perspectives import PERSPECTIVES
from .plan import Group, Plan
from .products import product, sums_of_products
from .recouping import RECOUPING, Gathered, Workplace, first_and_lasting, gathered
from .sampling import Sample

BLOCK = 4096
BESIDE = ("others", "patients")
_AT_WORK = 2**21  # numbers that a thread asks for at once: usually all it needs
_FEW = 2**14  # draws that one thread fills sooner than two: they would wait for each other at every step
_MOST_NUMBERS = 2**21  # in a block's largest array: it should stay in the processor's own memory


@dataclass(frozen=True, slots=True, eq=False)
class Filled:
    """What is kept. K columns per group, Y years, N draws, R regions in the groups' order (`row_of`: the case's order).

    `worth`: per group (K, N) discounted · `means`: per group (K, Y) mean over draws, not discounted · `cumulative`: for
    what can be recouped, perspective → (Y, N) discounted and added up, all regions together · `last`: perspective → (N,)
    the same in the last year · `first` and `lasting`: (2, R + 1, N) the year of pay-back, Y for never, the last row all
    together.
    """

    plan: Plan
    layouts: tuple[Layout, ...]
    row_of: tuple[int, ...]
    worth: list[Array]
    means: list[Array]
    cumulative: dict[str, Array]
    last: dict[str, Array]
    first: NDArray[np.uint8]
    lasting: NDArray[np.uint8]


def fill(case: Case, drawn: Sample, block: int | None = None, threads: int | None = None) -> Filled:
    """Every block of the draws through the plan. Raises InvalidCase for what only draws can tell."""
    work = _Work(prepared(case), drawn, block)
    alone = 1 if drawn.draws <= _FEW else None
    sums = in_parts(work.block, slices(drawn.draws, work.size), threads or alone)
    means = [np.sum(parts, axis=0) / drawn.draws for parts in zip(*sums, strict=True)]
    _finite(work.plan, work.layouts, means)
    order = [row for group in work.plan.groups for row in group.rows]
    row_of = tuple(int(at) for at in np.argsort(order))
    cumulative = dict(zip(RECOUPING, work.cumulative.transpose(1, 0, 2), strict=True))
    last = dict(zip(BESIDE, work.last, strict=True)) | {name: total[-1] for name, total in cumulative.items()}
    return Filled(work.plan, work.layouts, row_of, work.worth, means, cumulative, last, work.first, work.lasting)


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A case's plan, and how its groups are laid out: what does not depend on the draws."""

    plan: Plan
    layouts: tuple[Layout, ...]
    recouping: tuple[Gathered, ...]
    beside: tuple[list[View], ...]


def prepared(case: Case) -> Prepared:
    """Worked out the first time a case is asked for, and kept with it."""
    found: Prepared | None = case.prepared.get("plan")
    if found is None:
        plan = Plan(case)
        layouts = tuple(layout(plan, group) for group in plan.groups)
        pairs = list(zip(plan.groups, layouts, strict=True))
        recouping = tuple(gathered(group, lie) for group, lie in pairs)
        found = Prepared(plan, layouts, recouping, tuple(beside(group, lie) for group, lie in pairs))
        case.prepared["plan"] = found
    return found


class _Work:
    def __init__(self, ready: Prepared, drawn: Sample, block: int | None) -> None:
        self.plan, self.drawn, self.case = ready.plan, drawn, ready.plan.case
        self.layouts, self.recouping, self.beside = ready.layouts, ready.recouping, ready.beside
        years, draws, regions = self.case.years, drawn.draws, len(self.case.regions)
        self.factors = discount_factors(years, self.case.rates)
        self.adding = discounting(self.case, self.factors)
        columns = sum(len(lie.columns) for lie in self.layouts)
        flags = (len(RECOUPING), regions + 1, draws)
        kept = Memory(
            numbers_of(columns, draws) + numbers_of(years, len(RECOUPING), draws) + numbers_of(len(BESIDE), draws)
            + numbers_of(*flags) // 2
        )  # fmt: skip
        self.worth = _apart(kept.take(columns, draws), self.layouts)
        self.cumulative, self.last = kept.take(years, len(RECOUPING), draws), kept.take(len(BESIDE), draws)
        self.first, self.lasting = kept.take(*flags, dtype=np.uint8), kept.take(*flags, dtype=np.uint8)
        most = max(
            *(len(lie.curves) * years for lie in self.layouts),
            *(len(lie.columns) for lie in self.layouts),
            2 * regions * years,
        )
        self.size = block or int(np.clip(1 << (_MOST_NUMBERS // most).bit_length() - 1, 64, BLOCK))
        self._own = threading.local()

    def block(self, part: slice) -> list[Array]:
        """Fill in the part's draws; the sums over them, per group (K, Y)."""
        names, width = self.drawn.names, part.stop - part.start
        values = dict(zip(names, self.drawn.values[:, part], strict=True))
        scores = dict(zip(names, self.drawn.scores[:, part], strict=True))
        place, shelf = self._memory(width)
        for zeroed in (place.least, self.last[:, part]):
            zeroed[:] = 0.0
        sums, at = [], 0
        with by_row():
            block = Block(self.plan, values, scores, width, shelf)
            for n, group in enumerate(self.plan.groups):
                check_block(block, group)
                sums.append(self._group(block, n, part, at, place, shelf))
                at += len(group.rows)
        uncovered = np.less(self.cumulative[:, :, part], place.least)
        first_and_lasting(uncovered, self.first[:, -1, part], self.lasting[:, -1, part])
        block.clear()
        return sums

    def _memory(self, width: int) -> tuple[Workplace, Shelf]:
        """What a thread uses again for each of its blocks."""
        found: tuple[Workplace, Shelf] | None = getattr(self._own, "memory", None)
        if found is None or found[0].width != width:
            memory = Memory(_AT_WORK)
            found = self._own.memory = Workplace(width, self.case.years, self.recouping, memory), Shelf(memory)
        return found

    def _group(self, block: Block, n: int, part: slice, at: int, place: Workplace, shelf: Shelf) -> Array:
        lie, years, rows = self.layouts[n], self.case.years, slice(at, at + len(self.plan.groups[n].rows))
        by_draw = block.stacked(lie.columns)
        by_year = [block.by_year(lie.columns[own.start]) for own in lie.curves]
        added = [product(self.adding, flow, out=shelf.take(years, flow.shape[1])) for flow in by_year]
        sums = np.empty((len(lie.columns), years))
        gross: list[Array] = []
        for own, rising, flow, total in zip(lie.curves, lie.rising, by_year, added, strict=True):
            np.multiply(by_draw[own], total[-1], out=self.worth[n][own, part])
            gross.append(total[-1] if rising else self.factors @ np.abs(flow))
            if flow.shape[1] > 1:
                sums[own] = sums_of_products(by_draw[own], flow)
            else:
                sums[own] = by_draw[own].sum(axis=1)[:, None] * flow.T
        uncovered = place.uncovered(
            self.recouping[n], lie, block, added, gross, self.cumulative[:, :, part], new=n == 0
        )
        first_and_lasting(uncovered, self.first[:, rows, part], self.lasting[:, rows, part])
        for which, other in enumerate(self.beside[n]):
            for amount, curve in zip(block.mixed(lie.columns, other.mix), other.curves, strict=True):
                self.last[which, part] += added[curve][-1] * amount
        shelf.give(*added)
        return sums


def beside(group: Group, lie: Layout) -> list[View]:
    """The other accounts: only all regions together, their sizes multiplied into the mix."""
    found = []
    for name in BESIDE:
        part = view(group, lie, [PERSPECTIVES[name].holds(entry.account, entry.kind) for entry in group.entries])
        found.append(View(part.directions, part.mix * part.directions.sum(axis=0)[:, None], part.curves))
    return found


def _apart(whole: Array, layouts: Sequence[Layout]) -> list[Array]:
    """One array for all groups' columns, a part each: a single large request is cheaper to fill than several."""
    ends = np.cumsum([len(lie.columns) for lie in layouts])
    return np.split(whole, ends[:-1])


def _finite(plan: Plan, layouts: Sequence[Layout], sums: list[Array]) -> None:
    """Whether every sum over the draws is a number: then each draw is."""
    for group, lie, amounts in zip(plan.groups, layouts, sums, strict=True):
        sound = np.isfinite(amounts.sum(axis=1))
        for entry in group.entries:
            if not sound[lie.place[entry.column]] or not np.isfinite(entry.factor * entry.direction).all():
                raise refused("not_finite", f"/lines/{entry.line}", name=plan.case.lines[entry.line].name)
