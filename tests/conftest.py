"""Fixtures for every room."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.backends.base.operations import BaseDatabaseOperations
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from tests import databases

# Same examples in every run, and no clock: a busy machine is no fault in the code.
hypothesis_settings.register_profile("house", deadline=None, derandomize=True, database=None)
hypothesis_settings.load_profile("house")


@pytest.fixture(autouse=True, scope="session")
def _history_may_be_emptied_between_tests() -> Iterator[None]:
    """History refuses DELETE by a trigger, and so does every test database: emptying one takes the triggers aside."""
    whole = BaseDatabaseOperations.execute_sql_flush

    def without_triggers(operations: BaseDatabaseOperations, statements: list[str]) -> None:
        connection = operations.connection
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET session_replication_role = replica")  # triggers rest
                whole(operations, statements)
                cursor.execute("SET session_replication_role = DEFAULT")
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


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # the process that began the run, after all the others
        databases.drop_all()


@pytest.fixture(autouse=True)
def _in_swedish() -> Iterator[None]:
    """Every test starts in Swedish: a page read in English must not colour the next test."""
    with translation.override("sv"):
        yield


@pytest.fixture
def regions(db: None) -> dict[str, Any]:
    """The 21 regions by county code, and the delegation, the catalogue's editors and the auditors beside them."""
    from hemtag.organisations.models import Kind, Organisation

    with (Path(__file__).parents[1] / "data" / "regions.csv").open(encoding="utf-8") as file:
        rows = [
            Organisation(code=row["code"], kind=Kind.REGION, name=row["name"], short_name=row["short_name"])
            for row in csv.DictReader(file)
        ]
    for code, kind in (
        ("delegation", Kind.DELEGATION),
        ("catalogue", Kind.CATALOGUE),
        ("audit", Kind.AUDIT),
    ):
        rows.append(Organisation(code=code, kind=kind, name=code.capitalize(), short_name=code))
    Organisation.objects.bulk_create(rows)
    return {row.code: row for row in rows}


@pytest.fixture
def person(regions: dict[str, Any]) -> Callable[..., Any]:
    """`person(Role.AUTHOR, "14")`: someone with the role; the code is a county code, needed only for regions' roles."""
    import datetime as dt
    import itertools

    from hemtag.organisations.models import ROLES_OF_KIND, Kind, Membership, Person, Role

    numbers = itertools.count(1)

    def make(role: Role, code: str = "", name: str = "") -> Person:
        if not code:
            code = next(kind.value for kind, roles in ROLES_OF_KIND.items() if role in roles and kind != Kind.REGION)
        number = next(numbers)
        made = Person.objects.create_user(
            email=f"{role.value}-{code}-{number}@example.org", name=name or f"{role.label} {number}"
        )
        Membership.objects.create(person=made, organisation=regions[code], role=role, starts_on=dt.date(2020, 1, 1))
        return made

    return make


@pytest.fixture
def client_as() -> Callable[..., Any]:
    """`client_as(person)`: a browser without a screen, signed in as the person."""
    from django.test import Client

    def sign_in(person: Any) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sign_in
