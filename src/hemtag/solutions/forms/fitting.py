"""What a region has, what a solution asks for, and how the one meets the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hemtag.organisations.fields import InTheNameOf, MoneyField

from ..checks.fitting import BLOCKER, GAP, MET, UNKNOWN
from ..fit_questions import complexity_questions, profile_questions
from ..models import Weight
from ..queries.fitting import Standing

STANDINGS = (
    (MET, _("Uppfyllt")),
    (GAP, _("Saknas, går att ordna")),
    (BLOCKER, _("Saknas, går inte att ordna")),
    (UNKNOWN, _("Vet inte")),
)
UNSAID = "unknown"


class ProfileForm(forms.Form):
    """Every question of the profile; none has to be answered."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    note = forms.CharField(
        label=_("Vad är ändrat, och varifrån vet ni det?"), max_length=300, required=False, widget=forms.TextInput
    )

    def __init__(self, *args: Any, answers: Mapping[str, list[str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = answers or {}
        questions = profile_questions()
        for question in questions.questions:
            choices = [(choice.key, str(choice.words)) for choice in question.choices]
            label = str(question.words)
            field: forms.Field
            if question.several:
                field = forms.MultipleChoiceField(
                    label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
                )
                field.initial = given.get(question.key, [])
            else:
                field = forms.ChoiceField(
                    label=label,
                    choices=[*choices, ("", _("Vet inte"))],
                    required=False,
                    widget=forms.RadioSelect,
                )
                field.initial = next(iter(given.get(question.key, [])), "")
            self.fields[question.key] = field

    def groups(self) -> list[tuple[str, list[Any]]]:
        """The fields under the name of their group, for the page."""
        return [
            (str(group.words), [self[question.key] for question in questions])
            for group, questions in profile_questions().by_group()
        ]

    def answers(self) -> dict[str, list[str]]:
        found = {}
        for question in profile_questions().questions:
            value = self.cleaned_data[question.key]
            found[question.key] = list(value) if isinstance(value, list) else [value] if value else []
        return found


class RequirementForm(forms.Form):
    text = forms.CharField(
        label=_("Vad behöver regionen ha?"),
        max_length=300,
        help_text=_("Till exempel: ett gemensamt bildarkiv, eller en läkare som ansvarar för granskningen."),
    )
    weight = forms.ChoiceField(label=_("Hur viktigt?"), choices=Weight.choices, widget=forms.RadioSelect)
    profile = forms.MultipleChoiceField(
        label=_("Svar i regionprofilen som uppfyller kravet"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("Då fylls svaret i av sig självt. Välj svar på en och samma fråga, eller inget."),
    )
    weeks_low = forms.IntegerField(label=_("Veckor att ordna, lägst"), min_value=0, required=False)
    weeks_likely = forms.IntegerField(label=_("Troligast"), min_value=0, required=False)
    weeks_high = forms.IntegerField(label=_("Högst"), min_value=0, required=False)
    cost_sek = MoneyField(label=_("Kostnad att ordna"), required=False)
    owner = forms.CharField(
        label=_("Vem brukar ordna det?"), max_length=120, required=False, help_text=_("Roll, inte namn.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["profile"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (
                str(question.words),
                [(f"{question.key}:{choice.key}", str(choice.words)) for choice in question.choices],
            )
            for question in profile_questions().questions
        ]

    def clean_weight(self) -> Weight:
        return Weight(self.cleaned_data["weight"])

    def clean_profile(self) -> list[tuple[str, str]]:
        pairs = [tuple(value.split(":", 1)) for value in self.cleaned_data["profile"]]
        if len({key for key, _answer in pairs}) > 1:
            raise forms.ValidationError(_("Välj svar på en och samma fråga. Lägg till ett krav för varje fråga."))
        return [(key, answer) for key, answer in pairs]

    def values(self) -> dict[str, Any]:
        found = dict(self.cleaned_data)
        pairs = found.pop("profile")
        found["profile_key"] = pairs[0][0] if pairs else ""
        found["accepted"] = [answer for _key, answer in pairs]
        return found


class FitForm(InTheNameOf):
    """One standing for each requirement, filled in from the profile, and one answer to each question of complexity."""

    def __init__(
        self,
        *args: Any,
        rows: Iterable[Standing],
        answers: Mapping[str, str] | None = None,
        notes: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(rows)
        given, noted = answers or {}, notes or {}
        for row in self.rows:
            key = str(row.requirement.pk)
            self.fields[f"met_{key}"] = forms.ChoiceField(
                label=row.requirement.text, choices=STANDINGS, widget=forms.RadioSelect, initial=row.standing
            )
            self._note(key, row.note, row.requirement.text)
        for question in complexity_questions().questions:
            choices = [(choice.key, str(choice.words)) for choice in question.choices]
            self.fields[f"how_{question.key}"] = forms.ChoiceField(
                label=str(question.words),
                choices=[*choices, (UNSAID, _("Vet inte"))],
                widget=forms.RadioSelect,
                initial=given.get(question.key, UNSAID),
            )
            self._note(question.key, noted.get(question.key, ""), str(question.words))

    def _note(self, key: str, text: str, about: str) -> None:
        self.fields[f"note_{key}"] = forms.CharField(
            label=_("Kommentar"),
            required=False,
            max_length=500,
            initial=text,
            widget=forms.TextInput(attrs={"aria-label": _("Kommentar till: %(what)s") % {"what": about}}),
        )

    def requirement_fields(self) -> list[tuple[Standing, Any, Any]]:
        return [(row, self[f"met_{row.requirement.pk}"], self[f"note_{row.requirement.pk}"]) for row in self.rows]

    def question_fields(self) -> list[tuple[str, list[tuple[Any, Any]]]]:
        return [
            (str(group.words), [(self[f"how_{one.key}"], self[f"note_{one.key}"]) for one in questions])
            for group, questions in complexity_questions().by_group()
        ]

    def _starting(self, prefix: str) -> dict[str, str]:
        return {
            name.removeprefix(prefix): value for name, value in self.cleaned_data.items() if name.startswith(prefix)
        }

    def values(self) -> dict[str, Any]:
        return {
            "region": self.cleaned_data["region"],
            "met": self._starting("met_"),
            "complexity": self._starting("how_"),
            "notes": self._starting("note_"),
        }
