"""What the start of the day says to those who prioritise and decide."""

from __future__ import annotations

import pytest

from hemtag.assessment.actions.meetings import draft_decisions
from hemtag.assessment.queries.waiting import waits_for_decision
from tests.assessment.prepared import Prepared, prepared, the_day

__all__ = ["prepared", "the_day"]

pytestmark = pytest.mark.django_db


def texts(person: object) -> list[str]:
    return [task.text for task in waits_for_decision(person)]


def test_the_case_officer_prioritises_then_calls_a_meeting_and_the_deciders_decide(prepared: Prepared) -> None:
    officer, chair = prepared.officer, prepared.chair
    assert texts(officer) == [f"Prioritera {prepared.call.title}"]
    assert texts(chair) == []
    run = prepared.run()
    assert texts(officer) == [f"Kalla till sammanträde om {prepared.call.title}"]
    meeting = prepared.meet(run)
    drafts = draft_decisions(by=officer, meeting=meeting)
    assert texts(officer) == []
    (task,) = waits_for_decision(chair)
    assert (task.text, task.due_on) == (f"Besluta om {len(drafts)} ansökningar", meeting.held_on)
    for draft in drafts:
        prepared.adopt(draft)
    assert texts(chair) == []
