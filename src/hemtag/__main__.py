"""The command line `hemtag`. Starts fast: nothing heavy is imported before it is needed, and never Django."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

FINE, WRONG, UNUSABLE = 0, 1, 2


def parser() -> argparse.ArgumentParser:
    """All commands and their options; used by `hemtag --help` and by the documentation."""
    top = argparse.ArgumentParser(
        prog="hemtag",
        description="Statsbidrag som effektiviserar vården: block inom årsramarna, exakt och kontrollerbart.",
        epilog="Svarskoder: 0 allt bra, 1 fel i omgången eller resultatet, 2 fil eller kommando går inte att läsa.",
    )
    top.add_argument("--version", action="store_true", help="visa versionen och avsluta")
    commands = top.add_subparsers(dest="command", metavar="KOMMANDO")
    one = commands.add_parser("prioritise", help="välj de block som ger störst effekt inom varje års ram")
    one.add_argument("round", metavar="ROUND", help="omgången som JSON-fil; - läser från standard in")
    one.add_argument("--json", action="store_true", help="skriv resultatet som JSON på standard ut")
    one.add_argument("--check", action="store_true", help="kontrollera bara omgången och nämn varje fel med sin plats")
    one.add_argument("--practice", action="store_true", help="visa också vad de vanliga rangordningarna hade valt")
    one.add_argument(
        "--seconds", type=_seconds, metavar="S", help="stanna efter S sekunder med bästa svar och dess gräns"
    )
    two = commands.add_parser("verify", help="kontrollera ett resultat med heltal, utan lösare")
    two.add_argument("round", metavar="ROUND", help="omgången som JSON-fil")
    two.add_argument("result", metavar="RESULT", help="resultatet som JSON-fil")
    two.add_argument("--json", action="store_true", help="skriv utfallet som JSON på standard ut")
    return top


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError("ange ett antal sekunder större än noll")
    return seconds


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is returned, never raised, except for argparse's own usage errors."""
    top = parser()
    options = top.parse_args(arguments)
    if options.version:
        from importlib.metadata import version

        print(f"hemtag {version('hemtag')}")
        return FINE
    if options.command is None:
        top.print_help()
        return FINE
    from hemtag.portfolio import command

    run = command.prioritise if options.command == "prioritise" else command.verify_files
    try:
        return run(options)
    except command.Unusable as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        print("Avbrutet.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return WRONG


if __name__ == "__main__":
    sys.exit(main())
