"""§ 11: when other measures are more suitable the applicant is notified, may state, and may adjust, each within a time."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.grants.actions.openings import close_openings, hand_in_opening, open_sections
from hemtag.grants.checks import in_words
from hemtag.grants.models import Application, OpeningGround
from hemtag.history.actions import record, register
from hemtag.history.models import Direction
from hemtag.organisations.models import Person
from hemtag.refusals import WrongState, holds, require

from ..checks.corresponding import day_is_ahead, text_is_given
from ..models import MEASURE_REVIEW_NEXT, MeasureReview, MeasureReviewState
from ..queries import corresponding as queries
from ..rules import corresponding as rules
from ..rules.assessing import may_handle

GROUND = "11 § SFS 2024:1102"


def _register(review: MeasureReview, subject: str, direction: Direction, text: str) -> None:
    """The register is kept in Swedish; the words themselves stand in the case, here only their hash."""
    submission = review.application.submission
    register(
        subject=f"{subject}, ansökan {review.application.number} (11 §)",
        party=submission.responsible.name,
        direction=direction,
        case_number=submission.case_number,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


@transaction.atomic
def notify_measures(
    *, by: Person, application: Application, measures: str, reasons: str, due_on: dt.date
) -> MeasureReview:
    """Tell the applicant which other measures the delegation finds more suitable and why; a statement is due by a day."""
    require(may_handle(by, application))
    application = Application.objects.select_for_update().get(pk=application.pk)
    over = rules.is_closed(application)
    if over:
        raise WrongState(over.reason)
    if queries.active_review(application) is not None:
        raise WrongState(_("En prövning enligt 11 § pågår redan för %(number)s.") % {"number": application.number})
    holds(
        [
            *text_is_given(measures, "measures", _("Skriv vilka andra åtgärder som är lämpligare.")),
            *text_is_given(reasons, "reasons", _("Skriv varför de är lämpligare.")),
            *day_is_ahead(due_on, clock.today(), "due_on"),
        ]
    )
    review = MeasureReview.objects.create(
        application=application,
        measures=measures.strip(),
        reasons=reasons.strip(),
        notified_by=by,
        notified_at=clock.now(),
        statement_due_on=due_on,
    )
    subject = f"Underrättelse om lämpligare åtgärder, yttrande senast {due_on.isoformat()}"
    _register(review, subject, Direction.OUT, f"{review.measures}\n\n{review.reasons}")
    details = {"review": review.pk, "due_on": due_on.isoformat()}
    record(by=by, verb="notified_measures", subject=application, details=details, ground=GROUND)
    return review


@transaction.atomic
def state_on_measures(*, by: Person, review: MeasureReview, statement: str) -> MeasureReview:
    """The applicant's statement, within the time."""
    require(rules.may_speak_for_applicant(by, review.application))
    review = _locked(review)
    _not_over(review)
    if review.state == MeasureReviewState.NOTIFIED and queries.is_over(review, clock.today()):
        raise WrongState(_("Tiden för yttrande gick ut den %(day)s.") % {"day": in_words(review.statement_due_on)})
    holds(text_is_given(statement, "statement", _("Skriv ert yttrande.")))
    move(review, MeasureReviewState.STATED)
    review.statement, review.stated_by, review.stated_at = statement.strip(), by, clock.now()
    review.save()
    _register(review, "Yttrande om lämpligare åtgärder", Direction.IN, review.statement)
    record(by=by, verb="stated_on_measures", subject=review.application, details={"review": review.pk}, ground=GROUND)
    return review


@transaction.atomic
def let_adjust(
    *, by: Person, review: MeasureReview, adjustment: str, sections: Sequence[str], due_on: dt.date
) -> MeasureReview:
    """Open sections so that the applicant may adjust the application; when it has stated, or its day has passed."""
    require(may_handle(by, review.application))
    review = _locked(review)
    _not_over(review)
    if review.state == MeasureReviewState.NOTIFIED and not queries.is_over(review, clock.today()):
        raise WrongState(
            _("Regionen har till och med %(day)s på sig att yttra sig. Öppna för justering därefter.")
            % {"day": in_words(review.statement_due_on)}
        )
    holds(text_is_given(adjustment, "adjustment", _("Skriv vad regionen får justera.")))
    move(review, MeasureReviewState.ADJUSTING)
    review.opening = open_sections(
        by=by, application=review.application, ground=OpeningGround.ADJUSTMENT, keys=sections, until=due_on
    )
    review.adjustment = adjustment.strip()
    review.save()
    subject = f"Tillfälle att justera ansökan senast {due_on.isoformat()}"
    _register(review, subject, Direction.OUT, review.adjustment)
    details = {"review": review.pk, "sections": review.opening.sections, "due_on": due_on.isoformat()}
    record(by=by, verb="let_adjust", subject=review.application, details=details, ground=GROUND)
    return review


@transaction.atomic
def hand_in_adjustment(*, by: Person, review: MeasureReview) -> MeasureReview:
    """The adjusted application as a new version; the same checks and messages as a hand-in, but for the window."""
    require(rules.may_bind_applicant(by, review.application))
    review = _locked(review)
    _not_over(review)
    if review.opening is None:
        raise WrongState(_("Ansökan är inte öppnad för justering."))
    version = hand_in_opening(by=by, opening=review.opening)
    move(review, MeasureReviewState.ADJUSTED)
    review.adjusted_by, review.adjusted_at = by, clock.now()
    review.save()
    details = {"review": review.pk, "version": version.number}
    record(by=by, verb="adjusted", subject=review.application, details=details, ground=GROUND)
    return review


@transaction.atomic
def close_review(*, by: Person, review: MeasureReview, reason: str) -> MeasureReview:
    """End the step without an adjustment: after the statement, or when a day has passed unanswered."""
    require(may_handle(by, review.application))
    review = _locked(review)
    waits = review.state in {MeasureReviewState.NOTIFIED, MeasureReviewState.ADJUSTING}
    if waits and not queries.is_over(review, clock.today()):
        raise WrongState(_("Regionen har fortfarande tid att svara. Avsluta därefter."))
    holds(text_is_given(reason, "reason", _("Skriv varför prövningen avslutas.")))
    move(review, MeasureReviewState.CLOSED)
    close_openings(by=None)
    review.closing_reason, review.closed_by, review.closed_at = reason.strip(), by, clock.now()
    review.save()
    _register(review, "Prövning av lämpligare åtgärder avslutad", Direction.DRAWN_UP, review.closing_reason)
    record(by=by, verb="closed_review", subject=review.application, details={"review": review.pk}, ground=GROUND)
    return review


def _locked(review: MeasureReview) -> MeasureReview:
    rows = MeasureReview.objects.select_related(
        "application__submission__call", "application__submission__responsible", "opening"
    )
    return rows.select_for_update(of=("self",)).get(pk=review.pk)


def _not_over(review: MeasureReview) -> None:
    over = rules.is_closed(review.application)
    if over:
        raise WrongState(over.reason)


def move(review: MeasureReview, to: MeasureReviewState) -> None:
    """The one gate between a review's states."""
    if to not in MEASURE_REVIEW_NEXT[review.state]:
        raise WrongState(
            _("Prövningen enligt 11 § är %(from)s och kan inte bli %(to)s.")
            % {"from": review.get_state_display().lower(), "to": str(to.label).lower()}
        )
    review.state = to
