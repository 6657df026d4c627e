"""Who a solution waits for in each state, and for how long; and which moves only a gate makes. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from .clocks import working_days_after

Who = Literal["editors", "owner"]


@dataclass(frozen=True)
class Wait:
    """Whose turn it is, and how many working days they have. The numbers are a convention of the catalogue."""

    who: Who
    days: int


WAITS: dict[str, Wait] = {
    "identified": Wait("editors", 10),
    "screened": Wait("editors", 20),
    "needs_evidence": Wait("owner", 60),
    "qualified": Wait("owner", 60),
    "packaging": Wait("owner", 120),
    "packaged": Wait("editors", 20),
    "communicated": Wait("owner", 120),
    "spreading": Wait("owner", 250),
    "established": Wait("owner", 250),
    "review_due": Wait("editors", 40),
    "recalled": Wait("owner", 40),
}
"""States that are not here wait for nobody: parked, declined, merged, superseded, retired."""

GATE_OF: dict[tuple[str, str], str] = {
    ("identified", "screened"): "G1",
    ("screened", "qualified"): "G2",
    ("screened", "needs_evidence"): "G2",
    ("packaging", "packaged"): "G3",
    ("packaged", "communicated"): "G4",
    ("spreading", "established"): "G5",
}
"""Moves that are the outcome of a trial at a gate, and of nothing else."""

WORKED_OUT = {("communicated", "spreading"), ("identified", "merged")}
"""Moves that follow from something else that happens: the first independent region in use, a merge."""


def due_on(state: str, today: dt.date) -> dt.date | None:
    """The last day of the wait that begins today, or None where nobody is waited for."""
    wait = WAITS.get(state)
    return working_days_after(today, wait.days) if wait else None


def moved_by_hand(before: str, to: str) -> bool:
    """An editor may make the move with a reason only; neither a gate nor anything else decides it."""
    return (before, to) not in GATE_OF and (before, to) not in WORKED_OUT and to not in {"merged", "recalled"}
