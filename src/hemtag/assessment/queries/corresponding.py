"""What the sides have written to each other about an application, and what of it waits for an answer."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.grants.models import Application, Call, Opening, OpeningGround, OpeningState, SubmissionState
from hemtag.grants.queries import applications_for
from hemtag.grants.queries.openings import OpenSection, opened_sections, state_on, submitted_sections
from hemtag.history.models import Event
from hemtag.history.queries import kind_of
from hemtag.knowledge.models import Document
from hemtag.organisations.models import Role
from hemtag.organisations.rules import is_auditor, regions_of
from hemtag.refusals import Problem

from ..checks.corresponding import Communicated, communication_is_done
from ..models import (
    Communication,
    CompletionRequest,
    DecisionState,
    DialogueLine,
    LineKind,
    MeasureReview,
    MeasureReviewState,
    Side,
    Withdrawal,
    WithdrawalState,
)
from ..rules.corresponding import is_closed as is_closed

ACTIVE = (MeasureReviewState.NOTIFIED, MeasureReviewState.STATED, MeasureReviewState.ADJUSTING)


def handed_in_for(person: Any, number: str) -> Application:
    """A handed-in application of the person's regions. Raises Application.DoesNotExist."""
    return (
        applications_for(person)
        .select_related("submission__call", "submission__responsible", "withdrawal", "decision", "eligibility")
        .get(number=number, submission__state=SubmissionState.SUBMITTED)
    )


# § 11 ----------------------------------------------------------------------------------------------------


def reviews_of(application: Application) -> QuerySet[MeasureReview]:
    return application.measure_reviews.select_related(
        "notified_by", "stated_by", "adjusted_by", "closed_by", "opening", "application__submission"
    )


def opening_is_for_completion(opening: Opening) -> bool:
    return opening.ground == OpeningGround.COMPLETION


def active_review(application: Application) -> MeasureReview | None:
    return reviews_of(application).filter(state__in=ACTIVE).first()


def review_in(application: Application, pk: int) -> MeasureReview:
    """Raises MeasureReview.DoesNotExist."""
    return reviews_of(application).get(pk=pk)


def is_over(review: MeasureReview, today: dt.date) -> bool:
    """Whether the day of the step that the review stands at has passed unanswered."""
    if review.state == MeasureReviewState.NOTIFIED:
        return review.statement_due_on < today
    return review.state == MeasureReviewState.ADJUSTING and review.opening is not None and review.opening.until < today


# Dialogue ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A line with its files, and how a question stands."""

    row: DialogueLine
    files: tuple[Document, ...]
    is_answered: bool = False
    is_late: bool = False

    @property
    def is_open_question(self) -> bool:
        return self.row.kind == LineKind.QUESTION and not self.is_answered


def thread_of(application: Application, today: dt.date) -> list[Line]:
    """Every line in order; three queries whatever their number."""
    rows = application.dialogue.select_related("by", "about").prefetch_related("files").order_by("number")
    lines = list(rows)
    answered = {row.about_id for row in lines if row.kind == LineKind.ANSWER}
    return [
        Line(
            row,
            tuple(row.files.all()),
            is_answered=row.pk in answered,
            is_late=row.answer_by is not None and row.answer_by < today and row.pk not in answered,
        )
        for row in lines
    ]


def line_in(application: Application, number: int) -> DialogueLine:
    """Raises DialogueLine.DoesNotExist."""
    return application.dialogue.get(number=number)


def file_in(application: Application, pk: int) -> Document:
    """A file of the thread. Raises Document.DoesNotExist."""
    through = DialogueLine.files.through.objects.filter(dialogueline__application=application)
    return Document.objects.get(pk__in=through.values("document"), id=pk)


def unanswered(applications: Any) -> QuerySet[DialogueLine]:
    """Questions without an answer, in a queryset or list of applications."""
    answers = DialogueLine.objects.filter(about=OuterRef("pk"), kind=LineKind.ANSWER)
    rows = DialogueLine.objects.filter(~Exists(answers), kind=LineKind.QUESTION, application__in=applications)
    return rows.select_related("application__submission__call").order_by("answer_by", "pk")


# Communication ---------------------------------------------------------------------------------------------


def communications_of(application: Application) -> QuerySet[Communication]:
    return application.communications.select_related("by", "stated_by").order_by("-pk")


def material_of(application: Application) -> list[dict[str, str]]:
    """What is to be communicated: what others than the applicant have said, and the proposal with its grounds."""
    found = []
    eligibility = getattr(application, "eligibility", None)
    if eligibility is not None:
        with translation.override("sv"):  # the letter is a Swedish document, whatever language its page is read in
            title = f"Behörighetsprövning: {eligibility.get_verdict_display()}"
        found.append({"title": title, "text": eligibility.reasons})
    for line in application.dialogue.filter(kind=LineKind.ORAL, side=Side.DELEGATION):
        said = f"Muntlig uppgift {line.said_on.isoformat() if line.said_on else ''}, {line.said_by}"
        found.append({"title": said, "text": line.text})
    decision = getattr(application, "decision", None)
    if decision is not None and decision.state == DecisionState.DRAFT:
        found.append({"title": f"Förslag till beslut {decision.number}", "text": decision.reasons})
        for row in decision.block_decisions.select_related("block"):
            outcome = "föreslås beviljas" if row.is_granted else "föreslås inte beviljas"
            text = " ".join(part for part in (row.reason, row.departure_reason) if part)
            title = f"Block {row.block.number}. {row.block.title}: {outcome}"
            found.append({"title": title, "text": text})
    return found


def _added(applications: Iterable[Application]) -> dict[int, list[dt.datetime]]:
    """Application → when material came from others than the applicant."""
    found: defaultdict[int, list[dt.datetime]] = defaultdict(list)
    rows = DialogueLine.objects.filter(application__in=list(applications), kind=LineKind.ORAL, side=Side.DELEGATION)
    for pk, at in rows.values_list("application_id", "at"):
        found[pk].append(at)
    return found


def communicated(row: Communication | None) -> Communicated | None:
    if row is None:
        return None
    return Communicated(row.at, bool(row.exception), row.due_on, row.stated_at is not None)


def communication_problems(application: Application, today: dt.date) -> list[Problem]:
    """What of 25 § still stops a decision. One query."""
    link = reverse("communicate", args=[application.submission.call.slug, application.number])
    oral = DialogueLine.objects.filter(application=OuterRef("application"), kind=LineKind.ORAL, side=Side.DELEGATION)
    rows = application.communications.order_by("-pk").annotate(added=Subquery(oral.order_by("-at").values("at")[:1]))
    newest = rows.defer("material").first()
    added = [newest.added] if newest is not None and newest.added else []
    return communication_is_done(communicated(newest), added, today, link)


@dataclass(frozen=True)
class CommunicationLine:
    """An undecided application with its newest communication, and what still stops a decision (empty: nothing)."""

    application: Application
    newest: Communication | None
    problem: str
    has_added: bool

    @property
    def is_waiting(self) -> bool:
        """Sent, and the applicant still has time."""
        row = self.newest
        return bool(self.problem) and row is not None and not row.exception and not row.stated_at


def communication_lines(applications: Iterable[Application], today: dt.date) -> list[CommunicationLine]:
    """Two queries whatever the number."""
    rows = list(applications)
    newest: dict[int, Communication] = {}
    for sent in Communication.objects.filter(application__in=rows).defer("material").order_by("pk"):
        newest[sent.application_id] = sent
    added = _added(rows)
    found = []
    for row in rows:
        sent_last = newest.get(row.pk)
        problems = communication_is_done(communicated(sent_last), added.get(row.pk, []), today, "")
        text = str(problems[0]) if problems else ""
        found.append(CommunicationLine(row, sent_last, text, bool(added.get(row.pk))))
    return found


# Withdrawal ----------------------------------------------------------------------------------------------


def withdrawn(call: Call) -> QuerySet[Withdrawal]:
    """Those that are written off, in a call."""
    return Withdrawal.objects.filter(state=WithdrawalState.GRANTED, application__submission__call=call)


# Waiting for the regions -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """Something that waits for the applicant: what, until when, and where it is answered."""

    text: str
    url: str
    due_on: dt.date | None
    application: Application
    sections: tuple[OpenSection, ...] = ()


def asked_of(person: Any, today: dt.date, application: Application | None = None) -> list[Asked]:
    """What the person's regions are asked to answer and still can; a fixed number of queries.

    Completion, § 11 and communication go to the responsible region; a question in the dialogue to all who take part.
    """
    if is_auditor(person):
        return []
    own = [region.pk for region in regions_of(person, Role.AUTHOR, Role.REPRESENTATIVE)]
    if not own:
        return []
    is_asked: dict[str, Any] = {
        "application__submission__responsible__in": own,
        "application__submission__state": SubmissionState.SUBMITTED,
    }
    if application is not None:
        is_asked["application"] = application
    related = ("application__submission__call", "application__submission__responsible")
    found = [
        Asked(
            _("Svara på begäran om komplettering av %(number)s") % {"number": row.application.number},
            reverse("answer_completion", args=[row.application.number, row.pk]),
            row.due_on,
            row.application,
        )
        for row in CompletionRequest.objects.filter(**is_asked, answered_at=None, due_on__gte=today)
        .exclude(opening__state=OpeningState.CANCELLED)
        .select_related(*related)
    ]
    reviews = MeasureReview.objects.filter(**is_asked, state__in=ACTIVE).select_related(*related, "opening")
    for review in reviews:
        if review.state == MeasureReviewState.STATED or is_over(review, today):
            continue
        is_adjusting = review.state == MeasureReviewState.ADJUSTING
        text = (
            _("Justera %(number)s (11 §)")
            if is_adjusting
            else _("Yttra dig om lämpligare åtgärder i %(number)s (11 §)")
        )
        due_on = review.opening.until if is_adjusting and review.opening else review.statement_due_on
        number = review.application.number
        found.append(
            Asked(text % {"number": number}, reverse("answer_review", args=[number]), due_on, review.application)
        )
    sent = Communication.objects.filter(**is_asked, exception="", stated_at=None, due_on__gte=today)
    newer = Communication.objects.filter(application=OuterRef("application"), pk__gt=OuterRef("pk"))
    for row in (
        sent.filter(~Exists(newer)).exclude(application__decision__state=DecisionState.ADOPTED).select_related(*related)
    ):
        number = row.application.number
        text = _("Yttra dig före beslut om %(number)s, om du vill") % {"number": number}
        found.append(Asked(text, reverse("answer_communication", args=[number]), row.due_on, row.application))
    mine = applications_for(person).filter(submission__state=SubmissionState.SUBMITTED)
    if application is not None:
        mine = mine.filter(pk=application.pk)
    for line in unanswered(mine.order_by().values("pk")).filter(side=Side.DELEGATION):
        number = line.application.number
        text = _("Svara delegationen i dialogen om %(number)s") % {"number": number}
        url = reverse("dialogue", args=[number]) + f"#inlagg-{line.number}"
        found.append(Asked(text, url, line.answer_by, line.application))
    return found


def sections_opened(application: Application, keys: Iterable[str]) -> list[OpenSection]:
    """The sections by what they are called in what was handed in."""
    return opened_sections(submitted_sections(application), keys)


# Waiting for the delegation --------------------------------------------------------------------------------


def waits_for_officer(cases: Iterable[Application], today: dt.date) -> list[Asked]:
    """What the regions wait for a case officer to do with these applications; three queries."""
    rows = {case.pk: case for case in cases}
    found = []
    for line in unanswered(list(rows)).filter(side=Side.REGIONS):
        case = rows[line.application_id]
        url = reverse("case_dialogue", args=[case.submission.call.slug, case.number]) + f"#inlagg-{line.number}"
        text = _("Svara regionen i dialogen om %(number)s") % {"number": case.number}
        found.append(Asked(text, url, line.answer_by, case))
    for review in MeasureReview.objects.filter(application__in=rows, state__in=ACTIVE).select_related("opening"):
        if review.state == MeasureReviewState.STATED or is_over(review, today):
            case = rows[review.application_id]
            url = reverse("measure_reviews", args=[case.submission.call.slug, case.number])
            text = _("Gå vidare med prövningen enligt 11 § av %(number)s") % {"number": case.number}
            found.append(Asked(text, url, None, case))
    for withdrawal in Withdrawal.objects.filter(application__in=rows, state=WithdrawalState.ASKED):
        case = rows[withdrawal.application_id]
        url = reverse("grant_withdrawal", args=[case.submission.call.slug, case.number])
        found.append(Asked(_("Avskriv %(number)s, som tas tillbaka") % {"number": case.number}, url, None, case))
    return found


# Read on the pages -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WithSections:
    """A request or a review with the sections that it opened, how the opening stands on the day, and why it was taken
    back when it was."""

    row: Any
    sections: tuple[OpenSection, ...]
    state: OpeningState | None
    days_left: int
    reason: str = ""


def _with_sections(application: Application, rows: Iterable[Any]) -> list[WithSections]:
    listed = list(rows)
    today = clock.today()
    every = submitted_sections(application) if any(row.opening for row in listed) else []
    is_taken_back = any(row.opening and row.opening.state == OpeningState.CANCELLED for row in listed)
    reasons = taken_back_because(application) if is_taken_back else {}
    return [
        WithSections(
            row,
            tuple(opened_sections(every, row.opening.sections)) if row.opening else (),
            state_on(row.opening, today) if row.opening else None,
            (row.opening.until - today).days if row.opening else 0,
            reasons.get(row.opening_id, ""),
        )
        for row in listed
    ]


def taken_back_because(application: Application) -> dict[int, str]:
    """Why each opening that was taken back was, by its primary key."""
    subject = {"subject_type": kind_of(application), "subject_id": str(application.pk)}
    events = Event.objects.filter(verb="cancelled_opening", **subject).order_by("number")
    return {event.details["opening"]: event.details.get("reason", "") for event in events}


def is_taken_back(opening: Opening | None) -> bool:
    return opening is not None and opening.state == OpeningState.CANCELLED


def opening_in(application: Application, pk: int) -> Opening:
    """Raises Opening.DoesNotExist."""
    rows = application.openings.select_related("application__submission__call", "application__submission__responsible")
    return rows.get(pk=pk)


def requests_with_sections(application: Application) -> list[WithSections]:
    """Two queries whatever their number."""
    rows = application.completion_requests.select_related("asked_by", "answered_by", "opening")
    return _with_sections(application, rows)


def reviews_with_sections(application: Application) -> list[WithSections]:
    return _with_sections(application, reviews_of(application))


def newest_review(application: Application) -> MeasureReview:
    """Raises MeasureReview.DoesNotExist."""
    return reviews_of(application).order_by("-pk")[:1].get()


def may_go_on(review: MeasureReview, today: dt.date) -> bool:
    """Whether the delegation may take the next step: the applicant has answered, or its day has passed."""
    return review.state == MeasureReviewState.STATED or is_over(review, today)


def newest_sent(application: Application) -> Communication:
    """The newest that was sent to the applicant. Raises Communication.DoesNotExist."""
    return communications_of(application).filter(exception="")[:1].get()


def withdrawal_of(application: Application) -> Withdrawal:
    """Raises Withdrawal.DoesNotExist."""
    return Withdrawal.objects.select_related("asked_by", "granted_by", "application__submission").get(
        application=application
    )


def withdrawal_or_none(application: Application) -> Withdrawal | None:
    return Withdrawal.objects.select_related("asked_by", "granted_by").filter(application=application).first()
