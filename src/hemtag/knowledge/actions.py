"""Every write of what is made once for all: facts, obstacles, underlag, reuse."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import Actor, record, register
from hemtag.history.models import Direction
from hemtag.history.queries import events_about
from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import Clash, Difference, DoesNotHold, Problem, WrongState, holds, require

from . import checks, rules
from .models import (
    UNDERLAG_NEXT,
    DatedFact,
    Obstacle,
    ObstacleKind,
    Reuse,
    ReuseKind,
    Underlag,
    UnderlagKind,
    UnderlagState,
    UnderlagVersion,
)


def free_slug(title: str, taken: Iterable[str]) -> str:
    """An address from a title in Swedish, with a number when it is taken."""
    plain = title.lower().translate(str.maketrans("åäöéü", "aaoeu"))
    base = slugify(plain)[:70].strip("-") or "utan-namn"
    used, slug, number = set(taken), base, 2
    while slug in used:
        slug, number = f"{base}-{number}", number + 1
    return slug


@transaction.atomic
def set_fact(
    *,
    by: Actor | None,
    code: str,
    name: str,
    value: Decimal,
    unit: str,
    valid_from: dt.date,
    source: str,
    is_assumption: bool = False,
    low: Decimal | None = None,
    high: Decimal | None = None,
) -> DatedFact:
    fact = DatedFact.objects.create(
        code=code,
        name=name,
        value=value,
        low=low,
        high=high,
        unit=unit,
        valid_from=valid_from,
        source=source,
        is_assumption=is_assumption,
    )
    record(by=by, verb="set_fact", subject=fact, details={"value": str(value), "unit": unit, "source": source})
    return fact


@transaction.atomic
def report_obstacle(*, by: Person, region: Organisation, kind: ObstacleKind, title: str, description: str) -> Obstacle:
    require(rules.may_write(by, region))
    holds(checks.text_is_given(title, "title") + checks.text_is_given(description, "description"))
    obstacle = Obstacle.objects.create(
        kind=kind,
        title=title,
        description=description,
        reported_by_region=region,
        reported_by=by,
        reported_at=clock.now(),
    )
    record(by=by, verb="reported_obstacle", subject=obstacle, details={"kind": kind.value})
    return obstacle


@transaction.atomic
def write_underlag(
    *,
    by: Person,
    region: Organisation,
    kind: UnderlagKind,
    title: str,
    summary: str,
    body: str,
    conditions: str,
    hours_to_make: int,
    obstacles: Iterable[Obstacle],
    valid_until: dt.date | None = None,
) -> Underlag:
    """Start an underlag as the region's draft."""
    require(rules.may_write(by, region))
    holds(checks.text_is_given(title, "title"))
    underlag = Underlag.objects.create(
        slug=free_slug(title, Underlag.objects.values_list("slug", flat=True)),
        kind=kind,
        title=title,
        summary=summary,
        body=body,
        conditions=conditions,
        owner=region,
        hours_to_make=hours_to_make,
        valid_until=valid_until,
    )
    underlag.obstacles.set(obstacles)
    record(by=by, verb="wrote_underlag", subject=underlag, details={"kind": kind.value})
    return underlag


EDITABLE = ("title", "summary", "body", "conditions", "hours_to_make", "valid_until")


def _differences(underlag: Underlag, mine: Mapping[str, Any]) -> list[Difference]:
    """What is saved, field by field, where it is not what the writer has typed."""
    words = {
        "title": _("Titel"),
        "summary": _("Sammanfattning"),
        "body": _("Underlaget"),
        "conditions": _("Förutsättningar"),
        "hours_to_make": _("Arbetstid att ta fram, timmar"),
        "valid_until": _("Gäller till och med"),
    }
    found = [
        Difference(name, label, str(saved if saved is not None else ""))
        for name, label in words.items()
        if name in mine and (saved := getattr(underlag, name)) != mine[name]
    ]
    theirs = list(underlag.obstacles.all())
    if set(theirs) != set(mine["obstacles"]):
        found.append(Difference("obstacles", _("Hinder som det hjälper mot"), ", ".join(map(str, theirs))))
    return found


@transaction.atomic
def edit_underlag(
    *,
    by: Person,
    underlag: Underlag,
    version: int,
    obstacles: Iterable[Obstacle],
    **values: str | int | dt.date | None,
) -> Underlag:
    """Change a draft; what is published is never changed."""
    require(rules.may_write(by, underlag.owner))
    underlag = Underlag.objects.select_for_update().get(pk=underlag.pk)
    if underlag.state != UnderlagState.DRAFT:
        raise WrongState(_("Underlaget är publicerat och ändras inte; det kan återkallas."))
    holds(checks.text_is_given(str(values.get("title", underlag.title)), "title"))
    if underlag.version != version:
        saved = events_about(underlag).filter(verb__in=("wrote_underlag", "edited_underlag"))[0]
        raise Clash(
            who=saved.actor,
            at=saved.at,
            version=underlag.version,
            differences=_differences(underlag, {**values, "obstacles": obstacles}),
        )
    before = {name: str(getattr(underlag, name)) for name in EDITABLE if name in values}
    for name in EDITABLE:
        if name in values:
            setattr(underlag, name, values[name])
    underlag.version = version + 1
    underlag.save()
    underlag.obstacles.set(obstacles)
    changed = {name: text for name, text in before.items() if text != str(getattr(underlag, name))}
    record(by=by, verb="edited_underlag", subject=underlag, details={"before": changed})
    return underlag


@transaction.atomic
def publish_underlag(*, by: Person, underlag: Underlag, change_note: str = "") -> UnderlagVersion:
    """Publish for all regions: the text is kept as a numbered version with its hash."""
    require(rules.may_publish(by, underlag))
    underlag = Underlag.objects.select_for_update().get(pk=underlag.pk)
    if UnderlagState.PUBLISHED not in UNDERLAG_NEXT[underlag.state]:
        raise WrongState(_("Underlaget är i läget ”%(state)s”.") % {"state": underlag.get_state_display().lower()})
    holds(
        checks.underlag_is_complete(
            summary=underlag.summary,
            body=underlag.body,
            conditions=underlag.conditions,
            hours_to_make=underlag.hours_to_make,
            obstacles=underlag.obstacles.count(),
        )
        + checks.underlag_is_still_valid(underlag.valid_until, clock.today())
    )
    content = {name: str(getattr(underlag, name)) for name in ("kind", "title", "summary", "body", "conditions")}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    now = clock.now()
    version = UnderlagVersion.objects.create(
        underlag=underlag,
        number=underlag.versions.count() + 1,
        title=underlag.title,
        summary=underlag.summary,
        body=underlag.body,
        conditions=underlag.conditions,
        change_note=change_note,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        published_by=by,
        published_at=now,
    )
    underlag.state, underlag.published_at = UnderlagState.PUBLISHED, now
    underlag.save(update_fields=["state", "published_at"])
    with translation.override("sv"):  # the register is in Swedish, whatever language the person reads the pages in
        subject = f"{underlag.get_kind_display()}: {underlag.title}"
    register(
        subject=subject,
        party=underlag.owner.name,
        direction=Direction.IN,
        sha256=version.sha256,
    )
    record(
        by=by,
        verb="published_underlag",
        subject=underlag,
        details={"version": version.number, "sha256": version.sha256},
    )
    return version


@transaction.atomic
def withdraw_underlag(*, by: Person, underlag: Underlag, reason: str) -> Underlag:
    """Take back a published underlag; it stays readable with the reason, for those who rely on it."""
    require(rules.may_publish(by, underlag))
    if not reason.strip():
        raise DoesNotHold([Problem(_("Skriv varför underlaget återkallas."), field="reason")])
    underlag = Underlag.objects.select_for_update().get(pk=underlag.pk)
    if UnderlagState.WITHDRAWN not in UNDERLAG_NEXT[underlag.state]:
        raise WrongState(_("Underlaget är i läget ”%(state)s”.") % {"state": underlag.get_state_display().lower()})
    underlag.state = UnderlagState.WITHDRAWN
    underlag.save(update_fields=["state"])
    record(by=by, verb="withdrew_underlag", subject=underlag, details={"reason": reason})
    return underlag


@transaction.atomic
def record_reuse(
    *,
    by: Person,
    underlag: Underlag,
    region: Organisation,
    kind: ReuseKind,
    hours_spent: int,
    hours_alone: int,
    note: str = "",
) -> Reuse:
    """One region's use of a published underlag; the region may correct its own numbers later."""
    require(rules.may_record_reuse(by, region))
    underlag = Underlag.objects.select_for_update().get(pk=underlag.pk)
    if underlag.state != UnderlagState.PUBLISHED:
        raise WrongState(_("Bara ett publicerat underlag kan återanvändas."))
    holds(
        checks.reuse_is_reasonable(
            is_owner=region.pk == underlag.owner_id,
            is_applicable=kind != ReuseKind.NOT_APPLICABLE,
            hours_spent=hours_spent,
            hours_alone=hours_alone,
            note=note,
        )
    )
    saved = 0 if kind == ReuseKind.NOT_APPLICABLE else hours_alone
    before = Reuse.objects.filter(underlag=underlag, region=region).values("kind", "hours_spent", "hours_alone").first()
    newest = underlag.versions.first()
    reuse, _created = Reuse.objects.update_or_create(
        underlag=underlag,
        region=region,
        defaults={
            "version": newest.number if newest else 1,
            "kind": kind,
            "hours_spent": hours_spent,
            "hours_alone": saved,
            "note": note,
            "recorded_by": by,
            "recorded_at": clock.now(),
        },
    )
    record(
        by=by,
        verb="recorded_reuse",
        subject=underlag,
        details={
            "region": region.code,
            "kind": kind.value,
            "hours_spent": hours_spent,
            "hours_alone": saved,
            "before": before,
        },
    )
    return reuse
