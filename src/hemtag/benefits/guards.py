"""What a room above knows of who may read: a case of an application is held back until the reader has declared.

This room knows nothing of applications. The room that does says, when it starts, for which of them a person of the
delegation has declared to have no conflict of interest (16–18 §§ förvaltningslagen); the others' cases stay closed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Guard = Callable[[Any], Iterable[str]]

ABOUT_APPLICATIONS = ("application", "block")
_guards: list[Guard] = []


def guarded_by(guard: Guard) -> None:
    """`guard(person)` gives the numbers of the applications that the person may read."""
    if guard not in _guards:
        _guards.append(guard)


def readable(person: Any, keys: Iterable[str]) -> list[str]:
    """Those of the keys ("2026-003", "2026-003/2") whose application every guard lets the person read."""
    allowed = [set(guard(person)) for guard in _guards]
    return [key for key in keys if all(key.partition("/")[0] in numbers for numbers in allowed)]
