"""Files: checked at the door, kept under the hash of their content, scanned for viruses before anybody gets them."""

from __future__ import annotations

import functools
import logging

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import DoesNotHold, Problem, WrongState, holds

from .checks import ALLOWED_TYPES, extension_of, file_has_no_virus, file_is_acceptable, file_too_large, safe_name
from .models import SCAN_NEXT, Document, ScanState
from .scanning import NoVerdict, Scanner, Verdict, scanner
from .storing import keep, kept

log = logging.getLogger(__name__)

# A file that somebody opens by mistake in the browser can neither run, fetch nor show anything of the site.
ALONE = "default-src 'none'; sandbox"


class Kept(bytes):
    """Bytes that lie in the storage already, under their hash."""

    sha256: str


def read_upload(upload: UploadedFile, *, to_store: bool = False) -> bytes:
    """The bytes of an upload, refused by size before anything is read into memory, and at once when it has a virus.

    A scanner that does not answer lets the file through to the quarantine, where it waits. What is `to_store` goes to
    the storage here, before any transaction: one that is slow, as a bucket may be, then makes nobody else wait for a
    lock. If it is never written down in a row, `manage.py tidy_files` takes it away.
    """
    if (upload.size or 0) > settings.MAX_FILE_BYTES:
        message = file_too_large(upload.size or 0, settings.MAX_FILE_BYTES)
        raise DoesNotHold([Problem(message, field="file", rule="file_size_is_taken")])
    content = bytes(upload.read())
    if asked := scanner():
        try:
            verdict = asked.scan(content)
        except NoVerdict as why:
            log.warning("no verdict on an upload: %s", why)
        else:
            if not verdict.is_clean:
                log.warning("refused an upload with %s", verdict.signature)
            holds(file_has_no_virus(verdict.signature))
    if to_store and not file_is_acceptable(upload.name or "", content, settings.MAX_FILE_BYTES):
        already = Kept(content)
        already.sha256 = keep(content)
        return already
    return content


@transaction.atomic
def store(*, by: Person | None, owner: Organisation, name: str, content: bytes, made_here: bool = False) -> Document:
    """Keep a file that passes the checks; `made_here` is a document that Hemtag has typeset itself.

    Records one event. Raises DoesNotHold with what is wrong with the file. The bytes are stored before the row is
    written: a row never points at nothing, while a file without a row is harmless (`manage.py tidy_files`). With a
    scanner the file is in quarantine until the scan, which comes when everything is committed: a scanner that is slow
    or gone holds nobody else up, and a server that dies in between leaves a file that waits.
    """
    holds(file_is_acceptable(name, content, settings.MAX_FILE_BYTES))
    asked = None if made_here else scanner()
    unscanned = ScanState.MADE_HERE if made_here else ScanState.NOT_SCANNED
    document = Document.objects.create(
        name=safe_name(name),
        content_type=ALLOWED_TYPES[extension_of(name)],
        size=len(content),
        sha256=content.sha256 if isinstance(content, Kept) else keep(content),
        owner=owner,
        added_by=by,
        added_at=clock.now(),
        scan_state=ScanState.WAITING if asked else unscanned,
    )
    record(by=by, verb="stored", subject=document, details={"sha256": document.sha256, "size": len(content)})
    if asked:
        transaction.on_commit(functools.partial(scan_quietly, document, asked), robust=True)
    return document


def scan_quietly(document: Document, asked: Scanner) -> None:
    """Scan now; a file that gets no verdict waits in quarantine for `manage.py scan_waiting`."""
    try:
        scan(document, asked)
    except NoVerdict as why:
        log.warning("%s waits for its scan: %s", document.sha256, why)


def scan(document: Document, asked: Scanner) -> ScanState:
    """Ask the scanner and write its verdict down. Raises NoVerdict, and then nothing has changed.

    Records one event when the state changes. The scanner is asked outside any transaction of this function.
    """
    content = kept(document.sha256)
    if content is None:
        raise NoVerdict("the bytes are missing or damaged (manage.py tidy_files)")
    return _judge(document, asked.scan(content))


@transaction.atomic
def _judge(document: Document, verdict: Verdict) -> ScanState:
    """The one gate between a file's scan states."""
    fresh = Document.objects.select_for_update().get(pk=document.pk)
    to = ScanState.CLEAN if verdict.is_clean else ScanState.INFECTED
    if to == fresh.scan_state:
        return to
    if to not in SCAN_NEXT[fresh.scan_state]:
        raise WrongState(
            _("%(name)s: läget är %(from)s och kan inte bli %(to)s.")
            % {"name": fresh.name, "from": fresh.get_scan_state_display(), "to": str(to.label)}
        )
    fresh.scan_state, fresh.scanned_at, fresh.infection = to, clock.now(), verdict.signature
    fresh.save(update_fields=["scan_state", "scanned_at", "infection"])
    if verdict.is_clean:
        record(by=None, verb="cleared_file", subject=fresh, details={"sha256": fresh.sha256})
    else:
        found = {"sha256": fresh.sha256, "infection": verdict.signature}
        record(by=None, verb="found_virus", subject=fresh, details=found)
    return to


def to_scan(*, again: bool = False) -> QuerySet[Document]:
    """Uploaded files without a verdict, oldest first; with `again` those that have one too."""
    states = [ScanState.WAITING, ScanState.NOT_SCANNED]
    if again:
        states += [ScanState.CLEAN, ScanState.INFECTED]
    return Document.objects.filter(scan_state__in=states).order_by("pk")


def served(document: Document) -> HttpResponse:
    """The file as a download: never shown inside the site, never sniffed into another type, never kept by a cache.

    Raises WrongState for a file in quarantine, and for one whose bytes are not what was stored.
    """
    _may_leave(document)
    content = kept(document.sha256)
    if content is None:
        log.error("the bytes of %s are missing or damaged", document.sha256)
        raise WrongState(
            _(
                "Innehållet i %(name)s saknas eller är skadat i lagringen. Ladda upp filen igen, eller säg till förvaltaren."
            )
            % {"name": document.name}
        )
    return HttpResponse(
        content,
        content_type=document.content_type,
        headers={
            "Content-Disposition": content_disposition_header(True, document.name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": ALONE,
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, no-store",
            "Accept-Ranges": "none",
        },
    )


def _may_leave(document: Document) -> None:
    if document.scan_state == ScanState.WAITING:
        raise WrongState(
            _(
                "Filen väntar på viruskontroll: %(name)s är sparad men lämnas inte ut förrän kontrollen är gjord. Försök "
                "igen om en stund."
            )
            % {"name": document.name}
        )
    if document.scan_state == ScanState.INFECTED:
        raise WrongState(
            _("Virus hittat i %(name)s (%(found)s). Filen lämnas inte ut. Ladda upp en ren fil i stället.")
            % {"name": document.name, "found": document.infection}
        )
