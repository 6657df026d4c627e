"""What is new, what one follows, and the feed that anyone's reader can fetch."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag, url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hemtag.organisations.access import ANYONE, SIGNED_IN, found, reachable
from hemtag.organisations.rules import regions_of

from .. import atom, queries
from ..actions import following as acts
from ..forms.following import AreaForm
from ..queries import following


@reachable(SIGNED_IN)
def news(request: HttpRequest) -> HttpResponse:
    person = request.user
    rows = following.subscriptions_of(person)
    context = {
        "urgent": following.urgent_to(person),
        "news": following.unseen(person),
        "followed": len(rows),
        "latest": [] if rows else following.news_for(person)[:20],
    }
    return render(request, "solutions/news.html", context)


@reachable(SIGNED_IN)
@require_POST
def read_news(request: HttpRequest) -> HttpResponse:
    acts.read_news(by=request.user)
    messages.success(request, _("Läst. Här visas det som händer från och med nu."))
    return redirect("solution_news")


@reachable(SIGNED_IN)
def followed(request: HttpRequest) -> HttpResponse:
    rows = [(row, following.what_is_followed(row)) for row in following.subscriptions_of(request.user)]
    return render(request, "solutions/followed.html", {"rows": rows, "gets_mail": bool(regions_of(request.user))})


def _back(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    wanted = request.POST.get("tillbaka", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return redirect(wanted if safe else otherwise)


@reachable(SIGNED_IN)
@require_POST
def follow_solution(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    acts.follow(by=request.user, solution=row)
    messages.success(
        request, _("Du bevakar lösningen. Det som händer räknas i dina utskick och visas på Nytt för dig.")
    )
    return redirect("solution", row.slug)


@reachable(SIGNED_IN)
@require_POST
def follow_area(request: HttpRequest) -> HttpResponse:
    form = AreaForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {}
    acts.follow(by=request.user, specialty=given.get("specialty", ""), kind=given.get("kind", ""))
    messages.success(request, _("Du bevakar området. Det som händer räknas i dina utskick och visas på Nytt för dig."))
    return _back(request, reverse("followed"))


@reachable(SIGNED_IN)
@require_POST
def unfollow(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(following.subscription_of, request.user, pk)
    acts.unfollow(by=request.user, subscription=row)
    messages.success(request, _("Bevakningen är avslutad."))
    return _back(request, reverse("followed"))


@reachable(ANYONE)
def news_feed(request: HttpRequest) -> HttpResponse:
    area, kind = request.GET.get("omrade", "").strip()[:80], request.GET.get("slag", "").strip()[:16]
    rows = following.feed(specialty=area, kind=kind)
    narrowed = ", ".join(each for each in (area, str(dict(queries.KINDS).get(kind, kind))) if each)
    return _feed(request, rows, f"Hemtag: lösningar{f' – {narrowed}' if narrowed else ''}", reverse("solutions"))


@reachable(ANYONE)
def solution_feed(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.solution_called, None, slug)
    rows = following.feed(solution=row)
    return _feed(request, rows, f"Hemtag: {row.title}", reverse("solution", args=[row.slug]))


def _feed(request: HttpRequest, rows: list[Any], title: str, page: str) -> HttpResponse:
    """The same for everyone; answers 304 to a reader that has it already."""
    body = atom.feed(rows, title=title, page=page, path=request.get_full_path())
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    newest = int(rows[0].at.timestamp()) if rows else 0
    answer = HttpResponse(body, content_type="application/atom+xml; charset=utf-8")
    answer["ETag"] = etag
    if newest:
        answer["Last-Modified"] = http_date(newest)
    answer["Cache-Control"] = "public, max-age=300"
    return get_conditional_response(request, etag=etag, last_modified=newest or None, response=answer) or answer
