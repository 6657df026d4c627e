"""Where somebody stands on the pages of introductions, for `pages.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hemtag import clock

OWN = "Teledermatoskopi"  # proposed and used by region 14, and by two others


def _first(model: str, **conditions: Any) -> Any:
    from django.apps import apps

    row = apps.get_model(f"solutions.{model}").objects.filter(**conditions).order_by("pk").first()
    assert row is not None, f"the demo has no {model} with {conditions}"
    return row


def a_step() -> tuple[Any, ...]:
    rows = {"adoption__solution__title__startswith": OWN, "adoption__region__code": "14"}
    return (*own_introduction()(), _first("AdoptionStep", **rows).pk)


def solution_titled(start: str) -> Callable[[], tuple[Any, ...]]:
    return lambda: (_first("Solution", title__startswith=start).slug,)


def own_introduction(*parts: Any) -> Callable[[], tuple[Any, ...]]:
    return lambda: (*solution_titled(OWN)(), *parts)


def an_adaptation() -> None:
    from hemtag.solutions.models import Adaptation, Adoption

    own = Adoption.objects.get(solution__title__startswith=OWN, region__code="14")
    if own.adaptations.exists():
        return
    words = {"phase": "use", "planned": "planned", "decided_by": "unit", "what": "content"}
    words |= {"level": "unit", "nature": "removed", "goal": "cost"}
    Adaptation.objects.create(
        adoption=own,
        occurred_on=clock.today(),
        text="Bilden granskas av en sjuksköterska först.",
        is_variant=True,
        becomes_provider=True,
        recorded_at=clock.now(),
        **words,
    )


def the_adaptation() -> tuple[Any, ...]:
    rows = {"adoption__solution__title__startswith": OWN, "adoption__region__code": "14"}
    return (*own_introduction("14")(), _first("Adaptation", **rows).pk)


def a_suggestion() -> None:
    from hemtag.organisations.models import Organisation
    from hemtag.solutions.models import Solution, Suggestion

    Suggestion.objects.get_or_create(
        solution=Solution.objects.get(title__startswith="Självprovtagning"),
        region=Organisation.objects.get(code="14"),
        answered_at=None,
        defaults={"text": "Vi har sett proverna i laboratoriet.", "suggested_at": clock.now()},
    )


def the_suggestion() -> tuple[Any, ...]:
    return (*solution_titled("Självprovtagning")(), _first("Suggestion", region__code="14").pk)
