"""The running panel of checks: what is complete, missing and doubtful in one application, each with where it is mended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hemtag.refusals import Problem

from ..models import Application
from .content import content_of
from .missing import CheckLine, facts_of, lines


@dataclass(frozen=True)
class Panel:
    """The same lines as at hand-in, told apart: what stops, what is worth a second look, and what holds."""

    lines: tuple[CheckLine, ...]

    @property
    def missing(self) -> list[Problem]:
        return [problem for line in self.lines if not line.is_warning for problem in line.problems]

    @property
    def doubtful(self) -> list[Problem]:
        return [problem for line in self.lines if line.is_warning for problem in line.problems]

    @property
    def complete(self) -> list[str]:
        return [line.label for line in self.lines if line.holds]

    @property
    def groups(self) -> list[CheckLine]:
        """The lines with something to mend, what stops first."""
        broken = [line for line in self.lines if line.problems]
        return sorted(broken, key=lambda line: line.is_warning)


# That the call is open is told by the page's own words on the deadline, and is nobody's to mend.
NOT_WRITTEN = ("window_is_open",)


def panel(application: Application, today: dt.date) -> Panel:
    """For those who write: the application and the form's common parts."""
    submission = application.submission
    facts = facts_of(submission, content_of(submission), today)
    return of_lines(lines(facts, only=application))


def of_lines(found: Sequence[CheckLine]) -> Panel:
    return Panel(tuple(line for line in found if line.rule not in NOT_WRITTEN))


def as_json(application: Application, shown: Panel) -> dict[str, Any]:
    return {
        "application": application.number,
        "missing": [_plain(problem) for problem in shown.missing],
        "doubtful": [_plain(problem) for problem in shown.doubtful],
        "complete": shown.complete,
    }


def _plain(problem: Problem) -> dict[str, str]:
    return {
        "rule": problem.rule,
        "message": str(problem.message),
        "field": problem.field,
        "link": problem.link,
    }
