"""The link checker goes to the open net and nowhere else: what it tries, what it refuses, and what it tells."""

import datetime as dt
import ipaddress
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from hemtag.history.models import Event
from hemtag.organisations.models import Role
from hemtag.refusals import NotAllowed
from hemtag.solutions.actions.linking import record_links
from hemtag.solutions.actions.writing import edit_texts
from hemtag.solutions.checks.links import (
    GIVES_UP_AFTER,
    addresses_in,
    all_on_the_open_net,
    is_on_the_open_net,
    parts_of,
)
from hemtag.solutions.linking import Tried, tried
from hemtag.solutions.models import LinkCheck, News, PackagePart, PackageVersion, Solution
from hemtag.solutions.queries.following import urgent_to
from hemtag.solutions.queries.linking import addresses, is_broken, links_of, to_try

OPEN = "93.184.216.34"


class Site(BaseHTTPRequestHandler):
    """A small web: /ok, /gone, /closed, /broken, /loop, /to?<address>, /slow, /large."""

    seen: list = []

    def do_GET(self):
        type(self).seen.append((self.headers["Host"], self.path, dict(self.headers)))
        page = self.path.partition("?")[0]
        if page == "/to":
            self.send_response(302)
            self.send_header("Location", self.path.partition("?")[2])
            self.send_header("Set-Cookie", "who=me")
            self.end_headers()
        elif page == "/loop":
            self.send_response(301)
            self.send_header("Location", "/loop")
            self.end_headers()
        elif page == "/slow":
            self.send_response(200)
            self.end_headers()
            stop = threading.Event()
            for _number in range(200):
                try:
                    self.wfile.write(b".")
                except OSError:
                    return
                stop.wait(0.05)
        elif page == "/large":
            self.send_response(200)
            self.end_headers()
            try:
                for _number in range(2_000):
                    self.wfile.write(b"x" * 10_000)
            except OSError:
                return
        else:
            codes = {"/ok": 200, "/gone": 404, "/closed": 403, "/broken": 500}
            self.send_response(codes.get(page, 404))
            self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    made = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    made.daemon_threads = True
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made.server_address[1]
    made.shutdown()
    made.server_close()
    thread.join()


class Net:
    """Names with their addresses, and a way to each that is kept account of: every address is the small web."""

    def __init__(self, port, **names):
        self.port, self.names = port, {"example.org": [OPEN], **names}
        self.went, self.asked = [], []

    def resolve(self, host, port):
        self.asked.append(host)
        try:
            ipaddress.ip_address(host)
        except ValueError:
            pass
        else:
            return [host]
        if host.isdigit():  # what a resolver makes of http://2130706433/
            return [str(ipaddress.ip_address(int(host)))]
        found = self.names.get(host)
        if found is None:
            raise socket.gaierror("no such name")
        return found() if callable(found) else found

    def connect(self, address, port, seconds):
        self.went.append((address, port))
        return socket.create_connection(("127.0.0.1", self.port), seconds)

    def tried(self, address, **other):
        return tried(address, resolve=self.resolve, connect=self.connect, **other)


@pytest.fixture
def net(server):
    Site.seen.clear()
    return Net(server)


# ---------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",  # noqa: S104
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.254",
        "198.18.0.1",
        "192.0.2.1",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:a9fe:a9fe",
        "::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::1",
        "2002:c0a8:101::",
        "2001:0:1234::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "2001:db8::1",
    ],
)
def test_what_lies_within_is_never_reached(address):
    assert not is_on_the_open_net(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", [OPEN, "1.1.1.1", "172.32.0.1", "100.128.0.1", "2600::1", "::ffff:1.1.1.1"])
def test_the_open_net_is_reached(address):
    assert is_on_the_open_net(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_a_wrapped_address_is_what_it_wraps(address):
    wrapped = ipaddress.ip_address(f"::ffff:{address}")
    assert is_on_the_open_net(wrapped) == is_on_the_open_net(address)
    if is_on_the_open_net(address):
        assert address.is_global and not address.is_private


def test_one_bad_answer_among_many_is_enough():
    assert all_on_the_open_net([OPEN, "2600::1"])
    assert not all_on_the_open_net([OPEN, "10.0.0.1"])
    assert not all_on_the_open_net([])
    assert not all_on_the_open_net(["nonsense"])


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://example.org/",
        "javascript:alert(1)",
        "http://",
        "http:///path",
        "http://example.org:22/",
        "http://example.org:8080/",
        "http://example.org:x/",
        "http://user@example.org/",
        "http://example.org@127.0.0.1/",
        "http://127.0.0.1\\@example.org/",
        "http://example.org/a b",
        "http://example.org/\r\nHost: x",
        "http://[::1",
        "//example.org/",
        "http://example.org/" + "x" * 500,
    ],
)
def test_only_ordinary_addresses_are_tried(address, net):
    assert parts_of(address) is None
    assert net.tried(address).result == "unsafe"
    assert (net.asked, net.went) == ([], [])


def test_addresses_are_found_in_running_text():
    text = (
        "Läs http://example.org/a, https://example.org/b_(c). Se (https://example.org/d) eller "
        "<https://example.org/e?f=1&g=2>; inte ftp://example.org, http://example.org/a igen. http://[2600::1]/x"
    )
    assert addresses_in(text) == [
        "http://example.org/a",
        "https://example.org/b_(c)",
        "https://example.org/d",
        "https://example.org/e?f=1&g=2",
        "http://[2600::1]/x",
    ]


@given(st.text(alphabet=st.sampled_from("htps:/.exampl[]()@\\ \"'<>å,%?#0"), max_size=60))
def test_no_text_makes_it_stumble(text):
    for address in [text, *addresses_in(text)]:
        parts_of(address)


# ---------------------------------------------------------------- the way there


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/ok",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/ok",
        "http://[::ffff:10.0.0.1]/ok",
        "http://2130706433/ok",
        "http://0/ok",
        "http://house.example.org/ok",
        "http://both.example.org/ok",
    ],
)
def test_an_address_within_is_not_gone_to(address, net):
    net.names |= {"house.example.org": ["10.0.0.7"], "both.example.org": [OPEN, "192.168.0.1"]}
    assert net.tried(address).result == "unsafe"
    assert net.went == [] and Site.seen == []


@pytest.mark.parametrize(
    "further",
    [
        "http://127.0.0.1/ok",
        "http://169.254.169.254/",
        "http://[::ffff:10.0.0.1]/",
        "http://2130706433/",
        "http://house.example.org/ok",
        "//127.0.0.1/ok",
        "file:///etc/passwd",
        "http://user@example.org/ok",
        "http://example.org:22/",
    ],
)
def test_a_redirect_is_a_new_address_and_is_checked_anew(further, net):
    net.names["house.example.org"] = ["10.0.0.7"]
    assert net.tried(f"http://example.org/to?{further}").result == "unsafe"
    assert net.went == [(OPEN, 80)] and len(Site.seen) == 1


def test_the_connection_goes_to_the_address_that_was_looked_up(net):
    """A name that means something else when it is asked a second time (DNS rebinding) is not asked a second time."""
    answers = iter([[OPEN], ["127.0.0.1"]])
    net.names["rebinding.example.org"] = lambda: next(answers)
    assert net.tried("http://rebinding.example.org/ok") == Tried("ok", 200)
    assert net.asked == ["rebinding.example.org"] and net.went == [(OPEN, 80)]
    again = net.tried("http://rebinding.example.org/ok")
    assert again.result == "unsafe" and net.went == [(OPEN, 80)]


def test_a_redirect_asks_the_name_again_and_goes_nowhere_when_it_has_moved_within(net):
    answers = iter([[OPEN], ["127.0.0.1"]])
    net.names["rebinding.example.org"] = lambda: next(answers)
    assert net.tried("http://rebinding.example.org/to?/ok").result == "unsafe"
    assert net.went == [(OPEN, 80)]


@pytest.mark.parametrize(
    ("page", "result", "status"),
    [
        ("ok", "ok", 200),
        ("gone", "gone", 404),
        ("closed", "refused", 403),
        ("broken", "error", 500),
        ("loop", "error", 301),
    ],
)
def test_what_an_answer_means(net, page, result, status):
    got = net.tried(f"http://example.org/{page}")
    assert (got.result, got.status) == (result, status)
    assert len(net.went) == (6 if page == "loop" else 1)


def test_a_name_that_does_not_exist_and_a_host_that_is_silent(net):
    assert net.tried("http://nowhere.example.org/").result == "error"

    def refused(address, port, seconds):
        raise ConnectionRefusedError

    assert tried("http://example.org/", resolve=net.resolve, connect=refused).result == "error"


def test_a_page_over_https_must_have_a_certificate_to_trust(net):
    """The small web speaks no TLS: the attempt ends as an error and never falls back to something unsafe."""
    assert net.tried("https://example.org/ok").result == "error"
    assert net.went == [(OPEN, 443)] and Site.seen == []


def test_no_cookie_and_no_name_is_carried_along(net):
    assert net.tried("http://example.org/to?http://example.org/ok").result == "ok"
    for _host, _path, headers in Site.seen:
        assert set(headers) == {"Host", "User-Agent", "Accept", "Connection"}
    assert [host for host, _path, _headers in Site.seen] == ["example.org", "example.org"]


def test_a_drip_and_a_flood_come_to_an_end(net):
    assert net.tried("http://example.org/slow", all_seconds=0.3).result in {"ok", "error"}
    assert net.tried("http://example.org/large").result == "ok"


# ---------------------------------------------------------------- the catalogue

NOW = dt.datetime(2027, 3, 15, 9, tzinfo=dt.UTC)
ERROR = Tried("error", 500, "Svarar med fel 500.")
LINK = "https://example.org/lösning"


@pytest.fixture
def solution(regions):
    return Solution.objects.create(
        slug="s", title="S", kind="ai", specialty="x", owner=regions["14"], link=LINK, proposed_at=NOW
    )


@pytest.fixture
def _the_day():
    with time_machine.travel(NOW, tick=False):
        yield


def failing(times, url=LINK):
    for _number in range(times):
        record_links(by=None, found={url: ERROR})


@pytest.mark.django_db
@pytest.mark.usefixtures("_the_day")
def test_the_third_failure_is_told_once_and_taken_back(solution, person):
    owner, other = person(Role.AUTHOR, "14"), person(Role.AUTHOR, "01")
    failing(GIVES_UP_AFTER - 1)
    assert not is_broken(LINK) and not News.objects.exists()
    failing(3)
    assert is_broken(LINK)
    news = News.objects.get()
    assert (news.what, news.is_public) == ("link", False)
    assert [urgent.news for urgent in urgent_to(owner)] == [news] and urgent_to(other) == []
    record_links(by=None, found={LINK: Tried("ok", 200)})
    assert not is_broken(LINK) and urgent_to(owner) == []
    assert LinkCheck.objects.get().failures == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("_the_day")
def test_a_new_address_takes_the_telling_back(solution, person):
    owner = person(Role.AUTHOR, "14")
    record_links(by=None, found={LINK: Tried("unsafe", None, "Internt nät.")})
    assert urgent_to(owner) and links_of(solution)[0].is_unsafe and is_broken(LINK)
    edit_texts(by=owner, solution=solution, version=1, link="https://example.org/ny")
    assert urgent_to(owner) == []


@pytest.mark.django_db
@pytest.mark.usefixtures("_the_day")
def test_a_run_takes_every_address_once_a_week_and_leaves_one_event(solution, person):
    package = PackageVersion.objects.create(solution=solution, number="1.0", state="published", started_at=NOW)
    draft = PackageVersion.objects.create(solution=solution, number="1.1", state="draft", started_at=NOW)
    # What is published is kept by the database itself: the part is written while the package is a draft.
    PackagePart.objects.create(package=draft, code="P1", text="Utkast: https://example.org/utkast")
    assert set(addresses()) == {LINK} and package.parts.count() == 0
    out = StringIO()
    call_command("check_links", attempt=lambda url: ERROR, stdout=out)
    assert "Provade 1 länkar: error 1." in out.getvalue()
    event = Event.objects.get(verb="checked_links")
    assert event.actor == "Hemtag" and event.details == {"addresses": 1, "results": {"error": 1}}
    assert to_try([LINK], 10) == [LINK], "what failed is tried again the next night"
    record_links(by=None, found={LINK: Tried("ok", 200)})
    assert to_try([LINK], 10) == []
    assert to_try([LINK, "https://example.org/2"], 1) == ["https://example.org/2"]
    assert to_try([LINK], 10, again=True) == [LINK]
    with time_machine.travel(NOW + dt.timedelta(days=7), tick=False):
        assert to_try([LINK], 10) == [LINK]


@pytest.mark.django_db
@pytest.mark.usefixtures("_the_day")
def test_addresses_in_a_published_package_are_tried(solution):
    draft = PackageVersion.objects.create(solution=solution, number="1.0", state="draft", started_at=NOW)
    answers = {"vad": "Se\nhttps://example.org/svar"}
    PackagePart.objects.create(package=draft, code="P1", text="Se https://example.org/mall.", answers=answers)
    PackageVersion.objects.filter(pk=draft.pk).update(state="published")
    urls = [LINK, "https://example.org/mall", "https://example.org/svar"]
    assert addresses() == {url: {solution.pk} for url in urls}
    assert [link.url for link in links_of(solution)] == urls


@pytest.mark.django_db
def test_who_may_record_a_run(solution, person):
    record_links(by=person(Role.CATALOGUE_EDITOR), found={})
    with pytest.raises(NotAllowed):
        record_links(by=person(Role.AUTHOR, "14"), found={})
    assert not Event.objects.exists(), "nothing was tried and nothing is told"


@pytest.mark.django_db
@pytest.mark.usefixtures("_the_day")
def test_a_link_that_does_not_answer_is_no_link_on_the_page(solution, client, client_as, person):
    own = f'href="{LINK}"'
    shown = client.get("/losningar/s/").content.decode()
    assert own in shown and 'rel="nofollow noopener"' in shown
    failing(3)
    assert own not in client.get("/losningar/s/").content.decode()
    assert "Svarar inte" in client_as(person(Role.AUTHOR, "14")).get("/losningar/s/fel/").content.decode()
    assert LINK not in client.get("/losningar/s/fel/").content.decode()
