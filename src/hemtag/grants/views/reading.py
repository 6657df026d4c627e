"""The application to read and take along: the document, the one page, and the files."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from hemtag import clock
from hemtag.organisations.access import found, reachable

from .. import document, outputs, queries
from .applications import READERS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_file(content: bytes, content_type: str, name: str) -> HttpResponse:
    """A download that no browser guesses about and no cache keeps: drafts change, and who may read them too."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def document_context(reading: outputs.Reading) -> dict[str, Any]:
    """What grants/reading_content.html shows; the addresses within the page are short."""
    return {
        "reading": reading,
        "content": reading.content,
        "document": {**document.document(reading.content), "anchor": ""},
    }


def _reading(request: HttpRequest, number: str) -> tuple[Any, outputs.Reading]:
    row = found(queries.application_for, request.user, number)
    return row, outputs.reading_of(row, clock.now())


@reachable(*READERS)
def read_document(request: HttpRequest, number: str) -> HttpResponse:
    row, reading = _reading(request, number)
    return render(request, "grants/reading.html", {"application": row, **document_context(reading)})


@reachable(*READERS)
def read_summary(request: HttpRequest, number: str) -> HttpResponse:
    row, reading = _reading(request, number)
    context = {"application": row, "reading": reading, "summary": outputs.summary(reading)}
    return render(request, "grants/summary.html", context)


@reachable(*READERS)
def application_pdf(request: HttpRequest, number: str) -> HttpResponse:
    _row, reading = _reading(request, number)
    return as_file(outputs.application_pdf(reading), "application/pdf", f"ansokan-{number}.pdf")


@reachable(*READERS)
def summary_pdf(request: HttpRequest, number: str) -> HttpResponse:
    _row, reading = _reading(request, number)
    return as_file(outputs.summary_pdf(reading), "application/pdf", f"sammanfattning-{number}.pdf")


@reachable(*READERS)
def application_json(request: HttpRequest, number: str) -> HttpResponse:
    _row, reading = _reading(request, number)
    return as_file(outputs.as_json(reading), "application/json", f"ansokan-{number}.json")


@reachable(*READERS)
def application_sheet(request: HttpRequest, number: str) -> HttpResponse:
    _row, reading = _reading(request, number)
    return as_file(outputs.as_workbook(reading), XLSX, f"ansokan-{number}.xlsx")
