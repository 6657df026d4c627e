"""What must hold for files and underlag: pure functions on plain data."""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
import zipfile

import puremagic
from django.utils.translation import gettext as _

from hemtag.refusals import Problem

# What a region or the delegation needs to hand in: minutes, agreements, tables, pictures of them.
ALLOWED_TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
OFFICE_PART = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}


def extension_of(name: str) -> str:
    match = re.search(r"\.[A-Za-z0-9]{1,5}$", name)
    return match.group(0).lower() if match else ""


def safe_name(name: str) -> str:
    """A file name that is safe in a header and on any disk: last path part, no control characters, 120 characters."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(c for c in last if c.isalnum() or c in " ._-()§").strip(" .")
    ending = extension_of(kept)
    return (kept[: 120 - len(ending)].removesuffix(ending) + ending) or "fil"


def file_is_acceptable(name: str, content: bytes, max_bytes: int) -> list[Problem]:
    """Type, size and whether the content is what the name says."""

    def says(message: str) -> list[Problem]:
        return [Problem(message, field="file", rule="file_is_acceptable")]

    ending = extension_of(name)
    if ending not in ALLOWED_TYPES:
        return says(
            _("Filtypen %(type)s tas inte emot. Spara om som PDF (eller PNG, JPG, DOCX, XLSX) och försök igen.")
            % {"type": ending or _("utan filändelse")}
        )
    if not content:
        return says(_("Filen är tom. Kontrollera att den gick att öppna hos dig och försök igen."))
    if len(content) > max_bytes:
        return says(file_too_large(len(content), max_bytes))
    if not is_what_it_says(ending, content):
        return says(
            _("Innehållet är inte en %(type)s-fil fast namnet säger det. Öppna filen, spara om den och försök igen.")
            % {"type": ending.removeprefix(".").upper()}
        )
    return []


def file_too_large(size: int, max_bytes: int) -> str:
    return _("Filen är %(size)s MB; högst %(max)s MB tas emot. Skanna med lägre upplösning eller dela upp den.") % {
        "size": -(-size // 1_000_000),
        "max": max_bytes // 1_000_000,
    }


def is_what_it_says(ending: str, content: bytes) -> bool:
    if ending in OFFICE_PART:
        # An Office file is a zip with a known part; a macro-bearing one has vbaProject.bin and is refused.
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                names = archive.namelist()
        except (zipfile.BadZipFile, ValueError):
            return False
        return OFFICE_PART[ending] in names and not any(name.lower().endswith("vbaproject.bin") for name in names)
    try:
        found = {match.extension.lower() for match in puremagic.magic_string(content[:4096])}
    except puremagic.PureError:
        return False
    return bool(found & ({".jpg", ".jpeg"} if ending in {".jpg", ".jpeg"} else {ending}))


def text_is_given(text: str, field: str) -> list[Problem]:
    return [] if text.strip() else [Problem(_("Fyll i fältet."), field=field, rule="text_is_given")]


def underlag_is_complete(
    *, summary: str, body: str, conditions: str, hours_to_make: int, obstacles: int
) -> list[Problem]:
    """What another region must have to rely on it."""
    rule = "underlag_is_complete"
    problems = []
    if not summary.strip():
        problems.append(Problem(_("Sammanfattningen saknas: vad gäller, i två meningar."), "summary", rule=rule))
    if len(body.strip()) < 200:
        problems.append(
            Problem(
                _("Texten är för kort för att en annan region ska kunna lita på den (minst 200 tecken)."),
                "body",
                rule=rule,
            )
        )
    if not conditions.strip():
        problems.append(
            Problem(
                _("Skriv under vilka förutsättningar det gäller, så att andra ser om det gäller dem."),
                "conditions",
                rule=rule,
            )
        )
    if hours_to_make <= 0:
        problems.append(Problem(_("Ange hur många timmar det tog att ta fram."), "hours_to_make", rule=rule))
    if not obstacles:
        problems.append(Problem(_("Välj minst ett hinder som underlaget hjälper mot."), "obstacles", rule=rule))
    return problems


def underlag_is_still_valid(valid_until: dt.date | None, today: dt.date) -> list[Problem]:
    if valid_until is None or valid_until >= today:
        return []
    message = _("Giltighetstiden gick ut %(day)s. Ange en senare dag, eller ingen.") % {"day": valid_until.isoformat()}
    return [Problem(message, field="valid_until", rule="underlag_is_still_valid")]


MOST_REUSE_HOURS = 20_000


def reuse_is_reasonable(
    *, is_owner: bool, is_applicable: bool, hours_spent: int, hours_alone: int, note: str
) -> list[Problem]:
    rule = "reuse_is_reasonable"
    problems = []
    if is_owner:
        problems.append(Problem(_("Regionen har själv gjort underlaget; återanvändning anges av de andra."), rule=rule))
    for field, hours in (("hours_spent", hours_spent), ("hours_alone", hours_alone)):
        if not 0 <= hours <= MOST_REUSE_HOURS:
            message = _("Timmar anges som ett helt tal mellan 0 och %(most)s.") % {"most": MOST_REUSE_HOURS}
            problems.append(Problem(message, field, rule=rule))
    if not is_applicable and not note.strip():
        problems.append(
            Problem(
                _("Skriv varför det inte är tillämpligt, så att andra kan se om det gäller dem."), "note", rule=rule
            )
        )
    return problems
