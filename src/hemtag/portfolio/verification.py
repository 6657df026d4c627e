"""Whether a published result holds for a round, by the stand-alone checker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .check import check
from .model import Round
from .selection import Selection


def verify(r: Round, result: Selection | Mapping[str, Any]) -> list[str]:
    """What is wrong with the result; an empty list when everything holds. Never raises for a malformed result."""
    data = result.as_dict() if isinstance(result, Selection) else result
    try:
        return check(r.data, data, r.sha256)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ZeroDivisionError) as error:
        return [f"Resultatet har fel form: {type(error).__name__} {error}"]
