"""What the pages of a package need in the demo: one being written and tried, one that is out, one that is recalled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

WRITTEN, OUT, RECALLED = "prov-skrivs", "prov-ute", "prov-aterkallat"


def _person(role: str, code: str) -> Any:
    from hemtag.organisations.models import Person

    row = Person.objects.filter(memberships__role=role, memberships__organisation__code=code).order_by("pk").first()
    assert row is not None, f"the demo has no {role} in {code}"
    return row


def _new(slug: str, title: str) -> Any:
    from hemtag.organisations.models import Organisation
    from hemtag.solutions.models import Solution
    from tests.solutions.packages import make_solution

    if Solution.objects.filter(slug=slug).exists():
        return None
    return make_solution(Organisation.objects.get(code="14"), slug=slug, title=title)


def being_written() -> None:
    from hemtag.organisations.models import Organisation
    from hemtag.solutions.actions import packaging, publishing
    from tests.solutions.packages import fill, try_from_nothing

    solution = _new(WRITTEN, "Prov på ett paket som skrivs")
    if solution is None:
        return
    author, tester = _person("author", "14"), _person("author", "01")
    region = Organisation.objects.get(code="01")
    package = packaging.start_package(by=author, solution=solution)
    fill(author, package, skip=("P5", "P20"))
    missing = [{"code": "P5", "text": "Vem som gör vad går inte att läsa ut."}]
    try_from_nothing(tester, region, package, passed=False, missing=missing)
    publishing.start_cold(by=tester, package=package, region=region)


def _published(slug: str, title: str) -> Any:
    from hemtag.organisations.models import Organisation
    from tests.solutions.packages import publish

    solution = _new(slug, title)
    if solution is None:
        return None
    people = _person("author", "14"), _person("catalogue_editor", "catalogue"), _person("author", "01")
    return publish(*people, Organisation.objects.get(code="01"), solution)


def is_out() -> None:
    _published(OUT, "Prov på ett paket som är ute")


def is_recalled() -> None:
    from hemtag.solutions.actions.publishing import recall_package

    if package := _published(RECALLED, "Prov på ett återkallat paket"):
        editor = _person("catalogue_editor", "catalogue")
        recall_package(by=editor, package=package, reason="Missar var tionde tumör i ett test.", advice="stop")


def at(*parts: Any) -> Callable[[], tuple[Any, ...]]:
    return lambda: parts


def the_walk() -> tuple[Any, ...]:
    from hemtag.solutions.models import ColdStart

    return (WRITTEN, ColdStart.objects.filter(package__solution__slug=WRITTEN, passed=None).values_list("pk")[0][0])
