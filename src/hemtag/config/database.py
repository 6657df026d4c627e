"""Which database, read from the environment. Knows no Django: the settings are made of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

ENGINES = "django.db.backends"
# A kept connection spares SQLite from emptying its log into the database after each lonely request, more than half of
# what saving a field took, and PostgreSQL from starting a process for each.
KEPT_SECONDS = 60


def database(environment: Mapping[str, str], *, kept: bool, var: Path) -> dict[str, Any]:
    """Django's description of the database. HEMTAG_DATABASE is the path of an SQLite file, or
    "postgresql://user:password@host:port/name" with the server's own options after a question mark; without a host, its
    socket. `kept` is false where the database's file may be exchanged under a running server.

    Raises ValueError for an address of another kind.
    """
    given = environment.get("HEMTAG_DATABASE", "")
    if "://" in given:
        return {**_postgresql(given), "CONN_MAX_AGE": KEPT_SECONDS if kept else 0}
    return {
        "ENGINE": f"{ENGINES}.sqlite3",
        "NAME": given or var / "hemtag.sqlite3",
        "CONN_MAX_AGE": KEPT_SECONDS if kept else 0,
        "OPTIONS": {
            # IMMEDIATE takes the write lock first, so two writers wait for each other instead of one failing midway.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;",
        },
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError("HEMTAG_DATABASE is the path of a file, or begins with postgresql:")
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ValueError("HEMTAG_DATABASE names no database after the host")
    return {
        "ENGINE": "hemtag.config.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
