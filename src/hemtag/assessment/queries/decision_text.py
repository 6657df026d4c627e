"""A decision as it is read: the same content for the page, for what the decider confirms, and for the PDF."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import translation

from hemtag import clock
from hemtag.assessment import wording
from hemtag.assessment.checks.deciding import per_year_of
from hemtag.assessment.models import Decision, DecisionState
from hemtag.grants.checks import in_words
from hemtag.grants.models import ParticipantState
from hemtag.money import kronor

from .deciding import is_eligible, proposed_blocks, taking_part


def _day(day: dt.date | None) -> str:
    return in_words(day) if day else ""


def content_of(decision: Decision) -> dict[str, Any]:
    """Everything the decision says, as plain data in Swedish whatever the language of the page: heading, the ten items
    of 14 §, reasons, people. The tables `years`, `payments` and `blocks` belong to items one to three.
    """
    with translation.override("sv"):
        return _content(decision)


def _content(decision: Decision) -> dict[str, Any]:
    application = decision.application
    submission = application.submission
    rule_set = submission.call.rule_set or {}
    blocks = proposed_blocks(decision)
    granted = per_year_of(blocks)
    total = sum(granted.values())
    payments = list(decision.planned_payments.all())
    deciding, aside = taking_part(decision)
    meeting = decision.meeting
    outcome = _outcome(total, [block.is_granted for block in blocks], is_eligible(application))
    return {
        "number": decision.number,
        "title": application.title,
        "application": application.number,
        "case_number": submission.case_number,
        "recipient": submission.responsible.name,
        "orgnr": submission.responsible.orgnr,
        "participants": list(
            application.participants.filter(state=ParticipantState.CONFIRMED).values_list("region__name", flat=True)
        ),
        "call": submission.call.title,
        "rule_set": str(
            rule_set.get("title")
            or "Förordning (2024:1102) om tillfälligt statsbidrag för åtgärder för en effektiv hälso- och sjukvård"
        ),
        "decided_by": str(rule_set.get("decided_by") or "Delegationen för en effektiv hälso- och sjukvård"),
        "date": meeting.held_on.isoformat(),
        "date_text": _day(meeting.held_on),
        "is_draft": decision.state != DecisionState.ADOPTED,
        "outcome": outcome,
        "summary": _summary(outcome, submission.responsible.name, application.title, total, blocks),
        "is_granting": total > 0,
        "total": kronor(total),
        "years": [{"year": str(year), "amount": kronor(sek)} for year, sek in granted.items()],
        "blocks": [_block(block) for block in blocks],
        "payments": [{"day": _day(row.due_on), "amount": kronor(row.amount_sek)} for row in payments],
        "items": _items(decision, total, len(payments), rule_set),
        "reasons": _paragraphs(decision.reasons),
        "departures": [
            {"number": block.number, "title": block.title, "text": block.departure_reason}
            for block in blocks
            if block.departs and block.departure_reason
        ],
        "appeal": wording.clause(rule_set, "21 §"),
        "interest": wording.clause(rule_set, "20 §"),
        "people": {
            "chair": meeting.chair.name,
            "deciders": [_person(person) for person in deciding],
            "rapporteur": _person(meeting.rapporteur),
            "others": _paragraphs(meeting.others_present),
            "aside": [_person(person) for person in aside],
            "dissent": _paragraphs(decision.dissent),
        },
        "adopted": _adopted(decision),
    }


def _person(person: Any) -> str:
    return f"{person.name}, {person.title}" if person.title else person.name


def _paragraphs(text: str) -> list[list[str]]:
    """Paragraphs as lists of lines: an empty line parts two paragraphs."""
    return [part.strip().splitlines() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


def _outcome(total: int, granted: list[bool], eligible: bool) -> str:
    if not eligible:
        return "dismissed"
    if not total:
        return "rejected"
    return "whole" if all(granted) else "part"


def _summary(outcome: str, recipient: str, title: str, total: int, blocks: list[Any]) -> str:
    if outcome == "dismissed":
        return f"Delegationen avvisar ansökan ”{title}” från {recipient}."
    if outcome == "rejected":
        return f"Delegationen avslår ansökan ”{title}” från {recipient}. Inget bidrag lämnas."
    parts = sum(block.is_granted for block in blocks)
    extent = "hela åtgärden" if outcome == "whole" else f"{parts} av {len(blocks)} block i åtgärden"
    return f"Delegationen beviljar {recipient} {kronor(total)} för {extent} ”{title}”."


def _block(block: Any) -> dict[str, Any]:
    sek = sum(block.granted.values()) if block.is_granted else 0
    return {
        "number": block.number,
        "title": block.title,
        "is_granted": block.is_granted,
        "was_proposed": block.was_proposed,
        "departs": block.departs,
        "amount": kronor(sek),
        "requested": kronor(sum(block.requested.values())),
        "years": [{"year": str(year), "amount": kronor(s)} for year, s in block.granted.items()] if sek else [],
        "reason": block.reason,
        "departure_reason": block.departure_reason if block.departs else "",
    }


def _items(decision: Decision, total: int, payments: int, rule_set: dict[str, Any]) -> list[dict[str, Any]]:
    """§ 14's ten, in its order, each with its heading. Without money, most say that there is nothing to say."""
    nothing = [["Inget bidrag lämnas, så detta är inte aktuellt."]]
    granting = total > 0
    period = f"Bidraget avser tiden {_day(decision.period_from)}–{_day(decision.period_to)}."
    interim = (
        f"En delredovisning ska lämnas senast {_day(decision.interim_due_on)}."
        if decision.interim_due_on
        else "Ingen delredovisning ska lämnas."
    )
    final = [[f"Slutredovisningen ska lämnas senast {_day(decision.final_due_on)}."]]
    instalments = "en utbetalning" if payments == 1 else f"{payments} utbetalningar"
    texts: list[tuple[str, str, list[list[str]]]] = [
        ("amount", "Bidragets storlek", [[f"Bidraget är {kronor(total)}."]]),
        (
            "payments",
            "När bidraget betalas ut",
            [[f"Bidraget betalas i {instalments} enligt planen, utan rekvisition (16 §)."]] if granting else nothing,
        ),
        (
            "blocks",
            "Vilka åtgärder bidraget avser",
            [["Bidraget avser de block som är beviljade i tabellen, så som de beskrivs i den inlämnade ansökan."]]
            if granting
            else [["Inget block beviljas."]],
        ),
        ("period", "Vilken tid bidraget avser", [[period]] if granting else nothing),
        ("interim", "Om delredovisning ska lämnas", [[interim]] if granting else nothing),
        (
            "reporting",
            "Hur och när redovisning ska lämnas",
            final + _paragraphs(decision.reporting) if granting else nothing,
        ),
        (
            "conditions",
            "Övriga villkor",
            (_paragraphs(decision.conditions) or [["Inga övriga villkor."]]) if granting else nothing,
        ),
        ("withheld", "Vad som gäller om innehållen utbetalning (17 §)", [[wording.clause(rule_set, "17 §")]]),
        ("repayment", "Vad som gäller om återbetalning (18 §)", [[wording.clause(rule_set, "18 §")]]),
        (
            "recovery",
            "Vad som gäller om återkrav (19 §)",
            [[wording.clause(rule_set, "19 §")], [f"{wording.clause(rule_set, '20 §')} (20 §)"]],
        ),
    ]
    return [
        {"key": key, "number": at, "heading": heading, "paragraphs": paragraphs}
        for at, (key, heading, paragraphs) in enumerate(texts, start=1)
    ]


def _adopted(decision: Decision) -> str:
    if not (decision.adopted_at and decision.adopted_by):
        return ""
    day = clock.day_of(decision.adopted_at)
    return f"Fastställt i Hemtag {_day(day)} av {decision.adopted_by.name}."
