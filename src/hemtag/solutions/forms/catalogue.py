"""Input to the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hemtag.organisations.fields import InTheNameOf

from ..models import SolutionKind, SolutionState


class ProposeForm(InTheNameOf):
    title = forms.CharField(label=_("Lösningens namn"), max_length=160)
    kind = forms.ChoiceField(label=_("Slag av lösning"), choices=[("", _("Välj slag")), *SolutionKind.choices])
    specialty = forms.CharField(
        label=_("Verksamhetsområde"), max_length=80, help_text=_("Till exempel primärvård, bilddiagnostik.")
    )
    problem = forms.CharField(label=_("Vilket problem löser den?"), widget=forms.Textarea(attrs={"rows": 4}))
    summary = forms.CharField(
        label=_("Hur går det till, och vad har ni sett?"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Skriv så att en kollega i en annan region förstår om det kan passa dem."),
    )

    def clean_kind(self) -> SolutionKind:
        return SolutionKind(self.cleaned_data["kind"])


class SettleForm(forms.Form):
    to = forms.ChoiceField(label=_("Vad ska hända?"), choices=(), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Skäl"), widget=forms.Textarea(attrs={"rows": 4}), help_text=_("Visas på lösningens sida.")
    )

    def __init__(self, *args: Any, states: Iterable[SolutionState], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(state.value, state.label) for state in states]

    def clean_to(self) -> SolutionState:
        return SolutionState(self.cleaned_data["to"])
