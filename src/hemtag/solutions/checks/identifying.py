"""What must hold for a tip, a need and a merge. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from hemtag.refusals import Problem

LONGEST = {"title": 160, "specialty": 80, "contact": 200, "link": 300}
LONGEST_TEXT = 10_000


def texts_fit(values: Mapping[str, str]) -> list[Problem]:
    """No field is longer than its column, and no text longer than anybody reads."""
    problems = []
    for field, text in values.items():
        most = LONGEST.get(field, LONGEST_TEXT)
        if len(text) > most:
            words = _("Texten är %(is)s tecken; det får plats %(most)s.") % {"is": len(text), "most": most}
            problems.append(Problem(words, field=field, rule="texts_fit"))
    return problems


def link_leads_to_the_web(link: str) -> list[Problem]:
    """Empty, or an address of http or https: never a script, a file or an address with a password in it."""
    if not link:
        return []
    try:
        parts = urlsplit(link)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username
    except ValueError:
        good = False
    if good and not any(letter.isspace() for letter in link):
        return []
    return [Problem(_("Länken ska börja med https:// eller http://."), field="link", rule="link_leads_to_the_web")]


def need_is_described(values: Mapping[str, str]) -> list[Problem]:
    """Title, area and problem say what is needed to someone in another region."""
    words = {
        "title": _("Skriv behovet i en mening."),
        "specialty": _("Ange verksamhetsområde."),
        "problem": _("Skriv vad som är problemet i dag, och för vem."),
    }
    return [
        Problem(message, field=field, rule="need_is_described")
        for field, message in words.items()
        if not values.get(field, "").strip()
    ]


def has_reason(reason: str, message: str) -> list[Problem]:
    return [] if reason.strip() else [Problem(message, field="reason", rule="has_reason")]
