"""One uncertain value: low, likely, high, what they mean, unit, source, kind, and who judged it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hemtag.organisations.fields import VersionedForm

from ..fields import NumberField
from ..queries import EVIDENCE
from ..values import CONSTANT, FACT, KEPT, LIMITS, PERCENTILES, WAYS, Value, value_of

NEEDED = {LIMITS: ("low", "likely", "high"), PERCENTILES: ("low", "likely", "high"), CONSTANT: ("likely",)}


def complete(form: forms.Form, way: str, prefix: str = "") -> None:
    """Every number that the way asks for is given, and in order; said at the field."""
    cleaned = form.cleaned_data
    for name in NEEDED.get(way, ()):
        field = f"{prefix}{name}"
        if cleaned.get(field) is None and field not in form.errors:
            form.add_error(field, _("Skriv ett tal."))
    numbers = [cleaned.get(f"{prefix}{name}") for name in NEEDED.get(way, ())]
    if len(numbers) == 3 and None not in numbers:
        low, likely, high = numbers
        if low > high:
            form.add_error(f"{prefix}low", _("Det låga värdet är större än det höga. Byt plats på dem."))
        elif not low <= likely <= high:
            form.add_error(f"{prefix}likely", _("Det troliga ska ligga mellan det låga och det höga."))


class BeliefForm(VersionedForm):
    """The numbers and what they mean."""

    way = forms.ChoiceField(label=_("Vad lågt och högt betyder"))
    low = NumberField(label=_("Lågt"), required=False)
    likely = NumberField(label=_("Troligt"), required=False)
    high = NumberField(label=_("Högt"), required=False)

    def __init__(self, *args: Any, row: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        was = value_of(row)
        ways = [PERCENTILES, LIMITS, CONSTANT]
        if "fact" in row:
            ways.append(FACT)
        if was.way == KEPT:
            ways.append(KEPT)
        field = self.fields["way"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(way, WAYS[way]) for way in ways]
        asked = str(self.data.get("way", "")) if self.is_bound else str(self.initial.get("way", ""))
        for name in ("low", "likely", "high"):
            self.fields[name].required = name in NEEDED.get(asked, ())

    def clean(self) -> dict[str, Any]:
        super().clean()
        complete(self, self.cleaned_data.get("way", ""))
        return self.cleaned_data

    def value(self) -> Value:
        data = self.cleaned_data
        return Value(data["way"], data.get("low"), data.get("likely"), data.get("high"))

    @staticmethod
    def start(row: Mapping[str, Any], version: int) -> dict[str, Any]:
        value = value_of(row)
        return {"version": version, "way": value.way, "low": value.low, "likely": value.likely, "high": value.high}


class ValueForm(BeliefForm):
    """The shared belief of an input."""

    unit = forms.CharField(label=_("Enhet"), max_length=40)
    kind = forms.ChoiceField(label=_("Hur vet ni det?"), choices=list(EVIDENCE.items()))
    source = forms.CharField(
        label=_("Källa"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Dokument och sida, mätning och datum, eller skälet till antagandet."),
    )
    judged_by = forms.CharField(label=_("Vem har bedömt"), required=False, max_length=160)
    note = forms.CharField(label=_("Anmärkning"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2}))

    def clean(self) -> dict[str, Any]:
        super().clean()
        known = self.cleaned_data.get("kind")
        if known and known != "assumption" and not self.cleaned_data.get("source") and "fact" not in self.row:
            self.add_error("source", _("Ange källan, eller säg att det är ett antagande."))
        return self.cleaned_data

    def texts(self) -> dict[str, str]:
        names = ["unit", "kind", "source", "judged_by", "note"]
        if self.cleaned_data["way"] == FACT:  # unit, source and kind are the register's
            names = ["judged_by", "note"]
        return {name: self.cleaned_data[name] for name in names}

    @staticmethod
    def start(row: Mapping[str, Any], version: int, shown: Mapping[str, Any] | None = None) -> dict[str, Any]:
        seen = shown or {}
        return {
            **BeliefForm.start(row, version),
            "unit": row.get("unit") or seen.get("unit", ""),
            "kind": row.get("kind") or seen.get("kind") or "assumption",
            "source": row.get("source") or seen.get("source", ""),
            "judged_by": row.get("judged_by", ""),
            "note": row.get("note", ""),
        }


class OwnValueForm(BeliefForm):
    """A region's own belief; `take_back` returns to the shared one."""

    take_back = forms.BooleanField(label=_("Ta tillbaka: vi tror som de andra"), required=False)

    def clean(self) -> dict[str, Any]:
        if self.data.get("take_back"):
            for name in ("low", "likely", "high"):
                self.errors.pop(name, None)
            return self.cleaned_data
        return super().clean()
