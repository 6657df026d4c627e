"""Other state support that is recorded: all of it for the delegation, its own for a region."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from hemtag.organisations.models import Kind
from hemtag.organisations.rules import is_auditor, regions_of

from .. import rules
from ..models import StateSupport


def state_supports_for(person: Any) -> QuerySet[StateSupport]:
    rows = StateSupport.objects.select_related("region", "recorded_by").filter(region__kind=Kind.REGION)
    if rules.may_record_state_support(person) or is_auditor(person):
        return rows
    return rows.filter(region__in=[region.pk for region in regions_of(person)])


def state_support_for(person: Any, pk: int) -> StateSupport:
    """Raises StateSupport.DoesNotExist."""
    return state_supports_for(person).get(pk=pk)
