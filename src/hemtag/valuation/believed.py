"""A distribution from the fields of a case: which family, said in which way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from . import believing as b
from .distributions import Distribution
from .reader import Reader

WAYS: Mapping[str, tuple[tuple[tuple[str, ...], Callable[..., Distribution]], ...]] = {
    "constant": ((("value",), b.constant),),
    "normal": ((("p05", "p95"), b.normal_between), (("mean", "sd"), b.normal)),
    "lognormal": (
        (("p05", "p95"), b.lognormal_between),
        (("mean", "sd"), b.lognormal),
        (("mu", "sigma"), b.lognormal_of),
    ),
    "uniform": ((("low", "high"), b.uniform), (("p05", "p95"), b.uniform_between)),
    "triangular": ((("low", "likely", "high"), b.triangular),),
    "pert": ((("low", "likely", "high"), b.pert), (("p05", "likely", "p95"), b.pert_between)),
    "beta": ((("a", "b"), b.beta), (("mean", "sd"), b.beta_with), (("p05", "p95"), b.beta_between)),
    "gamma": ((("shape", "scale"), b.gamma), (("mean", "sd"), b.gamma_with), (("p05", "p95"), b.gamma_between)),
    "discrete": ((("values", "probabilities"), b.discrete),),
    "empirical": ((("values",), b.empirical),),
}
FIELDS = {"family"} | {name for ways in WAYS.values() for names, _ in ways for name in names}


def distribution(reader: Reader, row: Mapping[str, Any], place: str) -> Distribution:
    """The distribution of a row. `low` and `high` are limits, `p05` and `p95` percentiles: the fields say which."""
    family = row.get("family", "constant" if "value" in row else "pert")
    if not isinstance(family, str) or family not in WAYS:
        reader.fault("unknown_choice", f"{place}/family", value=family, choices=", ".join(WAYS))
        return b.constant(0)
    given = {name: row[name] for name in row if name in FIELDS and name != "family"}
    for names, make in WAYS[family]:
        if set(names) == set(given):
            before = len(reader.faults)
            arguments = [_argument(reader, given[name], f"{place}/{name}") for name in names]
            sound = len(reader.faults) == before
            return (reader.attempt(place, partial(make, *arguments)) if sound else None) or b.constant(0)
    ways = " · ".join(", ".join(names) for names, _ in WAYS[family])
    reader.fault("way_unknown", place, family=family, given=", ".join(given) or "(inga)", ways=ways)
    return b.constant(0)


def _argument(reader: Reader, value: Any, place: str) -> float | Sequence[float]:
    if place.endswith(("/values", "/probabilities")):
        return [reader.number(one, f"{place}/{at}") for at, one in enumerate(reader.items(value, place))]
    return reader.number(value, place)
