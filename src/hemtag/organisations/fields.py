"""What forms in every room share: amounts and dates as people write them, and refusals shown where they belong."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hemtag.money import grouped
from hemtag.refusals import Clash, DoesNotHold, Problem, WrongState

# More than any national budget: what is larger is a slip of the keyboard, and would not fit in a column.
LARGEST_SEK = 999_999_999_999
MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
ENGLISH = {"may": "maj", "oct": "okt"}  # the other months begin alike


def kronor_of(text: str, *, signed: bool = False) -> int | None:
    """'1 000 000' → 1000000, '' → None. Digits and spaces (of any width), a minus sign only when `signed`.

    On an English page also '1,000,000'; in Swedish a comma begins the decimals.

    Raises ValidationError with what to write instead.
    """
    bare = re.sub(r"\s", "", text).replace("\u2212", "-")
    if (get_language() or "sv").startswith("en") and re.fullmatch(r"-?[0-9]{1,3}(,[0-9]{3})+", bare):
        bare = bare.replace(",", "")
    if not bare:
        return None
    if not re.fullmatch(r"-?[0-9]+" if signed else r"[0-9]+", bare):
        raise ValidationError(_("Skriv hela kronor med siffror, till exempel 1 000 000."), code="invalid")
    if len(bare.lstrip("-")) > 15 or abs(int(bare)) > LARGEST_SEK:
        raise ValidationError(_("Beloppet är för stort. Kontrollera antalet nollor."), code="too_large")
    return int(bare)


class MoneyInput(forms.TextInput):
    """Grouped digits, right-aligned and followed by "kr", with the digits of a phone's keyboard."""

    template_name = "forms/money.html"

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__({"class": "num", "inputmode": "numeric", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        return grouped(value) if isinstance(value, int) else super().format_value(value)


class MoneyField(forms.Field):
    """A whole number of kronor. `signed` lets it be negative."""

    widget = MoneyInput

    def __init__(self, *, signed: bool = False, **kwargs: Any) -> None:
        self.signed = signed
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:
        return kronor_of(str(value or ""), signed=self.signed) if not isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True


class DateField(forms.DateField):
    """A day as people write it: 2026-06-15, 20260615, 15 juni 2026, 15 June 2026 or 15/6 2026. Shown as 2026-06-15."""

    default_error_messages = {"invalid": _("Skriv datumet som 2026-06-15 eller 15 juni 2026.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput({"class": "short", "autocomplete": "off"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dt.date | None:
        if not isinstance(value, str):
            return super().to_python(value)
        text = value.strip().lower()
        if not text:
            return None
        if match := re.fullmatch(r"([0-9]{4})-?([0-9]{1,2})-?([0-9]{1,2})", text):
            year, month, day = match.groups()
        elif match := re.fullmatch(r"([0-9]{1,2})[/.]\s?([0-9]{1,2})[-/.\s]\s?([0-9]{4})", text):
            day, month, year = match.groups()
        elif (match := re.fullmatch(r"([0-9]{1,2})\s+([a-z]{3})[a-z]{0,6}\.?\s+([0-9]{4})", text)) and (
            name := ENGLISH.get(match[2], match[2])
        ) in MONTHS:
            day, month, year = match[1], str(MONTHS.index(name) + 1), match[3]
        else:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            return dt.date(int(year), int(month), int(day))
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class VersionedForm(forms.Form):
    """A form for something that several people may edit: it carries the version that the person started from."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    clash: Clash | None = None

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def attach(form: forms.Form, problems: Iterable[Problem], rename: Mapping[str, str] | None = None) -> None:
    """Show each problem at its field, or above the form when the form has no such field.

    `rename` maps a check's word for a field to the form's own. A form of rows or cells has a method `mark(problem)`
    that shows a problem at its place and says whether it has one.
    """
    for problem in problems:
        if not (hasattr(form, "mark") and form.mark(problem)):
            name = (rename or {}).get(problem.field, problem.field)
            form.add_error(name if name in form.fields else None, str(problem))


def carry_out(form: Any, act: Callable[[], Any], rename: Mapping[str, str] | None = None) -> bool:
    """Do `act` if the form is valid; False when the page has to be shown again with everything that was typed.

    What does not hold goes to the fields, a wrong state above the form. When somebody else has saved in between,
    `form.clash` tells who and what (shown by components/clash.html) and the form carries the new version, so that
    saving once more is a decision and not an accident.
    """
    if not form.is_valid():
        return False
    try:
        act()
    except DoesNotHold as refusal:
        attach(form, refusal.problems, rename)
        return False
    except WrongState as refusal:
        form.add_error(None, str(refusal))
        return False
    except Clash as clash:
        form.clash = clash
        form.data = form.data.copy()
        form.data[form.add_prefix("version")] = str(clash.version)
        return False
    return True


def status_of(form: Any) -> int:
    """The HTTP status of a page that shows this form: 409 after a clash, 422 with errors, else 200."""
    if getattr(form, "clash", None):
        return 409
    if form is None or not form.is_bound:
        return 200
    return 422 if form.errors or any(getattr(form, "row_errors", ())) else 200


class InTheNameOf(forms.Form):
    """A form filled in for one of the own regions; asks which only when there are several."""

    region = forms.ChoiceField(label=_("Region"))

    def __init__(self, *args: Any, regions: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = {region.code: region for region in regions}
        field = self.fields["region"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, region.name) for code, region in self.own.items()]
        if len(self.own) == 1:
            field.initial = next(iter(self.own))
            field.widget = forms.HiddenInput()

    def clean_region(self) -> Any:
        return self.own[self.cleaned_data["region"]]


def posted(request: HttpRequest) -> Any:
    """The form's data when the request sends a form, else None: `MyForm(posted(request))`."""
    return request.POST if request.method == "POST" else None
