"""The content of a submission as plain data: what is checked, what is frozen, and what assessors then read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db.models import Prefetch, QuerySet

from ..models import (
    Application,
    Block,
    Cost,
    Participant,
    ParticipantState,
    Submission,
    SubmissionState,
    SubmittedVersion,
)
from .hashing import canonical, sha256_of
from .signing import signatures

__all__ = ["canonical", "content_of", "parts_of", "sha256_of", "submitted_content", "sums_of"]

FORMAT = 1


def content_of(submission: Submission) -> dict[str, Any]:
    """Everything in the form as it stands now. The number of queries does not grow with the rows."""
    call, responsible = submission.call, submission.responsible
    return {
        "format": FORMAT,
        "call": {
            "slug": call.slug,
            "title": call.title,
            "opens_on": call.opens_on.isoformat(),
            "closes_on": call.closes_on.isoformat(),
            "first_year": call.first_year,
            "last_year": call.last_year,
        },
        "responsible": {"code": responsible.code, "name": responsible.name, "orgnr": responsible.orgnr},
        "economic_analysis": submission.economic_analysis,
        "development_needs": submission.development_needs,
        "applications": parts_of(Application.objects.filter(submission=submission)),
    }


def parts_of(applications: QuerySet[Application]) -> list[dict[str, Any]]:
    """The content of each application, in order of their numbers, in nine queries whatever their number."""
    rows = applications.prefetch_related(
        "measure_types",
        "measuring_points",
        Prefetch(
            "participants",
            Participant.objects.exclude(state=ParticipantState.DECLINED).select_related(
                "region", "minutes", "confirmed_by"
            ),
        ),
        Prefetch("blocks", Block.objects.order_by("number")),
        Prefetch("blocks__needs", Block.objects.order_by("number")),
        Prefetch("blocks__costs", Cost.objects.select_related("region")),
        "blocks__effects",
    ).order_by("number")
    signed = signatures(participant for row in rows for participant in row.participants.all())
    return [_application(application, signed) for application in rows]


def part_now(application: Application) -> dict[str, Any]:
    """One application and the form's common texts as they stand now, in the shape that `differences` compares."""
    submission = application.submission
    (own,) = parts_of(Application.objects.filter(pk=application.pk))
    return {
        **own,
        "economic_analysis": submission.economic_analysis,
        "development_needs": submission.development_needs,
    }


def submitted_content(application: Application) -> dict[str, Any]:
    """What was handed in for one application, with the form's common parts, hash, time and sums of its cells.

    Raises SubmittedVersion.DoesNotExist while it is a draft or after it was withdrawn.
    """
    submission = application.submission
    version = (
        SubmittedVersion.objects.filter(submission=submission, submission__state=SubmissionState.SUBMITTED)
        .order_by("-number")
        .first()
    )
    if version is None:
        raise SubmittedVersion.DoesNotExist(f"{application.number} is not handed in")
    content = version.content
    own = next(part for part in content["applications"] if part["number"] == application.number)
    per_year: Counter[int] = Counter()
    for block in own["blocks"]:
        for cell in block["costs"]:
            per_year[cell["year"]] += cell["requested_sek"]
    return {
        **own,
        "call": content["call"],
        "responsible": content["responsible"],
        "economic_analysis": content["economic_analysis"],
        "development_needs": content["development_needs"],
        "case_number": submission.case_number,
        "version": version.number,
        "sha256": version.sha256,
        "submitted_at": version.at,
        **sums_of(own),
        "requested_per_year": dict(sorted(per_year.items())),
    }


def sums_of(application: Mapping[str, Any]) -> dict[str, int]:
    """Sums of the cells in an application's content."""
    cells = [cell for block in application["blocks"] for cell in block["costs"]]
    return {name: sum(cell[name] for cell in cells) for name in ("requested_sek", "cofinancing_sek")}


def _application(application: Application, signed: Mapping[int, str]) -> dict[str, Any]:
    return {
        "number": application.number,
        "title": application.title,
        "summary": application.summary,
        "description": application.description,
        "goals": application.goals,
        "measure_types": [{"code": kind.code, "name": kind.name} for kind in application.measure_types.all()],
        "plan_owner": application.plan_owner,
        "plan_budget": application.plan_budget,
        "plan_lasting": application.plan_lasting,
        "spreading": application.spreading,
        "is_invented": application.is_invented,
        "measuring_points": [
            {
                "on": point.on.isoformat(),
                "indicator": point.indicator,
                "baseline": point.baseline,
                "target": point.target,
            }
            for point in application.measuring_points.all()
        ],
        "participants": [_participant(participant, signed) for participant in application.participants.all()],
        "blocks": [_block(block) for block in application.blocks.all()],
    }


def _participant(participant: Participant, signed: Mapping[int, str]) -> dict[str, Any]:
    minutes, confirmed_by = participant.minutes, participant.confirmed_by
    return {
        "code": participant.region.code,
        "name": participant.region.name,
        "state": participant.state,
        "decided_on": participant.decided_on.isoformat() if participant.decided_on else None,
        "body": participant.body,
        "paragraph": participant.paragraph,
        "minutes": {"name": minutes.name, "sha256": minutes.sha256} if minutes else None,
        "other_support": participant.other_support,
        "other_support_text": participant.other_support_text,
        "confirmed_by": confirmed_by.name if confirmed_by else "",
        "confirmed_at": participant.confirmed_at.isoformat() if participant.confirmed_at else None,
        # Of what the region signed: its money per year, its decision and its declaration (`queries.signing`).
        "signed_sha256": signed.get(participant.pk, ""),
    }


def _block(block: Block) -> dict[str, Any]:
    return {
        "number": block.number,
        "title": block.title,
        "purpose": block.purpose,
        "activities": block.activities,
        "obstacle": block.obstacle,
        "needs": [needed.number for needed in block.needs.all()],
        "costs": [_cost(cost) for cost in block.costs.all()],
        "effects": [
            {
                "kind": effect.kind,
                "horizon": effect.horizon,
                "perspective": effect.perspective,
                "low_sek": effect.low_sek,
                "likely_sek": effect.likely_sek,
                "high_sek": effect.high_sek,
                "from_year": effect.from_year,
                "to_year": effect.to_year,
                "basis": effect.basis,
            }
            for effect in block.effects.all()
        ],
    }


def _cost(cost: Cost) -> dict[str, Any]:
    """Hours and their cost only where they are given, so that what was handed in without them keeps its shape."""
    cell = {
        "region": cost.region.code,
        "year": cost.year,
        "kind": cost.kind,
        "requested_sek": cost.requested_sek,
        "cofinancing_sek": cost.cofinancing_sek,
    }
    return {**cell, "hours": cost.hours, "hourly_cost_sek": cost.hourly_cost_sek} if cost.hours else cell
