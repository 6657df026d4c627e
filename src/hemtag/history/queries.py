"""Reading what happened."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet

from .models import Event, RegisterEntry


def kind_of(subject: Model) -> str:
    return str(subject._meta.label_lower)


def events_about(subject: Model) -> QuerySet[Event]:
    """Newest first; who may see them is decided by who may see the subject."""
    return Event.objects.filter(subject_type=kind_of(subject), subject_id=str(subject.pk)).order_by("-number")


def latest_events(limit: int = 50) -> list[Event]:
    return list(Event.objects.order_by("-number")[:limit])


def head() -> tuple[int, str]:
    """(number, hash) of the newest event: published, so that anyone can keep it and later prove a cut chain."""
    last: Any = Event.objects.order_by("-number").values_list("number", "hash").first()
    return (last[0], last[1]) if last else (0, "0" * 64)


def register_entries(text: str = "") -> QuerySet[RegisterEntry]:
    """The public register, newest first; a line under secrecy shows its number, date and ground but no subject."""
    entries = RegisterEntry.objects.all()
    if text:
        entries = entries.filter(secrecy_ground="").filter(subject__icontains=text) | entries.filter(
            case_number__icontains=text
        )
    return entries
