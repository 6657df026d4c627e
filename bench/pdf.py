"""How long it takes to set an application: the largest of the documents, and one as large as the budget can be.

The first is asked for over the real page, as its responsible region does, in the demo's open window: queries, words and
typesetting together. The second has 21 regions × 8 blocks × 6 years × 5 kinds of cost, all filled. Each is set once
cold, in a process that has set nothing before, and then with its texts changed each time, so that nothing is remembered.
"""

from __future__ import annotations

import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 7
REGIONS, BLOCKS, YEARS = 21, 8, 6


def full() -> dict[str, Any]:
    """The content of an application in which every cell of the budget is filled, with texts of ordinary length."""
    from hemtag.grants.models import CostKind

    text = "Regionerna gör gemensamt det som annars görs 21 gånger. " * 8
    codes = [f"{number:02}" for number in range(1, REGIONS + 1)]
    years = range(2026, 2026 + YEARS)
    kinds = [CostKind.OWN_TIME, CostKind.COORDINATION, CostKind.EXPERTISE, CostKind.TECHNOLOGY, CostKind.OTHER]
    effect = {"kind": "fewer_resources", "horizon": "direct", "perspective": "region", "basis": text}
    amounts = {
        "low_sek": 1_000_000,
        "likely_sek": 8_000_000,
        "high_sek": 32_000_000,
        "from_year": 2027,
        "to_year": 2032,
    }
    return {
        "number": "2026-001",
        "title": "En åtgärd i alla regioner",
        **dict.fromkeys(("summary", "description", "goals", "spreading", "plan_budget", "plan_lasting"), text),
        "plan_owner": "Hälso- och sjukvårdsdirektören",
        "is_invented": True,
        "measure_types": [{"code": "staff_time", "name": "Frigjord personaltid"}],
        "measuring_points": [{"on": "2032-12-31", "indicator": "Timmar", "baseline": "0", "target": "100"}] * 5,
        "participants": [
            {
                "code": code,
                "name": f"Region {code}",
                "state": "confirmed",
                "decided_on": "2026-04-20",
                "body": "Regionstyrelsen",
                "paragraph": "§ 112",
                "minutes": None,
                "confirmed_by": "",
                "confirmed_at": None,
                "other_support": "none",
                "other_support_text": "",
            }
            for code in codes
        ],
        "blocks": [
            {
                "number": number,
                "title": f"Block nummer {number}",
                "purpose": text,
                "activities": "Ett\nTvå\nTre",
                "obstacle": "data",
                "needs": [number - 1] if number > 1 else [],
                "costs": [
                    {
                        "region": code,
                        "year": year,
                        "kind": kind.value,
                        "requested_sek": 1_000_000 + number,
                        "cofinancing_sek": 250_000 + year,
                    }
                    for code in codes
                    for kind in kinds
                    for year in years
                ],
                "effects": [{**effect, **amounts}] * 2,
            }
            for number in range(1, BLOCKS + 1)
        ],
        "call": {"slug": "2026", "title": "Utlysning 2026", "opens_on": "2026-04-01", "closes_on": "2026-06-15"}
        | {"first_year": 2026, "last_year": 2031},
        "responsible": {"code": "01", "name": "Region 01", "orgnr": "232100-0016"},
        "economic_analysis": text,
        "development_needs": text,
    }


def timed(rounds: int, make: Callable[[int], bytes]) -> tuple[dict[str, float | int], bytes]:
    content, taken = b"", []
    for number in range(rounds):
        start = time.perf_counter()
        content = make(number)
        taken.append(time.perf_counter() - start)
    return {
        "first_s": round(taken[0], 3),
        "median_s": round(statistics.median(taken[1:]), 3),
        "slowest_s": round(max(taken), 3),
        "bytes": len(content),
    }, content


def pages(content: bytes) -> int:
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(content)).pages)


def measure() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as var:
        os.environ.update(HEMTAG_VAR=var, HEMTAG_DEMO="1", DJANGO_SETTINGS_MODULE="hemtag.config.settings")
        for arguments in (["migrate", "--verbosity", "0"], ["demo", "--stage", "open"]):
            subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, check=True, stdout=sys.stderr)
        import django

        django.setup()
        return {"largest of the documents": _largest(), "every cell filled": _full()}


def _largest() -> dict[str, Any]:
    """Over the page; each round finds the texts changed, as a draft's are."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from hemtag.grants.models import Application, Block
    from hemtag.organisations.models import Membership

    number = Application.objects.order_by("is_invented", "number")[0].number
    application = Application.objects.select_related("submission").get(number=number)
    person = Membership.objects.filter(organisation=application.submission.responsible_id, role="author")[0].person
    client = Client(headers={"host": "localhost"})
    client.force_login(person)
    result: dict[str, Any] = {}
    for name in ("ansokan.pdf", "sammanfattning.pdf", "ansokan.xlsx", "ansokan.json"):

        def asked(round_: int, name: str = name) -> bytes:
            Application.objects.filter(pk=application.pk).update(title=f"{application.title} {name} {round_}")
            Block.objects.filter(application=application).update(purpose=f"Syftet, lydelse {round_} i {name}.")
            response = client.get(f"/ansokningar/{number}/{name}")
            if response.status_code != 200:
                raise RuntimeError(f"{name} answered {response.status_code}")
            return bytes(response.content)

        result[name], content = timed(ROUNDS, asked)
        with CaptureQueriesContext(connection) as queries:
            asked(ROUNDS)
        result[name]["queries"] = len(queries)
        if name.endswith("pdf"):
            result[name]["pages"] = pages(content)
    return result


def _full() -> dict[str, Any]:
    from hemtag import clock
    from hemtag.grants import outputs

    reading = outputs.Reading(full(), "draft", clock.now(), "0" * 64)
    made: dict[str, Any] = {}
    for name, make in (("ansokan.pdf", outputs.application_pdf), ("sammanfattning.pdf", outputs.summary_pdf)):

        def changed(round_: int, name: str = name, make: Callable[[outputs.Reading], bytes] = make) -> bytes:
            return make(replace(reading, content={**reading.content, "title": f"{name} {round_}"}))

        made[name], content = timed(ROUNDS, changed)
        made[name]["pages"] = pages(content)
    return made
