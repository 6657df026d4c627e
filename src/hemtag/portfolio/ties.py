"""The canonical answer among equally good ones: keep the earliest block in the published order that some optimum keeps.

Two portfolios of the same value are told apart by the first block, in the published order, that only one of them holds:
the one that holds it wins. The choice is policy, so the order is written in the round, and the rule gives the same set
whatever order the solver happened to search in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .certificate import Relaxation, settled
from .packages import package_form
from .programme import Programme, Row
from .solver import differs_from, maximise

CHUNK = 20


def canonical(
    programme: Programme,
    order: Sequence[int],
    best: frozenset[int],
    value: int,
    known: Mapping[int, int] | None = None,
) -> frozenset[int]:
    """The canonical optimum, given one optimum `best` of `value` points. `order` lists every block column; `known` are
    columns that every optimum agrees on, when they are known already."""
    as_good = Row("value", "value", {c: -points for c, points in enumerate(programme.points) if points}, -value)
    blocks = range(programme.blocks)
    sure = in_every_optimum(programme, value) if known is None else dict(known)
    other = maximise(programme, extra=[as_good, differs_from(best & frozenset(blocks), blocks)], fixed=sure)
    if other.chosen is None:
        return programme.complete(best)
    held = dict(sure)
    for start in range(0, len(order), CHUNK):
        chunk = order[start : start + CHUNK]
        if not all(column in best for column in chunk):
            weights = {column: 1 << (len(chunk) - at - 1) for at, column in enumerate(chunk)}
            found = maximise(programme, objective=weights, extra=[as_good], fixed=held).chosen
            if found is not None:
                best = found
        held |= {column: int(column in best) for column in chunk}
    return programme.complete(best)


def in_every_optimum(programme: Programme, value: int) -> dict[int, int]:
    """Columns that every choice of `value` points must hold (1) or cannot hold (0), by exact reduced prices."""
    form = package_form(programme)
    if not form.is_small:
        return {}
    found = Relaxation(form, form.values).solve()
    return (settled(form, form.values, found[1], value) or {}) if found is not None else {}
