"""From a case as data to what a page shows: computed when asked for, and remembered by its content."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hemtag import valuation

SEED = 1
QUICK, FULL, TRIAL = 2**12, 2**14, 2**8


@dataclass(frozen=True)
class Answer:
    """`page` is what `valuation.as_page` gives, None when there are `faults`."""

    page: dict[str, Any] | None
    faults: tuple[valuation.Fault, ...] = ()


def canonical(data: Any) -> str:
    """One text for one content. What is computed is read from it, so the order in which a database gives the names back
    moves no number."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256_of(data: Any) -> str:
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def faults_of(data: Mapping[str, Any], register: valuation.Register) -> list[valuation.Fault]:
    """Everything that is wrong: with the data, and with what only draws can tell (a few are enough to find it)."""
    case, faults = valuation.examine(data, register)
    if case is None:
        return list(faults)
    try:
        valuation.simulate(case, draws=TRIAL, seed=SEED)
    except valuation.InvalidCase as refusal:
        return list(refusal.faults)
    return []


def filled(data: Mapping[str, Any], register: valuation.Register) -> dict[str, Any]:
    """The data with what its dated facts say. Raises InvalidCase."""
    return dict(valuation.resolved(data, register))


def answer(
    data: Mapping[str, Any],
    register: valuation.Register,
    *,
    region: str | None = None,
    draws: int = FULL,
    seed: int = SEED,
    drivers: bool = True,
) -> Answer:
    """What the pages show of a case as it stands; never raises for bad content."""
    case, faults = valuation.examine(data, register)
    if case is None:
        return Answer(None, tuple(faults))
    try:
        page = _page(canonical(filled(data, register)), region, draws, seed, drivers)
    except valuation.InvalidCase as refusal:
        return Answer(None, tuple(refusal.faults))
    order = {name: n for n, name in enumerate(data["inputs"])}
    return Answer({**page, "inputs": sorted(page["inputs"], key=lambda one: order[one["name"]])})


@functools.lru_cache(maxsize=64)
def _page(text: str, region: str | None, draws: int, seed: int, drivers: bool) -> dict[str, Any]:
    result = simulated(text, draws, seed) if draws > QUICK else _simulated(text, draws, seed)
    return valuation.as_page(result, region, drivers=drivers)


@functools.lru_cache(maxsize=2)
def simulated(text: str, draws: int = FULL, seed: int = SEED) -> valuation.Simulation:
    """The draws themselves, of the data in canonical form: kept for the page that is asked for next."""
    return _simulated(text, draws, seed)


def cheers(data: Mapping[str, Any], register: valuation.Register, language: str) -> list[valuation.CheersItem]:
    """The reporting table of health economics for a case that holds, in "sv" or "en"."""
    return list(valuation.cheers_table(simulated(canonical(filled(data, register))), language))


def _simulated(text: str, draws: int, seed: int) -> valuation.Simulation:
    return valuation.simulate(_loaded(text), draws=draws, seed=seed)


@functools.lru_cache(maxsize=8)
def _loaded(text: str) -> valuation.Case:
    """Read, checked and planned once: the many draws that follow the few ask for the same case."""
    return valuation.load_case(json.loads(text))


def what_differs(before: Any, after: Any, place: str = "") -> Sequence[str]:
    """Places where two results differ to nine figures."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        names = [*before, *(name for name in after if name not in before)]
        return [found for n in names for found in what_differs(before.get(n), after.get(n), f"{place}/{n}")]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return [found for n, (one, other) in pairs for found in what_differs(one, other, f"{place}/{n}")]
    if isinstance(before, float | int) and isinstance(after, float | int):
        return [] if f"{float(before) + 0.0:.9g}" == f"{float(after) + 0.0:.9g}" else [place]
    return [] if before == after else [place]
