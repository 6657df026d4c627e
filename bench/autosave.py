"""How quickly a field is saved when 50 people write at once, on SQLite, from two processes under production settings.

Each writer has a page open: saves a longer text every two to four seconds, and gives the page's sign of life every 15
seconds. Ten applications, five writers each. Measured at the writer: from the request to the whole answer. The database
is new, with texts of some length; server and writers share this machine's cores, so the figure is given for several
rounds, and the middle round is the one that counts.
"""

from __future__ import annotations

import functools
import json
import random
import statistics
import subprocess
import sys
import threading
import time
from typing import Any

from bench.place import own_place
from bench.web import ROOT, served, tell
from bench.writers import TEXT, Pen

WRITERS, ROUNDS = 50, 3
WARM_UP, SECONDS = 6.0, 20.0
RHYTHM = (2.0, 4.0)
BEAT = 15.0
PROMISE_MS = 50


class Writer(threading.Thread):
    """Saves, rests, saves; bounded in time."""

    def __init__(self, pen: Pen, seed: int, start: float, end: float) -> None:
        super().__init__(daemon=True)
        self.pen, self.chance, self.begins, self.ends = pen, random.Random(seed), start, end
        self.saves: list[float] = []
        self.beats: list[float] = []
        self.fault: Exception | None = None

    def run(self) -> None:
        try:
            self.write()
        except Exception as error:
            self.fault = error
        finally:
            self.pen.close()

    def write(self) -> None:
        time.sleep(self.chance.uniform(0, RHYTHM[1]))
        beat, turn = time.monotonic() + self.chance.uniform(0, BEAT), 0
        while time.monotonic() < self.ends:
            turn += 1
            text = TEXT * 20 + f"Mening {turn}, {time.time()}."
            self.timed(self.saves, functools.partial(self.pen.save, text))
            if time.monotonic() > beat:
                beat = time.monotonic() + BEAT
                self.timed(self.beats, self.pen.beat)
            time.sleep(self.chance.uniform(*RHYTHM))

    def timed(self, kept: list[float], act: Any) -> None:
        start = time.perf_counter()
        # The server closes a connection that rests for two seconds, as it does to a browser, which opens a new one.
        self.pen.close()
        status = act()
        took = time.perf_counter() - start
        if status != 200:
            raise RuntimeError(f"answered {status}")
        if time.monotonic() > self.begins:
            kept.append(took)


def figures(times: list[float]) -> dict[str, float | int]:
    ordered = sorted(times)
    return {
        "answers": len(ordered),
        "p50_ms": round(statistics.median(ordered) * 1000, 1),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] * 1000, 1),
        "max_ms": round(ordered[-1] * 1000, 1),
    }


def one_round(host: str, people: list[dict[str, Any]], seed: int) -> dict[str, Any]:
    now = time.monotonic()
    crowd = [
        Writer(Pen(host, person), seed * 1_000 + place, now + WARM_UP, now + WARM_UP + SECONDS)
        for place, person in enumerate(people)
    ]
    for writer in crowd:
        writer.start()
    for writer in crowd:
        writer.join()
    for writer in crowd:
        if writer.fault:
            raise writer.fault
    return {
        "saving": figures([took for writer in crowd for took in writer.saves]),
        "sign_of_life": figures([took for writer in crowd for took in writer.beats]),
    }


def measure() -> dict[str, Any]:
    with own_place(demo=False):
        tell(f"{WRITERS} writers …")
        made = subprocess.run(
            [sys.executable, "-m", "bench.writers", str(WRITERS)],
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        people = json.loads(made.stdout)
        with served("hemtag.config.wsgi") as site:
            rounds = []
            for turn in range(ROUNDS):
                tell(f"round {turn + 1} of {ROUNDS}, {WARM_UP + SECONDS:.0f} s …")
                rounds.append(one_round(site.removeprefix("http://"), people, turn))
    middle = sorted(rounds, key=lambda each: each["saving"]["p95_ms"])[ROUNDS // 2]
    return {
        "writers": WRITERS,
        "seconds_between_saves": RHYTHM,
        "processes": 2,
        "database": "SQLite",
        "promise_p95_ms": PROMISE_MS,
        "holds": middle["saving"]["p95_ms"] < PROMISE_MS,
        "middle_round": middle,
        "rounds": rounds,
    }
