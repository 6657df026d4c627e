"""What the regions of the demo have, lack, ask and answer about solutions."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings

from hemtag.solutions.actions import asking, fitting, following, identifying
from hemtag.solutions.models import FaultState, Need, Question, Solution

from .clockwork import on
from .packaging import title_of
from .people import Cast

Data = Mapping[str, Any]


def exchange_all(cast: Cast, today: dt.date) -> None:
    """Everything in `data/demo/utbyte.toml` that has happened by the demo's day, in order."""
    data = tomllib.loads(Path(settings.DATA, "demo", "utbyte.toml").read_text(encoding="utf-8"))
    for day, act in sorted(_acts(data, cast), key=lambda pair: pair[0]):
        if day <= today:
            with on(day):
                act()


def _acts(data: Data, cast: Cast) -> Iterator[tuple[dt.date, Callable[[], object]]]:
    for kind, act in (
        ("profile", _profile),
        ("need", _need),
        ("question", _question),
        ("fault", _fault),
        ("follow", _follow),
    ):
        for row in data[kind]:
            yield row["on"], partial(act, row, cast)
    for row in data["question"]:
        if "answered_on" in row:
            yield row["answered_on"], partial(_answer, row, cast)
    for row in data["fault"]:
        yield row["answered_on"], partial(_settle, row, cast)


def _solution(key: str) -> Solution:
    return Solution.objects.select_related("owner").get(title=title_of(key))


def _profile(row: Data, cast: Cast) -> None:
    fitting.record_profile(
        by=cast.writer(row["region"]),
        region=cast.organisations[row["region"]],
        answers=row["answers"],
        note=row["note"],
        seen=0,
    )


def _need(row: Data, cast: Cast) -> None:
    need = identifying.post_need(
        by=cast.writer(row["region"]),
        region=cast.organisations[row["region"]],
        **{name: row[name] for name in ("title", "specialty", "problem", "baseline")},
    )
    for code in row["same"]:
        identifying.share_need(by=cast.writer(code), need=need, region=cast.organisations[code])
    if found := row.get("answered_with"):
        identifying.answer_need(
            by=cast.writer(found["region"]),
            need=Need.objects.get(pk=need.pk),
            region=cast.organisations[found["region"]],
            solution=_solution(found["solution"]),
            note=found["note"],
        )


def _question(row: Data, cast: Cast) -> None:
    asking.ask(
        by=cast.writer(row["region"]),
        solution=_solution(row["solution"]),
        text=row["text"],
        region=cast.organisations[row["region"]],
        to_region=cast.organisations[row["to"]],
    )


def _answer(row: Data, cast: Cast) -> None:
    asking.answer(
        by=cast.writer(row["to"]),
        question=Question.objects.get(text=row["text"]),
        text=row["answer"],
        region=cast.organisations[row["to"]],
    )


def _fault(row: Data, cast: Cast) -> None:
    asking.report_fault(
        by=cast.writer(row["region"]), solution=_solution(row["solution"]), place=row["place"], text=row["text"]
    )


def _settle(row: Data, cast: Cast) -> None:
    solution = _solution(row["solution"])
    asking.settle_fault(
        by=cast.writer(solution.owner.code),
        fault=solution.faults.get(text=row["text"]),
        to=FaultState(row["to"]),
        answer=row["answer"],
    )


def _follow(row: Data, cast: Cast) -> None:
    following.follow(
        by=cast.writer(row["region"]),
        solution=_solution(row["solution"]) if "solution" in row else None,
        specialty=row.get("specialty", ""),
    )
