"""Input to obstacles, underlag and reuse."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hemtag.organisations.fields import DateField, InTheNameOf, VersionedForm

from .models import Obstacle, ObstacleKind, ReuseKind, UnderlagKind

LONG = {"rows": 12}


class ObstacleForm(InTheNameOf):
    kind = forms.ChoiceField(label=_("Vad handlar hindret om?"), choices=ObstacleKind, widget=forms.RadioSelect)
    title = forms.CharField(
        label=_("Hindret i en mening"),
        max_length=160,
        help_text=_("Till exempel: ”Oklart om tal i vårdmötet får behandlas utan samtycke”."),
    )
    description = forms.CharField(
        label=_("Vad är det som stoppar?"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Vad ni har försökt, vad det kostar er och vad som skulle lösa det."),
    )

    def clean_kind(self) -> ObstacleKind:
        return ObstacleKind(self.cleaned_data["kind"])


class _UnderlagFields(forms.Form):
    title = forms.CharField(label=_("Titel"), max_length=160)
    summary = forms.CharField(
        label=_("Sammanfattning"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=_("Vad gäller, i två meningar."),
    )
    body = forms.CharField(
        label=_("Underlaget"),
        widget=forms.Textarea(attrs=LONG),
        required=False,
        help_text=_("Det som en annan region behöver för att kunna lita på det. Minst 200 tecken vid publicering."),
    )
    conditions = forms.CharField(
        label=_("Förutsättningar"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text=_("Under vilka förutsättningar det gäller och när det slutar gälla."),
    )
    hours_to_make = forms.IntegerField(label=_("Arbetstid att ta fram, timmar"), min_value=0, max_value=20_000)
    valid_until = DateField(label=_("Gäller till och med"), required=False)
    obstacles = forms.ModelMultipleChoiceField(
        label=_("Hinder som det hjälper mot"),
        queryset=Obstacle.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["obstacles"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Obstacle.objects.all()


class NewUnderlagForm(_UnderlagFields, InTheNameOf):
    kind = forms.ChoiceField(label=_("Slag av underlag"), choices=[("", _("Välj slag")), *UnderlagKind.choices])
    field_order = ["region", "kind", "title"]

    def clean_kind(self) -> UnderlagKind:
        return UnderlagKind(self.cleaned_data["kind"])


class EditUnderlagForm(_UnderlagFields, VersionedForm):
    pass


class ReuseForm(InTheNameOf):
    kind = forms.ChoiceField(label=_("Hur används underlaget hos er?"), choices=ReuseKind, widget=forms.RadioSelect)
    hours_spent = forms.IntegerField(
        label=_("Timmar ni har lagt på att ta i bruk det"),
        min_value=0,
        help_text=_("Läsa in sig, anpassa, besluta."),
    )
    hours_alone = forms.IntegerField(
        label=_("Timmar det hade tagit att göra det själva"),
        min_value=0,
        help_text=_("Er egen uppskattning. Skriv 0 om ni inte skulle ha gjort det alls: då har ni inget sparat."),
    )
    note = forms.CharField(
        label=_("Anmärkning"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=_("Vad ni ändrade, eller varför det inte är tillämpligt."),
    )

    def clean_kind(self) -> ReuseKind:
        return ReuseKind(self.cleaned_data["kind"])


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Skäl"), widget=forms.Textarea(attrs={"rows": 4}))
