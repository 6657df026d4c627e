"""Taking back what the delegation has opened: a completion is asked for anew, a § 11 step ends without adjustment."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.grants.actions.openings import cancel_opening
from hemtag.grants.models import Opening
from hemtag.history.actions import record, register
from hemtag.history.models import Direction
from hemtag.organisations.models import Person
from hemtag.refusals import holds, require

from ..checks.corresponding import text_is_given
from ..models import MeasureReview, MeasureReviewState
from ..rules.assessing import may_handle
from .reviewing import GROUND, move


@transaction.atomic
def take_back_opening(*, by: Person, opening: Opening, reason: str) -> Opening:
    """Take an opening back with its reason: the sections become again what was handed in, and the request falls.

    Raises WrongState when it has been answered, has lapsed or is taken back already.
    """
    application = opening.application
    require(may_handle(by, application))
    holds(text_is_given(reason, "reason", _("Skriv varför öppningen återkallas.")))
    reason = reason.strip()
    opening = cancel_opening(by=by, opening=opening, reason=reason)
    register(
        subject=f"Öppnade delar av ansökan {application.number} återkallas",
        party=application.submission.responsible.name,
        direction=Direction.OUT,
        case_number=application.submission.case_number,
        sha256=hashlib.sha256(reason.encode()).hexdigest(),
    )
    review = MeasureReview.objects.select_for_update().filter(opening=opening).first()
    if review is not None:
        move(review, MeasureReviewState.CLOSED)
        review.closing_reason, review.closed_by, review.closed_at = reason, by, clock.now()
        review.save(update_fields=["state", "closing_reason", "closed_by", "closed_at"])
        record(by=by, verb="closed_review", subject=application, details={"review": review.pk}, ground=GROUND)
    return opening
