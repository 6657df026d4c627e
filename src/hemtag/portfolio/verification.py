"""Whether a published result holds for a round, by the stand-alone checker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .check import check
from .model import Round
from .selection import Selection, Unverified


def verify(r: Round, result: Selection | Mapping[str, Any]) -> list[str]:
    """What is wrong with the result; an empty list when everything holds. Never raises for a malformed result."""
    data = result.as_dict() if isinstance(result, Selection) else result
    try:
        return check(r.data, data, r.sha256)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ZeroDivisionError) as error:
        return [f"Resultatet har fel form: {type(error).__name__} {error}"]


@dataclass(frozen=True, slots=True)
class StoredProof:
    """A certificate as it was published."""

    data: Mapping[str, Any] = field(repr=False)

    @property
    def bound(self) -> int:
        return int(self.data["bound"])

    def as_dict(self) -> dict[str, Any]:
        return dict(self.data)


def restore(r: Round, result: Mapping[str, Any]) -> Selection:
    """A stored or published result as a `Selection` again, so that questions need no new choice.

    Raises `Unverified` when it does not hold for the round.
    """
    wrong = verify(r, result)
    if wrong:
        raise Unverified("; ".join(wrong))
    kept = frozenset(result["chosen"])
    proof = result.get("certificate")
    return Selection(
        value=_exact(result["value"]),
        upper_bound=_exact(result["upper_bound"]),
        chosen=tuple(block.id for block in r.blocks if block.id in kept),
        per_year=r.spent(kept),
        free_per_year=r.free(kept),
        slack={str(name): int(left) for name, left in result.get("slack", {}).items()},
        status=str(result.get("status", "stopped")),
        engine=str(result.get("engine", "")),
        versions={str(name): str(number) for name, number in result.get("versions", {}).items()},
        round_sha256=r.sha256,
        certificate=StoredProof(proof) if proof else None,
    )


def _exact(number: float) -> int | Decimal:
    return number if isinstance(number, int) else Decimal(str(number))
