"""25 § förvaltningslagen: what the applicant is told before the decision, or why it is not told."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.grants.checks import in_words
from hemtag.grants.models import Application
from hemtag.history.actions import record, register
from hemtag.history.models import Direction
from hemtag.organisations.models import Person
from hemtag.refusals import DoesNotHold, Problem, WrongState, holds, require

from ..checks.corresponding import day_is_ahead, text_is_given
from ..models import Communication, CommunicationException
from ..queries import corresponding as queries
from ..rules.assessing import may_handle
from ..rules.corresponding import is_closed, may_speak_for_applicant

GROUND = "25 § förvaltningslagen (2017:900)"


def _not_closed(application: Application) -> None:
    over = is_closed(application)
    if over:
        raise WrongState(over.reason)


def _register(communication: Communication, subject: str, direction: Direction, sha256: str) -> None:
    application = communication.application
    register(
        subject=f"{subject}, ansökan {application.number}",
        party=application.submission.responsible.name,
        direction=direction,
        case_number=application.submission.case_number,
        sha256=sha256,
    )


@transaction.atomic
def communicate(*, by: Person, application: Application, due_on: dt.date, further: str = "") -> Communication:
    """Send what others have said and the proposal with its grounds, as it stands now; the applicant may state by a day.

    `further` is material that Hemtag does not know of, in the case officer's words. Raises DoesNotHold when there is
    nothing to send.
    """
    require(may_handle(by, application))
    application = Application.objects.select_for_update().get(pk=application.pk)
    _not_closed(application)
    holds(day_is_ahead(due_on, clock.today(), "due_on"))
    material = queries.material_of(application)
    if further.strip():
        holds(text_is_given(further, "further", ""))
        material.append({"title": "Övrigt material från andra än sökanden", "text": further.strip()})
    if not material:
        message = _("Det finns inget att kommunicera. Välj i stället varför det inte behövs.")
        raise DoesNotHold([Problem(message, field="further", rule="material_is_there")])
    sha256 = hashlib.sha256(json.dumps(material, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    communication = Communication.objects.create(
        application=application, material=material, sha256=sha256, due_on=due_on, by=by, at=clock.now()
    )
    subject = f"Kommunicering före beslut, yttrande senast {due_on.isoformat()}"
    _register(communication, subject, Direction.OUT, sha256)
    details = {"communication": communication.pk, "due_on": due_on.isoformat(), "sha256": sha256}
    record(by=by, verb="communicated", subject=application, details=details, ground=GROUND)
    return communication


@transaction.atomic
def leave_out_communication(
    *, by: Person, application: Application, exception: CommunicationException, reason: str
) -> Communication:
    """State which exception of 25 § applies, and why; the decision may then be taken without communication."""
    require(may_handle(by, application))
    application = Application.objects.select_for_update().get(pk=application.pk)
    _not_closed(application)
    problems = text_is_given(reason, "reason", _("Skriv varför materialet inte behöver kommuniceras."))
    if not exception:
        message = _("Välj vilket undantag som gäller.")
        problems.append(Problem(message, field="exception", rule="exception_is_chosen"))
    holds(problems)
    communication = Communication.objects.create(
        application=application, exception=exception, reason=reason.strip(), by=by, at=clock.now()
    )
    subject = f"Kommunicering utelämnas: {_in_register(exception)}"
    _register(communication, subject, Direction.DRAWN_UP, hashlib.sha256(reason.strip().encode()).hexdigest())
    details = {"communication": communication.pk, "exception": exception.value, "reason": communication.reason}
    record(by=by, verb="left_out_communication", subject=application, details=details, ground=GROUND)
    return communication


def _in_register(exception: CommunicationException) -> str:
    """The register is kept in Swedish whatever the language of the page."""
    return {
        CommunicationException.UNNECESSARY: "uppenbart obehövligt",
        CommunicationException.HARDER: "beslutet skulle bli avsevärt svårare att genomföra",
        CommunicationException.AT_ONCE: "ett väsentligt intresse kräver beslut omedelbart",
    }[exception]


@transaction.atomic
def leave_out_several(
    *, by: Person, applications: Iterable[Application], exception: CommunicationException, reason: str
) -> list[Communication]:
    """The same exception and reason for several, all or none; one event and one line in the register for each."""
    return [
        leave_out_communication(by=by, application=application, exception=exception, reason=reason)
        for application in applications
    ]


@transaction.atomic
def state_before_decision(*, by: Person, communication: Communication, statement: str) -> Communication:
    """The applicant's statement on what was communicated, or that there is nothing to add; within the time."""
    require(may_speak_for_applicant(by, communication.application))
    row = Communication.objects.select_for_update().get(pk=communication.pk)
    _not_closed(row.application)
    if row.exception or row.due_on is None:
        raise WrongState(_("Det finns inget att yttra sig över."))
    if row.stated_at is not None:
        day = in_words(clock.day_of(row.stated_at))
        raise WrongState(_("Yttrandet lämnades redan den %(day)s.") % {"day": day})
    if row.due_on < clock.today():
        raise WrongState(_("Tiden för yttrande gick ut den %(day)s.") % {"day": in_words(row.due_on)})
    holds(text_is_given(statement, "statement", _("Skriv ert yttrande, eller att ni inte har något att tillägga.")))
    row.statement, row.stated_by, row.stated_at = statement.strip(), by, clock.now()
    row.save(update_fields=["statement", "stated_by", "stated_at"])
    sha256 = hashlib.sha256(row.statement.encode()).hexdigest()
    _register(row, "Yttrande före beslut", Direction.IN, sha256)
    details = {"communication": row.pk}
    record(by=by, verb="stated_before_decision", subject=row.application, details=details, ground=GROUND)
    return row
