"""The map of the 21 regions, for any value that a region can have. All 21 are always drawn, also those without a value."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHAPES = Path(__file__).parents[4] / "data" / "maps" / "sverige.json"
STEPS = 5


@dataclass(frozen=True, slots=True)
class Shade:
    """What a region shows: `step` 0 to 4, the deeper the more (None: no value), a short `mark` on the map, `text` in full."""

    step: int | None
    mark: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Region:
    code: str
    name: str
    path: str
    x: int
    y: int
    shade: Shade

    @property
    def look(self) -> str:
        return "none" if self.shade.step is None else str(self.shade.step)


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    regions: tuple[Region, ...]


@functools.lru_cache(maxsize=1)
def shapes() -> Mapping[str, Any]:
    return dict(json.loads(SHAPES.read_text(encoding="utf-8")))


def names() -> dict[str, str]:
    """County code → the county's name, in the order of the codes."""
    return {code: one["name"] for code, one in shapes()["counties"].items()}


def draw(shades: Mapping[str, Shade], called: Mapping[str, str] | None = None) -> Drawing:
    """`shades` per region code; codes the map lacks are left out. `called`: the regions' names, else the counties'."""
    whole = shapes()
    nothing = Shade(None, "\u2013")
    return Drawing(
        whole["width"],
        whole["height"],
        tuple(
            Region(
                code,
                (called or {}).get(code, one["name"]),
                one["path"],
                one["label"][0],
                one["label"][1],
                shades.get(code, nothing),
            )
            for code, one in whole["counties"].items()
        ),
    )


def step_of(share: float, steps: int = STEPS) -> int:
    """Which of so many equal steps a share from 0 to 1 falls in; the upper end belongs to the last."""
    return min(int(min(max(share, 0.0), 1.0) * steps), steps - 1)


def limits(steps: int = STEPS) -> Sequence[tuple[int, float, float]]:
    """Step, from, to: for the legend."""
    return [(step, step / steps, (step + 1) / steps) for step in range(steps)]
