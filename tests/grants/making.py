"""Calls, applications and whole submissions, made with the room's own actions so that they are as real as any."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import time_machine

from hemtag.grants import actions
from hemtag.grants.models import Application, Block, Call, Cost, Participant, Submission, SubmittedVersion
from hemtag.grants.reference import load_call
from hemtag.organisations.models import ROLES_OF_KIND, Kind, Membership, Organisation, Person, Role

IN_THE_WINDOW = dt.datetime(2026, 5, 4, 9, 0, tzinfo=dt.UTC)
MINUTES = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
NAMES = {"14": "Västra Götalandsregionen", "01": "Region Stockholm", "12": "Region Skåne"}
_numbers = itertools.count(1)


def organisation(code: str, kind: Kind = Kind.REGION) -> Organisation:
    name = NAMES.get(code, f"Region {code}" if kind == Kind.REGION else code.capitalize())
    found, _is_new = Organisation.objects.get_or_create(
        code=code, defaults={"kind": kind, "name": name, "short_name": name.removeprefix("Region ")}
    )
    return found


def a_person(role: Role, code: str = "14", *more: Role) -> Person:
    """Someone with the role in the region, or in the one organisation of its kind for roles that no region gives."""
    kind = next(kind for kind, roles in ROLES_OF_KIND.items() if role in roles)
    place = organisation(code) if kind == Kind.REGION else organisation(kind.value, kind)
    number = next(_numbers)
    person = Person.objects.create_user(email=f"{role.value}-{place.code}-{number}@example.org", name=f"P{number}")
    for each in (role, *more):
        Membership.objects.create(person=person, organisation=place, role=each, starts_on=dt.date(2020, 1, 1))
    return person


def representative_of(region: Organisation) -> Person:
    """One and the same person each time."""
    held = Membership.objects.filter(
        organisation=region, role=Role.REPRESENTATIVE, person__email__startswith="made-for-tests"
    ).first()
    if held is not None:
        return held.person
    person = Person.objects.create_user(email=f"made-for-tests-{region.code}@example.org", name=f"F {region.code}")
    Membership.objects.create(
        person=person, organisation=region, role=Role.REPRESENTATIVE, starts_on=dt.date(2020, 1, 1)
    )
    return person


@contextmanager
def in_the_window(moment: dt.datetime = IN_THE_WINDOW) -> Iterator[None]:
    """A moment while the call of 2026 is open, unless the clock says that it is open now."""
    with time_machine.travel(moment, tick=False):
        yield


def a_call(is_published: bool = True) -> Call:
    """The call of 2026 from the reference data; made once."""
    call = Call.objects.filter(slug="2026").first()
    if call is None:
        call = actions.create_call(by=None, data=load_call(), contact="delegationen@example.org")
        if is_published:
            call = actions.publish_call(by=None, call=call)
    return call


def an_application(
    call: Call, region: Organisation, participants: Iterable[Organisation] = (), title: str = "En åtgärd"
) -> Application:
    """A draft with the responsible region and the others invited."""
    by = representative_of(region)
    with in_the_window():
        application = actions.start_application(by=by, call=call, region=region, title=title)
        for other in participants:
            actions.invite(by=by, application=application, region=other)
    return fresh(application)


def complete(application: Application, costs: dict[Any, Any] | None = None, other_support: str = "none") -> Application:
    """Fill everything in that hand-in asks for: one block (or those there are), and every region has confirmed."""
    call, region = application.submission.call, application.submission.responsible
    by = representative_of(region)
    with in_the_window():
        submission = Submission.objects.get(pk=application.submission_id)
        actions.edit_submission(
            by=by,
            submission=submission,
            version=submission.version,
            values={"economic_analysis": "Ekonomin.", "development_needs": "Behoven."},
        )
        application = actions.edit_application(
            by=by,
            application=application,
            version=application.version,
            values={
                "summary": "Kort.",
                "description": "Vad som görs.",
                "goals": "Vad det ger.",
                "plan_owner": "Direktören",
                "plan_budget": "Ryms i ramen.",
                "plan_lasting": "Ägare är utsedd.",
                "spreading": "Allt delas.",
                "measure_types": [call.measure_types.all()[0]],
            },
        )
        application = actions.set_measuring_points(
            by=by,
            application=application,
            version=application.version,
            rows=[{"on": dt.date(2031, 12, 31), "indicator": "Timmar", "baseline": "0", "target": "100"}],
        )
        blocks = list(application.blocks.all()) or [actions.add_block(by=by, application=application, title="Block")]
        for block in blocks:
            complete_block(block, by, costs)
        for participant in application.participants.all():
            confirm(participant, other_support)
    return fresh(application)


def complete_block(block: Block, by: Person, costs: dict[Any, Any] | None = None) -> Block:
    region = block.application.submission.responsible
    block = actions.edit_block(
        by=by, block=block, version=block.version, values={"purpose": "Därför.", "activities": "Det här."}
    )
    if not Cost.objects.filter(block=block).exists():
        block = actions.set_costs(
            by=by,
            block=block,
            version=block.costs_version,
            cells=costs or {(region.pk, 2026, "own_time"): (1_000_000, 200_000)},
        )
    return actions.set_effects(by=by, block=block, version=block.version, rows=[an_effect()])


def an_effect(**other: Any) -> dict[str, Any]:
    return {
        "kind": "fewer_resources",
        "horizon": "direct",
        "perspective": "region",
        "low_sek": 1_000_000,
        "likely_sek": 2_000_000,
        "high_sek": 4_000_000,
        "from_year": 2027,
        "to_year": 2031,
        "basis": "Räknat på timmar.",
        **other,
    }


def decide(participant: Participant, other_support: str = "none") -> Participant:
    return actions.edit_participation(
        by=representative_of(participant.region),
        participant=participant,
        values={
            "decided_on": dt.date(2026, 4, 20),
            "body": "Regionstyrelsen",
            "paragraph": "§ 112",
            "other_support": other_support,
            "other_support_text": "Ett stöd." if other_support == "some" else "",
        },
        minutes=("protokoll.pdf", MINUTES),
    )


def confirm(participant: Participant, other_support: str = "none") -> Participant:
    decided = decide(participant, other_support)
    return actions.confirm_participation(by=representative_of(participant.region), participant=decided)


def a_submission_that_holds(
    code: str = "14", participants: Iterable[str] = ("01",), title: str = "En åtgärd"
) -> Submission:
    """A draft that passes every check while the window is open."""
    application = an_application(a_call(), organisation(code), [organisation(other) for other in participants], title)
    return complete(application).submission


def submitted(application: Application) -> SubmittedVersion:
    """The application's whole form, handed in during the window."""
    with in_the_window():
        return actions.submit(
            by=representative_of(application.submission.responsible), submission=application.submission
        )


def fresh(application: Application) -> Application:
    return Application.objects.select_related("submission__call", "submission__responsible").get(pk=application.pk)
