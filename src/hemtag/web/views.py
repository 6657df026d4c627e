"""Pages that belong to no single room: start, log-in, own page, frames, regions, register, about; and errors."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as django_set_language

from hemtag.history.queries import head, register_entries
from hemtag.organisations.access import ANYONE, SIGNED_IN, found, reachable
from hemtag.organisations.queries import person_with, region_with

from . import queries
from .forms import LogInForm


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", {"reason": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)


@reachable(ANYONE)
def start(request: HttpRequest) -> HttpResponse:
    return render(request, "web/start.html", queries.start_page(request.user))


def _next(request: HttpRequest) -> str:
    """Where to go after log-in: only within this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else resolve_url(settings.LOGIN_REDIRECT_URL)


@reachable(ANYONE)
def log_in(request: HttpRequest) -> HttpResponse:
    form = LogInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = authenticate(request, username=form.cleaned_data["email"], password=form.cleaned_data["password"])
        if person is not None:
            login(request, person)
            return redirect(_next(request))
        form.add_error(None, _("E-postadressen eller lösenordet stämmer inte."))
    people = queries.people_to_try() if settings.DEMO else []
    context = {"form": form, "people": people, "next": _next(request)}
    return render(request, "web/log_in.html", context, status=422 if form.errors else 200)


@reachable(ANYONE)
@require_POST
def demo_log_in(request: HttpRequest) -> HttpResponse:
    """One click in as anyone: exists only in the demo."""
    if not settings.DEMO:
        raise Http404
    person = found(person_with, request.POST.get("person", ""))
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect(_next(request))


@reachable(ANYONE)
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("start")


@reachable(ANYONE)
@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    return django_set_language(request)


@reachable(SIGNED_IN)
def my_page(request: HttpRequest) -> HttpResponse:
    return render(request, "web/my_page.html", queries.my_page(request.user))


@reachable(ANYONE)
def frames(request: HttpRequest) -> HttpResponse:
    return render(request, "web/frames.html", queries.frames_page())


@reachable(ANYONE)
def regions(request: HttpRequest) -> HttpResponse:
    return render(request, "web/regions.html", {"rows": queries.regions_at_a_glance()})


@reachable(ANYONE)
def region(request: HttpRequest, code: str) -> HttpResponse:
    row = found(region_with, code)
    return render(request, "web/region.html", queries.region_page(request.user, row))


@reachable(ANYONE)
def register(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    page = Paginator(register_entries(text), 100).get_page(request.GET.get("sida"))
    return render(request, "web/register.html", {"page": page, "text": text, "head": head()})


@reachable(ANYONE)
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "web/about.html")


@reachable(ANYONE)
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "web/accessibility.html")


@reachable(ANYONE)
def documentation(request: HttpRequest) -> HttpResponse:
    return render(request, "web/documentation.html")
