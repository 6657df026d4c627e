"""The kinds of news that the catalogue tells of, and how each is called; pure."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, Promise] = {
    "recalled": _("Återkallad"),
    "published": _("Nytt paket"),
    "state": _("Nytt läge"),
    "new": _("Ny i katalogen"),
    "merged": _("Sammanslagen"),
    "evidence": _("Nytt om effekten"),
    "review": _("Prövning"),
    "step": _("Införande"),
    "stopped": _("En region har slutat"),
    "adaptation": _("Lokal anpassning"),
    "variant": _("Ny variant"),
    "measured": _("Ny mätning"),
    "question": _("Ny fråga"),
    "answer": _("Nytt svar"),
    "fault": _("Fel anmält eller rättat"),
    "text": _("Ny text"),
    "link": _("Länk som inte svarar"),
}
"""What `actions.news.tell` takes as `what`. A new kind is added here."""


def word_of(what: str) -> str:
    return str(KINDS.get(what, what))


def without_title(text: str, title: str) -> str:
    """'Röntgengranskning: Region Skåne, i drift.' → 'Region Skåne, i drift.': where the title stands beside it."""
    rest = text.removeprefix(f"{title}: ")
    return rest[:1].upper() + rest[1:] if rest != text and rest else text
