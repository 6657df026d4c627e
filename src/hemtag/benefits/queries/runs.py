"""Stored runs, and the same run made again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hemtag import valuation

from .. import running
from ..checks import FROZEN_RUN, HANDED_IN_RUN, SYSTEM_RUNS
from ..models import BenefitCase, CaseRun, CaseState


def runs_of(case: BenefitCase) -> QuerySet[CaseRun]:
    return case.runs.select_related("made_by")


def run_numbered(case: BenefitCase, number: int) -> CaseRun:
    """Raises CaseRun.DoesNotExist."""
    return runs_of(case).get(number=number)


def frozen_run(case: BenefitCase) -> CaseRun | None:
    """The run that was made when the case was frozen: what outcomes are held against."""
    return case.runs.filter(name=FROZEN_RUN).first() if case.state == CaseState.FROZEN else None


def handed_in_run(case: BenefitCase) -> CaseRun | None:
    """How the case stood when what it is about was last handed in: what the delegation judges and decides on."""
    return case.runs.filter(name=HANDED_IN_RUN).first() if case.is_handed_in else None


def changed_since_hand_in(case: BenefitCase) -> CaseRun | None:
    """The run of the hand-in when the case has been changed after it, None when it stands as it was handed in."""
    run = None if case.state == CaseState.FROZEN else handed_in_run(case)
    return run if run and case.updated_at > run.made_at else None


@dataclass(frozen=True)
class Judged:
    """What the delegation judges of a case: as it was frozen, else as it was handed in, else as it stands. `mark` changes
    whenever the data do.
    """

    data: Mapping[str, Any]
    mark: str


def judged(cases: Iterable[BenefitCase]) -> dict[int, Judged]:
    """By the case's key; one query for all of them."""
    rows = {case.pk: case for case in cases}
    found = {pk: Judged(case.data, f"{case.slug}.v{case.version}") for pk, case in rows.items()}
    runs = CaseRun.objects.filter(case__in=rows, name__in=SYSTEM_RUNS).order_by("number")
    for run in runs:
        found[run.case_id] = Judged(run.data, f"{rows[run.case_id].slug}.{run.number}")
    return found


@dataclass(frozen=True)
class Repeat:
    """A stored run made again: the hash of its data, and the places where a number differs to nine figures."""

    data_is_untouched: bool
    same_method: bool
    places: Sequence[str]
    fingerprint: str

    @property
    def is_same(self) -> bool:
        return self.data_is_untouched and not self.places


def repeated(run: CaseRun) -> Repeat:
    """Compute a stored run again from its own data, seed and draws, and hold it against what was stored."""
    result = running.simulated(running.canonical(run.data), run.draws, run.seed)
    page = valuation.as_page(result)
    return Repeat(
        data_is_untouched=running.sha256_of(run.data) == run.data_sha256,
        same_method=str(result.method) == run.method,
        places=running.what_differs(run.result, page),
        fingerprint=valuation.fingerprint(page),
    )


def run_title(run: CaseRun) -> str:
    return str(_("körning %(number)s") % {"number": run.number}) + (f" ({run.called})" if run.name else "")
