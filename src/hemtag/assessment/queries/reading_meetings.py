"""A meeting as it is read: its decisions, who stands aside in which, and whether the drafts fit together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Sum
from django.utils.functional import cached_property

from hemtag.assessment.models import Decision, DecisionState, GrantedYear, Meeting
from hemtag.organisations.models import Person

from .assessing import barred_from
from .deciding import decisions_of
from .ledger import first_year_of, free_money


@dataclass(frozen=True)
class DecisionLine:
    decision: Any
    aside: list[Person] = field(default_factory=list)
    hidden: str = ""  # why the reader may know no more of it than its title

    @property
    def outcome(self) -> str:
        if not self.decision.granted:
            return "rejected"
        return "granted" if self.decision.granted == self.decision.blocks else "part"


@dataclass(frozen=True)
class MeetingYear:
    """Kronor of one year: the frame, what is bound, what this meeting's drafts would grant."""

    year: int
    frame: int
    committed: int
    chosen: int

    @property
    def free(self) -> int:
        return self.frame - self.committed - self.chosen


class MeetingReading:
    """Built for one person. Drafts on applications in `hidden` (number → why) are left out of every sum."""

    def __init__(self, person: Any, meeting: Meeting, hidden: Mapping[str, str] | None = None) -> None:
        self.person, self.meeting = person, meeting
        self.hidden = hidden or {}

    @cached_property
    def deciders(self) -> list[Person]:
        return list(self.meeting.deciders.all())

    @cached_property
    def lines(self) -> list[DecisionLine]:
        decisions: list[Decision] = list(decisions_of(self.person, self.meeting))
        barred = barred_from([decision.application for decision in decisions], self.deciders)
        return [
            DecisionLine(
                decision,
                [person for person in self.deciders if person.pk in barred[decision.application_id]],
                "" if decision.adopted_at else self.hidden.get(decision.application.number, ""),
            )
            for decision in decisions
        ]

    @property
    def is_partial(self) -> bool:
        """Something is hidden: then what is free is not told either, since the rest could be subtracted from it."""
        return any(line.hidden for line in self.lines)

    @property
    def next_to_decide(self) -> Any:
        """The first draft that this person, who decides here, takes part in deciding."""
        if self.person not in self.deciders:
            return None
        waiting = (line for line in self.lines if line.decision.state == DecisionState.DRAFT)
        return next((line.decision for line in waiting if self.person not in line.aside and not line.hidden), None)

    @property
    def drafts(self) -> int:
        return sum(line.decision.state == DecisionState.DRAFT for line in self.lines)

    @property
    def adopted(self) -> int:
        return len(self.lines) - self.drafts

    @property
    def total_sek(self) -> int:
        return sum(line.decision.granted_sek for line in self.lines if not line.hidden)

    @property
    def any_aside(self) -> bool:
        return any(line.aside for line in self.lines)

    @cached_property
    def years(self) -> list[MeetingYear]:
        """The years of the call: what is bound counts what this meeting has adopted already."""
        return self._years(self.hidden)

    def _years(self, hidden: Collection[str]) -> list[MeetingYear]:
        rows = GrantedYear.objects.filter(
            block_decision__decision__meeting=self.meeting,
            block_decision__decision__state=DecisionState.DRAFT,
            block_decision__is_granted=True,
        ).exclude(block_decision__decision__application__number__in=hidden)
        drafted = {row["year"]: row["sek"] for row in rows.order_by().values("year").annotate(sek=Sum("amount_sek"))}
        first, last = first_year_of(self.meeting.call), self.meeting.call.last_year
        return [
            MeetingYear(year, row.frame_sek, row.earlier_sek + row.decided_sek, drafted.get(year, 0))
            for year, row in free_money().items()
            if first <= year <= last
        ]

    @cached_property
    def whole(self) -> list[MeetingYear]:
        """With every draft: only for saying whether they fit."""
        return self._years(()) if self.is_partial else self.years

    @property
    def over(self) -> list[MeetingYear]:
        """Years whose frame the drafts would exceed together."""
        return [row for row in self.whole if row.free < 0]

    @property
    def authorisation_left_sek(self) -> int:
        """After the drafts; below zero when they do not fit together."""
        first = first_year_of(self.meeting.call)
        bound = sum(row.committed + row.chosen for row in self.whole if row.year > first)
        return self.meeting.call.authorisation_sek - bound
