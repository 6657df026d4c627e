"""Naming a version, choosing two to compare, remarking, and beginning from what exists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hemtag.organisations.models import Organisation

from ..models import Application, Call, RemarkKind
from .acts import RegionField


class VersionForm(forms.Form):
    name = forms.CharField(
        label=_("Vad ska versionen heta?"),
        help_text=_("Till exempel ”Före styrgruppens möte”. Versionen kan sedan jämföras med andra."),
        max_length=120,
    )


class CompareForm(forms.Form):
    fran = forms.ChoiceField(label=_("Jämför"))
    till = forms.ChoiceField(label=_("med"))

    def __init__(self, *args: Any, versions: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(version.key, version.name) for version in versions]
        for name in ("fran", "till"):
            self.fields[name].choices = choices


class RemarkForm(forms.Form):
    section = forms.ChoiceField(label=_("Del av ansökan"))
    kind = forms.ChoiceField(label=_("Slag"), choices=RemarkKind.choices, widget=forms.RadioSelect)
    text = forms.CharField(label=_("Text"), widget=forms.Textarea({"rows": 3}), max_length=5_000)
    region = RegionField(
        label=_("Vem ska göra det?"),
        help_text=_("En region som deltar. Det syns på dess sida och räknas i dess utskick."),
        empty_label=_("Ingen särskild"),
        required=False,
    )

    def __init__(self, *args: Any, sections: Sequence[tuple[str, str]], regions: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].choices = sections
        self.fields["region"].queryset = Organisation.objects.filter(pk__in=regions)


class AnswerForm(forms.Form):
    text = forms.CharField(label=_("Svar"), widget=forms.Textarea({"rows": 2}), max_length=5_000)


class CopyForm(forms.Form):
    title = forms.CharField(label=_("Vad ska den nya ansökan heta?"), max_length=160)
    call = forms.ModelChoiceField(
        label=_("Utlysning"), queryset=Call.objects.none(), to_field_name="slug", empty_label=None
    )
    region = RegionField(label=_("Ansvarig region"), empty_label=None)
    invites = forms.BooleanField(
        label=_("Bjud in samma regioner och ta med deras kostnader"),
        help_text=_("Regionerna fattar nya beslut. Utan kryss följer bara den ansvariga regionens kostnader med."),
        required=False,
    )

    def __init__(self, *args: Any, calls: Iterable[Call], regions: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["call"].queryset = Call.objects.filter(pk__in=[call.pk for call in calls])
        self.fields["region"].queryset = Organisation.objects.filter(pk__in=[region.pk for region in regions])


class CopyBlockForm(forms.Form):
    into = forms.ModelChoiceField(
        label=_("Kopiera till ansökan"), queryset=Application.objects.none(), to_field_name="number", empty_label=None
    )

    def __init__(self, *args: Any, applications: Iterable[Application], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = Application.objects.filter(pk__in=[row.pk for row in applications])
