"""Input to questions, answers and reported faults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hemtag.organisations.fields import InTheNameOf

from ..checks.asking import LONGEST
from ..models import FaultState


def _text(label: Any, help_text: Any = "", rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": rows})
    )


class AskForm(InTheNameOf):
    to = forms.ChoiceField(label=_("Till vem?"), choices=())
    text = _text(_("Din fråga"), _("Frågan och svaret kan läsas av alla. Skriv inget om enskilda patienter."))

    def __init__(self, *args: Any, whom: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(whom)


class AnswerForm(InTheNameOf):
    text = _text(_("Svar"), _("Svaret kan läsas av alla, med regionens namn."))


class CloseForm(forms.Form):
    reason = _text(
        _("Varför avslutas frågan?"), _("Till exempel: svaret räcker, eller den som frågades kan inte svara."), rows=2
    )


class FaultForm(forms.Form):
    place = forms.ChoiceField(label=_("Vad gäller det?"), choices=())
    text = _text(_("Vad är fel, och vad borde stå?"), _("Skriv inga personuppgifter."))
    # Hidden from people by the page's style; what fills in every field gives itself away.
    webbplats = forms.CharField(required=False, label=_("Webbplats"), max_length=200)

    def __init__(self, *args: Any, places: Mapping[str, str], signed_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Välj uppgift")), *places.items()]
        if signed_in:
            del self.fields["webbplats"]


class SettleFaultForm(forms.Form):
    to = forms.ChoiceField(label=_("Vad har ni kommit fram till?"), choices=(), widget=forms.RadioSelect)
    answer = forms.CharField(
        label=_("Svar till den som anmälde"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Visas för alla."),
    )

    def __init__(self, *args: Any, states: Iterable[FaultState], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(state.value, _WHAT[state]) for state in states]

    def clean_to(self) -> FaultState:
        return FaultState(self.cleaned_data["to"])


_WHAT = {
    FaultState.REPORTED: _("Ta upp det igen"),
    FaultState.CONFIRMED: _("Felet är bekräftat och ska rättas"),
    FaultState.MENDED: _("Felet är rättat"),
    FaultState.REFUSED: _("Det är inget fel"),
}
