"""Input to what the catalogue tells of a solution."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hemtag.organisations.fields import VersionedForm

from ..queries.writing import EFFORTS, REGULATIONS


def _long(label: Any, help_text: Any = "", rows: int = 10) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=20_000,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class TextsForm(VersionedForm):
    plain = _long(
        _("Kort beskrivning"),
        _(
            "Två minuters läsning, högst 400 ord, för den som inte är specialist: vad är problemet, vad gör man, "
            "vad har det gett, vad krävs?"
        ),
        rows=14,
    )
    target_groups = forms.CharField(
        label=_("För vem?"),
        required=False,
        max_length=200,
        help_text=_("Till exempel: verksamhetschefer i primärvård, medicinska sekreterare."),
    )
    effect = _long(_("Effekt"), _("Vad ni har sett, med siffra och enhet."), rows=3)
    effort = forms.ChoiceField(label=_("Insats för att införa"), required=False, choices=EFFORTS)
    regulation = forms.ChoiceField(label=_("Regulatorisk klass"), required=False, choices=REGULATIONS)
    contact = forms.CharField(
        label=_("Kontakt"),
        required=False,
        max_length=200,
        help_text=_("En funktion eller brevlåda är bättre än ett namn."),
    )
    link = forms.URLField(label=_("Länk"), required=False, max_length=300, assume_scheme="https")
    title_en = forms.CharField(label=_("Namn på engelska"), required=False, max_length=160)
    plain_en = _long(_("Kort beskrivning på engelska"), _("För dem som söker i katalogen från andra länder."))
