"""What a case says: with the facts that apply today, or as it was when it was frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hemtag import clock, valuation
from hemtag.knowledge.models import DatedFact
from hemtag.organisations.models import Organisation

from .. import running
from ..languages import page_language
from ..models import BenefitCase, CaseRun
from .listing import region_in
from .runs import frozen_run, run_numbered

UNIT_WORDS = (("timme", "h"), ("timmar", "h"), ("procent", "%"), (" per ", "/"))


def register() -> valuation.Register:
    """What cases may refer to: the newest value of each fact that applies today."""
    today = clock.today()
    newest: dict[str, DatedFact] = {}
    for row in DatedFact.objects.filter(valid_from__lte=today).order_by("code", "valid_from"):
        newest[row.code] = row
    facts = {
        code: valuation.Fact(
            unit=unit_in_short(row.unit),
            on=row.valid_from,
            source=row.source,
            value=float(row.value),
            low=None if row.low is None else float(row.low),
            high=None if row.high is None else float(row.high),
            is_assumption=row.is_assumption,
        )
        for code, row in newest.items()
    }
    return valuation.Register(facts, today=today)


def unit_in_short(text: str) -> str:
    """'kr per timme' → 'kr/h': the register speaks in words, the engine in symbols."""
    for word, short in UNIT_WORDS:
        text = text.replace(word, short)
    return text.strip()


def answer(case: BenefitCase, **how: Any) -> running.Answer:
    """What the case says now; a frozen one as it was when it was frozen, facts and all."""
    return running.answer(data_behind(case), register(), **how)


def data_behind(case: BenefitCase) -> dict[str, Any]:
    """What is computed: of a frozen case the data of its run, with the facts of that day."""
    frozen = frozen_run(case)
    return dict(frozen.data if frozen else case.data)


@dataclass(frozen=True)
class Printed:
    """What goes into a workbook or a PDF: the data, what it says (None while it has faults), and what the file is called."""

    data: Mapping[str, Any]
    page: dict[str, Any] | None
    name: str
    region: str | None = None
    run: CaseRun | None = None

    def simulated(self) -> valuation.Simulation:
        """The draws behind it, of a stored run with its own seed and number. Raises InvalidCase."""
        if self.run:
            return running.simulated(running.canonical(self.run.data), self.run.draws, self.run.seed)
        return running.simulated(running.canonical(running.filled(self.data, register())))


def printed(case: BenefitCase, *, code: str = "", number: str = "") -> Printed:
    """The case as it stands, one region's view of it, or a stored run.

    Raises Organisation.DoesNotExist, CaseRun.DoesNotExist.
    """
    if number:
        if not number.isdigit():
            raise CaseRun.DoesNotExist
        run = run_numbered(case, int(number))
        return Printed(run.data, run.result, f"{case.slug}-{run.number}", run=run)
    if code:
        region_in(case, code)
        return Printed(data_behind(case), answer(case, region=code).page, f"{case.slug}-{code}", region=code)
    return Printed(data_behind(case), answer(case).page, case.slug)


def cheers(case: BenefitCase) -> list[valuation.CheersItem]:
    """The reporting table in the language of the page."""
    return running.cheers(data_behind(case), register(), page_language())


def sizes_of(owner: Organisation, rows: Iterable[Organisation]) -> dict[str, float]:
    """How large each region is beside the owner's, by population; 1 where it is not known."""
    base = owner.population or 0
    return {row.code: round(row.population / base, 4) if base and row.population else 1.0 for row in rows}
