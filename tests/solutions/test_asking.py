"""Questions with a clock, faults with a public status, what is followed, and texts that two may write."""

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from hemtag.history.models import Event
from hemtag.organisations.models import Role
from hemtag.refusals import Clash, DoesNotHold, NotAllowed, WrongState
from hemtag.solutions import reading
from hemtag.solutions.actions import asking, following, writing
from hemtag.solutions.actions.news import tell
from hemtag.solutions.checks import asking as checks
from hemtag.solutions.checks import limits
from hemtag.solutions.checks.clocks import working_days_after
from hemtag.solutions.models import (
    FAULT_NEXT,
    Adoption,
    AdoptionStep,
    Answer,
    Confirmation,
    Fault,
    FaultState,
    News,
    Question,
    Solution,
    Stage,
    Subscription,
)
from hemtag.solutions.queries import asking as asked
from hemtag.solutions.queries import following as followed
from tests.followup.making import Events

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 3, 15, 9, tzinfo=dt.UTC)  # a Monday


@pytest.fixture(autouse=True)
def _the_day():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


def at(days):
    return time_machine.travel(NOW + dt.timedelta(days=days), tick=False)


def make(regions, owner="14", **other):
    values = {
        "slug": "rontgen",
        "title": "Röntgengranskning",
        "kind": "ai",
        "specialty": "bilddiagnostik",
        "problem": "Köer.",
        "summary": "AI läser först.",
        "state": "qualified",
        "owner": regions[owner],
        "proposed_at": NOW,
    }
    return Solution.objects.create(**{**values, **other})


def use(solution, region, stage=Stage.IN_USE):
    adoption, _new = Adoption.objects.get_or_create(solution=solution, region=region)
    AdoptionStep.objects.create(
        adoption=adoption, stage=stage, occurred_on=NOW.date(), proof="Driftsatt.", recorded_at=dt.datetime.now(dt.UTC)
    )
    return adoption


@pytest.fixture
def solution(regions):
    return make(regions)


@pytest.fixture
def author(person):
    return person(Role.AUTHOR, "14")


@pytest.fixture
def stockholm(person):
    return person(Role.ECONOMIST, "01")


@pytest.fixture
def skane(person):
    return person(Role.AUTHOR, "12")


@pytest.fixture
def editor(person):
    return person(Role.CATALOGUE_EDITOR)


def ask(by, solution, regions, to=None, code="01", text="Hur lång tid tog det?"):
    to_region = regions[to] if to else None
    return asking.ask(by=by, solution=solution, text=text, region=regions[code], to_region=to_region)


# ---------------------------------------------------------------- clocks


@pytest.mark.parametrize(
    ("day", "number", "due"),
    [
        ((2027, 3, 15), 10, (2027, 3, 31)),  # Good Friday and Easter Monday 2027 are 26 and 29 March
        ((2026, 11, 20), 1, (2026, 11, 23)),
        ((2026, 12, 22), 3, (2026, 12, 29)),
        ((2026, 6, 18), 1, (2026, 6, 22)),
        ((2026, 5, 13), 1, (2026, 5, 15)),
    ],
    ids=["easter", "weekend", "christmas", "midsummer", "ascension"],
)
def test_a_clock_counts_working_days(day, number, due):
    assert working_days_after(dt.date(*day), number) == dt.date(*due)


# ---------------------------------------------------------------- questions


def test_each_act_leaves_its_event(solution, author, stockholm, editor, regions):
    with Events() as events:
        question = ask(stockholm, solution, regions)
        asking.answer(by=author, question=question, text="Ett halvår.", region=regions["14"])
        asking.close_question(by=stockholm, question=question, reason="Svaret räcker.")
        fault = asking.report_fault(by=stockholm, solution=solution, place="effect", text="Siffran är fel.")
        asking.settle_fault(by=author, fault=fault, to=FaultState.MENDED, answer="Rättad.")
        row = following.follow(by=stockholm, solution=solution)
        following.read_news(by=stockholm)
        following.unfollow(by=stockholm, subscription=row)
        writing.edit_texts(by=author, solution=solution, version=1, plain="Kort.")
    assert events.verbs == [
        "asked_question",
        "answered_question",
        "closed_question",
        "reported_fault",
        "settled_fault",
        "followed",
        "read_news",
        "unfollowed",
        "edited_texts",
    ]
    assert list(News.objects.order_by("pk").values_list("what", flat=True)) == [
        "question",
        "answer",
        "fault",
        "fault",
        "text",
    ]


def test_a_question_goes_to_the_owner_or_to_a_region_that_has_it_in_use(solution, stockholm, skane, regions):
    assert asked.asked(ask(stockholm, solution, regions)) == regions["14"]
    with pytest.raises(WrongState, match="inte lösningen i drift"):
        ask(stockholm, solution, regions, to="12")
    use(solution, regions["12"])
    assert asked.asked(ask(stockholm, solution, regions, to="12")) == regions["12"]
    assert [code for code, _words in asked.whom_to_ask(solution)] == ["14", "12"]
    assert Question.objects.filter(to_region=None).count() == 1


def test_people_of_regions_ask_and_answer_in_their_own_name(solution, editor, person, stockholm, regions):
    for other in (editor, person(Role.AUDITOR), person(Role.CASE_OFFICER), person(Role.AUTHOR, "12")):
        with pytest.raises(NotAllowed):
            ask(other, solution, regions)
    question = ask(stockholm, solution, regions)
    with pytest.raises(NotAllowed):
        asking.answer(by=editor, question=question, text="x", region=regions["14"])


def test_who_uses_it_is_worked_out_when_it_answers(solution, author, skane, stockholm, regions):
    question = ask(stockholm, solution, regions)
    use(solution, regions["12"])
    used = asking.answer(by=skane, question=question, text="Tre månader hos oss.", region=regions["12"])
    owner = asking.answer(by=author, question=question, text="Ett halvår.", region=regions["14"])
    use(solution, regions["12"], Stage.DISCONTINUED)
    after = asking.answer(by=skane, question=question, text="Vi har slutat.", region=regions["12"])
    assert [row.by_user_of_it for row in (used, owner, after)] == [True, False, False]
    assert Answer.objects.get(pk=used.pk).by_user_of_it


def test_the_clock_stops_when_the_one_that_was_asked_answers(solution, author, skane, stockholm, regions):
    use(solution, regions["12"])
    question = ask(stockholm, solution, regions, to="12")
    assert question.due_on == dt.date(2027, 3, 31)
    asking.answer(by=author, question=question, text="Vi vet inte.", region=regions["14"])
    assert [row.pk for row in asked.questions_to(skane)] == [question.pk]
    assert asked.questions_to(author) == []
    with at(20):
        row = asked.question_of(solution, question.pk)
        assert asked.is_late(row, dt.date(2027, 4, 4))
        asking.answer(by=skane, question=question, text="Så här.", region=regions["12"])
        assert asked.questions_to(skane) == []
        assert not asked.is_late(asked.question_of(solution, question.pk), dt.date(2027, 4, 4))


def test_a_question_is_closed_with_a_reason_by_those_it_concerns(solution, author, skane, stockholm, editor, regions):
    use(solution, regions["12"])
    question = ask(stockholm, solution, regions, to="12")
    with pytest.raises(DoesNotHold) as refusal:
        asking.close_question(by=stockholm, question=question, reason=" ")
    assert [problem.field for problem in refusal.value.problems] == ["reason"]
    for by in (stockholm, skane, author, editor):
        Question.objects.update(closed_at=None, closed_reason="")
        asking.close_question(by=by, question=question, reason="Klart.")
    with pytest.raises(WrongState):
        asking.close_question(by=editor, question=question, reason="Klart.")
    with pytest.raises(WrongState):
        asking.answer(by=skane, question=question, text="Sent.", region=regions["12"])
    Question.objects.update(closed_at=None)
    stranger = Question.objects.get()
    stranger.asked_by = editor
    stranger.save()
    with pytest.raises(NotAllowed):
        asking.close_question(by=stockholm, question=stranger, reason="Klart.")


def test_a_hundred_questions_from_one_person(solution, stockholm, regions):
    for _number in range(limits.A_DAY["question"]):
        ask(stockholm, solution, regions)
    with pytest.raises(DoesNotHold, match="det senaste dygnet"):
        ask(stockholm, solution, regions)
    assert Question.objects.count() == limits.A_DAY["question"]
    with at(1.01):
        ask(stockholm, solution, regions)


@pytest.mark.parametrize("text", ["", " \n ", "x" * 4001], ids=["empty", "blank", "long"])
def test_a_question_is_written(solution, stockholm, regions, text):
    with pytest.raises(DoesNotHold):
        ask(stockholm, solution, regions, text=text)
    assert not Question.objects.exists()


# ---------------------------------------------------------------- faults


def test_every_move_of_a_fault_is_in_the_table(solution, author, stockholm):
    fault = asking.report_fault(by=stockholm, solution=solution, place="title", text="Fel.")
    for start in FaultState:
        for to in FaultState:
            Fault.objects.update(state=start)
            if to in FAULT_NEXT[start]:
                assert asking.settle_fault(by=author, fault=fault, to=to, answer="Så.").state == to
            else:
                with pytest.raises(WrongState):
                    asking.settle_fault(by=author, fault=fault, to=to, answer="Så.")


def test_a_fault_is_settled_by_the_owner_or_the_editor_with_an_answer(solution, author, editor, stockholm, person):
    fault = asking.report_fault(by=stockholm, solution=solution, place="title", text="Fel.")
    for other in (stockholm, person(Role.CASE_OFFICER), person(Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            asking.settle_fault(by=other, fault=fault, to=FaultState.MENDED, answer="x")
    with pytest.raises(DoesNotHold):
        asking.settle_fault(by=author, fault=fault, to=FaultState.REFUSED, answer="")
    assert asking.settle_fault(by=editor, fault=fault, to=FaultState.CONFIRMED).state == FaultState.CONFIRMED


def test_what_comes_from_outside_is_shown_when_somebody_has_looked(solution, author, stockholm, person):
    fault = asking.report_fault(by=None, solution=solution, place="effect", text="Köp nu!")
    assert not News.objects.get().is_public
    assert asked.faults_of(None, solution) == asked.faults_of(stockholm, solution) == []
    for reader in (author, person(Role.CATALOGUE_EDITOR), person(Role.AUDITOR)):
        assert asked.faults_of(reader, solution) == [fault]
    assert asked.standing_of(solution).faults == 0
    asking.settle_fault(by=author, fault=fault, to=FaultState.CONFIRMED)
    assert asked.faults_of(None, solution) == [fault]
    assert asked.standing_of(solution).faults == 1


def test_a_fault_names_a_place_that_exists(solution, stockholm):
    for place in ("", "password", "P99"):
        with pytest.raises(DoesNotHold) as refusal:
            asking.report_fault(by=stockholm, solution=solution, place=place, text="Fel.")
        assert [problem.field for problem in refusal.value.problems] == ["place"]


def test_a_machine_and_a_flood_are_stopped(solution, stockholm, person):
    report = {"by": None, "solution": solution, "place": "title", "text": "Fel."}
    with pytest.raises(DoesNotHold, match="tomt"):
        asking.report_fault(**report, hidden_field="http://example.org")
    with pytest.raises(DoesNotHold, match="timmen"):
        asking.report_fault(**report, sent_this_hour=limits.AN_HOUR["fault"])
    for _number in range(limits.UNSEEN):
        asking.report_fault(**report)
    with pytest.raises(DoesNotHold, match="Många anmälningar"):
        asking.report_fault(**report)
    for _number in range(limits.A_DAY["fault"]):
        asking.report_fault(**{**report, "by": stockholm})
    with pytest.raises(DoesNotHold, match="det senaste dygnet"):
        asking.report_fault(**{**report, "by": stockholm})
    with pytest.raises(NotAllowed):
        asking.report_fault(**{**report, "by": person(Role.AUDITOR)})


# ---------------------------------------------------------------- following


def test_what_is_followed_is_new_until_it_is_read(solution, stockholm, regions):
    other = make(regions, slug="annan", title="Annan", kind="technical", specialty="primärvård")
    with at(-2):
        following.follow(by=stockholm, specialty="bilddiagnostik", kind="ai")
    with at(-1):
        tell(solution, "published", "Paket 1.0 är ute.")
        tell(other, "published", "Paket 1.0 är ute.")
    assert [row.solution for row in followed.unseen(stockholm)] == [solution]
    following.read_news(by=stockholm)
    assert followed.unseen(stockholm) == []
    with at(1):
        tell(solution, "step", "Region Skåne har den i drift.")
        assert [row.what for row in followed.unseen(stockholm)] == ["step"]


def test_following_leads_on_to_what_a_solution_was_merged_into(solution, stockholm, regions):
    other = make(regions, slug="annan", title="Annan")
    following.follow(by=stockholm, solution=solution)
    Solution.objects.filter(pk=solution.pk).update(state="merged", leads_to=other)
    with at(0.1):
        tell(other, "published", "Paket 1.0 är ute.")
        tell(make(regions, slug="tredje"), "published", "Annat.")
        assert [row.solution for row in followed.unseen(stockholm)] == [other]


def test_following_is_once_and_ended_by_oneself(solution, stockholm, skane, person):
    row = following.follow(by=stockholm, solution=solution)
    with pytest.raises(WrongState):
        following.follow(by=stockholm, solution=solution)
    with pytest.raises(NotAllowed):
        following.unfollow(by=skane, subscription=row)
    following.unfollow(by=stockholm, subscription=row)
    with pytest.raises(WrongState):
        following.unfollow(by=stockholm, subscription=row)
    assert following.follow(by=stockholm, solution=solution).pk != row.pk
    with pytest.raises(NotAllowed):
        following.follow(by=person(Role.AUDITOR), solution=solution)
    for nothing in ({}, {"kind": "magic"}, {"solution": solution, "kind": "ai"}):
        with pytest.raises(DoesNotHold):
            following.follow(by=skane, **nothing)


def test_what_is_not_public_reaches_only_those_it_concerns(solution, author, stockholm, skane, editor, regions):
    tell(solution, "link", "Svarar inte.", public=False, urgent_to=[regions["12"]])
    for reader in (author, skane, editor):
        assert followed.news_for(reader).count() == 1
    assert followed.news_for(stockholm).count() == followed.feed().__len__() == 0


def test_a_recall_reaches_the_regions_until_they_have_said_what_they_do(solution, stockholm, skane, author, regions):
    adoption = use(solution, regions["01"])
    use(solution, regions["12"])
    with at(1):
        tell(solution, "recalled", "Återkallad: fel dos.", urgent_to=[regions["01"], regions["12"]])
    with at(2):
        assert [u.regions for u in followed.urgent_to(stockholm)] == [("Region Stockholm",)]
        assert followed.urgent_to(author) == []
        use(solution, regions["12"], Stage.DISCONTINUED)
        assert followed.urgent_to(skane) == []
        Confirmation.objects.create(adoption=adoption, confirmed_at=dt.datetime.now(dt.UTC))
        assert followed.urgent_to(stockholm) == []
    with at(100):
        Confirmation.objects.all().delete()
        assert followed.urgent_to(stockholm) == []


def test_news_is_kept_in_swedish_and_cut(solution):
    with translation.override("en"):
        row = tell(solution, "state", "Ett  radbrott\n" + "x" * 400)
    assert row.text.startswith("Ett radbrott x") and len(row.text) == 300
    with pytest.raises(ValueError, match="unknown kind"):
        tell(solution, "gossip", "x")


# ---------------------------------------------------------------- texts


def test_two_who_write_do_not_overwrite_each_other(solution, author, editor):
    writing.edit_texts(by=author, solution=solution, version=1, plain="Först.", effort="small")
    with pytest.raises(Clash) as clash:
        writing.edit_texts(by=editor, solution=solution, version=1, plain="Sedan.", effort="small")
    assert (clash.value.version, clash.value.who) == (2, author.name)
    assert [(d.field, d.theirs) for d in clash.value.differences] == [("plain", "Först.")]
    assert writing.edit_texts(by=editor, solution=solution, version=2, plain="Sedan.").plain == "Sedan."
    event = Event.objects.filter(verb="edited_texts").latest("number")
    assert event.details == {"before": {"plain": "Först."}, "after": {"plain": "Sedan."}}


def test_who_may_write_the_texts(solution, author, editor, stockholm, person, regions):
    for other in (stockholm, person(Role.AUDITOR), person(Role.CASE_OFFICER)):
        with pytest.raises(NotAllowed):
            writing.edit_texts(by=other, solution=solution, version=1, plain="x")
    Solution.objects.update(steward=regions["01"])
    assert writing.edit_texts(by=stockholm, solution=solution, version=1, plain="x").version == 2


def test_a_plain_text_is_read_in_two_minutes(solution, author):
    words = "ett " * checks.PLAIN_WORDS
    writing.edit_texts(by=author, solution=solution, version=1, plain=words)
    with pytest.raises(DoesNotHold) as refusal:
        writing.edit_texts(by=author, solution=solution, version=2, plain=words + "till", plain_en=words + "more")
    assert [problem.field for problem in refusal.value.problems] == ["plain", "plain_en"]


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://example.org", "example.org", "http://", "http://[x"])
def test_a_link_is_an_address_of_a_page(solution, author, link):
    with pytest.raises(DoesNotHold) as refusal:
        writing.edit_texts(by=author, solution=solution, version=1, link=link)
    assert [problem.field for problem in refusal.value.problems] == ["link"]


@pytest.mark.parametrize(
    ("text", "words", "lix"),
    [
        ("", 0, None),
        ("Jag ser en bil. Den är röd.", 7, 4),  # 7/2 words a sentence, no long word
        ("Regionerna tillhandahåller läkemedel.", 3, 103),  # 3/1 + 100·3/3
        ("Vi mäter. Det går bra, tycker sjuksköterskorna.", 7, 18),  # 7/2 + 100·1/7
    ],
)
def test_lix_by_hand(text, words, lix):
    found = reading.readability(text)
    assert (found.words, found.lix) == (words, lix)


# ---------------------------------------------------------------- pages


def test_a_question_from_page_to_answer(solution, author, stockholm, client_as, client, regions):
    url = f"/losningar/{solution.slug}/fragor/"
    assert client.get(url + "stall/").status_code == 302
    asker, owner = client_as(stockholm), client_as(author)
    bad = asker.post(url + "stall/", {"region": "01", "to": "14", "text": ""})
    assert bad.status_code == 422
    assert asker.post(url + "stall/", {"region": "01", "to": "12", "text": "Hur?"}).status_code == 422
    evil = "<script>alert(1)</script>"
    assert asker.post(url + "stall/", {"region": "01", "to": "14", "text": evil}).status_code == 302
    question = Question.objects.get()
    shown = client.get(url).content.decode()
    assert "&lt;script&gt;alert(1)" in shown and evil not in shown and "Väntar på svar" in shown
    own = f"{url}{question.pk}/"
    assert "Svara" not in client.get(own).content.decode().split("<main")[1]
    assert owner.post(own + "svara/", {"region": "14", "text": ""}).status_code == 422
    assert owner.post(own + "svara/", {"region": "14", "text": "Ett halvår."}).status_code == 302
    assert "Besvarad" in client.get(url).content.decode()
    assert asker.post(own + "avsluta/", {"reason": "Räcker."}).status_code == 302
    assert owner.post(own + "svara/", {"region": "14", "text": "Mer."}).status_code == 422
    assert client.get(f"/losningar/annan/fragor/{question.pk}/").status_code == 404


def test_a_fault_from_outside_from_page_to_status(solution, author, client_as, client):
    url = f"/losningar/{solution.slug}/fel/"
    page = client.get(url).content.decode()
    assert 'name="webbplats"' in page
    given = {"place": "effect", "text": "Siffran <b>stämmer</b> inte.", "webbplats": ""}
    assert client.post(url, {**given, "webbplats": "http://spam.example"}).status_code == 422
    assert client.post(url, given).status_code == 302
    assert "stämmer" not in client.get(url).content.decode()
    owner = client_as(author)
    assert "&lt;b&gt;stämmer&lt;/b&gt;" in owner.get(url).content.decode()
    fault = Fault.objects.get()
    assert client.get(f"{url}{fault.pk}/").status_code == 302
    assert owner.post(f"{url}{fault.pk}/", {"to": "mended", "answer": ""}).status_code == 422
    assert owner.post(f"{url}{fault.pk}/", {"to": "mended", "answer": "Nu rätt."}).status_code == 302
    shown = client.get(url).content.decode()
    assert "Rättat" in shown and "Nu rätt." in shown
    for _number in range(limits.AN_HOUR["fault"] - 1):
        assert client.post(url, given).status_code == 302
    flooded = client.post(url, given)
    assert flooded.status_code == 422 and "Siffran" in flooded.content.decode()
    assert Client(REMOTE_ADDR="192.0.2.7").post(url, given).status_code == 302


def test_a_stranger_does_not_settle(solution, stockholm, client_as, person):
    fault = asking.report_fault(by=stockholm, solution=solution, place="title", text="Fel.")
    url = f"/losningar/{solution.slug}/fel/{fault.pk}/"
    assert client_as(stockholm).get(url).status_code == 403
    assert client_as(person(Role.AUDITOR)).get(url).status_code == 200
    assert client_as(stockholm).get(f"/losningar/{solution.slug}/kort/skriv/").status_code == 403


def test_following_through_the_pages(solution, stockholm, client_as):
    page = client_as(stockholm)
    own = f"/losningar/{solution.slug}/"
    assert "Bevaka" in page.get(own).content.decode()
    assert page.post(own + "bevaka/").status_code == 302
    assert "Sluta bevaka" in page.get(own).content.decode()
    back = "/losningar/?omrade=bilddiagnostik"
    took = page.post("/losningar/bevaka/", {"specialty": "bilddiagnostik", "tillbaka": back})
    assert took["Location"] == back
    assert page.post("/losningar/bevaka/", {"kind": "ai", "tillbaka": "https://evil.example/"})["Location"] == (
        "/min-sida/bevakningar/"
    )
    assert page.post("/losningar/bevaka/", {}).status_code == 422
    listed = page.get("/min-sida/bevakningar/").content.decode()
    assert "Röntgengranskning" in listed and "AI-tillämpning" in listed and "bilddiagnostik" in listed
    with at(0.1):
        tell(solution, "published", "Paket <1.0> är ute.")
    with at(0.2):
        assert "Paket &lt;1.0&gt; är ute." in page.get("/losningar/nytt/").content.decode()
        assert page.post("/losningar/nytt/last/").status_code == 302
        assert "Paket" not in page.get("/losningar/nytt/").content.decode()
    row = Subscription.objects.first()
    assert page.post(f"/min-sida/bevakningar/{row.pk}/sluta/").status_code == 302
    assert page.post(f"/min-sida/bevakningar/{row.pk}/sluta/").status_code == 404


def test_the_short_page_in_both_languages(solution, author, client_as, client):
    url = f"/losningar/{solution.slug}/kort/"
    page = client_as(author)
    assert "AI läser först." in client.get(url).content.decode()
    form = page.get(url + "skriv/").content.decode()
    assert 'name="version" value="1"' in form
    given = {"version": "1", "plain": "Vi läser röntgenbilder.", "title_en": "", "plain_en": "", "effort": "small"}
    assert page.post(url + "skriv/", given).status_code == 302
    clash = page.post(url + "skriv/", {**given, "plain": "Min sena text."})
    assert clash.status_code == 409 and "Min sena text." in clash.content.decode()
    english = Client(headers={"accept-language": "en"})
    assert '<span lang="sv">Röntgengranskning</span>' in english.get(url).content.decode()
    assert 'lang="sv">Vi läser röntgenbilder.' in english.get(url).content.decode()
    more = {**given, "version": "2", "title_en": "Reading X-rays", "plain_en": "We read X-rays."}
    assert page.post(url + "skriv/", more).status_code == 302
    shown = english.get(url).content.decode()
    assert "Reading X-rays" in shown and 'lang="en">We read X-rays.' in shown
    assert "Reading X-rays" in english.get(f"/losningar/{solution.slug}/").content.decode()
    assert "Vi läser röntgenbilder." in client.get(url).content.decode()


def test_the_pages_ask_as_much_for_one_as_for_three(solution, author, stockholm, client_as, client, regions):
    def one_more(text):
        question = ask(stockholm, solution, regions, text=text)
        asking.answer(by=author, question=question, text="Ja.", region=regions["14"])
        asking.report_fault(by=stockholm, solution=solution, place="title", text=text)
        make(regions, slug=text, title=text)
        following.follow(by=stockholm, solution=Solution.objects.get(slug=text))
        with at(0.1):
            tell(Solution.objects.get(slug=text), "state", "Ny.")

    reader, counts = client_as(stockholm), {}
    own = f"/losningar/{solution.slug}/"
    with at(0.2):
        pages = (own + "fragor/", own + "fel/", own + "kort/", "/losningar/nytt/", "/min-sida/bevakningar/", own)
        for round_ in ((1,), (2, 3)):
            with at(0):
                for number in round_:
                    one_more(f"nr-{number}")
            for url in pages:
                with CaptureQueriesContext(connection) as queries:
                    assert reader.get(url).status_code == 200
                counts.setdefault(url, []).append(len(queries))
    for url, (one, three) in counts.items():
        assert one == three <= 30, (url, one, three)
