"""The delegation in the demo: everyone has declared, one assessor has conflicts, and the chairman chairs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hemtag.assessment.models import Meeting
from hemtag.assessment.queries.seeing import sight_of
from hemtag.grants.models import Call
from hemtag.organisations.models import Person, Role
from hemtag.web.demo import build


@pytest.fixture
def decided(db: None, settings: Any) -> None:
    build("decided", lambda _text: None)
    (Path(settings.VAR) / "demo_clock").unlink()


def test_the_demos_delegation(decided: None) -> None:
    call = Call.objects.get()
    meeting = Meeting.objects.get()
    assert meeting.chair.title == "Ordförande"
    preparing = (Role.CASE_OFFICER, Role.ASSESSOR, Role.DECISION_MAKER)
    people = list(Person.objects.filter(memberships__role__in=preparing).distinct())
    assert [person.name for person in people if sight_of(person, call).undeclared] == []
    barred = Person.objects.filter(conflict_declarations__has_conflict=True).distinct()
    assert barred.get().memberships.get().role == Role.ASSESSOR
