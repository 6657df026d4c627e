"""The reference data agrees with the documents, marks what is assumed and invented, and gives a real choice."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from hemtag.grants import reference
from hemtag.grants.reference import DATA, ApplicationData, BadData, Reference
from hemtag.grants.reference.binding import grounded_in

MKR = 1_000_000


@pytest.fixture(scope="module")
def everything() -> Reference:
    return reference.load_everything()


@pytest.fixture(scope="module")
def judged(everything: Reference) -> list[ApplicationData]:
    """The applications that are handed in and eligible, so that they compete for the money."""
    return [row for row in everything.applications if row.course == "handed_in" and row.is_eligible]


def words(text: str) -> str:
    return " ".join(text.split())


# ------------------------------------------------------------------------------------------------ regions and the call


def test_there_are_21_regions_with_source_and_year(everything: Reference) -> None:
    assert len(everything.regions) == 21
    assert {region.code for region in everything.regions} >= {"01", "09", "12", "14", "25"}
    assert sum(region.population for region in everything.regions) == 10_551_707
    assert all(region.source and region.year == 2023 for region in everything.regions)


def test_the_call_says_what_the_documents_say(everything: Reference) -> None:
    call = everything.call
    assert (call.window.opens.isoformat(), call.window.closes.isoformat()) == ("2026-04-01", "2026-06-15")
    assert call.years == (2025, 2026, 2027, 2028, 2029, 2030)
    assert {call.frame(year) for year in call.years} == {250 * MKR}
    assert {row.key for row in call.measure_types if row.wish} == {"structure", "phasing_out"}
    assert call.rules.id == "SFS 2024:1102"
    assert not call.rules.appeal
    assert call.rules.interest_margin_percentage_points == 2
    assert call.rules.minuted_decision_per_participant
    assert call.rules.one_form_per_responsible_region
    paragraph_14 = next(clause for clause in call.rules.clauses if clause.paragraph == "14 §")
    assert len(paragraph_14.demands) == 10


def test_earlier_commitments_are_subtracted(everything: Reference) -> None:
    call = everything.call
    assert [call.free(year) // MKR for year in call.years] == [0, 180, 210, 250, 250, 250]
    assert call.free_authorisation() == 660 * MKR


def test_the_hourly_cost_follows_from_its_formula(everything: Reference) -> None:
    pay = everything.call.fact("monthly_pay").value
    assert everything.call.fact("hourly_cost").value == round(pay / 142 * 154 / 100)


def test_every_figure_of_the_call_and_the_real_applications_has_a_ground(everything: Reference) -> None:
    real = [row for row in everything.applications if not row.invented]
    found = [grounded for thing in (everything.call, *real) for _, grounded in grounded_in(thing, "")]
    assert len(found) > 70
    assert all(grounded.is_grounded for grounded in found)
    assert all(cell.basis.is_grounded for row in everything.applications for cell in row.cells())


def test_every_quote_stands_word_for_word_in_the_document_it_names(everything: Reference) -> None:
    texts = {
        row.title: words((DATA / "sources" / row.text).read_text("utf-8"))
        for row in everything.call.sources
        if row.text
    }
    real = [row for row in everything.applications if not row.invented]
    quoted = [
        grounded for thing in (everything.call, *real) for _, grounded in grounded_in(thing, "") if grounded.quote
    ]
    quoted += [row for row in real if row.quote]
    assert len(quoted) > 30
    for grounded in quoted:
        assert words(grounded.quote) in texts[grounded.source]


# ------------------------------------------------------------------------------------------- the two real applications


@pytest.mark.parametrize(
    ("id", "years", "per_year", "beside"),
    [("ai", range(2026, 2031), 28 * MKR, 7 * MKR), ("skalning", range(2026, 2029), 25 * MKR, 4 * MKR)],
)
def test_the_budget_adds_up_to_the_documents_figures(
    everything: Reference, id: str, years: range, per_year: int, beside: int
) -> None:
    cells = everything.application(id).cells()
    own = [cell for cell in cells if cell.kind == "own_time"]
    other = [cell for cell in cells if cell.kind != "own_time"]
    assert reference.requested_by(cells, "year") == dict.fromkeys(years, per_year)
    assert set(reference.requested_by(own, "region", "year").values()) == {1 * MKR}
    assert len(reference.requested_by(own, "region", "year")) == 21 * len(years)
    assert reference.requested_by(other, "year") == dict.fromkeys(years, beside)
    assert {cell.region for cell in other} == {"14"}
    assert reference.requested(cells) == per_year * len(years)
    assert sum(reference.requested_by(cells, "block").values()) == per_year * len(years)


def test_the_real_applications_are_in_one_form_with_all_regions(everything: Reference) -> None:
    real = [row for row in everything.applications if not row.invented]
    assert {row.id for row in real} == {"ai", "skalning"}
    assert {row.responsible for row in real} == {"14"}
    assert all(len(row.participants) == 21 for row in real)
    assert {row.obstacle for row in everything.application("ai").blocks} == {"", "data", "law", "risk", "benefit"}
    assert not any(everything.application(id).block(block).effects[0].horizon != "enabling"
                   for id, block in (("ai", "juridik"), ("skalning", "kommunicera")))  # fmt: skip


def test_every_effect_is_wide_and_reasoned(everything: Reference) -> None:
    for application in everything.applications:
        assert any(effect.perspective == "region" for block in application.blocks for effect in block.effects)
        for block in application.blocks:
            for effect in block.effects:
                assert effect.low_sek <= effect.likely_sek < effect.high_sek
                assert len(effect.assumption) > 30


# ------------------------------------------------------------------------------------------------------ the demo round


def test_every_invented_application_says_so(everything: Reference) -> None:
    invented = [row for row in everything.applications if row.invented]
    assert len(invented) == 25
    assert {path.stem for path in (DATA / "demo" / "applications").glob("*.toml")} == {row.id for row in invented}
    assert all("påhittad" in row.assumption for row in invented)
    assert all("påhittad" in row.plan.assumption.lower() for row in invented)
    assert {row.responsible for row in invented}.isdisjoint({"14"})


def test_texts_fit_their_columns(everything: Reference) -> None:
    for row in everything.applications:
        assert max(len(row.title), len(row.plan.owner), *(len(block.title) for block in row.blocks)) <= 160
        assert row.plan.measuring_points[-1].on.year > max(row.years)
        for point in row.plan.measuring_points:
            assert len(point.indicator) <= 200
            assert max(len(point.baseline), len(point.target)) <= 120
    assert all(len(row.paragraph) <= 40 and len(row.body) <= 120 for row in everything.minutes)


def test_all_measure_types_are_applied_for(everything: Reference, judged: list[ApplicationData]) -> None:
    assert {key for row in judged for key in row.measure_types} == {row.key for row in everything.call.measure_types}


def test_one_draft_lacks_a_minuted_decision_and_all_others_have_theirs(everything: Reference) -> None:
    have = {(row.region, id) for row in everything.minutes for id in row.applications}
    lacking = {(region, row.id) for row in everything.applications for region in row.participants} - have
    draft = next(row for row in everything.applications if row.course == "draft")
    assert lacking == {("25", draft.id)}
    # One form per responsible region: the draft must not hold back another application.
    assert [row.id for row in everything.applications if row.responsible == draft.responsible] == [draft.id]
    window = everything.call.window
    assert all(row.decided_on <= window.closes and row.decided_on.weekday() < 5 for row in everything.minutes)


def test_one_application_has_other_state_support_and_one_was_completed(everything: Reference) -> None:
    assert [row.id for row in everything.applications if not row.is_eligible] == ["cellprov"]
    asked = [row.completion for row in everything.applications if row.completion]
    assert len(asked) == 1
    assert asked[0].asked_on < asked[0].due_on


def test_the_round_asks_for_about_twice_the_free_money(everything: Reference, judged: list[ApplicationData]) -> None:
    demand = reference.demand_by_year(judged)
    for year in (2026, 2027, 2028):
        assert 1.7 <= demand[year] / everything.call.free(year) <= 2.2
    assert demand[2029] < everything.call.free(2029)


def test_the_exact_choice_differs_from_both_simple_rankings(
    everything: Reference, judged: list[ApplicationData]
) -> None:
    blocks = [(row, block) for row in judged for block in row.blocks]
    years = [2026, 2027, 2028, 2029, 2030]
    costs = np.array([
        [reference.requested_by([c for c in row.cells() if c.block == block.key], "year").get(y, 0) for y in years]
        for row, block in blocks
    ])  # fmt: skip
    effects = np.array([reference.likely_effect(block) for _, block in blocks])
    free = np.array([everything.call.free(year) for year in years])
    later = everything.call.free_authorisation()
    place = {(row.id, block.key): number for number, (row, block) in enumerate(blocks)}

    needs = []
    for number, (row, block) in enumerate(blocks):
        for need in block.needs:
            line = np.zeros(len(blocks))
            line[number], line[place[row.id, need]] = 1, -1
            needs.append(line)
    answer = milp(
        -effects / MKR,
        constraints=[
            LinearConstraint(costs.T / MKR, -np.inf, free / MKR),
            LinearConstraint(costs[:, 1:].sum(axis=1)[None] / MKR, -np.inf, later / MKR),
            LinearConstraint(np.array(needs), -np.inf, 0),
        ],
        integrality=np.ones(len(blocks)),
        bounds=Bounds(0, 1),
    )
    exact = int(effects[answer.x > 0.5].sum())

    def ranked(key: dict[str, float]) -> tuple[int, set[str]]:
        left, later_left, value, chosen = free.copy(), later, 0, set()
        for row in sorted(judged, key=lambda row: -key[row.id]):
            mine = [place[row.id, block.key] for block in row.blocks]
            cost = costs[mine].sum(axis=0)
            if (cost <= left).all() and cost[1:].sum() <= later_left:
                left, later_left = left - cost, later_left - cost[1:].sum()
                value, chosen = value + int(effects[mine].sum()), chosen | {row.id}
        return value, chosen

    weights = {row.key: row.weight for row in everything.call.criteria}
    ratio = {row.id: sum(map(reference.likely_effect, row.blocks)) / reference.requested(row.cells()) for row in judged}
    score: dict[str, float] = dict.fromkeys(ratio, 0.0)
    for assessment in everything.assessments:
        score[assessment.application] += sum(weights[key] * level for key, level in assessment.levels.items())
    by_ratio, chosen_by_ratio = ranked(ratio)
    by_score, chosen_by_score = ranked(score)
    assert exact > by_ratio * 1.02
    assert by_ratio > by_score * 1.02
    assert chosen_by_ratio != chosen_by_score


def test_three_assessors_judge_every_competing_application_with_reasons(
    everything: Reference, judged: list[ApplicationData]
) -> None:
    by = {row.id: [a for a in everything.assessments if a.application == row.id] for row in judged}
    assert all(len({a.assessor for a in rows}) == 3 for rows in by.values())
    assert len(everything.assessments) == 3 * len(judged) == 75
    assert {level for a in everything.assessments for level in a.levels.values()} == {0, 1, 2, 3, 4, 5}
    differing = [id for id, rows in by.items() if len({tuple(a.levels.values()) for a in rows}) == 3]
    assert len(differing) >= 20


def test_the_people_can_walk_the_whole_way(everything: Reference) -> None:
    held = {(person.organisation, person.role) for person in everything.people}
    for region in everything.regions:
        assert (region.code, "representative") in held
    for code in ("14", "01", "12"):
        assert {(code, "author"), (code, "economist")} <= held
    roles = [person.role for person in everything.people if person.organisation == "delegation"]
    assert [roles.count(role) for role in ("case_officer", "assessor", "decision_maker", "payments_officer")] == [
        2,
        4,
        2,
        2,
    ]
    assert len([person for person in everything.people if person.conflict and person.home_region]) == 1
    assert {("catalogue", "catalogue_editor"), ("audit", "auditor")} <= held
    assert all(person.email.endswith(".demo.example") for person in everything.people)


def test_a_legal_position_on_ai_is_made_once_and_reused_by_two(everything: Reference) -> None:
    position = next(row for row in everything.underlag if row.kind == "legal_position")
    assert position.obstacles
    assert [reuse.region for reuse in position.reuse] == ["05", "20"]
    assert all(reuse.hours_saved == reuse.hours_alone - reuse.hours_spent > 0 for reuse in position.reuse)
    assert {row.kind for row in everything.obstacles} == set(reference.OBSTACLE_KINDS)
    assert len(everything.obstacles) == 8
    assert len(everything.underlag) == 6


def test_the_steps_of_an_adoption_are_in_order_of_time(everything: Reference) -> None:
    assert len(everything.solutions) >= 60
    for solution in everything.solutions:
        for region in {step.region for step in solution.steps}:
            dates = [step.occurred_on for step in solution.steps if step.region == region]
            assert dates == sorted(dates)


def test_every_region_reported_hours_in_both_half_years(everything: Reference) -> None:
    for id in ("ai", "skalning"):
        for month in ("2026-07", "2027-01"):
            rows = [row for row in everything.contributions if (row.application, row.from_month) == (id, month)]
            assert {row.region for row in rows} == {region.code for region in everything.regions}
            assert {row.block for row in rows} == {block.key for block in everything.application(id).blocks}


# ------------------------------------------------------------------------------------------------------ what is refused


def changed(path: Path, tmp_path: Path, old: str, new: str) -> Path:
    text = path.read_text("utf-8")
    assert old in text
    copy = tmp_path / path.name
    copy.write_text(text.replace(old, new, 1), "utf-8")
    return copy


@pytest.mark.parametrize(
    ("old", "new", "key", "why"),
    [
        ('title = "Regiongemensamt', 'titel = "x"\ntitle = "Regiongemensamt', "titel", "okänd nyckel"),
        ('goal = """', 'xgoal = """', "xgoal", "okänd nyckel"),
        ("invented = false", 'invented = "nej"', "invented", "true eller false"),
        ("per_region_per_year_sek = 150_000", "per_region_per_year_sek = 150_000.5", "sek", "ett helt tal"),
        (
            "per_region_per_year_sek = 150_000",
            "per_region_per_year_sek = 150_001",
            "stated",
            "28000021 i stället för 28000000",
        ),
        (
            "per_region_per_year_sek = 150_000",
            "per_region_per_year_sek = -150_000",
            "blocks.samordning.costs",
            "negativt",
        ),
        ("years = [2026, 2027", "years = [2025.5, 2027", "years[0]", "ett helt tal"),
        ('needs = ["samordning", "juridik"]', 'needs = ["forskning"]', "blocks.data.needs", "okänt"),
        ('title = "Samordning"', 'title = "Samordning"\nneeds = ["data"]', "blocks.needs", "går i cirkel"),
        ('kind = "own_time"', 'kind = "overhead"', "blocks.samordning.costs.kind", "okänt"),
        ('responsible = "14"', 'responsible = "99"', "responsible", "deltagande"),
        ("low_sek = 0", "low_sek = 9_000_000", "blocks.samordning.effects", "low ≤ likely ≤ high"),
        ('horizon = "enabling"', 'horizon = "soon"', "blocks.samordning.effects.horizon", "okänt"),
        ('assumption = "Fördelningen av 1 Mkr', 'text2 = "Fördelningen av 1 Mkr', "text2", "okänd nyckel"),
        ('id = "ai"', 'id = "ia"', "id", "filens namn"),
    ],
)
def test_a_broken_application_is_refused_with_file_and_key(
    tmp_path: Path, old: str, new: str, key: str, why: str
) -> None:
    path = changed(DATA / "applications" / "ai.toml", tmp_path, old, new)
    with pytest.raises(BadData) as caught:
        reference.load_application(path)
    assert "ai.toml" in str(caught.value)
    assert key in str(caught.value)
    assert why in str(caught.value)


def test_a_figure_without_ground_is_refused(tmp_path: Path) -> None:
    text = (DATA / "applications" / "ai.toml").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith('assumption = "Av 7 Mkr per år antas 2,5')]
    (tmp_path / "ai.toml").write_text("\n".join(lines), "utf-8")
    with pytest.raises(BadData, match=r"blocks\.samordning\.costs.*saknar source"):
        reference.load_application(tmp_path / "ai.toml")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("weight = 30", "weight = 31", "criteria.weight"),
        ("closes = 2026-06-15", "closes = 2026-03-15", "window"),
        ("amount_sek = 70_000_000", "amount_sek = 270_000_000", "earlier_commitments"),
        ('source = "Förutsättningar för ansökan', 'source = "Hörsägen om ansökan', "source"),
        ("year = 2025\n", "year = 2024\n", "frames"),
        ("{ level = 3,", "{ level = 4,", "levels"),
    ],
)
def test_a_broken_call_is_refused(tmp_path: Path, old: str, new: str, key: str) -> None:
    with pytest.raises(BadData) as caught:
        reference.load_call(changed(DATA / "calls" / "2026.toml", tmp_path, old, new))
    assert key in str(caught.value)


@pytest.mark.parametrize(
    ("file", "old", "new", "why"),
    [
        ("demo/applications/landrygg.toml", "invented = true", "invented = false", "invented"),
        ("demo/applications/landrygg.toml", "years = [2026, 2027]", "years = [2026, 2027, 2031]", "years"),
        (
            "demo/applications/landrygg.toml",
            'measure_types = ["phasing_out"]',
            'measure_types = ["magic"]',
            "measure_types",
        ),
        ("demo/minutes.toml", 'region = "01"', 'region = "02"', "minutes.region"),
        ("demo/minutes.toml", "invented = true", "invented = false", "invented"),
        ("demo/assessments/ai.toml", "lasting = 3", "lasting = 6", "0–5"),
        ("demo/assessments/ai.toml", "ingrid.bergkvist@", "ingen@", "assessor"),
        ("demo/people.toml", 'role = "author"', 'role = "wizard"', "role"),
        ("demo/underlag.toml", 'solved_by = ["dataavtal"]', 'solved_by = ["avtal"]', "solved_by"),
        ("demo/solutions.toml", 'block = "ai/juridik"', 'block = "ai/lag"', "block"),
        ("demo/contributions.toml", 'region = "01"', 'region = "02"', "region"),
    ],
)
def test_a_broken_reference_between_files_is_refused(tmp_path: Path, file: str, old: str, new: str, why: str) -> None:
    data = tmp_path / "data"
    shutil.copytree(DATA, data)
    changed(data / file, (data / file).parent, old, new)
    with pytest.raises(BadData) as caught:
        reference.load_everything(data)
    assert Path(file).name in str(caught.value)
    assert why in str(caught.value)
