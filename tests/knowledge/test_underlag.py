"""Made once instead of 21 times: obstacles, underlag, reuse and what it has gained."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hemtag import clock
from hemtag.history.models import Event, RegisterEntry
from hemtag.knowledge import actions, checks, queries, rules
from hemtag.knowledge.models import Obstacle, ObstacleKind, Reuse, ReuseKind, Underlag, UnderlagKind, UnderlagState
from hemtag.organisations.models import Role
from hemtag.refusals import Clash, DoesNotHold, NotAllowed, WrongState
from tests.followup.making import Events

BODY = "Tal i vårdmötet får behandlas med stöd av patientdatalagen när det sker för vårddokumentation. " * 4


@pytest.fixture
def author(person):
    return person(Role.AUTHOR, "14", name="Sara Skribent")


@pytest.fixture
def head(person):
    return person(Role.REPRESENTATIVE, "14", name="Fredrik Företrädare")


@pytest.fixture
def stockholm(person):
    return person(Role.AUTHOR, "01", name="Stina Stockholm")


@pytest.fixture
def auditor(person):
    return person(Role.AUDITOR)


@pytest.fixture
def obstacle(author, regions):
    return actions.report_obstacle(
        by=author, region=regions["14"], kind=ObstacleKind.LAW, title="Oklart om tal", description="Ingen vet."
    )


def write(by, region, obstacles=(), **other):
    values = {
        "kind": UnderlagKind.LEGAL_POSITION,
        "title": "Får tal behandlas?",
        "summary": "Ja, med villkor.",
        "body": BODY,
        "conditions": "Inom vården.",
        "hours_to_make": 120,
        "obstacles": list(obstacles),
    }
    return actions.write_underlag(by=by, region=region, **{**values, **other})


@pytest.fixture
def draft(author, regions, obstacle):
    return write(author, regions["14"], [obstacle])


@pytest.fixture
def published(draft, head):
    actions.publish_underlag(by=head, underlag=draft)
    return draft


@pytest.fixture
def cost(db):
    return actions.set_fact(
        by=None,
        code="hourly_cost",
        name="Timkostnad",
        value=Decimal("521.00"),
        unit="kr",
        valid_from=dt.date(2026, 1, 1),
        source="prov",
    )


def reuse(underlag, by, region, kind=ReuseKind.AS_IS, spent=10, alone=100, note=""):
    return actions.record_reuse(
        by=by, underlag=underlag, region=region, kind=kind, hours_spent=spent, hours_alone=alone, note=note
    )


# ---------------------------------------------------------------- writing and publishing


def test_each_step_leaves_its_event(author, head, stockholm, regions):
    with Events() as events:
        obstacle = actions.report_obstacle(
            by=author, region=regions["14"], kind=ObstacleKind.LAW, title="Oklart", description="Så."
        )
        draft = write(author, regions["14"], [obstacle])
        draft = actions.edit_underlag(by=author, underlag=draft, version=1, obstacles=[obstacle], title="Ny titel")
        actions.publish_underlag(by=head, underlag=draft)
        reuse(draft, stockholm, regions["01"])
        actions.withdraw_underlag(by=head, underlag=draft, reason="Ny lag.")
    assert events.verbs == [
        "reported_obstacle",
        "wrote_underlag",
        "edited_underlag",
        "published_underlag",
        "recorded_reuse",
        "withdrew_underlag",
    ]


@pytest.mark.parametrize(
    "missing, field",
    [
        ({"summary": " "}, "summary"),
        ({"body": "kort"}, "body"),
        ({"conditions": ""}, "conditions"),
        ({"hours_to_make": 0}, "hours_to_make"),
        ({"obstacles": []}, "obstacles"),
        ({"valid_until": dt.date(2020, 1, 1)}, "valid_until"),
    ],
)
def test_a_hole_is_not_published(author, head, regions, obstacle, missing, field):
    draft = write(author, regions["14"], **{"obstacles": [obstacle], **missing})
    with pytest.raises(DoesNotHold) as refusal:
        actions.publish_underlag(by=head, underlag=draft)
    assert [problem.field for problem in refusal.value.problems] == [field]
    assert [problem.field for problem in queries.what_is_missing(draft)] == [field]
    draft.refresh_from_db()
    assert draft.state == UnderlagState.DRAFT


def test_publishing_freezes_a_version_and_registers_it(published, head):
    version = published.versions.get()
    assert (version.number, version.body) == (1, BODY)
    assert RegisterEntry.objects.get().sha256 == version.sha256
    with pytest.raises(WrongState, match="publicerat"):
        actions.publish_underlag(by=head, underlag=published)
    assert published.versions.count() == 1


def test_what_is_published_is_not_changed(published, author):
    with pytest.raises(WrongState, match="ändras inte"):
        actions.edit_underlag(by=author, underlag=published, version=1, obstacles=[], title="Nytt")


def test_only_the_own_region_writes_and_its_representative_publishes(draft, author, head, stockholm, person, regions):
    others = [stockholm, person(Role.CASE_OFFICER), person(Role.AUDITOR), person(Role.REPRESENTATIVE, "01")]
    for other in others:
        assert not rules.may_write(other, regions["14"])
        with pytest.raises(NotAllowed):
            write(other, regions["14"])
        with pytest.raises(NotAllowed):
            actions.edit_underlag(by=other, underlag=draft, version=1, obstacles=[], title="x")
        with pytest.raises(NotAllowed):
            actions.report_obstacle(by=other, region=regions["14"], kind=ObstacleKind.LAW, title="x", description="y")
    for other in (*others, author):
        with pytest.raises(NotAllowed):
            actions.publish_underlag(by=other, underlag=draft)
    actions.publish_underlag(by=head, underlag=draft)
    for other in (*others, author):
        with pytest.raises(NotAllowed):
            actions.withdraw_underlag(by=other, underlag=draft, reason="x")


def test_two_tabs_are_told_who_saved(draft, author, head, obstacle):
    actions.edit_underlag(by=head, underlag=draft, version=1, obstacles=[obstacle], title="Först", hours_to_make=120)
    with pytest.raises(Clash) as clash:
        actions.edit_underlag(by=author, underlag=draft, version=1, obstacles=[], title="Sedan", hours_to_make=120)
    assert clash.value.who == "Fredrik Företrädare"
    assert clash.value.version == 2
    theirs = {row.field: (row.label, row.theirs) for row in clash.value.differences}
    assert theirs == {
        "title": ("Titel", "Först"),
        "obstacles": ("Hinder som det hjälper mot", "Oklart om tal"),
    }
    draft.refresh_from_db()
    assert draft.title == "Först"


def test_a_second_tab_is_told_who_wrote_first(draft, author):
    draft.version = 2
    draft.save()
    with pytest.raises(Clash) as clash:
        actions.edit_underlag(by=author, underlag=draft, version=1, obstacles=[], title="Sedan")
    assert clash.value.who == "Sara Skribent"


def test_addresses_from_titles():
    assert actions.free_slug("Får tal behandlas?", []) == "far-tal-behandlas"
    assert actions.free_slug("Får tal", ["far-tal", "far-tal-2"]) == "far-tal-3"
    assert actions.free_slug("???", []) == "utan-namn"
    assert len(actions.free_slug("å" * 300, [])) <= 80


def test_a_withdrawn_underlag_stays_with_its_reason(published, head, stockholm, regions):
    with pytest.raises(DoesNotHold):
        actions.withdraw_underlag(by=head, underlag=published, reason=" ")
    actions.withdraw_underlag(by=head, underlag=published, reason="Ny lag.")
    row = queries.underlag_called(stockholm, published.slug)
    assert queries.why_withdrawn(row) == "Ny lag."
    with pytest.raises(WrongState):
        reuse(row, stockholm, regions["01"])
    with pytest.raises(WrongState):
        actions.withdraw_underlag(by=head, underlag=published, reason="Igen.")


# ---------------------------------------------------------------- who sees what


def test_a_draft_is_the_own_regions(draft, author, stockholm, auditor, person):
    for reader in (author, auditor):
        assert queries.underlag_called(reader, draft.slug) == draft
    for other in (stockholm, person(Role.CASE_OFFICER), None):
        with pytest.raises(Underlag.DoesNotExist):
            queries.underlag_called(other, draft.slug)
        assert not queries.underlag_for(other).exists()
    with pytest.raises(Underlag.DoesNotExist):
        queries.own_underlag_called(stockholm, draft.slug)


def test_an_obstacle_is_solved_by_what_is_published(draft, obstacle, head):
    assert queries.obstacle_with(obstacle.pk).solved_by == 0
    actions.publish_underlag(by=head, underlag=draft)
    assert queries.obstacle_with(obstacle.pk).solved_by == 1
    groups = dict(queries.obstacles_by_kind())
    assert len(groups) == 4
    assert groups["Juridik"][0].helping == [draft]
    actions.withdraw_underlag(by=head, underlag=draft, reason="Ny lag.")
    assert queries.obstacle_with(obstacle.pk).solved_by == 0


# ---------------------------------------------------------------- reuse and gain


def test_the_gain_worked_out_by_hand(published, stockholm, person, regions, cost):
    reuse(published, stockholm, regions["01"], ReuseKind.AS_IS, 10, 100)
    reuse(published, person(Role.ECONOMIST, "12"), regions["12"], ReuseKind.ADAPTED, 30, 90)
    reuse(published, person(Role.AUTHOR, "25"), regions["25"], ReuseKind.NOT_APPLICABLE, 5, 80, note="Annat system.")
    gain = queries.gain_of([queries.underlag_called(None, published.slug)], cost)
    # Two regions use it; alone 100 + 90, spent 10 + 30 + 5 where it was not applicable; 145 h · 521 kr.
    assert (gain.regions, gain.alone, gain.spent, gain.made) == (2, 190, 45, 120)
    assert (gain.net, gain.after_making, gain.shortfall) == (145, 25, 0)
    assert gain.value_sek == 75_545
    assert queries.total_gain() == gain


def test_a_loss_is_said_as_one(published, stockholm, regions):
    reuse(published, stockholm, regions["01"], ReuseKind.ADAPTED, 50, 10)
    gain = queries.total_gain()
    assert (gain.net, gain.after_making, gain.shortfall, gain.value_sek) == (-40, -160, 160, None)


def test_a_region_corrects_its_own_numbers(published, stockholm, regions):
    reuse(published, stockholm, regions["01"], spent=10, alone=100)
    reuse(published, stockholm, regions["01"], ReuseKind.NOT_APPLICABLE, 12, 100, note="Gick inte.")
    row = Reuse.objects.get()
    assert (row.hours_spent, row.hours_alone) == (12, 0)
    details = Event.objects.order_by("-number")[0].details
    assert details["hours_alone"] == 0
    assert details["before"] == {"kind": "as_is", "hours_spent": 10, "hours_alone": 100}


@pytest.mark.parametrize(
    "values, field",
    [
        ({"is_owner": True}, ""),
        ({"hours_spent": -1}, "hours_spent"),
        ({"hours_alone": 20_001}, "hours_alone"),
        ({"is_applicable": False, "note": " "}, "note"),
    ],
)
def test_reuse_that_cannot_be(values, field):
    good = {"is_owner": False, "is_applicable": True, "hours_spent": 0, "hours_alone": 0, "note": ""}
    assert checks.reuse_is_reasonable(**good) == []
    assert [problem.field for problem in checks.reuse_is_reasonable(**{**good, **values})] == [field]


def test_the_owner_does_not_reuse_its_own(published, author, regions):
    with pytest.raises(DoesNotHold, match="själv gjort"):
        reuse(published, author, regions["14"])
    assert not Reuse.objects.exists()


def test_nobody_reuses_for_another_region_or_a_draft(draft, head, stockholm, author, auditor, regions):
    with pytest.raises(WrongState, match="publicerat"):
        reuse(draft, stockholm, regions["01"])
    actions.publish_underlag(by=head, underlag=draft)
    for other in (author, auditor):
        with pytest.raises(NotAllowed):
            reuse(draft, other, regions["01"])


def test_a_fact_is_read_at_its_day(cost):
    actions.set_fact(
        by=None, code="hourly_cost", name="x", value=Decimal(600), unit="kr", valid_from=dt.date(2027, 1, 1), source="y"
    )
    assert queries.fact_on("hourly_cost", dt.date(2025, 12, 31)) is None
    assert queries.fact_on("hourly_cost", dt.date(2026, 12, 31)).value == 521
    assert queries.fact_on("hourly_cost", dt.date(2027, 1, 1)).value == 600


# ---------------------------------------------------------------- pages


def test_the_lists_ask_as_much_for_one_as_for_three(author, head, regions, obstacle, client_as, stockholm):
    client, counts = client_as(stockholm), {}
    for number, rows in enumerate((1, 2)):
        for extra in range(rows):
            draft = write(author, regions["14"], [obstacle], title=f"Nr {number}{extra}")
            actions.publish_underlag(by=head, underlag=draft)
            reuse(draft, stockholm, regions["01"])
        for url in ("/underlag/", "/hinder/", f"/hinder/{obstacle.pk}/"):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            counts.setdefault(url, []).append(len(asked))
    for url, (one, three) in counts.items():
        assert one == three <= 12, (url, one, three)


def test_underlag_from_draft_to_gain_through_the_pages(author, head, stockholm, auditor, obstacle, client_as, cost):
    writer, other = client_as(author), client_as(stockholm)
    data = {
        "region": "14",
        "kind": "legal_position",
        "title": "<script>alert(1)</script>",
        "summary": "Ja.",
        "body": BODY,
        "conditions": "Inom vården.",
        "hours_to_make": "tjugo",
        "obstacles": [obstacle.pk],
    }
    wrong = writer.post("/underlag/nytt/", data)
    assert wrong.status_code == 422
    assert "tjugo" in wrong.content.decode()
    assert "Inom vården." in wrong.content.decode()
    assert writer.post("/underlag/nytt/", {**data, "hours_to_make": "20", "region": "01"}).status_code == 422
    assert writer.post("/underlag/nytt/", {**data, "hours_to_make": "20", "kind": ""}).status_code == 422
    made = writer.post("/underlag/nytt/", {**data, "hours_to_make": "20"})
    assert made.status_code == 302
    url = made["Location"]
    page = writer.get(url).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page
    for suffix in ("", "andra/", "anvand/"):
        assert other.get(url + suffix).status_code == 404
    assert client_as(auditor).get(url).status_code == 200
    edit = {**data, "hours_to_make": "25", "version": "1", "title": "Första fliken"}
    assert writer.post(url + "andra/", edit).status_code == 302
    clash = client_as(head).post(url + "andra/", {**edit, "title": "Andra fliken"})
    assert clash.status_code == 409
    shown = clash.content.decode()
    assert "Sara Skribent sparade före dig" in shown
    assert 'value="Andra fliken"' in shown
    assert 'name="version" value="2"' in shown
    assert writer.post(url + "publicera/").status_code == 403
    chief = client_as(head)
    assert "kan sedan inte ändras" in chief.get(url + "publicera/").content.decode()
    assert chief.post(url + "publicera/").status_code == 302
    assert chief.post(url + "publicera/").status_code == 409
    gone = other.post(url + "anvand/", {"region": "01", "kind": "as_is", "hours_spent": "-4", "hours_alone": "90"})
    assert gone.status_code == 422
    own = {"region": "01", "kind": "as_is", "hours_spent": "10", "hours_alone": "90", "note": "<b>bra</b>"}
    assert other.post(url + "anvand/", own).status_code == 302
    shown = other.get(url).content.decode()
    assert "sparat 80 timmar" in shown
    assert "&lt;b&gt;bra&lt;/b&gt;" in shown
    assert 'value="90"' in other.get(url + "anvand/").content.decode()
    assert "Den som har gjort underlaget" in writer.get(url + "anvand/").content.decode()
    assert chief.post(url + "aterkalla/", {"reason": ""}).status_code == 422
    assert client_as(auditor).post(url + "aterkalla/", {"reason": "x"}).status_code == 403
    assert chief.post(url + "aterkalla/", {"reason": "Ny lag."}).status_code == 302
    assert "Ny lag." in other.get(url).content.decode()


def test_obstacles_through_the_pages(author, client_as, client, auditor):
    writer = client_as(author)
    assert writer.post("/hinder/anmal/", {"region": "14", "title": "Bara titel"}).status_code == 422
    data = {"region": "14", "kind": "data", "title": "<img src=x>", "description": "Så är det."}
    assert writer.post("/hinder/anmal/", data).status_code == 302
    row = Obstacle.objects.get()
    for url in ("/hinder/", f"/hinder/{row.pk}/"):
        page = client.get(url).content.decode()
        assert "&lt;img src=x&gt;" in page
        assert "<img src=x>" not in page
        assert "Öppet" in page
    assert client.get("/hinder/999/").status_code == 404
    assert client.get("/underlag/").status_code == 200
    assert client.get("/hinder/anmal/").status_code == 302
    assert client_as(auditor).post("/hinder/anmal/", data).status_code == 403


def test_an_expired_underlag_says_so(author, head, regions, obstacle, client):
    draft = write(author, regions["14"], [obstacle], valid_until=clock.today())
    actions.publish_underlag(by=head, underlag=draft)
    assert "Giltighetstiden har gått ut" not in client.get(f"/underlag/{draft.slug}/").content.decode()
    Underlag.objects.update(valid_until=clock.today() - dt.timedelta(days=1))
    assert "Giltighetstiden har gått ut" in client.get(f"/underlag/{draft.slug}/").content.decode()
