"""Change a draft, and adopt it: what the delegation has decided is frozen, set as a PDF and registered as sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.assessment import planning
from hemtag.assessment.checks import deciding as checks
from hemtag.assessment.checks.deciding import ProposedBlock, per_year_of
from hemtag.assessment.models import DECISION_NEXT, Decision, DecisionState, GrantedYear, PlannedPayment
from hemtag.assessment.queries import deciding as queries
from hemtag.assessment.queries.corresponding import communication_problems
from hemtag.assessment.queries.decision_text import content_of
from hemtag.assessment.queries.ledger import authorisation_left, first_year_of, free_money
from hemtag.assessment.rules.deciding import may_adopt, may_edit_decision
from hemtag.benefits.actions import freeze_decided
from hemtag.grants.actions.openings import close_openings
from hemtag.grants.models import Frame
from hemtag.grants.queries.openings import unclosed
from hemtag.history.actions import record, register
from hemtag.history.models import Direction
from hemtag.history.queries import events_about
from hemtag.knowledge.documents import store
from hemtag.knowledge.models import Document
from hemtag.knowledge.pdf import typeset
from hemtag.organisations.models import Organisation, Person, Role
from hemtag.organisations.rules import memberships_of
from hemtag.refusals import Clash, Difference, Problem, WrongState, holds, require

Instalments = Sequence[tuple[dt.date, int]]


@transaction.atomic
def edit_decision(*, by: Person, decision: Decision, version: int, values: Mapping[str, Any]) -> Decision:
    """Change a draft. `values` has the shape of `queries.editable`; what is left out stays as it is.

    `usual_plan` true makes the payment plan anew from the amounts; so does a change of amounts without `payments`.
    Raises Clash when somebody saved in between, DoesNotHold with each problem at its field, WrongState once adopted.
    """
    decision = _locked(decision)
    require(may_edit_decision(by, decision))
    _still_draft(decision)
    before = queries.editable(decision)
    if version != decision.version:
        raise _clash(decision, before, values)
    after = {**before, **{name: values[name] for name in queries.TEXTS_AND_DAYS if name in values}}
    blocks = _with_values(queries.proposed_blocks(decision), values.get("blocks", {}))
    was, granted = per_year_of(queries.proposed_blocks(decision)), per_year_of(blocks)
    if values.get("usual_plan") or ("payments" not in values and granted != was):
        after["payments"] = planning.usual_plan(granted, decision.meeting.held_on)
    elif "payments" in values:
        after["payments"] = list(values["payments"])
    holds(_problems(decision, after, blocks, adopted_only=False))
    for name in queries.TEXTS_AND_DAYS:
        setattr(decision, name, after[name])
    decision.version += 1
    decision.save()
    _save_blocks(decision, blocks)
    decision.planned_payments.all().delete()
    PlannedPayment.objects.bulk_create(
        PlannedPayment(decision=decision, due_on=day, amount_sek=sek) for day, sek in sorted(after["payments"])
    )
    details = {
        "version": decision.version,
        "granted": {str(year): sek for year, sek in granted.items()},
        "changed": [name for name in queries.TEXTS_AND_DAYS if after[name] != before[name]],
        "departures": [block.number for block in blocks if block.departs],
    }
    record(by=by, verb="edited_decision", subject=decision, details=details)
    return decision


@transaction.atomic
def adopt(*, by: Person, decision: Decision, version: int) -> Decision:
    """Adopt a draft: checked against all that is decided, frozen, set as a PDF, stored and registered as sent.

    Raises WrongState when it is adopted already, saying when and by whom, and before the day of the meeting; Clash when
    the draft was changed after the decider read it; DoesNotHold when something is lacking or exceeds a frame, and when
    the applicant has not had its say (25 § förvaltningslagen) and no exception is stated.
    """
    # Every adoption takes the same rows first, so that two cannot both count on the same free money.
    list(Frame.objects.select_for_update())
    decision = _locked(decision)
    require(may_adopt(by, decision))
    _still_draft(decision)
    if version != decision.version:
        raise _clash(decision, {}, {})
    if clock.today() < decision.meeting.held_on:
        message = _("Sammanträdet är %(day)s. Beslutet kan fattas först då.")
        raise WrongState(message % {"day": decision.meeting.held_on.isoformat()})
    blocks = queries.proposed_blocks(decision)
    close_openings(by=None)
    if unclosed(decision.application) is not None:
        raise WrongState(_("Ansökan är öppnad för komplettering eller justering. Beslutet kan fattas därefter."))
    holds(
        [
            *_problems(decision, queries.editable(decision), blocks, adopted_only=True),
            *communication_problems(decision.application, clock.today()),
        ]
    )
    _move(decision, DecisionState.ADOPTED)
    decision.adopted_by, decision.adopted_at = by, clock.now()
    decision.version += 1
    decision.document = _document(by, decision)
    decision.save()
    submission = decision.application.submission
    granted = per_year_of(blocks)
    register(
        subject=f"Beslut {decision.number}: {decision.application.title}",
        party=submission.responsible.name,
        direction=Direction.OUT,
        case_number=submission.case_number,
        sha256=decision.document.sha256,
    )
    details = {
        "granted": {str(year): sek for year, sek in granted.items()},
        "total_sek": sum(granted.values()),
        "sha256": decision.document.sha256,
        "deciders": [person.name for person in queries.taking_part(decision)[0]],
    }
    record(by=by, verb="adopted_decision", subject=decision, details=details, ground="14 § förordningen (2024:1102)")
    _freeze_cases(by, decision)
    return decision


def _freeze_cases(by: Person, decision: Decision) -> None:
    """The benefit cases that were decided on: follow-up measures against them as they stood."""
    number = decision.application.number
    blocks = [f"{number}/{block}" for block in decision.application.blocks.values_list("number", flat=True)]
    freeze_decided(by=by, kind="application", keys=[number])
    freeze_decided(by=by, kind="block", keys=blocks)


def _locked(decision: Decision) -> Decision:
    """The row as it is now, held until the transaction ends."""
    return (
        Decision.objects.select_for_update(of=("self",))
        .select_related(
            "application__submission__call",
            "application__submission__responsible",
            "application__eligibility",
            "meeting__chair",
            "meeting__rapporteur",
            "adopted_by",
        )
        .get(pk=decision.pk)
    )


def _still_draft(decision: Decision) -> None:
    if decision.state == DecisionState.DRAFT:
        return
    day = clock.day_of(decision.adopted_at).isoformat() if decision.adopted_at else ""
    raise WrongState(
        _("Beslutet %(number)s fattades redan %(day)s av %(name)s och ändras inte.")
        % {"number": decision.number, "day": day, "name": decision.adopted_by}
    )


def _move(decision: Decision, state: DecisionState) -> None:
    if state not in DECISION_NEXT[decision.state]:
        raise WrongState(_("Beslutet är %(state)s.") % {"state": decision.get_state_display().lower()})
    decision.state = state


def _with_values(blocks: list[ProposedBlock], values: Mapping[int, Mapping[str, Any]]) -> list[ProposedBlock]:
    """The blocks as they would be. A block that is not granted has no money, whatever was typed beside it."""
    changed = []
    for block in blocks:
        new = values.get(block.number, {})
        is_granted = bool(new.get("is_granted", block.is_granted))
        amounts = new.get("amounts")
        granted = (
            {**block.granted, **{int(year): sek or 0 for year, sek in amounts.items()}} if amounts else block.granted
        )
        if is_granted and not block.is_granted and not amounts:
            granted = block.requested
        changed.append(
            replace(
                block,
                is_granted=is_granted,
                granted={year: sek for year, sek in sorted(granted.items()) if sek} if is_granted else {},
                reason=new.get("reason", block.reason),
                departure_reason=new.get("departure_reason", block.departure_reason),
            )
        )
    return changed


def _problems(
    decision: Decision, values: Mapping[str, Any], blocks: list[ProposedBlock], *, adopted_only: bool
) -> list[Problem]:
    """Every rule of `checks`, on the decision as it would be."""
    call = decision.application.submission.call
    held_on = decision.meeting.held_on
    granted = per_year_of(blocks)
    is_granting = any(granted.values())
    payments: Instalments = values["payments"]
    free = {year: row.free_sek for year, row in free_money().items()}
    return [
        *checks.only_eligible_applications_are_granted(blocks, queries.is_eligible(decision.application)),
        *checks.amounts_are_within_the_request(blocks),
        *checks.granted_blocks_get_money(blocks),
        *checks.no_money_for_past_years(blocks, held_on),
        *checks.needed_blocks_are_granted(blocks, queries.granted_keys(decision, adopted_only=adopted_only)),
        *checks.departures_are_explained(blocks),
        *checks.every_block_has_a_reason(blocks),
        *checks.every_year_is_within_its_frame(granted, free),
        *checks.beyond_the_first_year_is_authorised(granted, first_year_of(call), authorisation_left(call)),
        *checks.instalments_equal_the_grant_of_every_year(granted, payments),
        *checks.instalments_come_after_the_decision(payments, held_on),
        *checks.granted_years_are_within_the_period(granted, values["period_from"], values["period_to"]),
        *checks.reports_are_due_in_order(
            is_granting, values["period_to"], values["interim_due_on"], values["final_due_on"]
        ),
        *checks.reasons_are_given(is_granting, values["reasons"], values["reporting"]),
    ]


def _save_blocks(decision: Decision, blocks: list[ProposedBlock]) -> None:
    rows = {row.block.number: row for row in decision.block_decisions.select_related("block")}
    for block in blocks:
        row = rows[block.number]
        row.is_granted = block.is_granted
        row.reason = block.reason
        row.departure_reason = block.departure_reason if block.departs else ""
        row.save()
    GrantedYear.objects.filter(block_decision__decision=decision).delete()
    GrantedYear.objects.bulk_create(
        GrantedYear(block_decision=rows[block.number], year=year, amount_sek=sek)
        for block in blocks
        for year, sek in block.granted.items()
    )


def _clash(decision: Decision, saved: Mapping[str, Any], typed: Mapping[str, Any]) -> Clash:
    """Who changed the draft last, and in which texts and days it now differs from what was typed."""
    last = events_about(decision).first() or events_about(decision.meeting).first()
    labels = {
        "reasons": _("Skäl"),
        "conditions": _("Övriga villkor"),
        "reporting": _("Hur redovisningen ska lämnas"),
        "dissent": _("Avvikande mening"),
        "period_from": _("Perioden börjar"),
        "period_to": _("Perioden slutar"),
        "interim_due_on": _("Delredovisning senast"),
        "final_due_on": _("Slutredovisning senast"),
    }
    differences = [
        Difference(name, label, str(saved[name] or ""))
        for name, label in labels.items()
        if name in saved and name in typed and saved[name] != typed[name]
    ]
    for number, block in saved.get("blocks", {}).items():
        mine = typed.get("blocks", {}).get(number, block)
        if any(mine.get(name, value) != value for name, value in block.items()):
            said = _("beviljas") if block["is_granted"] else _("beviljas inte")
            amounts = ", ".join(f"{year}: {sek}" for year, sek in block["amounts"].items())
            text = f"{said} ({amounts}). {block['reason']} {block['departure_reason']}".strip()
            differences.append(Difference(f"block-{number}", _("Block %(number)s") % {"number": number}, text))
    return Clash(
        who=last.actor if last else "Hemtag",
        at=last.at if last else clock.now(),
        version=decision.version,
        differences=differences,
    )


def _document(by: Person, decision: Decision) -> Document:
    pdf = typeset("assessment/decision.typ", content_of(decision))
    return store(by=by, owner=_delegation_of(by), name=f"Beslut {decision.number}.pdf", content=pdf, made_here=True)


def _delegation_of(person: Person) -> Organisation:
    return next(row.organisation for row in memberships_of(person) if Role(row.role) == Role.DECISION_MAKER)
