"""Links to uploaded files, with how each stands with the virus scanner: `{% load files %}`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template

from hemtag.knowledge.queries import in_quarantine

register = template.Library()


@register.inclusion_tag("components/file_link.html")
def file_link(document: Any, url: str, label: str = "") -> dict[str, Any]:
    """The file's name as a link and its state as a word; a file in quarantine has its name and no link."""
    return {"document": document, "url": url, "label": label or document.name}


@register.inclusion_tag("components/file_state.html")
def file_state(document: Any) -> dict[str, Any]:
    """How a file stands with the scanner; nothing for what Hemtag has typeset itself."""
    return {"document": document, "is_uploaded": document.scan_state != "made_here"}


@register.inclusion_tag("components/files_in_quarantine.html")
def files_in_quarantine(participants: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A notice of the minutes that cannot be fetched now, for pages that show frozen content; one query for all."""
    rows = [row for row in participants if row.get("minutes")]
    held = in_quarantine(row["minutes"]["sha256"] for row in rows)
    found = [
        {"name": row["name"], "document": held[row["minutes"]["sha256"]]}
        for row in rows
        if row["minutes"]["sha256"] in held
    ]
    return {"found": found, "infected": any(row["document"].scan_state == "infected" for row in found)}
