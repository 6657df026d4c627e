"""Fixtures for every room."""

from collections.abc import Iterator

import pytest
from django.db import connections
from django.db.backends.base.operations import BaseDatabaseOperations


@pytest.fixture(autouse=True, scope="session")
def _history_may_be_emptied_between_tests() -> Iterator[None]:
    """History refuses DELETE by a trigger, and so does every test database: emptying one takes the triggers aside."""
    whole = BaseDatabaseOperations.execute_sql_flush

    def without_triggers(operations: BaseDatabaseOperations, statements: list[str]) -> None:
        connection = operations.connection
        if connection.vendor != "sqlite":
            whole(operations, statements)
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            whole(operations, statements)
            for _name, sql in triggers:
                cursor.execute(sql)

    patch = pytest.MonkeyPatch()
    patch.setattr(BaseDatabaseOperations, "execute_sql_flush", without_triggers)
    yield
    patch.undo()
    connections.close_all()


@pytest.fixture(autouse=True)
def _in_swedish() -> Iterator[None]:
    """Every test starts in Swedish: a page read in English must not colour the next test."""
    from django.utils import translation

    with translation.override("sv"):
        yield
