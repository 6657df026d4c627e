"""Input to the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import SolutionState


class SettleForm(forms.Form):
    to = forms.ChoiceField(label=_("Vad ska hända?"), choices=(), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Skäl"), widget=forms.Textarea(attrs={"rows": 4}), help_text=_("Visas på lösningens sida.")
    )
    successor = forms.CharField(
        label=_("Ersätts av"),
        required=False,
        max_length=400,
        help_text=_("Adressen till lösningen som kommer i stället, eller hela namnet. Bara när den ersätts."),
    )

    def __init__(self, *args: Any, states: Iterable[SolutionState], find: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = list(states)
        self.find = find
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(state.value, state.label) for state in known]
        if SolutionState.SUPERSEDED not in known:
            del self.fields["successor"]

    def clean_to(self) -> SolutionState:
        return SolutionState(self.cleaned_data["to"])

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        text = data.pop("successor", "")
        return {**data, "leads_to": self.find(text) if text and self.find else None}
