"""Each region's own steps: what they need, corrections, confirmations, suggestions, adaptations, fidelity, volumes."""

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache

from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold, NotAllowed, WrongState
from hemtag.solutions import showing
from hemtag.solutions.actions import adapting, adopting
from hemtag.solutions.checks import adopting as checks
from hemtag.solutions.models import (
    CLOSED,
    STAGE_NEXT,
    Adoption,
    AdoptionStep,
    FidelityCheck,
    News,
    PackageVersion,
    PhasedVolume,
    Solution,
    SolutionState,
    Stage,
    Suggestion,
)
from hemtag.solutions.queries import adopting as queries
from hemtag.solutions.queries import catalogue, spreading
from tests.followup.making import Events
from tests.solutions.steps import NOW, PROOF, TERMS, TODAY, asked_at, placed


@pytest.fixture(autouse=True)
def _the_day():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


def refused(act):
    with pytest.raises(DoesNotHold) as refusal:
        act()
    return [problem.field for problem in refusal.value.problems]


# ---------------------------------------------------------------- steps


@pytest.mark.parametrize("start", ["", *Stage.values])
def test_every_stage_follows_the_table_and_a_closed_solution_is_only_left(solution, regions, step, start):
    adoption = placed(solution, regions["01"], start, TODAY - dt.timedelta(days=400))
    if start == Stage.IN_USE:
        FidelityCheck.objects.create(
            adoption=adoption, checked_on=TODAY, method="x", planned=1, delivered=1, recorded_at=NOW
        )
    for state in (SolutionState.SPREADING, SolutionState.RETIRED):
        Solution.objects.update(state=state)
        for to in Stage:
            allowed = to in STAGE_NEXT[start] and (state not in CLOSED or to in queries.WINDING_DOWN)
            before = AdoptionStep.objects.count()
            if allowed:
                made = step(solution, "01", to)
                assert made.stage == to
                AdoptionStep.objects.filter(pk=made.pk).delete()
            else:
                with pytest.raises(WrongState):
                    step(solution, "01", to)
            assert AdoptionStep.objects.count() == before


@pytest.mark.parametrize(
    "stage, given, fields",
    [
        ("decided", {"decision_reference": "Regionstyrelsen"}, ["decision_reference"]),
        ("decided", {"decision_reference": "§ 12"}, ["decision_reference"]),
        ("declined", {"reason": ""}, ["reason"]),
        ("not_applicable", {"reason": "annat"}, ["reason"]),
        ("rolling_out", {"covered": None}, ["covered"]),
        ("in_use", {"covered": 3, "out_of": 2}, ["covered"]),
        ("in_use", {"out_of": 0}, ["out_of"]),
        ("in_use", {"covered_unit": " "}, ["covered_unit"]),
        ("interested", {"proof": "ja"}, ["proof"]),
        ("interested", {"on": TODAY + dt.timedelta(days=1)}, ["occurred_on"]),
    ],
)
def test_a_stage_says_what_it_lacks(solution, step, stage, given, fields):
    assert refused(lambda: step(solution, "01", stage, **given)) == fields
    assert not AdoptionStep.objects.exists()


def test_what_the_stage_has_no_use_for_is_not_kept(solution, step):
    row = step(solution, "01", "interested", reason="money", covered=3, out_of=4, decision_reference="Nämnden § 1")
    assert (row.reason, row.covered, row.out_of, row.decision_reference) == ("", None, None, "")


def test_lasting_takes_a_year_and_a_check(solution, step, people):
    step(solution, "01", "in_use", dt.date(2026, 3, 16))
    assert refused(lambda: step(solution, "01", "sustained")) == ["occurred_on", "stage"]
    adoption = Adoption.objects.get()
    adapting.check_fidelity(
        by=people["01"], adoption=adoption, checked_on=TODAY, method="Journalgranskning", planned=4, delivered=4
    )
    assert refused(lambda: step(solution, "01", "sustained")) == ["occurred_on"]
    with time_machine.travel(NOW + dt.timedelta(days=1)):
        assert step(solution, "01", "sustained", TODAY + dt.timedelta(days=1)).stage == "sustained"
    assert checks.a_year_later(dt.date(2028, 2, 29)) == dt.date(2029, 2, 28)


def test_a_step_names_the_package_that_was_used(make, solution, step):
    def version(of, number, state):
        return PackageVersion.objects.create(
            solution=of, number=number, state=state, started_at=NOW, published_at=NOW, sha256="0" * 64
        )

    good, draft = version(solution, "1.0", "published"), version(solution, "1.1", "draft")
    foreign = version(make("annan"), "1.0", "published")
    for wrong in (draft, foreign):
        assert refused(lambda wrong=wrong: step(solution, "01", "in_use", package=wrong)) == ["package"]
    assert step(solution, "01", "in_use", package=good).package == good
    assert step(solution, "03", "in_use").package is None
    assert queries.packages_to_use(solution) == [good]


def test_only_the_region_itself_declares(solution, people, regions, person):
    for other in (people["14"], person(Role.CATALOGUE_EDITOR), person(Role.AUDITOR), person(Role.CASE_OFFICER)):
        with pytest.raises(NotAllowed):
            adopting.record_step(
                by=other,
                solution=solution,
                region=regions["01"],
                stage=Stage.INTERESTED,
                occurred_on=TODAY,
                proof=PROOF,
            )


def test_two_of_the_same_region_at_once(solution, step):
    """Both had the page open: the second is told where the region now stands, and nothing is written twice."""
    step(solution, "01", "in_use")
    with pytest.raises(WrongState, match="i drift"):
        step(solution, "01", "in_use")
    assert AdoptionStep.objects.count() == 1


def test_the_first_independent_region_in_use_makes_it_spread(solution, step, people, regions):
    Solution.objects.update(state=SolutionState.COMMUNICATED)
    step(solution, "14", "in_use")
    assert Solution.objects.get().state == SolutionState.COMMUNICATED
    step(solution, "01", "piloting")
    assert Solution.objects.get().state == SolutionState.COMMUNICATED
    step(solution, "01", "in_use")
    moved = Solution.objects.get()
    assert moved.state == SolutionState.SPREADING
    assert regions["01"].name in moved.state_reason
    step(solution, "03", "in_use")
    assert News.objects.filter(what="state").count() == 1


# ---------------------------------------------------------------- corrections


def test_a_wrong_step_is_answered_and_never_gone(solution, step, people):
    step(solution, "01", "decided", dt.date(2027, 1, 10))
    wrong = step(solution, "01", "in_use", dt.date(2027, 2, 10))
    right = adopting.correct_step(
        by=people["01"], step=wrong, stage="piloting", occurred_on=dt.date(2027, 2, 1), proof="Det var bara en pilot."
    )
    assert right.corrects == wrong
    assert AdoptionStep.objects.count() == 3
    row = queries.stage_in(solution, "01")
    assert [one.stage for one in row.steps] == ["decided", "piloting"]
    assert row.gone == {wrong.pk}
    assert catalogue(None).get().in_use is None
    assert queries.adoptions_in(right.adoption.region)[0].stage == "piloting"
    with pytest.raises(WrongState, match="redan rättat"):
        adopting.correct_step(by=people["01"], step=wrong, stage="", occurred_on=TODAY, proof=PROOF)


def test_a_step_is_taken_back(solution, step, people):
    only = step(solution, "01", "in_use")
    adopting.correct_step(by=people["01"], step=only, stage="", occurred_on=TODAY, proof="Det gällde en annan lösning.")
    row = queries.stage_in(solution, "01")
    assert (row.step, row.stage, len(row.every)) == (None, "", 2)
    assert step(solution, "01", "interested").stage == "interested"


def test_a_correction_keeps_its_place_and_the_way_must_hold(solution, step, people):
    first = step(solution, "01", "interested", dt.date(2027, 1, 1))
    middle = step(solution, "01", "decided", dt.date(2027, 1, 10))
    step(solution, "01", "piloting", dt.date(2027, 2, 1))

    def correct(what, stage, on, **other):
        return adopting.correct_step(
            by=people["01"], step=what, stage=stage, occurred_on=on, proof=PROOF, **asked_at(stage) | other
        )

    assert refused(lambda: correct(middle, "decided", dt.date(2027, 3, 1))) == ["occurred_on"]
    assert refused(lambda: correct(middle, "decided", TODAY + dt.timedelta(days=1))) == ["occurred_on"]
    assert refused(lambda: correct(middle, "rolling_out", dt.date(2027, 1, 10))) == ["stage"]
    assert refused(lambda: correct(middle, "decided", dt.date(2027, 2, 1))) == ["occurred_on"]
    correct(middle, "decided", dt.date(2027, 1, 12))
    correct(first, "", dt.date(2027, 1, 1))
    row = queries.stage_in(solution, "01")
    assert [(one.stage, one.occurred_on.day) for one in row.steps] == [("decided", 12), ("piloting", 1)]
    assert queries.adoptions_in(row.region)[0].stage == "piloting"


def test_somebody_else_does_not_correct(solution, step, people):
    wrong = step(solution, "01", "in_use")
    with pytest.raises(NotAllowed):
        adopting.correct_step(by=people["14"], step=wrong, stage="", occurred_on=TODAY, proof=PROOF)


# ---------------------------------------------------------------- counts and confirmations


def test_counts_leave_out_the_owner_the_variants_and_the_corrected(solution, step, people):
    for code in ("14", "01", "03", "12"):
        step(solution, code, "in_use")
    adoption = Adoption.objects.get(region__code="03")
    core = solution.core_functions.create(position=1, text="Tolken nås inom en minut")
    adapting.record_adaptation(
        by=people["03"], adoption=adoption, occurred_on=TODAY, terms=TERMS, text="Ingen tidsgräns.", touches=[core]
    )
    wrong = AdoptionStep.objects.get(adoption__region__code="12")
    adopting.correct_step(by=people["12"], step=wrong, stage="", occurred_on=TODAY, proof="Fel lösning.")
    found = queries.counts(queries.stages_of(solution), TODAY)
    assert (found.in_use, found.reuse, found.variants, found.begun, found.stopped) == (2, 1, 1, 0, 0)
    assert catalogue(None).get().in_use == 2
    read = spreading.spread_of(solution, TODAY)
    assert [(s.region, s.stage) for s in read.read.steps if s.region != "14"] == [("01", "in_use"), ("03", "declined")]
    assert len(read.read.eligible) == 20


def test_a_word_holds_for_180_days(solution, step, people):
    step(solution, "01", "in_use")
    adoption = Adoption.objects.get()
    for days, confirmed in ((180, 1), (181, 0)):
        day = TODAY + dt.timedelta(days=days)
        assert queries.counts(queries.stages_of(solution), day).confirmed == confirmed
        late, _asked = queries.waits_to_be_said(people["01"], day)
        assert len(late) == 1 - confirmed
    with time_machine.travel(NOW + dt.timedelta(days=181)):
        adopting.confirm_adoption(by=people["01"], adoption=adoption)
        with pytest.raises(WrongState, match="redan"):
            adopting.confirm_adoption(by=people["01"], adoption=adoption)
    assert queries.counts(queries.stages_of(solution), TODAY + dt.timedelta(days=300)).confirmed == 1
    with pytest.raises(NotAllowed):
        adopting.confirm_adoption(by=people["14"], adoption=adoption)


def test_what_has_ended_is_not_confirmed(solution, step, people):
    step(solution, "01", "declined")
    with pytest.raises(WrongState):
        adopting.confirm_adoption(by=people["01"], adoption=Adoption.objects.get())


# ---------------------------------------------------------------- suggestions


def test_the_owner_only_suggests(solution, people, regions, step):
    def suggest(by="14", to="01", text="Vi har sett den hos er."):
        return adopting.suggest_adoption(by=people[by], solution=solution, region=regions[to], text=text)

    with pytest.raises(NotAllowed):
        suggest(by="03")
    assert refused(lambda: suggest(to="14")) == ["region"]
    assert refused(lambda: suggest(to="delegation", text="x")) == ["text", "region"]
    asked = suggest()
    with pytest.raises(WrongState, match="redan"):
        suggest()
    assert not Adoption.objects.exists()
    assert queries.waits_to_be_said(people["01"], TODAY)[1] == [asked]
    answer = lambda by, what, note="": adopting.answer_suggestion(  # noqa: E731
        by=people[by], suggestion=asked, answer=what, note=note
    )
    with pytest.raises(NotAllowed):
        answer("14", "yes")
    assert refused(lambda: answer("01", "no")) == ["note"]
    assert refused(lambda: answer("01", "kanske")) == ["answer"]
    answer("01", "no", "Vi har en egen lösning.")
    with pytest.raises(WrongState):
        answer("01", "yes")
    assert Suggestion.objects.get().answer == "no"
    step(solution, "01", "in_use")
    with pytest.raises(WrongState, match="redan angett"):
        suggest()


# ---------------------------------------------------------------- adaptations, fidelity, volumes


def test_form_may_change_and_the_core_may_not(make, solution, step, people, regions):
    step(solution, "01", "in_use")
    adoption = Adoption.objects.get()
    core = solution.core_functions.create(position=1, text="Nås inom en minut")
    foreign = make("annan").core_functions.create(position=1, text="Något annat")

    def adapt(**other):
        values = {"occurred_on": TODAY, "terms": TERMS, "text": "Annan blankett.", **other}
        return adapting.record_adaptation(by=people["01"], adoption=adoption, **values)

    assert refused(lambda: adapt(text="x")) == ["text"]
    assert refused(lambda: adapt(terms={**TERMS, "goal": "hitta på"})) == ["goal"]
    assert refused(lambda: adapt(touches=[foreign])) == ["touches"]
    assert adapt().is_variant is False
    changed = adapt(touches=[core], becomes_provider=True)
    assert (changed.is_variant, changed.becomes_provider) == (True, True)
    assert queries.stage_in(solution, "01").counts is False
    made = adapting.make_variant(by=people["01"], adaptation=changed, title="Tolk utan tidsgräns", summary="Så här.")
    assert (made.variant_of, made.owner, made.state) == (solution, regions["01"], SolutionState.IDENTIFIED)
    with pytest.raises(WrongState, match="redan"):
        adapting.make_variant(by=people["01"], adaptation=changed, title="En till", summary="Så här.")
    assert refused(lambda: adapting.undo_adaptation(by=people["01"], adaptation=changed, note="")) == ["note"]
    adapting.undo_adaptation(by=people["01"], adaptation=changed, note="Vi är tillbaka i originalet.")
    assert queries.stage_in(solution, "01").counts is True
    with pytest.raises(WrongState):
        adapting.undo_adaptation(by=people["01"], adaptation=changed, note="Vi är tillbaka i originalet.")
    with pytest.raises(NotAllowed):
        adapting.record_adaptation(
            by=people["14"], adoption=adoption, occurred_on=TODAY, terms=TERMS, text="Annan blankett."
        )


def test_fidelity_is_a_share_and_a_fall_is_an_alarm(solution, step, people):
    step(solution, "01", "in_use")
    adoption = Adoption.objects.get()

    def check(**values):
        given = {"checked_on": TODAY, "method": "Journalgranskning", **values}
        return adapting.check_fidelity(by=people["01"], adoption=adoption, **given)

    assert refused(lambda: check(planned=0, delivered=0)) == ["planned"]
    assert refused(lambda: check(planned=4, delivered=5)) == ["delivered"]
    assert refused(lambda: check(planned=4, delivered=4, method="")) == ["method"]
    for day, delivered in ((1, 20), (2, 18), (3, 15)):
        check(checked_on=dt.date(2027, 2, day), planned=20, delivered=delivered)
    assert [one.drifts for one in queries.checked([adoption])[adoption.pk]] == [False, False, True]
    core = [solution.core_functions.create(position=n, text=f"Kärna {n}") for n in range(4)]
    assert (lambda row: (row.delivered, row.planned))(check(functions=core[:3])) == (3, 4)


def test_volumes_before_and_after(make, step, people):
    solution = make("sluta", kind="phasing_out")
    step(solution, "01", "decided", dt.date(2026, 1, 1))
    adoption = Adoption.objects.get()

    def volume(starts, ends, number, before, unit="artroskopier"):
        return adapting.record_volume(
            by=people["01"],
            adoption=adoption,
            starts_on=starts,
            ends_on=ends,
            number=number,
            unit=unit,
            is_before=before,
            source="Operationsregistret",
        )

    volume(dt.date(2025, 1, 1), dt.date(2025, 12, 31), 365, True)
    bad = [
        (dt.date(2025, 12, 31), dt.date(2026, 3, 1), False, "artroskopier", "starts_on"),
        (dt.date(2026, 3, 1), dt.date(2026, 2, 1), False, "artroskopier", "ends_on"),
        (dt.date(2026, 1, 1), dt.date(2028, 2, 1), False, "artroskopier", "ends_on"),
        (dt.date(2026, 1, 1), dt.date(2026, 2, 1), False, "dagar", "unit"),
        (dt.date(2024, 1, 1), dt.date(2024, 2, 1), False, "artroskopier", "starts_on"),
    ]
    for starts, ends, before, unit, field in bad:
        assert refused(lambda s=starts, e=ends, b=before, u=unit: volume(s, e, 1, b, u)) == [field]
    volume(dt.date(2026, 1, 1), dt.date(2026, 1, 31), 10, False)
    volume(dt.date(2026, 3, 1), dt.date(2026, 3, 31), 0, False, "Artroskopier")
    told = showing.volumes_in(adoption.region, list(PhasedVolume.objects.order_by("starts_on")))
    assert told.change == pytest.approx((10 / 62) / (365 / 365) - 1)
    assert told.words == "Har minskat med 84 procent, räknat per dag."
    other = step(make("annan"), "01", "interested").adoption
    with pytest.raises(WrongState):
        adapting.record_volume(
            by=people["01"],
            adoption=other,
            starts_on=TODAY,
            ends_on=TODAY,
            number=1,
            unit="x",
            is_before=True,
            source="Operationsregistret",
        )


DAYS_THAT_HAVE_BEEN = {
    ("AdoptionStep", "occurred_on"),
    ("Adaptation", "occurred_on"),
    ("FidelityCheck", "checked_on"),
    ("PhasedVolume", "starts_on"),
    ("PhasedVolume", "ends_on"),
}


def test_no_field_can_hold_a_day_that_lies_ahead(make, step, people):
    """Every date column of an introduction is one that an act below refuses to fill with tomorrow."""
    from django.db.models import DateField, DateTimeField

    from hemtag.solutions.models import adopting as module

    models = [one for one in vars(module).values() if getattr(one, "__module__", "") == module.__name__]
    columns = {
        (one.__name__, field.name)
        for one in models
        if hasattr(one, "_meta")
        for field in one._meta.fields
        if isinstance(field, DateField) and not isinstance(field, DateTimeField)
    }
    assert columns == DAYS_THAT_HAVE_BEEN
    solution, tomorrow = make("sluta", kind="phasing_out"), TODAY + dt.timedelta(days=1)
    first = step(solution, "01", "decided", dt.date(2027, 1, 1))
    own = {"by": people["01"], "adoption": Adoption.objects.get()}
    acts = {
        "occurred_on": [
            lambda: step(solution, "01", "piloting", tomorrow),
            lambda: adopting.correct_step(
                by=people["01"], step=first, stage="interested", occurred_on=tomorrow, proof=PROOF
            ),
            lambda: adapting.record_adaptation(**own, occurred_on=tomorrow, terms=TERMS, text="Annan blankett."),
        ],
        "checked_on": [
            lambda: adapting.check_fidelity(**own, checked_on=tomorrow, method=PROOF, planned=1, delivered=1)
        ],
        "starts_on": [
            lambda: adapting.record_volume(
                **own, starts_on=tomorrow, ends_on=tomorrow, number=1, unit="x", is_before=False, source=PROOF
            )
        ],
        "ends_on": [
            lambda: adapting.record_volume(
                **own, starts_on=TODAY, ends_on=tomorrow, number=1, unit="x", is_before=False, source=PROOF
            )
        ],
    }
    assert set(acts) == {name for _model, name in columns}
    for field, tries in acts.items():
        for act in tries:
            assert refused(act) == [field]


def test_each_act_leaves_its_event(solution, step, people, regions):
    core = solution.core_functions.create(position=1, text="Nås inom en minut")
    with Events() as events:
        made = step(solution, "01", "in_use")
        own = {"by": people["01"], "adoption": made.adoption}
        adopting.confirm_adoption(**own)
        changed = adapting.record_adaptation(
            **own, occurred_on=TODAY, terms=TERMS, text="Ingen tidsgräns.", touches=[core]
        )
        adapting.make_variant(by=people["01"], adaptation=changed, title="Utan gräns", summary="Så här gör vi.")
        adapting.undo_adaptation(by=people["01"], adaptation=changed, note="Tillbaka i originalet.")
        adapting.check_fidelity(**own, checked_on=TODAY, method="Journalgranskning", functions=[core])
        adopting.correct_step(
            by=people["01"], step=made, stage="piloting", occurred_on=TODAY, proof="Det var bara en pilot."
        )
        asked = adopting.suggest_adoption(by=people["14"], solution=solution, region=regions["03"], text="Vi tror det.")
        adopting.answer_suggestion(by=people["03"], suggestion=asked, answer="yes")
    assert events.verbs == [
        "recorded_step",
        "confirmed_adoption",
        "recorded_adaptation",
        "made_variant",
        "undid_adaptation",
        "checked_fidelity",
        "corrected_step",
        "suggested_adoption",
        "answered_suggestion",
    ]
