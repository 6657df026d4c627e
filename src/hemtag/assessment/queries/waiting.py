"""What waits for those who prioritise and decide, when the assessing is done."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hemtag.grants.models import Call
from hemtag.organisations.models import Role
from hemtag.organisations.rules import has_role

from .assessing import Waiting
from .deciding import meetings_for
from .prioritising import Ready, newest_run


def waits_for_decision(person: Any) -> list[Waiting]:
    """Drafts to decide on for a decider of the meeting; a round to prioritise or call a meeting on for case officers."""
    held: list[Any] = list(meetings_for(person))
    meetings = [meeting for meeting in held if meeting.drafts]
    found = []
    if has_role(person, Role.DECISION_MAKER):
        for meeting in meetings:
            if person in meeting.deciders.all():
                text = ngettext("Besluta om %(count)s ansökan", "Besluta om %(count)s ansökningar", meeting.drafts)
                url = reverse("meeting", args=[meeting.call.slug, meeting.pk])
                found.append(Waiting(text % {"count": meeting.drafts}, url, meeting.held_on, meeting.drafts))
    if has_role(person, Role.CASE_OFFICER):
        met = {meeting.call_id for meeting in meetings}
        for call in Call.objects.filter(submissions__applications__assessments__state="submitted").distinct():
            if call.pk not in met and Ready(call).candidates():
                found.append(_next_step(call))
    return found


def _next_step(call: Call) -> Waiting:
    """The round has assessed applications without a draft: solve it, or meet on what was solved."""
    if newest_run(call) is None:
        return Waiting(_("Prioritera %(call)s") % {"call": call.title}, reverse("prioritisation", args=[call.slug]))
    return Waiting(
        _("Kalla till sammanträde om %(call)s") % {"call": call.title}, reverse("arrange_meeting", args=[call.slug])
    )
