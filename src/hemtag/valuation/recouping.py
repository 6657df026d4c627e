"""When each region has its costs back, in every draw, without writing out a cell of the ledger.

However many lines there are, regions differ in few directions: all alike, each by its population, each by its staff. The
lines are added up by direction first, and only then multiplied out to regions, in pieces that stay near the processor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .discounting import NEARLY
from .distributions import Array
from .ledger import Block, Layout
from .memory import Memory
from .parallel import slices
from .perspectives import PERSPECTIVES
from .plan import Group
from .products import product

RECOUPING = ("region", "region_cash")
PIECE = 1024  # draws multiplied out at once: small enough for the processor's own memory, and for one thread's product
_ALIKE = 14  # decimals to which two directions are the same one


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """A group's entries for the perspectives that can be recouped, D directions and M amounts.

    Net of region and perspective = `directions` (2 · regions, D), none negative, @ the sum of each direction's `terms`
    (row m of `mix` (M, columns) @ by draw, on a curve). `sums` (2, D): the regions of the group together.
    """

    directions: Array
    sums: Array
    mix: Array
    terms: tuple[tuple[tuple[int, int], ...], ...]


def gathered(group: Group, lie: Layout) -> Gathered:
    """Both perspectives at once, so that what they share is added up once."""
    directions: dict[tuple[tuple[bool, ...], bytes], int] = {}
    seen: list[Array] = []
    terms: list[dict[int, int]] = []
    rows: list[tuple[int, int, float]] = []
    count = 0
    for entry in group.entries:
        held = tuple(PERSPECTIVES[name].holds(entry.account, entry.kind) for name in RECOUPING)
        column = lie.place[entry.column]
        for sign in (1.0, -1.0):
            own = np.maximum(sign * entry.direction, 0.0)
            scale = float(own.max())
            if not any(held) or scale == 0:
                continue
            own = own / scale
            at = directions.setdefault((held, np.round(own, _ALIKE).tobytes()), len(directions))
            if at == len(seen):
                seen.append(np.concatenate([own * one for one in held]))
                terms.append({})
            if lie.on[column] not in terms[at]:
                terms[at][lie.on[column]] = count
                count += 1
            rows.append((terms[at][lie.on[column]], column, sign * scale * entry.factor))
    mix = np.zeros((count, len(lie.columns)))
    for row, column, factor in rows:
        mix[row, column] += factor
    made = np.stack(seen, axis=1) if seen else np.zeros((len(RECOUPING) * len(group.rows), 0))
    sums = made.reshape(len(RECOUPING), len(group.rows), -1).sum(axis=1)
    return Gathered(made, sums, mix, tuple(tuple((m, curve) for curve, m in one.items()) for one in terms))


class Workplace:
    """Arrays that every block needs: to ask for them anew each time costs more than to fill them."""

    def __init__(self, width: int, years: int, held: Sequence[Gathered], memory: Memory) -> None:
        rows, most = max(len(one.directions) for one in held), max(len(one.terms) for one in held)
        self.width = width
        self.least = memory.take(len(RECOUPING), width)
        self._nearly = memory.take(most, width)
        self._stacked = memory.take(most, years, PIECE)
        self._term = memory.take(years, PIECE)
        self._sums = memory.take(years, len(RECOUPING), PIECE)
        self._net = memory.take(years, rows, PIECE)
        self._uncovered = memory.take(years * rows * width, dtype=np.bool_)

    def uncovered(
        self,
        held: Gathered,
        lie: Layout,
        block: Block,
        added: list[Array],
        gross: list[Array],
        together: Array,
        *,
        new: bool,
    ) -> NDArray[np.bool_]:
        """(years, 2, regions, draws) where the net so far is below zero by more than rounding.

        `added` and `gross`: each curve discounted and added up, and its turnover. The sum over the group's regions is
        added to `together` (years, 2, draws), or put there when it is `new`, and what rounding may leave in it to `least`.
        """
        years, count, rows = len(self._term), len(held.terms), len(held.directions)
        amounts, sizes = block.amounts_and_sizes(lie, held.mix)
        nearly = self._nearly[:count]
        for of, terms in zip(nearly, held.terms, strict=True):
            of[:] = sum(sizes[m] * gross[curve] for m, curve in terms)
        nearly *= NEARLY
        self.least -= product(held.sums, nearly)
        known = [_known(terms, added, amounts) for terms in held.terms]
        drawn = [[(m, added[curve]) for m, curve in terms if added[curve].shape[1] > 1] for terms in held.terms]
        found = self._uncovered[: years * rows * block.draws].reshape(years, len(RECOUPING), -1, block.draws)
        for piece in slices(block.draws, PIECE):
            width = piece.stop - piece.start
            stacked, term = self._stacked[:count, :, :width], self._term[:, :width]
            for of, fixed, varying in zip(stacked, known, drawn, strict=True):
                if fixed is not None:
                    np.matmul(fixed[0], fixed[1][:, piece], out=of)
                for n, (m, total) in enumerate(varying):
                    first = n == 0 and fixed is None
                    np.multiply(total[:, piece], amounts[m, piece], out=of if first else term)
                    if not first:
                        of += term
            by_year = stacked.transpose(1, 0, 2)
            if new:
                np.matmul(held.sums, by_year, out=together[..., piece])
            else:
                together[..., piece] += np.matmul(held.sums, by_year, out=self._sums[..., :width])
            stacked += nearly[:, None, piece]
            net = np.matmul(held.directions, by_year, out=self._net[:, :rows, :width])
            np.less(net.reshape(years, len(RECOUPING), -1, width), 0.0, out=found[..., piece])
        return found


def _known(terms: tuple[tuple[int, int], ...], added: list[Array], amounts: Array) -> tuple[Array, Array] | None:
    """(years, terms) and (terms, draws) of the terms whose curves nobody draws: they are one product."""
    fixed = [(m, added[curve]) for m, curve in terms if added[curve].shape[1] == 1]
    if not fixed:
        return None
    return np.concatenate([total for _, total in fixed], axis=1), amounts[[m for m, _ in fixed]]


def first_and_lasting(uncovered: NDArray[np.bool_], first: NDArray[np.uint8], lasting: NDArray[np.uint8]) -> None:
    """From (years, …) whether the sum is below zero: the first year it is not, and the one from which it never is."""
    flags = uncovered.view(np.uint8)
    waiting, falling = flags[0].copy(), flags[-1].copy()
    waited, fell = waiting.copy(), falling.copy()
    for year in range(1, len(flags)):
        waiting &= flags[year]
        waited += waiting
        falling |= flags[-1 - year]
        fell += falling
    first[:], lasting[:] = waited, fell
