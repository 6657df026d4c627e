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

from . import contents

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
    """Type, size, whether the content is what the name says, and that nothing in it is locked or acts by itself.

    The first thing that does not hold is told, since the next ones often follow from it.
    """
    ending = extension_of(name)
    return (
        file_type_is_taken(ending)
        or file_size_is_taken(len(content), max_bytes)
        or (office_file_is_safe(ending, content) if ending in OFFICE_PART else [])
        or content_is_what_the_name_says(ending, content)
        or (pdf_is_safe(content) if ending == ".pdf" else [])
    )


def _refused(rule: str, message: str, **words: object) -> list[Problem]:
    return [Problem(message % words if words else message, field="file", rule=rule)]


def file_type_is_taken(ending: str) -> list[Problem]:
    if ending in ALLOWED_TYPES:
        return []
    message = _("Filtypen %(type)s tas inte emot. Spara om som PDF (eller PNG, JPG, DOCX, XLSX) och försök igen.")
    return _refused("file_type_is_taken", message, type=ending or _("utan filändelse"))


def file_size_is_taken(size: int, max_bytes: int) -> list[Problem]:
    if not size:
        message = _("Filen är tom. Kontrollera att den gick att öppna hos dig och försök igen.")
        return _refused("file_size_is_taken", message)
    return _refused("file_size_is_taken", file_too_large(size, max_bytes)) if size > max_bytes else []


def file_too_large(size: int, max_bytes: int) -> str:
    return _("Filen är %(size)s MB; högst %(max)s MB tas emot. Skanna med lägre upplösning eller dela upp den.") % {
        "size": -(-size // 1_000_000),
        "max": max_bytes // 1_000_000,
    }


def content_is_what_the_name_says(ending: str, content: bytes) -> list[Problem]:
    if is_what_it_says(ending, content):
        return []
    message = _("Innehållet är inte en %(type)s-fil fast namnet säger det. Öppna filen, spara om den och försök igen.")
    return _refused("content_is_what_the_name_says", message, type=ending.removeprefix(".").upper())


def office_file_is_safe(ending: str, content: bytes) -> list[Problem]:
    """A DOCX or XLSX without password, macros, programs, templates from the web, and of a size that can be opened."""
    rule = "office_file_is_safe"
    if contents.is_locked_office(content):
        return _locked(rule)
    if contents.is_old_office(content):
        message = _("Filen är i Offices gamla format. Öppna den, spara om som %(type)s eller PDF och försök igen.")
        return _refused(rule, message, type=ending.removeprefix(".").upper())
    found = contents.findings_in_office(content)
    if found.locked:
        return _locked(rule)
    if found.bomb:
        message = _(
            "Filen växer onormalt mycket när den öppnas (%(found)s) och tas inte emot. Spara om som PDF och försök igen."
        )
        return _refused(rule, message, found=found.bomb)
    if found.macro:
        message = _(
            "Filen innehåller makron (%(found)s). Spara om som PDF, eller som %(type)s utan makron, och försök igen."
        )
        return _refused(rule, message, found=found.macro, type=ending.removeprefix(".").upper())
    if found.active:
        message = _(
            "Filen innehåller ett inbäddat program eller objekt (%(found)s). Ta bort det, eller spara om som PDF, och "
            "försök igen."
        )
        return _refused(rule, message, found=found.active)
    if found.fetched:
        message = _(
            "Filen hämtar en mall eller ett objekt från nätet när den öppnas (%(found)s). Spara om som PDF och försök igen."
        )
        return _refused(rule, message, found=found.fetched)
    return []


def pdf_is_safe(content: bytes) -> list[Problem]:
    """A PDF without encryption and without scripts; attached files are taken, since signing services add them."""
    rule = "pdf_is_safe"
    if contents.is_locked_pdf(content):
        return _locked(rule)
    try:
        active = contents.active_in_pdf(content)
    except contents.Unreadable:
        message = _(
            "PDF-filen växer onormalt mycket när den öppnas och tas inte emot. Skriv ut den till en ny PDF och försök igen."
        )
        return _refused(rule, message)
    if active:
        message = _(
            "PDF-filen innehåller något som körs när den öppnas (%(found)s). Skriv ut den till en ny PDF och försök igen."
        )
        return _refused(rule, message, found=active)
    return []


def file_has_no_virus(signature: str) -> list[Problem]:
    """`signature` is the scanner's name for what it found; "" for a clean file."""
    if not signature:
        return []
    message = _(
        "Viruskontrollen hittade %(found)s i filen, som därför inte tas emot. Låt er it-support se på datorn, och ladda "
        "upp en ren fil."
    )
    return _refused("file_has_no_virus", message, found=signature)


def _locked(rule: str) -> list[Problem]:
    message = _(
        "Filen är skyddad (krypterad eller med lösenord) och kan inte kontrolleras. Ta bort skyddet, eller skriv ut den "
        "till en ny PDF, och försök igen."
    )
    return _refused(rule, message)


def is_what_it_says(ending: str, content: bytes) -> bool:
    if ending in OFFICE_PART:
        if not contents.findings_in_office(content).is_readable:
            return False
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return OFFICE_PART[ending] in archive.namelist()
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
