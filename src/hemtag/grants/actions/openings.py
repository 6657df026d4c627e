"""Open sections of what is handed in, hand the answer in as a new version, and close what nobody answered in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record, register
from hemtag.history.models import Direction
from hemtag.organisations.models import Person
from hemtag.refusals import DoesNotHold, Problem, WrongState, holds, require

from .. import rules
from ..checks import in_words
from ..differences import content_for
from ..models import (
    OPENING_NEXT,
    Application,
    Opening,
    OpeningGround,
    OpeningState,
    Submission,
    SubmissionState,
    SubmittedVersion,
    VersionGround,
)
from ..queries import openings as queries
from ..queries import sha256_of
from .handing_in import hand_in_their_cases, receipt_for
from .restoring import restore
from .saving import locked

GROUNDS = {
    OpeningGround.COMPLETION: "10 och 12 §§ SFS 2024:1102",
    OpeningGround.ADJUSTMENT: "11 § SFS 2024:1102",
}


@transaction.atomic
def open_sections(
    *, by: Person, application: Application, ground: OpeningGround, keys: Sequence[str], until: dt.date
) -> Opening:
    """Let the regions change exactly these sections to and with a day. One opening of an application at a time.

    Whether the case officer may read this very application is asked by the room that knows of conflicts of interest.
    """
    require(rules.may_open_sections(by))
    submission = locked(application.submission_id)
    if submission.state != SubmissionState.SUBMITTED:
        raise WrongState(_("Ansökan %(number)s är inte inlämnad.") % {"number": application.number})
    newest = queries.versions_of(application).reverse()[:1].get()
    known = [section.key for section in queries.sections_of(content_for(newest.content, application.number))]
    chosen = [key for key in known if key in set(keys)]
    problems = []
    if not chosen or set(keys) - set(known):
        problems.append(Problem(_("Välj minst en av ansökans delar."), field="sections", rule="sections_are_chosen"))
    if until <= clock.today():
        message = _("Sista dag måste ligga efter i dag, så att regionen hinner svara.")
        problems.append(Problem(message, field="due_on", rule="deadline_is_ahead"))
    holds(problems)
    left = queries.unclosed(application)
    if left is not None and left.until < clock.today():
        _close(None, left, OpeningState.LAPSED)
    elif left is not None:
        raise WrongState(
            _("Ansökan %(number)s är redan öppnad till och med %(day)s.")
            % {"number": application.number, "day": in_words(left.until)}
        )
    opening = Opening.objects.create(
        application=application, ground=ground, sections=chosen, until=until, opened_by=by, opened_at=clock.now()
    )
    details = {"opening": opening.pk, "ground": ground.value, "sections": chosen, "until": until.isoformat()}
    record(by=by, verb="opened_sections", subject=application, details=details, ground=GROUNDS[ground])
    return opening


@transaction.atomic
def hand_in_opening(*, by: Person, opening: Opening) -> SubmittedVersion:
    """The answer: a new version in which only this application differs. Refused with the same messages as a hand-in.

    Raises NotAllowed, WrongState when the day has passed or the answer has come, DoesNotHold with each check that fails
    (the window is not among them) and when nothing has been changed.
    """
    require(rules.may_submit(by, opening.application.submission))
    submission = locked(opening.application.submission_id)
    opening = _locked(opening)
    _can_be_answered(opening, submission)
    before = queries.versions_of(opening.application).reverse()[:1].get()
    content = queries.answered_content(opening, submission, before.content)
    at = clock.now()
    holds(queries.what_stops(opening, submission, content, clock.day_of(at)))
    sha256 = sha256_of(content)
    if sha256 == before.sha256:
        raise DoesNotHold(_("Inget är ändrat i det som är öppnat. Ändra där, och lämna in sedan."))
    _move(opening, OpeningState.ANSWERED)
    ground = VersionGround(opening.ground)
    with translation.override("sv"):
        subject = _("%(ground)s av ansökan %(number)s, ny version") % {
            "ground": ground.label,
            "number": opening.application.number,
        }
        party, case = submission.responsible.name, submission.case_number
        register(subject=subject, party=party, direction=Direction.IN, case_number=case, sha256=sha256)
        version = SubmittedVersion.objects.create(
            submission=submission,
            number=before.number + 1,
            ground=ground,
            content=content,
            sha256=sha256,
            at=at,
            by=by,
            receipt=receipt_for(by, submission, content, sha256, at),
        )
    details = {
        "opening": opening.pk,
        "ground": ground.value,
        "case_number": submission.case_number,
        "version": version.number,
        "sha256": sha256,
    }
    legal = GROUNDS[OpeningGround(opening.ground)]
    record(by=by, verb="handed_in_again", subject=opening.application, details=details, ground=legal)
    own = [part for part in content["applications"] if part["number"] == opening.application.number]
    hand_in_their_cases(by, own)
    return version


@transaction.atomic
def cancel_opening(*, by: Person, opening: Opening, reason: str = "") -> Opening:
    """The delegation takes an opening back; the sections become again what was handed in."""
    require(rules.may_open_sections(by))
    locked(opening.application.submission_id)
    return _close(by, _locked(opening), OpeningState.CANCELLED, reason)


@transaction.atomic
def close_openings(*, by: Person | None = None, today: dt.date | None = None) -> list[Opening]:
    """Lapse every opening whose day has passed unanswered: the application is tried as it was handed in (12 §).

    `by` is None when the system does it (`manage.py close_openings`). Doing it twice does nothing more.
    """
    return [_close(by, _locked(opening), OpeningState.LAPSED) for opening in queries.overdue(today or clock.today())]


def _close(by: Person | None, opening: Opening, to: OpeningState, reason: str = "") -> Opening:
    """Put the rows back as they were handed in, and the opening's state with them; one event."""
    _move(opening, to)
    application = opening.application
    newest = queries.versions_of(application).reverse()[:1].get()
    restore(application, content_for(newest.content, application.number), opening.sections)
    details = {"opening": opening.pk, "sections": opening.sections, "until": opening.until.isoformat()}
    ground = GROUNDS[OpeningGround(opening.ground)]
    if to == OpeningState.LAPSED:
        record(by=by, verb="opening_lapsed", subject=application, details=details, ground=ground)
    else:
        told = {**details, "reason": reason} if reason else details
        record(by=by, verb="cancelled_opening", subject=application, details=told, ground=ground)
    return opening


def _locked(opening: Opening) -> Opening:
    rows = Opening.objects.select_related("application__submission__call", "application__submission__responsible")
    return rows.select_for_update(of=("self",)).get(pk=opening.pk)


def _can_be_answered(opening: Opening, submission: Submission) -> None:
    state = queries.state_on(opening, clock.today())
    if submission.state != SubmissionState.SUBMITTED:
        raise WrongState(_("Ansökan är återtagen och kan inte ändras."))
    if state == OpeningState.LAPSED:
        raise WrongState(
            _("Tiden gick ut den %(day)s. Ansökan prövas i befintligt skick (12 §).") % {"day": in_words(opening.until)}
        )
    if state == OpeningState.ANSWERED and opening.closed_at:
        day = in_words(clock.day_of(opening.closed_at))
        raise WrongState(_("Svaret lämnades redan den %(day)s.") % {"day": day})
    if state != OpeningState.OPEN:
        raise WrongState(_("Delegationen har återkallat öppningen. Kontakta delegationen."))


def _move(opening: Opening, to: OpeningState) -> None:
    """The one gate between an opening's states."""
    if to not in OPENING_NEXT[opening.state]:
        raise WrongState(_("Öppningen är %(state)s.") % {"state": opening.get_state_display().lower()})
    opening.state, opening.closed_at = to, clock.now()
    opening.save(update_fields=["state", "closed_at"])
