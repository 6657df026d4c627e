"""What a solution's page says of its package: `{% load packaging %}`."""

from __future__ import annotations

from typing import Any

from django import template

from ..queries import packaging as queries

register = template.Library()


@register.simple_tag
def package_of(solution: Any) -> Any:
    """The package that is out, with how many parts and files it has; None while there is none. One query."""
    return queries.package_in_short(solution)
