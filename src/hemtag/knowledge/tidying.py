"""Do the rows and the stored bytes agree? Bytes without a row are harmless; a row without its bytes is a loss."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.core.files.storage import default_storage
from django.db import transaction

from .models import Document
from .storing import everything, kept, key_of

# An upload lies without its row for as long as its request lasts.
AGE = dt.timedelta(days=1)


def orphans(now: dt.datetime) -> Iterator[str]:
    """Keys older than a day that no row points at: of a server that died between bytes and row, or while writing."""
    owned = {key_of(sha256) for sha256 in Document.objects.values_list("sha256", flat=True).distinct()}
    for key in everything():
        if key not in owned and _is_old(key, now):
            yield key


def remove(key: str, now: dt.datetime) -> bool:
    """Delete an orphan unless it has got a row, or has been stored anew, since it was listed."""
    with transaction.atomic():
        if Document.objects.filter(sha256=key.rpartition("/")[2]).exists() or not _is_old(key, now):
            return False
        default_storage.delete(key)
    return True


def damaged() -> Iterator[tuple[Document, str]]:
    """Rows whose bytes are "missing" or "changed"; every stored file is read and its hash reckoned anew."""
    faults: dict[str, str] = {}
    for document in Document.objects.order_by("sha256", "pk").iterator():
        if document.sha256 not in faults:
            faults = {document.sha256: _fault(document.sha256)}
        if fault := faults[document.sha256]:
            yield document, fault


def _fault(sha256: str) -> str:
    if kept(sha256) is not None:
        return ""
    return "changed" if default_storage.exists(key_of(sha256)) else "missing"


def _is_old(key: str, now: dt.datetime) -> bool:
    try:
        return now - default_storage.get_modified_time(key) > AGE
    except FileNotFoundError:
        return False  # finished, or removed by somebody else, since it was listed
