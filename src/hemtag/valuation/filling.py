"""The blocks of a simulation, one after the other or side by side, and what is kept of them."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .case import Case
from .discounting import discount_factors
from .distributions import Array
from .faults import refused
from .ledger import Block, Layout, View, check_block, discounting, layout, view
from .parallel import in_parts, slices
from .perspectives import PERSPECTIVES
from .plan import Group, Plan
from .products import product, sums_of_products
from .sampling import Sample

BLOCK = 4096
PIECE = (
    1024  # what is multiplied out at once: small enough for the processor's own memory, and for one thread's product
)
RECOUPING = ("region", "region_cash")
BESIDE = ("others", "patients")
_MOST_NUMBERS = 2**21  # in a block's largest array: it should stay in the processor's own memory


@dataclass(frozen=True, slots=True, eq=False)
class Filled:
    """What is kept. K columns per group, Y years, N draws, R regions in the groups' order (`row_of`: the case's order).

    `worth`: per group (K, N) discounted · `means`: per group (K, Y) mean over draws, not discounted · `cumulative`:
    perspective → (Y, N) discounted and added up, all regions together · `first` and `lasting`: (2, R + 1, N) the year of
    pay-back, Y for never, the last row all together.
    """

    plan: Plan
    layouts: tuple[Layout, ...]
    row_of: tuple[int, ...]
    worth: list[Array]
    means: list[Array]
    cumulative: dict[str, Array]
    first: NDArray[np.uint8]
    lasting: NDArray[np.uint8]


def fill(case: Case, drawn: Sample, block: int | None = None, threads: int | None = None) -> Filled:
    """Every block of the draws through the plan. Raises InvalidCase for what only draws can tell."""
    plan = Plan(case)
    work = _Work(plan, drawn)
    sums = in_parts(work.block, slices(drawn.draws, block or work.size), threads)
    means = [np.sum(parts, axis=0) / drawn.draws for parts in zip(*sums, strict=True)]
    _finite(plan, work.layouts, work.worth)
    order = [row for group in plan.groups for row in group.rows]
    row_of = tuple(int(at) for at in np.argsort(order))
    return Filled(plan, tuple(work.layouts), row_of, work.worth, means, work.cumulative, work.first, work.lasting)


class _Work:
    def __init__(self, plan: Plan, drawn: Sample) -> None:
        self.plan, self.drawn, self.case = plan, drawn, plan.case
        years, draws, regions = self.case.years, drawn.draws, len(self.case.regions)
        self.factors = discount_factors(years, self.case.rates)
        self.adding = discounting(self.case, self.factors)
        self.layouts = [layout(plan, group) for group in plan.groups]
        self.recouping = [_recouping(group, lie) for group, lie in zip(plan.groups, self.layouts, strict=True)]
        self.beside = [_beside(group, lie) for group, lie in zip(plan.groups, self.layouts, strict=True)]
        self.worth = [np.empty((len(lie.columns), draws)) for lie in self.layouts]
        self.cumulative = {name: np.empty((years, draws)) for name in (*RECOUPING, *BESIDE)}
        self.first = np.empty((len(RECOUPING), regions + 1, draws), dtype=np.uint8)
        self.lasting = np.empty_like(self.first)
        self.widest = max((len(held.curves) for held in self.recouping), default=1)
        most = max(self.widest * years, *(len(lie.columns) for lie in self.layouts), 2 * regions * years, 1)
        self.size = int(np.clip(1 << (_MOST_NUMBERS // most).bit_length() - 1, 64, BLOCK))
        self._own = threading.local()

    def block(self, part: slice) -> list[Array]:
        """Fill in the part's draws; the sums over them, per group (K, Y)."""
        names, width = self.drawn.names, part.stop - part.start
        values = dict(zip(names, self.drawn.values[:, part], strict=True))
        scores = dict(zip(names, self.drawn.scores[:, part], strict=True))
        room = self._room(width)
        for zeroed in (room.least, room.together):
            zeroed[:] = 0.0
        sums, at = [], 0
        with np.errstate(all="ignore"):
            block = Block(self.plan, values, scores, width)
            for n, group in enumerate(self.plan.groups):
                check_block(block, group)
                sums.append(self._group(block, n, part, at, room))
                at += len(group.rows)
        np.greater_equal(room.together[:, : len(RECOUPING)], room.least, out=room.covered[:, :, -1])
        for which, name in enumerate(self.cumulative):
            self.cumulative[name][:, part] = room.together[:, which]
        self.first[:, :, part], self.lasting[:, :, part] = _first_and_lasting(room.covered)
        return sums

    def _room(self, width: int) -> _Room:
        """Memory that a thread uses again for each of its blocks."""
        found: _Room | None = getattr(self._own, "room", None)
        if found is None or found.width != width:
            found = self._own.room = _Room(width, self.case.years, len(self.case.regions), self.widest)
        return found

    def _group(self, block: Block, n: int, part: slice, at: int, room: _Room) -> Array:
        lie, years, regions = self.layouts[n], self.case.years, len(self.plan.groups[n].rows)
        by_draw = block.stacked(lie.columns)
        by_year = [block.by_year(lie.columns[own.start]) for own in lie.curves]
        added = [product(self.adding, flow) for flow in by_year]
        sums = np.empty((len(lie.columns), years))
        gross: list[Array] = []
        for own, rising, flow, total in zip(lie.curves, lie.rising, by_year, added, strict=True):
            np.multiply(by_draw[own], total[-1], out=self.worth[n][own, part])
            gross.append(total[-1] if rising else self.factors @ np.abs(flow))
            if flow.shape[1] > 1:
                sums[own] = sums_of_products(by_draw[own], flow)
            else:
                sums[own] = by_draw[own].sum(axis=1)[:, None] * flow.T
        held = self.recouping[n]
        count = len(held.curves)
        amounts = block.mixed(lie.columns, held.mix, by_draw)
        sizes = np.abs(amounts, out=room.sizes[:count])
        for m, curve in enumerate(held.curves):
            sizes[m] *= gross[curve]
        least = -1e-9 * product(np.abs(held.directions), sizes).reshape(len(RECOUPING), regions + 1, -1)
        room.least += least[:, -1]
        for piece in slices(block.draws, PIECE):
            grown = room.grown[:, :count, : piece.stop - piece.start]
            for m, curve in enumerate(held.curves):
                total = added[curve]
                np.multiply(total if total.shape[1] == 1 else total[:, piece], amounts[m, piece], out=grown[:, m])
            net = np.matmul(held.directions, grown).reshape(years, len(RECOUPING), regions + 1, -1)
            np.greater_equal(net[:, :, :-1], least[:, :-1, piece], out=room.covered[:, :, at : at + regions, piece])
            room.together[:, : len(RECOUPING), piece] += net[:, :, -1]
        for which, other in enumerate(self.beside[n], len(RECOUPING)):
            for amount, curve in zip(block.mixed(lie.columns, other.mix, by_draw), other.curves, strict=True):
                room.together[:, which] += added[curve] * amount
        return sums


class _Room:
    """Arrays that every block needs: to ask for them anew each time costs more than to fill them."""

    def __init__(self, width: int, years: int, regions: int, widest: int) -> None:
        self.width = width
        self.sizes = np.empty((widest, width))
        self.grown = np.empty((years, widest, PIECE))
        self.least = np.empty((len(RECOUPING), width))
        self.together = np.empty((years, len(RECOUPING) + len(BESIDE), width))
        self.covered = np.empty((years, len(RECOUPING), regions + 1, width), dtype=np.bool_)


def _recouping(group: Group, lie: Layout) -> View:
    """Both views that can be recouped as one: the regions and their sum in each, so that what they share is one factor."""
    held = [[PERSPECTIVES[name].holds(entry.account, entry.kind) for entry in group.entries] for name in RECOUPING]
    sets = list(zip(*held, strict=True))
    parts = []
    for one in [one for one in dict.fromkeys(sets) if any(one)]:
        part = view(group, lie, [other == one for other in sets])
        with_sum = np.concatenate([part.directions, part.directions.sum(axis=0, keepdims=True)])
        parts.append(View(np.concatenate([with_sum * seen for seen in one]), part.mix, part.curves))
    if not parts:
        rows = len(RECOUPING) * (len(group.rows) + 1)
        return View(np.zeros((rows, 0)), np.zeros((0, len(lie.columns))), ())
    return View(
        np.concatenate([part.directions for part in parts], axis=1),
        np.concatenate([part.mix for part in parts]),
        tuple(curve for part in parts for curve in part.curves),
    )


def _beside(group: Group, lie: Layout) -> list[View]:
    """The other accounts: only all regions together, their sizes multiplied into the mix."""
    found = []
    for name in BESIDE:
        part = view(group, lie, [PERSPECTIVES[name].holds(entry.account, entry.kind) for entry in group.entries])
        found.append(View(part.directions, part.mix * part.directions.sum(axis=0)[:, None], part.curves))
    return found


def _first_and_lasting(covered: NDArray[np.bool_]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """From (years, …) whether the sum is covered, the first year it is, and the one from which it stays."""
    flags = covered.view(np.uint8)
    years = len(flags)
    staying = flags[-1].copy()
    stays = staying.copy()
    waiting = flags[0] ^ 1
    waits = waiting.copy()
    for year in range(1, years):
        staying &= flags[years - 1 - year]
        stays += staying
        waiting &= flags[year] ^ 1
        waits += waiting
    return waits, np.asarray(years - stays, dtype=np.uint8)


def _finite(plan: Plan, layouts: list[Layout], worth: list[Array]) -> None:
    for group, lie, amounts in zip(plan.groups, layouts, worth, strict=True):
        sound = np.isfinite(amounts.sum(axis=1))
        for entry in group.entries:
            if not sound[lie.place[entry.column]] or not np.isfinite(entry.factor * entry.direction).all():
                raise refused("not_finite", f"/lines/{entry.line}", name=plan.case.lines[entry.line].name)
