"""Input to completion per section, § 11, the dialogue, communication before decision and withdrawal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from hemtag.grants.queries.openings import OpenSection
from hemtag.grants.sections import OF_BLOCKS, REGION, WHOLE, parse
from hemtag.knowledge.documents import read_upload
from hemtag.organisations.fields import DateField

from ..models import CommunicationException, LineKind

TEXT_MAX = 20_000


def _text(rows: int, **kwargs: Any) -> forms.CharField:
    widget = forms.Textarea({"rows": rows})
    return forms.CharField(max_length=TEXT_MAX, widget=widget, strip=True, **kwargs)


def _grouped(every: Sequence[OpenSection]) -> list[tuple[Any, list[tuple[str, str]]]]:
    """The sections under what they belong to: the whole application, its blocks, its regions."""
    names = {WHOLE: _("Hela ansökan"), OF_BLOCKS: _("Blocken"), REGION: _("Regionerna")}
    groups: dict[Any, list[tuple[str, str]]] = {}
    for section in every:
        kind = parse(section.key).kind
        group = WHOLE if kind in WHOLE else OF_BLOCKS if kind in OF_BLOCKS else REGION
        groups.setdefault(names[group], []).append((section.key, section.title))
    return list(groups.items())


class WithSections(forms.Form):
    """Which of the application's sections the regions may change."""

    sections = forms.MultipleChoiceField(
        label=_("Delar som öppnas för regionerna"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, every: Sequence[OpenSection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sections"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = _grouped(every)


class CompletionForm(WithSections):
    text = _text(
        6,
        label=_("Vad ska regionen komplettera?"),
        error_messages={"required": _("Skriv vad regionen ska komplettera.")},
    )
    due_on = DateField(
        label=_("Sista dag för svar"),
        help_text=_("Svaret tas emot till och med den dagen."),
        error_messages={"required": _("Ange sista dag för svar.")},
    )
    field_order = ("text", "sections", "due_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sections"].help_text = _(
            "Bara det som kryssas kan ändras, och svaret lämnas in som en ny version. Utan kryss svarar regionen i ord."
        )


class NotifyForm(forms.Form):
    measures = _text(
        5,
        label=_("Vilka andra åtgärder är lämpligare?"),
        error_messages={"required": _("Skriv vilka andra åtgärder som är lämpligare.")},
    )
    reasons = _text(5, label=_("Varför?"), error_messages={"required": _("Skriv varför de är lämpligare.")})
    due_on = DateField(
        label=_("Sista dag för yttrande"), error_messages={"required": _("Ange sista dag för yttrandet.")}
    )


class AdjustForm(WithSections):
    adjustment = _text(
        4, label=_("Vad får regionen justera?"), error_messages={"required": _("Skriv vad regionen får justera.")}
    )
    due_on = DateField(
        label=_("Sista dag för justering"), error_messages={"required": _("Ange sista dag för justeringen.")}
    )
    field_order = ("adjustment", "sections", "due_on")


class CloseReviewForm(forms.Form):
    reason = _text(
        3,
        label=_("Varför avslutas prövningen utan justering?"),
        error_messages={"required": _("Skriv varför prövningen avslutas.")},
    )


class TakeBackForm(forms.Form):
    reason = _text(
        3,
        label=_("Varför återkallas öppningen?"),
        help_text=_("Regionerna läser skälet."),
        error_messages={"required": _("Skriv varför öppningen återkallas.")},
    )


class StatementForm(forms.Form):
    statement = _text(
        8,
        label=_("Yttrande"),
        error_messages={"required": _("Skriv ert yttrande, eller att ni inte har något att tillägga.")},
    )


class HandInForm(forms.Form):
    """The answer to a completion: words, which a new version may go without."""

    answer = _text(5, label=_("Svar"), error_messages={"required": _("Skriv svaret på begäran.")})

    def __init__(self, *args: Any, has_opening: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_opening:
            self.fields["answer"].required = False
            self.fields["answer"].label = _("Följebrev")


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files in one field."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data]
        cleaned: list[UploadedFile] = [super(FilesField, self).clean(one, initial) for one in given if one]
        return cleaned


class LineForm(forms.Form):
    """One line in the thread. Which kinds are offered depends on the side, and on whether it speaks of another line."""

    kind = forms.ChoiceField(label=_("Vad är det?"), widget=forms.RadioSelect)
    text = _text(5, label=_("Text"), error_messages={"required": _("Skriv inlägget.")})
    answer_by = DateField(label=_("Sista dag för svar"), help_text=_("Fylls i när det är en fråga."), required=False)
    said_by = forms.CharField(
        label=_("Vem lämnade uppgiften?"),
        help_text=_("Namn, och vem personen företräder. Fylls i för en muntlig uppgift."),
        max_length=160,
        required=False,
    )
    said_on = DateField(label=_("Vilken dag?"), required=False)
    attachments = FilesField(
        label=_("Filer"), help_text=_("PDF, Word, Excel eller bild. Högst fem filer."), required=False
    )

    def __init__(self, *args: Any, is_delegation: bool, about: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [LineKind.MESSAGE, LineKind.QUESTION]
        if is_delegation:
            kinds.append(LineKind.ORAL)
        else:
            del self.fields["said_by"], self.fields["said_on"]
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind.value, kind.label) for kind in kinds]
        field.initial = LineKind.MESSAGE.value
        if about is not None:
            for name in ("kind", "answer_by", "said_by", "said_on"):
                self.fields.pop(name, None)

    def given(self) -> dict[str, Any]:
        """As `actions.write_line` takes it, without the line that it may be about. Raises DoesNotHold for a file."""
        clean = self.cleaned_data
        found: dict[str, Any] = {
            "text": clean["text"],
            "files": [(file.name or "", read_upload(file, to_store=True)) for file in clean["attachments"]],
        }
        if "kind" in clean:
            found |= {"kind": LineKind(clean["kind"]), "answer_by": clean.get("answer_by")}
        return found | {name: clean[name] for name in ("said_by", "said_on") if name in clean}


class CommunicateForm(forms.Form):
    further = _text(
        4,
        label=_("Annat material från andra än sökanden"),
        help_text=_("Sådant som inte finns i Hemtag, med vem det kommer från och när."),
        required=False,
    )
    due_on = DateField(
        label=_("Sista dag för yttrande"), error_messages={"required": _("Ange sista dag för yttrandet.")}
    )


class ExceptionForm(forms.Form):
    """Why the material is not communicated."""

    exception = forms.ChoiceField(
        label=_("Undantag"),
        widget=forms.RadioSelect,
        choices=[(each.value, each.label) for each in CommunicationException if each.value],
        initial=CommunicationException.UNNECESSARY.value,
        error_messages={"required": _("Välj vilket undantag som gäller.")},
    )
    reason = _text(
        3,
        label=_("Skäl"),
        help_text=_("Till exempel att inget har tillförts av någon annan än sökanden."),
        error_messages={"required": _("Skriv varför materialet inte behöver kommuniceras.")},
    )

    def given(self) -> dict[str, Any]:
        clean = self.cleaned_data
        return {"exception": CommunicationException(clean["exception"]), "reason": clean["reason"]}


class SeveralForm(ExceptionForm):
    """The same exception for several applications."""

    applications = forms.MultipleChoiceField(
        label=_("Ansökningar"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Välj minst en ansökan.")},
    )
    field_order = ("applications", "exception", "reason")

    def __init__(self, *args: Any, offered: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {row.number: row for row in offered}
        field = self.fields["applications"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(number, f"{number} {row.title}") for number, row in self.offered.items()]

    def chosen(self) -> list[Any]:
        return [self.offered[number] for number in self.cleaned_data["applications"]]


class ReasonForm(forms.Form):
    reason = _text(
        4, label=_("Varför tas ansökan tillbaka?"), error_messages={"required": _("Skriv varför ansökan tas tillbaka.")}
    )


class VersionsForm(forms.Form):
    """Which two versions to compare; nonsense in the address is passed over."""

    fran = forms.TypedChoiceField(label=_("Från version"), coerce=int)
    till = forms.TypedChoiceField(label=_("Till version"), coerce=int)

    def __init__(self, *args: Any, versions: Sequence[tuple[int, dt.datetime, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = [number for number, _at, _ground in versions]
        choices = [(number, f"{number}: {ground}, {at:%Y-%m-%d}") for number, at, ground in versions]
        for name in ("fran", "till"):
            field = self.fields[name]
            assert isinstance(field, forms.TypedChoiceField)
            field.choices = choices
            field.widget.attrs["class"] = "ds-input"

    def chosen(self) -> tuple[int, int]:
        """The two numbers; the last two when nothing sensible is asked for."""
        usual = (self.numbers[-2] if len(self.numbers) > 1 else self.numbers[-1], self.numbers[-1])
        if not self.is_bound or not self.is_valid():
            return usual
        return self.cleaned_data["fran"], self.cleaned_data["till"]
