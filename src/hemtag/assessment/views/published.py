"""A frozen run that the delegation has published: for anyone to read, download and verify."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from hemtag.organisations.access import ANYONE, found, reachable

from ..queries import prioritising as queries
from ..queries.reading_bench import minutes_of
from ..queries.reading_runs import RunReading


@reachable(ANYONE)
def published_runs(request: HttpRequest) -> HttpResponse:
    return render(
        request, "assessment/published_runs.html", {"readings": [RunReading(row) for row in queries.published_runs()]}
    )


@reachable(ANYONE)
def published_run(request: HttpRequest, number: int) -> HttpResponse:
    run = found(queries.published_run, number)
    reading = RunReading(run)
    choice = request.GET.get("visa", "")
    context = {
        "reading": reading,
        "minutes": minutes_of(run),
        "choice": choice,
        "shown": reading.shown(choice),
        "files": queries.files_sha256(run),
        "is_public": True,
    }
    return render(request, "assessment/published_run.html", context)


def _file(number: int, content_of: Callable[[Any], bytes], name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content_of(found(queries.published_run, number)), content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@reachable(ANYONE)
def published_round(request: HttpRequest, number: int) -> HttpResponse:
    return _file(number, queries.round_file, "round.json", "application/json")


@reachable(ANYONE)
def published_result(request: HttpRequest, number: int) -> HttpResponse:
    return _file(number, queries.result_file, "result.json", "application/json")


@reachable(ANYONE)
def published_checker(request: HttpRequest, number: int) -> HttpResponse:
    return _file(number, lambda _run: queries.CHECKER.read_bytes(), "check.py", "text/x-python")


@reachable(ANYONE)
def published_archive(request: HttpRequest, number: int) -> HttpResponse:
    return _file(number, queries.published_file, f"prioritering-{number}.zip", "application/zip")
