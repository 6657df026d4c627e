"""A round with some demands changed, as a round of its own: what a meeting tries, and what can be published if it is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from .model import Round
from .reading import load_round


def changed(
    r: Round,
    *,
    lock_in: Mapping[str, str] | None = None,
    lock_out: Mapping[str, str] | None = None,
    unlock: Collection[str] = (),
    frames: Mapping[int, int] | None = None,
    hurdle: Any = None,
    policies: Mapping[str, Any] | None = None,
    effects: Mapping[str, int] | None = None,
    order: Sequence[str] | None = None,
) -> Round:
    """Another round, with its own hash: locks (block id to reason) added, or taken away by `unlock`; amounts in `frames`
    and `effects` replaced one by one, the `hurdle`, the `order` and each field of `policies` as a whole (None drops it).

    A lock one way takes away a lock the other way. Raises `InvalidRound` as `load_round` does.
    """
    data = dict(r.data)
    gone = {*unlock, *(lock_in or {}), *(lock_out or {})}
    for name, added in (("locked_in", lock_in or {}), ("locked_out", lock_out or {})):
        kept = {block: why for block, why in data.get(name, {}).items() if block not in gone} | dict(added)
        data.pop(name, None)
        if kept:
            data[name] = kept
    if frames:
        data["frames"] = {**data["frames"], **{str(year): amount for year, amount in frames.items()}}
    if policies is not None:
        merged = {**data.get("policies", {}), **policies}
        data["policies"] = {name: value for name, value in merged.items() if value is not None}
    if effects:
        data["applications"] = [
            {**a, "blocks": [{**b, "effect": effects.get(b["id"], b["effect"])} for b in a["blocks"]]}
            for a in data["applications"]
        ]
    data |= {name: value for name, value in (("hurdle", hurdle), ("order", order)) if value is not None}
    return load_round(data)
