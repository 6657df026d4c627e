"""The application served to a real browser, one test at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

App = Callable[[dict[str, Any], Any], Iterable[bytes]]
LONGEST = 180.0  # s that an answer may take on a busy machine


class Door:
    """Lets requests in while a test is going on. What a page sends as it closes finds the door shut and touches nothing:
    the database behind it is about to be another one."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.is_open = False
        self.inside: list[str] = []
        self.changed = threading.Condition()

    def open(self) -> None:
        with self.changed:
            self.is_open = True

    def shut(self, longest: float = LONGEST) -> None:
        """Nobody comes in, and whoever is inside is waited for: a thread that still computes would take Python down."""
        with self.changed:
            self.is_open = False
            done = self.changed.wait_for(lambda: not self.inside, longest)
            assert done, f"not answered {longest:.0f} s after the test: {self.inside}"

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        address = str(environ.get("PATH_INFO", ""))
        with self.changed:
            if not self.is_open:
                start_response("503 Service Unavailable", [("Content-Length", "0")])
                return []
            self.inside.append(address)
        try:
            return _Answer(self.app(environ, start_response), lambda: self._leave(address))
        except BaseException:
            self._leave(address)
            raise

    def _leave(self, address: str) -> None:
        with self.changed:
            self.inside.remove(address)
            self.changed.notify_all()


class _Answer:
    """An answer that tells when its last byte is written and its database connection closed."""

    def __init__(self, parts: Iterable[bytes], done: Callable[[], None]) -> None:
        self.parts, self.done = parts, done

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.parts)

    def close(self) -> None:
        try:
            if hasattr(self.parts, "close"):
                self.parts.close()
        finally:
            self.done()
