"""What a person follows, and what the person has read of it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.organisations.models import Person
from hemtag.refusals import WrongState, holds, require

from .. import rules
from ..checks.asking import something_is_followed
from ..models import Solution, SolutionKind, Subscription


@transaction.atomic
def follow(*, by: Person, solution: Solution | None = None, specialty: str = "", kind: str = "") -> Subscription:
    """Follow a solution, or an area: a specialty, a kind or the two together. Told in the person's own digest."""
    require(rules.may_follow(by))
    specialty = specialty.strip()[:80]
    holds(something_is_followed(solution is not None, specialty, kind, SolutionKind.values))
    same = Subscription.objects.filter(person=by, ended_at=None, solution=solution, specialty=specialty, kind=kind)
    if same.exists():
        raise WrongState(_("Du bevakar det redan."))
    now = clock.now()
    row = Subscription.objects.create(
        person=by, solution=solution, specialty=specialty, kind=kind, started_at=now, told_until=now
    )
    record(by=by, verb="followed", subject=row, details=_what(row))
    return row


@transaction.atomic
def unfollow(*, by: Person, subscription: Subscription) -> Subscription:
    """Ends what one follows oneself."""
    row = Subscription.objects.select_for_update().get(pk=subscription.pk)
    require(rules.may_end(by, row))
    if row.ended_at is not None:
        raise WrongState(_("Bevakningen är redan avslutad."))
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    record(by=by, verb="unfollowed", subject=row, details=_what(row))
    return row


@transaction.atomic
def read_news(*, by: Person) -> int:
    """The person has seen what was new up to now. How many of the followed things that was told for."""
    require(rules.may_follow(by))
    read = Subscription.objects.filter(person=by, ended_at=None).update(told_until=clock.now())
    record(by=by, verb="read_news", subject=by, details={"followed": read})
    return read


def _what(row: Subscription) -> dict[str, str]:
    return {"solution": row.solution.slug if row.solution else "", "specialty": row.specialty, "kind": row.kind}
