"""What `hemtag value` does: a case in, text or JSON out, an exit code back."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    from .facts import Register
    from .simulation import Simulation

FINE, WRONG, UNUSABLE = 0, 1, 2


def add_to(commands: Any) -> None:
    """Add the verb to the top command's subparsers. Imports nothing heavy."""
    verb = commands.add_parser("value", help="räkna på en nyttokalkyl: vem räknar hem, och hur säkert är det?")
    verb.add_argument("case", metavar="CASE", help="fallet som TOML- eller JSON-fil; - läser från standard in")
    verb.add_argument("--json", action="store_true", help="skriv resultatet som JSON på standard ut")
    verb.add_argument(
        "--check", action="store_true", help="kontrollera bara fallet och nämn varje fel med plats och bot"
    )
    verb.add_argument(
        "--draws", type=int, default=2**14, metavar="N", help="dragningar, höjs till en tvåpotens (16384)"
    )
    verb.add_argument(
        "--facts", metavar="FIL", help="registret som fallets hänvisningar slås upp i, som JSON eller TOML"
    )
    verb.add_argument("--region", metavar="KOD", help="svara för en region i stället för alla tillsammans (med --out)")
    verb.add_argument("--out", metavar="FIL.pdf", help="skriv en rapport som PDF (PDF/A och PDF/UA)")
    verb.add_argument("--seed", type=int, default=0, metavar="S", help="slumptalens frö (0)")
    verb.set_defaults(run=value)


def value(options: argparse.Namespace, typeset: Callable[[dict[str, Any]], bytes] | None = None) -> int:
    """0 when it went well, 1 when the case has faults, 2 when the file cannot be read or the report not written.

    `typeset`: what makes a PDF of the report's words; the pure package has no typesetter of its own.
    """
    from .faults import InvalidCase, NotACaseFile
    from .reading import examine
    from .report import as_plain, as_text
    from .simulation import simulate

    try:
        register = _register(options)
    except (OSError, NotACaseFile, InvalidCase) as error:
        print(f"{options.facts}: registret gick inte att läsa:\n{error}", file=sys.stderr)
        return UNUSABLE
    try:
        source = sys.stdin.buffer.read() if options.case == "-" else Path(options.case)
        case, faults = examine(source, register)
        if case is None or options.check:
            return _say(options, [fault.as_dict() for fault in faults], [str(fault) for fault in faults])
        if options.seed < 0:
            print("Fröet ska vara noll eller mer.", file=sys.stderr)
            return UNUSABLE
        if options.region is not None and options.region not in case.regions:
            print(
                f"Regionen {options.region} finns inte i fallet; välj bland {', '.join(case.regions)}.", file=sys.stderr
            )
            return UNUSABLE
        result = simulate(case, options.draws, options.seed)
    except OSError as error:
        print(f"{options.case}: filen gick inte att läsa ({error.strerror}).", file=sys.stderr)
        return UNUSABLE
    except NotACaseFile as error:
        print(f"{options.case}: {error}", file=sys.stderr)
        return UNUSABLE
    except InvalidCase as error:
        return _say(options, [fault.as_dict() for fault in error.faults], [str(fault) for fault in error.faults])
    if options.out:
        return _print(options, result, typeset)
    if options.json:
        print(json.dumps(as_plain(result), ensure_ascii=False, indent=2, allow_nan=False))
    else:
        print(as_text(result))
    return FINE


def _today() -> date:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo("Europe/Stockholm")).date()


def _register(options: argparse.Namespace) -> Register | None:
    from .facts import register_of
    from .reading import plain_case

    return register_of(plain_case(Path(options.facts)), _today()) if options.facts else None


def _print(options: argparse.Namespace, result: Simulation, typeset: Callable[[dict[str, Any]], bytes] | None) -> int:
    from .paper import report_data

    if typeset is None:
        print("Det finns ingen sättare för PDF här.", file=sys.stderr)
        return UNUSABLE
    try:
        Path(options.out).write_bytes(typeset(report_data(result, _today(), options.region)))
    except OSError as error:
        print(f"{options.out}: rapporten gick inte att skriva ({error.strerror or error}).", file=sys.stderr)
        return UNUSABLE
    print(f"{options.out}: rapporten är skriven.")
    return FINE


def _say(options: argparse.Namespace, plain: list[dict[str, object]], lines: list[str]) -> int:
    if options.json:
        print(json.dumps({"valid": not plain, "faults": plain}, ensure_ascii=False, indent=2))
    elif plain:
        print(f"{options.case}: {len(plain)} fel", *(f"  {line}" for line in lines), sep="\n")
    else:
        print(f"{options.case}: fallet håller.")
    return WRONG if plain else FINE
