"""Writes the index: one solution within the act that changes it, or all of them by `manage.py reindex`."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

from ..models import (
    LADDER,
    TRUSTED,
    USED,
    Adoption,
    SearchDocument,
    SearchGram,
    SearchPosting,
    Solution,
    newest,
    varied,
)
from .keeping import stamp_anew
from .meaning import vectors_of
from .packing import ALL, BLOCK, EVERYTHING, FACET, PART, WORD, packed, titles_order, unpacked
from .ranking import FIELDS, weight
from .ranking import PART as PART_COUNTS
from .words import tokens, trigrams

Terms = dict[tuple[str, str], int | bytes]
FARTHEST = tuple(reversed(LADDER))
"""Stages from the farthest; a region that has declined or ended is not counted as being anywhere."""
LONGEST_TERM = 100
NOT_KNOWN = "okand"
IN, COMING, ENDED = "katalogen", "pa-vag", "avslutade"
"""The states of a solution as three groups: held to be good, on its way there, and stopped or gone."""


def terms_of(solution: Solution, stages: Iterable[tuple[str, str]]) -> Terms:
    """Every term a solution stands under, with its weight; `stages` are (region's code, newest stage)."""
    words: dict[str, float] = defaultdict(float)
    parts: dict[str, float] = defaultdict(float)
    length = 0
    for field, counts in FIELDS.items():
        for token in tokens(getattr(solution, field)):
            length += 1
            words[token.word] += counts
            parts[token.whole] += counts
            for part in token.parts:
                parts[part] += counts * PART_COUNTS
    found: Terms = {(WORD, term): weight(count, length) for term, count in words.items()}
    found |= {(PART, term): weight(count, length) for term, count in parts.items()}
    found[ALL, EVERYTHING] = titles_order(solution.title)
    return found | dict.fromkeys(_values(solution, list(stages)), 1)


def group_of(state: str) -> str:
    if state in TRUSTED:
        return IN
    return COMING if state in {"identified", "screened", "needs_evidence"} else ENDED


def _values(solution: Solution, stages: list[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """What the solution can be filtered by."""
    yield FACET, f"slag={solution.kind}"
    yield FACET, f"omrade={solution.specialty.strip()}"[:LONGEST_TERM]
    yield FACET, f"lage={solution.state}"
    yield FACET, f"agare={solution.owner.code}"
    yield FACET, f"grupp={group_of(solution.state)}"
    yield FACET, f"belagg={solution.evidence}"
    yield FACET, f"insats={solution.effort or NOT_KNOWN}"
    yield FACET, f"regel={solution.regulation or NOT_KNOWN}"
    reached = {stage for _region, stage in stages}
    yield FACET, f"steg={next((stage.value for stage in FARTHEST if stage in reached), 'none')}"
    for region, stage in stages:
        if stage in USED:
            yield FACET, f"region={region}"


def _stages(solutions: Iterable[Solution]) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = Adoption.objects.filter(~varied(), solution__in=[row.pk for row in solutions]).annotate(stage=newest())
    for solution, region, stage in rows.values_list("solution_id", "region__code", "stage"):
        found[solution].append((region, stage or ""))
    return found


def _written(terms: Iterable[tuple[str, str]]) -> bytes:
    return zlib.compress("\n".join(sorted(f"{space}{term}" for space, term in terms)).encode(), 1)


def _read(terms: bytes | memoryview) -> set[tuple[str, str]]:
    return {(line[0], line[1:]) for line in zlib.decompress(bytes(terms)).decode().split("\n")}


_at_once: ContextVar[bool] = ContextVar("at_once", default=True)


@contextmanager
def indexed_together() -> Iterator[None]:
    """While many solutions are written in one go: the index is made anew once, at the end."""
    token = _at_once.set(False)
    try:
        yield
    finally:
        _at_once.reset(token)
    reindex()


@transaction.atomic
def index(solution: Solution) -> None:
    """Puts a solution where it now belongs. Part of every act that changes what is searched or filtered by."""
    if not _at_once.get():
        return
    _one_at_a_time()
    stamp_anew()
    block, place = divmod(solution.pk, BLOCK)
    fresh = terms_of(solution, _stages([solution])[solution.pk]) | vectors_of([solution]).get(solution.pk, {})
    before = SearchDocument.objects.filter(pk=solution.pk).first()
    gone = (_read(before.terms) if before else set()) - fresh.keys()
    touched = fresh.keys() | gone
    names = {term for _space, term in touched}
    rows = {
        (row.space, row.term): row
        for row in SearchPosting.objects.filter(block=block, term__in=names)
        if (row.space, row.term) in touched
    }
    changed: list[SearchPosting] = []
    made: list[SearchPosting] = []
    empty: list[SearchPosting] = []
    for key in sorted(touched):
        row = rows.get(key) or SearchPosting(space=key[0], term=key[1], block=block, places=b"", weights=b"")
        held = unpacked(row.places, row.weights)
        if key in fresh:
            held[place] = fresh[key]
        else:
            held.pop(place, None)
        row.places, row.weights = packed(held)
        (made if row.pk is None else changed if held else empty).append(row)
    SearchPosting.objects.bulk_create(made)
    SearchPosting.objects.bulk_update(changed, ["places", "weights"], batch_size=100)
    SearchPosting.objects.filter(pk__in=[row.pk for row in empty]).delete()
    _grams(term for space, term in fresh if space == PART)
    _forget_grams(row.term for row in empty if row.space == PART)
    SearchDocument.objects.update_or_create(pk=solution.pk, defaults={"terms": _written(fresh)})


def _one_at_a_time() -> None:
    """Two who propose at the same moment write the same rows: the second waits for the first."""
    SearchPosting.objects.get_or_create(space=ALL, term="", block=0, defaults={"places": b"", "weights": b""})
    SearchPosting.objects.select_for_update().get(space=ALL, term="", block=0)


def _grams(words: Iterable[str]) -> None:
    rows = [SearchGram(gram=gram, word=word) for word in sorted(set(words)) for gram in sorted(trigrams(word))]
    SearchGram.objects.bulk_create(rows, ignore_conflicts=True, batch_size=400)


def _forget_grams(words: Iterable[str]) -> None:
    if gone := set(words):
        left = set(SearchPosting.objects.filter(space=PART, term__in=gone).values_list("term", flat=True))
        SearchGram.objects.filter(word__in=gone - left).delete()


@transaction.atomic
def reindex(tell: Callable[[int], object] = lambda _done: None) -> int:
    """Makes the whole index anew, block by block; the number of solutions in it."""
    _one_at_a_time()
    stamp_anew()
    for model in (SearchDocument, SearchGram):
        model.objects.all().delete()
    SearchPosting.objects.exclude(space=ALL, term="").delete()
    last = Solution.objects.order_by("-pk").values_list("pk", flat=True).first()
    seen: set[str] = set()
    done = 0
    for block in range(0 if last is None else last // BLOCK + 1):
        done += _reindex_block(block, seen)
        tell(done)
    _grams(seen)
    return done


def _reindex_block(block: int, seen: set[str]) -> int:
    within = Solution.objects.filter(pk__gte=block * BLOCK, pk__lt=(block + 1) * BLOCK)
    solutions = list(within.select_related("owner").order_by("pk"))
    stages, vectors = _stages(solutions), vectors_of(solutions)
    postings: dict[tuple[str, str], dict[int, int | bytes]] = defaultdict(dict)
    documents = []
    for solution in solutions:
        terms = terms_of(solution, stages[solution.pk]) | vectors.get(solution.pk, {})
        documents.append(SearchDocument(pk=solution.pk, terms=_written(terms)))
        for key, value in terms.items():
            postings[key][solution.pk % BLOCK] = value
    rows = []
    for (space, term), held in postings.items():
        places, weights = packed(held)
        rows.append(SearchPosting(space=space, term=term, block=block, places=places, weights=weights))
        if space == PART:
            seen.add(term)
    SearchPosting.objects.bulk_create(rows, batch_size=190)
    SearchDocument.objects.bulk_create(documents, batch_size=400)
    return len(solutions)
