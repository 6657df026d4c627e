"""The server is killed between any two writes: what was answered is there once, and nothing is half written."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bench.writers import Pen

ROOT = Path(__file__).resolve().parents[2]
WRITERS, KILLS = 5, 5
LABELS = {"text": "grants.application", "block-1": "grants.block", "block-2": "grants.block"}


@pytest.fixture
def place(tmp_path: Path) -> dict[str, str]:
    """The environment of an installation of its own, under the settings of production."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "hemtag.config.settings",
        "HEMTAG_VAR": str(tmp_path),
        "HEMTAG_FILES": str(tmp_path / "files"),
        "HEMTAG_DATABASE": str(tmp_path / "killed.sqlite3"),
        "HEMTAG_DEMO": "0",
        "HEMTAG_DEBUG": "0",
        "HEMTAG_HTTPS": "0",
    }


def run(place: dict[str, str], *command: str) -> str:
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def served(place: dict[str, str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """gunicorn with its workers in a group of their own, that is killed as a whole: no handler runs, nothing is closed."""
    command = [str(Path(sys.executable).with_name("gunicorn")), "--config", "scripts/gunicorn.conf.py"]
    server = subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}", "hemtag.config.wsgi"],
        cwd=ROOT,
        env=place,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for _try in range(300):
            with socket.socket() as door:
                if door.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert server.poll() is None, "the server did not start"
            time.sleep(0.1)
        yield server
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


class Hand(threading.Thread):
    """Writes one text after another; when nobody answers it tries the same text again, as the page does."""

    def __init__(self, pen: Pen, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.pen, self.stop = pen, stop
        self.answered: list[str] = []
        self.unanswered = 0
        self.wrong: list[int] = []

    def run(self) -> None:
        turn = 0
        while not self.stop.is_set():
            turn += 1
            text = f"{self.pen.writer['person']}: text {turn}"
            while not self.save(text):
                self.unanswered += 1
                time.sleep(0.05)
        self.pen.close()

    def save(self, text: str) -> bool:
        try:
            status = self.pen.save(text)
        except (OSError, http.client.HTTPException):
            return False
        if status == 200:
            self.answered.append(text)
        else:
            self.wrong.append(status)
            self.stop.set()
        return True


def kept(database: str, label: str, name: str) -> dict[str, list[str]]:
    """Every text that an event says was saved in the field, in order, by the writer's number that begins it."""
    connection = sqlite3.connect(database)
    rows = connection.execute("SELECT details FROM history_event WHERE subject_type = ? ORDER BY number", [label])
    found: dict[str, list[str]] = {}
    for (details,) in rows:
        change = json.loads(details).get("changes", {}).get(name)
        if change and ": text " in change["after"]:
            found.setdefault(change["after"].partition(":")[0], []).append(change["after"])
    connection.close()
    return found


def test_kill_9_between_any_two_writes(place: dict[str, str]) -> None:
    writers: list[dict[str, Any]] = json.loads(run(place, "-m", "bench.writers", str(WRITERS)))
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = int(door.getsockname()[1])
    chance = random.Random(20260615)
    stop = threading.Event()
    hands = [Hand(Pen(f"127.0.0.1:{port}", writer), stop) for writer in writers]
    for turn in range(KILLS):
        with served(place, port):
            if turn == 0:
                for hand in hands:
                    hand.start()
            before = [len(hand.answered) for hand in hands]
            end = time.monotonic() + 30
            while [len(hand.answered) for hand in hands] == before and time.monotonic() < end:
                time.sleep(0.02)
            time.sleep(chance.uniform(0.1, 0.8))
    with served(place, port):
        stop.set()
        for hand in hands:
            hand.join(30)
            assert not hand.is_alive()
    assert [hand.wrong for hand in hands] == [[]] * WRITERS
    assert sum(hand.unanswered for hand in hands) >= KILLS, "no kill met anybody who was writing"

    database = place["HEMTAG_DATABASE"]
    connection = sqlite3.connect(database)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    run(place, "manage.py", "verify_history")
    for hand in hands:
        writer = hand.pen.writer
        assert len(hand.answered) > KILLS
        told = kept(database, LABELS[writer["section"]], writer["field"])[str(writer["person"])]
        # Once each, in order, none missing and none that nobody was answered about.
        assert told == hand.answered
    connection = sqlite3.connect(database)
    texts = connection.execute("SELECT summary, description, goals FROM grants_application").fetchone()
    assert list(texts) == [hand.answered[-1] for hand in hands[:3]]
    numbers = [number for (number,) in connection.execute("SELECT number FROM history_event ORDER BY number")]
    assert numbers == list(range(1, len(numbers) + 1))
    connection.close()
