"""When a form may be handed in: whole Swedish days, the first and the last included."""

from __future__ import annotations

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hemtag.refusals import Problem

from .facts import SubmissionFact


def in_words(day: dt.date) -> str:
    return str(date_format(day, "j F Y"))


def closed_because(
    *,
    today: dt.date,
    opens_on: dt.date,
    closes_on: dt.date,
    late_until: dt.date | None,
    is_published: bool = True,
    contact: str = "",
) -> str:
    """Why the window is closed on a day, and who can open it; empty when it is open."""
    if not is_published:
        return _("Utlysningen är inte publicerad än.")
    if today < opens_on:
        return _("Utlysningen öppnar den %(day)s. Det går att lämna in från och med då.") % {"day": in_words(opens_on)}
    last = max(closes_on, late_until) if late_until else closes_on
    if today <= last:
        return ""
    if late_until and late_until > closes_on:
        closed = _("Utlysningen stängde den %(day)s, och er senare tid gick ut den %(late)s.") % {
            "day": in_words(closes_on),
            "late": in_words(late_until),
        }
    else:
        closed = _("Utlysningen stängde den %(day)s.") % {"day": in_words(closes_on)}
    if contact:
        who = _("Delegationens handläggare kan medge senare inlämning om det finns skäl: %(contact)s.") % {
            "contact": contact
        }
    else:
        who = _("Delegationens handläggare kan medge senare inlämning om det finns skäl.")
    return f"{closed} {who}"


def window_is_open(form: SubmissionFact) -> list[Problem]:
    """G5: the window of the call, or the later day that this region alone has been given."""
    why = closed_because(
        today=form.today,
        opens_on=form.opens_on,
        closes_on=form.closes_on,
        late_until=form.late_until,
        is_published=form.is_published,
        contact=form.contact,
    )
    return [Problem(why, link=form.call_link, rule="window_is_open")] if why else []
