"""What every answer carries, and how a refusal becomes a page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from hemtag.refusals import DoesNotHold, NotAllowed, WrongState

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

Answer = Callable[[HttpRequest], HttpResponse]


class ContentSecurityPolicy:
    """Nothing from other hosts, nothing inline: a script in a title stays text even where escaping were forgotten."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            # What a signed-in person sees is not kept in shared or local caches.
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class AddressesAreText:
    """No page lies at an address with a NUL in it, before or after the question mark: PostgreSQL takes none as text."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise Http404
        return self.get_response(request)


class RefusalsAsPages:
    """A refusal that no view has shown at its place becomes a page that says why: 403, 409 or 422."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        back = request.META.get("HTTP_REFERER", "") if request.method == "POST" else ""
        if isinstance(exception, NotAllowed):
            return render(request, "403.html", {"reason": str(exception), "back": back}, status=403)
        if isinstance(exception, WrongState):
            return render(request, "409.html", {"reason": str(exception), "back": back}, status=409)
        if isinstance(exception, DoesNotHold):
            return render(request, "422.html", {"problems": exception.problems, "back": back}, status=422)
        return None
