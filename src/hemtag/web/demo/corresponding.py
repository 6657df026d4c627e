"""What the delegation and the applicants of the demo write to each other: data/demo/correspondence.toml."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from hemtag.assessment.actions import communicating, completing, reviewing
from hemtag.assessment.actions.dialogue import write_line
from hemtag.assessment.models import CommunicationException, CompletionRequest, LineKind, Side
from hemtag.assessment.queries.corresponding import line_in
from hemtag.assessment.queries.deciding import undecided
from hemtag.grants import actions as grants
from hemtag.grants import sections
from hemtag.grants.models import Application, Block, Call
from hemtag.grants.queries import cells_of
from hemtag.grants.reference.binding import bind, table_of
from hemtag.grants.reference.loading import DATA
from hemtag.organisations.models import Role

from .applying import Applications
from .clockwork import on
from .people import Cast

FILE = DATA / "demo" / "correspondence.toml"
BEFORE_DECISION = dt.date(2026, 9, 21)


@dataclass(frozen=True, kw_only=True)
class Completed:
    """What the region changes when it completes."""

    application: str
    block: str
    lasting: str
    basis: str


@dataclass(frozen=True, kw_only=True)
class Review:
    """One § 11 step with its days."""

    application: str
    block: str
    notified_on: dt.date
    measures: str
    reasons: str
    statement_due_on: dt.date
    stated_on: dt.date
    statement: str
    adjustment: str
    opened_on: dt.date
    due_on: dt.date
    adjusted_on: dt.date
    purpose: str
    activities: tuple[str, ...]
    cofinancing_more_sek: int


@dataclass(frozen=True, kw_only=True)
class Line:
    application: str
    on: dt.date
    side: str
    kind: str
    text: str
    answer_by: dt.date | None = None
    about: int | None = None
    said_by: str = ""
    said_on: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class Communicated:
    application: str
    sent_on: dt.date
    due_on: dt.date
    stated_on: dt.date
    statement: str
    left_out_reason: str


@cache
def _table() -> dict[str, Any]:
    return table_of(FILE)


def _rows(name: str, kind: Any) -> list[Any]:
    return [bind(kind, row, FILE, f"{name}[{number}]") for number, row in enumerate(_table()[name])]


def _fresh(application: Application) -> Application:
    """As it stands now: the rows of `written` remember the draft."""
    return Application.objects.select_related("submission__call", "submission__responsible").get(pk=application.pk)


def completed() -> dict[str, Completed]:
    return {row.application: row for row in _rows("completed", Completed)}


def sections_to_complete(key: str, application: Application) -> list[str]:
    """What is opened when the demo's officer asks for completion."""
    if key not in completed():
        return []
    block = application.blocks.get(title=completed()[key].block)
    return [sections.TEXT, sections.of_block(sections.EFFECTS, block.number)]


def complete(key: str, application: Application, request: CompletionRequest, cast: Cast, answer: str) -> None:
    """The region changes what is open, and its representative hands the new version in."""
    code = application.submission.responsible.code
    change = completed().get(key)
    if change is not None:
        by = cast.writer(code)
        row = Application.objects.get(pk=application.pk)
        grants.edit_application(by=by, application=row, version=row.version, values={"plan_lasting": change.lasting})
        block = application.blocks.get(title=change.block)
        names = ("kind", "horizon", "perspective", "low_sek", "likely_sek", "high_sek", "from_year", "to_year", "basis")
        rows = list(block.effects.order_by("pk").values(*names))
        rows[0]["basis"] = f"{rows[0]['basis']}\n{change.basis}"
        grants.set_effects(by=by, block=block, version=block.version, rows=rows)
    completing.answer_completion(by=cast.one(Role.REPRESENTATIVE, code), request=request, answer=answer)


def review_all(cast: Cast, written: Applications) -> None:
    """§ 11 from notification to the adjusted version."""
    for row in _rows("review", Review):
        if row.application in written:
            _review(row, _fresh(written[row.application]), cast)


def _review(row: Review, application: Application, cast: Cast) -> None:
    officer = cast.one(Role.CASE_OFFICER)
    code = application.submission.responsible.code
    by = cast.one(Role.REPRESENTATIVE, code)
    block = application.blocks.get(title=row.block)
    with on(row.notified_on):
        review = reviewing.notify_measures(
            by=officer,
            application=application,
            measures=row.measures,
            reasons=row.reasons,
            due_on=row.statement_due_on,
        )
    with on(row.stated_on):
        reviewing.state_on_measures(by=by, review=review, statement=row.statement)
    opened = [sections.of_block(sections.BLOCK, block.number), sections.of_block(sections.COSTS, block.number)]
    with on(row.opened_on):
        review = reviewing.let_adjust(
            by=officer,
            review=review,
            adjustment=row.adjustment,
            sections=[*opened, sections.of_region(code)],
            due_on=row.due_on,
        )
    with on(row.adjusted_on):
        _adjust(row, block, cast.writer(code))
        participant = application.participants.get(region__code=code)
        grants.confirm_participation(by=by, participant=participant)  # its amounts have changed: it signs anew
        reviewing.hand_in_adjustment(by=by, review=review)


def _adjust(row: Review, block: Block, by: Any) -> None:
    activities = "\n".join(f"• {activity}" for activity in row.activities)
    values = {"purpose": row.purpose, "activities": activities}
    block = grants.edit_block(by=by, block=block, version=block.version, values=values)
    own = block.application.submission.responsible_id
    cells = cells_of(block)
    first = min(key for key in cells if key[0] == own and cells[key][1])
    requested, cofinancing = cells[first]
    cells[first] = (requested, cofinancing + row.cofinancing_more_sek)
    grants.set_costs(by=by, block=block, version=block.costs_version, cells=cells)


def talk(cast: Cast, written: Applications, *, before_decision: bool) -> None:
    """The thread's lines up to the assessing, or those that come before the decision."""
    for row in _rows("line", Line):
        if (row.on >= BEFORE_DECISION) is not before_decision or row.application not in written:
            continue
        application = _fresh(written[row.application])
        side = Side(row.side)
        code = application.submission.responsible.code
        by = cast.one(Role.CASE_OFFICER) if side == Side.DELEGATION else cast.writer(code)
        with on(row.on):
            write_line(
                by=by,
                application=application,
                side=side,
                text=row.text,
                kind=LineKind(row.kind),
                answer_by=row.answer_by,
                about=line_in(application, row.about) if row.about else None,
                said_by=row.said_by,
                said_on=row.said_on,
            )


def communicate_all(call: Call, cast: Cast, written: Applications) -> None:
    """25 §: what others have said is communicated; the rest is stated not to need it, all at once."""
    row = bind(Communicated, _table()["communication"], FILE, "communication")
    officer = cast.one(Role.CASE_OFFICER)
    application = _fresh(written[row.application])
    with on(row.sent_on):
        sent = communicating.communicate(by=officer, application=application, due_on=row.due_on)
        communicating.leave_out_several(
            by=officer,
            applications=undecided(call).exclude(pk=application.pk),
            exception=CommunicationException.UNNECESSARY,
            reason=row.left_out_reason,
        )
    with on(row.stated_on):
        code = application.submission.responsible.code
        communicating.state_before_decision(
            by=cast.one(Role.REPRESENTATIVE, code), communication=sent, statement=row.statement
        )
