"""Django's PostgreSQL, where whoever opens a transaction waits until the one before has ended, as SQLite's IMMEDIATE has it.

An act reads a newest number, a sum or the end of the history chain and writes what follows from it. Row locks alone let
two of them read the same, or wait for each other in a ring. Every act ends in the one chain of history, so they queue
in any case; here they queue first, with nothing else in hand. Reading outside a transaction waits for nobody.
"""

from __future__ import annotations

from django.db.backends.postgresql import base

# An advisory lock is a number that Hemtag alone gives a meaning; it is let go with the transaction, however that ends.
TURN = 0x48_65_6D_74_61_67  # "Hemtag"
LONGEST_WAIT = "20s"  # as the timeout of SQLite in database.py
TAKE_THE_TURN = f"SET LOCAL lock_timeout = '{LONGEST_WAIT}'; SELECT pg_advisory_xact_lock({TURN})"


class DatabaseWrapper(base.DatabaseWrapper):
    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]  # not in the stubs
        if not autocommit:
            # The driver's own cursor: to wait for a turn is no query of the page's.
            with self.wrap_database_errors, self.connection.cursor() as cursor:
                cursor.execute(TAKE_THE_TURN)
