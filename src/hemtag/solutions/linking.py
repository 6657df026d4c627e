"""Tries an address on the net, and never one within the house.

The name is looked up once, every answer must be on the open net, and the connection goes to exactly the address that was
looked up, so that a name cannot mean one thing when it is checked and another when it is used. Each redirect is a new
address and is checked anew. No cookies, no log-in, a little of the body, and an end after some seconds.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urljoin

from django.utils.translation import gettext as _

from .checks.links import all_on_the_open_net, parts_of, why_not

SECONDS, ALL_SECONDS = 5.0, 15.0
REDIRECTS = 5
MOST_BYTES = 16 * 1024
AGENT = "Hemtag-lankkontroll/1"
MOVED = {301, 302, 303, 307, 308}

Resolve = Callable[[str, int], list[str]]
Connect = Callable[[str, int, float], socket.socket]


@dataclass(frozen=True)
class Tried:
    """ok, gone (404, 410), refused (asks for log-in or turns machines away), unsafe (never tried) or error."""

    result: str
    status: int | None = None
    detail: str = ""


def looked_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in found))


def connected(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), seconds)


def tried(
    address: str,
    *,
    resolve: Resolve = looked_up,
    connect: Connect = connected,
    context: ssl.SSLContext | None = None,
    all_seconds: float = ALL_SECONDS,
) -> Tried:
    """How the address answers. Raises nothing for what other hosts do."""
    for _turn in range(REDIRECTS + 1):
        got, further = _asked(address, resolve, connect, context, all_seconds)
        if further is None:
            return got
        address = further
    return Tried("error", got.status, _("Adressen leder vidare för många gånger."))


def _asked(
    address: str, resolve: Resolve, connect: Connect, context: ssl.SSLContext | None, all_seconds: float
) -> tuple[Tried, str | None]:
    if reason := why_not(address):
        return Tried("unsafe", None, reason), None
    shape = parts_of(address)
    assert shape is not None
    parts, port = shape
    host = str(parts.hostname)
    try:
        numbers = resolve(host, port)
    except (OSError, UnicodeError):
        return Tried("error", None, _("Namnet finns inte på nätet.")), None
    if not all_on_the_open_net(numbers):
        return Tried("unsafe", None, _("Adressen leder in i ett internt nät och provas inte.")), None
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (
        f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
    )
    line = http.client.HTTPConnection(host, port, timeout=SECONDS)
    held: list[socket.socket] = []
    clock = threading.Timer(all_seconds, _cut, [held])
    clock.daemon = True
    clock.start()
    try:
        held.append(connect(numbers[0], port, SECONDS))
        if parts.scheme == "https":
            held.append((context or ssl.create_default_context()).wrap_socket(held[-1], server_hostname=host))
        line.sock = held[-1]
        line.putrequest("GET", path, skip_accept_encoding=True, skip_host=True)
        line.putheader("Host", parts.netloc)
        line.putheader("User-Agent", AGENT)
        line.putheader("Accept", "*/*")
        line.putheader("Connection", "close")
        line.endheaders()
        answer = line.getresponse()
        answer.read(MOST_BYTES)
        return _meaning(address, answer.status, answer.getheader("Location"))
    except ssl.SSLError:
        return Tried("error", None, _("Certifikatet går inte att lita på.")), None
    except TimeoutError:
        return Tried("error", None, _("Svarar inte i tid.")), None
    except (OSError, http.client.HTTPException, ValueError):
        return Tried("error", None, _("Svarar inte som en webbplats.")), None
    finally:
        clock.cancel()
        line.close()
        for each in held:
            each.close()


def _cut(held: list[socket.socket]) -> None:
    """Ends a connection that has been open for too long, whatever trickles in."""
    for line in reversed(held):
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)


def _meaning(address: str, status: int, further: str | None) -> tuple[Tried, str | None]:
    if status in MOVED and further:
        return Tried("ok", status), urljoin(address, further)
    if 200 <= status < 400:
        return Tried("ok", status), None
    if status in {404, 410}:
        return Tried("gone", status, _("Sidan finns inte.")), None
    if status in {401, 403, 405, 407, 429, 451}:
        return Tried("refused", status, _("Sidan svarar men släpper inte in en maskin.")), None
    return Tried("error", status, _("Svarar med fel %(status)s.") % {"status": status}), None
