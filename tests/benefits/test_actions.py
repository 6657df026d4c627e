"""Every write: who may, what it leaves in history, and what it refuses."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from hemtag import clock
from hemtag.benefits import actions, guards, queries, running
from hemtag.benefits.models import BenefitCase, CaseRun, RealisedValue
from hemtag.benefits.values import CONSTANT, LIMITS, PERCENTILES, Value
from hemtag.history.queries import events_about
from hemtag.knowledge.models import DatedFact
from hemtag.organisations.models import Role
from hemtag.refusals import Clash, DoesNotHold, NotAllowed, WrongState
from tests.benefits.making import data_from, make_case, share

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(person: Any) -> Any:
    return person(Role.AUTHOR, "14")


@pytest.fixture
def case(writer: Any, regions: Any) -> BenefitCase:
    return make_case(writer, regions["14"])


def last(case: BenefitCase) -> Any:
    return events_about(case).first()


def edit(by: Any, case: BenefitCase, name: str = "minutes", version: int | None = None, **more: Any) -> BenefitCase:
    value = more.pop("value", Value(LIMITS, 1, 2, 5))
    return actions.edit_input(
        by=by, case=case, name=name, version=version or case.version, value=value, texts=more.pop("texts", {})
    )


def test_start(case: BenefitCase) -> None:
    assert (case.slug, case.state, case.version) == ("farre-klick", "draft", 1)
    assert last(case).verb == "case_started"
    assert last(case).details["sha256"] == running.sha256_of(case.data)


def test_start_refuses_a_case_that_does_not_hold_with_its_place(writer: Any, regions: Any) -> None:
    data = data_from()
    data["inputs"]["minutes"]["low"] = 900
    with pytest.raises(DoesNotHold) as refused:
        make_case(writer, regions["14"], data=data, places={"/inputs/minutes": "minutes-"})
    assert next((each.field, each.rule) for each in refused.value.problems) == ("minutes-low", "low_above_high")
    assert not BenefitCase.objects.exists()


def test_a_freed_hour_used_twice_is_refused_although_only_draws_tell(writer: Any, regions: Any) -> None:
    data = data_from()
    data["lines"][2]["uses"] = {"cash": "to_cash", "care": "to_care + 0.5"}
    with pytest.raises(DoesNotHold) as refused:
        make_case(writer, regions["14"], data=data)
    assert "shares_above_one" in {each.rule for each in refused.value.problems}


def test_only_in_the_name_of_the_own_region(writer: Any, regions: Any) -> None:
    with pytest.raises(NotAllowed):
        make_case(writer, regions["09"])


def test_edit_one_value(writer: Any, case: BenefitCase) -> None:
    saved = edit(writer, case, texts={"source": "Mätning i maj", "kind": "measured"})
    row = saved.data["inputs"]["minutes"]
    assert (row["low"], row["likely"], row["high"], row["source"], row["kind"]) == (
        1,
        2,
        5,
        "Mätning i maj",
        "measured",
    )
    event = last(saved)
    assert event.verb == "case_edited"
    assert event.details["place"] == "/inputs/minutes"
    assert event.details["after"]["high"] == 5


def test_nothing_changed_is_no_event(writer: Any, case: BenefitCase) -> None:
    saved = edit(writer, case)
    before = events_about(saved).count()
    again = edit(writer, saved)
    assert (again.version, events_about(saved).count()) == (saved.version, before)


@pytest.mark.parametrize(
    ("value", "field", "rule"),
    [
        (Value(LIMITS, 9, 2, 5), "low", "low_above_high"),
        (Value(LIMITS, 1, 8, 5), "likely", "likely_outside"),
        (Value(PERCENTILES, 3, 3, 3), "low", "no_spread"),
    ],
)
def test_a_fault_stands_at_its_field(writer: Any, case: BenefitCase, value: Value, field: str, rule: str) -> None:
    with pytest.raises(DoesNotHold) as refused:
        edit(writer, case, value=value)
    found = [(each.field, each.rule) for each in refused.value.problems]
    assert rule in [each for _field, each in found]
    assert (field, rule) in found
    case.refresh_from_db()
    assert case.version == 1


def test_two_people_in_different_values_do_not_stand_in_each_others_way(
    writer: Any, person: Any, case: BenefitCase
) -> None:
    edit(writer, case, "minutes")
    saved = edit(person(Role.ECONOMIST, "14"), case, "ceiling", value=Value(LIMITS, 0.1, 0.2, 0.5))
    assert saved.data["inputs"]["minutes"]["high"] == 5
    assert saved.data["inputs"]["ceiling"]["high"] == 0.5


def test_two_people_in_one_value_clash_and_the_later_is_told(writer: Any, person: Any, case: BenefitCase) -> None:
    edit(writer, case)
    with pytest.raises(Clash) as clash:
        edit(person(Role.ECONOMIST, "14"), case, value=Value(CONSTANT, likely=3), version=1)
    assert clash.value.who == writer.name
    assert clash.value.version == 2
    assert "high 5" in clash.value.differences[0].theirs


def test_an_old_fault_does_not_stop_a_new_value(writer: Any, case: BenefitCase) -> None:
    DatedFact.objects.update(valid_from=dt.date(2019, 1, 1))
    assert queries.answer(case).faults[0].code == "fact_out_of_date"
    saved = edit(writer, case)
    assert saved.version == 2


def test_a_region_adjusts_its_own_values_and_nobody_elses(
    writer: Any, person: Any, regions: Any, case: BenefitCase
) -> None:
    guest = person(Role.AUTHOR, "09")
    adjust: dict[str, Any] = {"name": "minutes", "version": 1, "value": Value(LIMITS, 5, 9, 20)}
    with pytest.raises(NotAllowed):
        actions.adjust_region(by=guest, case=case, region=regions["09"], **adjust)
    share(writer, case)
    saved = actions.adjust_region(by=guest, case=case, region=regions["09"], **adjust)
    assert saved.data["inputs"]["minutes"]["regions"] == {"09": {"low": 5, "likely": 9, "high": 20}}
    assert last(saved).verb == "case_adjusted"
    with pytest.raises(NotAllowed):
        actions.adjust_region(by=guest, case=case, region=regions["14"], **adjust)
    with pytest.raises(NotAllowed):
        edit(guest, saved)
    back = actions.adjust_region(
        by=guest, case=saved, region=regions["09"], name="minutes", version=saved.version, value=None
    )
    assert "regions" not in back.data["inputs"]["minutes"]


def test_a_region_outside_the_case_has_nothing_to_adjust(person: Any, regions: Any, case: BenefitCase) -> None:
    with pytest.raises(NotAllowed, match="ingår inte"):
        actions.adjust_region(
            by=person(Role.AUTHOR, "12"),
            case=case,
            region=regions["12"],
            name="minutes",
            version=1,
            value=Value(LIMITS, 1, 2, 3),
        )


def test_sizes(writer: Any, regions: Any, case: BenefitCase) -> None:
    saved = actions.set_sizes(by=writer, case=case, region=regions["14"], version=1, sizes={"size": 2.0})
    assert saved.data["drivers"]["size"]["values"]["14"] == 2
    assert last(saved).verb == "case_adjusted"
    with pytest.raises(DoesNotHold):
        actions.set_sizes(by=writer, case=saved, region=regions["14"], version=2, sizes={"size": -1.0})


def test_details_and_replacing(writer: Any, case: BenefitCase) -> None:
    saved = actions.edit_details(by=writer, case=case, version=1, title="Nytt namn", note="Läs detta.")
    assert (saved.title, saved.data["name"], saved.data["note"]) == ("Nytt namn", "Nytt namn", "Läs detta.")
    assert last(saved).verb == "case_edited"
    other = actions.replace_data(by=writer, case=saved, version=2, data=data_from("utmonstring"))
    assert "acts" in other.data["inputs"]
    assert last(other).verb == "case_replaced"
    with pytest.raises(Clash):
        actions.replace_data(by=writer, case=other, version=2, data=data_from())


def test_copy(writer: Any, person: Any, regions: Any, case: BenefitCase) -> None:
    guest = person(Role.AUTHOR, "09")
    with pytest.raises(NotAllowed):
        actions.copy_case(by=guest, case=case, owner=regions["09"], title="Vår")
    actions.publish_case(by=writer, case=case, is_public=True)
    made = actions.copy_case(by=guest, case=case, owner=regions["09"], title="Vår")
    assert (made.copied_from, made.owner, made.state) == (case.slug, regions["09"], "draft")
    assert last(made).verb == "case_copied"
    assert last(case).verb == "case_published"


def test_a_run_can_be_made_again_and_a_changed_one_is_found(writer: Any, case: BenefitCase) -> None:
    run = actions.store_run(by=writer, case=case, name="Första")
    assert (run.number, run.seed, last(case).verb) == (1, running.SEED, "case_run_stored")
    assert run.data["inputs"]["hour"]["likely"] == 521
    DatedFact.objects.update(value=Decimal(700))
    fresh = CaseRun.objects.get(pk=run.pk)
    repeat = queries.repeated(fresh)
    assert repeat.is_same
    assert repeat.fingerprint == run.fingerprint
    fresh.data["inputs"]["minutes"]["high"] += 1
    assert not queries.repeated(fresh).data_is_untouched
    assert queries.repeated(fresh).places


def test_sharing_moves_the_state_both_ways(writer: Any, regions: Any, case: BenefitCase) -> None:
    assert share(writer, case).state == "shared"
    assert last(case).details == {"regions": ["09"]}
    assert actions.share_case(by=writer, case=case, regions=[]).state == "draft"
    assert last(case).verb == "case_shared"


def test_a_frozen_case_is_never_changed(writer: Any, person: Any, regions: Any, case: BenefitCase) -> None:
    with pytest.raises(NotAllowed):
        actions.freeze_case(by=writer, case=case)
    frozen = actions.freeze_case(by=person(Role.REPRESENTATIVE, "14"), case=case)
    assert (frozen.state, last(frozen).verb) == ("frozen", "case_frozen")
    run = queries.frozen_run(frozen)
    assert run is not None
    for act in (
        lambda: edit(writer, frozen),
        lambda: share(writer, frozen),
        lambda: actions.edit_details(by=writer, case=frozen, version=1, title="x", note=""),
        lambda: actions.replace_data(by=writer, case=frozen, version=1, data=data_from()),
        lambda: actions.set_sizes(by=writer, case=frozen, region=regions["14"], version=1, sizes={"size": 2.0}),
    ):
        with pytest.raises(WrongState):
            act()
    DatedFact.objects.update(value=Decimal(700))
    page = queries.answer(frozen).page
    assert page is not None
    assert page["npv"]["region"]["mean"] == pytest.approx(run.result["npv"]["region"]["mean"])


def test_a_decision_freezes_what_it_is_about_even_when_it_cannot_be_computed(
    writer: Any, person: Any, regions: Any
) -> None:
    case = make_case(writer, regions["14"], about_kind="application", about_key="2026-001")
    DatedFact.objects.all().delete()
    officer = person(Role.DECISION_MAKER)
    done = actions.freeze_decided(by=officer, kind="application", keys=["2026-001", "2026-002"])
    assert [row.pk for row in done] == [case.pk]
    case.refresh_from_db()
    assert (case.state, case.runs.count()) == ("frozen", 0)
    assert actions.freeze_decided(by=officer, kind="application", keys=["2026-001"]) == []


def test_what_is_handed_in_is_read_by_the_delegation_and_kept_as_it_stood(
    writer: Any, person: Any, regions: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = make_case(writer, regions["14"], about_kind="block", about_key="2026-001/2")
    officer = person(Role.CASE_OFFICER)
    declared: list[str] = ["2026-001"]
    monkeypatch.setattr(guards, "_guards", [lambda _person: declared])
    assert not queries.cases_for(officer).exists()
    actions.hand_in_cases(by=writer, kind="block", keys=["2026-001/2"])
    assert list(queries.cases_for(officer)) == [case]
    declared.clear()
    assert not queries.cases_for(officer).exists(), "nothing is read before the declaration on conflict of interest"
    assert [run.name for run in case.runs.all()] == ["Inlämnad"]
    assert "case_handed_in" in [event.verb for event in events_about(case)]


def test_outcomes_are_held_against_the_frozen_forecast(
    writer: Any, person: Any, regions: Any, case: BenefitCase
) -> None:
    say: dict[str, Any] = {
        "case": case,
        "region": regions["14"],
        "line": "upkeep",
        "year": 2026,
        "value_sek": -150_000,
        "uncertainty": Decimal("0.05"),
        "source": "Bokföringen",
    }
    with pytest.raises(WrongState):
        actions.record_realised(by=writer, **say)
    say["case"] = actions.freeze_case(by=person(Role.REPRESENTATIVE, "14"), case=case)
    row = actions.record_realised(by=writer, **say)
    assert last(case).verb == "realised_recorded"
    found = queries.following(say["case"])
    one = found.outcomes[0]
    assert one.p05 < one.expected < one.p95 < 0
    assert one.ratio == pytest.approx(-150_000 / one.expected)
    assert (found.cost_ratio, found.gain_ratio) == (pytest.approx(one.ratio), None)
    assert 0 < one.percentile < 1
    assert found.mean_after != found.mean_before
    again = actions.record_realised(by=writer, **{**say, "value_sek": -160_000})
    assert again.pk == row.pk
    assert last(case).details["before_sek"] == -150_000
    with pytest.raises(NotAllowed):
        actions.record_realised(by=person(Role.AUTHOR, "09"), **say)
    with pytest.raises(DoesNotHold):
        actions.record_realised(by=writer, **{**say, "line": "finns-inte"})
    with pytest.raises(DoesNotHold):
        actions.record_realised(by=writer, **{**say, "year": clock.today().year + 1})
    assert RealisedValue.objects.count() == 1
