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

from ..sheets import LARGEST_FILE, Book, Change, Fault, Key, Reading, changes, opened, read
from ..sheets.opening import too_large

A_DAY = 24 * 60 * 60
Plan = dict[int, tuple[int, dict[Key, tuple[int, int]]]]


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

    def clean_plan(self) -> Plan:
        try:
            told = signing.loads(self.cleaned_data["plan"], salt=self.SALT, max_age=A_DAY)
        except signing.BadSignature:
            told = {}
        if told.get("owner") != self.owner:
            raise forms.ValidationError(_("Det som skulle sparas har blivit för gammalt. Läs in filen en gång till."))
        return {
            number: (version, {(code, kind, year): (requested, own) for code, kind, year, requested, own in cells})
            for number, version, cells in told["blocks"]
        }

    @property
    def changes(self) -> list[Change]:
        """What is left to change, against what is saved now."""
        known = {part.number for part in self.book.parts}
        plan: Plan = self.cleaned_data.get("plan", {})
        sent = [(number, version, cells) for number, (version, cells) in plan.items() if number in known]
        return changes(self.book, sent)

    def start(self, shown: Iterable[Change], versions: Mapping[int, int] | None = None) -> str:
        """The signed plan; `versions` are those that the person has now seen."""
        blocks = [
            (
                change.number,
                (versions or {}).get(change.number, change.version),
                [(*key, *pair) for key, pair in sorted(change.cells.items())],
            )
            for change in shown
        ]
        return signing.dumps({"owner": self.owner, "blocks": blocks}, salt=self.SALT, compress=True)
