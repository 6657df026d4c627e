"""Recording other state support."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hemtag.organisations.fields import MoneyField
from hemtag.organisations.models import Organisation

from .acts import RegionField

YEARS = {"min_value": 2000, "max_value": 2100}


class StateSupportForm(forms.Form):
    region = RegionField(label=_("Region"), empty_label=_("Välj region"))
    measure = forms.CharField(
        label=_("Vad stödet gäller"),
        help_text=_("Med de ord som åtgärden brukar kallas vid: jämförelsen med ansökningarna går på orden."),
        max_length=200,
    )
    grantor = forms.CharField(label=_("Vem som har beviljat stödet"), max_length=120)
    from_year = forms.IntegerField(label=_("Första år"), **YEARS)
    to_year = forms.IntegerField(label=_("Sista år"), **YEARS)
    amount_sek = MoneyField(label=_("Belopp i kronor"), required=False)
    source = forms.CharField(
        label=_("Källa"), help_text=_("Beslut, diarienummer eller adress."), widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, *args: Any, regions: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = Organisation.objects.filter(pk__in=[region.pk for region in regions])


class StrikeForm(forms.Form):
    reason = forms.CharField(label=_("Varför är raden fel?"), widget=forms.Textarea({"rows": 3}), max_length=2_000)
