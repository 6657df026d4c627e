"""What a run of the link checker found, told to those who own what does not answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.organisations.models import Person
from hemtag.refusals import require

from .. import rules
from ..checks.links import GIVES_UP_AFTER
from ..linking import Tried
from ..models import LinkCheck, Solution
from ..queries.linking import addresses
from .news import tell

FAILED = {"gone", "error"}


@transaction.atomic
def record_links(*, by: Person | None, found: Mapping[str, Tried]) -> dict[str, int]:
    """Keeps how each address answered. After three failures in a row, or when it is unsafe, its owner is told once.

    `by=None` is the nightly run. Returns how many there were of each result.
    """
    require(rules.may_check_links(by))
    before = {row.url: row for row in LinkCheck.objects.filter(url__in=list(found))}
    tell_of, last = [], None
    for url, got in found.items():
        row = before.get(url) or LinkCheck(url=url)
        was_told = row.failures >= GIVES_UP_AFTER or row.result == "unsafe"
        row.failures = row.failures + 1 if got.result in FAILED else 0
        row.result, row.status, row.detail, row.checked_at = got.result, got.status, got.detail[:200], clock.now()
        row.save()
        last = row
        if not was_told and (row.failures >= GIVES_UP_AFTER or row.result == "unsafe"):
            tell_of.append(row)
    standing = addresses()
    _tell(tell_of, standing)
    _take_back(standing)
    counts = dict(Counter(got.result for got in found.values()))
    if last is not None:
        record(by=by, verb="checked_links", subject=last, details={"addresses": len(found), "results": counts})
    return counts


def _tell(rows: list[LinkCheck], standing: Mapping[str, set[int]]) -> None:
    """The owner hears of it whether anyone follows the solution or not."""
    for row in rows:
        for solution in Solution.objects.filter(pk__in=standing.get(row.url, ())).select_related("owner"):
            why = row.detail or _("Svarar inte.")
            text = _("Länken %(url)s: %(why)s") % {"url": row.url, "why": why}
            tell(solution, "link", text, public=False, urgent_to=[solution.owner])


def _take_back(standing: Mapping[str, set[int]]) -> None:
    """A solution whose links all answer again waits for nobody."""
    failing = LinkCheck.objects.filter(failures__gte=GIVES_UP_AFTER) | LinkCheck.objects.filter(result="unsafe")
    broken = {pk for url in failing.values_list("url", flat=True) for pk in standing.get(url, ())}
    for solution in Solution.objects.filter(news__what="link", news__urgent_to__isnull=False).distinct():
        if solution.pk not in broken:
            for told in solution.news.filter(what="link"):
                told.urgent_to.clear()
