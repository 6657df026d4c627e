"""The round as the engine reads it, and the stored runs as people read them."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Sum

from hemtag import portfolio
from hemtag.assessment import valuing
from hemtag.assessment.models import (
    AssessmentState,
    BlockDecision,
    DecisionState,
    EligibilityVerdict,
    Run,
    Score,
    WithdrawalState,
)
from hemtag.grants.models import (
    Application,
    Block,
    Call,
    Cost,
    Criterion,
    EffectClaim,
    Frame,
    Opening,
    OpeningState,
    Perspective,
    SubmissionState,
)

from ..rules.assessing import is_decided
from .ledger import committed_per_year, first_year_of
from .scoring import counting, judged

FORMULA = (
    "Effekten av ett block = summan av regionens troliga effekter i blocket × ansökans vägda medelpoäng / 5, "
    "i hela tusental kronor. Samhällets effekter räknas inte in."
)


class Ready:
    """The call's eligible applications and what their assessors say: what a prioritisation weighs. Two queries."""

    def __init__(self, call: Call) -> None:
        self.scores, self.judged = judged(call)
        rows = Application.objects.filter(
            submission__call=call,
            submission__state=SubmissionState.SUBMITTED,
            eligibility__verdict=EligibilityVerdict.ELIGIBLE,
        )
        # While sections are opened the rows may hold half an answer: they are weighed when it has come or been closed.
        is_open = Opening.objects.filter(application=OuterRef("pk"), state=OpeningState.OPEN)
        rows = rows.exclude(withdrawal__state=WithdrawalState.GRANTED).annotate(is_opened=Exists(is_open))
        self.eligible: list[Any] = list(rows.select_related("decision__meeting").order_by("number"))

    def candidates(self, beside: Run | None = None) -> list[Application]:
        """Assessed by all their assessors, and not decided.

        Decisions made from the run `beside` are seen as not yet made: so a run can be compared with today's round.
        """
        return [
            row for row in self.eligible if row.pk in self.judged and not row.is_opened and not _is_decided(row, beside)
        ]

    @property
    def opened(self) -> list[Application]:
        """Assessed, but opened for completion or adjustment: left out until the answer has come or the day passed."""
        return [row for row in self.eligible if row.pk in self.judged and row.is_opened]

    @property
    def left_out(self) -> list[Application]:
        """Those that a prioritisation leaves out, because their assessments are not all handed in."""
        return [row for row in self.eligible if row.pk not in self.judged]


def _is_decided(application: Application, beside: Run | None) -> bool:
    return is_decided(application) and (beside is None or application.decision.meeting.run_id != beside.pk)


def levels_of(applications: QuerySet[Application]) -> dict[int, list[dict[int, int]]]:
    """Per application, one mapping per assessment that counts from criterion to level. One query."""
    counted = counting().filter(state=AssessmentState.SUBMITTED, application__in=applications.values("pk"))
    rows = Score.objects.filter(assessment__in=counted.values("pk")).order_by("assessment", "criterion")
    found: dict[int, dict[int, dict[int, int]]] = {}
    columns = ("assessment__application", "assessment", "criterion", "level")
    for application, assessment, criterion, level in rows.values_list(*columns):
        found.setdefault(application, {}).setdefault(assessment, {})[criterion] = level
    return {application: list(each.values()) for application, each in found.items()}


def round_of(call: Call, beside: Run | None = None, ready: Ready | None = None) -> dict[str, Any]:
    """The call's round for the engine, in whole thousands of kronor; the same number of queries at any size.

    Frames are rounded down and costs and committed money up, so that what fits here fits in kronor. With `beside`,
    decisions made from that run are seen as not yet made.
    """
    ready = ready or Ready(call)
    listed = ready.candidates(beside)
    blocks: dict[int, list[Block]] = {}
    for block in Block.objects.filter(application__in=listed).order_by("number"):
        blocks.setdefault(block.application_id, []).append(block)
    numbers = {application.pk: application.number for application in listed}
    keys = {block.pk: f"{numbers[pk]}/{block.number}" for pk, own in blocks.items() for block in own}
    costs, claims = _costs(keys), _claims(keys)
    criteria, levels = _judged(call, listed)
    tags = _tags(listed)
    needs, locked_out = _needs(keys)
    frames, committed = _frames(call), committed_per_year(beside)
    scores = ready.scores
    return {
        "title": call.title,
        "note": FORMULA,
        "unit": "tkr",
        "frames": {str(year): valuing.frame_tkr(sek) for year, sek in frames.items()},
        "committed": {str(year): valuing.cost_tkr(committed.get(year, 0)) for year in frames},
        "commitment_authorisation": valuing.frame_tkr(call.authorisation_sek),
        "hurdle": _number(Fraction(call.hurdle)),
        "criteria": criteria,
        "applications": [
            {
                "id": application.number,
                "title": application.title,
                "score": _number(scores[application.pk]),
                "levels": levels.get(application.pk, []),
                "blocks": [
                    {
                        "id": keys[block.pk],
                        "title": block.title,
                        **_effect(claims.get(block.pk, ()), scores[application.pk]),
                        **costs.get(block.pk, Costs()).as_dict(),
                        "tags": tags.get(application.pk, []),
                        "needs": needs.get(block.pk, []),
                    }
                    for block in blocks.get(application.pk, [])
                ],
            }
            for application in listed
        ],
        "order": [keys[block.pk] for application in listed for block in blocks.get(application.pk, [])],
        "locked_out": locked_out,
    }


def _number(exact: Fraction) -> int | float:
    """A number that JSON holds, with three decimals."""
    if exact.denominator == 1:
        return int(exact)
    return float(round(Decimal(exact.numerator) / Decimal(exact.denominator), 3))


def _frames(call: Call) -> dict[int, int]:
    rows = Frame.objects.filter(year__gte=first_year_of(call), year__lte=call.last_year)
    return {frame.year: frame.amount_sek for frame in rows}


@dataclass
class Costs:
    """Kronor of one block: requested per year and per region, and co-financing; what is nothing is left out."""

    years: Counter[int] = field(default_factory=Counter)
    regions: Counter[str] = field(default_factory=Counter)
    cofinancing: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Regions' parts are rounded down, so that they never exceed the whole."""
        return {
            "cost": {str(year): valuing.cost_tkr(sek) for year, sek in sorted(self.years.items())},
            "region_cost": {code: valuing.frame_tkr(sek) for code, sek in sorted(self.regions.items())},
            "cofinancing": valuing.frame_tkr(self.cofinancing),
        }


def _costs(keys: dict[int, str]) -> dict[int, Costs]:
    found: dict[int, Costs] = {}
    rows = Cost.objects.filter(block__in=keys).order_by().values("block", "year", "region__code")
    rows = rows.annotate(sek=Sum("requested_sek"), own=Sum("cofinancing_sek")).order_by("block", "year", "region__code")
    for row in rows:
        costs = found.setdefault(row["block"], Costs())
        costs.cofinancing += row["own"]
        if row["sek"]:
            costs.years[row["year"]] += row["sek"]
            costs.regions[row["region__code"]] += row["sek"]
    return found


def _claims(keys: dict[int, str]) -> dict[int, list[tuple[int, int, int]]]:
    """The effects of each block in the region's perspective: low, likely and high in kronor."""
    found: dict[int, list[tuple[int, int, int]]] = {}
    rows = EffectClaim.objects.filter(block__in=keys, perspective=Perspective.REGION).order_by("block", "pk")
    for block, *claim in rows.values_list("block", "low_sek", "likely_sek", "high_sek"):
        found.setdefault(block, []).append((claim[0], claim[1], claim[2]))
    return found


def _effect(claims: Sequence[tuple[int, int, int]], score: Fraction) -> dict[str, Any]:
    """The effect that counts and, for scenarios, the least and the greatest that the applicant believes in."""
    low, likely, high = (valuing.effect_tkr((claim[at] for claim in claims), score) for at in range(3))
    return {"effect": likely, "effect_range": [low, high]} if claims else {"effect": likely}


def _judged(
    call: Call, listed: Sequence[Application]
) -> tuple[dict[str, dict[str, int]], dict[int, list[dict[str, int]]]]:
    """The criteria with their weights, and every counting assessor's levels per application. Two queries."""
    rows = list(Criterion.objects.filter(call=call))
    codes = {row.pk: row.code for row in rows}
    levels = levels_of(Application.objects.filter(pk__in=[row.pk for row in listed]))
    named = {
        application: [{codes[pk]: level for pk, level in one.items()} for one in each if set(one) == set(codes)]
        for application, each in levels.items()
    }
    return {row.code: {"weight": row.weight} for row in rows}, named


def _tags(listed: Sequence[Application]) -> dict[int, list[str]]:
    """The applications' types of measure: what a demand for a least share can name."""
    found: dict[int, list[str]] = {}
    rows = Application.measure_types.through.objects.filter(application__in=[row.pk for row in listed])
    for application, code in rows.order_by("measuretype").values_list("application", "measuretype__code"):
        found.setdefault(application, []).append(code)
    return found


def _needs(keys: dict[int, str]) -> tuple[dict[int, list[str]], dict[str, str]]:
    """Each block's needs among the candidates, and the blocks whose needs nothing here can meet, with the reason.

    A need that an adopted decision has granted already is met.
    """
    granted = BlockDecision.objects.filter(
        block=OuterRef("to_block"), decision__state=DecisionState.ADOPTED, is_granted=True
    )
    needs: dict[int, list[str]] = {}
    locked_out: dict[str, str] = {}
    rows = Block.needs.through.objects.filter(from_block__in=keys).annotate(is_met=Exists(granted))
    columns = ("from_block", "to_block", "to_block__application__number", "to_block__number", "is_met")
    for block, need, application, number, is_met in rows.order_by("from_block", "to_block").values_list(*columns):
        if need in keys:
            needs.setdefault(block, []).append(keys[need])
        elif not is_met:
            locked_out[keys[block]] = f"Behöver block {application}/{number}, som inte är med i prioriteringen."
    return needs, locked_out


def round_hash(data: dict[str, Any]) -> str:
    """The hash that the engine gives the round, and that of the file that is downloaded."""
    return hashlib.sha256(portfolio.canonical(data)).hexdigest()


def runs_of(call: Call) -> QuerySet[Run]:
    """The call's stored runs, newest first."""
    return Run.objects.filter(call=call).select_related("made_by", "call", "freeze__frozen_by").order_by("-number")


def newest_run(call: Call) -> Run | None:
    return runs_of(call).first()


def run_with(call: Call, number: int) -> Run:
    """Raises Run.DoesNotExist."""
    return runs_of(call).get(number=number)


def is_stale(run: Run, ready: Ready | None = None) -> bool:
    """Whether today's round differs from the one that was solved, beside the decisions made from it.

    A frozen scenario is compared by the round that its changes were made to.
    """
    frozen = getattr(run, "freeze", None)
    return round_hash(round_of(run.call, beside=run, ready=ready)) != (
        frozen.base_sha256 if frozen else run.round_sha256
    )


def round_file(run: Run) -> bytes:
    """The round as it was solved: the very bytes whose hash the run carries."""
    return portfolio.canonical(run.round)


def result_file(run: Run) -> bytes:
    """The result, with what the simple rankings would have chosen; `hemtag verify` reads it beside the round."""
    return json.dumps({**run.result, "practice": run.practice}, ensure_ascii=False, indent=2).encode()


CHECKER = Path(portfolio.check.__file__)
HOW = """Kontrollera själv att prioriteringen håller:

    python3 check.py round.json result.json

Programmet läser bara de två filerna och behöver inget utöver Python 3.11 eller senare. Det räknar om kontrollsumman,
varje regel, varje summa och beviset för att inget annat tillåtet urval ger mer, med heltal och utan någon lösare.
"""


def published_file(run: Run) -> bytes:
    """Round, result, checker and how to use them in one ZIP: the same bytes every time."""
    out = io.BytesIO()
    files = {
        "LÄSMIG.txt": HOW.encode(),
        "check.py": CHECKER.read_bytes(),
        "result.json": result_file(run),
        "round.json": round_file(run),
    }
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return out.getvalue()


def files_sha256(run: Run) -> dict[str, str]:
    """Of what is published: the round as it was solved, and the result."""
    return {
        "round.json": hashlib.sha256(round_file(run)).hexdigest(),
        "result.json": hashlib.sha256(result_file(run)).hexdigest(),
    }


def published_runs() -> QuerySet[Run]:
    """For anyone, newest first."""
    rows = Run.objects.filter(freeze__public_number__isnull=False)
    return rows.select_related("call", "freeze").order_by("-freeze__public_number")


def published_run(number: int) -> Run:
    """Raises Run.DoesNotExist."""
    return published_runs().get(freeze__public_number=number)
