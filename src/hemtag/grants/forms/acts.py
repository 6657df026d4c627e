"""The small forms of single acts, and the filter of the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from hemtag.grants.models import OtherSupport, Participant, SubmissionState
from hemtag.knowledge.documents import read_upload
from hemtag.organisations.fields import DateField, VersionedForm
from hemtag.organisations.models import Organisation
from hemtag.refusals import DoesNotHold

from .texts import MayWait


def _reason(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, widget=forms.Textarea({"rows": 3}), max_length=2_000)


class RegionField(forms.ModelChoiceField):
    """One of some regions, by county code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Organisation.objects.none(), to_field_name="code", **kwargs)


class StartForm(forms.Form):
    title = forms.CharField(
        label=_("Vad heter åtgärden?"),
        help_text=_("En kort titel som säger vad som görs. Den går att ändra fram till inlämningen."),
        max_length=160,
    )
    region = RegionField(label=_("Ansvarig region"), empty_label=None)

    def __init__(self, *args: Any, regions: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["region"]
        field.queryset = Organisation.objects.filter(pk__in=[region.pk for region in regions])
        if len(regions) == 1:
            field.initial = regions[0].code
            field.widget = forms.HiddenInput()


class ParticipationForm(MayWait, VersionedForm):
    """A region's own decision. Everything may be saved half done; what is missing is shown until it is there."""

    needed_now = ("version",)

    decided_on = DateField(label=_("Beslutsdag"), help_text=_("Till exempel 2026-05-20 eller 20 maj 2026."))
    body = forms.CharField(label=_("Beslutande organ"), help_text=_("Till exempel regionstyrelsen."), max_length=120)
    paragraph = forms.CharField(
        label=_("Paragraf"),
        help_text=_("Till exempel § 112."),
        max_length=40,
        widget=forms.TextInput({"class": "short"}),
    )
    minutes = forms.FileField(
        label=_("Protokoll"),
        help_text=_("PDF, PNG, JPG, DOCX eller XLSX, högst 20 MB. En ny fil ersätter den förra."),
        max_length=200,
    )
    other_support = forms.ChoiceField(
        label=_("Får regionen annat statligt stöd för åtgärden?"),
        help_text=_("Bidrag lämnas inte för en åtgärd som regionen får annat statligt stöd för (5 §)."),
        choices=[choice for choice in OtherSupport.choices if choice[0]],
        widget=forms.RadioSelect,
    )
    other_support_text = forms.CharField(
        label=_("Vilket stöd, om svaret är ja?"), widget=forms.Textarea({"rows": 3}), max_length=5_000, required=False
    )

    def __init__(self, *args: Any, participant: Participant, **kwargs: Any) -> None:
        super().__init__(*args, initial=self.start(participant), **kwargs)
        self.fields["minutes"].required = participant.minutes_id is None

    def clean_minutes(self) -> tuple[str, bytes] | None:
        upload = self.cleaned_data["minutes"]
        if not isinstance(upload, UploadedFile):
            return None
        try:
            return upload.name or "", read_upload(upload, to_store=True)
        except DoesNotHold as refusal:
            raise forms.ValidationError([str(problem) for problem in refusal.problems]) from refusal

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("other_support") == OtherSupport.SOME and not cleaned.get("other_support_text"):
            self.add_error("other_support_text", _("Skriv vilket stöd det gäller, från vem och hur mycket."))
        return cleaned

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name != "minutes"}

    @staticmethod
    def start(participant: Participant) -> dict[str, Any]:
        names = ("version", "decided_on", "body", "paragraph", "other_support", "other_support_text")
        return {name: getattr(participant, name) for name in names}


class WithdrawForm(forms.Form):
    reason = _reason(_("Skäl till återtagandet"))


class LateAccessForm(forms.Form):
    region = RegionField(label=_("Region"), empty_label=_("Välj region"))
    until = DateField(label=_("Får lämna in till och med"), help_text=_("Dagen räknas in."))
    reason = _reason(_("Skäl"), _("Skälet sparas i händelseloggen och går inte att ändra."))

    def __init__(self, *args: Any, regions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = regions


class FilterForm(forms.Form):
    """Stands in the address, so that a colleague can be sent the same list."""

    ORDERS = (
        ("nummer", _("Nummer")),
        ("titel", _("Titel")),
        ("-sokt", _("Störst belopp först")),
        ("sokt", _("Minst först")),
    )
    q = forms.CharField(label=_("Sök på titel eller nummer"), required=False, max_length=100)
    lage = forms.ChoiceField(label=_("Läge"), choices=[("", _("Alla lägen")), *SubmissionState.choices], required=False)
    ordning = forms.ChoiceField(label=_("Ordning"), choices=ORDERS, required=False)

    def chosen(self) -> dict[str, str]:
        """What is asked for; a value that does not exist is passed over rather than refused."""
        self.full_clean()
        return {name: str(self.cleaned_data.get(name, "")) for name in self.fields}
