"""A package: written by several, complete part by part, tried from nothing, published for good, recalled."""

import datetime as dt

import pytest
import time_machine
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from hemtag.history.models import Event
from hemtag.organisations.models import Role
from hemtag.refusals import Clash, DoesNotHold, NotAllowed, WrongState
from hemtag.solutions.actions import importing, packaging, publishing
from hemtag.solutions.checks import packaging as checks
from hemtag.solutions.guarding import names
from hemtag.solutions.models import (
    Adoption,
    AdoptionStep,
    CoreFunction,
    GateReview,
    News,
    PackageFetch,
    PackagePart,
    PackageVersion,
    PartFile,
    Solution,
    SolutionKind,
    SolutionState,
)
from hemtag.solutions.packages import contents, zipping
from hemtag.solutions.packages.dossier import dossier
from hemtag.solutions.queries import packaging as queries
from tests.followup.making import Events
from tests.knowledge.making import PDF, PNG

from . import packages as make

DAY = dt.datetime(2027, 3, 15, 9, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _the_day():
    with time_machine.travel(DAY, tick=False):
        yield


@pytest.fixture
def author(person):
    return person(Role.AUTHOR, "14")


@pytest.fixture
def tester(person):
    return person(Role.ECONOMIST, "01")


@pytest.fixture
def editor(person):
    return person(Role.CATALOGUE_EDITOR)


@pytest.fixture
def solution(regions):
    return make.make_solution(regions["14"])


@pytest.fixture
def draft(author, solution):
    return packaging.start_package(by=author, solution=solution)


@pytest.fixture
def ready(author, tester, regions, draft):
    make.make_ready(author, tester, regions["01"], draft)
    return draft


@pytest.fixture
def published(ready, editor, solution):
    make.pass_gate(solution)
    return publishing.publish_package(by=editor, package=ready)


def part_of(package, code):
    return package.parts.get(code=code)


def holding(solution):
    return {fact.key: fact.holds for fact in queries.facts_for_gate(solution)}


# ---------------------------------------------------------------- the parts as data


def test_the_dossier_has_twenty_parts_and_covers_the_twelve_items_of_tidier():
    parts = dossier().parts
    assert list(parts) == [f"P{number}" for number in range(1, 21)]
    assert {item for part in parts.values() for item in part.tidier} == set(range(1, 13))
    assert [code for code, part in parts.items() if part.when == "relevant"] == ["P10", "P12", "P13"]
    assert [code for code, part in parts.items() if part.when == "ai"] == ["P18"]
    for part in parts.values():
        keys = [question.key for question in part.questions]
        assert len(keys) == len(set(keys)) > 0
        assert part.name_sv and part.name_en and part.help_sv and part.help_en


def test_a_model_card_is_asked_of_ai_only(author, regions, solution):
    other = make.make_solution(regions["14"], slug="ai", title="AI", kind=SolutionKind.AI)
    plain, ai = (packaging.start_package(by=author, solution=each) for each in (solution, other))
    assert plain.parts.count() == 19
    assert part_of(ai, "P18")
    assert dossier().parts["P12"].is_mandatory(is_ai=True)
    assert not dossier().parts["P12"].is_mandatory(is_ai=False)


# ---------------------------------------------------------------- how complete a part is


def standing(code, *, text="", answers=None, not_applicable="", met=(), is_ai=False):
    return checks.standing(
        dossier().parts[code],
        text=text,
        answers=answers or {},
        not_applicable=not_applicable,
        met=frozenset(met),
        is_ai=is_ai,
    )


def test_a_part_is_empty_partly_or_fully_answered_each_with_its_reason():
    assert standing("P2").share == 0
    half = standing("P2", answers={"problem": "Köer på 40 dagar"})
    assert (half.share, len(half.missing)) == (0.5, 2)
    full = standing("P2", answers=dict.fromkeys(("problem", "goal", "alternatives"), "Köer"))
    assert (full.share, full.missing) == (1, ())
    assert standing("P2", text="Allt i en text").share == 0.5


def test_a_dash_is_no_answer():
    assert standing("P2", answers=dict.fromkeys(("problem", "goal", "alternatives"), "–")).share == 0


def test_materials_need_a_file_and_the_core_a_core_function_and_the_case_a_case():
    for code, need in (("P4", "files"), ("P3", "core_functions"), ("P15", "benefit_case")):
        answers = {question.key: "Ett svar" for question in dossier().parts[code].questions}
        assert standing(code, answers=answers).share == 0.5
        assert standing(code, answers=answers, met={need}).share == 1


def test_only_a_part_that_need_not_apply_may_say_that_it_does_not():
    assert standing("P13", not_applicable=make.REASON).share is None
    assert standing("P13", not_applicable=make.REASON).is_complete
    assert standing("P2", not_applicable=make.REASON).share == 0
    assert standing("P12", not_applicable=make.REASON, is_ai=True).share == 0


@given(st.text(max_size=60))
def test_hours_are_read_or_refused_and_never_guessed(text):
    found = checks.hours_of(text)
    if not checks.hours_are_readable(text, "x"):
        assert len(found) == sum(bool(line.strip()) for line in text.splitlines())


def test_hours_per_role_are_read():
    assert checks.hours_of("Projektledare: 120\n\nSjuksköterska: 80 timmar") == [
        ("Projektledare", 120),
        ("Sjuksköterska", 80),
    ]
    assert checks.hours_are_readable("ungefär hundra", "x")
    assert checks.hours_are_readable("Chef: 999999", "x")


@pytest.mark.parametrize(
    "number, earlier, holds",
    [
        ("1.0.0", [], True),
        ("1.0.1", ["1.0.0"], True),
        ("1.10.0", ["1.9.9"], True),
        ("1.0.0", ["1.0.0"], False),
        ("0.9.9", ["1.0.0"], False),
        ("01.0.0", [], False),
        ("1.0", [], False),
        ("1.0.0-rc", [], False),
        ("", [], False),
    ],
)
def test_a_version_is_greater_than_all_before(number, earlier, holds):
    assert (checks.number_follows(number, earlier) == []) is holds


# ---------------------------------------------------------------- writing


def test_a_qualified_solution_is_packaged_by_its_owner(author, tester, editor, solution, draft):
    solution.refresh_from_db()
    assert solution.state == SolutionState.PACKAGING
    assert solution.waits_for == author
    assert draft.number == "1.0.0"
    for other in (tester, editor):
        with pytest.raises(NotAllowed):
            packaging.start_package(by=other, solution=solution)
    with pytest.raises(WrongState, match="redan ett utkast"):
        packaging.start_package(by=author, solution=solution)


@pytest.mark.parametrize("state", ["identified", "screened", "parked", "retired", "declined"])
def test_what_is_not_qualified_has_no_package(author, solution, state):
    Solution.objects.update(state=state)
    with pytest.raises(WrongState):
        packaging.start_package(by=author, solution=solution)


def test_each_write_leaves_its_event_and_no_secret_text_in_it(author, tester, regions, editor, solution):
    with Events() as events:
        package = packaging.start_package(by=author, solution=solution)
        part = part_of(package, "P9")
        packaging.edit_part(by=author, part=part, version=1, confidentiality="secret", q_ground="HEMLIGT ord")
        function = packaging.add_core_function(by=author, package=package, text="Två läser.")
        packaging.drop_core_function(by=author, package=package, function=function)
        file = packaging.add_part_file(by=author, part=part, name="a.pdf", content=PDF)
        packaging.remove_part_file(by=author, file=file)
        packaging.edit_package(by=author, package=package, number="1.0.0")
        walk = publishing.start_cold(by=tester, package=package, region=regions["01"])
        publishing.end_cold(by=tester, walk=walk, ended_on=dt.date(2027, 3, 15), hours=3, passed=True)
    assert events.verbs == [
        "moved_solution",
        "started_package",
        "edited_part",
        "added_core_function",
        "dropped_core_function",
        "stored",
        "added_part_file",
        "removed_part_file",
        "edited_package",
        "started_cold",
        "ended_cold",
    ]
    assert not any("HEMLIGT" in str(event.details) for event in Event.objects.all())


def test_two_who_write_in_different_fields_both_keep_what_they_wrote(author, person, draft):
    other, part = person(Role.AUTHOR, "14", "Bo"), part_of(draft, "P2")
    seen = {name: packaging.digest_of(text) for name, text in queries.plain_fields(part).items()}
    packaging.edit_part(by=other, part=part, version=1, seen=seen, q_problem="Bos problem", q_goal="")
    packaging.edit_part(by=author, part=part, version=1, seen=seen, q_problem="", q_goal="Mitt mål")
    part.refresh_from_db()
    assert part.answers == {"problem": "Bos problem", "goal": "Mitt mål"}


def test_two_who_write_in_the_same_field_are_shown_each_others_text(author, person, draft):
    other, part = person(Role.AUTHOR, "14", "Bo"), part_of(draft, "P2")
    seen = {name: packaging.digest_of(text) for name, text in queries.plain_fields(part).items()}
    packaging.edit_part(by=other, part=part, version=1, seen=seen, q_problem="Bos problem")
    with pytest.raises(Clash) as clash:
        packaging.edit_part(by=author, part=part, version=1, seen=seen, q_problem="Mitt problem")
    assert clash.value.who == "Bo"
    assert [(one.field, one.theirs) for one in clash.value.differences] == [("q_problem", "Bos problem")]
    part.refresh_from_db()
    assert part.answers == {"problem": "Bos problem"}


def test_without_what_was_seen_every_difference_is_a_clash(author, draft):
    part = part_of(draft, "P2")
    packaging.edit_part(by=author, part=part, version=1, q_problem="Ett")
    with pytest.raises(Clash):
        packaging.edit_part(by=author, part=part, version=1, q_problem="Två")


def test_windows_line_ends_are_no_change(author, draft):
    part = part_of(draft, "P2")
    packaging.edit_part(by=author, part=part, version=1, q_problem="Ett\nTvå")
    seen = {name: packaging.digest_of(text) for name, text in queries.plain_fields(part_of(draft, "P2")).items()}
    part = packaging.edit_part(by=author, part=part, version=2, seen=seen, q_problem="Ett\r\nTvå\r\n")
    assert part.answers == {"problem": "Ett\nTvå"}


@pytest.mark.parametrize(
    "code, values, field",
    [
        ("P8", {"q_hours": "massor"}, "q_hours"),
        ("P12", {"q_mdr": "påhittad"}, "q_mdr"),
        ("P2", {"not_applicable": make.REASON}, "not_applicable"),
        ("P13", {"not_applicable": "nej"}, "not_applicable"),
        ("P2", {"text": "x" * 20_001}, "text"),
        ("P2", {"responsible": "x" * 161}, "responsible"),
        ("P2", {"licence": "PÅHITTAD-1.0"}, "licence"),
    ],
)
def test_a_part_is_well_written(author, draft, code, values, field):
    with pytest.raises(DoesNotHold) as refusal:
        packaging.edit_part(by=author, part=part_of(draft, code), version=1, **values)
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_a_core_function_is_given_once_and_kept_when_dropped(author, draft):
    function = packaging.add_core_function(by=author, package=draft, text="  Två  läser varje bild ")
    assert function.text == "Två läser varje bild"
    with pytest.raises(DoesNotHold, match="finns redan"):
        packaging.add_core_function(by=author, package=draft, text="två LÄSER varje bild")
    packaging.drop_core_function(by=author, package=draft, function=function)
    with pytest.raises(WrongState):
        packaging.drop_core_function(by=author, package=draft, function=function)
    assert CoreFunction.objects.get().dropped_at is not None
    assert queries.core_functions(draft.solution) == []


def test_a_file_is_checked_and_counted(author, draft, monkeypatch):
    part = part_of(draft, "P4")
    with pytest.raises(DoesNotHold, match="Filtypen"):
        packaging.add_part_file(by=author, part=part, name="a.exe", content=b"MZ")
    monkeypatch.setattr(checks, "MOST_FILES_IN_A_PART", 1)
    packaging.add_part_file(by=author, part=part, name="a.pdf", content=PDF)
    with pytest.raises(DoesNotHold, match="högsta antalet"):
        packaging.add_part_file(by=author, part=part, name="b.pdf", content=PDF)
    monkeypatch.setattr(checks, "MOST_BYTES_IN_A_PACKAGE", 100)
    with pytest.raises(DoesNotHold, match="större än"):
        packaging.add_part_file(by=author, part=part_of(draft, "P5"), name="b.png", content=PNG)


# ---------------------------------------------------------------- trying it from nothing


def test_it_is_tried_by_somebody_from_another_region_who_then_reads_the_draft(author, tester, draft, regions):
    assert queries.draft_of(tester, draft.solution) is None
    with pytest.raises(NotAllowed, match="annan region"):
        publishing.start_cold(by=author, package=draft, region=regions["14"])
    with pytest.raises(NotAllowed):
        publishing.start_cold(by=tester, package=draft, region=regions["03"])
    walk = publishing.start_cold(by=tester, package=draft, region=regions["01"])
    assert queries.draft_of(tester, draft.solution) == draft
    with pytest.raises(WrongState, match="prövar redan"):
        publishing.start_cold(by=tester, package=draft, region=regions["01"])
    missing = [{"code": "P4", "text": "Mallen saknas"}, {"code": "P5", "text": "  "}]
    walk = publishing.end_cold(
        by=tester, walk=walk, ended_on=dt.date(2027, 3, 15), hours=9, passed=False, missing=missing
    )
    assert walk.missing == [{"code": "P4", "text": "Mallen saknas"}]
    assert not holding(draft.solution)["cold_start_is_passed"]
    make.try_from_nothing(tester, regions["01"], draft)
    assert holding(draft.solution)["cold_start_is_passed"]


@pytest.mark.parametrize(
    "values",
    [
        {"hours": 0},
        {"ended_on": dt.date(2027, 3, 16)},
        {"ended_on": dt.date(2027, 3, 1)},
        {"passed": False},
    ],
)
def test_a_walk_is_told_with_hours_days_and_what_was_missing(tester, draft, regions, values):
    walk = publishing.start_cold(by=tester, package=draft, region=regions["01"])
    told = {"ended_on": dt.date(2027, 3, 15), "hours": 4, "passed": True, **values}
    with pytest.raises(DoesNotHold):
        publishing.end_cold(by=tester, walk=walk, **told)


def test_only_who_began_a_walk_ends_it(tester, person, draft, regions):
    walk = publishing.start_cold(by=tester, package=draft, region=regions["01"])
    other = person(Role.AUTHOR, "01")
    with pytest.raises(WrongState):
        publishing.end_cold(by=other, walk=walk, ended_on=dt.date(2027, 3, 15), hours=4, passed=True)


# ---------------------------------------------------------------- the gate and publishing


def test_the_gate_sees_each_thing_that_is_missing(author, solution, draft):
    facts = queries.facts_for_gate(solution)
    assert holding(solution) == {
        "package_exists": True,
        "parts_are_complete": False,
        "tidier_is_covered": False,
        "cold_start_is_passed": False,
        "licence_is_clear": False,
        "confidentiality_is_marked": False,
        "nothing_has_expired": True,
        "case_runs": False,
        "review_is_set": False,
        "files_are_free": True,
    }
    assert all(fact.message and fact.link.startswith("/") for fact in facts)


def test_the_gate_sees_when_all_holds(ready, solution):
    assert [fact.message for fact in queries.facts_for_gate(solution) if not fact.holds] == []


@pytest.mark.parametrize("code", [code for code, part in dossier().parts.items() if part.when == "always"])
def test_no_mandatory_part_may_be_left_out(author, tester, regions, ready, solution, code):
    part = part_of(ready, code)
    question = dossier().parts[code].questions[0]
    packaging.edit_part(by=author, part=part, version=part.version, **{f"q_{question.key}": ""})
    assert not holding(solution)["parts_are_complete"]
    if question.tidier:
        assert not holding(solution)["tidier_is_covered"]


def test_publishing_needs_all_that_holds_and_the_gate(author, editor, ready, solution):
    with pytest.raises(DoesNotHold, match="G3"):
        publishing.publish_package(by=editor, package=ready)
    with pytest.raises(NotAllowed):
        publishing.publish_package(by=author, package=ready)
    review = make.pass_gate(solution, outcome="back")
    with pytest.raises(DoesNotHold, match="G3"):
        publishing.publish_package(by=editor, package=ready)
    GateReview.objects.filter(pk=review.pk).update(outcome="with_conditions")
    part = part_of(ready, "P2")
    packaging.edit_part(by=author, part=part, version=part.version, q_goal="")
    with pytest.raises(DoesNotHold, match="P2"):
        publishing.publish_package(by=editor, package=ready)


def test_a_trial_from_before_the_draft_does_not_let_it_through(editor, ready, solution):
    make.pass_gate(solution, at=DAY - dt.timedelta(days=1))
    with pytest.raises(DoesNotHold, match="G3"):
        publishing.publish_package(by=editor, package=ready)


def test_what_passed_the_gate_without_conditions_is_not_changed_before_it_is_published(author, ready, solution):
    make.pass_gate(solution)
    with pytest.raises(WrongState, match="godkänt som det är"):
        packaging.edit_part(by=author, part=part_of(ready, "P2"), version=9, text="x")


def test_a_published_package_is_out_with_its_checksum(published, solution):
    solution.refresh_from_db()
    assert solution.state == SolutionState.PACKAGED
    assert len(published.sha256) == 64
    assert published.sha256 == contents.package_sha256(published, published.parts.all())
    assert part_of(published, "P3").answers["core_functions"] == ["Två läser varje bild."]
    assert News.objects.filter(what="published", is_public=True).exists()


def test_nothing_that_is_out_can_be_changed_by_any_action(author, published, solution):
    part = part_of(published, "P2")
    file = PartFile.objects.get()
    function = CoreFunction.objects.get()
    acts = {
        "edit_part": lambda: packaging.edit_part(by=author, part=part, version=part.version, text="x"),
        "edit_package": lambda: packaging.edit_package(by=author, package=published, number="9.0.0"),
        "add_part_file": lambda: packaging.add_part_file(by=author, part=part, name="a.pdf", content=PDF),
        "remove_part_file": lambda: packaging.remove_part_file(by=author, file=file),
        "add_core_function": lambda: packaging.add_core_function(by=author, package=published, text="En ny kärna"),
        "drop_core_function": lambda: packaging.drop_core_function(by=author, package=published, function=function),
        "import_package": lambda: importing.import_package(by=author, package=published, content=b""),
    }
    written = {
        name for name in vars(packaging) if name in acts or name.startswith(("edit_", "add_", "remove_", "drop_"))
    }
    assert written | {"import_package"} == set(acts)
    before = contents.checksums(published, published.parts.all())
    for act in acts.values():
        with pytest.raises(WrongState, match="Påbörja en ny version"):
            act()
    assert contents.checksums(published, published.parts.all()) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda: PackagePart.objects.filter(code="P2").update(text="x"),
        lambda: PackagePart.objects.get(code="P2").underlag.through.objects.create(
            packagepart=PackagePart.objects.get(code="P2"),
            underlagversion=make.an_underlag(Solution.objects.get().owner),
        ),
        lambda: PackagePart.objects.filter(code="P2").delete(),
        lambda: PartFile.objects.all().delete(),
        lambda: PartFile.objects.update(description="x"),
        lambda: PackagePart.objects.create(package=PackageVersion.objects.get(), code="P18"),
        lambda: PackageVersion.objects.update(sha256="0" * 64),
        lambda: PackageVersion.objects.update(number="9.9.9"),
        lambda: PackageVersion.objects.update(state="draft"),
    ],
)
def test_the_database_itself_refuses_to_change_what_is_out(published, change):
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        change()


def test_a_part_of_a_draft_cannot_be_moved_into_what_is_out(author, published, solution):
    draft = packaging.start_package(by=author, solution=solution)
    PackagePart.objects.filter(package=draft, code="P2").update(code="P18")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        PackagePart.objects.filter(package=draft, code="P18").update(package=published)


def test_every_guard_is_in_the_database(db):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        found = {name for (name,) in cursor.fetchall()}
    assert {name for _table, name in names()} <= found


def test_core_functions_of_later_do_not_change_what_is_out(author, published, solution):
    draft = packaging.start_package(by=author, solution=solution)
    packaging.add_core_function(by=author, package=draft, text="En helt ny kärna.")
    assert published.sha256 == contents.package_sha256(published, published.parts.all())
    assert queries.suggested_number(draft, draft.parts.all()) == ("2.0.0", "kärnfunktionerna är ändrade")


def test_the_next_version_begins_as_a_copy_and_supersedes(author, editor, published, solution):
    draft = packaging.start_package(by=author, solution=solution)
    assert draft.number == "1.1.0"
    for row in published.parts.all():
        functions = ["Två läser varje bild."]
        assert contents.part_content(part_of(draft, row.code), functions) == contents.part_content(row, functions)
    assert queries.suggested_number(draft, draft.parts.all())[0] == "1.0.1"
    part = part_of(draft, "P5")
    packaging.edit_part(by=author, part=part, version=part.version, q_steps="Ett annat sätt")
    assert queries.changed_since(draft, contents.in_order(draft.parts.all())) == ["P5"]
    assert queries.suggested_number(draft, draft.parts.all())[0] == "1.1.0"
    with pytest.raises(DoesNotHold, match="vad som är ändrat"):
        publishing.publish_package(by=editor, package=draft)
    packaging.edit_package(
        by=author,
        package=draft,
        number="1.1.0",
        licence="CC-BY-4.0",
        review_due=dt.date(2028, 3, 1),
        change_note="Ett annat sätt i P5.",
    )
    publishing.publish_package(by=editor, package=draft)
    published.refresh_from_db()
    assert published.state == "superseded"
    assert [row.number for row in queries.versions_of(solution)] == ["1.1.0", "1.0.0"]


# ---------------------------------------------------------------- review, recall, fetching


def test_the_night_after_the_day_of_review_the_solution_is_under_review(published, solution, capsys):
    call_command("mark_review_due")
    assert "Till omprövning: 0" in capsys.readouterr().out
    with time_machine.travel(dt.datetime(2028, 1, 12, 1, tzinfo=dt.UTC), tick=False), Events() as events:
        call_command("mark_review_due")
        call_command("mark_review_due")
    solution.refresh_from_db()
    assert solution.state == SolutionState.REVIEW_DUE
    assert events.verbs == ["moved_solution", "passed_review"]
    assert Event.objects.get(verb="passed_review").actor == "Hemtag"


def adopt(solution, region, *stages):
    adoption = Adoption.objects.create(solution=solution, region=region)
    for stage in stages:
        AdoptionStep.objects.create(
            adoption=adoption, stage=stage, occurred_on=dt.date(2027, 1, 1), proof="x", recorded_at=DAY
        )


def test_a_recall_tells_everyone_who_has_begun_and_stops_new_ones(editor, author, published, solution, regions, person):
    adopt(solution, regions["01"], "decided", "in_use")
    adopt(solution, regions["03"], "assessing")
    adopt(solution, regions["04"], "declined")
    adopt(solution, regions["05"], "in_use", "discontinued")
    reason = "Modellen missar var tionde tumör hos kvinnor under 50."
    with Events() as events:
        package = publishing.recall_package(by=editor, package=published, reason=reason, advice="stop")
    assert events.verbs == ["moved_solution", "recalled_package"]
    solution.refresh_from_db()
    assert (package.state, solution.state) == ("recalled", SolutionState.RECALLED)
    told = News.objects.filter(what="recalled", urgent_to__isnull=False).distinct().get()
    assert {region.code for region in told.urgent_to.all()} == {"01", "03"}
    assert "Sluta använda" in told.text
    assert [row.number for row in queries.recalls_for(person(Role.AUTHOR, "03"))] == ["1.0.0"]
    assert queries.recalls_for(person(Role.AUTHOR, "04")) == []
    again = packaging.start_package(by=author, solution=solution)
    assert again.supersedes == package
    solution.refresh_from_db()
    assert solution.state == SolutionState.PACKAGING


@pytest.mark.parametrize(
    "values, field",
    [
        ({"reason": "Fel"}, "reason"),
        ({"advice": "until", "until": None}, "until"),
        ({"advice": "until", "until": dt.date(2027, 3, 15)}, "until"),
        ({"advice": "vet ej"}, "advice"),
    ],
)
def test_a_recall_says_why_and_what_to_do(editor, published, values, field):
    given_now = {"reason": "Modellen missar var tionde tumör.", "advice": "stop", **values}
    with pytest.raises(DoesNotHold) as refusal:
        publishing.recall_package(by=editor, package=published, **given_now)
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_the_owner_recalls_through_its_representative(author, tester, person, published):
    for other in (author, tester, person(Role.AUDITOR), person(Role.REPRESENTATIVE, "01")):
        with pytest.raises(NotAllowed):
            publishing.recall_package(by=other, package=published, reason="x" * 30, advice="stop")
    until = dt.date(2027, 6, 30)
    row = publishing.recall_package(
        by=person(Role.REPRESENTATIVE, "14"), package=published, reason="x" * 30, advice="until", until=until
    )
    assert queries.advice_in_words(row) == "Får användas till och med 2027-06-30, inte längre."
    with pytest.raises(WrongState):
        publishing.recall_package(by=person(Role.CATALOGUE_EDITOR), package=row, reason="x" * 30, advice="stop")


def test_a_region_fetches_once_and_is_asked_for_the_hours(author, tester, editor, regions, ready, solution):
    version = make.an_underlag(regions["14"])
    part = part_of(ready, "P9")
    packaging.edit_part(by=author, part=part, version=part.version, underlag=[version])
    with pytest.raises(WrongState):
        publishing.fetch_package(by=tester, package=ready, region=regions["01"])
    make.pass_gate(solution)
    package = publishing.publish_package(by=editor, package=ready)
    with Events() as events:
        publishing.fetch_package(by=tester, package=package, region=regions["01"])
        publishing.fetch_package(by=tester, package=package, region=regions["01"])
    assert events.verbs == ["fetched_package"]
    assert PackageFetch.objects.count() == 1
    with pytest.raises(NotAllowed):
        publishing.fetch_package(by=tester, package=package, region=regions["03"])
    assert [row.underlag for row in queries.hours_to_tell(tester)] == [version.underlag]
    assert queries.hours_to_tell(author) == []
    assert queries.hours_to_tell(editor) == []


def test_the_zip_is_named_after_solution_and_version(published, author):
    assert zipping.file_name(queries.shown(author, published), "zip") == "rontgen-1.0.0.zip"
