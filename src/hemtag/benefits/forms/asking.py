"""A case from questions: one pattern's questions, each with low, likely, high, source, kind and who judged it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hemtag.organisations.fields import InTheNameOf

from ..fields import NumberField, in_text
from ..patterns import GROUPS, Pattern, Question
from ..queries import EVIDENCE
from ..values import FACT, LIMITS, PERCENTILES, WAYS, Value, belief_of
from .values import complete

PARTS = ("low", "likely", "high", "source", "kind", "judged_by")


@dataclass(frozen=True)
class Asked:
    """One question with its bound fields, for the template."""

    question: Question
    numbers: list[Any]
    grounds: list[Any]


class PatternForm(InTheNameOf):
    """Everything that a pattern asks. Field names are `<question>-low` and so on."""

    title = forms.CharField(label=gettext_lazy("Kalkylens namn"), max_length=160)
    about = forms.CharField(
        label=gettext_lazy("Vad den gäller"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Åtgärden i en mening: vad görs i stället för vad?"),
    )
    first_year = forms.IntegerField(label=gettext_lazy("Första året"), min_value=2000, max_value=2100)
    years = forms.IntegerField(label=gettext_lazy("Antal år"), min_value=1, max_value=30)
    price_year = forms.IntegerField(label=gettext_lazy("Prisnivå, år"), min_value=2000, max_value=2100)
    also = forms.MultipleChoiceField(
        label=gettext_lazy("Andra regioner i kalkylen"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("De räknas upp eller ned efter folkmängd tills de själva anger annat."),
    )
    way = forms.ChoiceField(
        label=gettext_lazy("Vad lågt och högt betyder"),
        choices=[(way, WAYS[way]) for way in (PERCENTILES, LIMITS)],
        initial=LIMITS,
    )

    def __init__(
        self, *args: Any, pattern: Pattern, others: Iterable[Any], facts: Mapping[str, Any], who: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.pattern, self.facts = pattern, facts
        also = self.fields["also"]
        assert isinstance(also, forms.MultipleChoiceField)
        also.choices = [(row.code, row.short_name) for row in others]
        for question in pattern.questions:
            self._add(question, who)

    def _add(self, question: Question, who: str) -> None:
        fact = self.facts.get(question.fact) if question.fact else None
        for n, (part, label) in enumerate((("low", _("Lågt")), ("likely", _("Troligt")), ("high", _("Högt")))):
            field = NumberField(label=label, required=fact is None)
            if question.default and not fact:
                field.initial = question.default[n]
            field.widget.attrs["aria-label"] = f"{question.said.label}: {str(label).lower()}"
            self.fields[f"{question.name}-{part}"] = field
        self.fields[f"{question.name}-source"] = forms.CharField(
            label=_("Källa eller skäl"), required=False, max_length=1000
        )
        self.fields[f"{question.name}-kind"] = forms.ChoiceField(
            label=_("Hur vet ni det?"), choices=list(EVIDENCE.items()), initial="assumption"
        )
        self.fields[f"{question.name}-judged_by"] = forms.CharField(
            label=_("Vem har bedömt"), required=False, max_length=160, initial=who
        )

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        for question in self.pattern.questions:
            if self.from_register(question):
                continue
            complete(self, PERCENTILES, f"{question.name}-")
            self._within(question)
            if data.get(f"{question.name}-kind") not in (None, "assumption") and not data.get(
                f"{question.name}-source"
            ):
                self.add_error(f"{question.name}-source", _("Ange källan, eller säg att det är ett antagande."))
        return data

    def _within(self, question: Question) -> None:
        if question.limits is None:
            return
        low, high = question.limits
        for part in ("low", "likely", "high"):
            number = self.cleaned_data.get(f"{question.name}-{part}")
            if number is not None and not low <= number <= high:
                self.add_error(
                    f"{question.name}-{part}",
                    _("Skriv ett tal mellan %(low)s och %(high)s.") % {"low": in_text(low), "high": in_text(high)},
                )

    def from_register(self, question: Question) -> bool:
        """Left empty where the register has a dated value: then that one is used."""
        numbers = [self.cleaned_data.get(f"{question.name}-{part}") for part in ("low", "likely", "high")]
        return question.fact in self.facts and numbers == [None, None, None]

    def answers(self) -> dict[str, dict[str, Any]]:
        """Each question's belief as the case's data holds it."""
        data, found = self.cleaned_data, {}
        for question in self.pattern.questions:
            own = {
                key: str(data[f"{question.name}-{key}"]).strip()
                for key in ("source", "kind", "judged_by")
                if str(data.get(f"{question.name}-{key}") or "").strip()
            }
            if self.from_register(question):
                belief = belief_of(Value(FACT), {"fact": question.fact})
                own = {key: own[key] for key in ("judged_by",) if key in own}
            else:
                numbers = [data[f"{question.name}-{part}"] for part in ("low", "likely", "high")]
                bounded = question.limits is not None and data["way"] == PERCENTILES and _touches(question, numbers)
                belief = belief_of(Value(LIMITS if bounded else data["way"], *numbers), {})
            found[question.name] = {**belief, **own}
        return found

    def places(self) -> dict[str, str]:
        """Where each answer lies in the data → the beginning of its fields' names."""
        return {f"/inputs/{question.name}": f"{question.name}-" for question in self.pattern.questions}

    def groups(self) -> list[tuple[str, list[Asked]]]:
        """The questions in the order they are asked, under their headings."""
        found = []
        for key, heading in GROUPS.items():
            asked = [self._asked(question) for question in self.pattern.questions if question.group == key]
            if asked:
                found.append((str(heading), asked))
        return found

    def _asked(self, question: Question) -> Asked:
        fields = {part: self[f"{question.name}-{part}"] for part in PARTS}
        return Asked(question, [fields[part] for part in PARTS[:3]], [fields[part] for part in PARTS[3:]])


def _touches(question: Question, numbers: list[float]) -> bool:
    """A share whose low or high stands on 0 or 1 is a limit: no percentile can lie there with something outside."""
    assert question.limits is not None
    return numbers[0] <= question.limits[0] or numbers[2] >= question.limits[1]
