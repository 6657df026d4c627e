"""News for those who follow a solution. A part of other acts: the act that tells records its own event."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import translation

from hemtag import clock
from hemtag.organisations.models import Organisation

from ..models import News, Solution
from ..news import KINDS

LONGEST = 300


def tell(solution: Solution, what: str, text: str, public: bool = True, urgent_to: Iterable[Organisation] = ()) -> News:
    """One line for the feed and for those who follow; `what` is a key of `news.KINDS`.

    `public=False` keeps it from the feed: only people of the solution's owner, of the regions it is urgent to, the
    editors, the delegation and the auditor see it. The people of the regions in `urgent_to` are told whether they
    follow or not. Write `text` in Swedish (it is kept) and without what only some may read.
    """
    if what not in KINDS:
        raise ValueError(f"unknown kind of news: {what}")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("news is told in the same transaction as what it tells of")
    with translation.override("sv"):  # what is kept is in Swedish, also when the words were lazy
        line = " ".join(str(text).split())
    short = line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"
    row = News.objects.create(solution=solution, what=what, text=short, is_public=public, at=clock.now())
    if told := list(urgent_to):
        row.urgent_to.set(told)
    return row
