"""Asking ClamAV: a short client of clamd's INSTREAM command, over a unix socket or TCP.

The protocol: `zINSTREAM\\0`, then chunks, each with its length as four bytes, then a length of 0; the answer is one line
that ends with NUL. Source: clamd(8), section COMMANDS.
"""

from __future__ import annotations

import re
import socket
import struct
import time
from dataclasses import dataclass

from django.conf import settings

CHUNK = 64 * 1024
LONGEST_ANSWER = 4096


class NoVerdict(Exception):
    """The scanner gave no verdict; the text says why. The file stays in quarantine."""


@dataclass(frozen=True)
class Verdict:
    """`signature` names what was found; "" is a clean file."""

    signature: str = ""

    @property
    def is_clean(self) -> bool:
        return not self.signature


@dataclass(frozen=True)
class Scanner:
    """A clamd at `/path/to/socket` or `host:port`; `seconds` is the time a whole scan may take."""

    address: str
    seconds: float = 15.0

    def scan(self, content: bytes) -> Verdict:
        """Raises NoVerdict when clamd cannot be reached, takes too long, or says something else than OK or FOUND."""
        answer = self._ask(b"zINSTREAM\0", content)
        if answer == "stream: OK":
            return Verdict()
        if found := re.fullmatch(r"stream: (.+) FOUND", answer):
            return Verdict(found.group(1)[:200])
        if "size limit exceeded" in answer:
            raise NoVerdict(f"too large for clamd (StreamMaxLength): {answer}")
        raise NoVerdict(f"clamd answered {answer!r}")

    def version(self) -> str:
        return self._ask(b"zVERSION\0")

    def _ask(self, command: bytes, content: bytes | None = None) -> str:
        until = time.monotonic() + self.seconds
        try:
            with self._connected(until) as line:
                line.sendall(command)
                try:
                    if content is not None:
                        _send(line, content, until)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # clamd has had enough, and has said why before it hung up
                return _answer(line, until)
        except (OSError, ValueError) as failed:
            raise NoVerdict(f"clamd at {self.address}: {str(failed) or type(failed).__name__}") from failed

    def _connected(self, until: float) -> socket.socket:
        kind, where = place(self.address)
        line = socket.socket(kind, socket.SOCK_STREAM)
        try:
            line.settimeout(_left(until))
            line.connect(where)
        except BaseException:
            line.close()
            raise
        return line


def place(address: str) -> tuple[socket.AddressFamily, str | tuple[str, int]]:
    """What `HEMTAG_CLAMD` says. Raises ValueError for what is neither a path nor `host:port`."""
    if address.startswith("/"):
        return socket.AF_UNIX, address
    match = re.fullmatch(r"(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+):(\d{1,5})", address)
    if not match or not 0 < int(match.group(2)) < 65536:
        raise ValueError(f"{address!r} is neither the path of a socket nor host:port")
    host, port = match.group(1).strip("[]"), int(match.group(2))
    return (socket.AF_INET6 if ":" in host else socket.AF_INET), (host, port)


def scanner() -> Scanner | None:
    """The configured scanner, or None."""
    return Scanner(settings.CLAMD, settings.CLAMD_SECONDS) if settings.CLAMD else None


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left


def _send(line: socket.socket, content: bytes, until: float) -> None:
    for start in range(0, len(content), CHUNK):
        chunk = content[start : start + CHUNK]
        line.settimeout(_left(until))
        line.sendall(struct.pack("!L", len(chunk)) + chunk)
    line.sendall(struct.pack("!L", 0))


def _answer(line: socket.socket, until: float) -> str:
    said = b""
    while b"\0" not in said and len(said) < LONGEST_ANSWER:
        line.settimeout(_left(until))
        more = line.recv(LONGEST_ANSWER)
        if not more:
            break
        said += more
    text, end, _rest = said.partition(b"\0")
    if not end:
        raise ConnectionError("hung up without a whole answer")
    return text.decode("utf-8", "replace").strip()
