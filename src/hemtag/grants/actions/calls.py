"""Calls: created from reference data, published, and the logged exception for one region."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.knowledge.models import DatedFact
from hemtag.organisations.models import Kind, Organisation, Person
from hemtag.refusals import DoesNotHold, Problem, WrongState, holds, require

from .. import reference, rules
from ..checks import in_words
from ..checks.editing import reason_is_given
from ..models import Call, Criterion, EarlierCommitment, Frame, LateAccess, MeasureType


@transaction.atomic
def create_call(*, by: Person | None, data: reference.Call, contact: str = "") -> Call:
    """The call with its frames, earlier commitments, measure types, criteria and dated facts, not yet published.

    `by=None` is the system at first start. A frame that another call has set may be repeated but not changed.
    """
    if by is not None:
        require(rules.may_prepare_calls(by))
    if Call.objects.filter(slug=data.id).exists():
        raise WrongState(_("Utlysningen %(slug)s finns redan.") % {"slug": data.id})
    call = Call.objects.create(
        slug=data.id,
        title=data.title,
        summary=data.purpose,
        opens_on=data.window.opens,
        closes_on=data.window.closes,
        first_year=data.years[0],
        last_year=data.years[-1],
        authorisation_sek=data.commitment_authorisation.amount_sek,
        authorisation_source=ground_of(data.commitment_authorisation),
        hurdle=data.hurdle.effect_per_krona,
        rule_set=rule_set_of(data),
        contact=contact,
    )
    _add_frames(call, data)
    MeasureType.objects.bulk_create(
        MeasureType(
            call=call,
            code=kind.key,
            name=kind.title,
            description=kind.description,
            is_wish=kind.wish,
            source=ground_of(kind),
        )
        for kind in data.measure_types
    )
    Criterion.objects.bulk_create(
        Criterion(
            call=call,
            code=criterion.key,
            name=criterion.title,
            question=criterion.question,
            weight=criterion.weight,
            levels=[plain(level) for level in criterion.levels],
            source=ground_of(criterion),
        )
        for criterion in data.criteria
    )
    for fact in data.facts:
        DatedFact.objects.get_or_create(
            code=fact.key,
            valid_from=fact.valid_from,
            defaults={
                "name": fact.title,
                "value": fact.value,
                "low": fact.low,
                "high": fact.high,
                "unit": fact.unit,
                "source": ground_of(fact),
                "is_assumption": not fact.is_quoted,
            },
        )
    record(by=by, verb="created", subject=call, details={"slug": call.slug, "rules": data.rules.id})
    return call


def _add_frames(call: Call, data: reference.Call) -> None:
    for row in data.frames:
        frame, is_new = Frame.objects.get_or_create(
            year=row.year, defaults={"amount_sek": row.amount_sek, "source": ground_of(row)}
        )
        if not is_new and frame.amount_sek != row.amount_sek:
            message = _("Ramen för %(year)s är redan fastställd till ett annat belopp.") % {"year": row.year}
            raise DoesNotHold([Problem(message, field="frames", rule="frame_is_one_for_all_calls")])
    for row in data.earlier_commitments:
        EarlierCommitment.objects.get_or_create(
            year=row.year,
            decision=row.note or call.title,
            defaults={"amount_sek": row.amount_sek, "source": ground_of(row)},
        )


@transaction.atomic
def publish_call(*, by: Person | None, call: Call) -> Call:
    if by is not None:
        require(rules.may_prepare_calls(by))
    fresh = Call.objects.select_for_update().get(pk=call.pk)
    if fresh.published_at is not None:
        raise WrongState(
            _("Utlysningen publicerades den %(day)s.") % {"day": in_words(clock.day_of(fresh.published_at))}
        )
    fresh.published_at = clock.now()
    fresh.save(update_fields=["published_at"])
    record(by=by, verb="published", subject=fresh)
    return fresh


@transaction.atomic
def give_late_access(*, by: Person, call: Call, region: Organisation, until: dt.date, reason: str) -> LateAccess:
    """One region may hand in until the end of a Swedish day, for a reason that is kept."""
    require(rules.may_give_late_access(by))
    problems = reason_is_given(reason)
    if region.kind != Kind.REGION:
        message = _("Bara en region kan få senare inlämning. Välj en region.")
        problems.append(Problem(message, field="region", rule="late_access_is_for_a_region"))
    if until < clock.today() or until <= call.closes_on:
        message = _("Dagen ska ligga efter utlysningens sista dag, %(day)s, och inte ha varit. Välj en senare dag.")
        problems.append(
            Problem(message % {"day": in_words(call.closes_on)}, field="until", rule="late_access_is_later")
        )
    holds(problems)
    access = LateAccess.objects.create(
        call=call, region=region, until=until, reason=reason.strip(), given_by=by, given_at=clock.now()
    )
    record(
        by=by,
        verb="late_access_given",
        subject=call,
        details={"region": region.code, "until": until.isoformat(), "reason": access.reason},
    )
    return access


def ground_of(thing: reference.Grounded) -> str:
    """Where a figure comes from, in one text: the source with its words, and what was assumed."""
    quoted = f"{thing.source}: ”{thing.quote}”" if thing.is_quoted else ""
    return "\n".join(part for part in (quoted, thing.assumption) if part)


def rule_set_of(data: reference.Call) -> dict[str, Any]:
    """The law of the call and what only its documents say, as JSON."""
    return {
        **plain(data.rules),
        "conditions": [plain(condition) for condition in data.conditions],
        "sources": [plain(source) for source in data.sources],
        "window": plain(data.window),
        "authorisation_years": list(data.commitment_authorisation.years),
    }


def plain(value: Any) -> Any:
    """Frozen dataclasses, dates and decimals as plain JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value
