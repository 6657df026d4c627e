"""How far each region of an application has come: what is missing, from whom, what was last done, days left.

The number of queries is the same for three regions and for twenty-one.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max, Q, Sum
from django.utils.translation import gettext as _

from hemtag.history.models import Event
from hemtag.history.queries import kind_of
from hemtag.organisations.models import Membership, Organisation, Role
from hemtag.organisations.rules import regions_of

from .. import rules
from ..models import Application, Block, Cost, Participant, ParticipantState, SubmissionState, Transfer, TransferState
from .applications import participants_of
from .hashing import sha256_of
from .signing import row_of, signatures, undertaking

OUTDATED, LEFT = "outdated", "left"
ORDERS = ("region", "lage", "saknas", "aktivitet", "dagar")
# What somebody must act on first comes first.
RANK = {LEFT: 0, OUTDATED: 1, ParticipantState.INVITED: 2, ParticipantState.CONFIRMED: 3, ParticipantState.DECLINED: 4}


@dataclass(frozen=True)
class Missing:
    """One thing that is not done, and the names of those in the region who can do it."""

    what: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standing:
    """One region of an application as the responsible region sees it at a glance."""

    participant: Participant
    missing: tuple[Missing, ...] = ()
    requested_sek: int = 0
    cofinancing_sek: int = 0
    last_at: dt.datetime | None = None
    last_by: str = ""
    invitation: dict[str, Any] = field(default_factory=dict)
    answer_by: dt.date | None = None
    days_left: int = 0
    is_own: bool = False
    is_outdated: bool = False

    @property
    def state(self) -> str:
        if self.is_outdated:
            return OUTDATED
        held = self.requested_sek or self.cofinancing_sek
        return LEFT if held and self.participant.state == ParticipantState.DECLINED else self.participant.state

    @property
    def word(self) -> str:
        return {
            OUTDATED: _("Undertecknat före ändring"),
            LEFT: _("Avböjt, har kostnader kvar"),
        }.get(self.state) or str(self.participant.get_state_display())

    @property
    def mark(self) -> str:
        return {
            OUTDATED: "bad",
            LEFT: "bad",
            ParticipantState.INVITED: "waiting",
            ParticipantState.CONFIRMED: "good",
            ParticipantState.DECLINED: "neutral",
        }[self.state]


def standings(person: Any, application: Application, today: dt.date, order: str = "") -> list[Standing]:
    """Every region of the application, the person's own first when it only takes part, then as asked for: what somebody
    must act on first when nothing is asked for."""
    participants = list(participants_of(application))
    for participant in participants:
        participant.application = application
    people = _people(participants, today)
    years: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    cells = Cost.objects.filter(block__application=application).order_by("region", "year").values_list("region", "year")
    for region, year, asked, own in cells.annotate(Sum("requested_sek"), Sum("cofinancing_sek")):
        years[region][year] = (asked, own)
    signed = signatures(participants)
    invited = invitations(application)
    last = _last_by_region(application, participants, people)
    late = rules.late_until(application.submission.call, application.submission.responsible)
    closes = max(application.submission.call.closes_on, late or dt.date.min)
    own_regions = {region.pk for region in regions_of(person)}
    rows = []
    for participant in participants:
        per_year = years.get(participant.region_id, {})
        sha256 = signed.get(participant.pk, "")
        is_outdated = bool(sha256) and sha256 != sha256_of(
            undertaking(application.number, row_of(participant), per_year)
        )
        invitation = invited.get(participant.region.code, {})
        wished = wished_on(invitation)
        answer_by = min(wished, closes) if wished else closes
        at, who = last.get(participant.region_id, (None, ""))
        rows.append(
            Standing(
                participant=participant,
                missing=_missing(participant, people.get(participant.region_id, {}), is_outdated),
                requested_sek=sum(asked for asked, _own in per_year.values()),
                cofinancing_sek=sum(own for _asked, own in per_year.values()),
                last_at=at,
                last_by=who,
                invitation=invitation,
                answer_by=answer_by,
                days_left=(answer_by - today).days,
                is_own=participant.region_id in own_regions,
                is_outdated=is_outdated,
            )
        )
    return _ordered(rows, order, application.submission.responsible_id in own_regions)


def _ordered(rows: list[Standing], order: str, is_responsible: bool) -> list[Standing]:
    key = (order or "lage").removeprefix("-")
    by = {
        "lage": lambda row: RANK[row.state],
        "saknas": lambda row: -len(row.missing),
        "aktivitet": lambda row: row.last_at.timestamp() if row.last_at else 0.0,
        "dagar": lambda row: (not row.missing, row.days_left),
    }.get(key)
    found = sorted(rows, key=lambda row: row.participant.region.code)
    if by is not None:
        found = sorted(found, key=by)
    if order.startswith("-"):
        found.reverse()
    return found if is_responsible else sorted(found, key=lambda row: not row.is_own)


def _people(participants: Iterable[Participant], today: dt.date) -> dict[int, dict[str, list[Any]]]:
    """By region and role, who holds the role on the day."""
    found: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    held = Membership.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today),
        organisation__in=[participant.region_id for participant in participants],
        starts_on__lte=today,
        person__is_active=True,
    ).select_related("person")
    for membership in held.order_by("person__name"):
        found[membership.organisation_id][membership.role].append(membership.person)
    return found


def _missing(participant: Participant, people: dict[str, list[Any]], is_outdated: bool) -> tuple[Missing, ...]:
    """What the region has not done, in the order in which it is done, and who in the region can do it."""
    if participant.state == ParticipantState.DECLINED:
        return ()
    signers = _names(people, Role.REPRESENTATIVE)
    if is_outdated:
        return (Missing(_("ny underskrift: beloppen har ändrats"), signers),)
    if participant.state == ParticipantState.CONFIRMED:
        return ()
    writers = _names(people, Role.AUTHOR, Role.REPRESENTATIVE)
    decision = [
        word
        for word, there in (
            (_("datum"), participant.decided_on is not None),
            (_("organ"), bool(participant.body.strip())),
            (_("paragraf"), bool(participant.paragraph.strip())),
            (_("protokoll"), participant.minutes_id is not None),
        )
        if not there
    ]
    found = []
    if decision:
        found.append(Missing(_("beslutet: %(parts)s") % {"parts": ", ".join(decision)}, writers))
    if not participant.other_support or (
        participant.other_support == "some" and not participant.other_support_text.strip()
    ):
        found.append(Missing(_("svar om annat statligt stöd"), writers))
    return (*found, Missing(_("underskrift"), signers))


def _names(people: dict[str, list[Any]], *roles: Role) -> tuple[str, ...]:
    return tuple(dict.fromkeys(person.name for role in roles for person in people.get(role, ())))


def invitations(application: Application) -> dict[str, dict[str, Any]]:
    """By county code, the newest invitation: who, when, and perhaps a message and a day, as its event tells."""
    events = Event.objects.filter(
        subject_type=kind_of(application), subject_id=str(application.pk), verb="invited"
    ).order_by("number")
    return {event.details["region"]: {**event.details, "by": event.actor, "at": event.at} for event in events}


def wished_on(invitation: Mapping[str, Any]) -> dt.date | None:
    return dt.date.fromisoformat(invitation["wished_on"]) if "wished_on" in invitation else None


def _last_by_region(
    application: Application, participants: Iterable[Participant], people: dict[int, dict[str, list[Any]]]
) -> dict[int, tuple[dt.datetime, str]]:
    """When somebody of each region last did something with the application, and who."""
    subjects = (
        Q(subject_type=kind_of(application), subject_id=str(application.pk))
        | Q(subject_type=kind_of(Participant()), subject_id__in=[str(row.pk) for row in participants])
        | Q(
            subject_type=kind_of(Block()),
            subject_id__in=[str(pk) for pk in application.blocks.values_list("pk", flat=True)],
        )
    )
    regions = {
        str(person.pk): (region, person.name)
        for region, roles in people.items()
        for held in roles.values()
        for person in held
    }
    found: dict[int, tuple[dt.datetime, str]] = {}
    rows = Event.objects.filter(subjects, actor_id__in=regions).order_by("actor_id").values_list("actor_id")
    for actor, at in rows.annotate(at_last=Max("at")):
        region, name = regions[actor]
        if region not in found or at > found[region][0]:
            found[region] = (at, name)
    return found


def waiting(rows: Iterable[Standing]) -> int:
    """How many regions have something left to do."""
    return sum(bool(row.missing) for row in rows)


def open_transfer(application: Application) -> Transfer | None:
    rows = Transfer.objects.select_related("from_region", "to_region", "offered_by")
    return rows.filter(application=application, state=TransferState.OFFERED).first()


def transfers_of(application: Application) -> list[Transfer]:
    """Every offer of the responsibility, the newest first."""
    rows = Transfer.objects.select_related("from_region", "to_region", "offered_by", "answered_by")
    return list(rows.filter(application=application).order_by("-pk"))


def transfer_for(application: Application, pk: int) -> Transfer:
    """Raises Transfer.DoesNotExist. The application is one that the person sees."""
    row = Transfer.objects.select_related("from_region", "to_region").get(application=application, pk=pk)
    row.application = application
    return row


def others_taking_part(application: Application, region: Organisation) -> list[Organisation]:
    """The regions that take part beside this one: those that its costs, or the responsibility, can go to."""
    rows = participants_of(application).exclude(state=ParticipantState.DECLINED).exclude(region=region)
    return [participant.region for participant in rows]


def cells_held(application: Application, region: Organisation) -> list[dict[str, Any]]:
    """What the region asks for per block, for the page where it leaves."""
    rows = Cost.objects.filter(block__application=application, region=region).order_by("block__number")
    sums = rows.values_list("block__number", "block__title").annotate(Sum("requested_sek"), Sum("cofinancing_sek"))
    return [
        {"number": number, "title": title, "requested_sek": asked, "cofinancing_sek": own}
        for number, title, asked, own in sums
    ]


def offers_to(person: Any) -> list[Transfer]:
    """Offers of the responsibility that the person may answer for the own region."""
    rows = Transfer.objects.select_related("application__submission__call", "to_region").filter(
        to_region__in=regions_of(person, Role.REPRESENTATIVE),
        state=TransferState.OFFERED,
        application__submission__state=SubmissionState.DRAFT,
    )
    return list(rows.order_by("pk"))
