"""What the customary ways of choosing would have chosen, and what they lose against the exact choice.

Each method walks a ranking and funds what still fits. Limits and logic are respected; policy shares and required
regions, which no ranking can see, may be broken and are then named.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .model import Application, Number, Round, plain
from .programme import Programme, Row, programme
from .selection import Selection, select

UNSEEN = frozenset({"share", "region", "cofinancing", "in"})
MONEY = frozenset({"frame", "authorisation", "cap"})  # what is short of money stays short, whatever else is taken


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
    room, chosen = _Room(_seen(p)), frozenset[int]()
    for at in ranking:
        new = _entire(r, p, at) - chosen
        if room.short(new) is None:
            room.take(new)
            chosen |= new
        elif cut_off:
            break
    return chosen


def _greedy(r: Round, p: Programme) -> frozenset[int]:
    """The block, with what it needs, that adds most value per krona and fits; again until nothing more pays."""
    needed = _needed(p)
    bundles = [_with_needs(needed, column) for column in range(p.blocks)]
    friends = _friends(p)
    room, chosen = _Room(_seen(p)), frozenset[int]()
    ranked: list[tuple[Fraction, int]] = []
    stale = set(range(p.blocks))
    while True:
        ranked = [pair for pair in ranked if pair[1] not in stale and pair[1] not in chosen]
        for column in stale:
            new = bundles[column] - chosen
            near = chosen & frozenset(friend for c in new for friend in friends.get(c, ()))
            gain = sum(p.points[c] for c in new)
            if any(c in friends for c in new):
                gain = p.value(p.complete(near | new)) - p.value(p.complete(near))
            if gain > 0:
                insort(ranked, (-Fraction(gain, max(sum(r.blocks[c].total for c in new), 1)), column))
        spent, found = set(), None
        for _, column in ranked:
            short = room.short(bundles[column] - chosen)
            if short is None:
                found = column
                break
            if short in MONEY:
                spent.add(column)
        if found is None:
            return chosen
        new = bundles[found] - chosen
        room.take(new)
        chosen |= new
        ranked = [pair for pair in ranked if pair[1] not in spent]
        met = new | {friend for c in new for friend in friends.get(c, ())}
        stale = {c for c in range(p.blocks) if bundles[c] & met} - chosen


def _friends(p: Programme) -> Mapping[int, Set[int]]:
    """For each block that shares an overlap or a synergy with others: all the blocks that it shares one with."""
    groups: dict[str, set[int]] = {}
    for row in p.rows:
        if row.kind in ("overlap", "synergy"):
            kind, number = row.name.split(":")[:2]
            groups.setdefault(f"{kind}:{number}", set()).update(c for c in row.coefficients if c < p.blocks)
    friends: dict[int, set[int]] = {}
    for group in groups.values():
        for column in group:
            friends.setdefault(column, set()).update(group)
    return friends


class _Room:
    """What is left of every row as blocks are taken, so that asking whether more fits costs only the rows touched."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.kinds = [row.kind for row in rows]
        self.left = [row.limit for row in rows]
        self.touched: dict[int, list[tuple[int, int]]] = {}
        for k, row in enumerate(rows):
            for column, amount in row.coefficients.items():
                self.touched.setdefault(column, []).append((k, amount))

    def use(self, columns: Iterable[int]) -> dict[int, int]:
        used: dict[int, int] = {}
        for column in columns:
            for k, amount in self.touched.get(column, ()):
                used[k] = used.get(k, 0) + amount
        return used

    def short(self, columns: Iterable[int]) -> str | None:
        """The kind of a row that has not room enough, a row of money first; None when everything fits."""
        kinds = {self.kinds[k] for k, amount in self.use(columns).items() if amount > self.left[k]}
        return next(iter(sorted(kinds, key=lambda kind: kind not in MONEY)), None)

    def take(self, columns: Iterable[int]) -> None:
        for k, amount in self.use(columns).items():
            self.left[k] -= amount


def _needed(p: Programme) -> Mapping[int, Set[int]]:
    """What each block cannot be without: needs, must-have parts, the whole when only the whole counts."""
    needed: dict[int, set[int]] = {}
    for row in p.rows:
        if row.kind in ("needs", "must", "whole"):
            asked = {c for c, amount in row.coefficients.items() if amount < 0}
            for own in (c for c, amount in row.coefficients.items() if amount > 0):
                needed.setdefault(own, set()).update(asked)
    return needed


def _with_needs(needed: Mapping[int, Set[int]], column: int) -> frozenset[int]:
    """The block and everything it cannot be without, directly or through others."""
    bundle, waiting = {column}, [column]
    while waiting:
        for other in needed.get(waiting.pop(), frozenset()) - bundle:
            bundle.add(other)
            waiting.append(other)
    return frozenset(bundle)
