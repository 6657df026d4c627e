"""Who reads a case, and when it stops changing."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag.history.actions import record
from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import DoesNotHold, WrongState, require

from .. import queries, rules
from ..checks import FROZEN_RUN, HANDED_IN_RUN
from ..models import CASE_NEXT, BenefitCase, CaseState
from .running import keep_run
from .saving import locked


@transaction.atomic
def share_case(*, by: Person, case: BenefitCase, regions: Iterable[Organisation]) -> BenefitCase:
    """Let these regions' people read the case and adjust their own values; none takes it back to a draft.

    A region that is left out keeps its values in the case, but reads it no longer.
    """
    require(rules.may_write(by, case))
    fresh = locked(case)
    known = {row.pk for row in queries.shareable(fresh)}
    wanted = [row for row in regions if row.pk in known]
    state = CaseState.SHARED if wanted else CaseState.DRAFT
    if fresh.state != state:
        _move(fresh, state)
    fresh.regions.set(wanted)
    fresh.save(update_fields=["state"])
    record(by=by, verb="case_shared", subject=fresh, details={"regions": sorted(row.code for row in wanted)})
    return fresh


@transaction.atomic
def publish_case(*, by: Person, case: BenefitCase, is_public: bool) -> BenefitCase:
    """Let anyone read it, or no longer."""
    require(rules.may_write(by, case))
    fresh = BenefitCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    fresh.is_public = is_public
    fresh.save(update_fields=["is_public"])
    record(by=by, verb="case_published", subject=fresh, details={"public": is_public})
    return fresh


@transaction.atomic
def freeze_case(*, by: Person, case: BenefitCase) -> BenefitCase:
    """Stop all change: a run is stored with today's facts, and outcomes are held against it from now on."""
    require(rules.may_freeze(by, case))
    return _frozen(by, locked(case))


@transaction.atomic
def freeze_decided(*, by: Person, kind: str, keys: Iterable[str]) -> list[BenefitCase]:
    """A decision has been adopted on what these cases are about: they are frozen as they were handed in, since that is what
    was decided on; what has been changed after the hand-in lies in the history and in no frozen case.

    The room above has checked that `by` may decide. A case that cannot be computed is frozen without a run.
    """
    rows = BenefitCase.objects.select_for_update(of=("self",)).filter(about_kind=kind, about_key__in=list(keys))
    return [_decided(by, row) for row in rows.exclude(state=CaseState.FROZEN).order_by("pk")]


@transaction.atomic
def hand_in_cases(*, by: Person, kind: str, keys: Iterable[str]) -> list[BenefitCase]:
    """What these cases are about has been handed in: the delegation reads them, and a run keeps how they stood.

    The room above has checked that `by` may hand in.
    """
    rows = BenefitCase.objects.select_for_update(of=("self",)).filter(about_kind=kind, about_key__in=list(keys))
    done = []
    for row in rows.order_by("pk"):
        row.is_handed_in = True
        row.save(update_fields=["is_handed_in"])
        record(by=by, verb="case_handed_in", subject=row, details={"about": f"{kind}/{row.about_key}"})
        _try_run(by, row, HANDED_IN_RUN)
        done.append(row)
    return done


def _decided(by: Person, case: BenefitCase) -> BenefitCase:
    run = queries.changed_since_hand_in(case)
    if run:
        case.data = run.data
        case.version += 1
        case.save(update_fields=["data", "version"])
    return _frozen(by, case, must_hold=False)


def _frozen(by: Person, case: BenefitCase, *, must_hold: bool = True) -> BenefitCase:
    if must_hold:
        keep_run(by=by, case=case, name=FROZEN_RUN)
    else:
        _try_run(by, case, FROZEN_RUN)
    _move(case, CaseState.FROZEN)
    case.save(update_fields=["state"])
    record(by=by, verb="case_frozen", subject=case, details={"version": case.version})
    return case


def _try_run(by: Person, case: BenefitCase, name: str) -> None:
    try:
        with transaction.atomic():
            keep_run(by=by, case=case, name=name)
    except DoesNotHold:
        pass


def _move(case: BenefitCase, state: CaseState) -> None:
    """The one gate of a case's state."""
    if state not in CASE_NEXT[case.state]:
        message = _("Kalkylen är %(now)s och kan inte bli %(wanted)s.")
        raise WrongState(message % {"now": case.get_state_display().lower(), "wanted": str(state.label).lower()})
    case.state = state
