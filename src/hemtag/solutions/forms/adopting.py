"""Input to a region's introduction: a step asks only for what its stage needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hemtag.organisations.fields import DateField, InTheNameOf

from ..actions.adopting import COVERED
from ..frame import FRAME, answers_of
from ..models import NEEDS_REASON, Stage, StopReason

BACK = "taken_back"
"""The answer of a correction that takes the step back."""
DECIDING = ("decision_body", "decision_number")
COVERING = ("covered", "out_of", "covered_unit")


class _Step(forms.Form):
    """What a step of one stage is asked for; `stage` is chosen before."""

    stage = forms.ChoiceField(choices=(), widget=forms.HiddenInput)
    occurred_on = DateField(label=_("När?"), help_text=_("Dagen det hände. Planer anges i texten, inte som datum."))
    decision_body = forms.CharField(
        label=_("Vem beslutade?"), max_length=100, help_text=_("Till exempel Regionstyrelsen.")
    )
    decision_number = forms.CharField(
        label=_("Paragraf eller diarienummer"), max_length=50, help_text=_("Till exempel § 148 eller RS 2026-0412.")
    )
    reason = forms.ChoiceField(
        label=_("Vilket är skälet?"), choices=[("", _("Välj det viktigaste")), *StopReason.choices]
    )
    covered = forms.IntegerField(
        label=_("Hur många använder lösningen?"), min_value=0, max_value=2_000_000_000, widget=forms.NumberInput
    )
    out_of = forms.IntegerField(
        label=_("Av hur många som det är tänkt?"), min_value=1, max_value=2_000_000_000, widget=forms.NumberInput
    )
    covered_unit = forms.CharField(
        label=_("Vad räknas?"), max_length=60, help_text=_("Till exempel vårdcentraler, avdelningar eller patienter.")
    )
    package = forms.ChoiceField(
        label=_("Vilken version av paketet?"), choices=(), required=False, help_text=_("Den ni har använt.")
    )
    proof = forms.CharField(
        label=_("Vad visar det?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Beslut med paragraf, driftsättningsprotokoll, mätning. Skriv planer med ord här."),
    )

    def __init__(self, *args: Any, stage: str, packages: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unwanted: list[str] = []
        unwanted += [] if stage == Stage.DECIDED else DECIDING
        unwanted += [] if stage in NEEDS_REASON else ["reason"]
        unwanted += [] if stage in COVERED else COVERING
        for name in unwanted:
            del self.fields[name]
        if stage in NEEDS_REASON:
            self.fields["proof"].label = _("Berätta mer om skälet")
            self.fields["proof"].help_text = _("Vad hände, och vad bör andra tänka på?")
        self.packages = {str(row.pk): row for row in packages}
        if self.packages and stage not in NEEDS_REASON and stage != BACK:
            field = self.fields["package"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(key, row.number) for key, row in self.packages.items()]
            field.choices = [*field.choices, ("", _("Ingen: vi har gjort det utan paketet"))]
            field.initial = next(iter(self.packages))
        else:
            del self.fields["package"]
        field = self.fields["stage"]
        assert isinstance(field, forms.ChoiceField)
        field.initial = stage

    def clean_package(self) -> Any:
        return self.packages.get(self.cleaned_data["package"])

    def values(self) -> dict[str, Any]:
        """As the actions take them."""
        found = dict(self.cleaned_data)
        if "decision_body" in found:
            body, number = found.pop("decision_body"), found.pop("decision_number")
            found["decision_reference"] = f"{body.strip()}, {number.strip()}"
        return found


class StepForm(_Step, InTheNameOf):
    file = forms.FileField(
        label=_("Bilaga"), required=False, help_text=_("PDF, PNG, JPG, DOCX eller XLSX, högst 20 MB.")
    )
    field_order = ("region", "stage", "occurred_on")

    def __init__(self, *args: Any, stages: Iterable[Stage], stage: str, **kwargs: Any) -> None:
        super().__init__(*args, stage=stage, **kwargs)
        field = self.fields["stage"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.value, one.label) for one in stages]
        field.error_messages["invalid_choice"] = _(
            "Det steget kan regionen inte ta nu. Läs vad som redan är angett och välj steg igen."
        )

    def clean_stage(self) -> Stage:
        return Stage(self.cleaned_data["stage"])


class CorrectionForm(_Step):
    field_order = ("stage", "occurred_on")

    def __init__(self, *args: Any, stage: str, **kwargs: Any) -> None:
        super().__init__(*args, stage=stage, **kwargs)
        field = self.fields["stage"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*Stage.choices, (BACK, BACK)]
        self.fields["proof"].label = _("Varför rättas steget, och vad visar det rätta?")
        self.fields["proof"].help_text = ""
        if stage == BACK:
            del self.fields["occurred_on"]
            self.fields["proof"].label = _("Varför tas steget tillbaka?")


class ConfirmForm(forms.Form):
    note = forms.CharField(label=_("Något att tillägga?"), required=False, max_length=500)


class SuggestForm(forms.Form):
    region = forms.ChoiceField(label=_("Vilken region?"), choices=())
    text = forms.CharField(
        label=_("Vad får er att tro det?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Regionen får frågan och svarar själv. Bara den kan ange att den använder lösningen."),
    )

    def __init__(self, *args: Any, regions: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.regions = regions
        field = self.fields["region"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Välj region")), *((code, row.name) for code, row in regions.items())]

    def clean_region(self) -> Any:
        return self.regions[self.cleaned_data["region"]]


class AnswerSuggestionForm(forms.Form):
    answer = forms.ChoiceField(
        label=_("Använder ni lösningen?"),
        choices=[("yes", _("Ja, vi anger steget")), ("no", _("Nej"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Om nej: hur är det i stället?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class _OfCore(forms.Form):
    """A form that asks of some of a solution's core functions."""

    core: dict[str, Any]

    def _ask(self, name: str, core: Iterable[Any]) -> None:
        self.core = {str(row.pk): row for row in core}
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(key, row.text) for key, row in self.core.items()]
        if not self.core:
            del self.fields[name]

    def _chosen(self, name: str) -> list[Any]:
        return [self.core[key] for key in self.cleaned_data[name]]


class AdaptationForm(_OfCore):
    occurred_on = DateField(label=_("Från vilken dag?"), help_text=_("Dagen ändringen började gälla."))
    text = forms.CharField(
        label=_("Vad är annorlunda hos er?"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    touches = forms.MultipleChoiceField(
        label=_("Ändras någon av kärnfunktionerna?"),
        choices=(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Då räknas det ni använder som en egen variant och inte som ett införande av paketet."),
    )
    becomes_provider = forms.BooleanField(
        label=_("Ändringen är så stor att regionen blir leverantör av AI-systemet"),
        required=False,
        help_text=_("Till exempel ett nytt ändamål eller en modell som tränats om. Då ska systemet klassas på nytt."),
    )

    def __init__(self, *args: Any, core: Iterable[Any], is_ai: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ask("touches", core)
        if not is_ai:
            del self.fields["becomes_provider"]
        for name, heading in FRAME.items():
            choices = [("", _("Välj")), *answers_of(name)]
            self.fields[name] = forms.ChoiceField(label=heading.question, choices=choices)
        self.order_fields(["occurred_on", "text", "touches", "becomes_provider", *FRAME])

    def clean_touches(self) -> list[Any]:
        return self._chosen("touches")

    def values(self) -> dict[str, Any]:
        found = dict(self.cleaned_data)
        return found | {"terms": {name: found.pop(name) for name in FRAME}}


class UndoForm(forms.Form):
    note = forms.CharField(
        label=_("Varför gäller anpassningen inte längre?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class VariantForm(forms.Form):
    title = forms.CharField(label=_("Vad ska varianten heta?"), max_length=160)
    summary = forms.CharField(
        label=_("Hur går det till hos er, och vad har ni sett?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class FidelityForm(_OfCore):
    checked_on = DateField(label=_("När prövades det?"))
    functions = forms.MultipleChoiceField(
        label=_("Vilka kärnfunktioner ges i dag?"), choices=(), required=False, widget=forms.CheckboxSelectMultiple
    )
    planned = forms.IntegerField(label=_("Hur många kärnfunktioner ska ges?"), min_value=1, max_value=1000)
    delivered = forms.IntegerField(label=_("Hur många av dem ges i dag?"), min_value=0, max_value=1000)
    method = forms.CharField(
        label=_("Hur prövades det?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Till exempel journalgranskning av 40 besök på fyra vårdcentraler."),
    )
    note = forms.CharField(
        label=_("Vad förklarar det?"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, core: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ask("functions", core)
        for name in ("planned", "delivered") if self.core else ():
            del self.fields[name]

    def clean_functions(self) -> list[Any]:
        return self._chosen("functions")


class VolumeForm(forms.Form):
    is_before = forms.ChoiceField(
        label=_("Vilken period?"),
        choices=[("yes", _("Före utmönstringen")), ("no", _("Efter att den började"))],
        widget=forms.RadioSelect,
    )
    starts_on = DateField(label=_("Från och med"))
    ends_on = DateField(label=_("Till och med"))
    number = forms.IntegerField(label=_("Hur många?"), min_value=0, max_value=2_000_000_000)
    unit = forms.CharField(label=_("Vad räknas?"), max_length=80, help_text=_("Till exempel artroskopier."))
    source = forms.CharField(
        label=_("Varifrån kommer siffran?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean_is_before(self) -> bool:
        return bool(self.cleaned_data["is_before"] == "yes")
