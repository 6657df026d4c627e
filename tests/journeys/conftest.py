"""The call of 2026, published, and people who come as visitors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine

from hemtag.grants import actions
from hemtag.grants.reference import load_call
from tests.journeys.visitor import Visitor


@contextmanager
def _on(year: int, month: int, day: int) -> Iterator[None]:
    """Nine o'clock on a day; who comes back on another day logs in again."""
    with time_machine.travel(dt.datetime(year, month, day, 8, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def on() -> Callable[..., Any]:
    return _on


@pytest.fixture
def call(regions: dict[str, Any]) -> Any:
    with _on(2026, 3, 1):
        call = actions.create_call(by=None, data=load_call(), contact="delegationen@example.org")
        return actions.publish_call(by=None, call=call)


@pytest.fixture
def visitor(person: Callable[..., Any]) -> Callable[..., Visitor]:
    """`visitor(Role.AUTHOR, "14", "Anna")`: the same person each time for the same name; nothing is anyone."""
    known: dict[str, Any] = {}

    def come(role: Any = None, code: str = "", name: str = "") -> Visitor:
        if role is None:
            return Visitor()
        if name not in known:
            known[name] = person(role, code, name)
        return Visitor(known[name])

    return come
