"""Every write to organisations, people and roles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import Actor, record
from hemtag.refusals import DoesNotHold, Problem

from .models import ROLES_OF_KIND, Digest, Kind, Membership, Often, Organisation, Person, Role


@transaction.atomic
def add_organisation(
    *,
    by: Actor | None,
    code: str,
    kind: Kind,
    name: str,
    short_name: str,
    orgnr: str = "",
    population: int | None = None,
    population_year: int | None = None,
    source: str = "",
) -> Organisation:
    organisation = Organisation.objects.create(
        code=code,
        kind=kind,
        name=name,
        short_name=short_name,
        orgnr=orgnr,
        population=population,
        population_year=population_year,
        source=source,
    )
    record(by=by, verb="added", subject=organisation, details={"code": code, "source": source})
    return organisation


@transaction.atomic
def add_person(*, by: Actor | None, email: str, name: str, title: str = "", password: str | None = None) -> Person:
    """A person without a password can only log in through the demo or, later, an identity provider."""
    person = Person.objects.create_user(email=email, name=name, title=title, password=password)
    record(by=by, verb="added", subject=person)
    return person


@transaction.atomic
def give_role(
    *, by: Actor | None, person: Person, organisation: Organisation, role: Role, from_: dt.date | None = None
) -> Membership:
    if role not in ROLES_OF_KIND[Kind(organisation.kind)]:
        raise DoesNotHold(
            _("%(organisation)s kan inte ge rollen %(role)s.")
            % {"organisation": organisation.name, "role": str(role.label).lower()}
        )
    membership = Membership.objects.create(
        person=person, organisation=organisation, role=role, starts_on=from_ or clock.today()
    )
    person.__dict__.pop("_memberships", None)
    record(by=by, verb="gave_role", subject=person, details={"role": role.value, "organisation": organisation.code})
    return membership


@transaction.atomic
def end_role(*, by: Actor | None, membership: Membership, on: dt.date) -> None:
    membership.ends_on = on
    membership.save(update_fields=["ends_on"])
    membership.person.__dict__.pop("_memberships", None)
    record(
        by=by,
        verb="ended_role",
        subject=membership.person,
        details={"role": membership.role, "organisation": membership.organisation.code, "on": on.isoformat()},
    )


@transaction.atomic
def choose_digest(*, by: Person, digest: str, language: str | None = None) -> Person:
    """How often the person wants mail of what waits, and in which language. Only the own choice."""
    problems = []
    if digest not in Often.values:
        problems.append(Problem(_("Valet finns inte. Välj ett av dem som visas."), field="digest"))
    if language is not None and language not in dict(settings.LANGUAGES):
        problems.append(Problem(_("Språket finns inte. Välj ett av dem som visas."), field="language"))
    if problems:
        raise DoesNotHold(problems)
    fresh = Person.objects.select_for_update().get(pk=by.pk)
    before = {"digest": fresh.digest, "language": fresh.language}
    fresh.digest = digest
    fresh.language = fresh.language if language is None else language
    after = {"digest": fresh.digest, "language": fresh.language}
    if before != after:
        fresh.save(update_fields=["digest", "language"])
        record(by=by, verb="chose_digest", subject=fresh, details={"before": before, "after": after})
    return fresh


# A claim that is older than this belongs to a run that was cut off.
CLAIM = dt.timedelta(minutes=15)


def send_digest(
    *, by: Actor | None, person: Person, on: dt.date, counts: Mapping[str, int], deliver: Callable[[], object]
) -> Digest | None:
    """Send one person's mail of a day, once: two runs at the same time, or a second one, send nothing more.

    The day is claimed before the mail goes and marked afterwards, each in a transaction of its own, so that a slow mail
    server holds no lock. When `deliver` raises, the claim is given back and the exception goes on.
    Returns None when the day's mail is sent already or on its way.
    """
    digest = _claim(person, on, counts)
    if digest is None:
        return None
    try:
        deliver()
    except Exception:
        Digest.objects.filter(pk=digest.pk, sent_at=None).delete()
        raise
    with transaction.atomic():
        digest.sent_at = clock.now()
        digest.save(update_fields=["sent_at"])
        record(by=by, verb="digest_sent", subject=person, details={"on": on.isoformat(), "counts": dict(counts)})
    return digest


@transaction.atomic
def _claim(person: Person, on: dt.date, counts: Mapping[str, int]) -> Digest | None:
    now = clock.now()
    digest, is_new = Digest.objects.select_for_update().get_or_create(
        person=person, on=on, defaults={"claimed_at": now, "counts": dict(counts)}
    )
    if is_new:
        return digest
    if digest.sent_at is not None or digest.claimed_at > now - CLAIM:
        return None
    digest.claimed_at, digest.counts = now, dict(counts)
    digest.save(update_fields=["claimed_at", "counts"])
    return digest
