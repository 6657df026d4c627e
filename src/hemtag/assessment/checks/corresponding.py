"""What must hold of what the delegation and the applicant write to each other, and before a decision (25 §). Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hemtag.refusals import Problem

LONGEST = 20_000
MOST_FILES = 5


def text_is_given(text: str, field: str, message: str) -> list[Problem]:
    """Something is written, and no more than a page can bear."""
    if not text.strip():
        return [Problem(message, field=field, rule="text_is_given")]
    if len(text) > LONGEST:
        too_long = _("Texten är för lång: högst %(most)s tecken. Lägg resten i en fil.") % {"most": LONGEST}
        return [Problem(too_long, field=field, rule="text_is_given")]
    return []


def day_is_ahead(day: dt.date | None, today: dt.date, field: str) -> list[Problem]:
    if day is not None and day > today:
        return []
    message = _("Sista dag måste ligga efter i dag, så att den andra sidan hinner svara.")
    return [Problem(message, field=field, rule="day_is_ahead")]


# Dialogue ------------------------------------------------------------------------------------------------


def oral_information_says_who_and_when(said_by: str, said_on: dt.date | None, today: dt.date) -> list[Problem]:
    """27 § förvaltningslagen: what was said outside writing is noted with when and by whom."""
    problems = []
    rule = "oral_information_says_who_and_when"
    if not said_by.strip():
        problems.append(Problem(_("Skriv vem som lämnade uppgiften."), field="said_by", rule=rule))
    if said_on is None:
        problems.append(Problem(_("Ange vilken dag uppgiften lämnades."), field="said_on", rule=rule))
    elif said_on > today:
        problems.append(Problem(_("Dagen har inte varit än."), field="said_on", rule=rule))
    return problems


def files_are_few(count: int) -> list[Problem]:
    if count <= MOST_FILES:
        return []
    message = _("Högst %(most)s filer i varje inlägg. Skriv ett inlägg till för resten.") % {"most": MOST_FILES}
    return [Problem(message, field="attachments", rule="files_are_few")]


# Communication (25 § förvaltningslagen) --------------------------------------------------------------------


@dataclass(frozen=True)
class Communicated:
    """The newest communication of an application: an exception, or a day and perhaps a statement."""

    at: dt.datetime
    is_excepted: bool = False
    due_on: dt.date | None = None
    is_answered: bool = False


def communication_is_done(
    newest: Communicated | None, added: Iterable[dt.datetime], today: dt.date, link: str
) -> list[Problem]:
    """25 §: before the decision the applicant has been told of the material from others and had time to state.

    `added` are the moments when material came from others than the applicant. What came after the newest communication
    is to be communicated too.
    """
    if newest is None:
        message = _(
            "Ansökan är inte kommunicerad (25 § förvaltningslagen). En handläggare kommunicerar materialet eller anger "
            "varför det inte behövs."
        )
    elif any(moment > newest.at for moment in added):
        message = _(
            "Det har kommit material från andra än sökanden efter kommuniceringen. En handläggare kommunicerar det eller "
            "anger varför det inte behövs."
        )
    elif newest.is_excepted or newest.is_answered or (newest.due_on is not None and newest.due_on < today):
        return []
    else:
        message = _("Sökanden har till och med %(day)s på sig att yttra sig. Beslutet kan fattas därefter.") % {
            "day": newest.due_on.isoformat() if newest.due_on else ""
        }
    return [Problem(message, link=link, rule="communication_is_done")]
