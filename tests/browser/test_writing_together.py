"""Writing at once, on bad lines and with log-ins that end: no word is lost and none is written over."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Locator, Page, expect

from hemtag.grants import actions
from hemtag.grants.models import Application, Participant
from hemtag.history.queries import events_about
from hemtag.organisations.models import Membership, Person, Role
from tests.browser.looking import assert_light, assert_looks_right
from tests.grants.making import a_call, an_application, organisation, representative_of

SAVED = re.compile(r"Sparat \d\d:\d\d")
PASSWORD = "vargen-sover-om-dagen"
SOON = 2_000  # ms of the page's own time, which stands still while a busy machine works


def somebody(name: str, code: str, role: Role = Role.AUTHOR) -> Person:
    person = Person.objects.create_user(email=f"{name.split()[0].lower()}@example.org", name=name, password=PASSWORD)
    Membership.objects.create(person=person, organisation=organisation(code), role=role, starts_on=dt.date(2020, 1, 1))
    return person


class Desk:
    """A person at a browser."""

    def __init__(self, person: Person, context: BrowserContext, home: str) -> None:
        self.person, self.context, self.home = person, context, home
        client = Client()
        client.force_login(person)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": home}])
        self.page = context.new_page()

    def open(self, name: str, *args: object) -> Desk:
        self.page.goto(self.home + reverse(name, args=args))
        return self

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(label, exact=True)

    def line(self, label: str) -> Locator:
        """What is said under the field about how it stands."""
        return self.page.locator(".field", has=self.field(label)).locator(".saving-line")

    def type(self, label: str, text: str) -> None:
        field = self.field(label)
        field.focus()
        field.press("Control+End")
        field.press_sequentially(text)

    def stop_the_clock(self) -> None:
        """From now on the page's time goes only when it is told to."""
        self.page.clock.pause_at(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1))

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).click()

    def looks_right(self) -> None:
        assert_looks_right(self.page)


@pytest.fixture
def application(live: str) -> Application:
    cache.clear()
    made = an_application(a_call(), organisation("14"), [organisation("01")], "Gemensam remisshantering")
    for title in ("Data", "Drift"):
        actions.add_block(by=representative_of(organisation("14")), application=made, title=title)
    return made


@pytest.fixture
def sit_down(live: str, new_context: Callable[..., BrowserContext], application: Application) -> Callable[..., Desk]:
    def make(name: str, code: str = "14", role: Role = Role.AUTHOR, **options: object) -> Desk:
        return Desk(somebody(name, code, role), new_context(**options), live)

    return make


def kept(application: Application) -> Application:
    return Application.objects.get(pk=application.pk)


def test_a_field_saves_itself_within_two_seconds_and_says_so(
    sit_down: Callable[..., Desk], application: Application
) -> None:
    anna = sit_down("Anna Ek")
    anna.page.clock.install()
    anna.open("edit_application", application.number).stop_the_clock()
    anna.type("Sammanfattning", "Remisser som hittar rätt.")
    anna.page.clock.run_for(SOON)
    expect(anna.line("Sammanfattning")).to_have_text(SAVED)
    anna.page.clock.resume()
    assert kept(application).summary == "Remisser som hittar rätt."
    # One event for all the keystrokes, and nothing left in the browser.
    assert events_about(application).filter(verb="edited").count() == 1
    assert anna.page.evaluate("Object.keys(localStorage).length") == 0
    anna.page.get_by_label("Ny styrmodell").check()
    expect(anna.page.locator(".field", has_text="Åtgärdstyper").locator(".saving-line")).to_have_text(SAVED)
    assert kept(application).measure_types.count() == 1
    anna.looks_right()
    assert_light(anna.page, anna.page.url)


def test_who_goes_on_typing_is_saved_every_ten_seconds(sit_down: Callable[..., Desk], application: Application) -> None:
    anna = sit_down("Anna Ek")
    anna.page.clock.install()
    anna.open("edit_application", application.number).stop_the_clock()
    anna.field("Sammanfattning").focus()
    with anna.page.expect_response("**" + reverse("save_field", args=[application.number])):
        for _second in range(11):
            anna.page.keyboard.type("ord ")
            anna.page.clock.run_for(1_000)
    assert kept(application).summary.startswith("ord ord")
    # The page hears of its answer when it has time to, and sets its clock for what was typed since: no moment to stop at.
    anna.page.clock.resume()
    expect(anna.line("Sammanfattning")).to_have_text(SAVED)
    assert events_about(application).filter(verb="edited").count() <= 3


def test_two_regions_write_at_once_and_see_where_the_other_is(
    sit_down: Callable[..., Desk], application: Application
) -> None:
    karin = sit_down("Karin Thorell").open("block", application.number, 2)
    sven = sit_down("Sven Lind", "01").open("participation", application.number, "01")
    expect(sven.page.get_by_text("Karin Thorell, Västra Götalandsregionen, är i Block 2")).to_be_visible()
    karin.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # the next beat, without the wait
    expect(karin.page.get_by_text("Sven Lind, Region Stockholm, är i Beslut i regionerna")).to_be_visible()
    karin.type("Syfte", "Färre omvägar.")
    sven.type("Beslutande organ", "Regionstyrelsen")
    sven.page.get_by_label("Nej, inget annat statligt stöd").check()
    expect(karin.line("Syfte")).to_have_text(SAVED)
    expect(sven.line("Beslutande organ")).to_have_text(SAVED)
    expect(
        sven.page.locator(".field", has_text="Får regionen annat statligt stöd").locator(".saving-line")
    ).to_have_text(SAVED)
    assert application.blocks.get(number=2).purpose == "Färre omvägar."
    participant = Participant.objects.get(region__code="01")
    assert (participant.body, participant.other_support) == ("Regionstyrelsen", "none")
    karin.looks_right()
    sven.looks_right()
    karin.page.close()
    for _beat in range(20):  # her leaving is sent as the page closes, and may be on its way still
        sven.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        sven.page.wait_for_timeout(250)
        if not sven.page.get_by_text("Karin Thorell").count():
            break
    expect(sven.page.get_by_text("Karin Thorell")).to_have_count(0)


def clashing(sit_down: Callable[..., Desk], application: Application, ours: str, theirs: str) -> tuple[Desk, Desk]:
    """Both have read the same text; Bo saves first."""
    Application.objects.filter(pk=application.pk).update(summary="Ett två tre fyra fem.")
    anna = sit_down("Anna Ek").open("edit_application", application.number)
    bo = sit_down("Bo Berg").open("edit_application", application.number)
    bo.field("Sammanfattning").fill(theirs)
    expect(bo.line("Sammanfattning")).to_have_text(SAVED)
    anna.field("Sammanfattning").fill(ours)
    expect(
        anna.page.get_by_text(re.compile(r"^Bo Berg ändrade Sammanfattning \d\d:\d\d, medan du skrev$"))
    ).to_have_count(2)
    expect(anna.line("Sammanfattning")).to_have_text("Inte sparat: välj vilken text som ska gälla.")
    assert kept(application).summary == theirs
    return anna, bo


def test_a_clash_is_merged_with_the_keyboard(sit_down: Callable[..., Desk], application: Application) -> None:
    anna, bo = clashing(sit_down, application, "Ett TVÅ tre fyra fem.", "Ett två tre fyra FEM.")
    panel = anna.page.get_by_role("group", name="Bo Berg ändrade Sammanfattning")
    expect(panel.locator("blockquote").nth(0)).to_have_text("Ett TVÅ tre fyra fem.")
    expect(panel.locator("blockquote").nth(1)).to_have_text("Ett två tre fyra FEM.")
    expect(panel.locator("del")).to_have_text(["TVÅ", "fem."])
    expect(panel.locator("ins")).to_have_text(["två", "FEM."])
    anna.looks_right()
    # The panel follows the field, so that the keyboard comes to it without a search.
    anna.field("Sammanfattning").focus()
    for _stop in range(3):
        anna.page.keyboard.press("Tab")
    expect(anna.page.get_by_role("button", name="Sätt ihop texterna")).to_be_focused()
    anna.page.keyboard.press("Enter")
    expect(anna.field("Sammanfattning")).to_be_focused()
    expect(anna.field("Sammanfattning")).to_have_value("Ett TVÅ tre fyra FEM.")
    assert kept(application).summary == "Ett två tre fyra FEM."
    anna.page.keyboard.press("Control+End")
    anna.page.keyboard.type(" Sex.")
    anna.page.keyboard.press("Tab")
    expect(anna.page.get_by_role("button", name="Spara det som står i fältet")).to_be_focused()
    anna.page.keyboard.press("Enter")
    expect(anna.line("Sammanfattning")).to_have_text(SAVED)
    assert kept(application).summary == "Ett TVÅ tre fyra FEM. Sex."
    expect(panel).to_have_count(0)
    # Bo, who has written nothing since, is shown what Anna made of it.
    bo.field("Titel").focus()
    bo.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(bo.field("Sammanfattning")).to_have_value("Ett TVÅ tre fyra FEM. Sex.")
    expect(bo.line("Sammanfattning")).to_have_text(re.compile(r"^Ändrat av Anna Ek \d\d:\d\d$"))


@pytest.mark.parametrize(
    "button, becomes",
    [("Behåll min text", "Annas."), ("Ta texten från Bo Berg", "Bos."), ("Sätt ihop texterna", "Bos.\n\nAnnas.")],
)
def test_a_clash_in_the_same_words(
    sit_down: Callable[..., Desk], application: Application, button: str, becomes: str
) -> None:
    anna, _bo = clashing(sit_down, application, "Annas.", "Bos.")
    # What is typed on meanwhile is kept, and not sent over Bo's text.
    anna.press(button)
    if button == "Sätt ihop texterna":
        expect(anna.page.get_by_text("Ni har ändrat på samma ställe.")).to_be_visible()
        anna.press("Spara det som står i fältet")
    expect(anna.page.get_by_role("group", name="Bo Berg ändrade")).to_have_count(0)
    expect(anna.field("Sammanfattning")).to_have_value(becomes)
    expect(anna.line("Sammanfattning")).to_have_attribute("data-kind", "saved")
    assert kept(application).summary == becomes
    anna.type("Sammanfattning", " Och mer.")
    expect(anna.line("Sammanfattning")).to_have_text(SAVED)
    assert kept(application).summary == becomes + " Och mer."
    assert anna.page.evaluate("Object.keys(localStorage).length") == 0


def test_a_clash_that_is_left_is_still_there_when_one_comes_back(
    sit_down: Callable[..., Desk], application: Application
) -> None:
    anna, _bo = clashing(sit_down, application, "Annas.", "Bos.")
    anna.press("Spara")
    expect(anna.page.locator("[data-clash-title]")).to_be_focused()
    anna.page.reload()
    expect(anna.field("Sammanfattning")).to_have_value("Bos.")
    anna.press("Hämta tillbaka texten")
    expect(anna.page.get_by_role("group", name="Bo Berg ändrade")).to_be_visible()
    anna.press("Behåll min text")
    expect(anna.line("Sammanfattning")).to_have_text(SAVED)
    assert kept(application).summary == "Annas."


def test_a_lost_network_keeps_the_text_and_sends_it_when_it_is_back(
    sit_down: Callable[..., Desk], application: Application
) -> None:
    anna = sit_down("Anna Ek").open("edit_application", application.number)
    anna.context.set_offline(True)
    anna.type("Sammanfattning", "På tåget.")
    expect(anna.page.get_by_text("Hemtag går inte att nå just nu.")).to_be_visible()
    expect(anna.line("Sammanfattning")).to_have_text("Inte sparat än. Texten finns kvar i den här webbläsaren.")
    anna.type("Sammanfattning", " Genom tunneln.")
    anna.looks_right()
    assert kept(application).summary == ""
    anna.context.set_offline(False)
    expect(anna.line("Sammanfattning")).to_have_text(SAVED)
    expect(anna.page.get_by_text("Hemtag går inte att nå just nu.")).to_be_hidden()
    assert kept(application).summary == "På tåget. Genom tunneln."


def test_an_answer_that_was_lost_is_no_clash_with_oneself(
    sit_down: Callable[..., Desk], application: Application
) -> None:
    anna = sit_down("Anna Ek").open("edit_application", application.number)
    address = "**" + reverse("save_field", args=[application.number])

    def arrives_but_is_not_answered(route: object) -> None:
        route.fetch()  # type: ignore[attr-defined]
        route.abort()  # type: ignore[attr-defined]

    anna.page.route(address, arrives_but_is_not_answered)
    anna.type("Sammanfattning", "Ett.")
    expect(anna.line("Sammanfattning")).to_have_attribute("data-kind", "kept")
    assert kept(application).summary == "Ett."
    anna.type("Sammanfattning", " Två.")
    anna.page.unroute(address)
    anna.page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(anna.line("Sammanfattning")).to_have_text(SAVED)
    assert kept(application).summary == "Ett. Två."
    expect(anna.page.locator("[data-clash-panel]")).to_have_count(0)


def test_a_log_in_that_has_ended(sit_down: Callable[..., Desk], application: Application) -> None:
    anna = sit_down("Anna Ek").open("edit_application", application.number)
    Session.objects.all().delete()
    anna.type("Sammanfattning", "Skrivet för sent.")
    expect(anna.page.get_by_text("Du är inte längre inloggad.")).to_be_visible()
    anna.looks_right()
    assert kept(application).summary == ""
    anna.page.get_by_role("link", name="Logga in igen och fortsätt där du var").click()
    anna.field("E-postadress").fill(anna.person.email)
    anna.field("Lösenord").fill(PASSWORD)
    anna.page.locator("main").get_by_role("button", name="Logga in", exact=True).click()
    expect(anna.page).to_have_url(re.compile(r"/text/$"))
    expect(anna.page.get_by_text("men det hann inte sparas")).to_have_count(2)  # one of them is read aloud
    anna.looks_right()
    anna.press("Hämta tillbaka texten")
    expect(anna.line("Sammanfattning")).to_have_text(SAVED)
    assert kept(application).summary == "Skrivet för sent."


def test_a_log_in_that_was_renewed_in_another_tab_sends_what_waits(
    sit_down: Callable[..., Desk], application: Application
) -> None:
    anna = sit_down("Anna Ek").open("edit_application", application.number)
    Session.objects.all().delete()
    anna.type("Sammanfattning", "Väntar.")
    expect(anna.page.get_by_text("Du är inte längre inloggad.")).to_be_visible()
    # Somebody else logs in on the same machine: nothing is sent in that name.
    bo = somebody("Bo Berg", "14")
    Desk(bo, anna.context, anna.home).open("my_page")
    anna.page.evaluate("window.dispatchEvent(new Event('focus'))")
    anna.page.wait_for_timeout(500)
    assert kept(application).summary == ""
    Desk(anna.person, anna.context, anna.home).open("my_page")
    anna.page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(anna.line("Sammanfattning")).to_have_text(SAVED)
    assert kept(application).summary == "Väntar."
    event = events_about(application).filter(verb="edited").get()
    assert event.actor == "Anna Ek"


def test_a_closed_lid_offers_the_text_again_and_only_to_its_writer(
    sit_down: Callable[..., Desk], application: Application
) -> None:
    anna = sit_down("Anna Ek").open("edit_application", application.number)
    # As when the network is gone for good: also for what a page sends as it closes, which else arrives afterwards.
    anna.page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('no network')) }")
    anna.type("Sammanfattning", "Innan locket stängdes.")
    expect(anna.line("Sammanfattning")).to_have_attribute("data-kind", "kept")
    anna.page.close()
    bo = Desk(somebody("Bo Berg", "14"), anna.context, anna.home).open("edit_application", application.number)
    expect(bo.line("Sammanfattning")).to_be_attached()
    expect(bo.page.get_by_text("hann inte sparas")).to_have_count(0)
    again = Desk(anna.person, anna.context, anna.home).open("edit_application", application.number)
    expect(again.page.locator(".writing-offer blockquote")).to_have_text("Innan locket stängdes.")
    again.press("Släng den")
    again.page.reload()
    expect(again.line("Sammanfattning")).to_be_attached()
    expect(again.page.locator(".writing-offer")).to_have_count(0)
    assert kept(application).summary == ""


def test_a_page_that_is_left_at_once_has_saved_or_offers(
    sit_down: Callable[..., Desk], application: Application
) -> None:
    anna = sit_down("Anna Ek").open("edit_application", application.number)
    anna.type("Sammanfattning", "Sista ordet.")
    anna.page.get_by_role("link", name="Tillbaka", exact=True).click()
    anna.open("edit_application", application.number)
    offer = anna.page.get_by_role("button", name="Hämta tillbaka texten")
    if kept(application).summary != "Sista ordet.":
        offer.click()
        expect(anna.line("Sammanfattning")).to_have_text(SAVED)
    expect(offer).to_have_count(0)
    assert kept(application).summary == "Sista ordet."


def test_rows_are_saved_as_one_and_a_half_written_row_is_kept(
    sit_down: Callable[..., Desk], application: Application
) -> None:
    anna = sit_down("Anna Ek").open("edit_measuring_points", application.number)
    first, second = (anna.page.locator("fieldset.card").nth(place) for place in (0, 1))
    line = anna.page.locator("[data-writing-rows] > .saving-line")
    first.get_by_label("Indikator").fill("Dagar till besök")
    expect(line).to_contain_text("1. Dag: Detta fält måste fyllas i.")
    anna.looks_right()
    first.get_by_label("Dag", exact=True).fill("2031-12-31")
    expect(line).to_have_text(SAVED)
    second.get_by_label("Indikator").fill("Omvägar")
    expect(line).to_contain_text("2. Dag")
    anna.page.reload()
    anna.press("Hämta tillbaka texten")
    expect(second.get_by_label("Indikator")).to_have_value("Omvägar")
    second.get_by_label("Dag", exact=True).fill("2032-12-31")
    expect(line).to_have_text(SAVED)
    anna.press("Spara")
    expect(anna.page.get_by_text("Mätpunkterna är sparade.")).to_be_visible()
    assert [point.indicator for point in application.measuring_points.all()] == ["Dagar till besök", "Omvägar"]


def test_the_button_saves_what_has_not_been_saved_yet(sit_down: Callable[..., Desk], application: Application) -> None:
    anna = sit_down("Anna Ek").open("edit_application", application.number)
    anna.type("Sammanfattning", "Snabbt.")
    anna.press("Spara")
    expect(anna.page.get_by_text("Texterna är sparade.")).to_be_visible()
    assert kept(application).summary == "Snabbt."
    assert anna.page.evaluate("Object.keys(localStorage).length") == 0


def test_the_button_shows_what_is_wrong_and_keeps_the_rest(
    sit_down: Callable[..., Desk], application: Application
) -> None:
    anna = sit_down("Anna Ek").open("edit_application", application.number)
    anna.field("Titel").fill("")
    expect(anna.line("Titel")).to_have_text("Inte sparat: Detta fält måste fyllas i.")
    anna.type("Sammanfattning", "Står kvar.")
    anna.press("Spara")
    expect(anna.page.locator(".ds-error-summary")).to_be_focused()
    anna.field("Titel").fill("Ny titel")
    expect(anna.line("Titel")).to_have_text(SAVED)
    assert (kept(application).title, kept(application).summary) == ("Ny titel", "Står kvar.")


def test_without_script_the_page_saves_as_ever(sit_down: Callable[..., Desk], application: Application) -> None:
    anna = sit_down("Anna Ek", java_script_enabled=False).open("edit_application", application.number)
    expect(anna.page.locator("[data-presence]")).to_be_hidden()
    anna.field("Sammanfattning").fill("Utan skript.")
    anna.press("Spara")
    expect(anna.page.get_by_text("Texterna är sparade.")).to_be_visible()
    assert kept(application).summary == "Utan skript."
    page: Page = anna.open("edit_application", application.number).page
    expect(page.get_by_role("link", name="Avbryt")).to_be_visible()
    expect(page.get_by_role("link", name="Tillbaka", exact=True)).to_be_hidden()
