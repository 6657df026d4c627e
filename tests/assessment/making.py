"""Handed-in applications for tests, made row by row: what grants checks before hand-in is tested there."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.utils import timezone

from hemtag.assessment.models import (
    Assessment,
    Communication,
    CommunicationException,
    ConflictDeclaration,
    Eligibility,
    EligibilityVerdict,
)
from hemtag.grants.models import (
    Application,
    Block,
    Call,
    Cost,
    CostKind,
    Criterion,
    EffectClaim,
    EffectKind,
    Frame,
    Horizon,
    MeasuringPoint,
    OtherSupport,
    Participant,
    ParticipantState,
    Submission,
    SubmissionState,
    SubmittedVersion,
)
from hemtag.grants.queries import content_of, sha256_of
from hemtag.knowledge.models import Document
from hemtag.organisations.models import Role

CRITERIA = (("effect", 30), ("lasting", 20), ("example", 50))


def make_call(slug: str = "2026", **columns: Any) -> Call:
    """A published call whose window has closed, with three criteria (weights 30, 20, 50) and frames 2026–2028."""
    call = Call.objects.create(
        **{
            "slug": slug,
            "title": f"Utlysning {slug}",
            "summary": "Bidrag för åtgärder som effektiviserar vården.",
            "opens_on": dt.date(2026, 4, 1),
            "closes_on": dt.date(2026, 6, 15),
            "first_year": 2026,
            "last_year": 2028,
            "authorisation_sek": 700_000_000,
            "authorisation_source": "test",
            "rule_set": {"minuted_decision_per_participant": True, "one_form_per_responsible_region": True},
            "published_at": timezone.now(),
        }
        | columns
    )
    for code, weight in CRITERIA:
        levels = [{"level": level, "anchor": f"Så ser nivå {level} ut för {code}."} for level in range(6)]
        Criterion.objects.create(
            call=call, code=code, name=f"Kriterium {code}", question=f"Hur är {code}?", weight=weight, levels=levels
        )
    for year in (2026, 2027, 2028):
        Frame.objects.get_or_create(year=year, defaults={"amount_sek": 250_000_000, "source": "test"})
    return call


def make_application(
    call: Call,
    responsible: Any,
    *,
    title: str = "Gemensam tidbok",
    others: Sequence[Any] = (),
    requested_sek: int = 1_000_000,
    state: SubmissionState = SubmissionState.SUBMITTED,
    **columns: Any,
) -> Application:
    """A complete application with one block; handed in on the last day of the window unless `state` says otherwise."""
    at = dt.datetime(2026, 6, 15, 9, 30, tzinfo=dt.UTC)
    submission, _created = Submission.objects.get_or_create(
        call=call,
        responsible=responsible,
        defaults={
            "economic_analysis": "Regionens ekonomi är ansträngd.",
            "development_needs": "Tillgänglighet.",
            "case_number": f"HT 2026/{responsible.code:>04}",
        },
    )
    number = f"{call.slug}-{Application.objects.count() + 1:03d}"
    application = Application.objects.create(
        **{
            "submission": submission,
            "number": number,
            "title": title,
            "summary": "En tidbok för alla mottagningar.",
            "description": "Vi inför en gemensam tidbok.",
            "goals": "Fler besök per vecka.",
            "plan_owner": "Hälso- och sjukvårdsdirektören",
            "plan_budget": "Ryms i ordinarie ram.",
            "plan_lasting": "Arbetssättet blir ordinarie.",
            "spreading": "Metoden beskrivs öppet.",
            "updated_at": at,
        }
        | columns
    )
    application.measure_types.add(call.measure_types.get_or_create(code="governance", defaults={"name": "Styrning"})[0])
    MeasuringPoint.objects.create(application=application, on=dt.date(2029, 12, 31), indicator="Besök per vecka")
    block = Block.objects.create(
        application=application, number=1, title="Tidboken", purpose="Färre luckor", activities="Införa", updated_at=at
    )
    EffectClaim.objects.create(
        block=block,
        kind=EffectKind.MORE_CARE,
        horizon=Horizon.DIRECT,
        low_sek=1_000_000,
        likely_sek=4_000_000,
        high_sek=9_000_000,
        from_year=2026,
        to_year=2030,
        basis="Uppmätt i en pilot.",
    )
    for region in dict.fromkeys((responsible, *others)):
        minutes = Document.objects.create(
            name="protokoll.pdf",
            content_type="application/pdf",
            size=3,
            sha256=hashlib.sha256(b"pdf").hexdigest(),
            owner=region,
            added_at=at,
        )
        Participant.objects.create(
            application=application,
            region=region,
            state=ParticipantState.CONFIRMED,
            decided_on=dt.date(2026, 5, 5),
            body="Regionstyrelsen",
            paragraph="§ 12",
            minutes=minutes,
            other_support=OtherSupport.NONE,
            confirmed_at=at,
        )
    for year in (2026, 2027):
        Cost.objects.create(
            block=block, region=responsible, year=year, kind=CostKind.OWN_TIME, requested_sek=requested_sek
        )
    submission.state = state
    if state != SubmissionState.DRAFT:
        submission.submitted_at = at
        submission.save()
        freeze(submission)
    submission.save()
    return application


def freeze(submission: Submission) -> SubmittedVersion:
    content = content_of(submission)
    SubmittedVersion.objects.filter(submission=submission).delete()
    return SubmittedVersion.objects.create(
        submission=submission, number=1, content=content, sha256=sha256_of(content), at=submission.submitted_at
    )


def make_eligible(application: Application, by: Any = None) -> Eligibility:
    return Eligibility.objects.create(
        application=application,
        verdict=EligibilityVerdict.ELIGIBLE,
        reasons="Alla villkor är uppfyllda.",
        tried_by=by,
        tried_at=timezone.now(),
    )


def say_no_conflict(person: Any, *applications: Application) -> None:
    for application in applications:
        ConflictDeclaration.objects.create(
            application=application, person=person, has_conflict=False, declared_at=timezone.now()
        )


def say_conflict(person: Any, application: Application, circumstances: str = "anställd i regionen") -> None:
    ConflictDeclaration.objects.create(
        application=application,
        person=person,
        has_conflict=True,
        circumstances=circumstances,
        declared_at=timezone.now(),
    )


def need_no_communication(application: Application, by: Any) -> Communication:
    """25 §: what would otherwise stop a decision."""
    return Communication.objects.create(
        application=application,
        exception=CommunicationException.UNNECESSARY,
        reason="Inget har tillförts av någon annan än sökanden.",
        by=by,
        at=timezone.now(),
    )


def assign(application: Application, *people: Any) -> list[Assessment]:
    return [
        Assessment.objects.create(application=application, assessor=person, assigned_at=timezone.now())
        for person in people
    ]


def hand_in(assessment: Assessment, *levels: int) -> Assessment:
    """Handed in with these levels, in the order of the criteria."""
    criteria = assessment.application.submission.call.criteria.all()
    for criterion, level in zip(criteria, levels, strict=True):
        assessment.scores.create(criterion=criterion, level=level, reason=f"Därför {level}.")
    assessment.state = "submitted"
    assessment.submitted_at = timezone.now()
    assessment.save()
    return assessment


@pytest.fixture
def call(regions: dict[str, Any]) -> Call:
    return make_call()


@pytest.fixture
def application(call: Call, regions: dict[str, Any]) -> Application:
    """2026-001 of Västra Götalandsregionen with Region Stockholm, handed in."""
    return make_application(call, regions["14"], others=[regions["01"]])


@pytest.fixture
def officer(person: Callable[..., Any], application: Application) -> Any:
    """A case officer who has declared that there is no conflict."""
    made = person(Role.CASE_OFFICER, name="Hanna Handläggare")
    say_no_conflict(made, application)
    return made


@pytest.fixture
def three(person: Callable[..., Any], application: Application) -> list[Any]:
    """Three assessors without conflict."""
    made = [person(Role.ASSESSOR, name=f"Bedömare {letter}") for letter in "ABC"]
    for assessor in made:
        say_no_conflict(assessor, application)
    return made
