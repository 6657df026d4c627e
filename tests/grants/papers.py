"""Readings for the tests of papers: without a database, of the documents' own applications and of texts that test."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from typing import Any

from pypdf import PdfReader

from hemtag.grants.outputs import Reading
from hemtag.grants.reference import load_application, load_call, load_regions
from hemtag.grants.reference.loading import DATA

AT = dt.datetime(2026, 6, 12, 7, 0, tzinfo=dt.UTC)


def content_of_seed(name: str) -> dict[str, Any]:
    """The content of an application under data/applications, as it is when handed in."""
    data, call = load_application(DATA / "applications" / f"{name}.toml"), load_call()
    names = {region.code: region.name for region in load_regions()}
    numbers = {block.key: number for number, block in enumerate(data.blocks, 1)}
    costs: dict[str, dict[tuple[str, int, str], list[int]]] = {key: {} for key in numbers}
    for cell in data.cells():
        amounts = costs[cell.block].setdefault((cell.region, cell.year, cell.kind), [0, 0])
        amounts[0] += cell.requested_sek
        amounts[1] += cell.cofinanced_sek
    return {
        "number": "2026-001",
        "title": data.title,
        "summary": data.lead,
        "description": data.summary,
        "goals": data.goal,
        "measure_types": [{"code": code, "name": code} for code in data.measure_types],
        "plan_owner": data.plan.owner,
        "plan_budget": data.plan.budget_after_text,
        "plan_lasting": data.plan.lasting,
        "spreading": data.example_for_others,
        "is_invented": data.invented,
        "measuring_points": [
            {
                "on": point.on.isoformat(),
                "indicator": point.indicator,
                "baseline": point.baseline,
                "target": point.target,
            }
            for point in data.plan.measuring_points
        ],
        "participants": [a_participant(code, names[code]) for code in data.participants],
        "blocks": [
            {
                "number": numbers[block.key],
                "title": block.title,
                "purpose": block.purpose,
                "activities": "\n".join(f"• {activity}" for activity in block.activities),
                "obstacle": block.obstacle,
                "needs": sorted(numbers[key] for key in block.needs),
                "costs": [
                    {"region": region, "year": year, "kind": kind, "requested_sek": asked, "cofinancing_sek": own}
                    for (region, year, kind), (asked, own) in sorted(costs[block.key].items())
                ],
                "effects": [
                    {
                        "kind": effect.kind,
                        "horizon": effect.horizon,
                        "perspective": effect.perspective,
                        "low_sek": effect.low_sek,
                        "likely_sek": effect.likely_sek,
                        "high_sek": effect.high_sek,
                        "from_year": effect.from_year,
                        "to_year": effect.to_year,
                        "basis": effect.claim,
                    }
                    for effect in block.effects
                ],
            }
            for block in data.blocks
        ],
        "call": {
            "slug": "2026",
            "title": call.title,
            "opens_on": call.window.opens.isoformat(),
            "closes_on": call.window.closes.isoformat(),
            "first_year": min(call.years),
            "last_year": max(call.years),
        },
        "responsible": {"code": data.responsible, "name": names[data.responsible], "orgnr": "232100-0131"},
        "economic_analysis": "Ekonomin.\n\nI två stycken.",
        "development_needs": "Behoven.",
    }


def a_participant(code: str, name: str) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "state": "confirmed",
        "decided_on": "2026-04-20",
        "body": "Regionstyrelsen",
        "paragraph": "§ 112",
        "minutes": {"name": "protokoll.pdf", "sha256": "a" * 64},
        "other_support": "none",
        "other_support_text": "",
        "confirmed_by": "P",
        "confirmed_at": "2026-06-05T07:00:00+00:00",
    }


def a_reading(name: str = "ai", **changed: Any) -> Reading:
    """Handed in; `changed` replaces parts of the content."""
    content = {**content_of_seed(name), **changed}
    return Reading(content, "submitted", AT, "b" * 64, case_number="HT 2026/0001", version=1)


def as_draft(reading: Reading, **changed: Any) -> Reading:
    return replace(reading, **{"state": "draft", "case_number": "", "version": 0, **changed})


def reader(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def words_of(content: bytes) -> str:
    """Everything that is set, without any space: lines break where they must."""
    said = "".join(page.extract_text() for page in reader(content).pages)
    return bare(said.replace("\u200b", "").replace("\u2060", ""))


def bare(text: str) -> str:
    return "".join(text.split())
