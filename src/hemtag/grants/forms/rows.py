"""What is written as rows: measuring points of an application, effects of a block."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from hemtag.grants.models import EffectKind, Horizon, MeasuringPoint, Perspective
from hemtag.organisations.fields import DateField, MoneyField, VersionedForm
from hemtag.refusals import Problem

YEARS = {"min_value": 2020, "max_value": 2099}


class RowForm(forms.Form):
    """One row. An empty row is no row; a row with the box ticked is taken away."""

    use_required_attribute = False
    DELETE = forms.BooleanField(label=_("Ta bort raden"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "DELETE"])
        if self.empty_permitted:
            del self.fields["DELETE"]

    def has_changed(self) -> bool:
        """A choice in a list makes no row by itself: a browser sends the first one of a list that nobody touched."""
        return any(not isinstance(self.fields[name], forms.ChoiceField) for name in self.changed_data)

    @property
    def is_left_out(self) -> bool:
        return bool(self.cleaned_data.get("DELETE")) or (self.empty_permitted and not self.has_changed())


class RowsForm(VersionedForm):
    """A version and any number of rows, saved together."""

    row_form: ClassVar[type[RowForm]]
    empty_rows: ClassVar[int] = 1

    def __init__(self, *args: Any, rows: Iterable[dict[str, Any]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = list(rows)
        extra = self.empty_rows if kept else max(self.empty_rows, 2)
        factory = forms.formset_factory(self.row_form, extra=extra, max_num=200, absolute_max=300)
        # What is sent counts as it stands: held against what is saved, a new row that has saved itself looks untouched.
        if self.is_bound:
            self.rows = factory(self.data, prefix="rad")
        else:
            self.rows = factory(initial=kept, prefix="rad")

    def is_valid(self) -> bool:
        # A row that is to be taken away need not hold.
        for row in self.rows:
            if self.is_bound and "DELETE" in row.fields and row.add_prefix("DELETE") in self.data:
                for field in row.fields.values():
                    field.required = False
        ours, theirs = super().is_valid(), self.rows.is_valid()
        return ours and theirs

    def written(self) -> list[tuple[int, dict[str, Any]]]:
        """(place in the form, values) of every row that is to be kept."""
        return [
            (place, {name: value for name, value in row.cleaned_data.items() if name != "DELETE"})
            for place, row in enumerate(self.rows)
            if not row.is_left_out
        ]

    def mark(self, problem: Problem) -> bool:
        """Show a problem of the action at its row, which it names "n.field" in the order the rows were given to it."""
        place, _dot, name = problem.field.partition(".")
        if not (place.isdigit() and name):
            return False
        row = self.rows[self.written()[int(place)][0]]
        row.add_error(name if name in row.fields else None, str(problem))
        return True

    @property
    def row_errors(self) -> list[Any]:
        return [row.errors for row in self.rows]

    def values(self) -> Any:
        return [values for _place, values in self.written()]


class MeasuringPointForm(RowForm):
    on = DateField(label=_("Dag"))
    indicator = forms.CharField(label=_("Indikator"), max_length=200)
    baseline = forms.CharField(label=_("Utgångsvärde"), max_length=120, required=False)
    target = forms.CharField(label=_("Målvärde"), max_length=120, required=False)


class MeasuringPointsForm(RowsForm):
    row_form = MeasuringPointForm

    @staticmethod
    def start(points: Iterable[MeasuringPoint]) -> list[dict[str, Any]]:
        return [
            {"on": point.on, "indicator": point.indicator, "baseline": point.baseline, "target": point.target}
            for point in points
        ]


class EffectForm(RowForm):
    kind = forms.ChoiceField(label=_("Slag av effekt"), choices=EffectKind.choices)
    horizon = forms.ChoiceField(label=_("När"), choices=Horizon.choices)
    perspective = forms.ChoiceField(label=_("För vem"), choices=Perspective.choices)
    low_sek = MoneyField(label=_("Lågt utfall"), signed=True)
    likely_sek = MoneyField(label=_("Troligast"), signed=True)
    high_sek = MoneyField(label=_("Högt utfall"), signed=True)
    from_year = forms.IntegerField(label=_("Från och med år"), **YEARS)
    to_year = forms.IntegerField(label=_("Till och med år"), **YEARS)
    basis = forms.CharField(
        label=_("Grund"),
        help_text=_("Hur värdet är räknat och varifrån siffrorna kommer."),
        widget=forms.Textarea({"rows": 3}),
        max_length=5_000,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        low, likely, high = (cleaned.get(name) for name in ("low_sek", "likely_sek", "high_sek"))
        if None not in (low, likely) and low > likely:
            self.add_error("low_sek", _("Det låga utfallet är högre än det troligaste."))
        if None not in (likely, high) and likely > high:
            self.add_error("high_sek", _("Det höga utfallet är lägre än det troligaste."))
        if None not in (years := (cleaned.get("from_year"), cleaned.get("to_year"))) and years[0] > years[1]:
            self.add_error("to_year", _("Perioden slutar före sitt första år."))
        return cleaned


class EffectsForm(RowsForm):
    row_form = EffectForm

    @staticmethod
    def start(effects: Iterable[Any]) -> list[dict[str, Any]]:
        return [
            {name: getattr(effect, name) for name in EffectForm.base_fields if name != "DELETE"} for effect in effects
        ]
