"""Numbers as people write them: 1,5 and 12 000, shown with a decimal comma."""

from __future__ import annotations

import math
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LARGEST = 1e15


def number_of(text: str) -> float | None:
    """'1 200,5' → 1200.5, '' → None. A point is read as a comma. Raises ValidationError with what to write instead."""
    bare = re.sub(r"\s", "", text).replace("\u2212", "-")
    if (get_language() or "sv").startswith("en") and re.fullmatch(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", bare):
        bare = bare.replace(",", "")
    bare = bare.replace(",", ".")
    if not bare:
        return None
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?(e-?[0-9]{1,2})?", bare, re.IGNORECASE):
        raise ValidationError(_("Skriv ett tal, till exempel 1,5 eller 12 000."), code="invalid")
    found = float(bare)
    if not math.isfinite(found) or abs(found) > LARGEST:
        raise ValidationError(_("Talet är för stort. Kontrollera enheten."), code="too_large")
    return found


def in_text(number: float | None) -> str:
    """A number for a field: a decimal comma in Swedish, no grouping, no superfluous zeros."""
    if number is None:
        return ""
    text = f"{number:.10g}"
    if "e" in text:
        text = f"{number:.12f}".rstrip("0").rstrip(".")
    return text if (get_language() or "sv").startswith("en") else text.replace(".", ",")


class NumberField(forms.Field):
    """A number, or None where it is not required."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.TextInput({"class": "num short", "inputmode": "decimal", "autocomplete": "off"})
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> float | None:
        return float(value) if isinstance(value, int | float) else number_of(str(value or ""))

    def prepare_value(self, value: Any) -> Any:
        return in_text(float(value)) if isinstance(value, int | float) else value
