"""How much one person, or one browser, may send in a day: enough for anyone's work, too little for a machine's.

Nothing is lost when the limit is met: the form keeps what was typed, and it can be sent tomorrow.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from hemtag.refusals import Problem

A_DAY = {"tip": 20, "need": 20, "question": 20, "answer": 60, "fault": 20}
"""The most of each kind from one person in 24 hours."""
AN_HOUR = {"fault": 10}
"""The most from someone who has not logged in, in one hour."""


def there_is_room_today(what: str, sent: int) -> list[Problem]:
    """`sent` is how many the person has sent in the last 24 hours."""
    most = A_DAY[what]
    if sent < most:
        return []
    words = _("Du har skickat %(n)s det senaste dygnet.") % {"n": most}
    rest = _("Det är det mesta vi tar emot från en person på en dag. Texten finns kvar här; skicka den i morgon.")
    return [Problem(f"{words} {rest}", rule="there_is_room_today")]


def there_is_room_this_hour(what: str, sent: int) -> list[Problem]:
    """`sent` is how many have come from the same browser, or the same address, in the last hour."""
    if sent < AN_HOUR[what]:
        return []
    words = _("Det har kommit många härifrån den senaste timmen. Texten finns kvar här; försök igen om en timme.")
    return [Problem(words, rule="there_is_room_this_hour")]


def is_not_a_machine(hidden_field: str) -> list[Problem]:
    """A field that people do not see is empty."""
    if not hidden_field.strip():
        return []
    return [Problem(_("Det gick inte att skicka. Lämna fältet ”webbplats” tomt."), rule="is_not_a_machine")]


UNSEEN = 30
"""Reports from outside that may wait at one solution: more would hide the ones that matter."""


def there_is_room_for_more_unseen(waiting: int) -> list[Problem]:
    if waiting < UNSEEN:
        return []
    words = _("Många anmälningar väntar redan på att läsas här. Texten finns kvar; försök igen om några dagar.")
    return [Problem(words, rule="there_is_room_for_more_unseen")]
