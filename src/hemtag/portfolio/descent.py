"""The search itself: parts of the choice are opened one by one, the most promising first; machine code.

A part is halved at the block that tells most, by what a step into both halves loses, or some steps where many halvings
may remain. What is chosen is checked in whole numbers.
"""

from __future__ import annotations

import numpy as np

from . import barring, parts, simplex
from .barring import close, pack, spread, take_half
from .compiling import compiled, kept
from .packages import Ints
from .parts import BEST, KEEP, LEFT, MET, PARTS, UNTIL, WORK, Floats, Node, Table, Waiting
from .simplex import (
    BARRED,
    CLOSED,
    LEAST,
    NIL,
    OUT,
    SMALL,
    STEPS,
    STUCK,
    TINY,
    combine,
    copy,
    mend,
    open_part,
    reprice,
    span,
)

LOOKED_AT, AHEAD, WORTH_IT = 8, 10, 6.0  # so many blocks, so many steps, when so many halvings may remain
FULL = 0.75  # a part with fewer of its columns allowed is packed
RELIABLE = 4.0  # what so many such looks have said of a block is believed
LEAST_SHARE = 0.01  # of a block: what less of it says is not multiplied more
SEEN = 0.2  # a half that was opened tells as much as so many looks
FINISHED, PAUSED, DEEPER, LOST, MANY = 0, 1, 2, 3, 4  # what `descend` says when it returns


@compiled
def one_step(t: Table, node: Node, doubtful: Floats, learnt: Floats, gap: float) -> tuple[int, int, float]:
    """The blocks that are taken in part, as rows of `doubtful`: score, group, bit, what one step says that the part loses
    without the block and with it, share taken, and which basic packages tell. `learnt` is for each group and bit what a
    half lost in all for each whole block that was taken or lacked, and how often that was seen: without it, and with it.
    Returns how many there are, the row of the most telling one, and how much one step alone told at most."""
    m, k = node.size[0], len(node.rest)
    width, count, pick, told = node.size[1], 0, 0, 0.0
    for j in range(width):
        node.ratio[j] = 1.0 / max(node.loss[j], NIL)
    for j in range(m):
        if node.role[j] != 0:
            node.ratio[j] = 0.0
    for r in range(k):
        node.ratio[node.basis[r]] = 0.0
    for r in range(k):
        at = node.basis[r]
        if at >= m or count >= len(doubtful):
            continue
        g, again = node.group[at], False
        for q in range(r):
            again |= node.group[node.basis[q]] == g
        if again:
            continue
        start, (low, high) = count, span(node, at)
        differ = np.uint32(0)
        for q in range(k):
            if node.group[node.basis[q]] == g:
                differ |= t.mark[node.column[node.basis[q]]] ^ t.mark[node.key[g]]
        for bit in range(learnt.shape[1]):
            if differ >> bit == 0:
                break
            if differ >> bit & 1 == 0:
                continue
            side = 1 - (t.mark[node.key[g]] >> bit & 1)  # the packages on this side, which the key is not
            share, tells, which = 0.0, 0, 0
            for q in range(k):
                node.ray[q] = 0.0
            for other in range(k):
                if node.group[node.basis[other]] == g:
                    if t.mark[node.column[node.basis[other]]] >> bit & 1 == side:
                        share += node.weight[other]
                        tells |= 1 << min(which, 52)
                        for q in range(k):
                            node.ray[q] += node.inverse[other, q]
                    which += 1
            again = not SMALL < share < 1 - SMALL
            for one in range(start, count):
                again |= doubtful[one, 6] == tells
            if again or count >= len(doubtful):
                continue
            combine(node.table, node.ray, node.line, width)
            for j in range(low, high):
                if t.mark[node.column[j]] >> bit & 1 == side:
                    node.line[j] -= 1.0
            most_up = most_down = 0.0
            for j in range(width):
                speed = node.line[j] * node.ratio[j]
                most_up, most_down = max(most_up, speed), min(most_down, speed)
            out = (1 - 1e-4) * share / most_up if most_up > TINY else OUT
            only = (1 - 1e-4) * (1 - share) / -most_down if -most_down > TINY else OUT
            known, doubtful[count, 1], doubtful[count, 2], doubtful[count, 6] = learnt[g, bit], g, bit, tells
            if side == 0:
                out, only, share = only, out, 1 - share
            doubtful[count, 3], doubtful[count, 4], doubtful[count, 5] = out, only, share
            told = max(told, min(max(out, LEAST), gap) * min(max(only, LEAST), gap))
            if known[1] > 0.0:
                out = max(out, known[0] / known[1] * share)
            if known[3] > 0.0:
                only = max(only, known[2] / known[3] * (1 - share))
            doubtful[count, 0] = min(max(out, LEAST), gap) * min(max(only, LEAST), gap)
            if doubtful[count, 0] > doubtful[pick, 0]:
                pick = count
            count += 1
    return count, pick, told


@compiled
def look_ahead(
    t: Table, node: Node, trial: Node, total: float, doubtful: Floats, learnt: Floats, count: int, told: Ints
) -> int:
    """The most telling of the doubtful blocks, by a few steps into both halves of the most promising ones, unless enough has
    been learnt of them before."""
    gap = total - told[BEST] + 1
    pick, score = 0, -1.0
    for turn in range(min(LOOKED_AT, count)):
        one = turn
        for other in range(turn + 1, count):
            if doubtful[other, 0] > doubtful[one, 0]:
                one = other
        for q in range(doubtful.shape[1]):
            doubtful[turn, q], doubtful[one, q] = doubtful[one, q], doubtful[turn, q]
        g, bit, share = int(doubtful[turn, 1]), int(doubtful[turn, 2]), doubtful[turn, 5]
        known = learnt[g, bit]
        if known[1] < RELIABLE or known[3] < RELIABLE:
            for side in range(2):
                copy(node, trial)
                take_half(t, trial, g, bit, side)
                state = mend(t, trial, AHEAD, told)
                if state == STUCK:
                    continue
                lost = OUT if state == CLOSED else (1 - 1e-6) * (total - trial.value[0])
                doubtful[turn, 3 + side] = max(doubtful[turn, 3 + side], lost)
                known[2 * side] += min(lost, gap) / (share if side == 0 else 1 - share)
                known[2 * side + 1] += 1.0
            without, held = doubtful[turn, 3], doubtful[turn, 4]
            doubtful[turn, 0] = min(max(without, LEAST), gap) * min(max(held, LEAST), gap)
            if without >= gap and held >= gap:
                return turn
        if doubtful[turn, 0] > score:
            pick, score = turn, doubtful[turn, 0]
    return pick


@compiled
def learn(node: Node, learnt: Floats, bound: float) -> None:
    """What the half that the node is has lost, down to this bound, tells of its block the next time."""
    group, bit, side, share, before = node.half
    if share > 0.0:
        known = learnt[int(group), int(bit)]
        known[2 * int(side)] += SEEN * max(before - bound, 0.0) / share
        known[2 * int(side) + 1] += SEEN
        node.half[3] = 0.0


@compiled
def put(t: Table, waiting: Waiting, node: Node, most: float, group: int, bit: int, side: int, told: Ints) -> None:
    """The node as a part that waits, with those packages of the group that hold the block `bit` (`side` 1) or do not (0).

    A key that is not among them and has no basic package beside it gives way to the one that loses least. Packages that
    are not allowed stay only while basic or key. A group without any makes the part empty, and then it does not wait."""
    k, m, at = len(node.rest), node.size[0], told[LEFT]
    waiting.most[at], waiting.base[at] = most, node.base[0]
    for g in range(len(node.key)):
        waiting.key[at, g] = node.key[g]
    basic = t.mark[node.key[group]] >> bit & 1 == side
    for q in range(k):
        waiting.rest[at, q], waiting.basis[at, q] = node.rest[q], node.column[node.basis[q]]
        basic |= node.group[node.basis[q]] == group
        for r in range(k):
            waiting.inverse[at, q, r] = node.inverse[q, r]
    drop = 0.0
    if not basic:
        old, drop = node.key[group], OUT
        new = old
        for j in range(m):
            if node.group[j] == group and t.mark[node.column[j]] >> bit & 1 == side and node.loss[j] < drop:
                new, drop = node.column[j], node.loss[j]
        if new == old:
            return
        waiting.key[at, group] = new
        waiting.most[at] -= drop
        waiting.base[at] += t.values[new] - t.values[old]
        for q in range(k):
            waiting.rest[at, q] += t.rows[old, q] - t.rows[new, q]
    j = count = 0
    while j < m:
        g, start, only_key, possible = node.group[j], count, True, False
        while j < m and node.group[j] == g:
            c, loss = node.column[j], node.loss[j]
            if g == group:
                if t.mark[c] >> bit & 1 != side:
                    loss = OUT
                elif loss < BARRED:
                    loss = max(loss - drop, 0.0)
            is_key = c == waiting.key[at, g]
            possible |= loss < BARRED
            if loss < BARRED or is_key or node.role[j] == 1:
                waiting.column[at, count], waiting.loss[at, count] = c, loss
                count += 1
                only_key &= is_key
            j += 1
        if not possible:
            return
        if only_key and g != group:
            count = start  # decided: what the key takes is in `rest` and `base`
    for q in range(k):
        waiting.loss[at, count + q] = node.loss[m + q]
    waiting.size[at] = count
    for q in range(len(node.half)):
        waiting.half[at, q] = node.half[q]
    told[LEFT] = at + 1


@compiled
def note(t: Table, node: Node, told: Ints, found: Ints) -> int:
    """The node's whole choice among those found, with its worth last, if it holds and is good enough; those that then are
    no longer good enough leave. Returns its row in `found`."""
    groups, row = len(node.key), int(told[MET])
    chosen = found[row]
    for g in range(groups):
        chosen[g] = node.key[g]
    for r in range(len(node.rest)):
        if node.basis[r] < node.size[0] and node.weight[r] > 0.5:
            chosen[node.group[node.basis[r]]] = node.column[node.basis[r]]
    chosen[groups] = 0
    for g in range(groups):
        chosen[groups] += t.values[chosen[g]]
    holds = chosen[groups] >= told[BEST]
    for q in range(len(node.rest)):
        used = 0
        for g in range(groups):
            used += t.rows[chosen[g], q]
        holds &= used <= t.limits[q]
    for other in range(row):
        same = True
        for g in range(groups):
            same &= found[other, g] == chosen[g]
        if same:
            return other
    if not holds:
        return row
    for one in range(row + 1):
        above = as_good = 0
        for other in range(row + 1):
            above += found[other, groups] > found[one, groups]
            as_good += found[other, groups] >= found[one, groups]
        if above < told[KEEP] <= as_good:
            told[BEST] = max(told[BEST], found[one, groups])
    place, mine = 0, row
    for one in range(row + 1):
        if found[one, groups] >= told[BEST]:
            mine = place if one == row else mine
            for g in range(groups + 1):
                found[place, g] = found[one, g]
            place += 1
    told[MET] = place
    return mine


@kept(barring, parts, simplex)
def descend(
    t: Table, waiting: Waiting, node: Node, trial: Node, doubtful: Floats, learnt: Floats, found: Ints, told: Ints
) -> int:
    """Open the parts that wait until none is left (`FINISHED`), the work is as much as it may be (`PAUSED`), there is no room
    for more parts (`DEEPER`) or choices (`MANY`), or the numbers cannot be trusted (`LOST`)."""
    inside, opened = False, 0
    while inside or told[LEFT] > 0:
        best = float(told[BEST])
        if not inside:
            if told[WORK] >= told[UNTIL]:
                return PAUSED
            if told[LEFT] + 2 > len(waiting.size):
                return DEEPER
            if told[MET] + 1 >= len(found):
                return MANY
            at = told[LEFT] - 1
            told[LEFT] = at
            if waiting.most[at] < best - LEAST:
                continue
            open_part(t, waiting, at, node)
            for q in range(len(node.half)):
                node.half[q] = waiting.half[at, q]
            opened = int(node.half[0])
            told[WORK] += node.size[1] * len(t.limits)
        inside = False
        if spread(t, node, opened) < 0:
            continue
        state = mend(t, node, 2 * STEPS, told)
        if state == STUCK:
            return LOST
        if state == CLOSED:
            learn(node, learnt, best - 1)
            continue
        told[PARTS] += 1
        total = reprice(t, node, best)
        learn(node, learnt, max(total, best - 1))
        if total < best - LEAST:
            continue
        said = spread(t, node, -1)
        if said:
            inside, opened = said > 0, -1
            continue
        if node.size[2] < FULL * node.size[0]:
            pack(t, node)
        gap = total - best + 1
        count, pick, score = one_step(t, node, doubtful, learnt, gap)
        if count:
            closed = close(t, node, doubtful, count, total - best + LEAST)
            if closed:
                inside, opened = closed > 0, -1
                continue
        # The two halves, the better last since it is opened first: the bound, group, bit and side of each.
        halves = 0
        first = second = (total, 0, 0, 0)
        if count:
            if count > 1 and gap * gap > WORTH_IT * WORTH_IT * score:
                pick = look_ahead(t, node, trial, total, doubtful, learnt, count, told)
            group, bit, halves = int(doubtful[pick, 1]), int(doubtful[pick, 2]), 2
            first, second = (total - doubtful[pick, 3], group, bit, 0), (total - doubtful[pick, 4], group, bit, 1)
            if first[0] > second[0]:
                first, second = second, first
        else:
            row = note(t, node, told, found)
            best = float(told[BEST])
            for j in range(node.size[0]):
                old, new = found[row, node.group[j]], node.column[j]
                if node.loss[j] < BARRED and total - node.loss[j] >= best - LEAST and new != old:
                    # The same value may be reached otherwise in this group.
                    group, bit, halves = int(node.group[j]), 0, 2
                    while t.mark[old] >> bit & 1 == t.mark[new] >> bit & 1:
                        bit += 1
                    side = int(t.mark[old] >> bit & 1)
                    first, second = (total, group, bit, 1 - side), (total, group, bit, side)
                    break
        for turn in range(halves):
            most, group, bit, side = first if turn == 0 else second
            if most < best - LEAST:
                continue
            share = doubtful[pick, 5] if side == 0 else 1 - doubtful[pick, 5]
            node.half[0], node.half[1], node.half[2] = group, bit, side
            node.half[3], node.half[4] = max(share, LEAST_SHARE) if count else 0.0, total
            # The better half is gone on with as it lies.
            if turn == 1 and count and told[LEFT] + 2 <= len(waiting.size):
                inside, opened = True, group
                take_half(t, node, group, bit, side)
            else:
                put(t, waiting, node, most, group, bit, side, told)
    return FINISHED
