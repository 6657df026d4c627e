"""Input after the decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hemtag.organisations.fields import DateField, InTheNameOf, MoneyField, VersionedForm
from hemtag.solutions.models import SolutionKind

from .checks import MOST_HOURS
from .models import RecoveryGround

SHORT, LONG = {"rows": 3}, {"rows": 8}


class PrepareForm(forms.Form):
    amount = MoneyField(label=_("Belopp"))
    reason = forms.CharField(
        label=_("Skäl till att medel hålls inne"),
        widget=forms.Textarea(attrs=SHORT),
        required=False,
        help_text=_("Bara om beloppet är lägre än i planen (17 §)."),
    )


class PaidForm(forms.Form):
    on = DateField(label=_("Betalningsdag"))
    reference = forms.CharField(label=_("Betalningsreferens"), max_length=80)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Skäl"), widget=forms.Textarea(attrs=SHORT))


class HoursForm(InTheNameOf):
    """One field per granted block: hours of one region and half-year."""

    starts_on = forms.ChoiceField(label=_("Period"), widget=forms.HiddenInput)

    def __init__(self, *args: Any, blocks: Iterable[Any], periods: Iterable[dt.date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.blocks = list(blocks)
        field = self.fields["starts_on"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(day.isoformat(), period_label(day)) for day in periods]
        for block in self.blocks:
            self.fields[f"block_{block.pk}"] = forms.IntegerField(
                label=_("%(number)s. %(title)s, timmar") % {"number": block.number, "title": block.title},
                min_value=0,
                max_value=MOST_HOURS,
                widget=forms.NumberInput(attrs={"class": "num short"}),
            )

    def clean_starts_on(self) -> dt.date:
        return dt.date.fromisoformat(self.cleaned_data["starts_on"])

    def hours(self) -> dict[int, int]:
        return {block.pk: self.cleaned_data[f"block_{block.pk}"] for block in self.blocks}


def period_label(starts_on: dt.date) -> str:
    if starts_on.month == 1:
        return str(_("Januari–juni %(year)s") % {"year": starts_on.year})
    return str(_("Juli–december %(year)s") % {"year": starts_on.year})


class DistributeForm(forms.Form):
    basis_from = DateField(label=_("Arbetstid från och med"))
    basis_to = DateField(label=_("Arbetstid till och med"))


class PartForm(VersionedForm, InTheNameOf):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    text = forms.CharField(
        label=_("Vad har regionen gjort?"),
        widget=forms.Textarea(attrs=LONG),
        help_text=_("Genomförda åtgärder, avvikelser från planen och vad som återstår."),
    )
    cost = MoneyField(label=_("Regionens kostnad för åtgärderna hittills"))


class ProgressForm(VersionedForm):
    progress = forms.CharField(
        label=_("Hur har arbetet som helhet gått?"), widget=forms.Textarea(attrs={"rows": 12}), required=False
    )


class OpenRecoveryForm(forms.Form):
    ground = forms.ChoiceField(label=_("Grund (18 §)"), choices=RecoveryGround, widget=forms.RadioSelect)
    claimed = MoneyField(label=_("Belopp som kan komma att återkrävas"))
    facts = forms.CharField(label=_("Omständigheter"), widget=forms.Textarea(attrs=LONG))

    def clean_ground(self) -> RecoveryGround:
        return RecoveryGround(self.cleaned_data["ground"])


class HearForm(forms.Form):
    due_on = DateField(label=_("Svar senast"))


class StatementForm(forms.Form):
    statement = forms.CharField(label=_("Regionens yttrande"), widget=forms.Textarea(attrs=LONG))


class DecideForm(forms.Form):
    decided = MoneyField(label=_("Belopp att återbetala"))
    relief_reason = forms.CharField(
        label=_("Särskilda skäl för nedsättning"),
        widget=forms.Textarea(attrs=SHORT),
        required=False,
        help_text=_("Bara om beloppet sätts ned (19 §)."),
    )
    reasons = forms.CharField(
        label=_("Skäl för beslutet"),
        widget=forms.Textarea(attrs=LONG),
        help_text=_("Vilka regler som tillämpats och vilka omständigheter som avgjort."),
    )


class RepaidForm(forms.Form):
    on = DateField(label=_("Betalningsdag"))


class ToCatalogueForm(forms.Form):
    title = forms.CharField(label=_("Lösningens namn"), max_length=160)
    kind = forms.ChoiceField(label=_("Slag av lösning"), choices=[("", _("Välj slag")), *SolutionKind.choices])
    specialty = forms.CharField(label=_("Verksamhetsområde"), max_length=80)
    problem = forms.CharField(label=_("Vilket problem löser den?"), widget=forms.Textarea(attrs={"rows": 4}))
    summary = forms.CharField(label=_("Hur går det till?"), widget=forms.Textarea(attrs={"rows": 6}))

    def clean_kind(self) -> SolutionKind:
        return SolutionKind(self.cleaned_data["kind"])
