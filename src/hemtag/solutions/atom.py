"""Atom (RFC 4287) of the catalogue's public news, written with the standard library. Always in Swedish, as it is kept."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as xml

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from hemtag import clock

from .news import without_title, word_of

NAMESPACE = "http://www.w3.org/2005/Atom"
# Signs that XML 1.0 cannot hold, whatever somebody has pasted.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _id(*parts: str) -> str:
    """The same for the same thing for ever, whatever the site's address becomes."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, '|'.join(('hemtag', *parts)))}"


def _add(parent: xml.Element, name: str, text: str = "", **attributes: str) -> xml.Element:
    element = xml.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)
    element.text = _NOT_XML.sub("", text) or None
    return element


def feed(rows: Sequence[Any], *, title: str, page: str, path: str) -> bytes:
    """`rows` are News with their solution and its owner, the newest first; `path` is the feed's own address."""
    xml.register_namespace("", NAMESPACE)
    site = settings.SITE_URL
    top = xml.Element(f"{{{NAMESPACE}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "sv"})
    _add(top, "title", title)
    _add(top, "id", _id("feed", path))
    _add(top, "link", rel="self", type="application/atom+xml", href=site + quote(path, safe="/?=&%:@!$'()*+,;~-._"))
    _add(top, "link", rel="alternate", type="text/html", href=site + page)
    started = clock.now().replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    _add(top, "updated", (rows[0].at if rows else started).isoformat(timespec="seconds"))
    _add(_add(top, "author"), "name", "Hemtag")
    with translation.override("sv"):
        for row in rows:
            _entry(top, row, site)
    return bytes(xml.tostring(top, encoding="utf-8", xml_declaration=True))


def _entry(top: xml.Element, row: Any, site: str) -> None:
    solution = row.solution
    entry = _add(top, "entry")
    _add(entry, "title", f"{solution.title}: {word_of(row.what).lower()}")
    _add(entry, "id", _id("news", solution.slug, str(row.pk), row.at.isoformat()))
    _add(entry, "updated", row.at.isoformat(timespec="seconds"))
    _add(entry, "published", row.at.isoformat(timespec="seconds"))
    _add(entry, "link", rel="alternate", type="text/html", href=site + reverse("solution", args=[solution.slug]))
    _add(_add(entry, "author"), "name", solution.owner.name)
    _add(entry, "category", term=row.what, label=_NOT_XML.sub("", word_of(row.what)))
    _add(entry, "category", term=solution.kind, label=str(solution.get_kind_display()))
    _add(entry, "category", term=_NOT_XML.sub("", solution.specialty))
    _add(entry, "summary", without_title(row.text, solution.title), type="text")
