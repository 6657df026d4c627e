"""Who may do what with calls, submissions and applications. A verdict says why not, and who can."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.organisations.models import Kind, Organisation, Role
from hemtag.organisations.rules import has_role_in, may_act_as, may_act_for, regions_of
from hemtag.refusals import ALLOWED, Verdict, refused

from . import sections
from .checks import closed_because, in_words
from .models import (
    Application,
    Block,
    Call,
    LateAccess,
    Opening,
    OpeningState,
    Participant,
    ParticipantState,
    Submission,
    SubmissionState,
    Transfer,
)

WRITERS = (Role.AUTHOR, Role.REPRESENTATIVE, Role.ECONOMIST)


def late_until(call: Call, region: Organisation) -> dt.date | None:
    """The last day that this region alone has been given, or None."""
    return LateAccess.objects.filter(call=call, region=region).aggregate(last=Max("until"))["last"]


def window_for(call: Call, region: Organisation, today: dt.date | None = None) -> Verdict:
    """Whether the region may hand in on the (Swedish) day, else which day it closed and who can help."""
    why = closed_because(
        today=today or clock.today(),
        opens_on=call.opens_on,
        closes_on=call.closes_on,
        late_until=late_until(call, region),
        is_published=call.published_at is not None,
        contact=call.contact,
    )
    return refused(why) if why else ALLOWED


def still_draft(submission: Submission) -> Verdict:
    """Handing in freezes: the reason says when and by whom."""
    if submission.state == SubmissionState.DRAFT:
        return ALLOWED
    if submission.state == SubmissionState.SUBMITTED and submission.submitted_at:
        return refused(
            _(
                "Inlämningen gjordes den %(day)s kl. %(time)s av %(who)s och har ärendenummer %(case)s. "
                "Den går inte att ändra."
            )
            % {
                "day": in_words(clock.day_of(submission.submitted_at)),
                "time": submission.submitted_at.astimezone(clock.STOCKHOLM).strftime("%H.%M.%S"),
                "who": submission.submitted_by.name if submission.submitted_by else "–",
                "case": submission.case_number,
            }
        )
    return refused(
        _("Inlämningen är %(state)s och går inte att ändra.") % {"state": submission.get_state_display().lower()}
    )


def may_write_together(person: Any, application: Application) -> Verdict:
    """Name versions, remark, tell what one has seen: people of the responsible and of the taking regions."""
    responsible = application.submission.responsible
    if has_role_in(person, responsible, *WRITERS):
        return ALLOWED
    taking = Participant.objects.filter(application=application).exclude(state=ParticipantState.DECLINED)
    own = {region.pk for region in regions_of(person, *WRITERS)}
    if own and taking.filter(region__in=own).exists():
        return ALLOWED
    return refused(_("Det här gör de som skriver ansökan i de deltagande regionerna."))


def is_opened(application: Application | int, section: str, today: dt.date | None = None) -> bool:
    """Whether the delegation has opened this section of what is handed in, and the day has not passed."""
    pk = application if isinstance(application, int) else application.pk
    opened = Opening.objects.filter(application=pk, state=OpeningState.OPEN, until__gte=today or clock.today())
    return any(section in keys for keys in opened.values_list("sections", flat=True))


def is_open(application: Application, section: str) -> Verdict:
    """A section may be changed while the form is a draft, and when the delegation has opened it afterwards."""
    verdict = still_draft(application.submission)
    return ALLOWED if verdict or is_opened(application, section) else verdict


def may_edit_section(person: Any, application: Application, section: str) -> Verdict:
    return may_write(person, application.submission) and is_open(application, section)


def may_prepare_calls(person: Any) -> Verdict:
    """Create and publish calls; give a region a later day."""
    return may_act_as(person, Role.CASE_OFFICER)


def may_record_state_support(person: Any) -> Verdict:
    return may_act_as(person, Role.CASE_OFFICER)


def may_give_late_access(person: Any) -> Verdict:
    return may_prepare_calls(person)


def may_open_sections(person: Any) -> Verdict:
    """The role alone: whether this officer may read the application is for the room that knows of conflicts."""
    return may_act_as(person, Role.CASE_OFFICER)


def may_start(person: Any, call: Call, region: Organisation) -> Verdict:
    """G1: only the 21 regions apply, by their own people, while the call is open to them."""
    if region.kind != Kind.REGION:
        return refused(_("Bara regioner kan söka, och kommuner som räknas som regioner."))
    return may_act_for(person, region, *WRITERS) and window_for(call, region)


def may_write(person: Any, submission: Submission) -> Verdict:
    """The role alone, whatever the state: people of the responsible region."""
    return may_act_for(person, submission.responsible, *WRITERS)


def may_edit(person: Any, application: Application) -> Verdict:
    return may_edit_submission(person, application.submission)


def may_edit_submission(person: Any, submission: Submission) -> Verdict:
    return may_write(person, submission) and still_draft(submission)


def may_speak_for_participant(person: Any, participant: Participant) -> Verdict:
    """The role alone: only the region itself writes its decision and its declaration."""
    return may_act_for(person, participant.region, Role.AUTHOR, Role.REPRESENTATIVE)


def may_edit_participation(person: Any, participant: Participant) -> Verdict:
    section = sections.of_region(participant.region.code)
    return may_speak_for_participant(person, participant) and is_open(participant.application, section)


def may_bind_participant(person: Any, participant: Participant) -> Verdict:
    """The role alone: confirming and declining bind the region."""
    return may_act_for(person, participant.region, Role.REPRESENTATIVE)


def may_confirm(person: Any, participant: Participant) -> Verdict:
    section = sections.of_region(participant.region.code)
    return may_bind_participant(person, participant) and is_open(participant.application, section)


def opened_costs(application: Application | int) -> str:
    """The key of a costs section that the delegation has opened, or ""."""
    pk = application if isinstance(application, int) else application.pk
    opened = Opening.objects.filter(application=pk, state=OpeningState.OPEN, until__gte=clock.today())
    every = (key for keys in opened.values_list("sections", flat=True) for key in keys)
    return next((key for key in every if sections.parse(key).kind == sections.COSTS), "")


def may_sign(person: Any, participant: Participant) -> Verdict:
    """As confirming; and when amounts are opened after hand-in the region may sign them anew."""
    verdict = may_confirm(person, participant)
    if verdict or not may_bind_participant(person, participant):
        return verdict
    return ALLOWED if opened_costs(participant.application) else verdict


def may_write_costs(person: Any, block: Block, region: Organisation) -> Verdict:
    """The role alone: the responsible region writes all rows, a participating region only its own."""
    responsible = block.application.submission.responsible
    if has_role_in(person, responsible, *WRITERS):
        return ALLOWED
    takes_part = (
        Participant.objects.filter(application=block.application_id, region=region)
        .exclude(state=ParticipantState.DECLINED)
        .exists()
    )
    if takes_part and has_role_in(person, region, *WRITERS):
        return ALLOWED
    return refused(
        _("Kostnader för %(region)s fylls i av regionen själv, om den deltar, eller av %(responsible)s.")
        % {"region": region.name, "responsible": responsible.name}
    )


def may_edit_costs(person: Any, block: Block, region: Organisation) -> Verdict:
    section = sections.of_block(sections.COSTS, block.number)
    return may_write_costs(person, block, region) and is_open(block.application, section)


def may_submit(person: Any, submission: Submission) -> Verdict:
    """The role alone: handing in binds the responsible region. The window is one of the checks."""
    return may_act_for(person, submission.responsible, Role.REPRESENTATIVE)


def may_withdraw(person: Any, submission: Submission) -> Verdict:
    """While the window is open; afterwards the delegation has begun its work and is asked instead."""
    return may_submit(person, submission) and window_for(submission.call, submission.responsible)


def may_offer_transfer(person: Any, application: Application) -> Verdict:
    """Handing the responsibility over binds the region that has it, and only a draft moves."""
    return may_submit(person, application.submission) and still_draft(application.submission)


def may_answer_transfer(person: Any, transfer: Transfer) -> Verdict:
    """Taking the responsibility on, or saying no to it, binds the region that was asked."""
    return may_act_for(person, transfer.to_region, Role.REPRESENTATIVE)
