"""`make bench`: every benchmark as one JSON document on standard output; what is going on is told on standard error.

A benchmark is a module here with `measure() -> dict`. Name some to run only those: `python -m bench web`.
"""

import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BENCHMARKS = ("autosave", "grid", "pdf", "portfolio", "search", "sheets", "uptake", "valuation", "web")


def measured(name: str) -> dict[str, object]:
    """Each benchmark in a process of its own: neither settings nor memory of one is met by the next."""
    code = f"import json, sys, bench.{name}; json.dump(bench.{name}.measure(), sys.stdout, ensure_ascii=False)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, encoding="utf-8"
    )
    return dict(json.loads(done.stdout))


def main(names: list[str]) -> int:
    unknown = sorted(set(names) - set(BENCHMARKS))
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    result: dict[str, object] = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "python": platform.python_version(),
            "system": platform.system(),
            "architecture": platform.machine(),
            "cores": os.cpu_count(),
        },
    }
    failed = False
    for name in names or BENCHMARKS:
        print(f"· {name} …", file=sys.stderr, flush=True)
        start = time.monotonic()
        try:
            result[name] = measured(name)
        except subprocess.CalledProcessError as error:  # the other benchmarks still count, and the exit code tells
            failed = True
            result[name] = {"error": f"stopped with {error.returncode}"}
        print(f"· {name}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    json.dump(result, sys.stdout, ensure_ascii=False, indent=2)
    print()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
