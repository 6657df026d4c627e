"""Input to what one follows."""

from __future__ import annotations

from django import forms

from ..models import SolutionKind


class AreaForm(forms.Form):
    specialty = forms.CharField(required=False, max_length=80)
    kind = forms.ChoiceField(required=False, choices=[("", ""), *SolutionKind.choices])
