"""How far a solution has come, on its own page: `{% load adopting %}`. Nothing here asks the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django import template

from hemtag import clock

from .. import showing
from ..queries import adopting
from ..queries.adopting import RegionStage

register = template.Library()


@register.simple_tag
def adoption_sentence(stages: Iterable[RegionStage]) -> str:
    return showing.sentence(adopting.counts(stages, clock.today()), None)


@register.filter
def begun(stages: Iterable[RegionStage]) -> Sequence[RegionStage]:
    """The regions that have said anything, the ones in use first."""
    rows = [row for row in stages if row.step]
    return sorted(rows, key=lambda row: (not row.is_used, row.region.code))


@register.filter
def point(value: float) -> str:
    """A place in a drawing: always with a decimal point, whatever the language of the page."""
    return f"{value:g}"


@register.filter
def is_confirmed(row: RegionStage, today: object) -> bool:
    return row.is_confirmed(clock.today())
