"""Who may prioritise, arrange a meeting, write a decision and adopt it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from hemtag.assessment.models import Decision, DecisionState
from hemtag.organisations.models import Role
from hemtag.organisations.rules import is_auditor, is_delegation, may_act_as
from hemtag.refusals import ALLOWED, Verdict, refused

from .assessing import may_handle, may_read


def may_prioritise(person: Any) -> Verdict:
    return may_act_as(person, Role.CASE_OFFICER, Role.DECISION_MAKER)


def may_follow_preparation(person: Any) -> Verdict:
    """Runs, meetings and drafts: for the delegation, and for the auditor who reads everything."""
    if is_delegation(person) or is_auditor(person):
        return ALLOWED
    return refused(_("Förslag till beslut visas bara för delegationen tills besluten är fattade."))


def may_read_whole(hidden: Collection[str]) -> Verdict:
    """A run as it was stored, with every amount and score: for someone from whom none of it is hidden."""
    if not hidden:
        return ALLOWED
    return refused(
        _(
            "Du är jävig i %(numbers)s, och filen innehåller ansökans belopp, effekter och poäng. Någon utan jäv laddar ner den."
        )
        % {"numbers": ", ".join(hidden)}
    )


def may_follow_meeting(person: Any) -> bool:
    """The meetings' own pages: those who prepare and decide, and the auditor."""
    return is_auditor(person) or bool(may_prioritise(person))


def may_arrange_meeting(person: Any) -> Verdict:
    return may_act_as(person, Role.CASE_OFFICER)


def may_draft(person: Any) -> Verdict:
    return may_act_as(person, Role.CASE_OFFICER)


def may_read_decision(person: Any, decision: Decision) -> Verdict:
    """An adopted decision is for anyone; a draft for those who have declared that they have no conflict in the case."""
    if decision.state == DecisionState.ADOPTED:
        return ALLOWED
    return may_read(person, decision.application)


def may_edit_decision(person: Any, decision: Decision) -> Verdict:
    return may_handle(person, decision.application)


def may_adopt(person: Any, decision: Decision) -> Verdict:
    """A decider of the meeting who holds the role today and has declared no conflict in this case."""
    verdict = may_act_as(person, Role.DECISION_MAKER)
    if not verdict:
        return verdict
    if person not in decision.meeting.deciders.all():
        return refused(_("Bara de som beslutar på sammanträdet kan fatta beslutet."))
    return may_read(person, decision.application)
