"""Stored runs, and the same run made again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hemtag import valuation

from .. import running
from ..checks import FROZEN_RUN
from ..models import BenefitCase, CaseRun, CaseState


def runs_of(case: BenefitCase) -> QuerySet[CaseRun]:
    return case.runs.select_related("made_by")


def run_numbered(case: BenefitCase, number: int) -> CaseRun:
    """Raises CaseRun.DoesNotExist."""
    return runs_of(case).get(number=number)


def frozen_run(case: BenefitCase) -> CaseRun | None:
    """The run that was made when the case was frozen: what outcomes are held against."""
    return case.runs.filter(name=FROZEN_RUN).first() if case.state == CaseState.FROZEN else None


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
