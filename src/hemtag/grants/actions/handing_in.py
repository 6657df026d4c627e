"""Handing in: every check, then frozen, numbered, registered and receipted in one transaction, or nothing at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.benefits.actions import hand_in_cases
from hemtag.history.actions import record, register
from hemtag.history.models import Direction
from hemtag.knowledge.documents import store
from hemtag.knowledge.models import Document
from hemtag.knowledge.pdf import typeset
from hemtag.money import kronor
from hemtag.organisations.models import Person
from hemtag.refusals import DoesNotHold, Problem, WrongState, holds, require

from .. import rules
from ..checks import in_words
from ..checks.editing import reason_is_given
from ..models import SUBMISSION_NEXT, Submission, SubmissionState, SubmittedVersion
from ..queries import content_of, facts_of, lines, sha256_of, sums_of
from .saving import locked
from .telling import tell_of_hand_in

# The rule that a refusal names when the form is no longer what the page showed.
CHANGED = "content_is_what_was_shown"


@transaction.atomic
def submit(*, by: Person, submission: Submission, seen: str | None = None) -> SubmittedVersion:
    """Hand the whole form in. `seen` is the hash of what the page showed: when something has changed since, nothing is
    handed in that nobody has looked at.

    Raises NotAllowed, WrongState when it is handed in already (when, by whom), and DoesNotHold with every check that
    fails, the window among them. What is checked is exactly what is frozen.
    """
    require(rules.may_submit(by, submission))
    fresh = locked(submission)
    verdict = rules.still_draft(fresh)
    if not verdict:
        raise WrongState(verdict.reason)
    at = clock.now()
    content = content_of(fresh)
    if seen is not None and seen != sha256_of(content):
        message = _("Innehållet har ändrats sedan sidan öppnades. Läs igenom det som står nu och lämna in det.")
        raise DoesNotHold([Problem(message, rule=CHANGED)])
    found = lines(facts_of(fresh, content, clock.day_of(at)))
    holds(problem for line in found if not line.is_warning for problem in line.problems)

    # What is registered and receipted is in Swedish, whatever language the person reads the pages in.
    with translation.override("sv"):
        return _receive(by, fresh, content, at)


def _receive(by: Person, submission: Submission, content: Mapping[str, Any], at: dt.datetime) -> SubmittedVersion:
    _move(submission, SubmissionState.SUBMITTED)
    sha256 = sha256_of(content)
    titles = "; ".join(f"{part['number']} {part['title']}" for part in content["applications"])
    line = register(
        subject=_("Ansökan om statsbidrag: %(titles)s") % {"titles": titles},
        party=submission.responsible.name,
        direction=Direction.IN,
        case_number=submission.case_number,
        sha256=sha256,
    )
    submission.case_number, submission.submitted_at, submission.submitted_by = line.case_number, at, by
    submission.save(update_fields=["state", "case_number", "submitted_at", "submitted_by"])
    version = SubmittedVersion.objects.create(
        submission=submission,
        number=submission.submitted_versions.count() + 1,
        content=content,
        sha256=sha256,
        at=at,
        by=by,
        receipt=receipt_for(by, submission, content, sha256, at),
    )
    details = {
        "case_number": line.case_number,
        "version": version.number,
        "sha256": sha256,
        "applications": [part["number"] for part in content["applications"]],
    }
    record(by=by, verb="submitted", subject=submission, details=details, ground=_("9 § förordningen (2024:1102)"))
    hand_in_their_cases(by, content["applications"])
    transaction.on_commit(lambda: tell_of_hand_in(submission), robust=True)
    return version


def hand_in_their_cases(by: Person, parts: Sequence[Mapping[str, Any]]) -> None:
    """The benefit cases of applications and their blocks: the delegation reads them as they stand now."""
    numbers = [part["number"] for part in parts]
    blocks = [f"{part['number']}/{block['number']}" for part in parts for block in part["blocks"]]
    hand_in_cases(by=by, kind="application", keys=numbers)
    hand_in_cases(by=by, kind="block", keys=blocks)


@transaction.atomic
def withdraw(*, by: Person, submission: Submission, reason: str) -> Submission:
    """Take a form back while the window is open. What came in stays in the register."""
    require(rules.may_withdraw(by, submission))
    fresh = locked(submission)
    _move(fresh, SubmissionState.WITHDRAWN)
    holds(reason_is_given(reason))
    fresh.save(update_fields=["state"])
    with translation.override("sv"):
        subject = _("Ansökan om statsbidrag återtagen: %(reason)s") % {"reason": reason.strip()}
    party, number = fresh.responsible.name, fresh.case_number
    register(subject=subject, party=party, direction=Direction.IN, case_number=number)
    details = {"case_number": fresh.case_number, "reason": reason.strip()}
    record(by=by, verb="withdrawn", subject=fresh, details=details)
    return fresh


@transaction.atomic
def reopen_submission(*, by: Person, submission: Submission) -> Submission:
    """Make a withdrawn form a draft again, to be mended and handed in anew under the same case number."""
    require(rules.may_withdraw(by, submission))
    fresh = locked(submission)
    _move(fresh, SubmissionState.DRAFT)
    fresh.submitted_at = fresh.submitted_by = None
    fresh.save(update_fields=["state", "submitted_at", "submitted_by"])
    record(by=by, verb="reopened", subject=fresh, details={"case_number": fresh.case_number})
    return fresh


def _move(submission: Submission, to: SubmissionState) -> None:
    """The one gate between a submission's states."""
    if to not in SUBMISSION_NEXT[submission.state]:
        raise WrongState(
            _("Inlämningen är %(from)s och kan inte bli %(to)s.")
            % {"from": submission.get_state_display().lower(), "to": str(to.label).lower()}
        )
    submission.state = to


def receipt_for(
    by: Person, submission: Submission, content: Mapping[str, Any], sha256: str, at: dt.datetime
) -> Document:
    name = f"kvitto-{submission.case_number.replace(' ', '-').replace('/', '-')}.pdf"
    data = receipt_data(submission.case_number, content, sha256, at, by.name)
    return store(
        by=by, owner=submission.responsible, name=name, content=typeset("grants/receipt.typ", data), made_here=True
    )


def receipt_data(case_number: str, content: Mapping[str, Any], sha256: str, at: dt.datetime, by: str) -> dict[str, Any]:
    """What the receipt says, in words: arrival in Swedish time, case number, applications, sums, regions, hash."""
    local = at.astimezone(clock.STOCKHOLM)
    sums = [sums_of(part) for part in content["applications"]]
    return {
        "case_number": case_number,
        "arrived": f"{in_words(local.date())} kl. {local:%H.%M.%S} ({local:%Z})",
        "date": [local.year, local.month, local.day],
        "call": content["call"]["title"],
        "responsible": content["responsible"]["name"],
        "by": by,
        "sha256": sha256,
        "applications": [
            {
                "number": part["number"],
                "title": part["title"],
                "blocks": len(part["blocks"]),
                "requested": kronor(own["requested_sek"]),
                "cofinancing": kronor(own["cofinancing_sek"]),
                "participants": [participant["name"] for participant in part["participants"]],
            }
            for part, own in zip(content["applications"], sums, strict=True)
        ],
        "requested": kronor(sum(own["requested_sek"] for own in sums)),
        "cofinancing": kronor(sum(own["cofinancing_sek"] for own in sums)),
    }
