"""Completion: what the region is asked for, and its answer in words or as a new version of the opened sections."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.grants.actions.openings import hand_in_opening, open_sections
from hemtag.grants.checks import in_words
from hemtag.grants.models import Application, OpeningGround
from hemtag.history.actions import record, register
from hemtag.history.models import Direction
from hemtag.organisations.models import Person
from hemtag.refusals import WrongState, holds, require

from ..checks.assessing import answer_says_something, deadline_is_ahead, request_says_what_is_missing
from ..models import CompletionRequest
from ..queries import assessing as queries
from ..rules import assessing as rules
from ..rules.corresponding import is_closed, may_answer_request

COMPLETION_GROUND = "10 och 12 §§ SFS 2024:1102"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def ask_completion(
    *, by: Person, application: Application, text: str, due_on: dt.date, sections: Sequence[str] = ()
) -> CompletionRequest:
    """Ask the responsible region for what is missing; one request at a time.

    With `sections` (keys of `grants.sections`) exactly those are opened for the regions until the day, and the answer
    is a new version; without, the answer is words.
    """
    require(rules.may_handle(by, application))
    application = Application.objects.select_for_update().get(pk=application.pk)
    holds([*request_says_what_is_missing(text), *deadline_is_ahead(due_on, clock.today())])
    if is_closed(application):
        raise WrongState(
            _("Ansökan %(number)s är beslutad eller avskriven och kan inte kompletteras.")
            % {"number": application.number}
        )
    waiting = queries.waiting_request(application, clock.today())
    if waiting is not None:
        raise WrongState(
            _("En begäran från %(asked)s väntar redan på svar till och med %(day)s.")
            % {"asked": in_words(clock.day_of(waiting.asked_at)), "day": in_words(waiting.due_on)}
        )
    opening = None
    if sections:
        opening = open_sections(
            by=by, application=application, ground=OpeningGround.COMPLETION, keys=sections, until=due_on
        )
    request = CompletionRequest.objects.create(
        application=application,
        text=text.strip(),
        due_on=due_on,
        asked_by=by,
        asked_at=clock.now(),
        opening=opening,
    )
    register(
        subject=f"Begäran om komplettering av ansökan {application.number}, svar senast {due_on.isoformat()}",
        party=application.submission.responsible.name,
        direction=Direction.OUT,
        case_number=application.submission.case_number,
        sha256=_sha256(request.text),
    )
    details = {"request": request.pk, "due_on": due_on.isoformat(), "sections": opening.sections if opening else []}
    record(by=by, verb="asked_completion", subject=application, details=details, ground=COMPLETION_GROUND)
    return request


@transaction.atomic
def answer_completion(*, by: Person, request: CompletionRequest, answer: str = "") -> CompletionRequest:
    """The responsible region's answer, within the time; afterwards the application is tried as it stands.

    Where sections are opened the answer is a new version by the authorised representative, and the words beside it may
    be left out. Raises DoesNotHold with every check of hand-in that the new version does not pass.
    """
    require(may_answer_request(by, request))
    request = CompletionRequest.objects.select_for_update().get(pk=request.pk)
    _can_be_answered(request)
    if request.opening is None:
        holds(answer_says_something(answer))
    else:
        hand_in_opening(by=by, opening=request.opening)
    request.answer = answer.strip()
    request.answered_by = by
    request.answered_at = clock.now()
    request.save(update_fields=["answer", "answered_by", "answered_at"])
    application = request.application
    if request.answer:
        register(
            subject=f"Komplettering av ansökan {application.number}",
            party=application.submission.responsible.name,
            direction=Direction.IN,
            case_number=application.submission.case_number,
            sha256=_sha256(request.answer),
        )
    record(
        by=by,
        verb="answered_completion",
        subject=application,
        details={"request": request.pk, "opening": request.opening_id},
        ground=COMPLETION_GROUND,
    )
    return request


def _can_be_answered(request: CompletionRequest) -> None:
    if request.answered_at is not None:
        raise WrongState(
            _("Begäran besvarades den %(day)s av %(who)s.")
            % {
                "day": in_words(clock.day_of(request.answered_at)),
                "who": request.answered_by.name if request.answered_by else "–",
            }
        )
    if request.due_on < clock.today():
        raise WrongState(
            _("Tiden för komplettering gick ut den %(day)s. Ansökan prövas i befintligt skick (12 §).")
            % {"day": in_words(request.due_on)}
        )
    if not rules.is_handed_in(request.application):
        raise WrongState(_("Ansökan är återtagen och kan inte kompletteras."))
    over = is_closed(request.application)
    if over:
        raise WrongState(over.reason)
