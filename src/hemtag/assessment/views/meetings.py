"""Pages of the meetings where the delegation decides."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from hemtag import clock
from hemtag.organisations.access import Role, found, reachable
from hemtag.organisations.fields import carry_out, status_of
from hemtag.refusals import WrongState

from ..actions import meetings as actions
from ..forms.deciding import MeetingForm
from ..queries import deciding as queries
from ..queries.assessing import round_for
from ..queries.prioritising import newest_run
from ..queries.reading_meetings import MeetingReading
from ..queries.seeing import Sight
from ..rules import deciding as rules
from .declared import having_declared

DELEGATION = (Role.CASE_OFFICER, Role.DECISION_MAKER)


@reachable(*DELEGATION)
def meetings(request: HttpRequest, slug: str) -> HttpResponse:
    call = found(round_for, request.user, slug)
    context = {
        "call": call,
        "meetings": queries.meetings_for(request.user, call),
        "may_arrange": rules.may_arrange_meeting(request.user),
    }
    return render(request, "assessment/meetings.html", context)


@reachable(Role.CASE_OFFICER)
def arrange_meeting(request: HttpRequest, slug: str) -> HttpResponse:
    call = found(round_for, request.user, slug)
    newest = newest_run(call)
    initial = {"held_on": clock.today(), "run": newest, "rapporteur": request.user}
    form = MeetingForm(request.POST or None, call=call, initial=initial)
    made: list[Any] = []
    if request.method == "POST" and carry_out(
        form, lambda: made.append(actions.arrange_meeting(by=request.user, call=call, **form.cleaned_data))
    ):
        return redirect("meeting", slug, made[0].pk)
    context = {"call": call, "form": form, "run": newest}
    return render(request, "assessment/arrange_meeting.html", context, status=status_of(form))


@reachable(*DELEGATION)
@having_declared
def meeting(request: HttpRequest, call: Any, sight: Sight, pk: int) -> HttpResponse:
    row = found(queries.meeting_for, request.user, call.slug, pk)
    reading = MeetingReading(request.user, row, sight.hidden)
    context = {
        "meeting": row,
        "call": call,
        "reading": reading,
        "may_draft": rules.may_draft(request.user),
        "next_to_decide": reading.next_to_decide,
    }
    return render(request, "assessment/meeting.html", context)


@reachable(Role.CASE_OFFICER)
def draft_decisions(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Only POST drafts; the page that asks for it is the meeting's own."""
    row = found(queries.meeting_for, request.user, slug, pk)
    if request.method != "POST":
        return redirect("meeting", slug, pk)
    try:
        count = len(actions.draft_decisions(by=request.user, meeting=row))
    except WrongState as refusal:
        messages.warning(request, str(refusal))
    else:
        said = ngettext("%(count)s förslag till beslut är skrivet.", "%(count)s förslag till beslut är skrivna.", count)
        messages.success(request, said % {"count": count})
    return redirect("meeting", slug, pk)
