"""Other portfolios that are almost as good: the certified room for judgement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from .model import Number, Round, plain
from .programme import Row
from .selection import Selection
from .solver import differs_from, maximise
from .study import Study, study


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One portfolio: its value, what it loses, and how it differs from the proposal."""

    value: Number
    loss: Number
    chosen: tuple[str, ...]
    enters: tuple[str, ...]
    leaves: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        return {
            "value": plain(self.value),
            "loss": plain(self.loss),
            "chosen": list(self.chosen),
            "enters": list(self.enters),
            "leaves": list(self.leaves),
        }


def near_optimal(
    r: Round,
    eps: Fraction | float = Fraction(1, 1000),
    k: int = 10,
    *,
    diverse: bool = False,
    selection: Selection | None = None,
) -> tuple[Neighbour, ...]:
    """Up to `k` other portfolios worth at least (1 − eps) of the optimum; fewer only when there are no more.

    Best first, those of one value as the published order has them; with `diverse` instead, one after another, the one that
    differs most from all before it.
    """
    base = study(r, selection)
    floor = base.points - int(Fraction(str(eps)) * abs(base.points))
    blocks = frozenset(range(base.programme.blocks))
    several = None if diverse else base.engine.several(k + 1, floor)
    others = _one_by_one(base, k, floor, diverse) if several is None else several
    result: list[Neighbour] = []
    for chosen in others:
        own, points = chosen & blocks, base.programme.value(chosen)
        if own == base.chosen & blocks or len(result) == k:
            continue
        result.append(
            Neighbour(
                value=r.number(points),
                loss=r.number(base.points - points),
                chosen=base.ids(own),
                enters=base.ids(own - base.chosen),
                leaves=base.ids(base.chosen - own),
            )
        )
    return tuple(result)


def _one_by_one(base: Study, k: int, floor: int, diverse: bool) -> Iterator[frozenset[int]]:
    """By HiGHS: the best (or the most different) choice of at least `floor` that differs from all before it."""
    p = base.programme
    good = Row("value", "value", {column: -points for column, points in enumerate(p.points) if points}, -floor)
    blocks = range(p.blocks)
    found = [base.chosen & frozenset(blocks)]
    while len(found) <= k:
        extra = [good, *(differs_from(other, blocks) for other in found)]
        away = {c: sum(-1 if c in other else 1 for other in found) for c in blocks}
        answer = maximise(p, objective=away if diverse else None, extra=extra)
        if answer.chosen is None:
            return
        chosen = p.complete(answer.chosen)
        found.append(chosen & frozenset(blocks))
        yield chosen
