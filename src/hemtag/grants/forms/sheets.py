"""A workbook on its way in: first the file, then, when nothing is wrong in it, what it changes, to be confirmed.

Between the two the changes travel with the page, signed: nothing is kept of a file that nobody confirms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from hemtag.refusals import Clash, DoesNotHold

from ..sheets import LARGEST_FILE, Book, Change, Fault, Reading, Touched, changes, opened, read
from ..sheets.book import Cells
from ..sheets.opening import too_large

A_DAY = 24 * 60 * 60
Sent = list[tuple[int, int, Touched]]


class SheetForm(forms.Form):
    """`faults` tells everything that is wrong inside the file, `changes` what it would change."""

    file = forms.FileField(
        label=_("Ifyllt kalkylblad"), help_text=_("Excel-arbetsbok (.xlsx), högst 5 MB."), max_length=200
    )

    def __init__(self, *args: Any, book: Book, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.book = book
        self.faults: list[Fault] = []

    def clean_file(self) -> Reading:
        upload: UploadedFile = self.cleaned_data["file"]
        if (upload.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(too_large(upload.size or 0))
        try:
            reading = read(opened(upload.name or "", upload.read()), self.book)
        except DoesNotHold as refusal:
            raise forms.ValidationError([str(problem) for problem in refusal.problems]) from refusal
        self.faults = reading.faults
        if self.faults:
            raise forms.ValidationError(_("Det finns fel i filen, se tabellen ovanför. Ingenting är inläst."))
        return reading

    @property
    def changes(self) -> list[Change]:
        return changes(self.book, self.cleaned_data["file"].sent)


class ConfirmSheetForm(forms.Form):
    """What was shown, to be saved. Signed for one person and one application."""

    plan = forms.CharField(widget=forms.HiddenInput)
    clash: Clash | None = None
    SALT = "grants.import_budget"

    def __init__(self, *args: Any, person: Any, book: Book, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner, self.book = [person.pk, book.number], book

    def clean_plan(self) -> Sent:
        try:
            told = signing.loads(self.cleaned_data["plan"], salt=self.SALT, max_age=A_DAY)
        except signing.BadSignature:
            told = {}
        if told.get("owner") != self.owner:
            raise forms.ValidationError(_("Det som skulle sparas har blivit för gammalt. Läs in filen en gång till."))
        missing = {number for number, _version, _cells in told["blocks"]} - {part.number for part in self.book.parts}
        if missing:
            message = _("Block %(n)s finns inte längre i ansökan. Hämta ett nytt kalkylblad.")
            raise forms.ValidationError(message % {"n": ", ".join(map(str, sorted(missing)))})
        return [
            (number, version, {(code, kind, year): tuple(typed) for code, kind, year, *typed in cells})
            for number, version, cells in told["blocks"]
        ]

    @property
    def changes(self) -> list[Change]:
        """What is left to change: what was typed over, laid over what is saved now."""
        return changes(self.book, self.cleaned_data["plan"])

    @property
    def blocks(self) -> dict[int, tuple[int, Cells]]:
        """As the action takes them."""
        return {change.number: (change.version, change.cells) for change in self.changes}

    def start(self, shown: Iterable[Change], versions: Mapping[int, int] | None = None) -> str:
        """The signed plan; `versions` are those that the person has now seen."""
        blocks = [
            (
                change.number,
                (versions or {}).get(change.number, change.version),
                [(*key, *pair) for key, pair in sorted(change.touched.items())],
            )
            for change in shown
        ]
        return signing.dumps({"owner": self.owner, "blocks": blocks}, salt=self.SALT, compress=True)
