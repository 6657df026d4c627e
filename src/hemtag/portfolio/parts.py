"""Parts of a search, as tables that compiled functions can read and write: what they share, wait with, and work on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .packages import Ints

Places = NDArray[np.uint32]  # without a sign there is nothing to count from the end
Floats = NDArray[np.float64]
EVEN = 16  # columns at hand are filled up with empty ones to a multiple of this: no loop has any left over to take one by one

# Places in `told`: parts that wait, the least value of interest, choices met, parts opened, steps, their work and how much
# that may be, and how many of the best choices are wanted.
LEFT, BEST, MET, PARTS, PIVOTS, WORK, UNTIL, KEEP = 0, 1, 2, 3, 4, 5, 6, 7


class Table(NamedTuple):
    """What does not change: `use` of the rows (divided by `scale`) and `worth` of every package and then every row's
    slack, group of each, and which of its group's blocks a package holds, as bits; the packages' whole numbers; which
    others each clashes with, as bits. `use` is rows × columns, `rows` is packages × rows, `clash` packages × words, none
    when nothing clashes."""

    use: Floats
    worth: Floats
    home: Places
    mark: Places
    rows: Ints
    values: Ints
    limits: Ints
    scale: Floats
    clash: NDArray[np.uint64]


class Waiting(NamedTuple):
    """The parts that wait, the latest last. Of each: the number of its packages, which they are, how far each falls short
    of the key of its group (then the prices of the rows), the columns of the basis, the keys, the inverse of the basis,
    what the keys leave of the rows and are worth, the greatest value that the part can hold, and of what it is a `half`:
    group (their number: of nothing), block, without (0) or with it, how much of the block was taken or lacked before
    (nothing: not to be learnt from), and the bound before."""

    size: Ints
    column: Places
    loss: Floats
    basis: Places
    key: Places
    inverse: Floats
    rest: Ints
    base: Ints
    most: Floats
    half: Floats


class Node(NamedTuple):
    """One part at work, its columns packed: `size` (packages, columns filled up, packages allowed), `base` and value; the
    columns' difference from their keys in use (`table`) and worth (`gain`), what they lose, group and column number, place
    of each column number, and so on as in `Waiting`; how many packages each group had `left` when it was last asked what
    clashes with them. The rest is room to work in."""

    size: Ints
    base: Ints
    value: Floats
    table: Floats
    gain: Floats
    loss: Floats
    group: Places
    column: Places
    place: Places
    key: Places
    basis: Places
    inverse: Floats
    weight: Floats
    rest: Ints
    role: Places
    line: Floats
    ratio: Floats
    price: Floats
    ray: Floats
    spare: Floats
    turned: Floats
    taken: Floats
    square: Floats
    bits: NDArray[np.uint64]
    left: Places
    half: Floats


def room(depth: int, n: int, k: int, groups: int, before: Waiting | None = None) -> Waiting:
    """Room for so many parts that wait, of `n` packages, `k` rows and `groups`, with those that waited `before`."""
    made = Waiting(
        size=np.zeros(depth, np.int64),
        column=np.zeros((depth, n), np.uint32),
        loss=np.zeros((depth, n + k)),
        basis=np.zeros((depth, k), np.uint32),
        key=np.zeros((depth, groups), np.uint32),
        inverse=np.zeros((depth, k, k)),
        rest=np.zeros((depth, k), np.int64),
        base=np.zeros(depth, np.int64),
        most=np.zeros(depth),
        half=np.zeros((depth, 5)),
    )
    if before is not None:
        for name in Waiting._fields:
            getattr(made, name)[: len(before.size)] = getattr(before, name)
    return made


def desk(n: int, k: int, groups: int) -> Node:
    """Where a part can be worked on."""
    width = n + k + EVEN
    return Node(
        size=np.zeros(3, np.int64),
        base=np.zeros(1, np.int64),
        value=np.zeros(1),
        table=np.zeros((k, width)),
        gain=np.zeros(width),
        loss=np.zeros(width),
        group=np.zeros(width, np.uint32),
        column=np.zeros(width, np.uint32),
        place=np.zeros(width, np.uint32),
        key=np.zeros(groups, np.uint32),
        basis=np.zeros(k, np.uint32),
        inverse=np.zeros((k, k)),
        weight=np.zeros(k),
        rest=np.zeros(k, np.int64),
        role=np.zeros(width, np.uint32),
        line=np.zeros(width),
        ratio=np.zeros(width),
        price=np.zeros(k),
        ray=np.zeros(k),
        spare=np.zeros(k),
        turned=np.zeros(k),
        taken=np.zeros(groups + 1),
        square=np.zeros((k, k)),
        bits=np.zeros((2, n // 64 + 1), np.uint64),
        left=np.zeros(groups + 1, np.uint32),
        half=np.zeros(5),
    )
