"""A trial as plain data for the checks, and who may be asked to judge."""

from __future__ import annotations

from hemtag import clock
from hemtag.organisations.models import Kind, Membership, Organisation, Person, Role
from hemtag.organisations.rules import REGION_ROLES

from ..checks.judging import Said, Seat
from ..models import GateReview, Reviewer

MAY_BE_ASKED = frozenset({*REGION_ROLES, Role.ASSESSOR})


def seats_of(review: GateReview) -> list[Seat]:
    """Everyone asked, with what they have judged; two queries."""
    rows = review.reviewers.select_related("person", "region").prefetch_related("judgements")
    return [seat_of(row) for row in rows]


def seat_of(row: Reviewer) -> Seat:
    return Seat(
        who=row.person.name,
        organisation=row.region.code,
        is_region=row.region.kind == Kind.REGION,
        field=row.field,
        has_conflict=row.has_conflict,
        handed_in=row.handed_in_at is not None,
        recommends=row.recommends,
        said=tuple(Said(one.criterion, one.mark, one.comment) for one in row.judgements.all()),
    )


def organisation_of(person: Person) -> Organisation | None:
    """Whom somebody who may be asked judges for: the own region, or the delegation; None for anyone else."""
    today = clock.today()
    held = Membership.objects.filter(person=person, role__in=MAY_BE_ASKED, starts_on__lte=today, person__is_active=True)
    row = held.exclude(ends_on__lt=today).select_related("organisation").order_by("starts_on", "pk").first()
    return row.organisation if row else None


def who_may_be_asked(review: GateReview) -> list[tuple[Organisation, list[Person]]]:
    """People of every region but the owner's, and the delegation's assessors, who are not asked already."""
    today = clock.today()
    held = Membership.objects.filter(role__in=MAY_BE_ASKED, starts_on__lte=today, person__is_active=True)
    held = held.exclude(ends_on__lt=today).exclude(organisation=review.solution.owner_id)
    held = held.exclude(person__in=review.reviewers.values("person"))
    own = Membership.objects.filter(organisation=review.solution.owner_id).exclude(ends_on__lt=today)
    held = held.exclude(person__in=own.values("person"))
    found: dict[Organisation, list[Person]] = {}
    for row in held.select_related("person", "organisation").order_by("organisation__code", "person__name"):
        people = found.setdefault(row.organisation, [])
        if row.person not in people:
            people.append(row.person)
    return list(found.items())
