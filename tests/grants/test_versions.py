"""Named versions, what has changed since one looked, and how two versions are compared."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hemtag.grants import actions, queries
from hemtag.grants.models import Application, Look, NamedVersion
from hemtag.history.models import Event
from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold, NotAllowed

from .making import a_call, a_person, a_submission_that_holds, an_application, in_the_window, organisation, submitted

pytestmark = pytest.mark.django_db


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def application() -> Any:
    with in_the_window():
        yield an_application(a_call(), organisation("14"), participants=[organisation("12")], title="En åtgärd")


def test_a_version_stays_as_it_was_and_is_compared_with_what_is_now(application: Application) -> None:
    author = a_person(Role.AUTHOR, "14")
    actions.edit_application(by=author, application=application, version=1, values={"summary": "Ett två tre"})
    application.refresh_from_db()
    kept = actions.keep_version(by=author, application=application, name=" Före mötet ")
    assert (kept.number, kept.name) == (1, "Före mötet")
    assert Event.objects.latest("number").details["sha256"] == kept.sha256 == queries.sha256_of(kept.content)
    actions.edit_application(
        by=author, application=application, version=application.version, values={"summary": "Ett fyra tre"}
    )
    page = browser(author).get(reverse("compare_versions", args=[application.number]), {"fran": "v1", "till": "nu"})
    text = page.content.decode()
    assert page.status_code == 200 and "två" in text and "fyra" in text and "<del>" in text and "<ins>" in text
    assert actions.keep_version(by=author, application=application, name="Sedan").number == 2


def test_a_version_needs_a_name_and_somebody_who_writes(application: Application) -> None:
    with pytest.raises(DoesNotHold) as refusal:
        actions.keep_version(by=a_person(Role.AUTHOR, "12"), application=application, name="  ")
    assert [problem.field for problem in refusal.value.problems] == ["name"]
    with pytest.raises(NotAllowed):
        actions.keep_version(by=a_person(Role.AUTHOR, "01"), application=application, name="x")
    assert not NamedVersion.objects.exists()
    client = browser(a_person(Role.AUTHOR, "12"))
    assert client.post(reverse("versions", args=[application.number]), {"name": ""}).status_code == 422
    assert client.post(reverse("versions", args=[application.number]), {"name": "Ett"}).status_code == 302


def test_a_version_that_was_handed_in_can_be_compared_too() -> None:
    with in_the_window():
        submission = a_submission_that_holds("14", participants=["12"], title="En åtgärd")
        row = submission.applications.get()
        submitted(row)
        keys = [version.key for version in queries.versions_of(row)]
        assert keys == ["nu", "inlamnad-1"]
        assert queries.content_at(row, "inlamnad-1")["title"] == "En åtgärd"


@pytest.mark.parametrize("key", ["v9", "vx", "inlamnad-9", "inlamnad-", "", "v", "nu2"])
def test_a_version_that_is_not_there(application: Application, key: str) -> None:
    with pytest.raises(Application.DoesNotExist):
        queries.content_at(application, key)
    client = browser(a_person(Role.AUTHOR, "14"))
    answer = client.get(reverse("compare_versions", args=[application.number]), {"fran": key, "till": "nu"})
    assert answer.status_code == 200 and "<ins>" not in answer.content.decode()


def test_what_others_have_changed_since_one_looked(application: Application) -> None:
    mine, other = a_person(Role.AUTHOR, "14"), a_person(Role.AUTHOR, "14")
    assert queries.unseen_changes(mine, application) is None
    assert queries.changed_since_look(mine, application).look is None
    actions.mark_seen(by=mine, application=application)
    assert queries.unseen_changes(mine, application) == 0
    actions.edit_application(by=other, application=application, version=1, values={"goals": "Deras mål"})
    actions.add_block(by=mine, application=application, title="Mitt block")
    assert queries.unseen_changes(mine, application) == 1
    since = queries.changed_since_look(mine, application)
    assert [(touched.changes.key, touched.people) for touched in since.by_others] == [("text", (other.name,))]
    assert [touched.changes.key for touched in since.by_oneself] == ["block-1"]
    client = browser(mine)
    assert "Deras mål" in client.get(reverse("changes", args=[application.number])).content.decode()
    assert client.post(reverse("changes", args=[application.number])).status_code == 302
    assert queries.changed_since_look(mine, application).sections == ()
    assert Look.objects.count() == 1


def test_the_queries_of_the_lists_do_not_grow(application: Application) -> None:
    author = a_person(Role.AUTHOR, "14")
    client, counts = browser(author), []
    actions.mark_seen(by=author, application=application)
    other = a_person(Role.AUTHOR, "14")
    for more in (1, 4):
        for place in range(more):
            actions.keep_version(by=author, application=application, name=f"{more}-{place}")
            actions.add_block(by=other, application=application, title=f"Block {more} {place}")
            actions.add_remark(by=author, application=application, section="text", text="Hej")
        found = []
        for name in ("versions", "changes", "remarks"):
            with CaptureQueriesContext(connection) as seen:
                assert client.get(reverse(name, args=[application.number])).status_code == 200
            found.append(len(seen))
        counts.append(found)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 26
