"""Databases made once for a whole test run: as the migrations leave them, and with the demo round at a stage.

Each is a file that a test copies and then owns. The processes of a run share them: the first that asks makes one,
and the others wait for it. With HEMTAG_TEST_DATABASE each is a database on that server, and its file only a name.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
MADE = "hemtag_test_made_"
MIGRATE = "from django.core.management import call_command; call_command('migrate', verbosity=0, skip_checks=True)"
BUILD = "import sys; from hemtag.web.demo import build; build(sys.argv[1], print)"


def name_of(path: Path) -> str:
    """What Django calls the database that lies at a path."""
    if connection.vendor == "sqlite":
        return str(path)
    return MADE + hashlib.sha256(str(path).encode()).hexdigest()[:24]


def copy(source: str, target: str) -> None:
    """The whole of one database over another, whoever has it open."""
    if connection.vendor == "postgresql":
        drop(target)
        _on_the_server(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
        return
    origin, goal = sqlite3.connect(source), sqlite3.connect(target, timeout=20)
    try:
        origin.backup(goal)
    finally:
        origin.close()
        goal.close()


def drop(name: str) -> None:
    """On a server; a file goes with its folder."""
    if connection.vendor == "postgresql":
        _on_the_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def drop_all() -> None:
    """What this run has made on the server."""
    if connection.vendor == "postgresql":
        for row in _on_the_server(f"SELECT datname FROM pg_database WHERE starts_with(datname, '{MADE}')").fetchall():
            drop(row[0])


def _on_the_server(statement: str) -> Any:
    given = {**connection.get_connection_params(), "dbname": "postgres", "autocommit": True}
    with connection.Database.connect(**given) as own:
        return own.execute(statement)


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
    address = name_of(database)
    if connection.vendor == "postgresql":
        address = urlsplit(os.environ["HEMTAG_DATABASE"])._replace(path=f"/{address}").geturl()
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {code}", *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "hemtag.config.settings",
            "HEMTAG_VAR": str(database.parent),
            "HEMTAG_DATABASE": address,
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
        path, unfinished = folder / "empty.sqlite3", folder / "unfinished.sqlite3"
        if not path.exists():
            if connection.vendor == "postgresql":
                copy("template0", name_of(unfinished))
            _in_a_process_of_its_own(unfinished, MIGRATE)
            copy(name_of(unfinished), name_of(path))
            path.touch()
    return path


def demo(folders: pytest.TempPathFactory, stage: str) -> Path:
    """With the demo round at a stage; its files and its clock lie beside it."""
    new = empty(folders)
    with one_at_a_time(folders, f"demo-{stage}") as folder:
        path, unfinished = folder / "demo.sqlite3", folder / "unfinished.sqlite3"
        if not path.exists():
            copy(name_of(new), name_of(unfinished))
            _in_a_process_of_its_own(unfinished, BUILD, stage)
            copy(name_of(unfinished), name_of(path))
            path.touch()
    return path


@contextmanager
def used(database: Path, own: Path) -> Iterator[None]:
    """Every connection made meanwhile leads to a copy, `own`; the files that were stored go with it."""
    connection.close()
    # Every thread's connection is made from this dictionary.
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name_of(own)
    copy(name_of(database), name_of(own))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        drop(name_of(own))
        shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


def _clock() -> Path:
    return Path(settings.VAR) / "demo_clock"


def move_in(database: Path) -> None:
    """Puts a demo in place of what is used, with its files, on the day that it has come to."""
    connection.close()
    copy(name_of(database), connection.settings_dict["NAME"])
    files = database.parent / "files"
    if files.is_dir():
        shutil.copytree(files, settings.MEDIA_ROOT, dirs_exist_ok=True)
    shutil.copy(database.parent / "demo_clock", _clock())


def move_out() -> None:
    """The day is the real one again."""
    _clock().unlink(missing_ok=True)
