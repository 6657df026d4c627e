"""Each region's own steps with a solution, and what others may only suggest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.knowledge.documents import store
from hemtag.organisations.models import Kind, Organisation, Person
from hemtag.refusals import DoesNotHold, Problem, WrongState, holds, require

from .. import checks, rules
from ..checks import adopting as adoption_checks
from ..models import (
    NEEDS_REASON,
    STAGE_NEXT,
    USED,
    Adoption,
    AdoptionStep,
    Confirmation,
    PackageState,
    PackageVersion,
    Solution,
    SolutionState,
    Stage,
    StopReason,
    Suggestion,
    that_count,
)
from ..queries.adopting import STANDING_FIRM, allowed_from, is_varied
from ..search.indexing import index
from .moving import move
from .news import tell

COVERED = frozenset({Stage.ROLLING_OUT, Stage.IN_USE})
"""Stages at which the region says how much of what is meant to use the solution does."""


def _what_the_stage_needs(
    stage: str, occurred_on: dt.date, adoption: Adoption | None, steps: Sequence[AdoptionStep], given: dict[str, Any]
) -> list[Problem]:
    problems = checks.step_has_its_proof(given["proof"])
    if stage == Stage.DECIDED:
        problems += adoption_checks.decision_is_named(given["decision_reference"])
    if stage in NEEDS_REASON:
        problems += adoption_checks.stop_has_its_reason(given["reason"], StopReason.values)
    if stage in COVERED:
        problems += adoption_checks.coverage_is_a_share(given["covered"], given["out_of"], given["covered_unit"])
    if stage == Stage.SUSTAINED:
        used = [step.occurred_on for step in steps if step.stage == Stage.IN_USE]
        checked = list(adoption.fidelity_checks.values_list("checked_on", flat=True)) if adoption else []
        problems += adoption_checks.use_has_lasted(used[-1] if used else None, occurred_on, checked)
    return problems


def _only_what_belongs(stage: str, given: dict[str, Any]) -> dict[str, Any]:
    """What was left in a field that the stage has no use for is not kept."""
    kept: dict[str, Any] = {"proof": given["proof"], "package": given["package"]}
    if stage == Stage.DECIDED:
        kept["decision_reference"] = given["decision_reference"].strip()
    if stage in NEEDS_REASON:
        kept["reason"] = given["reason"]
    if stage in COVERED:
        kept |= {name: given[name] for name in ("covered", "out_of", "covered_unit")}
    return kept


def _package_can_be_used(solution: Solution, package: PackageVersion | None) -> list[Problem]:
    if package is None:
        return []
    if package.solution_id == solution.pk and package.state in {PackageState.PUBLISHED, PackageState.SUPERSEDED}:
        return []
    return [Problem(_("Paketversionen är inte publicerad för den här lösningen."), field="package")]


def _spreads(by: Person, solution: Solution, adoption: Adoption, stage: str) -> None:
    """The first region outside the owner that has it in use takes the solution from communicated to spreading."""
    first = solution.state == SolutionState.COMMUNICATED and stage in USED and adoption.region_id != solution.owner_id
    if first and not is_varied(adoption):
        reason = _("%(region)s har lösningen i drift, den första utanför ägaren.") % {"region": adoption.region.name}
        move(by=by, solution=solution, to=SolutionState.SPREADING, reason=reason)


def _told(solution: Solution, region: Organisation, stage: str) -> None:
    what = "stopped" if stage in {Stage.DISCONTINUED, Stage.REPLACED} else "step"
    tell(solution, what, f"{solution.title}: {region.name}, {str(Stage(stage).label).lower()}.")


@transaction.atomic
def record_step(
    *,
    by: Person,
    solution: Solution,
    region: Organisation,
    stage: Stage,
    occurred_on: dt.date,
    proof: str,
    decision_reference: str = "",
    reason: str = "",
    covered: int | None = None,
    out_of: int | None = None,
    covered_unit: str = "",
    package: PackageVersion | None = None,
    file: tuple[str, bytes] | None = None,
) -> AdoptionStep:
    """The adopting region says what has happened, when, and what proves it. Steps are appended, never changed.

    A decision has its reference, a stop its coded reason, roll-out and use their coverage. `package` is the version
    introduced, None when the region has done it without one. `file` is the (name, content) of an attachment.
    """
    require(rules.may_record_step(by, region))
    solution = Solution.objects.select_for_update().get(pk=solution.pk)
    adoption = Adoption.objects.filter(solution=solution, region=region).first()
    steps = that_count(adoption.steps.all()) if adoption else []
    last = steps[-1] if steps else None
    at = last.stage if last else ""
    if not allowed_from(solution, at):
        raise WrongState(_("Lösningen är i läget ”%(state)s”.") % {"state": solution.get_state_display().lower()})
    if stage not in allowed_from(solution, at):
        raise WrongState(
            _("Regionen står i steget ”%(stage)s” och kan inte gå till ”%(to)s” därifrån.")
            % {"stage": last.get_stage_display().lower() if last else _("ej påbörjat"), "to": stage.label.lower()}
        )
    given = {
        "proof": proof,
        "decision_reference": decision_reference,
        "reason": reason,
        "covered": covered,
        "out_of": out_of,
        "covered_unit": covered_unit,
        "package": package,
    }
    holds(
        checks.step_is_dated_in_the_past(occurred_on, clock.today(), last.occurred_on if last else None)
        + _what_the_stage_needs(stage, occurred_on, adoption, steps, given)
        + _package_can_be_used(solution, package)
    )
    if adoption is None:
        adoption = Adoption.objects.create(solution=solution, region=region)
    step = AdoptionStep.objects.create(
        adoption=adoption,
        stage=stage,
        occurred_on=occurred_on,
        document=store(by=by, owner=region, name=file[0], content=file[1]) if file else None,
        recorded_by=by,
        recorded_at=clock.now(),
        **_only_what_belongs(stage, given),
    )
    index(solution)
    _told(solution, region, stage)
    _spreads(by, solution, adoption, stage)
    details = {"stage": stage.value, "occurred_on": occurred_on.isoformat(), "proof": proof}
    details |= {"reason": step.reason} if step.reason else {}
    record(by=by, verb="recorded_step", subject=adoption, details=details, ground=step.decision_reference)
    return step


@transaction.atomic
def correct_step(
    *,
    by: Person,
    step: AdoptionStep,
    stage: str,
    occurred_on: dt.date,
    proof: str,
    decision_reference: str = "",
    reason: str = "",
    covered: int | None = None,
    out_of: int | None = None,
    covered_unit: str = "",
    package: PackageVersion | None = None,
) -> AdoptionStep:
    """A step that was wrong is answered by another that says what is right; the wrong one stays, struck through.

    `stage` "" takes the step back: it never happened. `proof` says why it is corrected. What is left must be a way that
    can be walked, so the last wrong step is corrected first.
    """
    solution = Solution.objects.select_for_update().get(pk=step.adoption.solution_id)
    adoption = Adoption.objects.select_related("region").get(pk=step.adoption_id)
    require(rules.may_record_step(by, adoption.region))
    every = list(adoption.steps.all())
    counted = that_count(every)
    if step.pk not in {one.pk for one in counted}:
        raise WrongState(_("Steget är redan rättat. Läs vad som gäller nu innan du rättar igen."))
    given = {
        "proof": proof,
        "decision_reference": decision_reference,
        "reason": reason,
        "covered": covered,
        "out_of": out_of,
        "covered_unit": covered_unit,
        "package": package,
    }
    others = [one for one in counted if one.pk != step.pk]
    before = [one for one in others if (one.occurred_on, one.pk) < (step.occurred_on, step.pk)]
    after = others[len(before) :]
    way = [(one.stage, one.occurred_on) for one in before]
    way += [(str(stage), occurred_on)] if stage else []
    way += [(one.stage, one.occurred_on) for one in after]
    words = {value: str(label).lower() for value, label in Stage.choices}
    problems = adoption_checks.has_happened(occurred_on, clock.today(), "occurred_on")
    problems = problems or adoption_checks.steps_follow(way, STAGE_NEXT, words)
    if stage and any(one.occurred_on == occurred_on for one in after):
        message = _("Ett senare steg har samma dag. Rätta det först.")
        problems.append(Problem(message, field="occurred_on", rule="steps_follow"))
    if stage:
        problems += _what_the_stage_needs(stage, occurred_on, adoption, before, given)
        problems += _package_can_be_used(solution, package) if package != step.package else []
    else:
        problems += checks.step_has_its_proof(proof)
    holds(problems)
    kept = _only_what_belongs(stage, given) if stage else {"proof": proof}
    made = AdoptionStep.objects.create(
        adoption=adoption,
        stage=stage,
        occurred_on=occurred_on if stage else step.occurred_on,
        corrects=step,
        recorded_by=by,
        recorded_at=clock.now(),
        **kept,
    )
    index(solution)
    if stage:
        _spreads(by, solution, adoption, stage)
    was = {"stage": step.stage, "occurred_on": step.occurred_on.isoformat()}
    now = {"stage": str(stage), "occurred_on": made.occurred_on.isoformat(), "proof": proof}
    record(by=by, verb="corrected_step", subject=adoption, details={"was": was, "now": now})
    return made


@transaction.atomic
def confirm_adoption(*, by: Person, adoption: Adoption, note: str = "") -> Confirmation:
    """The region says that what it last declared still holds."""
    adoption = Adoption.objects.select_for_update().get(pk=adoption.pk)
    require(rules.may_record_step(by, adoption.region))
    steps = that_count(adoption.steps.all())
    if not steps or steps[-1].stage not in STANDING_FIRM:
        raise WrongState(_("Regionen har inget pågående införande att bekräfta."))
    if adoption.confirmations.filter(confirmed_at__gte=clock.now() - dt.timedelta(hours=12)).exists():
        raise WrongState(_("Det är redan bekräftat i dag."))
    row = Confirmation.objects.create(
        adoption=adoption, confirmed_by=by, confirmed_at=clock.now(), note=" ".join(note.split())
    )
    record(by=by, verb="confirmed_adoption", subject=adoption, details={"stage": steps[-1].stage, "note": row.note})
    return row


@transaction.atomic
def suggest_adoption(*, by: Person, solution: Solution, region: Organisation, text: str) -> Suggestion:
    """The owner, or an editor, believes that a region uses the solution. Only the region can say so."""
    require(rules.may_suggest_adoption(by, solution))
    solution = Solution.objects.select_for_update().get(pk=solution.pk)
    problems = adoption_checks.is_told(text, "text", _("Skriv vad som får er att tro det, så att regionen kan svara."))
    if region.kind != Kind.REGION or region.pk == solution.owner_id:
        problems.append(Problem(_("Välj en annan region än den som äger lösningen."), field="region"))
    holds(problems)
    adoption = Adoption.objects.filter(solution=solution, region=region).first()
    steps = that_count(adoption.steps.all()) if adoption else []
    if steps and steps[-1].stage in USED:
        raise WrongState(_("%(region)s har redan angett att den använder lösningen.") % {"region": region.name})
    if Suggestion.objects.filter(solution=solution, region=region, answered_at=None).exists():
        raise WrongState(_("%(region)s har redan en sådan fråga att svara på.") % {"region": region.name})
    row = Suggestion.objects.create(
        solution=solution, region=region, text=text, suggested_by=by, suggested_at=clock.now()
    )
    record(by=by, verb="suggested_adoption", subject=solution, details={"region": region.code, "text": text})
    return row


@transaction.atomic
def answer_suggestion(*, by: Person, suggestion: Suggestion, answer: str, note: str = "") -> Suggestion:
    """`answer` is "yes", and the region goes on to its step, or "no" with a note that says why."""
    suggestion = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    require(rules.may_record_step(by, suggestion.region))
    if suggestion.answered_at:
        raise WrongState(_("Frågan är redan besvarad."))
    if answer not in {"yes", "no"}:
        raise DoesNotHold([Problem(_("Svara ja eller nej."), field="answer")])
    if answer == "no":
        holds(adoption_checks.is_told(note, "note", _("Skriv en mening om hur det är i stället.")))
    suggestion.answer, suggestion.answer_note = answer, note
    suggestion.answered_by, suggestion.answered_at = by, clock.now()
    suggestion.save(update_fields=["answer", "answer_note", "answered_by", "answered_at"])
    details = {"region": suggestion.region.code, "answer": answer, "note": note}
    record(by=by, verb="answered_suggestion", subject=suggestion.solution, details=details)
    return suggestion
