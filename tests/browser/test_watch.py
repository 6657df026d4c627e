"""The watch itself: what it must see, it sees. And the door before the server: what a test began, it ends."""

import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from hemtag.web.middleware import POLICY
from tests.browser.conftest import Watch
from tests.browser.looking import assert_axe_clean, assert_no_sideways_scroll
from tests.browser.serving import Door

HOME = "http://127.0.0.1:1"


@pytest.fixture
def bare(browser) -> Callable[[], tuple[Page, Watch]]:
    made: list[BrowserContext] = []

    def make() -> tuple[Page, Watch]:
        context = browser.new_context()
        made.append(context)
        return context.new_page(), Watch(context, HOME)

    yield make
    for context in made:
        context.close()


def test_another_host_is_refused_and_told(bare):
    page, watch = bare()
    page.set_content('<html lang="sv"><title>x</title><img src="http://example.invalid/x.png" alt="">')
    assert any("http://example.invalid/x.png" in fault for fault in watch.faults)


def test_a_broken_server_is_told(bare):
    page, watch = bare()
    page.route(HOME + "/", lambda route: route.fulfill(status=500, body="trasig"))
    page.goto(HOME + "/")
    assert f"the server broke: 500 {HOME}/" in watch.faults


def test_a_refusal_is_no_fault(bare):
    page, watch = bare()
    page.route(HOME + "/", lambda route: route.fulfill(status=403, body="nej", headers={"Content-Type": "text/html"}))
    page.goto(HOME + "/")
    assert not watch.faults


def test_a_script_error_is_told(bare):
    page, watch = bare()
    with page.context.expect_event("weberror"):
        page.set_content("<html><script>throw new Error('trasig')</script>")
    assert any("trasig" in fault for fault in watch.faults)


def test_an_accessibility_fault_is_told_under_the_pages_own_policy(bare):
    page, _watch = bare()
    body = '<html lang="sv"><head><title>x</title></head><body><main><img src="data:,"></main></body></html>'
    headers = {"Content-Type": "text/html", "Content-Security-Policy": POLICY}
    page.route(HOME + "/", lambda route: route.fulfill(body=body, headers=headers))
    page.goto(HOME + "/")
    with pytest.raises(AssertionError, match="image-alt"):
        assert_axe_clean(page)


def test_a_page_that_is_too_wide_is_told(bare):
    page, _watch = bare()
    page.set_content('<html lang="sv"><body><div style="width: 900px">bred</div></body></html>')
    with pytest.raises(AssertionError, match="too wide at 320 px"):
        assert_no_sideways_scroll(page)


class _Slow:
    """An application that is busy until it is told to answer."""

    def __init__(self):
        self.has_begun, self.may_answer = threading.Event(), threading.Event()

    def __call__(self, environ, start_response):
        self.has_begun.set()
        self.may_answer.wait(20)
        start_response("200 OK", [])
        return [b"svar"]


def _ask(door, path="/"):
    said = []
    answer = door({"PATH_INFO": path}, lambda status, _headers: said.append(status))
    said.append(b"".join(answer))
    if hasattr(answer, "close"):
        answer.close()
    return said


def test_the_door_waits_for_who_is_inside_and_lets_nobody_else_in():
    slow = _Slow()
    door = Door(slow)
    assert _ask(door) == ["503 Service Unavailable", b""]
    door.open()
    answers = []
    inside = threading.Thread(target=lambda: answers.append(_ask(door)), daemon=True)
    inside.start()
    assert slow.has_begun.wait(20)
    with pytest.raises(AssertionError, match="/"):
        door.shut(longest=0)
    assert _ask(door) == ["503 Service Unavailable", b""]
    slow.may_answer.set()
    door.shut(longest=20)
    inside.join(20)
    assert answers == [["200 OK", b"svar"]]


def test_the_door_is_not_blocked_by_an_application_that_broke():
    def broken(environ, start_response):
        raise RuntimeError("trasig")

    door = Door(broken)
    door.open()
    with pytest.raises(RuntimeError):
        _ask(door)
    door.shut(longest=0)
