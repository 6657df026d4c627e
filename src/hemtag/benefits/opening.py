"""A case from an uploaded file: TOML or JSON as it is, Excel by way of the room's sheets."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hemtag.refusals import DoesNotHold, Problem, holds
from hemtag.valuation import NotACaseFile
from hemtag.valuation.reading import plain_case

from . import checks, sheets

ZIP = b"PK\x03\x04"


def case_in(content: bytes, name: str) -> dict[str, Any]:
    """The case's data, not yet tried. Raises DoesNotHold for what cannot be read at all."""
    holds(checks.file_is_no_larger_than_a_case(content))
    if content.startswith(ZIP) or name.lower().endswith((".xlsx", ".xls", ".ods")):
        return sheets.read(content)
    try:
        data = plain_case(content)
    except NotACaseFile as refusal:
        message = _("Filen går inte att läsa: %(why)s. Spara den som TOML, JSON eller Excel.") % {"why": refusal}
        raise DoesNotHold([Problem(message, field="file", rule="file_is_a_case")]) from refusal
    if not isinstance(data, dict):
        message = _("Filen innehåller ingen kalkyl. Så ser en ut: data/cases/exempel.toml.")
        raise DoesNotHold([Problem(message, field="file", rule="file_is_a_case")])
    return data
