"""Other state support that the delegation has recorded, so that the same measure is not paid twice (§ 5)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import WrongState, holds, require

from .. import rules
from ..checks.editing import reason_is_given, support_is_whole
from ..models import StateSupport


@transaction.atomic
def record_state_support(
    *,
    by: Person,
    region: Organisation,
    measure: str,
    grantor: str,
    from_year: int,
    to_year: int,
    source: str,
    amount_sek: int | None = None,
) -> StateSupport:
    require(rules.may_record_state_support(by))
    texts = {"measure": measure.strip(), "grantor": grantor.strip(), "source": source.strip()}
    holds(support_is_whole(from_year=from_year, to_year=to_year, amount_sek=amount_sek, **texts))
    support = StateSupport.objects.create(
        region=region,
        from_year=from_year,
        to_year=to_year,
        amount_sek=amount_sek,
        recorded_by=by,
        recorded_at=clock.now(),
        **texts,
    )
    details = {"region": region.code, "from_year": from_year, "to_year": to_year, "amount_sek": amount_sek, **texts}
    record(by=by, verb="state_support_recorded", subject=support, details=details)
    return support


@transaction.atomic
def strike_state_support(*, by: Person, support: StateSupport, reason: str) -> StateSupport:
    """A line that was wrong is kept, with why, and no longer compared with what is applied for."""
    require(rules.may_record_state_support(by))
    holds(reason_is_given(reason))
    fresh = StateSupport.objects.select_for_update(of=("self",)).get(pk=support.pk)
    if fresh.struck_at:
        raise WrongState(_("Raden är redan struken."))
    fresh.struck_at, fresh.struck_reason = clock.now(), reason.strip()
    fresh.save(update_fields=["struck_at", "struck_reason"])
    record(by=by, verb="state_support_struck", subject=fresh, details={"reason": fresh.struck_reason})
    return fresh
