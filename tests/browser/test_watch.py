"""The watch itself: what it must see, it sees."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from hemtag.web.middleware import POLICY
from tests.browser.conftest import Watch
from tests.browser.looking import assert_axe_clean, assert_no_sideways_scroll

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
