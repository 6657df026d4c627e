"""The only two writes of this room: an event in the chain, and a line in the register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from django.db import models, transaction
from django.utils import translation

from hemtag import clock

from .chain import FIRST, digest
from .models import Direction, Event, RegisterEntry
from .queries import kind_of

LARGEST_WITHOUT_EXPONENT = 1e16


class Actor(Protocol):
    """Whoever acts: a person with a name; `pk` keeps it apart from others of the same name."""

    pk: Any
    name: str


def record(
    *,
    by: Actor | None,
    verb: str,
    subject: models.Model,
    details: Mapping[str, Any] | None = None,
    ground: str = "",
) -> Event:
    """Append one event. Must run inside the transaction that makes the change, so that both or none happen.

    `verb` is past tense in English ("submitted"), `details` plain JSON, `ground` the legal ground in words.
    `by=None` is the system itself (a deadline that passed, the reference data at first start).
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event is recorded in the same transaction as its change")
    with translation.override("sv"):  # what is kept is in Swedish, whatever language the person reads the pages in
        name = str(subject)[:300]
    # Locks the newest row where the database can; SQLite has taken its one write lock already (IMMEDIATE).
    last = Event.objects.select_for_update().order_by("-number").first()
    columns: dict[str, Any] = {
        "number": last.number + 1 if last else 1,
        "at": clock.now(),
        "actor_id": str(by.pk) if by else "",
        "actor": by.name if by else "Hemtag",
        "verb": verb,
        "subject_type": kind_of(subject),
        "subject_id": str(subject.pk),
        "subject": name,
        "ground": ground,
        "details": _as_given_back(dict(details or {})),
        "previous": last.hash if last else FIRST,
    }
    return Event.objects.create(**columns, hash=digest(columns))


def _as_given_back(value: Any) -> Any:
    """Plain JSON as every database gives it back, so that its hash is the same then: names are text, and PostgreSQL
    knows neither minus nought nor a float's exponent."""
    if isinstance(value, Mapping):
        return {str(name): _as_given_back(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_as_given_back(one) for one in value]
    if isinstance(value, float):
        return int(value) if abs(value) >= LARGEST_WITHOUT_EXPONENT else value + 0.0
    return value


def register(
    *,
    subject: str,
    party: str,
    direction: Direction,
    case_number: str = "",
    sha256: str = "",
    secrecy_ground: str = "",
) -> RegisterEntry:
    """Add a line to the register; without a case number a new case of this year is opened ("HT 2026/0001").

    Runs inside the caller's transaction, whose `record` event tells who did it.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a document is registered in the same transaction as its event")
    day = clock.today()
    if not case_number:
        prefix = f"HT {day.year}/"
        newest = RegisterEntry.objects.filter(case_number__startswith=prefix, line=1).order_by("-case_number").first()
        case_number = f"{prefix}{int(newest.case_number.removeprefix(prefix)) + 1 if newest else 1:04d}"
    line = RegisterEntry.objects.filter(case_number=case_number).count() + 1
    return RegisterEntry.objects.create(
        case_number=case_number,
        line=line,
        on=day,
        direction=direction,
        party=party,
        subject=subject[:300],
        sha256=sha256,
        secrecy_ground=secrecy_ground,
    )
