"""`make bench`: every benchmark as one JSON document on standard output; what is going on is told on standard error.

A benchmark is a module here with `measure() -> dict`. Name some to run only those: `python -m bench web`.
"""

import importlib
import json
import os
import platform
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

BENCHMARKS = ("portfolio", "sheets", "web")


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
            result[name] = importlib.import_module(f"bench.{name}").measure()
        except Exception as error:  # the other benchmarks still count, and the exit code tells
            if os.environ.get("BENCH_TRACEBACK"):
                raise
            failed = True
            result[name] = {"error": f"{type(error).__name__}: {error}"}
        print(f"· {name}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    json.dump(result, sys.stdout, ensure_ascii=False, indent=2)
    print()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    sys.exit(main(sys.argv[1:]))
