"""Values are saved one by one: on top of the version that was read, and only when nobody has changed that very value."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock, valuation
from hemtag.history.actions import record
from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import Clash, Difference, Problem, WrongState, holds, require

from .. import checks, queries, rules, running
from ..models import BenefitCase
from ..values import Value, belief_of, with_belief

TEXTS = ("unit", "kind", "source", "date", "judged_by", "note")


def locked(case: BenefitCase) -> BenefitCase:
    """The case as it stands now, held until the transaction ends; WrongState when it is frozen."""
    fresh = BenefitCase.objects.select_for_update(of=("self",)).select_related("owner").get(pk=case.pk)
    verdict = rules.not_frozen(fresh)
    if not verdict:
        raise WrongState(verdict.reason)
    return fresh


@transaction.atomic
def edit_input(
    *, by: Person, case: BenefitCase, name: str, version: int, value: Value, texts: Mapping[str, str]
) -> BenefitCase:
    """Change what is believed of one input by all regions that have no own belief, with its unit, source and who judged it.

    Raises Clash when somebody else has changed the same input since `version`, DoesNotHold with the faults that the
    change would bring, each at its field.
    """
    require(rules.may_write(by, case))
    fresh = locked(case)
    before = _input(fresh, name)
    row = with_belief(before, belief_of(value, before))
    for key in TEXTS:
        if key in texts:
            row = {**row, key: texts[key].strip()} if texts[key].strip() else {k: v for k, v in row.items() if k != key}
    data = {**fresh.data, "inputs": {**fresh.data["inputs"], name: row}}
    return _saved(by, fresh, f"/inputs/{name}", version, data, before, row, {f"/inputs/{name}": ""}, "case_edited")


@transaction.atomic
def adjust_region(
    *, by: Person, case: BenefitCase, region: Organisation, name: str, version: int, value: Value | None
) -> BenefitCase:
    """One region's own belief of one input, in the input's unit; None takes it back to the shared one."""
    fresh = locked(case)
    require(rules.may_adjust(by, fresh, region))
    shared = _input(fresh, name)
    before = shared.get("regions", {}).get(region.code)
    after = None if value is None else belief_of(value, before or {})
    data = valuation.adjusted(fresh.data, region.code, {name: after})
    place = f"/inputs/{name}/regions/{region.code}"
    return _saved(by, fresh, place, version, data, before, after, {place: "", f"/inputs/{name}": ""}, "case_adjusted")


@transaction.atomic
def set_sizes(
    *, by: Person, case: BenefitCase, region: Organisation, version: int, sizes: Mapping[str, float]
) -> BenefitCase:
    """One region's own figures for the drivers (volumes, population, staff)."""
    fresh = locked(case)
    require(rules.may_adjust(by, fresh, region))
    known = fresh.data.get("drivers", {})
    if set(sizes) - set(known):
        raise TypeError(f"unknown drivers: {', '.join(sorted(set(sizes) - set(known)))}")
    before = {name: known[name].get("values", {}).get(region.code) for name in sizes}
    data = valuation.adjusted(fresh.data, region.code, {}, sizes=dict(sizes))
    place = f"/drivers/{region.code}"
    places = {f"/drivers/{name}": f"{name}-" for name in sizes}
    return _saved(by, fresh, place, version, data, before, dict(sizes), places, "case_adjusted")


@transaction.atomic
def edit_details(*, by: Person, case: BenefitCase, version: int, title: str, note: str) -> BenefitCase:
    """What the case is called, and what a reader should know first."""
    require(rules.may_write(by, case))
    fresh = locked(case)
    holds(checks.case_is_named(title))
    data = {**fresh.data, "name": title.strip(), "note": note.strip()}
    before = {"title": fresh.title, "note": fresh.data.get("note", "")}
    fresh.title = title.strip()[:160]
    return _saved(
        by, fresh, "/name", version, data, before, {"title": fresh.title, "note": note.strip()}, {}, "case_edited"
    )


@transaction.atomic
def replace_data(*, by: Person, case: BenefitCase, version: int, data: Mapping[str, Any]) -> BenefitCase:
    """The whole case from a file, in place of what stands: nobody else may have saved anything since `version`."""
    require(rules.may_write(by, case))
    fresh = locked(case)
    if fresh.version != version:
        raise _clash(fresh, list(fresh.touched) or ["/"], [])
    made = {**data, "name": fresh.title}
    holds(checks.faults_at_fields(running.faults_of(made, queries.register()), {}))
    before = running.sha256_of(fresh.data)
    fresh.data = made
    _touch(fresh, by, "/")
    fresh.save()
    details = {"before": before, "after": running.sha256_of(made), "version": fresh.version}
    record(by=by, verb="case_replaced", subject=fresh, details=details)
    return fresh


def _input(case: BenefitCase, name: str) -> dict[str, Any]:
    try:
        return dict(case.data["inputs"][name])
    except KeyError:
        raise WrongState(_("Antagandet finns inte längre i kalkylen.")) from None


def _saved(
    by: Person,
    case: BenefitCase,
    place: str,
    sent: int,
    data: Mapping[str, Any],
    before: Any,
    after: Any,
    places: Mapping[str, str],
    verb: str,
) -> BenefitCase:
    if before == after:
        return case
    if _touched(case, place) > sent:
        label = case.data.get("inputs", {}).get(place.split("/")[2], {}).get("label", "") if "/inputs/" in place else ""
        raise _clash(case, [place], [Difference("likely", label or place, in_words(before))])
    holds(_new_faults(case.data, data, places))
    case.data = copy.deepcopy(dict(data))
    _touch(case, by, place)
    case.save()
    record(by=by, verb=verb, subject=case, details={"place": place, "before": before, "after": after})
    return case


def in_words(belief: Any) -> str:
    """What stood there, for whoever came too late."""
    if not isinstance(belief, Mapping):
        return "" if belief is None else str(belief)
    shown = [f"{key} {belief[key]}" for key in belief if key not in {"label", "regions", "note"}]
    return ", ".join(shown)


def _new_faults(before: Mapping[str, Any], after: Mapping[str, Any], places: Mapping[str, str]) -> list[Problem]:
    """A change is refused for what it breaks, not for what was broken already (a fact that has become too old)."""
    register = queries.register()
    found = running.faults_of(after, register)
    if not found:
        return []
    known = {(fault.code, fault.place) for fault in running.faults_of(before, register)}
    return checks.faults_at_fields([f for f in found if (f.code, f.place) not in known], places)


def _touched(case: BenefitCase, place: str) -> int:
    return max(int(case.touched.get(each, {}).get("version", 1)) for each in (place, "/"))


def _touch(case: BenefitCase, by: Person, place: str) -> None:
    case.version += 1
    case.updated_by, case.updated_at = by, clock.now()
    mark = {"version": case.version, "by": by.name, "at": case.updated_at.isoformat()}
    case.touched = {**case.touched, place: mark}


def _clash(case: BenefitCase, places: Iterable[str], differences: Iterable[Difference]) -> Clash:
    marks = [case.touched[place] for place in (*places, "/") if place in case.touched]
    last = max(marks, key=lambda mark: int(mark["version"]), default=None)
    return Clash(
        who=last["by"] if last else "–",
        at=dt.datetime.fromisoformat(last["at"]) if last else case.updated_at,
        version=case.version,
        differences=differences,
    )
