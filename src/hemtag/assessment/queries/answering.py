"""What a round's blocks should be, asked while a meeting waits: each answer is remembered by its round."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import Any, TypeVar

from django.core.cache import cache

from hemtag import portfolio
from hemtag.assessment import whatif
from hemtag.assessment.models import Run

A_WEEK = 7 * 24 * 3600
# Seconds: what the page itself waits for the best blocks, and how long the search goes on after that at most.
FIRST, SECONDS = 0.6, 8.0
VERSIONS = " ".join(metadata.version(name) for name in ("hemtag", "highspy", "numpy"))

Answer = TypeVar("Answer")


def place_of(sha256: str, question: str) -> str:
    """Where the answer to a question about a round is kept: another version of the engine has others."""
    return "bench-" + hashlib.sha256(f"{VERSIONS} {sha256} {question}".encode()).hexdigest()


def remembered(sha256: str, question: str, compute: Callable[[], Answer]) -> Answer:
    """What was answered last time, else what `compute` says: a function of the round and the question alone."""
    place = place_of(sha256, question)
    found = cache.get(place)
    if found is None:
        found = compute()
        cache.set(place, found, A_WEEK)
    return found


class Conflict(Exception):
    """What was tried cannot be: the smallest set of `demands` that conflict, or the `faults` of the round as data.

    Neither when no permitted choice was found in time.
    """

    def __init__(
        self, demands: Sequence[Mapping[str, Any]] = (), faults: Sequence[portfolio.Fault] = (), data: Any = None
    ) -> None:
        self.demands, self.faults, self.data = tuple(demands), tuple(faults), data
        super().__init__("; ".join([*(row["text"] for row in self.demands), *(one.message for one in self.faults)]))


@dataclass(frozen=True)
class Solved:
    """A round with its best blocks. `is_first`: the best found in the time that a page waits; better may be found."""

    data: Mapping[str, Any]
    round: portfolio.Round
    selection: portfolio.Selection
    is_first: bool = False


def solved(
    run: Run, changes: Sequence[whatif.Change], *, patience: float = SECONDS, with_proof: bool = False
) -> Solved:
    """The run's round with the changes, and its optimum. Without changes nothing is solved: the stored answer holds,
    and comes `with_proof` for who will store it again.

    Raises Conflict.
    """
    data = whatif.applied(run.round, changes)
    try:
        r = portfolio.load_round(data)
    except portfolio.InvalidRound as refusal:
        raise Conflict(faults=refusal.faults, data=data) from refusal
    if not changes:
        return Solved(data, r, portfolio.restore(r, run.result) if with_proof else _trusted(r, run.result))
    answer = _answered(r, patience)
    if "conflict" in answer:
        raise Conflict(answer["conflict"], data=data)
    return Solved(data, r, portfolio.restore(r, answer["result"]), answer["is_first"])


def _answered(r: portfolio.Round, patience: float) -> Any:
    place, first = place_of(r.sha256, "answer"), place_of(r.sha256, "answer so far")
    known = cache.get_many([place, first] if patience == FIRST else [place])
    if known:
        return known.get(place) or known[first]
    answer: dict[str, Any]
    try:
        result = portfolio.select(r, seconds=patience).as_dict()
    except portfolio.Infeasible as refusal:
        answer = {"conflict": [demand.as_dict() for demand in refusal.conflict]}
    except TimeoutError:
        if patience < SECONDS:
            return _answered(r, SECONDS)
        return {"conflict": []}
    else:
        is_first = patience < SECONDS and result["status"] != "optimal"
        answer = {"result": result, "is_first": is_first}
    cache.set(first if answer.get("is_first") else place, answer, A_WEEK)
    return answer


def _trusted(r: portfolio.Round, result: Mapping[str, Any]) -> portfolio.Selection:
    """A stored answer without its proof of the bound, which is checked the first time it is read here and not at every
    click: rules, sums and value are.

    Raises `portfolio.Unverified`.
    """
    mark = hashlib.sha256(json.dumps(result, sort_keys=True).encode()).hexdigest()
    wrong = remembered(r.sha256, f"verify {mark}", lambda: portfolio.verify(r, result))
    if wrong:
        raise portfolio.Unverified("; ".join(wrong))
    return portfolio.restore(r, {**result, "certificate": None})
