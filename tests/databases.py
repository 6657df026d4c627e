"""Databases made once for a whole test run: as the migrations leave them, and with the demo round at a stage.

Each is a file that a test copies and then owns. The processes of a run share them: the first that asks makes one,
and the others wait for it.
"""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
MIGRATE = "from django.core.management import call_command; call_command('migrate', verbosity=0, skip_checks=True)"
BUILD = "import sys; from hemtag.web.demo import build; build(sys.argv[1], print)"


def copy(source: str | Path, target: str | Path) -> None:
    """The whole of one SQLite database over another, whoever has it open."""
    origin, goal = sqlite3.connect(source), sqlite3.connect(target, timeout=20)
    try:
        origin.backup(goal)
    finally:
        origin.close()
        goal.close()


@contextmanager
def one_at_a_time(folders: pytest.TempPathFactory, name: str) -> Iterator[Path]:
    """A folder shared by all the processes of this test run, held by one of them at a time."""
    base = folders.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def _in_a_process_of_its_own(database: Path, code: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {code}", *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "hemtag.config.settings",
            "HEMTAG_VAR": str(database.parent),
            "HEMTAG_DATABASE": str(database),
            "HEMTAG_FILES": str(database.parent / "files"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{code} {arguments} failed:\n{done.stdout}{done.stderr}"


def empty(folders: pytest.TempPathFactory) -> Path:
    """As the migrations leave it."""
    with one_at_a_time(folders, "empty") as folder:
        path = folder / "empty.sqlite3"
        if not path.exists():
            _in_a_process_of_its_own(folder / "unfinished.sqlite3", MIGRATE)
            copy(folder / "unfinished.sqlite3", path)
    return path


def demo(folders: pytest.TempPathFactory, stage: str) -> Path:
    """With the demo round at a stage; its files and its clock lie beside it."""
    new = empty(folders)
    with one_at_a_time(folders, f"demo-{stage}") as folder:
        path = folder / "demo.sqlite3"
        if not path.exists():
            copy(new, folder / "unfinished.sqlite3")
            _in_a_process_of_its_own(folder / "unfinished.sqlite3", BUILD, stage)
            copy(folder / "unfinished.sqlite3", path)
    return path


@contextmanager
def used(database: Path, own: Path) -> Iterator[None]:
    """Every connection made meanwhile leads to a copy, `own`; the files that were stored go with it."""
    connection.close()
    # Every thread's connection is made from this dictionary.
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = str(own)
    copy(database, own)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


def _clock() -> Path:
    return Path(settings.VAR) / "demo_clock"


def move_in(database: Path) -> None:
    """Puts a demo in place of what is used, with its files, on the day that it has come to."""
    connection.close()
    copy(database, connection.settings_dict["NAME"])
    files = database.parent / "files"
    if files.is_dir():
        shutil.copytree(files, settings.MEDIA_ROOT, dirs_exist_ok=True)
    shutil.copy(database.parent / "demo_clock", _clock())


def move_out() -> None:
    """The day is the real one again."""
    _clock().unlink(missing_ok=True)
