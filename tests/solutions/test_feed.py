"""The feed, read by a parser that knows nothing of what made it, against what RFC 4287 asks."""

import datetime as dt
import re
from xml.etree import ElementTree as xml

import pytest
import time_machine
from django.utils.dateparse import parse_datetime

from hemtag.organisations.models import Role
from hemtag.solutions.actions.news import tell
from hemtag.solutions.models import News, Solution

pytestmark = pytest.mark.django_db
A = "{http://www.w3.org/2005/Atom}"
NOW = dt.datetime(2027, 3, 15, 9, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _the_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def solutions(regions):
    return [
        Solution.objects.create(slug=slug, title=title, kind=kind, specialty=area, owner=regions["14"], proposed_at=NOW)
        for slug, title, kind, area in (
            ("a", "A <b> & ”B” \x01\x0b]]>", "ai", "Öron, näsa & hals"),
            ("c", "C", "technical", "primärvård"),
        )
    ]


def read(client, url="/losningar/nyheter.atom", **headers):
    answer = client.get(url, headers=headers)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return answer, xml.fromstring(answer.content)  # noqa: S314 - our own feed


def valid(top):
    """What RFC 4287 asks of a feed and of each entry (4.1.1, 4.1.2)."""
    assert top.tag == f"{A}feed"
    for element in (top, *top.findall(f"{A}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{A}{name}")) == 1, name
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", element.findtext(f"{A}id"))
        assert parse_datetime(element.findtext(f"{A}updated")).tzinfo
        assert element.find(f"{A}author/{A}name").text
        alternates = [link for link in element.findall(f"{A}link") if link.get("rel") == "alternate"]
        assert len(alternates) == 1 and alternates[0].get("href").startswith("http")
    selves = [link for link in top.findall(f"{A}link") if link.get("rel") == "self"]
    assert len(selves) == 1
    ids = [entry.findtext(f"{A}id") for entry in top.findall(f"{A}entry")]
    assert len(ids) == len(set(ids))
    updated = [entry.findtext(f"{A}updated") for entry in top.findall(f"{A}entry")]
    assert updated == sorted(updated, reverse=True)
    if updated:
        assert top.findtext(f"{A}updated") == updated[0]
    return [(entry.findtext(f"{A}title"), entry.findtext(f"{A}summary")) for entry in top.findall(f"{A}entry")]


def test_an_empty_feed_is_a_feed(client, regions):
    _answer, top = read(client)
    assert valid(top) == []


def test_what_people_have_written_is_text_whatever_it_holds(client, solutions):
    tell(solutions[0], "published", "<script>alert(1)</script> & \x08 ]]> 💡")
    _answer, top = read(client)
    (entry,) = valid(top)
    assert entry == ("A <b> & ”B” ]]>: nytt paket", "<script>alert(1)</script> &  ]]> 💡")


def test_only_public_news_of_what_anyone_may_see(client, client_as, person, solutions):
    tell(solutions[0], "published", "Öppet.")
    tell(solutions[0], "link", "Slutet.", public=False)
    tell(solutions[1], "published", "Avböjd.")
    Solution.objects.filter(slug="c").update(state="declined")
    for reader in (client, client_as(person(Role.CATALOGUE_EDITOR))):
        _answer, top = read(reader)
        assert [summary for _title, summary in valid(top)] == ["Öppet."]
        assert reader.get("/losningar/c/nyheter.atom").status_code == 404


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("/losningar/nyheter.atom?omrade=%C3%96ron,%20n%C3%A4sa%20%26%20hals", ["Ett."]),
        ("/losningar/nyheter.atom?slag=technical", ["Två."]),
        ("/losningar/nyheter.atom?slag=technical&omrade=annat", []),
        ("/losningar/a/nyheter.atom", ["Ett."]),
        ("/losningar/nyheter.atom?slag=%3Cscript%3E%01", []),
    ],
    ids=["area", "kind", "both", "solution", "nonsense"],
)
def test_a_feed_of_less(client, solutions, url, found):
    tell(solutions[0], "step", "Ett.")
    tell(solutions[1], "step", "Två.")
    _answer, top = read(client, url)
    assert [summary for _title, summary in valid(top)] == found
    own = next(link for link in top.findall(f"{A}link") if link.get("rel") == "self").get("href")
    assert re.fullmatch(r"[!-~]+", own) and "<" not in own


def test_the_ids_last_whatever_the_site_is_called(client, solutions, settings):
    tell(solutions[0], "step", "Ett.")
    ids = lambda: [node.text for node in read(client)[1].iter(f"{A}id")]  # noqa: E731
    before = ids()
    settings.SITE_URL = "https://annan.example.org"
    Solution.objects.filter(slug="a").update(title="Nytt namn")
    assert ids() == before


def test_who_has_it_already_is_not_sent_it_again(client, solutions):
    tell(solutions[0], "step", "Ett.")
    answer, _top = read(client)
    assert answer["Last-Modified"] == "Mon, 15 Mar 2027 09:00:00 GMT"
    url = "/losningar/nyheter.atom"
    for headers in ({"if-none-match": answer["ETag"]}, {"if-modified-since": answer["Last-Modified"]}):
        same = client.get(url, headers=headers)
        assert same.status_code == 304 and same.content == b""
    with time_machine.travel(NOW + dt.timedelta(minutes=1), tick=False):
        tell(solutions[0], "step", "Två.")
    for headers in ({"if-none-match": answer["ETag"]}, {"if-modified-since": answer["Last-Modified"]}):
        assert client.get(url, headers=headers).status_code == 200
    Solution.objects.filter(slug="a").update(title="Nytt namn")
    assert client.get(url, headers={"if-none-match": read(client)[0]["ETag"]}).status_code == 304


def test_the_feed_asks_the_database_once_and_is_cut(client, solutions, django_assert_num_queries):
    News.objects.bulk_create(
        News(solution=solutions[0], what="step", text=f"Nr {n}", at=NOW + dt.timedelta(minutes=n)) for n in range(60)
    )
    with django_assert_num_queries(1):
        answer = client.get("/losningar/nyheter.atom")
    found = valid(xml.fromstring(answer.content))  # noqa: S314
    assert len(found) == 50 and found[0][1] == "Nr 59"
