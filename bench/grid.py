"""How quickly the largest budget opens and saves: 21 regions × 8 blocks × 6 years × 5 kinds of cost, every cell filled.

Measured inside the server, without a network: the whole page with all its cells, the saving of one cell, and of a paste
that changes every cell of a block. The page's bytes are those of the answer as it is sent, not compressed.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

from bench.place import own_place
from bench.web import client_of, joint_application, manage

BLOCKS, YEARS, ROUNDS, SAVES = 8, range(2025, 2031), 25, 60


def fill() -> Any:
    """The joint application of all regions with eight blocks, every cell with both its amounts, own time in hours."""
    from hemtag.grants.models import MAIN_KINDS, Block, Cost
    from hemtag.organisations.models import Organisation

    application = joint_application()
    taken = application.blocks.count()
    stamp = application.blocks.values("updated_at", "updated_by_id")[0]
    Block.objects.bulk_create(
        Block(application=application, number=number, title=f"Block {number}", **stamp)
        for number in range(taken + 1, BLOCKS + 1)
    )
    Block.objects.filter(application=application, number__gt=BLOCKS).delete()
    Cost.objects.filter(block__application=application).delete()
    regions = Organisation.objects.filter(pk__in=application.participants.values("region"))
    Cost.objects.bulk_create(
        Cost(
            block=block,
            region=region,
            year=year,
            kind=kind,
            requested_sek=1_000_000,
            cofinancing_sek=200_000,
            hours=2_000 if kind == "own_time" else None,
            hourly_cost_sek=600 if kind == "own_time" else None,
            version=block.costs_version,
        )
        for block in application.blocks.all()
        for region in regions
        for year in YEARS
        for kind in MAIN_KINDS
    )
    return application


def timed(act: Callable[[int], Any], times: int) -> dict[str, float]:
    """Milliseconds of the middle and of the slowest twentieth."""
    act(0)
    taken = []
    for turn in range(1, times + 1):
        start = time.perf_counter()
        act(turn)
        taken.append(1_000 * (time.perf_counter() - start))
    return {"p50_ms": round(statistics.median(taken), 1), "p95_ms": round(sorted(taken)[int(0.95 * (times - 1))], 1)}


def measure() -> dict[str, Any]:
    with own_place(demo=True):
        manage(["demo", "--stage", "open"])
        return _measure()


def _measure() -> dict[str, Any]:
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from hemtag.grants.models import Cost

    settings.ALLOWED_HOSTS = ["testserver", *settings.ALLOWED_HOSTS]
    application = fill()
    client = client_of("REPRESENTATIVE")
    address = f"/ansokningar/{application.number}/budget/"
    cells = Cost.objects.filter(block__application=application)
    count = cells.count()
    places = list(cells.filter(block__number=1).values_list("region__code", "kind", "year"))

    def page(_turn: int) -> Any:
        response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")
        return response

    def save(names: list[str], amount: int) -> None:
        sent = {"requested": amount, "cofinancing": 1, "hours": None, "hourly_cost": None, "version": 10_000}
        body = json.dumps({"cells": dict.fromkeys(names, sent)})
        answer = client.post(f"{address}celler/", body, content_type="application/json").json()["cells"]
        if {told["status"] for told in answer.values()} != {200}:
            raise RuntimeError(f"a cell was not saved: {next(iter(answer.values()))}")

    names = [f"1.{code}.{kind}.{year}" for code, kind, year in places]
    opened = timed(page, ROUNDS)
    with CaptureQueriesContext(connection) as asked:
        size = len(page(0).content)
    queries = len(asked)  # now: the next request forgets them
    one = timed(lambda turn: save([names[turn % len(names)]], 1_000 + turn), SAVES)
    paste = timed(lambda turn: save(names, 5_000 + turn), 10)
    connection.close()
    return {
        "cells": count,
        "amounts": 2 * count,
        "page": {**opened, "queries": queries, "bytes_uncompressed": size},
        "save_one_cell": one,
        "paste_of_a_block": {"cells": len(names), **paste},
    }
