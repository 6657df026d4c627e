"""Why a block was not chosen, read from the stored round and result alone: arithmetic, not a new solution. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any


class Why(Enum):
    LOCKED = "locked"
    NEEDS = "needs"
    HURDLE = "hurdle"
    MONEY = "money"
    AUTHORISATION = "authorisation"
    EQUAL = "equal"


@dataclass(frozen=True)
class Obstacle:
    """`needs` are block ids that were not chosen; `short` the whole thousands lacking per year."""

    why: Why
    needs: tuple[str, ...] = ()
    short: Mapping[int, int] | None = None
    lacking: int = 0
    text: str = ""


def by_id(data: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {block["id"]: block for application in data["applications"] for block in application["blocks"]}


def needed_by(block_id: str, blocks: Mapping[str, Mapping[str, Any]], chosen: Collection[str]) -> list[str]:
    """The chosen blocks that need this one, in the published order."""
    return [name for name, block in blocks.items() if name in chosen and block_id in block.get("needs", ())]


def free_per_year(data: Mapping[str, Any], result: Mapping[str, Any]) -> dict[int, int]:
    """What the chosen blocks leave of every year's frame, in whole thousands."""
    return {
        int(year): frame - data.get("committed", {}).get(year, 0) - result["per_year"].get(year, 0)
        for year, frame in data["frames"].items()
    }


def authorisation_left(data: Mapping[str, Any], result: Mapping[str, Any]) -> int | None:
    """What the chosen blocks leave of the commitment authorisation; None when the round has none."""
    if data.get("commitment_authorisation") is None:
        return None
    beyond = sorted(data["frames"])[1:]
    bound = sum(data.get("committed", {}).get(year, 0) + result["per_year"].get(year, 0) for year in beyond)
    return int(data["commitment_authorisation"]) - bound


def obstacle(block: Mapping[str, Any], data: Mapping[str, Any], result: Mapping[str, Any]) -> Obstacle:
    """What stands in the way of adding this block to the chosen ones; the first that applies.

    Locked out; worth less than the hurdle asks of what it costs; a block that it needs is not chosen; no room in some
    year, or in the commitment authorisation, beside blocks that together give more; else of equal worth.
    """
    chosen = set(result["chosen"])
    locked = data.get("locked_out", {}).get(block["id"])
    if locked:
        return Obstacle(Why.LOCKED, text=locked)
    if block["effect"] < Fraction(str(data.get("hurdle", 0))) * sum(block["cost"].values()):
        return Obstacle(Why.HURDLE)
    missing = tuple(need for need in block.get("needs", ()) if need not in chosen)
    if missing:
        return Obstacle(Why.NEEDS, needs=missing)
    free = free_per_year(data, result)
    short = {int(y): cost - free[int(y)] for y, cost in block["cost"].items() if cost > free[int(y)]}
    if short:
        return Obstacle(Why.MONEY, short=dict(sorted(short.items())))
    left = authorisation_left(data, result)
    first = min(data["frames"])
    beyond = sum(cost for year, cost in block["cost"].items() if year != first)
    if left is not None and beyond > left:
        return Obstacle(Why.AUTHORISATION, lacking=beyond - left)
    return Obstacle(Why.EQUAL)
