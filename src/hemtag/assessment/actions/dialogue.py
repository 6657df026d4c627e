"""The thread of an application: both sides write, and what is written stays."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.grants.models import Application
from hemtag.history.actions import record, register
from hemtag.history.models import Direction
from hemtag.knowledge.documents import store
from hemtag.organisations.models import Organisation, Person, Role
from hemtag.organisations.rules import memberships_of, regions_of
from hemtag.refusals import WrongState, holds, require

from ..checks.corresponding import (
    day_is_ahead,
    files_are_few,
    oral_information_says_who_and_when,
    text_is_given,
)
from ..models import DialogueLine, LineKind, Side
from ..rules.assessing import regions_taking_part
from ..rules.corresponding import may_write_as

ORAL_GROUND = "27 § förvaltningslagen (2017:900)"
# What a line is called in the register, which is kept in Swedish.
CALLED = {
    LineKind.MESSAGE: "meddelande",
    LineKind.QUESTION: "fråga",
    LineKind.ANSWER: "svar",
    LineKind.ORAL: "muntlig uppgift",
    LineKind.CORRECTION: "rättelse",
}


@transaction.atomic
def write_line(
    *,
    by: Person,
    application: Application,
    side: Side,
    text: str,
    kind: LineKind = LineKind.MESSAGE,
    answer_by: dt.date | None = None,
    about: DialogueLine | None = None,
    said_by: str = "",
    said_on: dt.date | None = None,
    files: Sequence[tuple[str, bytes]] = (),
) -> DialogueLine:
    """One line in the name of a side, registered at once; nothing in the thread is changed or removed afterwards.

    A QUESTION has the other side's day in `answer_by`; an ANSWER is `about` a question of the other side, a CORRECTION
    about an own line; ORAL is the delegation's note of what somebody has said, with who and when.
    """
    require(may_write_as(by, application, side))
    application = Application.objects.select_for_update().get(pk=application.pk)
    today = clock.today()
    problems = [*text_is_given(text, "text", _("Skriv inlägget.")), *files_are_few(len(files))]
    if kind == LineKind.QUESTION:
        problems += day_is_ahead(answer_by, today, "answer_by")
    if kind == LineKind.ORAL:
        problems += oral_information_says_who_and_when(said_by, said_on, today)
    holds(problems)
    _fits(application, side, kind, about)
    newest = application.dialogue.aggregate(newest=Max("number"))["newest"] or 0
    is_oral = kind == LineKind.ORAL
    line = DialogueLine.objects.create(
        application=application,
        number=newest + 1,
        side=side,
        kind=kind,
        text=text.strip(),
        by=by,
        at=clock.now(),
        answer_by=answer_by if kind == LineKind.QUESTION else None,
        about=about if kind in {LineKind.ANSWER, LineKind.CORRECTION} else None,
        said_by=said_by.strip() if is_oral else "",
        said_on=said_on if is_oral else None,
    )
    owner = _owner(by, application, side)
    documents = [store(by=by, owner=owner, name=name, content=content) for name, content in files]
    line.files.set(documents)
    sha256 = hashlib.sha256(line.text.encode()).hexdigest()
    submission = application.submission
    due = f", svar senast {line.answer_by.isoformat()}" if line.answer_by else ""
    register(
        subject=f"Dialog om ansökan {application.number}, inlägg {line.number}: {CALLED[kind]}{due}",
        party=owner.name if side == Side.REGIONS else submission.responsible.name,
        direction=Direction.DRAWN_UP if is_oral else Direction.IN if side == Side.REGIONS else Direction.OUT,
        case_number=submission.case_number,
        sha256=sha256,
    )
    details = {
        "line": line.number,
        "kind": kind.value,
        "side": side.value,
        "sha256": sha256,
        "files": [document.sha256 for document in documents],
        "answer_by": line.answer_by.isoformat() if line.answer_by else None,
    }
    record(by=by, verb="wrote_line", subject=application, details=details, ground=ORAL_GROUND if is_oral else "")
    return line


def _fits(application: Application, side: Side, kind: LineKind, about: DialogueLine | None) -> None:
    """A line that speaks of another speaks of the right one."""
    if kind == LineKind.ORAL and side != Side.DELEGATION:
        raise WrongState(_("Muntliga uppgifter antecknas av delegationen."))
    if kind not in {LineKind.ANSWER, LineKind.CORRECTION}:
        return
    if about is None or about.application_id != application.pk:
        raise WrongState(_("Inlägget finns inte i den här dialogen."))
    if kind == LineKind.ANSWER and (about.kind != LineKind.QUESTION or about.side == side):
        raise WrongState(_("Bara den andra sidans frågor kan besvaras."))
    if kind == LineKind.CORRECTION and about.side != side:
        raise WrongState(_("Bara den egna sidans inlägg kan rättas. Skriv ett meddelande i stället."))


def _owner(by: Person, application: Application, side: Side) -> Organisation:
    if side == Side.DELEGATION:
        return next(row.organisation for row in memberships_of(by) if Role(row.role) == Role.CASE_OFFICER)
    taking_part = regions_taking_part(application)
    return next(region for region in regions_of(by) if region.pk in taking_part)
