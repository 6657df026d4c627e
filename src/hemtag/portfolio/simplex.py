"""The relaxation of one part, mended by the dual simplex method from where its parent ended; machine code.

Each group chooses one package, so a basis needs only as many columns as there are linking rows: every group has a key
package, and any other stands for its difference from the key of its group (generalised upper bounds, Dantzig and
Van Slyke 1967). A part is closed only by a bound computed anew from prices, never by a running value.
"""

from __future__ import annotations

from .compiling import compiled
from .packages import Ints
from .parts import BEST, EVEN, PIVOTS, WORK, Floats, Node, Table, Waiting

LEAST = 1e-3  # values are whole numbers: a bound this far below one cannot reach it
TINY, SMALL, NIL = 1e-9, 1e-7, 1e-6
OUT, BARRED = 1e30, 1e29  # the loss of a package that a part does not allow, and what tells it
STEPS, RENEWED = 1000, 64
CLOSED, SOLVED, UNDER_WAY, STUCK = 0, 1, 2, 3  # what `mend` says


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
def following(factors: Floats, at: int) -> int:
    """The next place from `at` on that is not nothing, or the length."""
    while at < len(factors) and factors[at] == 0.0:
        at += 1
    return at


@compiled
def combine(table: Floats, factors: Floats, line: Floats, width: int) -> None:
    """line = factors @ table, over the first `width` columns: four rows at a time of those that have a part in it, since a
    row with slack has none."""
    k, first = len(table), True
    p = following(factors, 0)
    while p < k or first:
        q = following(factors, p + 1)
        s = following(factors, q + 1)
        u = following(factors, s + 1)
        a, one = (factors[p], p) if p < k else (0.0, 0)
        b, two = (factors[q], q) if q < k else (0.0, 0)
        c, three = (factors[s], s) if s < k else (0.0, 0)
        d, four = (factors[u], u) if u < k else (0.0, 0)
        first_line, second, third, fourth = table[one], table[two], table[three], table[four]
        if first:
            for j in range(width):
                line[j] = a * first_line[j] + b * second[j] + c * third[j] + d * fourth[j]
        elif c == 0.0:
            for j in range(width):
                line[j] += a * first_line[j] + b * second[j]
        else:
            for j in range(width):
                line[j] += a * first_line[j] + b * second[j] + c * third[j] + d * fourth[j]
        first, p = False, following(factors, u + 1)


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
def turn_to_key(t: Table, node: Node, at: int) -> None:
    """The package becomes the key of its group, and the columns of the group are differences from it."""
    g, new = node.group[at], node.column[at]
    old = node.key[g]
    low, high = span(node, at)
    less = node.gain[at]
    for j in range(low, high):
        node.gain[j] -= less
    for q in range(len(node.rest)):
        node.rest[q] += t.rows[old, q] - t.rows[new, q]
        less = node.table[q, at]
        for j in range(low, high):
            node.table[q, j] -= less
    node.base[0] += t.values[new] - t.values[old]
    node.key[g] = new


@compiled
def change_key(t: Table, node: Node, row: int) -> None:
    """The basic package of the row becomes the key of its group, and the old key is basic in its place."""
    k, at = len(node.rest), node.basis[row]
    g = node.group[at]
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
    turn_to_key(t, node, at)
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
    allowed = 0
    for j in range(m):
        barred = node.loss[j] > BARRED or total + node.line[j] < best - LEAST
        node.loss[j] = OUT if barred else max(-node.line[j], 0.0)
        allowed += not barred
    node.size[2] = allowed
    for q in range(len(node.rest)):
        node.loss[m + q] = node.price[q]
    for j in range(m):
        node.role[j] = 2 if node.column[j] == node.key[node.group[j]] else 0
    for r in range(len(node.rest)):
        node.role[node.basis[r]] = 1  # the key of a group is never basic
    return total
