"""The hash chain of events: how a link is made, and how a broken one is found. Pure functions on plain data."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

FIRST = "0" * 64
COVERED = (
    "number",
    "at",
    "actor_id",
    "actor",
    "verb",
    "subject_type",
    "subject_id",
    "subject",
    "ground",
    "details",
    "previous",
)


def digest(event: Mapping[str, Any]) -> str:
    """SHA-256 in hex over every covered column, as canonical JSON in UTF-8."""
    plain = {name: event[name] for name in COVERED}
    plain["at"] = event["at"].astimezone(dt.UTC).isoformat(timespec="microseconds")
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Break:
    """One place where the chain does not hold: at which number, and what is wrong there."""

    number: int
    fault: str  # "changed", "removed", "reordered" or "cut"


def breaks(events: Iterable[Mapping[str, Any]], head: tuple[int, str] | None = None) -> list[Break]:
    """Every break in a chain of events, given in the order of their numbers; the innocent neighbour is not named.

    `head` is the (number, hash) that the last event must have: it finds events removed from the end.
    """
    rows = list(events)
    hashes = {event["hash"] for event in rows}
    found: list[Break] = []
    number, previous, trusted = 0, FIRST, True
    for event in rows:
        whole = digest(event) == event["hash"]
        follows = event["previous"] == previous
        moved = event["previous"] != previous and (event["previous"] in hashes or event["previous"] == FIRST)
        if event["number"] != number + 1:
            found.extend(Break(missing, "removed") for missing in range(number + 1, event["number"]))
            trusted = False
        ok = True
        if not whole:
            found.append(Break(event["number"], "reordered" if moved else "changed"))
            ok = False
        elif not follows and trusted:
            # A hash that nobody has any more: the event before was rewritten together with its own hash.
            found.append(Break(event["number"], "reordered") if moved else Break(number, "changed"))
        number, previous, trusted = event["number"], event["hash"], ok
    if head is not None and number < head[0]:
        found.append(Break(number + 1, "cut"))
    elif head is not None:
        known = next((event["hash"] for event in rows if event["number"] == head[0]), None)
        if known != head[1]:
            found.append(Break(head[0], "changed"))
    return list(dict.fromkeys(found))
