"""Which addresses stand in the catalogue, and how they answered when they were last tried."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F

from hemtag import clock

from ..checks.links import GIVES_UP_AFTER, addresses_in
from ..models import Judgement, LinkCheck, PackagePart, PackageState, Solution, SolutionState

AGAIN_AFTER = dt.timedelta(days=7)
_GONE = (SolutionState.MERGED, SolutionState.DECLINED)


def addresses(solution: Solution | None = None) -> dict[str, set[int]]:
    """Every address somebody has written in the catalogue, with the solutions it stands in."""
    found: dict[str, set[int]] = {}
    own = Solution.objects.exclude(link="").exclude(state__in=_GONE)
    judged = Judgement.objects.exclude(link="").annotate(of=F("reviewer__review__solution"))
    parts = PackagePart.objects.filter(package__state=PackageState.PUBLISHED)
    if solution is not None:
        own = own.filter(pk=solution.pk)
        judged = judged.filter(reviewer__review__solution=solution)
        parts = parts.filter(package__solution=solution)
    for pk, link in own.order_by().values_list("pk", "link"):
        found.setdefault(link, set()).add(pk)
    for pk, link in judged.order_by().values_list("of", "link"):
        found.setdefault(link, set()).add(pk)
    for pk, text, answers in parts.order_by().values_list("package__solution", "text", "answers").iterator():
        for link in addresses_in(f"{text} {json.dumps(answers, ensure_ascii=False)}"):
            found.setdefault(link, set()).add(pk)
    return found


def to_try(every: Iterable[str], most: int, *, again: bool = False) -> list[str]:
    """Those that have never been tried first, then those that were tried longest ago; not those tried this week."""
    checked = dict(LinkCheck.objects.values_list("url", "checked_at"))
    since = clock.now() - AGAIN_AFTER
    failing = set(LinkCheck.objects.filter(failures__gt=0).values_list("url", flat=True))
    wanted = [url for url in every if again or url in failing or url not in checked or checked[url] <= since]
    first = dt.datetime.min.replace(tzinfo=dt.UTC)
    return sorted(wanted, key=lambda url: (checked.get(url, first), url))[:most]


@dataclass(frozen=True)
class Link:
    url: str
    check: LinkCheck | None

    @property
    def is_broken(self) -> bool:
        return self.check is not None and does_not_answer(self.check)

    @property
    def is_unsafe(self) -> bool:
        return self.check is not None and self.check.result == "unsafe"


def does_not_answer(check: LinkCheck) -> bool:
    return check.failures >= GIVES_UP_AFTER


def links_of(solution: Solution) -> list[Link]:
    """Every address in one solution, the failing ones first."""
    urls = sorted(addresses(solution))
    checks = {row.url: row for row in LinkCheck.objects.filter(url__in=urls)}
    rows = [Link(url, checks.get(url)) for url in urls]
    return sorted(rows, key=lambda row: (not row.is_broken, not row.is_unsafe, row.url))


def is_broken(url: str) -> bool:
    """Has not answered the last times it was tried, or must not be tried."""
    if not url:
        return False
    check = LinkCheck.objects.filter(url=url).first()
    return check is not None and (does_not_answer(check) or check.result == "unsafe")
