"""Keep what a meeting tried under a name, freeze what it settled on with its minutes, and publish that for anyone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from hemtag import clock, portfolio
from hemtag.assessment import whatif
from hemtag.assessment.models import Freeze, NamedScenario, Run
from hemtag.assessment.queries import prioritising as runs
from hemtag.assessment.queries.answering import Conflict, solved
from hemtag.assessment.queries.deciding import holders_of
from hemtag.assessment.queries.naming import Names
from hemtag.assessment.queries.seeing import require_no_conflict
from hemtag.assessment.rules.deciding import may_prioritise
from hemtag.grants.models import Application
from hemtag.history.actions import record
from hemtag.organisations.models import Person, Role
from hemtag.refusals import DoesNotHold, Problem, WrongState, require

from .prioritising import proved


def _allowed(by: Person, run: Run, act: str) -> None:
    """The role, and no conflict of interest in any application that the run weighs."""
    require(may_prioritise(by))
    numbers = [row["id"] for row in run.round["applications"]]
    weighed = Application.objects.filter(submission__call=run.call, number__in=numbers).order_by("number")
    others = [*holders_of(Role.CASE_OFFICER), *holders_of(Role.DECISION_MAKER)]
    require_no_conflict(by, weighed, others, act)


def _solved(run: Run, changes: Sequence[str]) -> tuple[dict[str, Any], portfolio.Round, portfolio.Selection]:
    try:
        answer = solved(run, whatif.read(changes), with_proof=True)
    except Conflict as refusal:
        raise DoesNotHold([Problem(text) for text in Names(run).conflict(refusal)]) from refusal
    return dict(answer.data), answer.round, answer.selection


@transaction.atomic
def name_scenario(*, by: Person, run: Run, name: str, changes: Sequence[str], note: str = "") -> NamedScenario:
    """Keep the changes and what they lead to under a name; the same name again takes the earlier one's place.

    Raises DoesNotHold without name or changes, and when the demands conflict: then with the texts of the conflict.
    """
    _allowed(by, run, _("namnge ett scenario där ansökan är med"))
    name = " ".join(name.split())
    read = whatif.read(changes)
    if not name:
        raise DoesNotHold([Problem(_("Skriv vad scenariot ska heta."), field="name")])
    if not read:
        raise DoesNotHold([Problem(_("Ändra något först: utan ändringar är scenariot körningen själv."))])
    data, r, selection = _solved(run, changes)
    values: dict[str, Any] = {
        "run": run,
        "note": note,
        "changes": [change.text for change in read],
        "round": data,
        "round_sha256": r.sha256,
        "result": selection.as_dict(),
        "made_by": by,
        "made_at": clock.now(),
    }
    scenario, _is_new = NamedScenario.objects.update_or_create(call=run.call, name=name, defaults=values)
    details = {
        "name": name,
        "changes": values["changes"],
        "round_sha256": r.sha256,
        "value_tkr": values["result"]["value"],
    }
    record(by=by, verb="named_scenario", subject=scenario, details=details)
    return scenario


@transaction.atomic
def remove_scenario(*, by: Person, scenario: NamedScenario) -> None:
    """Take a named scenario away; what it was stays in history."""
    _allowed(by, scenario.run, _("ta bort ett scenario där ansökan är med"))
    details = {"name": scenario.name, "changes": scenario.changes, "round_sha256": scenario.round_sha256}
    record(by=by, verb="removed_scenario", subject=scenario, details=details)
    scenario.delete()


def freeze_run(*, by: Person, run: Run, changes: Sequence[str], note: str, present: str = "") -> Run:
    """Store what the meeting settled on as a run of its own: inputs, hash, answer, proof, versions and minutes.

    It is solved and proved before the transaction begins. Raises DoesNotHold without a note, when the demands conflict
    and when the answer does not pass the check.
    """
    _allowed(by, run, _("frysa en körning där ansökan är med"))
    if not note.strip():
        raise DoesNotHold([Problem(_("Skriv vad som bestämdes och varför."), field="note")])
    data, r, selection = _solved(run, changes)
    selection = proved(r, selection)
    result = selection.as_dict()
    wrong = portfolio.verify(r, result)
    if wrong:
        raise DoesNotHold("; ".join(wrong))
    practice = [outcome.as_dict() for outcome in portfolio.compare_with_practice(r, selection)]
    with transaction.atomic():
        newest = Run.objects.filter(call=run.call).aggregate(newest=Max("number"))["newest"] or 0
        now = clock.now()
        frozen = Run.objects.create(
            call=run.call,
            number=newest + 1,
            round=data,
            result=result,
            practice=practice,
            round_sha256=r.sha256,
            made_by=by,
            made_at=now,
        )
        Freeze.objects.create(
            run=frozen,
            base_sha256=_base_of(run),
            changes=[change.text for change in whatif.read(changes)],
            note=note.strip(),
            present=present.strip(),
            frozen_by=by,
            frozen_at=now,
        )
        details = {
            "round_sha256": r.sha256,
            "changes": [change.text for change in whatif.read(changes)],
            "chosen": len(result["chosen"]),
            "value_tkr": result["value"],
            "upper_bound_tkr": result["upper_bound"],
            "versions": result["versions"],
        }
        record(by=by, verb="froze_run", subject=frozen, details=details, ground="13 § förordningen (2024:1102)")
    return frozen


def _base_of(run: Run) -> str:
    frozen = getattr(run, "freeze", None)
    return str(frozen.base_sha256 if frozen else run.round_sha256)


@transaction.atomic
def publish_run(*, by: Person, run: Run) -> Freeze:
    """Give a frozen run its public number: round, result and checker lie open from then on, and cannot be taken back.

    Raises WrongState for a run that is not frozen or is published already.
    """
    _allowed(by, run, _("publicera en körning där ansökan är med"))
    frozen = Freeze.objects.select_for_update().filter(run=run).first()
    if frozen is None:
        raise WrongState(_("Körningen är inte fryst. Frys den först, med vad som bestämdes."))
    if frozen.public_number is not None:
        raise WrongState(_("Körningen är redan publicerad."))
    newest = Freeze.objects.aggregate(newest=Max("public_number"))["newest"] or 0
    frozen.public_number, frozen.published_by, frozen.published_at = newest + 1, by, clock.now()
    frozen.save()
    details = {
        "public_number": frozen.public_number,
        "round_sha256": run.round_sha256,
        "sha256": runs.files_sha256(run),
    }
    record(by=by, verb="published_run", subject=run, details=details)
    return frozen
