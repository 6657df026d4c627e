"""The meeting's people, and a decision's blocks, amounts, texts and instalments as they are typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from hemtag.grants.models import Call
from hemtag.organisations.fields import DateField, MoneyField, VersionedForm
from hemtag.organisations.models import Person, Role

from ..checks.deciding import ProposedBlock
from ..models import Decision, Run
from ..queries import deciding as queries
from ..queries.prioritising import runs_of

EMPTY_ROWS = 3


class RunChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(
            _("Körning %(number)s, %(count)s valda block") % {"number": obj.number, "count": len(obj.result["chosen"])}
        )


class MeetingForm(forms.Form):
    """A meeting of the call; the newest run is proposed."""

    held_on = DateField(label=_("Datum"))
    run = RunChoice(Run.objects.none(), label=_("Prioritering som förslagen görs från"), empty_label=None)
    deciders = forms.ModelMultipleChoiceField(
        Person.objects.none(), label=_("Beslutande"), widget=forms.CheckboxSelectMultiple
    )
    chair = forms.ModelChoiceField(Person.objects.none(), label=_("Ordförande"), empty_label=_("Välj"))
    rapporteur = forms.ModelChoiceField(Person.objects.none(), label=_("Föredragande"), empty_label=_("Välj"))
    others_present = forms.CharField(
        label=_("Övriga närvarande"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Ett namn på varje rad. Skrivs ut i besluten (31 § förvaltningslagen)."),
    )

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        makers = queries.holders_of(Role.DECISION_MAKER)
        for name, people in (
            ("deciders", makers),
            ("chair", makers),
            ("rapporteur", queries.holders_of(Role.CASE_OFFICER)),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = people
        runs = self.fields["run"]
        assert isinstance(runs, forms.ModelChoiceField)
        runs.queryset = runs_of(call)


@dataclass(frozen=True)
class BlockRow:
    """One block's fields together, for the page."""

    block: ProposedBlock
    granted: BoundField
    amounts: list[BoundField]
    reason: BoundField
    departure_reason: BoundField
    # What it costs in effect to decide otherwise than the run, in kronor; None when it is not told.
    price_sek: int | None = None


class DecisionForm(VersionedForm):
    """Everything in a draft that a case officer decides. Fields of a block are called `block-2-granted`, `block-2-2027`."""

    reasons = forms.CharField(
        label=_("Skäl"),
        widget=forms.Textarea({"rows": 12}),
        help_text=_("Vilka regler som har tillämpats och vad som har avgjort (32 § förvaltningslagen)."),
    )
    period_from = DateField(label=_("Perioden börjar"), required=False)
    period_to = DateField(label=_("Perioden slutar"), required=False)
    interim_due_on = DateField(
        label=_("Delredovisning senast"),
        required=False,
        help_text=_("Tomt betyder att ingen delredovisning ska lämnas."),
    )
    final_due_on = DateField(label=_("Slutredovisning senast"), required=False)
    reporting = forms.CharField(
        label=_("Hur redovisningen ska lämnas"), required=False, widget=forms.Textarea({"rows": 5})
    )
    conditions = forms.CharField(label=_("Övriga villkor"), required=False, widget=forms.Textarea({"rows": 8}))
    dissent = forms.CharField(
        label=_("Avvikande mening"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Den som inte delar beslutet och vill få det antecknat (30 § förvaltningslagen)."),
    )
    usual_plan = forms.BooleanField(
        label=_("Gör om utbetalningsplanen: hälften 1 mars och hälften 1 september varje år"),
        required=False,
        help_text=_("Raderna nedan räknas då om från beloppen när du sparar."),
    )

    def __init__(
        self, *args: Any, decision: Decision, prices: Mapping[str, int | None] | None = None, **kwargs: Any
    ) -> None:
        self.blocks = queries.proposed_blocks(decision)
        self.prices = prices or {}
        saved = queries.editable(decision)
        initial = {name: saved[name] for name in queries.TEXTS_AND_DAYS} | {"version": decision.version}
        super().__init__(*args, **{"initial": initial | _initial(saved)} | kwargs)
        for block in self.blocks:
            self._add_block(block)
        if self._is_granting():
            for name in ("period_from", "period_to", "final_due_on", "reporting"):
                self.fields[name].required = True
        self.rows = max(len(saved["payments"]) + EMPTY_ROWS, self._rows_sent())
        for at in range(1, self.rows + 1):
            self.fields[f"payment-{at}-due_on"] = DateField(
                label=_("Utbetalning %(at)s: dag") % {"at": at}, required=False
            )
            self.fields[f"payment-{at}-amount"] = MoneyField(
                label=_("Utbetalning %(at)s: belopp") % {"at": at}, required=False
            )

    def _is_granting(self) -> bool:
        """Without money there is no period and nothing to report."""
        if self.is_bound:
            return any(f"{block.field}-granted" in self.data for block in self.blocks)
        return any(block.is_granted for block in self.blocks)

    def _rows_sent(self) -> int:
        """No more rows than a plan can need, whatever is sent."""
        sent = [name.split("-")[1] for name in self.data if name.startswith("payment-") and name.endswith("-amount")]
        return max((int(at) for at in sent if at.isdigit() and len(at) < 3), default=0)

    def _add_block(self, block: ProposedBlock) -> None:
        number = {"number": block.number}
        self.fields[f"{block.field}-granted"] = forms.BooleanField(
            label=_("Bevilja block %(number)s") % number, required=False
        )
        for year in block.requested:
            label = _("Block %(number)s, %(year)s") % {"number": block.number, "year": year}
            self.fields[f"{block.field}-{year}"] = MoneyField(label=label, required=False)
        self.fields[f"{block.field}-reason"] = forms.CharField(
            label=_("Skäl för block %(number)s") % number, widget=forms.Textarea({"rows": 3})
        )
        self.fields[f"{block.field}-departure_reason"] = forms.CharField(
            label=_("Varför beslutet avviker från prioriteringen"),
            required=False,
            widget=forms.Textarea({"rows": 2}),
            help_text=_("Behövs när valet eller beloppet är ett annat än körningens."),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for at in range(1, self.rows + 1):
            day, sek = cleaned.get(f"payment-{at}-due_on"), cleaned.get(f"payment-{at}-amount")
            if day and not sek and f"payment-{at}-amount" not in self.errors:
                self.add_error(f"payment-{at}-amount", ValidationError(_("Skriv beloppet, eller ta bort dagen.")))
            if sek and not day and f"payment-{at}-due_on" not in self.errors:
                self.add_error(f"payment-{at}-due_on", ValidationError(_("Skriv vilken dag beloppet betalas ut.")))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What was typed, in the shape that `actions.edit_decision` takes."""
        typed = self.cleaned_data
        return {
            **{name: typed[name] for name in queries.TEXTS_AND_DAYS},
            "blocks": {
                block.number: {
                    "is_granted": typed[f"{block.field}-granted"],
                    "reason": typed[f"{block.field}-reason"],
                    "departure_reason": typed[f"{block.field}-departure_reason"],
                    "amounts": {year: typed[f"{block.field}-{year}"] or 0 for year in block.requested},
                }
                for block in self.blocks
            },
            "payments": [instalment for _at, instalment in self._instalments()],
            "usual_plan": typed["usual_plan"],
        }

    def _instalments(self) -> Iterator[tuple[int, tuple[dt.date, int]]]:
        for at in range(1, self.rows + 1):
            day, sek = self.cleaned_data.get(f"payment-{at}-due_on"), self.cleaned_data.get(f"payment-{at}-amount")
            if day and sek:
                yield at, (day, sek)

    @property
    def renamed(self) -> dict[str, str]:
        """Where a check's word for a field stands on this form: the plan as a whole, and its n-th filled row."""
        filled = [at for at, _instalment in self._instalments()] if hasattr(self, "cleaned_data") else []
        rows = {f"payment-{n}-due_on": f"payment-{at}-due_on" for n, at in enumerate(filled, start=1)}
        return {"payments": "usual_plan"} | rows

    @property
    def block_rows(self) -> list[BlockRow]:
        return [
            BlockRow(
                block,
                self[f"{block.field}-granted"],
                [self[f"{block.field}-{year}"] for year in block.requested],
                self[f"{block.field}-reason"],
                self[f"{block.field}-departure_reason"],
                self.prices.get(block.key),
            )
            for block in self.blocks
        ]

    @property
    def payment_rows(self) -> list[tuple[int, BoundField, BoundField]]:
        return [(at, self[f"payment-{at}-due_on"], self[f"payment-{at}-amount"]) for at in range(1, self.rows + 1)]


def _initial(saved: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, block in saved["blocks"].items():
        found[f"block-{number}-granted"] = block["is_granted"]
        found[f"block-{number}-reason"] = block["reason"]
        found[f"block-{number}-departure_reason"] = block["departure_reason"]
        for year, sek in block["amounts"].items():
            found[f"block-{number}-{year}"] = sek or None
    for at, (day, sek) in enumerate(saved["payments"], start=1):
        found[f"payment-{at}-due_on"], found[f"payment-{at}-amount"] = day, sek
    return found


class AdoptForm(VersionedForm):
    """Nothing to fill in: what is confirmed is the whole draft, in the version that was read."""


class DecisionFilter(forms.Form):
    """The public list's filter; what cannot be understood filters nothing."""

    q = forms.CharField(label=_("Sök"), required=False, max_length=100)
    utfall = forms.ChoiceField(
        label=_("Utfall"),
        required=False,
        choices=[("", _("Alla")), ("granted", _("Bidrag beviljat")), ("rejected", _("Inget bidrag"))],
    )
    ar = forms.IntegerField(label=_("Beslutsår"), required=False, min_value=2000, max_value=2100)

    def chosen(self) -> dict[str, Any]:
        self.full_clean()
        typed = self.cleaned_data
        return {"text": typed.get("q") or "", "outcome": typed.get("utfall") or "", "year": typed.get("ar")}
