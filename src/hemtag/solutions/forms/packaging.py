"""Input to packages: a part with its own questions, the whole, files, trying it from nothing, recalling."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hemtag.organisations.fields import DateField, InTheNameOf, VersionedForm

from ..models import Confidentiality
from ..packages.dossier import Part, dossier

ROWS = {"text": 5, "hours": 5}


def licences(empty: Any) -> list[tuple[str, Any]]:
    return [("", empty), *((code, f"{code} – {dossier().licence(code)}") for code in dossier().licences)]


class Asked(forms.CharField):
    """Not optional, but a draft is saved without it too: the page says elsewhere that it is missing."""

    def validate(self, value: Any) -> None:
        pass


class AskedChoice(forms.ChoiceField):
    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


class PartForm(VersionedForm):
    """One part. `seen` carries what each field was when it was read, so that only real clashes are shown."""

    use_required_attribute = False
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, part: Part, may_not_apply: bool, underlag: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part = part
        for question in part.questions:
            self.fields[f"q_{question.key}"] = self._question(question)
        self.fields["text"] = forms.CharField(
            label=_("Övrigt"),
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("Det som inte passar under frågorna."),
        )
        if may_not_apply:
            self.fields["not_applicable"] = forms.CharField(
                label=_("Varför delen inte gäller"),
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("Fyll bara i om delen inte är tillämplig för lösningen; svaren ovan lämnas då tomma."),
            )
        self.fields["confidentiality"] = forms.ChoiceField(
            label=_("Vem får läsa delen?"), choices=Confidentiality.choices, widget=forms.RadioSelect
        )
        self.fields["licence"] = forms.ChoiceField(
            label=_("Licens för delen"), choices=licences(_("Samma som hela paketet")), required=False
        )
        self.fields["responsible"] = forms.CharField(
            label=_("Ansvarig för delen"), max_length=160, required=False, help_text=_("Roll eller funktion räcker.")
        )
        self.fields["valid_until"] = DateField(
            label=_("Gäller till och med"), required=False, help_text=_("Tomt om den gäller tills vidare.")
        )
        if underlag.exists():
            self.fields["underlag"] = forms.ModelMultipleChoiceField(
                label=_("Bygger på underlag"), queryset=underlag, required=False, widget=forms.CheckboxSelectMultiple
            )

    def _question(self, question: Any) -> forms.Field:
        if question.kind == "choice":
            return AskedChoice(label=question.label, choices=[("", _("Inte besvarad")), *question.choices])
        field = Asked(label=question.label, widget=forms.Textarea(attrs={"rows": ROWS.get(question.kind, 4)}))
        if question.kind == "hours":
            field.help_text = _("En roll per rad: Projektledare: 120")
        return field

    def questions(self) -> list[Any]:
        return [self[f"q_{question.key}"] for question in self.part.questions]

    def rest(self) -> list[Any]:
        names = ("text", "not_applicable", "confidentiality", "licence", "responsible", "valid_until", "underlag")
        return [self[name] for name in names if name in self.fields]

    def clean_seen(self) -> dict[str, str]:
        try:
            found = json.loads(self.cleaned_data["seen"] or "{}")
        except ValueError:
            return {}
        return {str(name): str(text) for name, text in found.items()} if isinstance(found, dict) else {}

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name != "seen"}


class PackageForm(forms.Form):
    number = forms.CharField(label=_("Version"), max_length=16, widget=forms.TextInput({"class": "short"}))
    licence = forms.ChoiceField(label=_("Licens för hela paketet"), choices=(), required=False)
    review_due = DateField(
        label=_("Ses över senast"), required=False, help_text=_("Inom ett år. Då ställs paketet under omprövning.")
    )
    change_note = forms.CharField(
        label=_("Vad är ändrat sedan förra versionen?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Den som har infört ska se om det rör dem."),
    )

    def __init__(self, *args: Any, suggestion: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        licence, number = self.fields["licence"], self.fields["number"]
        assert isinstance(licence, forms.ChoiceField)
        licence.choices = licences(_("Välj licens"))
        number.help_text = suggestion


class PartFileForm(forms.Form):
    file = forms.FileField(label=_("Fil"), help_text=_("PDF, PNG, JPG, DOCX eller XLSX, högst 20 MB."))
    description = forms.CharField(label=_("Vad är det?"), max_length=200, required=False)


class CoreFunctionForm(forms.Form):
    function = forms.CharField(
        label=_("Ny kärnfunktion"), max_length=300, help_text=_("Det som måste finnas kvar för att effekten ska komma.")
    )


class BringForm(forms.Form):
    file = forms.FileField(
        label=_("ZIP-fil"),
        help_text=_(
            "Ett paket hämtat härifrån, eller en egen ZIP med P1.md, P2.md … och bilagor i mappar som heter P4. "
            "Högst 20 MB. Delar som inte finns i filen lämnas som de är."
        ),
    )


class ColdStartForm(InTheNameOf):
    """Begin: which of one's own regions one tries it for."""


class EndColdForm(forms.Form):
    ended_on = DateField(label=_("Klart den"))
    hours = forms.DecimalField(
        label=_("Timmar i allt"),
        min_value=0,
        max_value=5000,
        decimal_places=1,
        localize=True,
        widget=forms.TextInput({"class": "short num", "inputmode": "decimal"}),
    )
    passed = forms.ChoiceField(
        label=_("Kom du igenom med bara paketet?"),
        choices=[("yes", _("Ja, hela vägen")), ("no", _("Nej, något saknades"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Hur gick det?"), required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, parts: Iterable[Part], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = []
        for part in parts:
            self.codes.append(part.code)
            self.fields[f"missing_{part.code}"] = forms.CharField(
                label=f"{part.code} {part.name}", required=False, widget=forms.Textarea(attrs={"rows": 2})
            )

    def missing_fields(self) -> list[Any]:
        return [self[f"missing_{code}"] for code in self.codes]

    def clean_passed(self) -> bool:
        return bool(self.cleaned_data["passed"] == "yes")

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        missing = [{"code": code, "text": data[f"missing_{code}"]} for code in self.codes if data[f"missing_{code}"]]
        return {name: data[name] for name in ("ended_on", "hours", "passed", "note")} | {"missing": missing}


class RecallForm(forms.Form):
    reason = forms.CharField(
        label=_("Vad är fel?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Visas för alla och skickas till alla regioner som har påbörjat ett införande."),
    )
    advice = forms.ChoiceField(
        label=_("Vad ska den som använder lösningen göra?"),
        choices=[
            ("stop", _("Sluta genast")),
            ("no_new", _("Börja inte nytt; det som är i drift får fortsätta")),
            ("until", _("Får användas till en dag")),
        ],
        widget=forms.RadioSelect,
    )
    until = DateField(label=_("Till och med"), required=False, help_text=_("Bara om den får användas till en dag."))

    def values(self) -> dict[str, Any]:
        until: dt.date | None = self.cleaned_data["until"] if self.cleaned_data["advice"] == "until" else None
        return {**self.cleaned_data, "until": until}
