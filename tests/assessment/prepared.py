"""A round that is ready to prioritise: three applications, assessed by three each, and a delegation without conflicts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from hemtag.assessment.actions.deciding import adopt, edit_decision
from hemtag.assessment.actions.meetings import arrange_meeting, draft_decisions
from hemtag.assessment.actions.prioritising import prioritise
from hemtag.assessment.models import Decision, Meeting, Run
from hemtag.grants.models import Block, Cost, CostKind, EffectClaim, EffectKind, Frame, Horizon, Perspective
from hemtag.organisations.models import Role
from tests.assessment.making import (
    assign,
    hand_in,
    make_application,
    make_eligible,
    need_no_communication,
    say_no_conflict,
)

DAY = dt.date(2026, 9, 10)


def set_costs(block: Block, requested: Mapping[int, int]) -> None:
    region = block.application.submission.responsible
    Cost.objects.filter(block=block).delete()
    for year, sek in requested.items():
        Cost.objects.create(block=block, region=region, year=year, kind=CostKind.OWN_TIME, requested_sek=sek)


def claim(block: Block, likely_sek: int, perspective: str = Perspective.REGION) -> None:
    EffectClaim.objects.create(
        block=block,
        kind=EffectKind.FEWER_RESOURCES,
        horizon=Horizon.DIRECT,
        perspective=perspective,
        low_sek=min(0, likely_sek),
        likely_sek=likely_sek,
        high_sek=max(0, 2 * likely_sek),
        from_year=2026,
        to_year=2030,
        basis="Uppmätt i en pilot.",
    )


def add_block(
    application: Any, requested: Mapping[int, int], likely_sek: int, *, needs: tuple[Block, ...] = ()
) -> Block:
    block = Block.objects.create(
        application=application,
        number=application.blocks.count() + 1,
        title=f"Block {application.blocks.count() + 1}",
        updated_at=timezone.now(),
    )
    set_costs(block, requested)
    claim(block, likely_sek)
    block.needs.set(needs)
    return block


def assess(application: Any, assessors: list[Any], level: int) -> None:
    make_eligible(application)
    for assessment in assign(application, *assessors):
        hand_in(assessment, level, level, level)


@dataclass
class Prepared:
    """The call's people and applications; `meet` runs the whole way to drafts."""

    call: Any
    regions: dict[str, Any]
    officer: Any
    chair: Any
    decider: Any
    assessors: list[Any]
    applications: list[Any] = field(default_factory=list)

    @property
    def delegation(self) -> list[Any]:
        return [self.officer, self.chair, self.decider, *self.assessors]

    def apply(self, region: str, level: int, **columns: Any) -> Any:
        application = make_application(self.call, self.regions[region], **columns)
        assess(application, self.assessors, level)
        for person in self.delegation:
            say_no_conflict(person, application)
        need_no_communication(application, self.officer)
        self.applications.append(application)
        return application

    def run(self) -> Run:
        return prioritise(by=self.officer, call=self.call)

    def meet(self, run: Run | None = None, **columns: Any) -> Meeting:
        return arrange_meeting(
            **{
                "by": self.officer,
                "call": self.call,
                "held_on": DAY,
                "run": run or self.run(),
                "chair": self.chair,
                "deciders": [self.chair, self.decider],
                "rapporteur": self.officer,
                "others_present": "Sekreteraren",
            }
            | columns
        )

    def drafts(self) -> list[Decision]:
        return draft_decisions(by=self.officer, meeting=self.meet())

    def edit(self, decision: Decision, **values: Any) -> Decision:
        decision.refresh_from_db()
        return edit_decision(by=self.officer, decision=decision, version=decision.version, values=values)

    def adopt(self, decision: Decision, by: Any = None) -> Decision:
        decision.refresh_from_db()
        return adopt(by=by or self.chair, decision=decision, version=decision.version)


def set_frame(year: int, sek: int) -> None:
    Frame.objects.update_or_create(year=year, defaults={"amount_sek": sek, "source": "test"})


@pytest.fixture
def the_day() -> Iterator[None]:
    """All that happens happens on the day of the meeting."""
    with time_machine.travel(dt.datetime(2026, 9, 10, 8, 0, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def prepared(the_day: None, call: Any, regions: dict[str, Any], person: Callable[..., Any]) -> Prepared:
    """Two applications that fit (the first with two blocks, the second block needing the first), one that does not.

    Frames of 10 Mkr in 2026 and 2027: 2026-001 asks for 1 + 1 and 2 + 2 Mkr, 2026-002 for 1 + 1, 2026-003 for 9 + 9.
    """
    set_frame(2026, 10_000_000)
    set_frame(2027, 10_000_000)
    made = Prepared(
        call=call,
        regions=regions,
        officer=person(Role.CASE_OFFICER, name="Hanna Handläggare"),
        chair=person(Role.DECISION_MAKER, name="Olle Ordförande"),
        decider=person(Role.DECISION_MAKER, name="Lena Ledamot"),
        assessors=[person(Role.ASSESSOR, name=f"Bedömare {letter}") for letter in "ABC"],
    )
    first = made.apply("14", 5, others=[regions["01"]])
    add_block(first, {2026: 2_000_000, 2027: 2_000_000}, 9_000_000, needs=(first.blocks.get(number=1),))
    made.apply("12", 4, title="Digital remiss")
    third = made.apply("19", 3, title="Nytt schema")
    set_costs(third.blocks.get(), {2026: 9_000_000, 2027: 9_000_000})
    claim(third.blocks.get(), 30_000_000)
    return made
