"""What `hemtag prioritise` and `hemtag verify` do: files in, text or JSON out, an exit code back."""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from .faults import Fault, NotARoundFile
from .model import Round
from .mps import export_mps
from .questions import NoCluster, as_plain, asked
from .reading import examine
from .report import as_text
from .selection import Infeasible, Unverified, select
from .solver import SolverFault
from .tree import TooLarge, prove
from .validation import remarks
from .verification import verify
from .wording import WORDING

FINE, WRONG = 0, 1
QUIET_SECONDS = 2.0


class Unusable(Exception):
    """A file that cannot be read at all; the message is for the person at the keyboard."""


def prioritise(options: Namespace) -> int:
    """Check the round, choose, and print. 1 when the round has faults or its demands cannot be met together."""
    found, faults = _examined(options.round)
    if options.check or faults or found is None:
        return _say_faults(options.round, found, faults, as_json=options.json)
    unknown = [block for block in options.explain if block not in found.by_id]
    if unknown:
        raise Unusable(f"Blocket ”{unknown[0]}” finns inte i omgången.")
    if options.mps:
        _write(options.mps, export_mps(found))
    progress = _Progress(0.0 if options.progress else QUIET_SECONDS)
    try:
        with _listening() as stopped:
            progress.say(f"söker bland {len(found.blocks)} block; Ctrl-C ger bästa urval hittills, med sin övre gräns")
            result = select(found, seconds=options.seconds, gap=options.gap, progress=progress, stopped=stopped)
        if options.proof:
            result = prove(found, result)
    except Infeasible as error:
        if options.json:
            print(
                json.dumps(
                    {"status": "infeasible", "conflict": [demand.as_dict() for demand in error.conflict]},
                    ensure_ascii=False,
                    indent=2,
                )
            )
        print(error, file=sys.stderr)
        return WRONG
    except (TimeoutError, SolverFault, Unverified, TooLarge) as error:
        print(error, file=sys.stderr)
        return WRONG
    try:
        answers = asked(found, result, options, progress)
    except NoCluster as error:
        raise Unusable(str(error)) from error
    if options.json:
        more = {name: as_plain(answer) for name, answer in answers.items()}
        print(json.dumps(result.as_dict() | more, ensure_ascii=False, indent=2))
    else:
        print(as_text(found, result))
        for name, answer in answers.items():
            print(WORDING[name](answer))
    return FINE


def verify_files(options: Namespace) -> int:
    """Check a result file against a round file. 1 when anything does not hold."""
    found, faults = _examined(options.round)
    if faults or found is None:
        return _say_faults(options.round, found, faults, as_json=options.json)
    result = _json_of(options.result)
    wrong = verify(found, result)
    proof = None if wrong else result.get("certificate")
    if options.json:
        print(json.dumps({"holds": not wrong, "wrong": wrong}, ensure_ascii=False, indent=2))
    elif wrong:
        print("Resultatet håller inte:", *(f"  {sentence}" for sentence in wrong), sep="\n")
    else:
        print(f"Resultatet håller: {len(result['chosen'])} block, värde {result['value']}, alla regler och summor.")
        if proof:
            most = found.number(proof["bound"])
            print(f"Heltalsbeviset: inget tillåtet urval har högre värde än {most}.")
            if most == result["value"]:
                print("Urvalet är alltså bevisat bäst, utan tillit till någon lösare.")
    return WRONG if wrong else FINE


def _write(name: str, text: str) -> None:
    try:
        Path(name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise Unusable(f"{name}: filen gick inte att skriva ({error.strerror}).") from error


def _examined(name: str) -> tuple[Round | None, list[Fault]]:
    try:
        return examine(sys.stdin.buffer.read() if name == "-" else Path(name))
    except OSError as error:
        raise Unusable(f"{name}: filen gick inte att läsa ({error.strerror}).") from error
    except NotARoundFile as error:
        raise Unusable(f"{name}: {error}") from error


def _json_of(name: str) -> Any:
    try:
        data = json.loads(Path(name).read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise Unusable(f"{name}: filen gick inte att läsa ({error.strerror}).") from error
    except (ValueError, RecursionError) as error:
        raise Unusable(f"{name}: filen är inte JSON i UTF-8: {error}") from error
    if not isinstance(data, dict):
        raise Unusable(f"{name}: ett resultat är ett JSON-objekt.")
    return data


def _say_faults(name: str, found: Round | None, faults: list[Fault], *, as_json: bool) -> int:
    known = [] if found is None or faults else remarks(found)
    if as_json:
        said: dict[str, Any] = {"faults": [fault.as_dict() for fault in faults]}
        print(json.dumps(said | ({"remarks": known} if known else {}), ensure_ascii=False, indent=2))
    elif faults:
        print(f"{name}: {len(faults)} fel", *(f"  {fault}" for fault in faults), sep="\n", file=sys.stderr)
    elif found is not None:
        blocks = len(found.blocks)
        print(f"{name}: inga fel. {len(found.applications)} ansökningar, {blocks} block, {len(found.years)} år.")
        print(*known, sep="\n", end="\n" if known else "")
    return WRONG if faults else FINE


@contextmanager
def _listening() -> Iterator[Callable[[], bool]]:
    """While a choice is sought, the first Ctrl-C asks for the best so far; a second one ends the program."""
    heard: list[int] = []
    said: list[str] = []

    def hear(number: int, frame: FrameType | None) -> None:
        if heard:
            raise KeyboardInterrupt
        heard.append(number)

    def asked() -> bool:
        if heard and not said:  # not where it is heard: that may be in the middle of another line
            said.append("Avbryter: bästa urval hittills lämnas, med sin gräns.")
            print(*said, file=sys.stderr, flush=True)
        return bool(heard)

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    before = signal.signal(signal.SIGINT, hear)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


class _Progress:
    """Lines on standard error, at most one a second, and none until it has taken a while."""

    def __init__(self, first: float = QUIET_SECONDS) -> None:
        self.began = time.monotonic()
        self.next = first

    def __call__(self, seconds: float, best: int | None, bound: int) -> None:
        self.say(f"{'inget urval än' if best is None else f'bäst hittills {best}'}, övre gräns {bound}")

    def scenarios(self, done: int, count: int) -> None:
        """How many scenarios are done, at what cost, and what is left."""
        each = (time.monotonic() - self.began) / max(1, done)
        self.say(
            f"{done} av {count} scenarier, {1000 * each:.0f} ms per scenario, ungefär {each * (count - done):.0f} s kvar"
        )

    def say(self, text: str) -> None:
        passed = time.monotonic() - self.began
        if passed >= self.next:
            self.next = passed + 1
            print(f"{passed:5.0f} s: {text}", file=sys.stderr, flush=True)
