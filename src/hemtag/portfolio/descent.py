"""The search itself, as machine code: parts of the choice are opened one by one, the most promising first.

Each group chooses one package, so a basis needs only as many columns as there are linking rows: every group has a key
package, and any other stands for its difference from the key of its group (generalised upper bounds, Dantzig and
Van Slyke 1967). A part's relaxation is mended by the dual simplex method from where its parent ended. A part is closed
only by a bound computed anew from prices, never by a running value; what is chosen is checked in whole numbers. All of
this stands in one file, since what is compiled is kept by the age of the file it came from.
"""

from __future__ import annotations

from .compiling import compiled, kept
from .packages import Ints
from .parts import EVEN, Floats, Node, Table, Waiting

LEAST = 1e-3  # values are whole numbers: a bound this far below one cannot reach it
TINY, SMALL, NIL = 1e-9, 1e-7, 1e-6
OUT, BARRED = 1e30, 1e29  # the loss of a package that a part does not allow, and what tells it
LOOKED_AT, AHEAD, WORTH_IT = 8, 10, 6.0
RELIABLE = 4.0  # what so many such looks have said of a package is believed
STEPS, RENEWED = 1000, 64

FINISHED, PAUSED, DEEPER, LOST, MANY = 0, 1, 2, 3, 4  # what `descend` says when it returns
CLOSED, SOLVED, UNDER_WAY, STUCK = 0, 1, 2, 3  # what `mend` says
# Places in `told`: parts that wait, the least value of interest, choices met, parts opened, steps, their work and how much
# that may be, and how many of the best choices are wanted.
LEFT, BEST, MET, PARTS, PIVOTS, WORK, UNTIL, KEEP = 0, 1, 2, 3, 4, 5, 6, 7


@compiled
def invert(square: Floats, inverse: Floats) -> bool:
    """The inverse by Gauss and Jordan, in place; False when there is none."""
    k = len(square)
    for i in range(k):
        for j in range(k):
            inverse[i, j] = 1.0 if i == j else 0.0
    for c in range(k):
        p = c
        for i in range(c + 1, k):
            if abs(square[i, c]) > abs(square[p, c]):
                p = i
        if abs(square[p, c]) < 1e-11:
            return False
        for j in range(k):
            square[c, j], square[p, j] = square[p, j], square[c, j]
            inverse[c, j], inverse[p, j] = inverse[p, j], inverse[c, j]
        share = 1.0 / square[c, c]
        for j in range(k):
            square[c, j] *= share
            inverse[c, j] *= share
        for i in range(k):
            factor = square[i, c]
            if i != c and factor != 0.0:
                for j in range(k):
                    square[i, j] -= factor * square[c, j]
                    inverse[i, j] -= factor * inverse[c, j]
    return True


@compiled
def combine(table: Floats, factors: Floats, line: Floats, width: int) -> None:
    """line = factors @ table, over the first `width` columns."""
    k = len(table)
    for j in range(width):
        line[j] = factors[0] * table[0, j]
    r = 1
    while r + 3 < k:
        a, b, c, d = factors[r], factors[r + 1], factors[r + 2], factors[r + 3]
        one, two, three, four = table[r], table[r + 1], table[r + 2], table[r + 3]
        for j in range(width):
            line[j] += a * one[j] + b * two[j] + c * three[j] + d * four[j]
        r += 4
    while r < k:
        for j in range(width):
            line[j] += factors[r] * table[r, j]
        r += 1


@compiled
def weigh(t: Table, node: Node) -> None:
    """How much of each basic column is taken, and the value of it all."""
    k = len(node.rest)
    value = float(node.base[0])
    for r in range(k):
        x = 0.0
        for q in range(k):
            x += node.inverse[r, q] * (node.rest[q] / t.scale[q])
        node.weight[r] = x
        value += node.gain[node.basis[r]] * x
    node.value[0] = value


@compiled
def renew(t: Table, node: Node) -> bool:
    """The inverse anew from the basis; False when it has none."""
    k = len(node.rest)
    for r in range(k):
        for q in range(k):
            node.square[q, r] = node.table[q, node.basis[r]]
    if not invert(node.square, node.inverse):
        return False
    weigh(t, node)
    return True


@compiled
def open_part(t: Table, waiting: Waiting, at: int, node: Node) -> None:
    """The waiting part as a node."""
    n, k = t.rows.shape
    m, groups = waiting.size[at], len(node.key)
    node.size[0], node.base[0] = m, waiting.base[at]
    for g in range(groups):
        node.key[g] = waiting.key[at, g]
    for j in range(m):
        c = waiting.column[at, j]
        node.column[j], node.place[c], node.group[j] = c, j, t.home[c]
        node.role[j] = node.key[t.home[c]]
        node.gain[j] = t.worth[c] - t.worth[node.role[j]]
    for r in range(k):
        node.rest[r] = waiting.rest[at, r]
        node.column[m + r], node.place[n + r], node.group[m + r], node.gain[m + r] = n + r, m + r, groups, 0.0
    wide = (m + k + EVEN - 1) // EVEN * EVEN
    node.size[1] = wide
    for j in range(m + k):
        node.loss[j] = waiting.loss[at, j]
    for j in range(m + k, wide):
        node.loss[j], node.gain[j] = 1.0, 0.0
    for r in range(k):
        use, line = t.use[r], node.table[r]
        for j in range(m + k, wide):
            line[j] = 0.0
        for j in range(m):
            line[j] = use[node.column[j]] - use[node.role[j]]
        for q in range(k):
            line[m + q] = 1.0 if q == r else 0.0
        node.basis[r] = node.place[waiting.basis[at, r]]
        for q in range(k):
            node.inverse[r, q] = waiting.inverse[at, r, q]
    weigh(t, node)


@compiled
def copy(node: Node, other: Node) -> None:
    """Another node like this one, to look ahead in."""
    k, width = len(node.rest), node.size[0] + len(node.rest)
    wide = node.size[1]
    other.size[1] = wide
    other.size[0], other.base[0], other.value[0] = node.size[0], node.base[0], node.value[0]
    for g in range(len(node.key)):
        other.key[g] = node.key[g]
    for r in range(k):
        other.basis[r], other.rest[r], other.weight[r] = node.basis[r], node.rest[r], node.weight[r]
        for q in range(k):
            other.inverse[r, q] = node.inverse[r, q]
        line, same = node.table[r], other.table[r]
        for j in range(wide):
            same[j] = line[j]
    for j in range(wide):
        other.gain[j], other.loss[j], other.group[j] = node.gain[j], node.loss[j], node.group[j]
    for j in range(width):
        other.column[j] = node.column[j]
        other.place[node.column[j]] = j


@compiled
def prices(node: Node) -> None:
    """The prices ≥ 0 of the rows that the basis stands for."""
    k = len(node.rest)
    for q in range(k):
        price = 0.0
        for r in range(k):
            price += node.gain[node.basis[r]] * node.inverse[r, q]
        node.price[q] = max(price, 0.0)


@compiled
def bound(t: Table, node: Node) -> float:
    """What no choice in the part can exceed, for any prices ≥ 0; `line` is then what each package is worth beyond its key.

    A group is worth its key, or what some other package is worth beyond it: at most the sum of what is worth more. At the
    basis's own prices nothing is, but for rounding.
    """
    wide = node.size[1]
    combine(node.table, node.price, node.line, wide)
    total = float(node.base[0])
    for r in range(len(node.rest)):
        total += node.price[r] * (node.rest[r] / t.scale[r])
    beyond = 0.0
    for j in range(wide):
        worth = node.gain[j] - node.line[j]
        node.line[j] = worth
        beyond += max(worth if node.loss[j] < BARRED else 0.0, 0.0)
    return total + beyond


@compiled
def span(node: Node, at: int) -> tuple[int, int]:
    """From where, and up to where, the columns are of the same group as this one."""
    low, high = at, at + 1
    while low > 0 and node.group[low - 1] == node.group[at]:
        low -= 1
    while high < node.size[0] and node.group[high] == node.group[at]:
        high += 1
    return low, high


@compiled
def change_key(t: Table, node: Node, row: int) -> None:
    """The basic package of the row becomes the key of its group, and the old key is basic in its place."""
    k, at = len(node.rest), node.basis[row]
    g, new = node.group[at], node.column[at]
    old = node.key[g]
    x = 1.0
    for q in range(k):
        node.spare[q] = 0.0
    for r in range(k):
        if node.group[node.basis[r]] == g:
            x -= node.weight[r]
            for q in range(k):
                node.spare[q] += node.inverse[r, q]
    for q in range(k):
        node.inverse[row, q] = -node.spare[q]
    node.weight[row] = x
    low, high = span(node, at)
    less = node.gain[at]
    for j in range(low, high):
        node.gain[j] -= less
    for q in range(k):
        node.rest[q] += t.rows[old, q] - t.rows[new, q]
        less = node.table[q, at]
        for j in range(low, high):
            node.table[q, j] -= less
    node.base[0] += t.values[new] - t.values[old]
    node.key[g] = new
    node.basis[row] = node.place[old]


@compiled
def is_empty(t: Table, node: Node, wrong: float, told: Ints) -> bool:
    """Whether prices far along the ray prove that nothing in the part reaches `best`, when no column mends a row."""
    best = float(told[BEST])
    step = (abs(node.value[0] - best) + 1.0) / wrong
    for _ in range(4):
        prices(node)
        for q in range(len(node.rest)):
            node.price[q] = max(node.price[q] - step * node.ray[q], 0.0)
        total, m, j = bound(t, node), node.size[0], 0
        while j < m:  # far from the basis's prices much may be worth more: only the most of each group counts
            g, most, every = node.group[j], 0.0, 0.0
            while j < m and node.group[j] == g:
                if node.loss[j] < BARRED and node.line[j] > 0.0:
                    most, every = max(most, node.line[j]), every + node.line[j]
                j += 1
            total += most - every
        if total < best - LEAST:
            return True
        step *= 10.0
    return False


@compiled
def mend(t: Table, node: Node, most: int, told: Ints) -> int:
    """The dual simplex method, until the part is solved, closed by its bound, or `most` steps are taken."""
    best, k, m = float(told[BEST]), len(node.rest), node.size[0]
    width, taken, renewed = node.size[1], 0, False
    while True:
        if node.value[0] < best - LEAST:
            prices(node)
            if bound(t, node) < best - LEAST:
                return CLOSED
        wrong, row, kind = SMALL, -1, 0
        for r in range(k):
            node.taken[node.group[node.basis[r]]] = 0.0
        for r in range(k):
            node.taken[node.group[node.basis[r]]] += node.weight[r]
        for r in range(k):
            x, at = node.weight[r], node.basis[r]
            if -x > wrong:
                wrong, row, kind = -x, r, 0
            if x > wrong and node.loss[at] > BARRED:
                wrong, row, kind = x, r, 1
            if at < m:
                g = node.group[at]
                of_key = 1.0 - node.taken[g]
                if -of_key > wrong:
                    wrong, row, kind = -of_key, r, 2
                if of_key > wrong and node.loss[node.place[node.key[g]]] > BARRED:
                    wrong, row, kind = of_key, r, 3
        if row < 0:
            return SOLVED
        if taken >= most:
            return UNDER_WAY
        taken += 1
        told[PIVOTS] += 1
        told[WORK] += width * k
        if taken % RENEWED == 0:
            if taken > STEPS or not renew(t, node):
                return STUCK
            continue
        if kind >= 2:
            change_key(t, node, row)
        sign = -1.0 if kind % 2 == 0 else 1.0
        for q in range(k):
            node.ray[q] = sign * node.inverse[row, q]
        enter = entering(node, width)
        if enter >= 0 and pivot(node, row, enter, width):
            continue
        if enter < 0 and is_empty(t, node, wrong, told):
            return CLOSED
        if renewed or not renew(t, node):
            return STUCK
        renewed = True


@compiled
def entering(node: Node, width: int) -> int:
    """The column that can mend the row of `ray` at the least loss; −1 when none can. `line` is the row over all columns."""
    combine(node.table, node.ray, node.line, width)
    top = 0.0
    for j in range(width):
        ratio = node.line[j] / max(node.loss[j], NIL)
        node.ratio[j] = ratio
        top = max(top, ratio)
    if top <= 0.0:
        return -1
    for j in range(width):
        if node.ratio[j] == top:
            if node.line[j] > TINY and node.loss[j] < BARRED:
                return j
            break
    found, top = -1, 0.0
    for j in range(width):
        if node.line[j] > TINY and node.loss[j] < BARRED and node.ratio[j] > top:
            found, top = j, node.ratio[j]
    return found


@compiled
def pivot(node: Node, row: int, enter: int, width: int) -> bool:
    """The column enters the basis in the row's place; losses, weights, value and inverse follow. False, and nothing is
    done, when the inverse does not agree with the row."""
    k = len(node.rest)
    for q in range(k):
        node.spare[q] = node.table[q, enter]
    for r in range(k):
        node.turned[r] = 0.0
        for q in range(k):
            node.turned[r] += node.inverse[r, q] * node.spare[q]
    if abs(abs(node.turned[row]) - node.line[enter]) > NIL * max(1.0, node.line[enter]):
        return False
    fall = node.loss[enter] / node.line[enter]
    for j in range(width):
        node.loss[j] = max(node.loss[j] - fall * node.line[j], 0.0)
    node.loss[enter] = 0.0
    moved = node.weight[row]
    node.value[0] -= fall * abs(moved)
    share = 1.0 / node.turned[row]
    step = moved * share
    for q in range(k):
        node.inverse[row, q] *= share
    for r in range(k):
        if r != row:
            factor = node.turned[r]
            node.weight[r] -= factor * step
            for q in range(k):
                node.inverse[r, q] -= factor * node.inverse[row, q]
    node.weight[row] = step
    node.basis[row] = enter
    return True


@compiled
def reprice(t: Table, node: Node, best: float) -> float:
    """The bound anew; losses anew from its prices, and packages that no choice of at least `best` holds are barred."""
    m = node.size[0]
    prices(node)
    total = bound(t, node)
    for j in range(m):
        barred = node.loss[j] > BARRED or total + node.line[j] < best - LEAST
        node.loss[j] = OUT if barred else max(-node.line[j], 0.0)
    for q in range(len(node.rest)):
        node.loss[m + q] = node.price[q]
    for j in range(m):
        node.role[j] = 2 if node.column[j] == node.key[node.group[j]] else 0
    for r in range(len(node.rest)):
        node.role[node.basis[r]] = 1  # the key of a group is never basic
    return total


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
        for bit in range(learnt.shape[1]):
            side = 1 - (t.mark[node.key[g]] >> bit & 1)  # the packages on this side, which the key is not
            share, tells = 0.0, 0
            for q in range(k):
                if node.group[node.basis[q]] == g and t.mark[node.column[node.basis[q]]] >> bit & 1 == side:
                    share += node.weight[q]
                    tells |= 1 << q
            again = not SMALL < share < 1 - SMALL
            for one in range(start, count):
                again |= doubtful[one, 6] == tells
            if again or count >= len(doubtful):
                continue
            for q in range(k):
                node.ray[q] = 0.0
            for other in range(k):
                if tells >> other & 1:
                    for q in range(k):
                        node.ray[q] += node.inverse[other, q]
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
    m, gap = node.size[0], total - told[BEST] + 1
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
                for j in range(m):
                    if node.group[j] == g and t.mark[node.column[j]] >> bit & 1 != side:
                        trial.loss[j] = OUT
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
        if only_key:
            count = start  # decided: what the key takes is in `rest` and `base`
    for q in range(k):
        waiting.loss[at, count + q] = node.loss[m + q]
    waiting.size[at] = count
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


@kept
def descend(
    t: Table, waiting: Waiting, node: Node, trial: Node, doubtful: Floats, learnt: Floats, found: Ints, told: Ints
) -> int:
    """Open the parts that wait until none is left (`FINISHED`), the work is as much as it may be (`PAUSED`), there is no room
    for more parts (`DEEPER`) or choices (`MANY`), or the numbers cannot be trusted (`LOST`)."""
    k = len(t.limits)
    while told[LEFT] > 0:
        if told[WORK] >= told[UNTIL]:
            return PAUSED
        if told[LEFT] + 2 > len(waiting.size):
            return DEEPER
        if told[MET] + 1 >= len(found):
            return MANY
        best, at = float(told[BEST]), told[LEFT] - 1
        told[LEFT] = at
        if waiting.most[at] < best - LEAST:
            continue
        open_part(t, waiting, at, node)
        told[WORK] += (node.size[0] + k) * k
        state = mend(t, node, 2 * STEPS, told)
        if state == STUCK:
            return LOST
        if state == CLOSED:
            continue
        told[PARTS] += 1
        total = reprice(t, node, best)
        if total < best - LEAST:
            continue
        gap = total - best + 1
        count, pick, score = one_step(t, node, doubtful, learnt, gap)
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
            if most >= best - LEAST:
                put(t, waiting, node, most, group, bit, side, told)
    return FINISHED
