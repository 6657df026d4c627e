"""The catalogue: found, filtered, ordered, and taken along as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hemtag.organisations.access import ANYONE, reachable
from hemtag.organisations.rules import regions_of

from .. import listing, rules, searching
from ..queries import following

AT_ONCE = 500


def _search(request: HttpRequest) -> tuple[str, dict[str, str], str, searching.Search]:
    text = request.GET.get("q", "").strip()
    chosen = {name: request.GET.get(name, "").strip() for name in searching.FILTERS}
    by = request.GET.get("sortera", "")
    return text, chosen, by, searching.search(request.user, text, chosen, by or searching.usual_order(text))


def _without(request: HttpRequest, name: str) -> str:
    """The address of the page without one of its filters."""
    address = request.GET.copy()
    for gone in (name, "sida"):
        address.pop(gone, None)
    return address.urlencode()


@reachable(ANYONE)
def solutions(request: HttpRequest) -> HttpResponse:
    text, chosen, by, result = _search(request)
    filters = searching.labelled(result.choices, chosen)
    person, area = request.user, {"specialty": chosen["omrade"], "kind": chosen["slag"]}
    context: dict[str, Any] = {
        "page": Paginator(result.hits, searching.SHOWN).get_page(request.GET.get("sida")),
        "main": [each for each in filters if each.is_main],
        "more": [each for each in filters if not each.is_main and (each.name != "lage" or each.chosen)],
        "taken": [(each.chosen_label, _without(request, each.name)) for each in filters if each.chosen],
        "text": text,
        "orders": searching.orders(text),
        "by": by,
        "narrowed": text or any(chosen.values()),
        "query": _without(request, "sida"),
        "area": area,
        "may_follow": any(area.values()) and person.is_authenticated and bool(rules.may_follow(person)),
        "follows": following.follows_area(person, **area),
        "may_propose": bool(regions_of(person)),
    }
    return render(request, "solutions/solutions.html", context)


def _found(request: HttpRequest) -> Iterator[Any]:
    """The solutions of the list in its order, some hundred at a time."""
    hits = _search(request)[3].hits
    for start in range(0, min(len(hits), listing.MOST), AT_ONCE):
        yield from (hit.solution for hit in hits[start : start + AT_ONCE])


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@reachable(ANYONE)
def solutions_csv(request: HttpRequest) -> HttpResponse:
    return _file(listing.as_csv(_found(request)), "text/csv; charset=utf-8", "losningar.csv")


@reachable(ANYONE)
def solutions_sheet(request: HttpRequest) -> HttpResponse:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(listing.as_workbook(_found(request)), kind, "losningar.xlsx")
