"""How a handed-in application stands, on pages of rooms that know nothing of decisions: `{% load standing %}`."""

from __future__ import annotations

from typing import Any

from django import template

from hemtag.assessment.queries.standing import Standing, standing_of

from .hemtag import process

register = template.Library()


def _standing(context: Any, application: Any) -> Standing:
    """Read once per page: the bar and the notice share it."""
    kept: Standing | None = application.__dict__.get("_standing")
    if kept is None:
        kept = application.__dict__["_standing"] = standing_of(context["request"].user, application)
    return kept


@register.inclusion_tag("components/standing.html", takes_context=True)
def standing(context: Any, application: Any) -> dict[str, Any]:
    """What is asked of the region, or what was decided; nothing while there is nothing to tell."""
    return {"standing": _standing(context, application), "application": application}


@register.inclusion_tag("components/process.html", takes_context=True)
def standing_process(context: Any, application: Any) -> dict[str, Any]:
    """The process bar at the application's own step."""
    return process(_standing(context, application).step)
