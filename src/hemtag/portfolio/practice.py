"""What the customary ways of choosing would have chosen, and what they lose against the exact choice.

Each method walks a ranking and funds what still fits. Limits and logic are respected; policy shares and required
regions, which no ranking can see, may be broken and are then named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .model import Application, Number, Round, plain
from .programme import Programme, Row, programme
from .selection import Selection, select

UNSEEN = frozenset({"share", "region", "cofinancing", "in"})
INNER = frozenset({"needs", "one_of", "whole", "must", "minimum"})


@dataclass(frozen=True, slots=True)
class Practice:
    """One customary method's outcome. `loss` = exact value − value; below zero only when `broken` is not empty."""

    method: str
    chosen: tuple[str, ...]
    value: Number
    loss: Number
    loss_share: float
    broken: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "chosen": list(self.chosen),
            "value": plain(self.value),
            "loss": plain(self.loss),
            "loss_share": self.loss_share,
            "broken": list(self.broken),
        }


def compare_with_practice(r: Round, exact: Selection | None = None) -> tuple[Practice, ...]:
    """Whole applications by effect per krona; by mean score, with and without a hard cut-off (when there are scores);
    and a block-by-block greedy. `exact` saves solving again."""
    best = exact if exact is not None else select(r)
    p = programme(r)
    by_ratio = sorted(range(len(r.applications)), key=lambda at: (-_ratio(r, p, at), at))
    outcomes = [("ratio", _whole(r, p, by_ratio, cut_off=False))]
    scores = [application.score for application in r.applications]
    if any(score is not None for score in scores):
        ranked = sorted(range(len(scores)), key=lambda at: (scores[at] is None, -(scores[at] or 0), at))
        outcomes.append(("score", _whole(r, p, ranked, cut_off=False)))
        outcomes.append(("score_cut_off", _whole(r, p, ranked, cut_off=True)))
    outcomes.append(("greedy", _greedy(r, p)))
    return tuple(_practice(r, p, method, blocks, best) for method, blocks in outcomes)


def _practice(r: Round, p: Programme, method: str, blocks: frozenset[int], best: Selection) -> Practice:
    chosen = p.complete(blocks)
    value = r.number(p.value(chosen))
    loss = r.number(int(best.value * r.scale) - p.value(chosen))
    return Practice(
        method=method,
        chosen=tuple(block.id for at, block in enumerate(r.blocks) if at in chosen),
        value=value,
        loss=loss,
        loss_share=float(loss / best.value) if best.value else 0.0,
        broken=tuple(row.name for row in p.broken(chosen)),
    )


def _columns(r: Round, application: Application) -> tuple[int, ...]:
    own = {block.id for block in application.blocks}
    return tuple(at for at, block in enumerate(r.blocks) if block.id in own)


def _seen(p: Programme) -> list[Row]:
    return [row for row in p.rows if row.kind not in UNSEEN]


def _fits(rows: Iterable[Row], chosen: frozenset[int]) -> bool:
    return all(row.activity(chosen) <= row.limit for row in rows)


def _entire(r: Round, p: Programme, at: int) -> frozenset[int]:
    """An application as a whole: all its blocks, the first of each exclusive group, none that are locked out."""
    barred = [row for row in p.rows if row.kind in ("exclusive", "out")]
    chosen: frozenset[int] = frozenset()
    for column in _columns(r, r.applications[at]):
        if _fits(barred, chosen | {column}):
            chosen |= {column}
    return chosen


def _ratio(r: Round, p: Programme, at: int) -> Fraction:
    chosen = _entire(r, p, at)
    cost = sum(r.blocks[column].total for column in chosen)
    effect = p.value(p.complete(chosen)) + r.hurdle.numerator * cost
    return Fraction(effect, r.scale * max(cost, 1))


def _whole(r: Round, p: Programme, ranking: Sequence[int], *, cut_off: bool) -> frozenset[int]:
    rows, chosen = _seen(p), frozenset[int]()
    for at in ranking:
        more = chosen | _entire(r, p, at)
        if _fits(rows, more):
            chosen = more
        elif cut_off:
            break
    return chosen


def _greedy(r: Round, p: Programme) -> frozenset[int]:
    """The block, with what it needs, that adds most value per krona and fits; again until nothing more pays."""
    rows, chosen = _seen(p), frozenset[int]()
    bundles = [_with_needs(r, p, column) for column in range(p.blocks)]
    left = set(range(p.blocks))
    while True:
        value, ranked = p.value(p.complete(chosen)), []
        for column in left:
            more = chosen | bundles[column]
            gain = p.value(p.complete(more)) - value
            cost = sum(r.blocks[c].total for c in more - chosen)
            if gain > 0:
                ranked.append((-Fraction(gain, max(cost, 1)), column))
        fitting = (column for _, column in sorted(ranked) if _fits(rows, chosen | bundles[column]))
        found = next(fitting, None)
        if found is None:
            return chosen
        chosen |= bundles[found]
        left -= chosen


def _with_needs(r: Round, p: Programme, column: int) -> frozenset[int]:
    """The block and everything it cannot be without: needs, must-have parts, the whole when only the whole counts."""
    asks = [row for row in p.rows if row.kind in ("needs", "must", "whole")]
    needed: dict[int, set[int]] = {}
    for row in asks:
        for own in (c for c, a in row.coefficients.items() if a > 0):
            needed.setdefault(own, set()).update(c for c, a in row.coefficients.items() if a < 0)
    bundle, waiting = {column}, [column]
    while waiting:
        for other in needed.get(waiting.pop(), set()) - bundle:
            bundle.add(other)
            waiting.append(other)
    return frozenset(bundle)
