"""How good and how quick the catalogue's search is.

Quality: the judged queries over the demo's catalogue, those that the search was mended after and those it was not, against
plain LIKE, and against PostgreSQL's `swedish` configuration when a server is named in HEMTAG_BENCH_POSTGRES (a psql
connection string) and `psql` is at hand.
Speed: 100 000 generated solutions on SQLite, measured inside the server without a network, by the wall and by the
processor. A search is all of what the page needs: hits, counts of every filter, the first twenty with their marked words.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from typing import Any

from bench.place import own_place
from bench.web import manage

SOLUTIONS, ROUNDS = 100_000, 100


def timed(act: Callable[[int], Any], times: int = ROUNDS) -> dict[str, float]:
    """Milliseconds of the middle, of the slowest twentieth, and of the very slowest; and of the processor alone."""
    act(0)
    taken, worked = [], []
    for turn in range(times):
        start, processor = time.perf_counter(), time.process_time()
        act(turn)
        taken.append(1_000 * (time.perf_counter() - start))
        worked.append(1_000 * (time.process_time() - processor))
    taken.sort()
    worked.sort()
    slow = int(0.95 * (times - 1))
    return {
        "p50_ms": round(statistics.median(taken), 1),
        "p95_ms": round(taken[slow], 1),
        "max_ms": round(taken[-1], 1),
        "cpu_p50_ms": round(statistics.median(worked), 1),
        "cpu_p95_ms": round(worked[slow], 1),
    }


def fill(number: int) -> None:
    """Generated solutions: sentences of the demo's catalogue in new mixtures, with introductions here and there."""
    from hemtag import clock
    from hemtag.organisations.models import Organisation
    from hemtag.solutions.models import (
        OUT,
        Adoption,
        AdoptionStep,
        Effort,
        Evidence,
        Regulation,
        Solution,
        SolutionKind,
        SolutionState,
    )
    from tests.solutions.judged import catalogue

    draw = random.Random(2026)
    rows = catalogue()
    sentences = [each for row in rows for key in ("problem", "summary") for each in row[key].split(". ")]
    names = [word for row in rows for word in row["title"].split()]
    areas = sorted({row["specialty"] for row in rows})
    owners = list(Organisation.objects.filter(code__in=["01", "05", "12", "14", "20", "25"]))
    states = [*SolutionState.values, *6 * sorted(OUT)]  # most of a catalogue is in use or on its way
    stamp = clock.now()
    Solution.objects.bulk_create(
        (
            Solution(
                slug=f"losning-{place}",
                title=" ".join(draw.sample(names, 4)),
                kind=draw.choice(SolutionKind.values),
                specialty=draw.choice(areas),
                problem=". ".join(draw.sample(sentences, 2)),
                summary=". ".join(draw.sample(sentences, 3)),
                owner=draw.choice(owners),
                state=draw.choice(states),
                evidence=draw.choice(Evidence.values),
                effort=draw.choice(Effort.values),
                regulation=draw.choice(Regulation.values),
                proposed_at=stamp,
            )
            for place in range(number)
        ),
        batch_size=2_000,
    )
    keys = list(Solution.objects.filter(slug__startswith="losning-").values_list("pk", flat=True))
    adoptions = Adoption.objects.bulk_create(
        (Adoption(solution_id=key, region=region) for key in draw.sample(keys, number // 5) for region in owners[:2]),
        batch_size=5_000,
    )
    AdoptionStep.objects.bulk_create(
        (
            AdoptionStep(
                adoption=adoption,
                stage=draw.choice(["in_use", "piloting", "decided"]),
                occurred_on=stamp.date(),
                proof="Generat.",
                recorded_at=stamp,
            )
            for adoption in adoptions
        ),
        batch_size=5_000,
    )


def quality() -> dict[str, Any]:
    """nDCG@10 and recall@10 of ours and of the others, on the demo's catalogue alone."""
    from hemtag.organisations.models import Organisation
    from hemtag.solutions.models import AdoptionStep, Solution
    from hemtag.solutions.queries import catalogue as plain
    from hemtag.solutions.searching import search
    from tests.solutions import judged
    from tests.solutions.conftest import fill as fill_demo

    assert not Solution.objects.exists() and not AdoptionStep.objects.exists()
    fill_demo({row.code: row for row in Organisation.objects.all()}, judged.catalogue())
    ours = lambda text: [hit.solution.slug for hit in search(None, text, {}).hits[0 : judged.FIRST]]  # noqa: E731
    like = lambda text: [row.slug for row in plain(None, text=text)[: judged.FIRST]]  # noqa: E731
    told = lambda pair: {"ndcg_at_10": round(pair[0], 3), "recall_at_10": round(pair[1], 3)}  # noqa: E731
    return {
        words: {
            "queries": len(judged.queries(name)),
            "ours": told(judged.measured(ours, name)),
            "like": told(judged.measured(like, name)),
            "postgres_swedish": postgres(told, name),
        }
        for words, name in (("mended_after", "bedomda"), ("held_out", "undanhallna"))
    }


def postgres(told: Callable[[tuple[float, float]], dict[str, float]], name: str) -> Any:
    """The same queries on PostgreSQL's own full-text search, fields weighted in the same order as ours."""
    from tests.solutions import judged

    server = os.environ.get("HEMTAG_BENCH_POSTGRES")
    if not server or not shutil.which("psql"):
        return "not measured: HEMTAG_BENCH_POSTGRES names no server, or there is no psql"
    literal = lambda text: "'" + text.replace("'", "''") + "'"  # noqa: E731
    values = ",".join(
        "(" + ",".join(literal(row[name]) for name in ("key", "title", "specialty", "problem", "summary")) + ")"
        for row in judged.catalogue()
        if row["state"] != "declined"
    )
    vector = " || ".join(
        f"setweight(to_tsvector('swedish', {name}), '{weight}')"
        for name, weight in (("title", "A"), ("specialty", "B"), ("problem", "C"), ("summary", "D"))
    )
    asked = [
        f"select {number}, key from s, websearch_to_tsquery('swedish', {literal(query.text)}) q"  # noqa: S608
        f" where v @@ q order by ts_rank_cd(v, q) desc, key limit {judged.FIRST}"
        for number, query in enumerate(judged.queries(name))
    ]
    script = "".join(
        (
            "create temp table r(key text, title text, specialty text, problem text, summary text);",
            f"insert into r values {values};",  # noqa: S608 the texts are the project's own, and quoted
            f"create temp table s as select key, {vector} as v from r;",  # noqa: S608
            *(f"{each};" for each in asked),
        )
    )
    done = subprocess.run(
        ["psql", server, "-qAt", "-F", "\t"], input=script, stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, list[str]] = {query.text: [] for query in judged.queries(name)}
    for line in done.stdout.splitlines():
        number, key = line.split("\t")
        found[judged.queries(name)[int(number)].text].append(key)
    return told(judged.measured(found.__getitem__, name))


def speed(number: int) -> dict[str, Any]:
    from hemtag.solutions.models import Solution, SolutionState
    from hemtag.solutions.search.indexing import index, reindex
    from hemtag.solutions.searching import search, similar
    from tests.solutions import judged

    fill(number)
    start = time.perf_counter()
    indexed = reindex()
    took = time.perf_counter() - start
    texts = [query.text for query in judged.queries()]
    rows = judged.catalogue()

    def searched(turn: int, **chosen: str) -> None:
        list(search(None, texts[turn % len(texts)], chosen).hits[0:20])

    def alike(turn: int) -> None:
        row = rows[turn % len(rows)]
        similar(None, f"{row['title']} {row['problem']}"[: 40 + 7 * turn % 400])

    solution = Solution.objects.select_related("owner").first()
    assert solution is not None
    return {
        "solutions": indexed,
        "reindex_s": round(took, 1),
        "search": timed(searched),
        "facets_without_text": timed(lambda turn: list(search(None, "", {"slag": "ai"}).hits[0:20])),
        "facets_and_text": timed(lambda turn: searched(turn, slag="ai", lage=SolutionState.SPREADING)),
        "similar_while_typing": timed(alike),
        "indexing_one": timed(lambda turn: index(solution), 20),
    }


def measure(number: int = SOLUTIONS) -> dict[str, Any]:
    with own_place(demo=True):
        import django

        django.setup()
        manage(["migrate", "-v0"])
        from hemtag.grants.reference.loading import load_everything
        from hemtag.web.demo.people import add_regions

        add_regions(load_everything())
        return {"quality": quality(), "speed": speed(number)}


if __name__ == "__main__":
    print(json.dumps(measure(int(os.environ.get("HEMTAG_BENCH_SOLUTIONS", SOLUTIONS))), indent=2))
