"""SQL by which the database itself refuses to change a package that has been out, for SQLite and PostgreSQL.

A later migration that alters one of these tables on SQLite calls `remove` first and `install` last: SQLite drops the
triggers of a table that is made anew.
"""

from __future__ import annotations

from typing import Any

VERSION = "solutions_packageversion"
KEPT = ("solution_id", "number", "change_note", "supersedes_id", "licence", "review_due", "sha256", "published_at")
# Table → the state of the package that a row ({row} is OLD or NEW) belongs to.
STATE_OF = {
    "solutions_packagepart": "(SELECT v.state FROM solutions_packageversion v WHERE v.id = {row}.package_id)",
    "solutions_partfile": (
        "(SELECT v.state FROM solutions_packageversion v JOIN solutions_packagepart p ON p.package_id = v.id "
        "WHERE p.id = {row}.part_id)"
    ),
    "solutions_packagepart_underlag": (
        "(SELECT v.state FROM solutions_packageversion v JOIN solutions_packagepart p ON p.package_id = v.id "
        "WHERE p.id = {row}.packagepart_id)"
    ),
}
SAID = "a package that has been out is never changed"


def refusals(vendor: str) -> list[str]:
    differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    changed = " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in KEPT)
    rows = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
    guards = [
        (table, verb, " OR ".join(f"COALESCE({state.format(row=row)}, 'draft') <> 'draft'" for row in of))
        for table, state in STATE_OF.items()
        for verb, of in rows.items()
    ]
    guards += [
        (VERSION, "UPDATE", f"OLD.state <> 'draft' AND (NEW.state = 'draft' OR {changed})"),
        (VERSION, "DELETE", "OLD.state <> 'draft'"),
    ]
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_kept_{verb.lower()} BEFORE {verb} ON {table} WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
            for table, verb, when in guards
        ]
    made = []
    for table, verb, when in guards:
        name = f"{table}_kept_{verb.lower()}"
        given = "OLD" if verb == "DELETE" else "NEW"
        made.append(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {when} THEN RAISE EXCEPTION '{SAID}'; END IF; RETURN {given}; END $$"
        )
        made.append(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    return made


def names() -> list[tuple[str, str]]:
    rows = [(table, verb) for table in STATE_OF for verb in ("insert", "update", "delete")]
    return [(table, f"{table}_kept_{verb}") for table, verb in [*rows, (VERSION, "update"), (VERSION, "delete")]]


def install(apps: Any, editor: Any) -> None:
    for statement in refusals(editor.connection.vendor):
        editor.execute(statement)


def remove(apps: Any, editor: Any) -> None:
    for _table, name in names():
        if editor.connection.vendor == "sqlite":
            editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        else:
            editor.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE")
