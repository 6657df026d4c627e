"""A place of its own for a benchmark that needs the whole application: database, files and settings, gone afterwards."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own_place(*, demo: bool) -> Iterator[Path]:
    """The folder; the settings in the environment lead there. Said before Django is set up."""
    with tempfile.TemporaryDirectory(prefix="hemtag-bench-") as folder:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="hemtag.config.settings",
            HEMTAG_VAR=folder,
            HEMTAG_FILES=str(Path(folder) / "files"),
            HEMTAG_DATABASE=str(Path(folder) / "bench.sqlite3"),
            HEMTAG_DEMO="1" if demo else "0",
            HEMTAG_DEBUG="0",
            HEMTAG_HTTPS="0",
            HEMTAG_LOG="ERROR",
        )
        yield Path(folder)
