"""`make check`: every check by name and time, all of them even when one fails; exit 1 when any did."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
CODE = ["src", "tests", "bench", "scripts", "manage.py"]

# Production settings, a database in memory: nothing is read from or written to var/.
PRODUCTION = {
    "HEMTAG_SECRET_KEY": "check-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "HEMTAG_DATABASE": ":memory:",
    "HEMTAG_DEBUG": "0",
    "HEMTAG_DEMO": "0",
    "HEMTAG_HTTPS": "1",
    "HEMTAG_CLAMD": "/run/clamav/clamd.ctl",  # said, not reached: a production without a scanner is warned
}

STEPS: list[tuple[str, list[str]]] = [
    ("lint (ruff)", ["ruff", "check", "--output-format", "concise", *CODE]),
    ("format (ruff)", ["ruff", "format", "--check", "--output-format", "concise", *CODE]),
    ("types (mypy)", ["mypy"]),
    ("import contracts (import-linter)", ["lint-imports", "--no-logo"]),
    ("migrations are complete", ["python", "manage.py", "makemigrations", "--check", "--dry-run"]),
    ("settings for production", ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"]),
    ("templates (djlint)", ["djlint", "--lint", "--quiet", "templates"]),
    ("translations are complete", ["python", "scripts/messages.py", "--check"]),
]


def main() -> int:
    os.chdir(ROOT)
    environment = {**os.environ, **PRODUCTION, "PYTHONUTF8": "1", "COLUMNS": "140"}
    failed = []
    for name, command in STEPS:
        print(f"· {name} … ", end="", flush=True)
        start = time.monotonic()
        done = subprocess.run(
            [BIN / command[0], *command[1:]],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        print(f"{'ok' if done.returncode == 0 else 'FAILED'} ({time.monotonic() - start:.1f} s)", flush=True)
        if done.returncode != 0:
            failed.append(name)
            print(done.stdout.rstrip(), flush=True)
    if failed:
        print(f"\n{len(failed)} of {len(STEPS)} checks failed: {', '.join(failed)}.")
        return 1
    print(f"\nAll {len(STEPS)} checks passed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
