"""Regions are invited; each by itself then writes its minuted decision and its declaration, and signs."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.knowledge.documents import store
from hemtag.organisations.models import Kind, Organisation, Person
from hemtag.refusals import DoesNotHold, Problem, WrongState, holds, require

from .. import rules, sections
from ..checks import decision_is_minuted, support_is_declared
from ..checks.editing import decision_day_has_been, invitation_is_acceptable
from ..models import PARTICIPANT_NEXT, Application, OtherSupport, Participant, ParticipantState
from ..queries import participant_fact, sha256_of
from ..queries.signing import is_outdated, undertaking_of
from .saving import (
    Change,
    before_and_after,
    changes_of,
    clean_texts,
    known_only,
    locked_draft,
    locked_for,
    refuse_stale,
    touch,
)

LONGEST_MESSAGE = 2_000
TEXTS = ("body", "paragraph", "other_support_text")


@transaction.atomic
def invite(
    *,
    by: Person,
    application: Application,
    region: Organisation,
    message: str = "",
    wished_on: dt.date | None = None,
) -> Participant:
    """A region that has declined may be invited again. The message and the day by which an answer is wished are kept
    with the invitation, in its event."""
    require(rules.may_write(by, application.submission))
    locked_draft(application.submission_id)
    if region.kind != Kind.REGION:
        refusal = _("Bara regioner kan delta, och kommuner som räknas som regioner. Välj en region.")
        raise DoesNotHold([Problem(refusal, field="region", rule="participant_is_a_region")])
    holds(invitation_is_acceptable(message, wished_on, clock.today(), LONGEST_MESSAGE))
    participant = Participant.objects.filter(application=application, region=region).first()
    if participant is None:
        participant = Participant.objects.create(application=application, region=region)
    elif participant.state == ParticipantState.DECLINED:
        _move(participant, ParticipantState.INVITED)
        participant.decline_reason = ""
        participant.save()
    else:
        refusal = _("%(region)s är redan inbjuden.") % {"region": region.name}
        raise DoesNotHold([Problem(refusal, field="region", rule="participant_once")])
    details = {"region": region.code}
    if message.strip():
        details["message"] = message.strip()
    if wished_on:
        details["wished_on"] = wished_on.isoformat()
    record(by=by, verb="invited", subject=application, details=details)
    return participant


@transaction.atomic
def edit_participation(
    *,
    by: Person,
    participant: Participant,
    values: Mapping[str, Any],
    minutes: tuple[str, bytes] | None = None,
    version: int | None = None,
) -> Participant:
    """The region's own decision (decided_on, body, paragraph, minutes) and declaration (other_support, …_text).

    May be saved half done; what is confirmed is taken back first. `version` is the one that was read: without it
    nothing is held against what somebody else has saved since. Returns the participant as saved.
    """
    require(rules.may_speak_for_participant(by, participant))
    fresh = _fresh(participant)
    if fresh.state == ParticipantState.CONFIRMED:
        raise WrongState(
            _("%(region)s har undertecknat. Ta tillbaka underskriften för att ändra.") % {"region": fresh.region.name}
        )
    if fresh.state == ParticipantState.DECLINED:
        raise WrongState(_("%(region)s har avböjt att delta.") % {"region": fresh.region.name})
    known_only(values, [*TEXTS, "decided_on", "other_support"])
    wanted: dict[str, Any] = clean_texts(fresh, values, TEXTS)
    if "decided_on" in values:
        wanted["decided_on"] = values["decided_on"]
        holds(decision_day_has_been(wanted["decided_on"], clock.today()))
    if "other_support" in values:
        wanted["other_support"] = values["other_support"] or OtherSupport.UNKNOWN.value
        if wanted["other_support"] not in OtherSupport.values:
            message = _("Svaret finns inte. Välj ett av dem som visas.")
            raise DoesNotHold([Problem(message, field="other_support", rule="other_state_support_is_declared")])
    changes = changes_of(fresh, wanted)
    read = fresh.version if version is None else version
    refuse_stale(fresh, sent=read, changes=changes)
    for change in changes:
        setattr(fresh, change.field, wanted[change.field])
    if minutes is not None:
        if fresh.minutes and fresh.minutes.sha256 != hashlib.sha256(minutes[1]).hexdigest():
            refuse_stale(fresh, sent=read, changes=[Change("minutes", None, None, fresh.minutes.name)])
        try:
            document = store(by=by, owner=fresh.region, name=minutes[0], content=minutes[1])
        except DoesNotHold as refusal:
            raise DoesNotHold(
                Problem(problem.message, field="minutes", rule=problem.rule) for problem in refusal.problems
            ) from refusal
        before = fresh.minutes
        if before is None or (before.sha256, before.name) != (document.sha256, document.name):
            changes.append(
                Change("minutes", before.sha256 if before else None, document.sha256, before.name if before else "")
            )
        fresh.minutes = document
    if changes:
        touch(fresh, by, [change.field for change in changes])
        fresh.save()
        details = {"version": fresh.version, "changes": before_and_after(changes)}
        record(by=by, verb="participation_edited", subject=fresh, details=details)
    return fresh


@transaction.atomic
def confirm_participation(*, by: Person, participant: Participant, seen: str | None = None) -> Participant:
    """The region's authorised representative signs: its money per year, its decision and its declaration.

    The event keeps what was signed and its hash. A region whose amounts have changed since it signed signs anew.
    `seen` is the hash of what the page showed: when something has changed since then nothing is signed.
    """
    require(rules.may_bind_participant(by, participant))
    fresh = _fresh(participant, to_sign=True)
    if fresh.state != ParticipantState.CONFIRMED or not is_outdated(fresh):
        _move(fresh, ParticipantState.CONFIRMED)
    fact, number = participant_fact(fresh), fresh.application.number
    holds([*decision_is_minuted(fact, number), *support_is_declared(fact, number)])
    signed = undertaking_of(fresh)
    sha256 = sha256_of(signed)
    if seen is not None and seen != sha256:
        raise WrongState(
            _(
                "Beloppen eller beslutet har ändrats sedan sidan öppnades. Läs igenom det som står nu och underteckna det."
            )
        )
    fresh.confirmed_by, fresh.confirmed_at = by, clock.now()
    fresh.save()
    details = {
        "decided_on": fresh.decided_on.isoformat() if fresh.decided_on else None,
        "body": fresh.body,
        "paragraph": fresh.paragraph,
        "minutes": fresh.minutes.sha256 if fresh.minutes else None,
        "other_support": fresh.other_support,
        "undertaking": signed,
        "undertaking_sha256": sha256,
    }
    record(by=by, verb="confirmed", subject=fresh, details=details)
    return fresh


@transaction.atomic
def reopen_participation(*, by: Person, participant: Participant) -> Participant:
    """Take a confirmation, or a refusal to take part, back."""
    require(rules.may_bind_participant(by, participant))
    fresh = _fresh(participant)
    _move(fresh, ParticipantState.INVITED)
    fresh.confirmed_by = fresh.confirmed_at = None
    fresh.decline_reason = ""
    fresh.save()
    record(by=by, verb="reopened", subject=fresh)
    return fresh


def _fresh(participant: Participant, *, to_sign: bool = False) -> Participant:
    """The participant as it stands now, in a form that is a draft or has the region's own section opened.

    Amounts that are opened may be signed anew.
    """
    key = sections.of_region(participant.region.code)
    if to_sign and not rules.is_opened(participant.application_id, key):
        key = rules.opened_costs(participant.application_id) or key
    locked_for(participant.application.submission_id, participant.application_id, key)
    rows = Participant.objects.select_related("region", "application__submission", "minutes")
    return rows.select_for_update(of=("self",)).get(pk=participant.pk)


def _move(participant: Participant, to: ParticipantState) -> None:
    """The one gate between a participant's states."""
    if to not in PARTICIPANT_NEXT[participant.state]:
        raise WrongState(
            _("%(region)s: läget är %(from)s och kan inte bli %(to)s.")
            % {
                "region": participant.region.name,
                "from": participant.get_state_display().lower(),
                "to": str(to.label).lower(),
            }
        )
    participant.state = to
