"""What is missing before a submission can be handed in, with a link to where each thing is mended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hemtag.knowledge.queries import fact_on, in_quarantine
from hemtag.organisations.queries import regions
from hemtag.refusals import Problem

from .. import rules
from ..checks import (
    HAND_IN,
    ApplicationFact,
    BlockFact,
    CostFact,
    EffectFact,
    HourlyCostFact,
    OtherApplication,
    ParticipantFact,
    PointFact,
    SubmissionFact,
    SupportFact,
)
from ..models import (
    Application,
    Participant,
    ParticipantState,
    StateSupport,
    Submission,
    SubmissionState,
)
from .content import content_of, parts_of
from .signing import outdated_in


@dataclass(frozen=True)
class CheckLine:
    """One check of hand-in: its rule, what it says when it holds, and what is wrong when it does not.

    A warning is shown but stops nothing.
    """

    rule: str
    label: str
    holds: bool
    problems: list[Problem]
    is_warning: bool = False

    @property
    def word(self) -> str:
        return _("Tveksamt:") if self.is_warning else _("Saknas:")


def what_is_missing(submission: Submission, today: dt.date, only: Application | None = None) -> list[CheckLine]:
    """Every check of hand-in, in order. With `only`, what concerns that application and the common parts:
    what a participant, who does not see the form's other applications, is shown."""
    return lines(facts_of(submission, content_of(submission), today), only)


def lines(facts: SubmissionFact, only: Application | None = None) -> list[CheckLine]:
    if only is not None:
        own = tuple(application for application in facts.applications if application.number == only.number)
        facts = replace(facts, applications=own)
    return [
        CheckLine(check.rule.__name__, str(check.label), not problems, problems, check.is_warning)
        for check in HAND_IN
        for problems in [check.rule(facts)]
    ]


def facts_of(
    submission: Submission, content: Mapping[str, Any], today: dt.date, *, compares: bool = True
) -> SubmissionFact:
    """The facts that the checks read, made of the very content that is frozen when they hold.

    Without `compares` nothing is looked up to compare with, so that what is doubtful is not told: for pages that show
    only what is missing.
    """
    call = submission.call
    numbers = [part["number"] for part in content["applications"]]
    people = dict(regions().values_list("code", "population")) if compares else {}
    held = _scans(content["applications"])
    return SubmissionFact(
        today=today,
        opens_on=call.opens_on,
        closes_on=call.closes_on,
        first_year=call.first_year,
        last_year=call.last_year,
        responsible=content["responsible"]["code"],
        economic_analysis=content["economic_analysis"],
        development_needs=content["development_needs"],
        is_published=call.published_at is not None,
        late_until=rules.late_until(call, submission.responsible),
        contact=call.contact,
        applications=tuple(_application(part, people, held) for part in content["applications"]),
        others=_others(submission),
        supports=_supports(content) if compares else (),
        hourly_cost=_hourly_cost(today) if compares and _has_hours(content) else None,
        link=reverse("edit_submission", args=[numbers[0]]) if numbers else "",
        call_link=reverse("call", args=[call.slug]),
    )


def first_to_mend(problems: Iterable[Problem], number: str, own: Iterable[str]) -> Problem | None:
    """The first thing that the person's own region can mend: what another region decides and signs is not its to do."""
    others = reverse("participations", args=[number])
    mine = {reverse("participation", args=[number, code]) for code in own}
    return next((each for each in problems if not each.link.startswith(others) or each.link in mine), None)


def missing_counts(applications: Iterable[Application], today: dt.date) -> dict[int, int]:
    """How many things each draft lacks before hand-in, by primary key: for lists. Nine queries whatever the number.

    The common parts count in every application of a form; the window and the warnings do not count.
    """
    drafts = {a.number: a for a in applications if a.submission.state == SubmissionState.DRAFT}
    found: dict[int, int] = {}
    parts = parts_of(Application.objects.filter(number__in=drafts)) if drafts else []
    held = _scans(parts)
    for part in parts:
        submission = drafts[part["number"]].submission
        facts = SubmissionFact(
            today=today,
            opens_on=submission.call.opens_on,
            closes_on=submission.call.closes_on,
            first_year=submission.call.first_year,
            last_year=submission.call.last_year,
            responsible=submission.responsible.code,
            economic_analysis=submission.economic_analysis,
            development_needs=submission.development_needs,
            applications=(_application(part, {}, held),),
        )
        stopping = [line for line in lines(facts) if not line.is_warning and line.rule != "window_is_open"]
        found[drafts[part["number"]].pk] = sum(len(line.problems) for line in stopping)
    return found


def participant_fact(participant: Participant) -> ParticipantFact:
    """One region's own part, for the checks before it confirms."""
    number = participant.application.number
    return ParticipantFact(
        code=participant.region.code,
        region=participant.region.name,
        is_confirmed=participant.state == ParticipantState.CONFIRMED,
        decided_on=participant.decided_on,
        body=participant.body,
        paragraph=participant.paragraph,
        has_minutes=participant.minutes_id is not None,
        other_support=participant.other_support,
        other_support_text=participant.other_support_text,
        link=reverse("participation", args=[number, participant.region.code]),
        minutes_scan=participant.minutes.scan_state if participant.minutes else "",
    )


def _others(submission: Submission) -> tuple[OtherApplication, ...]:
    """What is handed in elsewhere, in this call and in earlier ones: never anybody's draft."""
    handed_in = Application.objects.filter(submission__state=SubmissionState.SUBMITTED).exclude(submission=submission)
    codes: dict[int, set[str]] = {}
    pairs = (
        Participant.objects.filter(application__in=handed_in)
        .exclude(state=ParticipantState.DECLINED)
        .values_list("application_id", "region__code")
    )
    for application, code in pairs:
        codes.setdefault(application, set()).add(code)
    return tuple(
        OtherApplication(number, title, frozenset(codes.get(pk, ())))
        for pk, number, title in handed_in.values_list("pk", "number", "title")
    )


def _supports(content: Mapping[str, Any]) -> tuple[SupportFact, ...]:
    codes = {row["code"] for part in content["applications"] for row in part["participants"]}
    rows = StateSupport.objects.filter(region__code__in=codes, struck_at=None).select_related("region")
    return tuple(SupportFact(row.region.code, row.measure, row.grantor, _years(row)) for row in rows)


def _years(row: StateSupport) -> str:
    return str(row.from_year) if row.from_year == row.to_year else f"{row.from_year}–{row.to_year}"


def _has_hours(content: Mapping[str, Any]) -> bool:
    blocks = (block for part in content["applications"] for block in part["blocks"])
    return any(cell.get("hourly_cost_sek") for block in blocks for cell in block["costs"])


def _hourly_cost(today: dt.date) -> HourlyCostFact | None:
    """The dated hourly cost with its interval; None while no interval is known."""
    fact = fact_on("hourly_cost", today)
    if fact is None or fact.low is None or fact.high is None:
        return None
    return HourlyCostFact(int(fact.low), int(fact.value), int(fact.high), fact.valid_from, fact.source)


def _scans(parts: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The scan state, by hash, of those minutes that nobody may have now; no query when there are no minutes."""
    hashes = [row["minutes"]["sha256"] for part in parts for row in part["participants"] if row["minutes"]]
    return {sha256: document.scan_state for sha256, document in in_quarantine(hashes).items()} if hashes else {}


def _application(part: Mapping[str, Any], people: Mapping[str, int | None], held: Mapping[str, str]) -> ApplicationFact:
    number = part["number"]
    outdated = outdated_in(part)
    return ApplicationFact(
        number=number,
        title=part["title"],
        description=part["description"],
        goals=part["goals"],
        measure_types=tuple(kind["code"] for kind in part["measure_types"]),
        plan_owner=part["plan_owner"],
        plan_budget=part["plan_budget"],
        plan_lasting=part["plan_lasting"],
        spreading=part["spreading"],
        points=tuple(
            PointFact(dt.date.fromisoformat(point["on"]), point["indicator"]) for point in part["measuring_points"]
        ),
        participants=tuple(
            _participant(number, row, people, held, row["code"] in outdated) for row in part["participants"]
        ),
        blocks=tuple(_block(number, row) for row in part["blocks"]),
        link=reverse("application", args=[number]),
        edit_link=reverse("edit_application", args=[number]),
        points_link=reverse("edit_measuring_points", args=[number]),
        participations_link=reverse("participations", args=[number]),
        budget_link=reverse("budget", args=[number]),
    )


def _participant(
    number: str, row: Mapping[str, Any], people: Mapping[str, int | None], held: Mapping[str, str], is_outdated: bool
) -> ParticipantFact:
    return ParticipantFact(
        code=row["code"],
        region=row["name"],
        is_confirmed=row["state"] == ParticipantState.CONFIRMED,
        decided_on=dt.date.fromisoformat(row["decided_on"]) if row["decided_on"] else None,
        body=row["body"],
        paragraph=row["paragraph"],
        has_minutes=row["minutes"] is not None,
        other_support=row["other_support"],
        other_support_text=row["other_support_text"],
        link=reverse("participation", args=[number, row["code"]]),
        is_outdated=is_outdated,
        population=people.get(row["code"]),
        minutes_scan=held.get(row["minutes"]["sha256"], "") if row["minutes"] else "",
    )


def _block(number: str, row: Mapping[str, Any]) -> BlockFact:
    return BlockFact(
        number=row["number"],
        title=row["title"],
        purpose=row["purpose"],
        activities=row["activities"],
        needs=tuple(row["needs"]),
        costs=tuple(CostFact(**cell) for cell in row["costs"]),
        effects=tuple(
            EffectFact(e["perspective"], e["low_sek"], e["likely_sek"], e["high_sek"], e["basis"])
            for e in row["effects"]
        ),
        link=reverse("block", args=[number, row["number"]]),
        costs_link=reverse("edit_costs", args=[number, row["number"]]),
        effects_link=reverse("edit_effects", args=[number, row["number"]]),
    )
