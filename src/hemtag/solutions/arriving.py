"""How much has come from one browser or one address in the last hour, from someone who has not logged in.

Kept for an hour in the cache, under a keyed hash: no address is stored, and losing the count does no harm.
"""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

HOUR = 60 * 60
SALT = "hemtag.arriving"


def address_of(request: HttpRequest) -> str:
    """Who speaks to the server; behind a proxy of one's own the last address that the proxy has added."""
    if settings.SECURE_PROXY_SSL_HEADER and (passed := request.META.get("HTTP_X_FORWARDED_FOR", "")):
        return str(passed).rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _key(request: HttpRequest, what: str) -> str:
    return "arriving." + what + "." + salted_hmac(SALT, address_of(request)).hexdigest()


def sent_this_hour(request: HttpRequest, what: str) -> int:
    return int(cache.get(_key(request, what)) or 0)


def one_more(request: HttpRequest, what: str) -> None:
    key = _key(request, what)
    cache.set(key, int(cache.get(key) or 0) + 1, HOUR)
