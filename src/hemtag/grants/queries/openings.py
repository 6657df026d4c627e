"""What the delegation has opened of a handed-in application, and what would be handed in as the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from hemtag.refusals import Problem

from .. import sections
from ..differences import content_for
from ..models import Application, Opening, OpeningState, Submission, SubmittedVersion
from .content import parts_of
from .missing import facts_of, lines


def state_on(opening: Opening, today: dt.date) -> OpeningState:
    """The state as it is on the day: an opening lapses by itself, before anybody has had time to close it."""
    if opening.state == OpeningState.OPEN and opening.until < today:
        return OpeningState.LAPSED
    return OpeningState(opening.state)


def open_opening(application: Application, today: dt.date) -> Opening | None:
    """The opening that the regions still have time to answer."""
    return application.openings.filter(state=OpeningState.OPEN, until__gte=today).first()


def unclosed(application: Application) -> Opening | None:
    """The opening that is not closed, its day passed or not: until it is, the rows may hold half an answer."""
    return application.openings.filter(state=OpeningState.OPEN).first()


def overdue(today: dt.date) -> QuerySet[Opening]:
    """Openings whose day has passed and that nobody has closed yet."""
    rows = Opening.objects.filter(state=OpeningState.OPEN, until__lt=today)
    return rows.select_related("application__submission__call", "application__submission__responsible")


def versions_of(application: Application) -> QuerySet[SubmittedVersion]:
    """What has been handed in of the application's form, oldest first."""
    rows = SubmittedVersion.objects.filter(submission=application.submission_id).select_related("by", "receipt")
    return rows.order_by("number")


def version_content(version: SubmittedVersion, number: str) -> dict[str, Any]:
    """The application's part of a version, as differences are made of. Raises KeyError when it is not in it."""
    return content_for(version.content, number)


# Sections ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenSection:
    """A section by its key, what it is called, and where it is written."""

    key: str
    title: str
    link: str


def sections_of(content: Mapping[str, Any]) -> list[OpenSection]:
    """Every section of an application's content, in reading order."""
    blocks = {block["number"]: block["title"] for block in content["blocks"]}
    regions = {row["code"]: row["name"] for row in content["participants"]}
    return [
        OpenSection(key, sections.title(key, blocks, regions), link_to(content["number"], key))
        for key in sections.keys(blocks, regions)
    ]


def submitted_sections(application: Application) -> list[OpenSection]:
    """Every section of what was handed in last. Raises SubmittedVersion.DoesNotExist."""
    newest = versions_of(application).reverse()[:1].get()
    return sections_of(version_content(newest, application.number))


def opened_sections(every: Iterable[OpenSection], keys: Iterable[str]) -> list[OpenSection]:
    wanted = set(keys)
    return [section for section in every if section.key in wanted]


def link_to(number: str, key: str) -> str:
    section = sections.parse(key)
    pages = {
        sections.COMMON: "edit_submission",
        sections.TEXT: "edit_application",
        sections.POINTS: "edit_measuring_points",
        sections.BLOCK: "block",
        sections.EFFECTS: "edit_effects",
        sections.COSTS: "edit_costs",
        sections.REGION: "participation",
    }
    which = [] if not section.which else [section.block or section.which]
    return reverse(pages[section.kind], args=[number, *which])


# The answer ----------------------------------------------------------------------------------------------


def answered_content(opening: Opening, submission: Submission, before: Mapping[str, Any]) -> dict[str, Any]:
    """The content of the last version with what is opened of this application replaced, and with the common texts when
    they are open. What is not opened stays as it was handed in, whatever the rows say."""
    number = opening.application.number
    (live,) = parts_of(Application.objects.filter(pk=opening.application_id))
    handed_in = next(part for part in before["applications"] if part["number"] == number)
    own = _merged(handed_in, live, opening.sections)
    common = {}
    if sections.COMMON in opening.sections:
        common = {name: getattr(submission, name) for name in ("economic_analysis", "development_needs")}
    applications = [own if part["number"] == number else part for part in before["applications"]]
    return {**before, **common, "applications": applications}


TEXTS = (
    *("title", "summary", "description", "goals", "plan_owner", "plan_budget", "plan_lasting", "spreading"),
    "measure_types",
)
OF_BLOCK = {
    sections.BLOCK: ("title", "purpose", "activities", "obstacle", "needs"),
    sections.EFFECTS: ("effects",),
    sections.COSTS: ("costs",),
}
SIGNATURE = ("state", "confirmed_by", "confirmed_at", "signed_sha256")


def _merged(before: Mapping[str, Any], live: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """An application's content as handed in, with the opened sections as they are now.

    Where costs are open every region may have signed its money anew.
    """
    opened = [sections.parse(key) for key in keys]
    own = dict(before)
    if any(section.kind == sections.TEXT for section in opened):
        own |= {name: live[name] for name in TEXTS}
    if any(section.kind == sections.POINTS for section in opened):
        own["measuring_points"] = live["measuring_points"]
    now = {block["number"]: block for block in live["blocks"]}
    names = {
        number: [name for section in opened if section.block == number for name in OF_BLOCK[section.kind]]
        for number in now
    }
    own["blocks"] = [
        {**block, **{name: now[block["number"]][name] for name in names.get(block["number"], ())}}
        for block in before["blocks"]
    ]
    regions = {row["code"]: row for row in live["participants"]}
    whole = {section.region for section in opened if section.region}
    signs = any(section.kind == sections.COSTS for section in opened)
    own["participants"] = [
        regions[row["code"]]
        if row["code"] in whole and row["code"] in regions
        else {**row, **_signature(regions.get(row["code"], row) if signs else row)}
        for row in before["participants"]
    ]
    return own


def _signature(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in SIGNATURE if name in row}


def what_stops(opening: Opening, submission: Submission, content: Mapping[str, Any], today: dt.date) -> list[Problem]:
    """Every check of hand-in but the window, on the content that would be handed in as the answer."""
    found = lines(facts_of(submission, content, today), only=opening.application)
    return [
        problem for line in found if not line.is_warning and line.rule != "window_is_open" for problem in line.problems
    ]


@dataclass(frozen=True)
class Answer:
    """What stands now beside what was handed in, and what stops it from being handed in."""

    before: dict[str, Any]
    now: dict[str, Any]
    problems: list[Problem]


def answer_now(opening: Opening, today: dt.date) -> Answer:
    """Raises SubmittedVersion.DoesNotExist when nothing is handed in."""
    application = opening.application
    version = versions_of(application).reverse()[:1].get()
    content = answered_content(opening, application.submission, version.content)
    return Answer(
        content_for(version.content, application.number),
        content_for(content, application.number),
        what_stops(opening, application.submission, content, today),
    )
