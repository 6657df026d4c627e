"""SQL that makes tables append-only, for SQLite and PostgreSQL."""

from typing import Any

TABLES = ("history_event", "history_registerentry")


def forbid(table: str, vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    ]


def allow(table: str, vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER {table}_no_{verb}" for verb in ("update", "delete")]
    return [f"DROP FUNCTION {table}_refuse() CASCADE"]


def install(apps: Any, editor: Any) -> None:
    for table in TABLES:
        for statement in forbid(table, editor.connection.vendor):
            editor.execute(statement)


def remove(apps: Any, editor: Any) -> None:
    for table in TABLES:
        for statement in allow(table, editor.connection.vendor):
            editor.execute(statement)
