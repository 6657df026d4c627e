"""The three ways in which Hemtag says no: not allowed, wrong state, does not hold. The rest is a bug and crashes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that does not hold, in words for the person who can mend it.

    `field` names the form field it stands at, `link` the address where it is mended, `rule` the check that said it.
    """

    message: str
    field: str = ""
    link: str = ""
    rule: str = ""

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True)
class Verdict:
    """The answer of a rule: truthy when allowed, else with the reason."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Verdict(True)


def refused(reason: str) -> Verdict:
    return Verdict(False, reason)


class Refusal(Exception):
    """Common parent, so that a page can show any of the three."""


class NotAllowed(Refusal):
    """The person may not do this; the text says why and, where one exists, who can."""


class WrongState(Refusal):
    """The thing is not in a state where this can be done; the text says which state it is in."""


class DoesNotHold(Refusal):
    """Something in the content does not hold; carries every problem, not only the first."""

    def __init__(self, problems: Iterable[Problem] | str) -> None:
        self.problems = [Problem(problems)] if isinstance(problems, str) else list(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))


def require(verdict: Verdict) -> None:
    """Raise NotAllowed with the verdict's reason unless it allows."""
    if not verdict:
        raise NotAllowed(verdict.reason)


def holds(problems: Iterable[Problem]) -> None:
    """Raise DoesNotHold when there is any problem."""
    found = list(problems)
    if found:
        raise DoesNotHold(found)


@dataclass(frozen=True)
class Difference:
    """One field where somebody else's saved text differs from the text that came too late."""

    field: str
    label: str
    theirs: str


class Clash(Refusal):
    """Somebody else saved the same thing in between. Says who, when and what; the late text is kept by the page.

    `version` is the version now saved: a page that shows the clash sends it along with the person's next try.
    """

    def __init__(self, *, who: str, at: dt.datetime, version: int, differences: Iterable[Difference]) -> None:
        self.who, self.at, self.version = who, at, version
        self.differences = list(differences)
        super().__init__(f"{who} {at.isoformat()}")
