"""The smaller forms of the room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hemtag.organisations.fields import InTheNameOf, MoneyField, VersionedForm

from ..fields import NumberField


class CopyForm(InTheNameOf):
    title = forms.CharField(label=_("Kopians namn"), max_length=160)


class FileForm(InTheNameOf):
    title = forms.CharField(
        label=_("Kalkylens namn"), max_length=160, required=False, help_text=_("Utelämnat: namnet i filen.")
    )
    file = forms.FileField(
        label=_("Fil"),
        allow_empty_file=True,
        help_text=_("En kalkyl som TOML eller JSON, eller rader med lågt, troligt och högt i Excel."),
    )


class ReplaceForm(VersionedForm):
    file = forms.FileField(label=_("Kalkylen som TOML eller JSON"), allow_empty_file=True)


class DetailsForm(VersionedForm):
    title = forms.CharField(label=_("Namn"), max_length=160)
    note = forms.CharField(
        label=_("Det läsaren bör veta först"), required=False, max_length=4000, widget=forms.Textarea({"rows": 5})
    )


class RunForm(forms.Form):
    name = forms.CharField(label=_("Vad körningen ska heta"), required=False, max_length=120)


class ShareForm(forms.Form):
    """Which regions read the case and adjust their own values, and whether anyone may read it."""

    regions = forms.MultipleChoiceField(
        label=_("Regioner som läser och anger egna värden"), required=False, widget=forms.CheckboxSelectMultiple
    )
    is_public = forms.BooleanField(label=_("Vem som helst får läsa kalkylen"), required=False)

    def __init__(self, *args: Any, regions: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {row.code: row for row in regions}
        field = self.fields["regions"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(code, row.short_name) for code, row in self.known.items()]

    def chosen(self) -> list[Any]:
        return [self.known[code] for code in self.cleaned_data["regions"]]


class SizesForm(VersionedForm):
    """A region's own figure for each driver. Field names are `<driver>-likely`, where a fault of the driver is shown."""

    def __init__(self, *args: Any, drivers: Mapping[str, Mapping[str, Any]], code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.drivers = drivers
        for name, row in drivers.items():
            self.fields[f"{name}-likely"] = NumberField(
                label=f"{row.get('label') or name} ({row.get('unit', '')})",
                initial=row.get("values", {}).get(code, row.get("default")),
            )

    def sizes(self) -> dict[str, float]:
        return {name: self.cleaned_data[f"{name}-likely"] for name in self.drivers}


class RealisedForm(InTheNameOf):
    """What one line has given in one region in one year."""

    line = forms.ChoiceField(label=_("Rad i kalkylen"))
    year = forms.IntegerField(label=_("År"), min_value=2000, max_value=2200)
    value_sek = MoneyField(
        label=_("Utfall"), signed=True, help_text=_("I kalkylens prisnivå. En kostnad skrivs med minus.")
    )
    uncertainty = NumberField(
        label=_("Hur säker är siffran? Plus minus, i procent"),
        initial=10,
        help_text=_("En bokförd kostnad: 1. En mätning på några enheter: 20 eller mer."),
    )
    source = forms.CharField(label=_("Hur det är mätt"), max_length=2000, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, lines: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["line"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(lines)

    def clean_uncertainty(self) -> Decimal:
        number = self.cleaned_data["uncertainty"]
        if not 0 <= number <= 1000:
            raise forms.ValidationError(_("Skriv ett tal mellan 0 och 1 000."))
        return Decimal(str(round(number / 100, 3)))
