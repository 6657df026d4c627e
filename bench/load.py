"""A bounded load on one address of this machine: so many requests or so many seconds, whichever comes first."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

MOST_REQUESTS = 2000
SECONDS = 4.0
WARM_UP = 8


@dataclass
class Outcome:
    """What the visitors of one address met: seconds per answer, and bytes of one answer as sent."""

    answers: list[float] = field(default_factory=list)
    bytes_sent: int = 0
    elapsed: float = 0.0

    def figures(self) -> dict[str, float | int]:
        ordered = sorted(self.answers)
        return {
            "requests": len(ordered),
            "requests_per_second": round(len(ordered) / self.elapsed, 1),
            "p50_ms": round(statistics.median(ordered) * 1000, 1),
            "p95_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] * 1000, 1),
        }


class Visitor(threading.Thread):
    """One browser that asks again as soon as it has been answered, over one kept connection."""

    def __init__(self, host: str, path: str, headers: dict[str, str], until: Until) -> None:
        super().__init__(daemon=True)
        self.host, self.path, self.headers, self.until = host, path, headers, until
        self.answers: list[float] = []
        self.bytes_sent = 0
        self.fault: Exception | None = None

    def run(self) -> None:
        connection = http.client.HTTPConnection(self.host, timeout=30)
        try:
            while self.until.one_more():
                start = time.perf_counter()
                connection.request("GET", self.path, headers=self.headers)
                response = connection.getresponse()
                body = response.read()
                self.answers.append(time.perf_counter() - start)
                self.bytes_sent = len(body)
                if response.status != 200:
                    raise RuntimeError(f"{self.path} answered {response.status}")
        except Exception as error:
            self.fault = error
            self.until.stop()
        finally:
            connection.close()


class Until:
    """The bounds that all visitors share."""

    def __init__(self, requests: int, seconds: float) -> None:
        self.left, self.end = requests, time.monotonic() + seconds
        self.lock = threading.Lock()

    def one_more(self) -> bool:
        with self.lock:
            self.left -= 1
            return self.left >= 0 and time.monotonic() < self.end

    def stop(self) -> None:
        with self.lock:
            self.left = 0


def put(url: str, visitors: int, cookie: str = "", requests: int = MOST_REQUESTS, seconds: float = SECONDS) -> Outcome:
    """The load of so many visitors on a page of this machine."""
    parts = urlsplit(url)
    if parts.hostname != "127.0.0.1":
        raise ValueError("only this machine is measured")
    headers = {"Accept-Encoding": "gzip", "Accept-Language": "sv"}
    if cookie:
        headers["Cookie"] = cookie
    until = Until(requests, seconds)
    crowd = [Visitor(parts.netloc, parts.path, headers, until) for _ in range(visitors)]
    start = time.perf_counter()
    for visitor in crowd:
        visitor.start()
    for visitor in crowd:
        visitor.join()
    outcome = Outcome(elapsed=time.perf_counter() - start)
    for visitor in crowd:
        if visitor.fault:
            raise visitor.fault
        outcome.answers += visitor.answers
        outcome.bytes_sent = max(outcome.bytes_sent, visitor.bytes_sent)
    if not outcome.answers:
        raise RuntimeError(f"{url} gave no answer within {seconds} s")
    return outcome
