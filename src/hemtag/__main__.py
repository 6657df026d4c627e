"""The command line `hemtag`. Starts fast: nothing heavy is imported before it is needed, and never Django."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

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
    one.add_argument("--progress", action="store_true", help="berätta från början på standard error hur det går")
    one.add_argument("--gap", type=_share, default=0.0, metavar="G", help="nöj dig med ett svar inom andelen G (0)")
    _questions(one.add_argument_group("följdfrågor, var och en besvarad med nya exakta lösningar"))
    one.add_argument(
        "--proof", action="store_true", help="lägg till ett bevis utan gap, som kan kontrolleras utan lösare"
    )
    two = commands.add_parser("verify", help="kontrollera ett resultat med heltal, utan lösare")
    two.add_argument("round", metavar="ROUND", help="omgången som JSON-fil")
    two.add_argument("result", metavar="RESULT", help="resultatet som JSON-fil")
    two.add_argument("--json", action="store_true", help="skriv utfallet som JSON på standard ut")
    from hemtag.uptake.command import add_to as add_uptake
    from hemtag.valuation.command import add_to as add_value

    add_value(commands)
    add_uptake(commands)
    return top


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError("ange ett antal sekunder större än noll")
    return seconds


def _questions(asks: argparse._ArgumentGroup) -> None:
    asks.add_argument(
        "--explain", action="append", default=[], metavar="BLOCK", help="varför väljs blocket, eller inte?"
    )
    asks.add_argument("--flip-prices", action="store_true", help="vad det kostar att vända på varje block")
    asks.add_argument("--policy-price", action="store_true", help="vad varje policyrad och låsning kostar")
    asks.add_argument("--marginal", action="store_true", help="värdet av en miljon kronor till i varje år")
    asks.add_argument("--frontier", action="store_true", help="värdet vid 50–150 procent av ramarna")
    asks.add_argument("--near-optimal", type=_count, metavar="K", help="K andra urval som är nästan lika bra")
    asks.add_argument("--eps", type=float, default=0.001, metavar="E", help="hur mycket sämre de får vara (0.001)")
    asks.add_argument("--diverse", action="store_true", help="så olika urval som möjligt i stället för de bästa")
    asks.add_argument("--core-index", action="store_true", help="hur ofta varje block väljs när effekterna varierar")
    asks.add_argument("--scenarios", type=_count, default=200, metavar="N", help="antal scenarier (200)")
    asks.add_argument("--seed", type=int, default=0, metavar="S", help="slumptalens frö (0)")
    asks.add_argument(
        "--bounds-only", action="store_true", help="bara bevisade gränser för andelarna, på millisekunder"
    )
    asks.add_argument("--executor", choices=("none", "local", "dask"), default="none", help="räkna i flera processer")
    asks.add_argument("--scheduler", metavar="ADRESS", help="Dask-klustrets adress; annars startas ett på datorn")
    asks.add_argument("--mps", metavar="FILE", help="skriv omgången som MPS-fil för andra lösare")


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share < 1:
        raise argparse.ArgumentTypeError("ange en andel från 0 till under 1")
    return share


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("ange ett antal större än noll")
    return count


def _benefit_report(data: dict[str, Any]) -> bytes:
    """The benefit case's report as PDF, archival and accessible. Raises OSError when the template is not at hand."""
    import json

    import typst

    from hemtag.knowledge.glyphs import settable

    root = Path(__file__).resolve().parents[2] / "templates"
    template = root / "benefits" / "report.typ"
    if not template.exists():
        raise FileNotFoundError(2, "mallen templates/benefits/report.typ saknas", str(template))
    made = typst.compile(
        str(template),
        root=str(root),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(settable(data), ensure_ascii=False)},
        pdf_standards=["a-2a", "ua-1"],
    )
    if not isinstance(made, bytes):
        raise TypeError("one document was expected")
    return made


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
    if options.command == "value":
        return int(options.run(options, _benefit_report))
    if options.command == "uptake":
        return int(options.run(options))
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
