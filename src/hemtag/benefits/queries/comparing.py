"""Two cases, or two versions of one, beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hemtag import valuation

from ..models import BenefitCase, CaseRun
from .answering import answer
from .reaching import case_called, others
from .runs import run_numbered, run_title, runs_of


@dataclass(frozen=True)
class Side:
    """One side of a comparison: what it is called, what it says, and the data behind it."""

    title: str
    page: dict[str, Any]
    data: dict[str, Any]


def side(person: Any, case: BenefitCase, wanted: str) -> Side:
    """`wanted`: a case's slug, or the slug, a colon and the number of a stored run; "" is the case as it stands.

    Raises BenefitCase.DoesNotExist, CaseRun.DoesNotExist, InvalidCase.
    """
    slug, _colon, number = wanted.partition(":")
    row = case_called(person, slug) if slug and slug != case.slug else case
    if number:
        if not number.isdigit():
            raise CaseRun.DoesNotExist
        run = run_numbered(row, int(number))
        return Side(f"{row.title}, {run_title(run)}", run.result, run.data)
    found = answer(row)
    if found.page is None:
        raise valuation.InvalidCase(found.faults)
    return Side(row.title, found.page, row.data)


def sides(person: Any, case: BenefitCase) -> list[tuple[str, str]]:
    """What can stand on either side of a comparison: (as the address says it, in words)."""
    runs = [(f"{case.slug}:{run.number}", run_title(run).capitalize()) for run in runs_of(case)]
    return [
        (case.slug, str(_("Kalkylen som den är nu"))),
        *runs,
        *others(person, case).values_list("slug", "title")[:60],
    ]
