"""Files on disk: kept under the hash of their content, so that one file is stored once and never overwritten."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from hemtag import clock
from hemtag.history.actions import record
from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import DoesNotHold, Problem, holds

from .checks import ALLOWED_TYPES, extension_of, file_is_acceptable, file_too_large, safe_name
from .models import Document


def read_upload(upload: UploadedFile) -> bytes:
    """The bytes of an upload, refused by size before anything is read into memory."""
    if (upload.size or 0) > settings.MAX_FILE_BYTES:
        message = file_too_large(upload.size or 0, settings.MAX_FILE_BYTES)
        raise DoesNotHold([Problem(message, field="file", rule="file_is_acceptable")])
    return bytes(upload.read())


def path_of(sha256: str) -> Path:
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256


@transaction.atomic
def store(*, by: Person | None, owner: Organisation, name: str, content: bytes) -> Document:
    """Keep a file that passes the checks.

    Records one event. Raises DoesNotHold with what is wrong with the file. The bytes are on disk before the row is
    written: a row never points at nothing, while a file without a row is harmless.
    """
    holds(file_is_acceptable(name, content, settings.MAX_FILE_BYTES))
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{uuid.uuid4().hex}.part")
        part.write_bytes(content)
        part.replace(path)
    document = Document.objects.create(
        name=safe_name(name),
        content_type=ALLOWED_TYPES[extension_of(name)],
        size=len(content),
        sha256=sha256,
        owner=owner,
        added_by=by,
        added_at=clock.now(),
    )
    record(by=by, verb="stored", subject=document, details={"sha256": sha256, "size": len(content)})
    return document


def served(document: Document) -> HttpResponse:
    """The file as a download: never shown inside the site, never sniffed into another type."""
    response = HttpResponse(path_of(document.sha256).read_bytes(), content_type=document.content_type)
    response["Content-Disposition"] = content_disposition_header(True, document.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
