"""One field at a time, as a page that saves by itself sends it: read as the whole form would read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import QueryDict

from hemtag.refusals import DoesNotHold, Problem

from .. import sections
from .acts import ParticipationForm
from .rows import EffectsForm, MeasuringPointsForm, RowsForm
from .texts import ApplicationForm, BlockForm, SubmissionForm

Raw = str | Sequence[str] | Mapping[str, Any]

# What is saved as one cell each: the field's name in the row's `touched`.
WHOLE = {sections.POINTS: "measuring_points", sections.EFFECTS: "effects"}
NOT_BY_ITSELF = {"version", "minutes"}


def read_cell(row: Any, kind: str, field: str, raw: Raw) -> Any:
    """The clean value of a field of this kind of section.

    Raises DoesNotHold with what is wrong, each problem at the name of its input; LookupError for an unknown field.
    """
    if kind in WHOLE:
        if field != WHOLE[kind] or not isinstance(raw, Mapping):
            raise LookupError(field)
        return _rows(MeasuringPointsForm if kind == sections.POINTS else EffectsForm, raw)
    form = _form(row, kind)
    if field not in form.fields or field in NOT_BY_ITSELF or isinstance(raw, Mapping):
        raise LookupError(field)
    reader = form.fields[field]
    reader.required = reader.required and field in form.needed_now
    try:
        return reader.clean(reader.widget.value_from_datadict(_data({field: raw}), QueryDict(), field))
    except ValidationError as wrong:
        raise DoesNotHold(Problem(str(message), field=field) for message in wrong.messages) from wrong


def _form(row: Any, kind: str) -> Any:
    if kind == sections.COMMON:
        return SubmissionForm()
    if kind == sections.TEXT:
        return ApplicationForm(application=row)
    if kind == sections.BLOCK:
        return BlockForm(block=row)
    if kind == sections.REGION:
        return ParticipationForm(participant=row)
    raise LookupError(kind)


def _rows(form_class: type[RowsForm], raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    form = form_class(_data({**raw, "version": "1"}))
    if form.is_valid():
        return list(form.values())
    problems = [Problem(message) for _name, message in _errors(form)]
    problems += [Problem(str(message)) for message in form.rows.non_form_errors()]
    for place, row in enumerate(form.rows, start=1):
        for name, message in _errors(row):
            where = f"{place}. {row.fields[name].label}: " if name else f"{place}. "
            problems.append(Problem(where + message, field=row.add_prefix(name) if name else ""))
    raise DoesNotHold(problems)


def _errors(form: Form) -> list[tuple[str, str]]:
    return [
        ("" if name == "__all__" else name, str(message)) for name, found in form.errors.items() for message in found
    ]


def _data(raw: Mapping[str, Any]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in raw.items():
        values = value if isinstance(value, list | tuple) else [value]
        data.setlist(str(name), [str(each) for each in values])
    return data
