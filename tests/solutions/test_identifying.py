"""Tips in three minutes, needs that regions post, and duplicates that become one."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver

from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold, NotAllowed, WrongState
from hemtag.solutions import actions, queries, searching
from hemtag.solutions.actions import identifying as acts
from hemtag.solutions.actions.catalogue import RESERVED
from hemtag.solutions.checks.limits import A_DAY
from hemtag.solutions.models import (
    AdoptionStep,
    Need,
    NeedAnswer,
    Solution,
    SolutionKind,
    SolutionState,
    Stage,
    Subscription,
)
from hemtag.solutions.queries.facts import demand
from hemtag.solutions.queries.moving import keeper_of
from tests.followup.making import Events
from tests.solutions.steps import asked_at

TODAY = dt.date(2027, 3, 15)
TIP = {
    "title": "Tal till journal",
    "kind": "ai",
    "specialty": "primärvård",
    "problem": "Läkare skriver efter arbetstid.",
    "summary": "Samtalet blir ett utkast som läkaren rättar.",
    "effect": "40 minuter mindre per läkare och dag.",
    "contact": "talstod@example.org",
    "link": "https://example.org/rapport",
}
NEED = {"title": "Kortare tid till remissvar", "specialty": "radiologi", "problem": "Svaren dröjer nio dagar."}


@pytest.fixture(autouse=True)
def _the_day():
    with time_machine.travel(dt.datetime(2027, 3, 15, 9, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def author(person):
    return person(Role.AUTHOR, "14")


@pytest.fixture
def other(person):
    return person(Role.ECONOMIST, "12")


@pytest.fixture
def editor(person):
    return person(Role.CATALOGUE_EDITOR)


def tip(by, region, **other):
    return actions.propose(by=by, region=region, **{**TIP, "kind": SolutionKind.AI, **other})


@pytest.fixture
def solution(author, regions):
    return tip(author, regions["14"])


# ---------------------------------------------------------------- tips


def test_a_tip_has_eight_fields_and_waits_for_the_editors_ten_working_days(author, client_as, client):
    writer = client_as(author)
    page = writer.get("/losningar/foresla/").content.decode()
    assert all(f'name="{name}"' in page for name in TIP)
    made = writer.post("/losningar/foresla/", {**TIP, "region": "14"})
    assert made.status_code == 302
    row = Solution.objects.get()
    assert {name: getattr(row, name) for name in TIP} == TIP
    # Monday 15 March to Wednesday 31 March 2027: Good Friday and Easter Monday (26 and 29 March) do not count.
    assert (row.state, row.waits_for, row.due_on) == ("identified", None, dt.date(2027, 3, 31))
    assert "katalogredaktionen" in client.get(made["Location"]).content.decode()


def test_the_first_button_of_the_form_sends_the_tip(author, client_as):
    for url in ("/losningar/foresla/", "/losningar/behov/nytt/"):
        page = client_as(author).get(url).content.decode()
        form = page[page.index('class="form"') :]
        first = form[form.index("<button") :]
        assert "liknande" not in first[: first.index(">")], url


def test_showing_what_is_alike_saves_nothing_and_keeps_what_was_written(author, solution, client_as):
    shown = client_as(author).post("/losningar/foresla/", {**TIP, "region": "14", "liknande": "1"})
    assert shown.status_code == 200
    assert solution.slug in shown.content.decode() and TIP["contact"] in shown.content.decode()
    assert Solution.objects.count() == 1


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://x.se/", "https://a:b@x.se/", "http://[", "https:// x"])
def test_a_link_leads_to_the_web_or_nowhere(author, regions, client_as, link):
    with pytest.raises(DoesNotHold) as refusal:
        tip(author, regions["14"], link=link)
    assert [problem.field for problem in refusal.value.problems] == ["link"]
    assert client_as(author).post("/losningar/foresla/", {**TIP, "region": "14", "link": link}).status_code == 422


def test_a_hundred_tips_from_one_person_are_stopped_with_nothing_lost(author, other, regions, client_as):
    writer = client_as(author)
    answers = [
        writer.post("/losningar/foresla/", {**TIP, "title": f"Tips {n}", "region": "14"}).status_code for n in range(23)
    ]
    assert answers == [302] * A_DAY["tip"] + [422] * 3
    late = writer.post("/losningar/foresla/", {**TIP, "title": "Sista", "region": "14"}).content.decode()
    assert "det senaste dygnet" in late and "Sista" in late and TIP["summary"] in late
    assert tip(other, regions["12"]).pk
    with time_machine.travel(dt.datetime(2027, 3, 16, 9, 1, tzinfo=dt.UTC), tick=False):
        assert tip(author, regions["14"], title="Dagen efter").pk


def test_texts_too_long_for_their_column_are_told(author, regions):
    with pytest.raises(DoesNotHold) as refusal:
        tip(author, regions["14"], title="x" * 161, problem="y" * 10_001)
    assert sorted(problem.field for problem in refusal.value.problems) == ["problem", "title"]


def test_no_solution_takes_the_address_of_a_page(author, regions):
    def fixed(items):
        for item in items:
            if isinstance(item, URLPattern):
                yield str(item.pattern)
            else:
                yield from fixed(item.url_patterns)

    taken = {
        path.split("/")[1]
        for path in fixed(get_resolver().url_patterns)
        if path.startswith("losningar/") and path != "losningar/"
    }
    pages = {part for part in taken if "<" not in part and "." not in part}
    assert pages <= RESERVED, pages - RESERVED
    assert tip(author, regions["14"], title="Behov").slug == "behov-2"


def test_a_tip_is_mended_until_it_is_screened(solution, author, other, editor, client_as, regions):
    texts = {name: value for name, value in TIP.items() if name != "kind"}
    kind = SolutionKind.AI
    with pytest.raises(NotAllowed):
        acts.edit_tip(by=other, solution=solution, kind=kind, version=1, **texts)
    with Events() as events:
        row = acts.edit_tip(by=author, solution=solution, kind=kind, version=1, **{**texts, "effect": "50 minuter."})
    assert events.verbs == ["edited_tip"]
    assert (row.effect, row.version) == ("50 minuter.", 2)
    with Events() as events:
        acts.edit_tip(by=author, solution=row, kind=kind, version=2, **{**texts, "effect": "50 minuter."})
    assert events.verbs == [], "nothing changed"
    with pytest.raises(WrongState, match="sparat under tiden"):
        acts.edit_tip(by=author, solution=solution, kind=kind, version=1, **texts)
    url = f"/losningar/{solution.slug}/tips/"
    data = {**TIP, "version": "2"}
    assert client_as(author).post(url, {**data, "summary": ""}).status_code == 422
    assert client_as(author).post(url, data).status_code == 302
    stale = client_as(author).post(url, {**data, "summary": "Min text finns kvar."})
    assert stale.status_code == 422 and "Min text finns kvar." in stale.content.decode()
    Solution.objects.update(state=SolutionState.SCREENED)
    with pytest.raises(WrongState, match="redan sållat"):
        acts.edit_tip(by=author, solution=solution, kind=kind, version=3, **texts)


def test_who_keeps_a_solution(solution, author, person, regions):
    assert keeper_of(solution) == author
    author.memberships.update(ends_on=dt.date(2027, 1, 1))
    chief = person(Role.REPRESENTATIVE, "14")
    person(Role.ECONOMIST, "14")
    assert keeper_of(Solution.objects.get()) == chief


# ---------------------------------------------------------------- merging


def step(by, solution, region, stage=Stage.IN_USE, on=TODAY, proof="Driftsättningsprotokoll § 12"):
    return actions.record_step(
        by=by, solution=solution, region=region, stage=stage, occurred_on=on, proof=proof, **asked_at(stage)
    )


@pytest.fixture
def double(other, regions):
    return tip(other, regions["12"], title="Diktat utan sekreterare")


def test_a_duplicate_becomes_one_and_nothing_is_lost(solution, double, author, other, editor, person, regions, client):
    third = person(Role.AUTHOR, "01")
    step(other, double, regions["12"], Stage.PILOTING, dt.date(2027, 1, 1))
    step(other, double, regions["12"], Stage.IN_USE, dt.date(2027, 2, 1))
    step(third, double, regions["01"])
    step(third, solution, regions["01"], Stage.INTERESTED)
    need = acts.post_need(by=third, region=regions["01"], **NEED)
    acts.answer_need(by=other, need=need, region=regions["12"], solution=double, note="Den gör det.")
    now = double.proposed_at
    Subscription.objects.create(person=third, solution=double, started_at=now, told_until=now)
    with Events() as events:
        acts.merge(by=editor, solution=double, into=solution, reason="Samma teknik och samma användare.")
    assert events.verbs == ["moved_solution", "merged_solution"]
    double.refresh_from_db()
    assert (double.state, double.leads_to) == (SolutionState.MERGED, solution)
    stages = {row.region.code: row.stage for row in queries.stages_of(solution) if row.stage}
    assert stages == {"12": "in_use", "01": "interested"}, "a region's own word at the one that is left stands"
    copied = AdoptionStep.objects.filter(adoption__solution=solution, adoption__region=regions["12"])
    assert [row.occurred_on for row in copied] == [dt.date(2027, 1, 1), dt.date(2027, 2, 1)]
    assert all("Diktat utan sekreterare" in row.proof for row in copied)
    assert double.adoptions.count() == 2 and AdoptionStep.objects.filter(adoption__solution=double).count() == 3
    assert solution.needs.get().need == need
    assert solution.subscriptions.get().person == third
    led = client.get(f"/losningar/{double.slug}/")
    assert (led.status_code, led["Location"]) == (302, f"/losningar/{solution.slug}/")
    shown = client.get(led["Location"]).content.decode()
    assert "Sammanslagen med" in shown and "Diktat utan sekreterare" in shown
    kept = client.get(f"/losningar/{double.slug}/?behall=1")
    assert kept.status_code == 200 and "Diktat utan sekreterare" in kept.content.decode()
    assert [hit.solution.slug for hit in searching.search(None, "diktat sekreterare", {}).hits[0:9]] == []


def test_what_led_to_a_duplicate_leads_on(solution, double, editor, author, regions):
    first = tip(author, regions["14"], title="Den första")
    acts.merge(by=editor, solution=first, into=double, reason="Samma.")
    acts.merge(by=editor, solution=double, into=solution, reason="Samma.")
    first.refresh_from_db()
    assert first.leads_to == solution
    with pytest.raises(DoesNotHold):
        acts.merge(by=editor, solution=solution, into=double, reason="Tillbaka.")


def test_merging_asks_for_another_living_solution_and_a_reason(solution, double, editor, author, client_as):
    with pytest.raises(NotAllowed):
        acts.merge(by=author, solution=double, into=solution, reason="x")
    for into, reason in ((double, "x"), (solution, " ")):
        with pytest.raises(DoesNotHold):
            acts.merge(by=editor, solution=double, into=into, reason=reason)
    Solution.objects.filter(pk=double.pk).update(state=SolutionState.PACKAGED)
    with pytest.raises(WrongState):
        acts.merge(by=editor, solution=double, into=solution, reason="x")
    Solution.objects.filter(pk=double.pk).update(state=SolutionState.IDENTIFIED)
    chief, url = client_as(editor), f"/losningar/{double.slug}/sla-samman/"
    assert solution.title in chief.get(url).content.decode(), "those alike are proposed"
    assert chief.post(url, {"other": "Finns inte", "reason": "x"}).status_code == 422
    assert chief.post(url, {"other": "", "reason": "x"}).status_code == 422
    assert chief.post(url, {"other": double.title, "reason": "x"}).status_code == 422
    done = chief.post(url, {"other": f"https://h.se/losningar/{solution.slug}/?x=1", "reason": "Samma."})
    assert done.status_code == 302
    assert chief.post(url, {"other": solution.slug, "reason": "Igen."}).status_code == 422


# ---------------------------------------------------------------- needs


def test_a_need_is_posted_shared_answered_and_closed(solution, author, other, editor, person, regions):
    third = person(Role.AUTHOR, "01")
    with Events() as events:
        need = acts.post_need(by=third, region=regions["01"], **NEED)
        acts.share_need(by=other, need=need, region=regions["12"])
        acts.answer_need(
            by=author, need=need, region=regions["14"], solution=solution, note="Svaret blir klart direkt."
        )
    assert events.verbs == ["posted_need", "shared_need", "answered_need"]
    assert demand(solution) == {"Stockholm", "Skåne"}
    for by, region in ((third, "01"), (other, "12")):
        with pytest.raises(WrongState):
            acts.share_need(by=by, need=need, region=regions[region])
    with pytest.raises(DoesNotHold):
        acts.answer_need(by=other, need=need, region=regions["12"], solution=solution, note="Samma igen.")
    for by in (other, author, person(Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            acts.close_need(by=by, need=need, reason="Klart.")
    with pytest.raises(DoesNotHold):
        acts.close_need(by=third, need=need, reason="")
    with Events() as events:
        acts.close_need(by=editor, need=need, reason="Tre regioner har infört.")
    assert events.verbs == ["closed_need"]
    with pytest.raises(WrongState):
        acts.close_need(by=third, need=need, reason="Igen.")
    with pytest.raises(WrongState):
        acts.share_need(by=author, need=need, region=regions["14"])


@pytest.mark.parametrize("field", ["title", "specialty", "problem"])
def test_a_need_is_described(author, regions, field):
    with pytest.raises(DoesNotHold) as refusal:
        acts.post_need(by=author, region=regions["14"], **{**NEED, field: " "})
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_a_closed_solution_answers_no_need(solution, author, regions):
    need = acts.post_need(by=author, region=regions["14"], **NEED)
    Solution.objects.update(state=SolutionState.DECLINED)
    with pytest.raises(DoesNotHold):
        acts.answer_need(by=author, need=need, region=regions["14"], solution=solution, note="Så.")


def test_a_need_through_its_pages(solution, author, other, client_as, client):
    writer, neighbour = client_as(author), client_as(other)
    script = "<script>alert(1)</script>"
    assert writer.post("/losningar/behov/nytt/", {**NEED, "region": "14", "problem": ""}).status_code == 422
    asked = writer.post(
        "/losningar/behov/nytt/", {"title": TIP["title"], "problem": "x", "region": "14", "liknande": "1"}
    )
    assert solution.slug in asked.content.decode() and not Need.objects.exists()
    made = writer.post("/losningar/behov/nytt/", {**NEED, "region": "14", "title": script})
    assert made.status_code == 302
    url = made["Location"]
    for page in ("/losningar/behov/", url):
        shown = client.get(page).content.decode()
        assert "&lt;script&gt;" in shown and script not in shown
    assert neighbour.post(f"{url}samma/", {"dela-region": "12", "dela-note": "Tio dagar hos oss."}).status_code == 302
    assert neighbour.post(f"{url}samma/", {"dela-region": "12"}).status_code == 422
    assert (
        neighbour.post(f"{url}svara/", {"svara-region": "12", "svara-note": "Så.", "svara-other": "x"}).status_code
        == 422
    )
    answer = {"svara-region": "12", "svara-note": "Samma maskin.", "svara-other": solution.slug}
    assert neighbour.post(f"{url}svara/", answer).status_code == 302
    assert neighbour.post(f"{url}svara/", answer).status_code == 422
    shown = client.get(url).content.decode()
    assert "Tio dagar hos oss." in shown and "Samma maskin." in shown and solution.title in shown
    assert (
        script.replace("<", "&lt;").replace(">", "&gt;") in client.get(f"/losningar/{solution.slug}/").content.decode()
    )
    assert neighbour.post(f"{url}avsluta/", {"avsluta-reason": "Klart."}).status_code == 403
    assert writer.post(f"{url}avsluta/", {"avsluta-reason": ""}).status_code == 422
    assert writer.post(f"{url}avsluta/", {"avsluta-reason": "Klart."}).status_code == 302
    assert "Klart." in client.get(url).content.decode()
    assert NeedAnswer.objects.count() == 2
    assert client.get("/losningar/behov/999/").status_code == 404
    assert client.get(f"{url}samma/").status_code == 302, "log in first"


def test_the_pages_ask_as_much_for_one_as_for_three(author, other, solution, regions, client):
    counts = {}
    need = acts.post_need(by=author, region=regions["14"], **NEED)
    for more in (0, 3):
        for n in range(more):
            acts.post_need(by=author, region=regions["14"], **{**NEED, "title": f"Nr {n}"})
            row = tip(other, regions["12"], title=f"Lösning {n}")
            acts.answer_need(by=other, need=need, region=regions["12"], solution=row, note="Så.")
        for url in ("/losningar/behov/", f"/losningar/behov/{need.pk}/", "/losningar/processen/"):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            counts.setdefault(url, []).append(len(asked))
    for url, (one, many) in counts.items():
        assert many <= one + 1 <= 20, (url, one, many)
