"""What a part no longer allows: halves that lose too much, what clashes with all that is left of a group, and the columns of
both, which are taken away; machine code."""

from __future__ import annotations

import numpy as np

from .compiling import compiled
from .parts import EVEN, Floats, Node, Table
from .simplex import BARRED, OUT, span, turn_to_key, weigh


@compiled
def close(t: Table, node: Node, doubtful: Floats, count: int, enough: float) -> int:
    """Bar the halves of doubtful blocks that lose more than `enough`. How many were barred; −1 when some block has lost both."""
    closed = 0
    for one in range(count):
        without, held = doubtful[one, 3] > enough, doubtful[one, 4] > enough
        if without and held:
            return -1
        if without or held:
            take_half(t, node, int(doubtful[one, 1]), int(doubtful[one, 2]), 1 if without else 0)
            closed += 1
    return closed


@compiled
def take_half(t: Table, node: Node, group: int, bit: int, side: int) -> None:
    """Bar the group's packages that do not hold the block `bit` (`side` 1), or that do (0)."""
    for j in range(node.size[0]):
        if node.group[j] == group and t.mark[node.column[j]] >> bit & 1 != side:
            node.loss[j] = OUT


@compiled
def has_basic(node: Node, group: int) -> bool:
    """Whether a package of the group is basic."""
    basic = False
    for q in range(len(node.rest)):
        basic |= node.group[node.basis[q]] == group
    return basic


@compiled
def give_way(t: Table, node: Node, g: int) -> bool:
    """The key of a group without basic packages gives way to the allowed package that loses least; False if there is none."""
    low, high = span(node, node.place[node.key[g]])
    at, drop = low, OUT
    for j in range(low, high):
        if node.loss[j] < drop:
            at, drop = j, node.loss[j]
    if drop > BARRED:
        return False
    for j in range(low, high):
        if node.loss[j] < BARRED:
            node.loss[j] = max(node.loss[j] - drop, 0.0)
    turn_to_key(t, node, at)
    return True


@compiled
def spread(t: Table, node: Node, opened: int) -> int:
    """Bar what clashes with every package left of the group `opened`; of every group that has fewer left than before when
    that is −1, and of all when it is their number. 0 if nothing in use was barred, 1 if so, −1 if a group has nothing left."""
    words, m, groups = t.clash.shape[1], node.size[0], len(node.key)
    if words == 0:
        return 0
    against, mine = node.bits[0], node.bits[1]
    for w in range(words):
        against[w] = 0
    j, some, every = 0, np.uint64(0), opened == groups
    while j < m:
        g, start, count = node.group[j], j, 0
        while j < m and node.group[j] == g:
            count += node.loss[j] < BARRED
            j += 1
        if count == 0:
            return -1
        if every or opened == g or (opened < 0 and node.left[g] != count):
            first = True
            for one in range(start, j):
                if node.loss[one] < BARRED:
                    line = t.clash[node.column[one]]
                    for w in range(words):
                        mine[w] = line[w] if first else mine[w] & line[w]
                    first = False
            for w in range(words):
                against[w] |= mine[w]
                some |= mine[w]
        node.left[g] = count
    if some == 0:
        return 0
    in_use = 0
    for j in range(m):
        c, g = node.column[j], node.group[j]
        if node.loss[j] < BARRED and against[c >> 6] >> np.uint64(c & 63) & np.uint64(1):
            node.loss[j] = OUT
            if node.key[g] == c:
                if not has_basic(node, g) and not give_way(t, node, g):
                    return -1
                in_use = 1
            for q in range(len(node.rest)):
                if node.basis[q] == j:
                    in_use = 1
    if in_use:
        weigh(t, node)
    return in_use


@compiled
def pack(t: Table, node: Node) -> None:
    """Take away the columns of packages that the part does not allow, unless basic or key, and of groups that are decided."""
    n, k = t.rows.shape
    m, groups, j, count = node.size[0], len(node.key), 0, 0
    for r in range(k):
        node.spare[r] = node.column[node.basis[r]]
    while j < m:
        g, start, only_key = node.group[j], count, True
        while j < m and node.group[j] == g:
            if node.loss[j] < BARRED or node.role[j] != 0:
                node.column[count], node.group[count], node.role[count] = node.column[j], g, node.role[j]
                node.gain[count], node.loss[count] = node.gain[j], node.loss[j]
                for q in range(k):
                    node.table[q, count] = node.table[q, j]
                node.place[node.column[count]] = count
                only_key &= node.role[j] == 2
                count += 1
            j += 1
        if only_key:
            count = start
    wide = (count + k + EVEN - 1) // EVEN * EVEN
    for r in range(k):
        at = count + r
        node.loss[at], node.gain[at] = node.loss[m + r], 0.0
        node.column[at], node.place[n + r], node.group[at] = n + r, at, groups
    for j in range(count + k, wide):
        node.loss[j], node.gain[j] = 1.0, 0.0
    for r in range(k):
        line = node.table[r]
        for j in range(count, wide):
            line[j] = 0.0
        line[count + r] = 1.0
        node.basis[r] = node.place[int(node.spare[r])]
    node.size[0], node.size[1] = count, wide
