"""What a region signs, and whether what stands in the draft is still what it signed.

A signature covers the region's own money per year, its minuted decision and its declaration. Money that moves between
kinds or blocks within a year leaves it as it was; another amount in any year makes it outdated, whoever wrote it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Sum

from hemtag.history.models import Event
from hemtag.history.queries import kind_of

from ..models import Cost, Participant, ParticipantState
from .hashing import sha256_of

Years = Mapping[int, tuple[int, int]]  # requested, co-financing, whole kronor


def undertaking(number: str, row: Mapping[str, Any], years: Years) -> dict[str, Any]:
    """What one region undertakes: `row` is its part of an application's content. The signature's hash is of this."""
    minutes = row["minutes"]
    return {
        "application": number,
        "region": row["code"],
        "years": {
            str(year): {"requested_sek": asked, "cofinancing_sek": own}
            for year, (asked, own) in sorted(years.items())
            if asked or own
        },
        "decided_on": row["decided_on"],
        "body": row["body"],
        "paragraph": row["paragraph"],
        "minutes": minutes["sha256"] if minutes else None,
        "other_support": row["other_support"],
        "other_support_text": row["other_support_text"],
    }


def undertaking_of(participant: Participant) -> dict[str, Any]:
    """The region's undertaking as it stands now."""
    rows = Cost.objects.filter(block__application=participant.application_id, region=participant.region_id)
    sums = rows.order_by("year").values_list("year").annotate(Sum("requested_sek"), Sum("cofinancing_sek"))
    return undertaking(
        participant.application.number, row_of(participant), {year: (asked, own) for year, asked, own in sums}
    )


def row_of(participant: Participant) -> dict[str, Any]:
    """What of the region's own part is signed, in the words of an application's content."""
    minutes = participant.minutes
    return {
        "code": participant.region.code,
        "minutes": {"sha256": minutes.sha256} if minutes else None,
        "decided_on": participant.decided_on.isoformat() if participant.decided_on else None,
        **{name: getattr(participant, name) for name in ("body", "paragraph", "other_support", "other_support_text")},
    }


def signatures(participants: Iterable[Participant]) -> dict[int, str]:
    """The hash that each confirmed region signed, by the participant's primary key, in one query."""
    confirmed = {str(row.pk) for row in participants if row.state == ParticipantState.CONFIRMED}
    if not confirmed:
        return {}
    events = Event.objects.filter(subject_type=kind_of(Participant()), subject_id__in=confirmed, verb="confirmed")
    found = events.order_by("number").values_list("subject_id", "details__undertaking_sha256")
    return {int(pk): sha256 or "" for pk, sha256 in found}


def outdated_in(part: Mapping[str, Any]) -> set[str]:
    """Codes of the regions of an application's content that signed something else than what stands there now."""
    years: dict[str, dict[int, tuple[int, int]]] = defaultdict(lambda: defaultdict(lambda: (0, 0)))
    for block in part["blocks"]:
        for cell in block["costs"]:
            asked, own = years[cell["region"]][cell["year"]]
            years[cell["region"]][cell["year"]] = (asked + cell["requested_sek"], own + cell["cofinancing_sek"])
    return {
        row["code"]
        for row in part["participants"]
        if row.get("signed_sha256")
        and row["signed_sha256"] != sha256_of(undertaking(part["number"], row, years[row["code"]]))
    }


def is_outdated(participant: Participant) -> bool:
    signed = signatures([participant]).get(participant.pk, "")
    return bool(signed) and signed != sha256_of(undertaking_of(participant))


def sums_of(signed: Mapping[str, Any]) -> dict[str, int]:
    """What an undertaking asks for and pays in all its years."""
    return {name: sum(year[name] for year in signed["years"].values()) for name in ("requested_sek", "cofinancing_sek")}
