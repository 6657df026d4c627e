"""What a meeting tries: a lock with its reason, the terms of the round; and the words that are kept with it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hemtag.assessment import whatif

from ..queries.workbench import Bench

THOUSAND = 1000


class NumberField(forms.Field):
    """A number as it is written in Sweden or in England: 250, 250,5, 1 250.5."""

    widget = forms.TextInput({"class": "short", "inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Decimal | None:
        text = str(value or "").replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace(",", ".")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise ValidationError(_("Skriv ett tal, till exempel 250 eller 1,2."), code="number") from None
        if not number.is_finite() or number < 0 or number > 10**6:
            raise ValidationError(_("Skriv ett tal från noll till en miljon."), code="number")
        return number


def written(number: Any) -> str:
    return f"{Decimal(str(number)).normalize():f}".replace(".", ",")


class LockForm(forms.Form):
    block = forms.ChoiceField(label=_("Block"))
    way = forms.ChoiceField(
        label=_("Hur"),
        choices=[
            (whatif.LOCK_IN, _("Lås in: blocket ska väljas")),
            (whatif.LOCK_OUT, _("Lås ut: blocket får inte väljas")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Skäl"), max_length=200)

    def __init__(self, *args: Any, bench: Bench, auto_id: str = "lock_%s", **kwargs: Any) -> None:
        super().__init__(*args, auto_id=auto_id, **kwargs)
        field = self.fields["block"]
        assert isinstance(field, forms.ChoiceField)
        blocks = [(name, bench.names.block(name)) for name in bench.names.titles]
        field.choices = [("", _("Välj")), *blocks]

    def change(self) -> whatif.Change:
        typed = self.cleaned_data
        return whatif.Change(typed["way"], typed["block"], " ".join(typed["reason"].split()))


class TermsForm(forms.Form):
    """The round's frames, hurdle, weights and policies as they are tried now; what differs from the run is a change."""

    def __init__(self, *args: Any, bench: Bench, **kwargs: Any) -> None:
        self.bench = bench
        self.kinds: dict[str, tuple[str, str, int]] = {}
        tried, names = bench.tried_data, bench.names
        shown, base = self._numbers(tried), self._numbers(bench.base_data)
        self.base = base
        super().__init__(*args, auto_id="terms_%s", initial={key: written(n) for key, n in shown.items()}, **kwargs)
        years = sorted(bench.base_data["frames"])
        for year in years:
            self._add(f"ram-{year}", _("Ram %(year)s, Mkr") % {"year": year}, whatif.FRAME, str(year), THOUSAND)
        for year in years[:-1]:
            self._add(f"overfor-{year}", _("Överföring från %(year)s, %%") % {"year": year}, whatif.CARRY, str(year), 1)
        self._add("bemyndigande", _("Bemyndiganderam, Mkr"), whatif.AUTHORISATION, "", THOUSAND)
        self._add("troskel", _("Tröskel: effekt som krävs per beviljad krona"), whatif.HURDLE, "", 1)
        for code in bench.base_data.get("criteria", {}):
            self._add(f"vikt-{code}", names.criterion(code), whatif.WEIGHT, code, 1)
        self._add("medfin", _("Minst så mycket medfinansiering, %"), whatif.COFINANCING, "", 1)
        applying = [(code, names.region(code)) for code in whatif.regions_of(tried)]
        self.fields["tak_region"] = self._choice(_("Tak för en region"), applying)
        self.fields["tak"] = NumberField(label=_("Taket, Mkr"), required=False)
        tags = [(tag, names.tag(tag)) for tag in whatif.tags_of(tried)]
        self.fields["andel_mark"] = self._choice(_("Minsta andel till en åtgärdstyp"), tags)
        self.fields["andel"] = NumberField(label=_("Andelen, %"), required=False)
        self.fields["regioner"] = forms.BooleanField(
            label=_("Varje region som har sökt ska få minst ett block"), required=False
        )
        self.initial["regioner"] = bool(tried.get("policies", {}).get("every_region"))

    @staticmethod
    def _choice(label: Any, rows: Sequence[tuple[str, str]]) -> forms.ChoiceField:
        return forms.ChoiceField(label=label, required=False, choices=[("", _("Ingen")), *rows])

    def _add(self, name: str, label: Any, kind: str, subject: str, unit: int) -> None:
        self.kinds[name] = (kind, subject, unit)
        self.fields[name] = NumberField(label=label, required=False)

    @staticmethod
    def _numbers(data: Any) -> dict[str, Decimal]:
        """What the fields show for a round, in the units of the page."""
        found = {f"ram-{year}": Decimal(tkr) / THOUSAND for year, tkr in data["frames"].items()}
        for year, part in data.get("carry_over", {}).items():
            found[f"overfor-{year}"] = Decimal(str(part)) * 100
        if data.get("commitment_authorisation") is not None:
            found["bemyndigande"] = Decimal(data["commitment_authorisation"]) / THOUSAND
        found["troskel"] = Decimal(str(data.get("hurdle", 0)))
        found |= {f"vikt-{code}": Decimal(str(row["weight"])) for code, row in data.get("criteria", {}).items()}
        if (share := data.get("policies", {}).get("cofinancing_share")) is not None:
            found["medfin"] = Decimal(str(share)) * 100
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, other in (("tak", "tak_region"), ("andel", "andel_mark")):
            if cleaned.get(other) and cleaned.get(name) is None and name not in self.errors:
                self.add_error(name, _("Skriv ett tal."))
        for name, (_kind, _subject, unit) in self.kinds.items():
            number = cleaned.get(name)
            if number is not None and unit == THOUSAND and number * unit != int(number * unit):
                self.add_error(name, _("Skriv högst tre decimaler: det räknas i hela tusental kronor."))
        return cleaned

    def changes(self) -> tuple[whatif.Change, ...]:
        """The changes that were tried before, with what this form says of its own things."""
        typed, found = self.cleaned_data, tuple(self.bench.changes)
        for name, (kind, subject, unit) in self.kinds.items():
            number = typed.get(name)
            place = whatif.Change(kind, subject).place
            if number is None or number == self.base.get(name):
                found = tuple(one for one in found if one.place != place)
            elif number != Decimal(str(self._now(name))):
                found = whatif.added(found, whatif.Change(kind, subject, f"{number * unit:f}"))
        if typed.get("tak_region"):
            found = whatif.added(
                found, whatif.Change(whatif.CAP, typed["tak_region"], str(int(typed["tak"] * THOUSAND)))
            )
        if typed.get("andel_mark"):
            found = whatif.added(found, whatif.Change(whatif.SHARE, typed["andel_mark"], f"{typed['andel']:f}"))
        found = tuple(one for one in found if one.kind != whatif.REGIONS)
        return whatif.added(found, whatif.Change(whatif.REGIONS)) if typed.get("regioner") else found

    def _now(self, name: str) -> Any:
        return self._numbers(self.bench.tried_data).get(name, -1)

    @property
    def year_fields(self) -> list[Any]:
        return [self[name] for name in self.kinds if name.startswith("ram-")]

    @property
    def carry_fields(self) -> list[Any]:
        return [self[name] for name in self.kinds if name.startswith("overfor-")]

    @property
    def weight_fields(self) -> list[Any]:
        return [self[name] for name in self.kinds if name.startswith("vikt-")]

    @property
    def limits(self) -> list[Any]:
        return [self[name] for name in ("bemyndigande", "troskel")]

    @property
    def demands(self) -> list[Any]:
        """What belongs together stands side by side: a region and its cap, a type of measure and its share."""
        return [self[name] for name in ("tak_region", "tak", "andel_mark", "andel", "medfin", "regioner")]


class NameForm(forms.Form):
    name = forms.CharField(label=_("Scenariots namn"), max_length=80)
    note = forms.CharField(label=_("Anteckning"), required=False, widget=forms.Textarea({"rows": 2}))


class FreezeForm(forms.Form):
    note = forms.CharField(
        label=_("Vad som bestämdes och varför"),
        widget=forms.Textarea({"rows": 5}),
        help_text=_("Protokollsanteckningen sparas med körningen och publiceras tillsammans med den."),
    )
    present = forms.CharField(
        label=_("Närvarande"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Ett namn på varje rad. Publiceras inte."),
    )
