"""From the steps that regions have declared to what `uptake` counts with: shorter ladder, no owner, no variants. Pure.

`uptake` has five rungs and two ways out. Trying counts as being interested, preparing as having decided, lasting as in
use; a pause leaves a region where it was; replaced is discontinued. A region that the solution is not for is not
eligible. A region that has changed a core function has left for a variant of its own on the day it did.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

RUNG = {
    "interested": "interested",
    "assessing": "interested",
    "decided": "decided",
    "preparing": "decided",
    "piloting": "piloting",
    "rolling_out": "rolling_out",
    "in_use": "in_use",
    "sustained": "in_use",
}
LADDER = tuple(dict.fromkeys(RUNG.values()))
OUT = {"declined": "declined", "discontinued": "discontinued", "replaced": "discontinued"}

Step = tuple[str, dt.date]


@dataclass(frozen=True)
class Told:
    """What is known of one solution. `steps` per region are those that count, oldest first; `varied` is the day on which
    a region began with a variant of its own. `packaged_on` is the day of the first published package.
    """

    id: str
    title: str
    owner: str
    proposed_on: dt.date
    packaged_on: dt.date | None = None
    steps: Mapping[str, Sequence[Step]] = field(default_factory=dict)
    varied: Mapping[str, dt.date] = field(default_factory=dict)

    @property
    def others(self) -> dict[str, Sequence[Step]]:
        return {code: steps for code, steps in self.steps.items() if code != self.owner and steps}

    @property
    def is_out(self) -> bool:
        """Others could introduce it: it has a package, or somebody else has begun without one."""
        return self.packaged_on is not None or bool(self.others)

    @property
    def out_on(self) -> dt.date:
        """From when others could: the first package, else the proposal; earlier when somebody else began before that."""
        begun = [steps[0][1] for steps in self.others.values()]
        return min([self.packaged_on or self.proposed_on, *begun])


def walked(steps: Iterable[Step], varied: dt.date | None = None) -> list[Step]:
    """One region's steps on the short ladder: every rung once, upwards, until it goes out; then it may begin anew."""
    found: list[Step] = []
    highest, used = -1, False
    for stage, on in steps:
        if varied is not None and on >= varied:
            break
        if stage in RUNG:
            rung = LADDER.index(RUNG[stage])
            if rung > highest:
                found.append((RUNG[stage], on))
                highest, used = rung, used or RUNG[stage] == "in_use"
        elif stage in OUT and (highest >= 0 or (OUT[stage] == "declined" and not found)):
            found.append(("discontinued" if used else OUT[stage], on))
            highest, used = -1, False
    if varied is not None and (highest >= 0 or not found):
        found.append(("discontinued" if used else "declined", varied))
    return found


def plain(told: Told, regions: Iterable[str]) -> dict[str, Any]:
    """One solution as `data/schemas/uptake.schema.json` says."""
    away = {code for code, steps in told.others.items() if steps[-1][0] == "not_applicable"}
    rows = [
        {"region": code, "stage": stage, "on": on.isoformat()}
        for code, steps in sorted(told.steps.items())
        if code not in away
        for stage, on in walked(steps, told.varied.get(code))
    ]
    return {
        "id": told.id,
        "title": told.title,
        "published_on": told.out_on.isoformat(),
        "eligible": [code for code in regions if code not in away and code != told.owner],
        "origin": [told.owner],
        "steps": sorted(rows, key=lambda row: row["on"]),
    }


def file_of(told: Iterable[Told], regions: Mapping[str, str], as_of: dt.date) -> dict[str, Any]:
    """The whole, ready for `uptake.examine` and for `hemtag uptake`. Solutions that reach nobody are left out."""
    rows = [plain(one, regions) for one in told]
    return {
        "format": 1,
        "as_of": as_of.isoformat(),
        "period": "quarter",
        "regions": dict(regions),
        "solutions": [row for row in rows if row["eligible"]],
    }


def days_between(steps: Iterable[Sequence[Step]], begin: str, end: str, as_of: dt.date) -> list[tuple[int, bool]]:
    """Days from one rung to another, (days, came): those who went out or still wait are counted to then and not further.

    `steps` are each region's, walked. A region that began anew counts each time.
    """
    found = []
    for own in steps:
        began: dt.date | None = None
        for stage, on in own:
            if stage == begin:
                began = on
            elif began is not None and (stage == end or stage in {"declined", "discontinued"}):
                found.append(((on - began).days, stage == end))
                began = None
        if began is not None:
            found.append(((as_of - began).days, False))
    return found
