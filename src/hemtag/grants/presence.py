"""Who is writing where in an application, just now.

Kept in the cache and never in the database: it is worth nothing after a minute, it would be a write four times a
minute per writer beside the texts, and where a person was at what time is nobody's business afterwards. A person is
there for `EXPIRES` seconds after the last sign of life.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _

from hemtag.organisations.models import Organisation, Person

from . import sections
from .models import Application

BEAT = 15  # seconds between the signs of life that a page gives
EXPIRES = 45


@dataclass(frozen=True)
class Sign:
    """A person's last sign of life in an application."""

    person: int
    name: str
    region: str
    section: str

    @property
    def place(self) -> str:
        return place(self.section)

    def __str__(self) -> str:
        return _("%(name)s, %(region)s, är i %(place)s") % {
            "name": self.name,
            "region": self.region,
            "place": self.place,
        }


def place(key: str) -> str:
    """Where somebody is, to follow on "är i"."""
    section = sections.parse(key)
    words = {
        sections.COMMON: _("Regionens förutsättningar"),
        sections.TEXT: _("Texter och plan"),
        sections.POINTS: _("Mätpunkter"),
        sections.BLOCK: _("Block %(which)s"),
        sections.EFFECTS: _("Effekter av block %(which)s"),
        sections.COSTS: _("Kostnader i block %(which)s"),
        sections.REGION: _("Beslut i regionerna"),
    }
    return words[section.kind] % {"which": section.which}


def give_sign(application: Application, person: Person, region: Organisation | None, section: str) -> None:
    """The person is in the section now. Raises ValueError for a key that names no section."""
    sections.parse(section)
    sign = Sign(person.pk, person.name, region.name if region else "", section)
    cache.set(_key(application, person.pk), asdict(sign), EXPIRES)
    known = cache.get(_list(application)) or {}
    now = time.time()
    # A list that two write at once loses one of them until its next beat; that much is borne for having no lock.
    if known.get(person.pk, 0) < now:
        still = {pk: until for pk, until in known.items() if until > now}
        cache.set(_list(application), {**still, person.pk: now + 10 * EXPIRES}, 20 * EXPIRES)


def leave(application: Application, person: Person, section: str) -> None:
    """The page is closed. A sign from another page of the same person stays."""
    if (cache.get(_key(application, person.pk)) or {}).get("section") == section:
        cache.delete(_key(application, person.pk))


def others(application: Application, person: Any) -> list[Sign]:
    """The other people who are writing in the application now, in the order of its sections' names."""
    known = cache.get(_list(application)) or {}
    keys = [_key(application, pk) for pk in known if pk != person.pk]
    signs = [Sign(**kept) for kept in cache.get_many(keys).values()]
    return sorted(signs, key=lambda sign: (sign.section, sign.name))


def _key(application: Application, person: int) -> str:
    return f"presence:{application.pk}:{person}"


def _list(application: Application) -> str:
    return f"presence:{application.pk}"
