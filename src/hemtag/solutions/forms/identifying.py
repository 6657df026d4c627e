"""Input to tips, needs and merging."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hemtag.organisations.fields import InTheNameOf, VersionedForm

from ..queries.catalogue import KINDS


def long_text(label: Any, help_text: Any = "", *, rows: int = 3, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class TipFields(forms.Form):
    """The eight fields of a tip, in the order in which one tells of it to a colleague."""

    title = forms.CharField(label=_("Lösningens namn"), max_length=160)
    problem = long_text(_("Vilket problem löser den?"), _("För vem, och var i vården?"))
    summary = long_text(
        _("Hur går det till?"), _("Så att en kollega i en annan region förstår om det kan passa dem."), rows=4
    )
    effect = long_text(
        _("Vad har ni sett?"),
        _("Med siffra och enhet: 40 minuter mindre dokumentation per läkare och dag. Ett påstående räcker här."),
        required=False,
    )
    kind = forms.ChoiceField(label=_("Slag av lösning"), choices=[("", _("Välj slag")), *KINDS])
    specialty = forms.CharField(
        label=_("Verksamhetsområde"), max_length=80, help_text=_("Till exempel primärvård, bilddiagnostik.")
    )
    contact = forms.CharField(
        label=_("Vem kan berätta mer?"),
        max_length=200,
        required=False,
        help_text=_("En funktion eller brevlåda är bättre än ett namn. Visas öppet."),
    )
    link = forms.CharField(
        label=_("Länk till mer"),
        max_length=300,
        required=False,
        widget=forms.URLInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )


class TipForm(InTheNameOf, TipFields):
    field_order = ["region", "title", "problem", "summary", "effect", "kind", "specialty", "contact", "link"]


class EditTipForm(VersionedForm, TipFields):
    field_order = ["title", "problem", "summary", "effect", "kind", "specialty", "contact", "link", "version"]


class NeedForm(InTheNameOf):
    title = forms.CharField(label=_("Behovet i en mening"), max_length=160)
    problem = long_text(_("Hur är det i dag?"), _("Vad är problemet, och för vem?"), rows=4)
    baseline = long_text(
        _("Hur stort är det?"),
        _("Med siffra, enhet och hur det är mätt. Lämna tomt om det inte är mätt."),
        required=False,
    )
    specialty = forms.CharField(label=_("Verksamhetsområde"), max_length=80)


class ShareNeedForm(InTheNameOf):
    note = long_text(_("Hur är det hos er?"), rows=2, required=False)


class SolutionNamed(forms.Form):
    """Points at a solution: one of those that were proposed, or any by its address or name."""

    pick = forms.ChoiceField(label=_("Vilken lösning?"), choices=(), widget=forms.RadioSelect, required=False)
    other = forms.CharField(
        label=_("Någon annan"),
        max_length=400,
        required=False,
        help_text=_("Adressen till lösningens sida, eller hela namnet."),
    )

    def __init__(self, *args: Any, proposed: Iterable[Any] = (), find: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.find = find
        field = self.fields["pick"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(row.slug, f"{row.title} ({row.owner.short_name})") for row in proposed]
        if not field.choices:
            del self.fields["pick"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        text = data.pop("other", "").strip() or data.get("pick", "")
        data.pop("pick", None)
        found = self.find(text) if text and self.find else None
        if found is None:
            words = _("Ingen sådan lösning finns, eller så är den stängd.") if text else _("Välj en lösning.")
            self.add_error("other", words)
        data["solution"] = found
        return data


class AnswerNeedForm(InTheNameOf, SolutionNamed):
    note = long_text(_("Hur svarar den på behovet?"), rows=2)
    field_order = ["region", "pick", "other", "note"]


class MergeForm(SolutionNamed):
    reason = long_text(_("Hur syns det att det är samma lösning?"), _("Visas på båda lösningarnas sidor."), rows=3)

    def values(self) -> dict[str, Any]:
        return {"into": self.cleaned_data["solution"], "reason": self.cleaned_data["reason"]}


class ReasonForm(forms.Form):
    reason = long_text(_("Skäl"), rows=2)
