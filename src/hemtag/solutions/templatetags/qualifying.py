"""Evidence drawn as intervals, and how a solution stands in the process: `{% load qualifying %}`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import template
from django.utils import formats
from django.utils.translation import gettext as _

from hemtag.benefits.pictures.bars import Bar, piece
from hemtag.benefits.pictures.scales import Scale, ticks

from .. import rules
from ..criteria import FIELDS
from ..queries import identifying, processing, qualifying

register = template.Library()


@register.filter
def plain(value: Decimal | None) -> str:
    """A number as it was written, with a decimal comma and no zeros at the end."""
    if value is None:
        return "–"
    text = f"{value.normalize():f}" if value else "0"
    return formats.localize_input(Decimal(text)).replace("-", "−")


@dataclass(frozen=True)
class Line:
    """One piece of evidence on its scale; places in per cent of the width."""

    item: Any
    bar: Bar | None
    at: float
    is_good: bool


@dataclass(frozen=True)
class Scaled:
    """Evidence of the same measure: effects in different units never share a scale."""

    measure: str
    lines: Sequence[Line]
    no_effect: float
    no_effect_value: Decimal
    marks: Sequence[tuple[float, str, str]]
    better: str


@register.inclusion_tag("solutions/evidence_picture.html")
def evidence_picture(shown: Iterable[Any]) -> dict[str, Any]:
    groups: dict[tuple[str, Decimal, bool], list[Any]] = {}
    for one in shown:
        item = one.item
        if item.effect is not None and item.retracted_at is None:
            groups.setdefault((item.measure.strip(), item.no_effect, item.lower_is_better), []).append(item)
    return {"groups": [_scaled(key, items) for key, items in groups.items()]}


def _scaled(key: tuple[str, Decimal, bool], items: Sequence[Any]) -> Scaled:
    measure, no_effect, lower = key
    values = [
        no_effect,
        *(value for item in items for value in (item.effect, item.low, item.high) if value is not None),
    ]
    over = ticks(float(value) for value in values)
    scale = Scale(over.low, over.high, 0, 100)
    ends = [(0.0, over.low, "start"), (100.0, over.high, "end")]
    marks = [(at, plain(Decimal(repr(value))), anchor) for at, value, anchor in ends]
    better = _("Längre åt vänster är bättre.") if lower else _("Längre åt höger är bättre.")
    return Scaled(measure, [_line(item, scale) for item in items], scale(float(no_effect)), no_effect, marks, better)


def _line(item: Any, scale: Scale) -> Line:
    bar = piece(scale, float(item.low), float(item.high)) if item.low is not None else None
    good = item.effect < item.no_effect if item.lower_is_better else item.effect > item.no_effect
    return Line(item, bar, scale(float(item.effect)), good and not item.failed)


@register.filter
def waits_for_word(solution: Any) -> str:
    """Whose turn it is, without naming a person: the page is open."""
    wait = processing.WAITS.get(solution.state)
    if wait is None:
        return ""
    owner = solution.waits_for_id is not None or wait.who == "owner"
    return solution.owner.short_name if owner else _("katalogredaktionen")


@register.filter
def expert_in(field: str) -> str:
    return str(FIELDS.get(field, "–"))


@register.inclusion_tag("solutions/part_identifying.html", takes_context=True)
def standing_in_process(context: Any, solution: Any) -> dict[str, Any]:
    """On a solution's page: whose turn it is, the needs it answers, what it was merged with, and what one may do."""
    person = context["request"].user
    return {
        "solution": solution,
        "needs": identifying.needs_answered_by(solution),
        "merged": identifying.merged_into(solution),
        "may_mend": identifying.may_mend_tip(person, solution),
        "is_editor": bool(rules.may_try(person)),
        "gate": qualifying.gate_at(solution),
        "is_late": solution.due_on is not None and solution.due_on < processing.clock.today(),
    }
