"""Which database the environment leads to: a file, or a server."""

from pathlib import Path

import pytest

from hemtag.config.database import database

VAR = Path("/srv/hemtag/var")


def of(text: str, *, kept: bool = True):
    return database({"HEMTAG_DATABASE": text} if text else {}, kept=kept, var=VAR)


@pytest.mark.parametrize("text, name", [("", VAR / "hemtag.sqlite3"), ("/data/h.sqlite3", "/data/h.sqlite3")])
def test_a_path_is_an_sqlite_file_that_takes_the_write_lock_first(text, name):
    found = of(text)
    assert (found["ENGINE"], found["NAME"]) == ("django.db.backends.sqlite3", name)
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_an_address_is_a_server():
    found = of("postgresql://hemtag:p%40ss@db.example.org:5433/hemtag?sslmode=verify-full")
    assert found["ENGINE"] == "hemtag.config.postgresql"
    assert (found["NAME"], found["USER"], found["PASSWORD"]) == ("hemtag", "hemtag", "p@ss")
    assert (found["HOST"], found["PORT"]) == ("db.example.org", "5433")
    assert found["OPTIONS"] == {"sslmode": "verify-full"}


def test_without_a_host_it_is_the_servers_socket():
    found = of("postgresql:///hemtag")
    assert (found["HOST"], found["PORT"], found["USER"]) == ("", "", "")


def test_a_connection_is_kept_except_where_the_file_may_be_exchanged():
    assert [of(text, kept=kept)["CONN_MAX_AGE"] for text in ("", "postgresql:///h") for kept in (True, False)] == [
        60,
        0,
        60,
        0,
    ]


@pytest.mark.parametrize("text", ["mysql://db/hemtag", "postgresql://db.example.org/"])
def test_an_address_that_leads_nowhere_stops_the_start(text):
    with pytest.raises(ValueError, match="HEMTAG_DATABASE"):
        of(text)
