"""Questions between colleagues, and faults that are reported field by field, each with a day to answer by."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import WrongState, holds, require

from .. import rules
from ..checks import asking, limits
from ..checks.clocks import TO_ANSWER, working_days_after
from ..models import FAULT_NEXT, Answer, Fault, FaultState, Question, Solution
from ..queries.asking import is_in_use_in, may_be_asked, places_of
from .news import tell

DAY = dt.timedelta(days=1)


@transaction.atomic
def ask(
    *, by: Person, solution: Solution, text: str, to_region: Organisation | None = None, region: Organisation
) -> Question:
    """Ask the owner, or a colleague in a region that has it in use. `region` is the asker's own."""
    require(rules.may_ask(by, region))
    sent = Question.objects.filter(asked_by=by, asked_at__gt=clock.now() - DAY).count()
    holds(asking.is_written(text) + limits.there_is_room_today("question", sent))
    if to_region is not None and not may_be_asked(solution, to_region):
        raise WrongState(_("%(region)s har inte lösningen i drift. Fråga ägaren.") % {"region": to_region.name})
    question = Question.objects.create(
        solution=solution,
        to_region=None if to_region == solution.owner else to_region,
        from_region=region,
        text=text.strip(),
        asked_by=by,
        asked_at=clock.now(),
        due_on=working_days_after(clock.today(), TO_ANSWER),
    )
    to = to_region or solution.owner
    tell(solution, "question", _("%(region)s frågar %(to)s.") % {"region": region.name, "to": to.name})
    record(
        by=by,
        verb="asked_question",
        subject=question,
        details={"solution": solution.slug, "to": to.code, "due_on": question.due_on.isoformat()},
    )
    return question


@transaction.atomic
def answer(*, by: Person, question: Question, text: str, region: Organisation) -> Answer:
    """A region answers; whether it had the solution in use is worked out, never chosen."""
    require(rules.may_answer(by, region))
    sent = Answer.objects.filter(answered_by=by, answered_at__gt=clock.now() - DAY).count()
    holds(asking.is_written(text) + limits.there_is_room_today("answer", sent))
    question = Question.objects.select_for_update().get(pk=question.pk)
    if question.closed_at is not None:
        raise WrongState(_("Frågan är avslutad. Ställ en ny fråga."))
    row = Answer.objects.create(
        question=question,
        text=text.strip(),
        region=region,
        by_user_of_it=is_in_use_in(question.solution, region),
        answered_by=by,
        answered_at=clock.now(),
    )
    tell(question.solution, "answer", _("%(region)s har svarat på en fråga.") % {"region": region.name})
    record(
        by=by,
        verb="answered_question",
        subject=question,
        details={"region": region.code, "by_user_of_it": row.by_user_of_it},
    )
    return row


@transaction.atomic
def close_question(*, by: Person, question: Question, reason: str) -> Question:
    """The asker has got the answer, or the asked cannot give one; the reason is read by all."""
    question = Question.objects.select_for_update().get(pk=question.pk)
    require(rules.may_close_question(by, question))
    holds(asking.is_written(reason, "reason"))
    if question.closed_at is not None:
        raise WrongState(_("Frågan är redan avslutad."))
    question.closed_at, question.closed_reason = clock.now(), reason.strip()
    question.save(update_fields=["closed_at", "closed_reason"])
    record(by=by, verb="closed_question", subject=question, details={"reason": question.closed_reason})
    return question


@transaction.atomic
def report_fault(
    *, by: Person | None, solution: Solution, place: str, text: str, hidden_field: str = "", sent_this_hour: int = 0
) -> Fault:
    """Anyone says what is wrong in one field. Without log-in it is shown to all first when the owner has looked.

    `sent_this_hour` is how many have come from the same browser or address; `hidden_field` is empty from a person.
    """
    require(rules.may_report_fault(by))
    problems = asking.is_written(text) + asking.place_is_known(place, places_of(by, solution))
    if by is None:
        problems += limits.is_not_a_machine(hidden_field) + limits.there_is_room_this_hour("fault", sent_this_hour)
        problems += limits.there_is_room_for_more_unseen(
            Fault.objects.filter(solution=solution, reported_by=None, settled_at=None).count()
        )
    else:
        sent = Fault.objects.filter(reported_by=by, reported_at__gt=clock.now() - DAY).count()
        problems += limits.there_is_room_today("fault", sent)
    holds(problems)
    fault = Fault.objects.create(
        solution=solution,
        place=place,
        text=text.strip(),
        reported_by=by,
        reported_at=clock.now(),
        due_on=working_days_after(clock.today(), TO_ANSWER),
    )
    tell(solution, "fault", _("Ett fel är anmält."), public=by is not None)
    record(
        by=by,
        verb="reported_fault",
        subject=fault,
        details={"solution": solution.slug, "place": place, "anonymous": by is None},
    )
    return fault


@transaction.atomic
def settle_fault(*, by: Person, fault: Fault, to: FaultState, answer: str = "") -> Fault:
    """The owner or the editor says what was found: confirmed, mended, no fault, or taken up again."""
    fault = Fault.objects.select_for_update().get(pk=fault.pk)
    require(rules.may_settle_fault(by, fault.solution))
    if to not in FAULT_NEXT[fault.state]:
        raise WrongState(
            _("Felet är i läget ”%(state)s” och kan inte gå till ”%(to)s”.")
            % {"state": fault.get_state_display().lower(), "to": to.label.lower()}
        )
    if to != FaultState.CONFIRMED:
        holds(asking.a_refusal_has_its_answer(answer))
    holds(asking.is_written(answer, "answer") if len(answer) > asking.LONGEST else [])
    before, fault.state = fault.state, to
    fault.answer = answer.strip() or fault.answer
    fault.settled_by, fault.settled_at = by, clock.now()
    if to == FaultState.REPORTED:
        fault.due_on = working_days_after(clock.today(), TO_ANSWER)
    fault.save(update_fields=["state", "answer", "settled_by", "settled_at", "due_on"])
    tell(fault.solution, "fault", _("Ett anmält fel: %(state)s.") % {"state": FaultState(to).label.lower()})
    record(
        by=by,
        verb="settled_fault",
        subject=fault,
        details={"solution": fault.solution.slug, "from": before, "to": to.value, "answer": fault.answer},
    )
    return fault
