"""The one row that a section's cells are kept in, with as few questions as it takes: it is read at every saving."""

from __future__ import annotations

from typing import Any

from .. import sections
from ..models import Application, Block, Participant, Submission
from .applications import application_for

Row = Submission | Application | Block | Participant


def row_of(person: Any, number: str, section: sections.Section) -> tuple[Application, Row]:
    """Raises Application.DoesNotExist, Block.DoesNotExist or Participant.DoesNotExist."""
    application = application_for(person, number)
    return application, _row(application, section)


def _row(application: Application, section: sections.Section) -> Row:
    if section.kind == sections.COMMON:
        return application.submission
    if section.block is not None:
        block = application.blocks.get(number=section.block)
        block.application = application
        return block
    if section.region:
        participant = application.participants.select_related("region").get(region__code=section.region)
        participant.application = application
        return participant
    return application


def news(row: Row, bases: dict[str, int]) -> dict[str, dict[str, Any]]:
    """Which of the fields have been changed after the versions that the page has read: by whom, when, to what."""
    return {
        field: {**row.touched[field], "value": plain_value(row, field)}
        for field, base in bases.items()
        if field in row.touched and int(row.touched[field]["version"]) > base
    }


def plain_value(row: Row, field: str) -> Any:
    """A field as a form's input has it: text, or a list of keys; None for what is kept as rows."""
    if field in {"measuring_points", "effects"}:
        return None
    value = getattr(row, field)
    if hasattr(value, "values_list"):
        return [str(pk) for pk in value.values_list("pk", flat=True)]
    return "" if value is None else str(value)
