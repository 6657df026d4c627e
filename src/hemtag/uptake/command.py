"""What `hemtag uptake` does: introductions in, text or JSON out, an exit code back."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

FINE, WRONG, UNUSABLE = 0, 1, 2


def add_to(commands: Any) -> None:
    """Add the verb to the top command's subparsers. Imports nothing heavy."""
    verb = commands.add_parser("uptake", help="hur långt har lösningarna spridits, och när når de nästa region?")
    verb.add_argument("file", metavar="FILE", help="införandena som JSON- eller TOML-fil; - läser från standard in")
    verb.add_argument("--json", action="store_true", help="skriv resultatet som JSON på standard ut")
    verb.add_argument(
        "--check", action="store_true", help="kontrollera bara filen och nämn varje fel med plats och bot"
    )
    verb.add_argument("--horizon", type=int, default=12, metavar="N", help="hur många perioder framåt (12)")
    verb.add_argument("--draws", type=int, default=400, metavar="N", help="dragningar per lösning (400)")
    verb.add_argument("--seed", type=int, default=0, metavar="S", help="slumptalens frö (0)")
    verb.add_argument("--backtest", action="store_true", help="pröva prognoserna bakåt och skriv hur bra de har varit")
    verb.set_defaults(run=uptake)


def uptake(options: argparse.Namespace) -> int:
    """0 when it went well, 1 when the file has faults, 2 when it cannot be read."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from .faults import InvalidSpread, NotASpreadFile
    from .forecasting import forecast
    from .hindsight import backtest
    from .reading import examine
    from .report import as_plain, as_text

    try:
        source = sys.stdin.buffer.read() if options.file == "-" else Path(options.file)
        spread, faults = examine(source, datetime.now(ZoneInfo("Europe/Stockholm")).date())
        if spread is None or options.check:
            return _say(options, [fault.as_dict() for fault in faults], [str(fault) for fault in faults])
        found = forecast(spread, options.horizon, options.seed, options.draws)
        test = backtest(spread, seed=options.seed) if options.backtest else None
    except OSError as error:
        print(f"{options.file}: filen gick inte att läsa ({error.strerror}).", file=sys.stderr)
        return UNUSABLE
    except NotASpreadFile as error:
        print(f"{options.file}: {error}", file=sys.stderr)
        return UNUSABLE
    except InvalidSpread as error:
        print(error.faults[0].message, error.faults[0].mend, file=sys.stderr)
        return UNUSABLE
    if options.json:
        print(json.dumps(as_plain(spread, found, test), ensure_ascii=False, indent=2, allow_nan=False))
    else:
        print(as_text(spread, found, test))
    return FINE


def _say(options: argparse.Namespace, plain: list[dict[str, object]], lines: list[str]) -> int:
    if options.json:
        print(json.dumps({"valid": not plain, "faults": plain}, ensure_ascii=False, indent=2))
    elif plain:
        print(f"{options.file}: {len(plain)} fel", *(f"  {line}" for line in lines), sep="\n")
    else:
        print(f"{options.file}: filen håller.")
    return WRONG if plain else FINE
