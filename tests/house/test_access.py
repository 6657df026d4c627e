"""The law of the house: every address says who may reach it, and keeps to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from hemtag.organisations.access import Reach
from hemtag.organisations.models import Kind, Role
from tests.browser.pages import patterns

ROOT = Path(__file__).parents[2]
LIST = ROOT / "docs" / "reference" / "atkomst.md"
HEAD = """# Vem som når vilken sida

Listan görs av koden (`python scripts/access.py`) och ett test ser att den stämmer. Granskaren läser varje
sida och skriver ingenting. Vilka rader en person når på en sida avgörs av frågorna (`queries.…_for(person)`): en okänd
och en förbjuden rad svarar båda 404.

| adress | namn | når sidan |
|---|---|---|
"""
# A value of each kind that no row has: what is tested here is the page's rule and not a row's.
NOTHING = {"string": "2099-999", "slug": "finns-inte", "int": 999_999}


def rules() -> list[tuple[str, str, Reach]]:
    found = []
    for pattern in patterns():
        reach = getattr(pattern.callback, "reach", None)
        assert isinstance(reach, Reach), f"{pattern.name} has no rule: give its view @reachable(…)"
        found.append((f"/{pattern.pattern}", str(pattern.name), reach))
    return sorted(found)


def written() -> str:
    return HEAD + "".join(f"| `{address}` | {name} | {reach} |\n" for address, name, reach in rules())


def test_every_address_has_a_rule_and_the_list_is_current() -> None:
    assert LIST.read_text(encoding="utf-8") == written(), "run: .venv/bin/python scripts/access.py"


def address_of(pattern: Any) -> str:
    arguments = {
        name: NOTHING[type(way).__name__.removesuffix("Converter").lower()]
        for name, way in pattern.pattern.converters.items()
    }
    try:
        return reverse(pattern.name, kwargs=arguments)
    except NoReverseMatch:  # pragma: no cover - a new kind of converter has to be given a value above
        pytest.fail(f"{pattern.name} needs a value in NOTHING")


def refusals(answer: Any) -> str:
    """'log in', 'not allowed' or '' when the page's rule let the request through."""
    if answer.status_code == 302 and answer["Location"].startswith(reverse("log_in")):
        return "log in"
    return "not allowed" if answer.status_code == 403 else ""


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, *Role])
def test_each_role_reaches_what_the_rules_say_and_nothing_else(role: Role | None, person: Any, client_as: Any) -> None:
    code = "14" if role in {Role.AUTHOR, Role.REPRESENTATIVE, Role.ECONOMIST} else ""
    client = client_as(person(role, code)) if role else Client()
    wrong = []
    for pattern in patterns():
        reach, address = pattern.callback.reach, address_of(pattern)
        for method in ("get", "post"):
            expected = ""
            if not reach.anyone and role is None:
                expected = "log in"
            elif not reach.anyone and role == Role.AUDITOR:
                expected = "" if method == "get" else "not allowed"
            elif reach.roles and role not in reach.roles:
                expected = "not allowed"
            if pattern.name == "log_out" and method == "post":
                continue  # would end the session that the rest of the test needs
            got = refusals(getattr(client, method)(address))
            if got != expected:
                wrong.append(f"{method} {address}: {got or 'let through'} instead of {expected or 'let through'}")
    assert not wrong, "\n".join(wrong)


def test_every_kind_of_organisation_gives_some_role() -> None:
    from hemtag.organisations.models import ROLES_OF_KIND

    assert set(ROLES_OF_KIND) == set(Kind)
    assert set().union(*ROLES_OF_KIND.values()) == set(Role)
