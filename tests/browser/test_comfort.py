"""What the one small script adds on the style page: nothing typed is lost, nothing is sent twice, paper is a click away."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, Request, expect

from tests.browser.looking import assert_axe_clean, assert_light, assert_no_sideways_scroll, in_every_view

STYLE_PAGE = "/om/stilguide/"


def answering(page: Page, answer: str) -> list[str]:
    """Answers every question the page asks with accept or dismiss; gives the list of what was asked."""
    asked: list[str] = []

    def reply(dialog: Dialog) -> None:
        asked.append(dialog.type)
        getattr(dialog, answer)()

    page.on("dialog", reply)
    return asked


@pytest.fixture
def written(page: Page) -> Page:
    """The style page with a title typed into its form and not saved."""
    page.goto(STYLE_PAGE)
    page.locator("#id_title").fill("Gemensam rättslig analys")
    return page


def test_the_style_page_is_clean_in_every_view(page: Page) -> None:
    for seen_as in in_every_view(page, STYLE_PAGE):
        assert_axe_clean(page, seen_as)
    for width in (375, 320):
        assert_no_sideways_scroll(page, width)


def test_the_style_page_is_light(page: Page, live: str) -> None:
    assert_light(page, live + STYLE_PAGE)


def test_leaving_with_unsaved_text_asks_first(written: Page) -> None:
    asked = answering(written, "dismiss")
    with written.expect_event("dialog"):
        written.locator(".wordmark").click(no_wait_after=True)
    expect(written.locator("#id_title")).to_have_value("Gemensam rättslig analys")
    assert asked == ["beforeunload"]


def test_a_page_where_nothing_was_typed_is_left_without_a_question(page: Page) -> None:
    page.goto(STYLE_PAGE)
    asked = answering(page, "dismiss")
    with page.expect_navigation():
        page.get_by_role("link", name="Tillgänglighet").click()
    assert asked == []


def test_unsaved_text_is_offered_back(written: Page) -> None:
    answering(written, "accept")
    written.reload()
    expect(written.locator("#id_title")).to_have_value("")
    written.get_by_role("button", name="Hämta tillbaka texten").click()
    expect(written.locator("#id_title")).to_have_value("Gemensam rättslig analys")
    expect(written.get_by_role("button", name="Hämta tillbaka texten")).to_be_hidden()


def test_unsaved_text_can_be_thrown_away(written: Page) -> None:
    answering(written, "accept")
    written.reload()
    written.get_by_role("button", name="Släng den").click()
    written.reload()
    expect(written.locator("#id_title")).to_be_visible()
    expect(written.get_by_role("button", name="Hämta tillbaka texten")).to_be_hidden()


def test_sending_the_form_asks_nothing(written: Page) -> None:
    asked = answering(written, "dismiss")
    with written.expect_navigation():
        written.locator("#id_title").press("Enter")
    assert asked == []
    assert "title=" in written.url


def test_a_double_click_sends_once(page: Page) -> None:
    page.goto(STYLE_PAGE)
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    page.get_by_role("button", name="English").dblclick()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert len(sent) == 1


def test_the_error_summary_has_the_focus(page: Page) -> None:
    page.goto(STYLE_PAGE)
    expect(page.locator(".ds-error-summary")).to_be_focused()


def test_an_error_leads_to_its_field(page: Page) -> None:
    page.goto(STYLE_PAGE)
    page.locator(".ds-error-summary a").first.click()
    expect(page.locator("#wrong_title")).to_be_focused()


def test_without_script_the_page_shows_no_button_that_does_nothing(
    new_context: Callable[..., BrowserContext],
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(STYLE_PAGE)
    expect(page.get_by_role("button", name="Skriv ut")).to_be_hidden()
    expect(page.get_by_role("button", name="Hämta tillbaka texten")).to_be_hidden()


def test_the_skip_link_is_the_first_stop_and_leads_past_the_menu(page: Page) -> None:
    page.goto("/tillganglighet/")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Hoppa till innehållet")
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_paper_shows_no_menu_and_is_black_on_white_also_in_dark_mode(page: Page) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(STYLE_PAGE)
    for hidden in (".nav", ".who", ".demo-bar", ".footer", ".crumbs", ".button-row >> nth=0"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.locator("body")).to_have_css("color", "rgb(0, 0, 0)")
