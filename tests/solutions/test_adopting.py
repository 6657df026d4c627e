"""Each region's own steps: what they need, corrections, confirmations, suggestions, adaptations, fidelity, volumes."""

import datetime as dt
import json
import re

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hemtag import uptake
from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold, NotAllowed, WrongState
from hemtag.solutions import showing
from hemtag.solutions.actions import adapting, adopting
from hemtag.solutions.checks import adopting as checks
from hemtag.solutions.frame import FRAME
from hemtag.solutions.models import (
    CLOSED,
    NEEDS_REASON,
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
from tests.solutions.steps import asked_at

TODAY = dt.date(2027, 3, 15)
NOW = dt.datetime(2027, 3, 15, 9, tzinfo=dt.UTC)
PROOF = "Driftsättningsprotokoll"
TERMS = {name: next(iter(heading.answers)) for name, heading in FRAME.items()}


@pytest.fixture(autouse=True)
def _the_day():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def people(person):
    return {code: person(Role.AUTHOR, code) for code in ("01", "03", "12", "14")}


@pytest.fixture
def make(regions):
    """`make()`: a solution that region 14 owns."""

    def one(slug="tolk", **values):
        given = {"title": "Digital tolk", "kind": "ai", "specialty": "primärvård", "problem": "Köer.", "summary": "Så."}
        given |= {"owner": regions["14"], "state": SolutionState.SCREENED, "proposed_at": NOW, **values}
        return Solution.objects.create(slug=slug, **given)

    return one


@pytest.fixture
def solution(make):
    return make()


@pytest.fixture
def step(people, regions):
    def take(solution, code, stage, on=TODAY, **other):
        values = {"proof": PROOF, **asked_at(stage), **other}
        return adopting.record_step(
            by=people[code], solution=solution, region=regions[code], stage=Stage(stage), occurred_on=on, **values
        )

    return take


def refused(act):
    with pytest.raises(DoesNotHold) as refusal:
        act()
    return [problem.field for problem in refusal.value.problems]


def placed(solution, region, stage, on=TODAY):
    """A region put at a stage, without the way there."""
    adoption, _new = Adoption.objects.get_or_create(solution=solution, region=region)
    if stage:
        adoption.steps.create(stage=stage, occurred_on=on, proof="x", recorded_at=timezone.now())
    return adoption


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


# ---------------------------------------------------------------- pages


def spread_out(solution, regions, used, begun=()):
    for number, code in enumerate(used):
        placed(solution, regions[code], "decided", dt.date(2026, 1, 10))
        placed(solution, regions[code], "in_use", dt.date(2026, 3, 1) + dt.timedelta(days=10 * number))
    for code in begun:
        placed(solution, regions[code], "decided", dt.date(2026, 1, 10))
    AdoptionStep.objects.update(recorded_at=NOW)


def test_the_page_says_it_first_shows_all_21_and_is_light(solution, regions, client):
    every = [code for code in regions if code.isdigit()]
    spread_out(solution, regions, every[:20], every[20:])
    answer = client.get(f"/losningar/{solution.slug}/inforanden/")
    shown = answer.content.decode()
    assert "I drift i 20 av 21 regioner, 20 bekräftade. Mediantid från beslut till drift" in shown
    assert all(region.short_name in shown for code, region in regions.items() if code.isdigit())
    assert shown.count("<path class=") >= 21
    assert "Ingen prognos" in shown or "nio av tio utfall" in shown
    assert "style=" not in shown
    assert len(answer.content) < 100_000, len(answer.content)


def test_the_page_asks_as_much_for_one_as_for_many(make, regions, client):
    counts = []
    urls = []
    for slug, used in (("en", ["01"]), ("fler", ["01", "03", "04", "05", "12"])):
        row = make(slug, title=slug)
        spread_out(row, regions, used)
        urls = [f"/losningar/{slug}/inforanden/", f"/losningar/{slug}/inforanden/region/01/", "/losningar/spridning/"]
        for url in urls:
            client.get(url)
        asked = []
        for url in urls:
            with CaptureQueriesContext(connection) as held:
                assert client.get(url).status_code == 200
            asked.append(len(held))
        counts.append(asked)
    assert counts[0] == counts[1], counts
    assert max(counts[0]) <= 26, counts


def test_no_forecast_before_three_and_one_after(make, regions, client):
    few, many = make("fa", title="Få"), make("manga", title="Många")
    spread_out(few, regions, ["01", "03", "14"])
    spread_out(many, regions, ["01", "03", "04"])
    found = spreading.pooled(TODAY)
    assert found.refused["fa"] == "too_few_adopters"
    assert set(found.of) == {"manga"}
    fan = found.of["manga"].fan
    assert len(fan) == 5
    assert all(low <= high for low, high in zip(fan[0], fan[4], strict=True))
    assert "Ingen prognos än" in client.get("/losningar/fa/inforanden/").content.decode()
    assert "nio av tio utfall" in client.get("/losningar/manga/inforanden/").content.decode()


def test_the_models_are_fitted_once_until_something_happens(solution, regions, step, monkeypatch):
    spread_out(solution, regions, ["01", "03", "04"])
    fitted = []
    whole = uptake.forecast
    monkeypatch.setattr(uptake, "forecast", lambda *given: fitted.append(1) or whole(*given), raising=False)
    first = spreading.pooled(TODAY)
    assert spreading.pooled(TODAY) == first
    assert len(fitted) == 1
    step(solution, "12", "interested")
    spreading.pooled(TODAY)
    assert len(fitted) == 2


def test_the_numbers_are_those_of_the_pure_package(solution, regions):
    spread_out(solution, regions, ["01", "03", "04"], ["12"])
    found = spreading.spread_of(solution, TODAY)
    whole, _faults = uptake.examine(spreading.file_for(solution, TODAY), TODAY)
    one = whole.solutions[0]
    for own, pure in zip(found.rungs, uptake.funnel((one,), TODAY), strict=True):
        assert (own.stage, own.reached, own.here, own.left) == (pure.stage, pure.reached, pure.here, pure.left)
        assert (own.days and own.days.quantile()) == (pure.days and pure.days.quantile())
    assert found.curve.waiting.tolist() == uptake.waiting_curve(one, TODAY).waiting.tolist()
    assert found.curve.times.tolist() == [50.0, 60.0, 70.0]
    assert found.decided_to_use.quantile() == 60
    rungs = showing.rungs_of(found.rungs, spreading.names(), {})
    assert [(row.stage, row.reached) for row in rungs] == [
        ("interested", 4),
        ("decided", 4),
        ("piloting", 3),
        ("rolling_out", 3),
        ("in_use", 3),
    ]
    assert rungs[1].median == 60
    assert rungs[1].stuck == ((regions["12"].short_name, (TODAY - dt.date(2026, 1, 10)).days),)


def test_the_export_is_what_hemtag_uptake_reads(solution, regions, client, tmp_path):
    spread_out(solution, regions, ["01", "03"])
    answer = client.get(f"/losningar/{solution.slug}/inforanden.json")
    file = tmp_path / "inforanden.json"
    file.write_bytes(answer.content)
    spread = uptake.load_spread(file, TODAY)
    assert spread.solution(solution.slug).origin == ("14",)
    assert len(spread.solution(solution.slug).steps) == 4
    import jsonschema

    with open("data/schemas/uptake.schema.json", encoding="utf-8") as schema:
        jsonschema.validate(json.loads(answer.content), json.load(schema))


def test_the_sheets_have_every_step_and_no_formula(solution, regions, step, people, client):
    wrong = step(solution, "01", "in_use", proof="=1+1 är en formel")
    adopting.correct_step(by=people["01"], step=wrong, stage="", occurred_on=TODAY, proof="Fel lösning.")
    text = client.get(f"/losningar/{solution.slug}/inforanden.csv").content.decode("utf-8-sig")
    lines = text.strip().splitlines()
    assert len(lines) == 3
    assert "'=1+1 är en formel" in lines[1]
    assert ";nej;" in lines[1]
    book = client.get(f"/losningar/{solution.slug}/inforanden.xlsx")
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_filelike(__import__("io").BytesIO(book.content)).get_sheet_by_index(0).to_python()
    assert rows[1][9] == "=1+1 är en formel"


def test_a_region_walks_through_the_pages(make, regions, people, client_as, client):
    solution = make(kind="phasing_out")
    core = solution.core_functions.create(position=1, text="<b>Kärnan</b>")
    own, url = client_as(people["01"]), f"/losningar/{solution.slug}/inforanden/"
    first = own.get(f"{url}nytt/").content.decode()
    assert 'value="decided"' in first
    asked = own.get(f"{url}nytt/?steg=decided").content.decode()
    assert "Vem beslutade?" in asked
    assert "Hur många använder lösningen?" not in asked
    data = {"region": "01", "stage": "decided", "occurred_on": "2027-03-01", "proof": "<script>alert(1)</script>"}
    lacking = own.post(f"{url}nytt/", {**data, "decision_body": "Nämnden", "decision_number": "vet ej"})
    assert lacking.status_code == 422
    assert "paragraf eller diarienummer" in lacking.content.decode()
    done = own.post(f"{url}nytt/", {**data, "decision_body": "Nämnden", "decision_number": "§ 4"})
    assert done["Location"] == url
    step = AdoptionStep.objects.get()
    assert step.decision_reference == "Nämnden, § 4"
    region = f"{url}region/01/"
    for page in (region, url, f"/losningar/{solution.slug}/"):
        shown = client.get(page).content.decode()
        assert "<script>alert(1)" not in shown
    adaptation = {"occurred_on": "2027-03-02", "text": "Annat sätt att göra det", "touches": [core.pk], **TERMS}
    assert own.post(f"{region}anpassning/", {**adaptation, "goal": ""}).status_code == 422
    assert own.post(f"{region}anpassning/", adaptation).status_code == 302
    pk = step.adoption.adaptations.get().pk
    assert own.post(f"{region}anpassning/{pk}/variant/", {"title": "Egen", "summary": "Så."}).status_code == 302
    assert own.post(f"{region}anpassning/{pk}/avsluta/", {"note": "Gäller inte mer"}).status_code == 302
    checked = {"checked_on": "2027-03-02", "functions": [core.pk], "method": "Journalgranskning"}
    assert own.post(f"{region}foljsamhet/", checked).status_code == 302
    volume = {"is_before": "yes", "starts_on": "2026-01-01", "ends_on": "2026-12-31", "number": "40", "unit": "st"}
    assert own.post(f"{region}volym/", {**volume, "source": "Registret, alla"}).status_code == 302
    assert own.post(f"{region}bekrafta/", {}).status_code == 302
    shown = own.get(region).content.decode()
    for words in ("&lt;b&gt;Kärnan", "Journalgranskning", "1 av 1", "40", "Nämnden, § 4", "avslutad", "Rätta"):
        assert words in shown
    corrected = own.post(f"{url}{step.pk}/ratta/", {"stage": "taken_back", "proof": "Det gällde en annan."})
    assert corrected.status_code == 302
    assert "<del>" in client.get(region).content.decode()
    assert client_as(people["03"]).get(f"{url}{step.pk}/ratta/").status_code == 404
    assert client_as(people["03"]).get(f"{region}anpassning/").status_code == 404
    assert client.get(f"{url}region/99/").status_code == 404
    owner = client_as(people["14"])
    assert owner.post(f"{url}foresla/", {"region": "03", "text": "Vi har sett den där"}).status_code == 302
    pk = Suggestion.objects.get().pk
    home = client_as(people["03"])
    assert f"fraga/{pk}/" in home.get("/min-sida/").content.decode()
    assert home.post(f"{url}fraga/{pk}/", {"answer": "no", "note": ""}).status_code == 422
    assert home.post(f"{url}fraga/{pk}/", {"answer": "yes"})["Location"] == f"{url}nytt/"


def test_the_regions_page_tells_what_it_stopped_and_why(solution, step, client):
    step(solution, "01", "declined", reason="integration", proof="Kopplingen blev för dyr.")
    shown = client.get("/regioner/01/").content.decode()
    assert "Går inte att koppla till våra system" in shown
    assert "Kopplingen blev för dyr." in shown
    page = client.get(f"/losningar/{solution.slug}/inforanden/").content.decode()
    assert re.search(r"Går inte att koppla till våra system</th><td class=\"num\">1<", page)


def test_reasons_are_asked_exactly_where_somebody_goes_out():
    assert {stage for stage in Stage if "reason" in asked_at(stage)} == set(NEEDS_REASON)
