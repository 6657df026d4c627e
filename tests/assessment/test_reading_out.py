"""The delegation takes along what was handed in: the same papers as the regions, for who has declared no conflict."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hemtag.grants.models import Application
from hemtag.organisations.models import Role
from tests.assessment.making import say_conflict
from tests.grants.papers import bare, reader, words_of

pytestmark = pytest.mark.django_db

FILES = ("case_pdf", "case_summary_pdf", "case_json", "case_sheet")
ALL = (*FILES, "case_summary")


def at(name: str, application: Any) -> str:
    return reverse(name, args=["2026", application.number])


@pytest.mark.parametrize("name", ALL)
def test_it_is_open_after_the_declaration_and_closed_before_it_and_to_others(
    name: str, client_as: Callable[..., Any], person: Callable[..., Any], application: Any, officer: Any
) -> None:
    assert client_as(officer).get(at(name, application)).status_code == 200
    undeclared = client_as(person(Role.ASSESSOR, "delegation")).get(at(name, application))
    assert undeclared.status_code == 302 and at("declare_conflict", application) in undeclared["Location"]
    in_conflict = person(Role.ASSESSOR, "delegation")
    say_conflict(in_conflict, application)
    assert client_as(in_conflict).get(at(name, application)).status_code == 403
    assert client_as(person(Role.AUTHOR, "14")).get(at(name, application)).status_code == 403
    assert Client().get(at(name, application)).status_code == 302
    assert client_as(officer).get(reverse(name, args=["2026", "2026-999"])).status_code == 404


@pytest.mark.parametrize("name", ALL)
def test_reading_takes_few_queries(name: str, client_as: Callable[..., Any], application: Any, officer: Any) -> None:
    client = client_as(officer)
    client.get(at(name, application))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(at(name, application)).status_code == 200
    assert len(asked) <= 8


def test_the_papers_are_those_of_what_was_handed_in(
    client_as: Callable[..., Any], application: Any, officer: Any
) -> None:
    handed_in = application.title
    Application.objects.filter(pk=application.pk).update(title="Omskriven")
    client = client_as(officer)
    version = application.submission.submitted_versions.get()
    said = words_of(client.get(at("case_pdf", application)).content)
    assert bare(handed_in) in said and version.sha256 in said
    assert "Omskriven" not in said and "UTKAST" not in said
    page = client.get(at("case_summary_pdf", application)).content
    assert len(reader(page).pages) == 1 and bare(handed_in) in words_of(page)
    shown = client.get(at("case_summary", application)).content.decode()
    assert handed_in in shown and "Alla kontroller höll när ansökan lämnades in" in shown
    exported = json.loads(client.get(at("case_json", application)).content)
    schema = json.loads((settings.ROOT / "data" / "schemas" / "application.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(exported, schema)
    assert exported["status"]["sha256"] == version.sha256 and exported["application"]["title"] == handed_in
    assert client.get(at("case_sheet", application)).content.startswith(b"PK")


def test_the_links_stand_where_the_application_is_read(
    client_as: Callable[..., Any], application: Any, officer: Any
) -> None:
    shown = client_as(officer).get(at("read_application", application)).content.decode()
    for name in ALL:
        assert at(name, application) in shown, name
