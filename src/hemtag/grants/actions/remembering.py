"""Keeping a draft under a name, and saying how far one has seen its changes."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from hemtag import clock
from hemtag.history.actions import record
from hemtag.history.queries import head
from hemtag.organisations.models import Person
from hemtag.refusals import holds, require

from .. import rules
from ..checks.editing import name_is_given
from ..models import Application, Look, NamedVersion
from ..queries import sha256_of
from ..queries.content import part_now
from .saving import locked


@transaction.atomic
def keep_version(*, by: Person, application: Application, name: str) -> NamedVersion:
    """The application and the form's common texts as they stand now, under a name. Never changed afterwards."""
    require(rules.may_write_together(by, application))
    holds(name_is_given(name))
    application.submission = locked(application.submission_id)
    content = part_now(application)
    last = NamedVersion.objects.filter(application=application).aggregate(last=Max("number"))["last"]
    version = NamedVersion.objects.create(
        application=application,
        number=(last or 0) + 1,
        name=name.strip(),
        content=content,
        sha256=sha256_of(content),
        by=by,
        at=clock.now(),
    )
    details = {"number": version.number, "name": version.name, "sha256": version.sha256}
    record(by=by, verb="version_kept", subject=application, details=details)
    return version


@transaction.atomic
def mark_seen(*, by: Person, application: Application) -> Look:
    """The person has seen everything up to now: what is told as changed begins here."""
    require(rules.may_write_together(by, application))
    application.submission = locked(application.submission_id)
    number, _hash = head()
    look, _is_new = Look.objects.update_or_create(
        application=application,
        person=by,
        defaults={"event": number, "at": clock.now(), "content": part_now(application)},
    )
    record(by=by, verb="changes_seen", subject=application, details={"event": number})
    return look
