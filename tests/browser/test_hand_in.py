"""The way to hand-in as a newcomer finds it: from the panel alone to nothing missing, and each rule by itself."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from hemtag.grants import actions, queries
from hemtag.grants.checks import HAND_IN
from hemtag.grants.models import Application, Block, EffectClaim, LateAccess, Participant, Submission
from hemtag.organisations.models import Role
from hemtag.web.demo.clockwork import keep_shift
from hemtag.web.demo.people import Cast
from tests import databases
from tests.browser.walk.hands import Walker
from tests.grants import making

MINUTES = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
REGION = "06"  # has one finished application in the demo round
HAND_IN_BUTTON = re.compile(r"^Lämna in \d+ ansökningar$")
SAVED = re.compile(r"Sparat \d\d:\d\d")


@pytest.fixture
def walk(page: Page, demo_at: Callable[[str], str]) -> Walker:
    demo_at("open")
    return Walker(page)


def representative() -> Any:
    return Cast().one(Role.REPRESENTATIVE, REGION)


# ---------------------------------------------------------------- from the panel alone


def _text(walk: Walker, anchor: str) -> None:
    field = walk.page.locator(f"#{anchor}")
    expect(field).to_be_in_viewport()
    field.fill("Det här har vi skrivit efter att ha läst vad som saknas.")
    expect(walk.page.locator(".field", has=field).get_by_text(SAVED)).to_be_visible()


def _measure_types(walk: Walker, _anchor: str) -> None:
    box = walk.group("Åtgärdstyper").get_by_role("checkbox").first
    expect(box).to_be_in_viewport()
    box.check()
    expect(walk.group("Åtgärdstyper").get_by_text(SAVED).or_(walk.page.get_by_text(SAVED)).first).to_be_visible()


def _block(walk: Walker, _anchor: str) -> None:
    walk.follow("Lägg till block")
    walk.write({"Blockets titel": "Införande"})
    walk.press("Lägg till block")
    walk.reads("Införande")


def _costs(walk: Walker, _anchor: str) -> None:
    rows = walk.group("Lägg till rader")
    walk.select("Kostnadsslag", "Teknik", rows)
    walk.press("Lägg till rader")
    walk.page.get_by_role("textbox", name=re.compile(r"Teknik\s*2027\s*sökt$")).first.fill("900 000")
    walk.press("Spara")
    walk.reads("Kostnaderna är sparade.")


def _effects(walk: Walker, _anchor: str) -> None:
    effect = walk.group("Ny effekt").first
    walk.select("Slag av effekt", "Samma vård med mindre resurser", effect)
    walk.select("När", "Direkt effekt", effect)
    walk.select("För vem", "Regionen", effect)
    walk.write({"Lågt utfall": "1 000 000", "Troligast": "2 000 000", "Högt utfall": "3 000 000"}, effect)
    walk.write({"Från och med år": "2027", "Till och med år": "2030", "Grund": "Uppmätt i en pilot."}, effect)
    walk.save()
    walk.reads("Effekterna är sparade.")


def _points(walk: Walker, _anchor: str) -> None:
    point = walk.group("Ny mätpunkt").first
    values = {"Dag": "2031-06-01", "Indikator": "Besök per listad", "Utgångsvärde": "2,4", "Målvärde": "2,0"}
    walk.write(values, point)
    walk.save()
    walk.reads("Mätpunkterna är sparade.")


def _region(walk: Walker, _anchor: str) -> None:
    """The region's own page: what it lacks is filled in, and then it signs."""
    if walk.page.get_by_role("button", name="Underteckna för regionen").count():
        walk.press("Underteckna för regionen")
        walk.reads("Regionens åtagande är undertecknat.")
        return
    walk.write({"Beslutsdag": "2026-05-12", "Beslutande organ": "Regionstyrelsen", "Paragraf": "§ 112"})
    file = {"name": "protokoll.pdf", "mimeType": "application/pdf", "buffer": MINUTES}
    walk.field("Protokoll").set_input_files(file)  # type: ignore[arg-type]
    walk.choose("Får regionen annat statligt stöd", "Nej")
    walk.save()
    walk.reads("Regionens beslut är sparat.")


# The last part of the address that a link leads to, and what a person does there.
MENDS: dict[str, Callable[[Walker, str], None]] = {
    "text": _text,
    "forutsattningar": _text,
    "kostnader": _costs,
    "effekter": _effects,
    "matpunkter": _points,
    REGION: _region,
}


def _mend(walk: Walker) -> None:
    """On the page that the panel's link led to: do what its message says."""
    parts = urlsplit(walk.page.url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    if parts.fragment == "id_measure_types":
        _measure_types(walk, parts.fragment)
    elif parts.fragment == "block":
        _block(walk, "")
    elif "/block/" in parts.path and parts.fragment:
        _text(walk, parts.fragment)
    else:
        MENDS[last](walk, parts.fragment)


def test_a_newcomer_finds_each_missing_thing_from_the_panel_alone(walk: Walker) -> None:
    walk.log_in_as(representative().name, "/utlysningar/2026/")
    walk.follow("Starta ansökan")
    walk.write({"Vad heter åtgärden?": "Trygg utskrivning"})
    walk.press("Starta ansökan")
    number = walk.here().split("/")[2]
    seen: list[str] = []
    panel = walk.page.get_by_role("region", name="Vad som saknas")
    for _turn in range(40):
        walk.go(f"/ansokningar/{number}/text/")
        expect(panel.locator(".panel-sum")).to_be_visible()
        missing = panel.locator("details", has_text="Saknas:")
        if not missing.count():
            break
        link = missing.first.locator("a").first
        seen.append(link.inner_text())
        link.click()
        walk.page.wait_for_load_state()
        _mend(walk)
        assert len(seen) < 3 or len(set(seen[-3:])) > 1, f"mended three times and still missing: {seen[-1]}"
    expect(panel.locator(".panel-sum")).to_contain_text("Inget saknas")
    assert len(set(seen)) >= 15, seen
    walk.go(f"/ansokningar/{number}/lamna-in/")
    walk.reads("Allt är på plats")
    walk.page.get_by_role("button", name=HAND_IN_BUTTON).click()
    walk.reads("Inlämningen är mottagen")


# ---------------------------------------------------------------- each rule by itself


def _application() -> Application:
    return Application.objects.select_related("submission__call").get(title="Trygg utskrivning")


def _block_of(row: Application) -> Block:
    return row.blocks.get()


def _unsupported(row: Application, **values: Any) -> None:
    Participant.objects.filter(application=row).update(**values)


def _in_a_circle(row: Application) -> None:
    block = _block_of(row)
    block.needs.add(block)


def _nobody_takes_part(row: Application) -> None:
    Participant.objects.filter(application=row).update(state="declined")


# What is changed after a region has signed makes its signature outdated too.
SIGNED = {"every_participant_has_confirmed"}
# Each rule that stops a hand-in, with how it is broken beside the actions, which would refuse some of this.
# A second rule may say the same thing from its own side: it is named.
BREAKS: list[tuple[str, Callable[[Application], Any], set[str]]] = [
    ("window_is_open", lambda row: keep_shift(dt.date(2026, 6, 16)), set()),
    (
        "paragraph_nine_is_answered",
        lambda row: Submission.objects.filter(pk=row.submission_id).update(economic_analysis=""),
        set(),
    ),
    ("measure_type_chosen", lambda row: row.measure_types.clear(), set()),
    (
        "every_block_has_purpose_and_activities",
        lambda row: Block.objects.filter(application=row).update(purpose=""),
        set(),
    ),
    (
        "every_block_costs_something",
        lambda row: _block_of(row).costs.update(requested_sek=0),
        {"every_participant_has_confirmed"},
    ),
    (
        "years_are_within_the_call",
        lambda row: _block_of(row).costs.update(year=2031),
        {"every_participant_has_confirmed", "measuring_point_after_the_grant"},
    ),
    (
        "costs_are_in_participants_regions",
        lambda row: _block_of(row).costs.update(region=Cast().organisations["09"]),
        {"every_participant_has_confirmed"},
    ),
    (
        "every_hour_is_in_the_amounts",
        lambda row: _block_of(row).costs.update(hours=1, hourly_cost_sek=521),
        set(),
    ),
    ("needed_blocks_exist_and_do_not_circle", _in_a_circle, set()),
    (
        "effect_is_claimed_from_the_region",
        lambda row: EffectClaim.objects.filter(block__application=row).update(perspective="society"),
        set(),
    ),
    (
        "implementation_plan_is_complete",
        lambda row: Application.objects.filter(pk=row.pk).update(plan_owner=""),
        set(),
    ),
    ("measuring_point_after_the_grant", lambda row: row.measuring_points.all().delete(), set()),
    ("responsible_region_takes_part", _nobody_takes_part, {"costs_are_in_participants_regions"}),
    ("every_participant_has_a_minuted_decision", lambda row: _unsupported(row, minutes=None), SIGNED),
    ("other_state_support_is_declared", lambda row: _unsupported(row, other_support=""), SIGNED),
    ("every_participant_has_confirmed", lambda row: _unsupported(row, state="invited"), set()),
]


def test_hand_in_is_refused_for_each_rule_by_itself_and_accepted_when_all_hold(
    walk: Walker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(making, "in_the_window", nullcontext)  # the demo's own day is in the window
    by = representative()
    call = queries.call_with_slug("2026")
    row = actions.start_application(by=by, call=call, region=Cast().organisations[REGION], title="Trygg utskrivning")
    making.complete(row)
    address = f"/ansokningar/{row.number}/lamna-in/"
    walk.log_in_as(by.name, address)
    walk.reads("Allt är på plats")
    labels = {check.rule.__name__: str(check.label) for check in HAND_IN}
    kept = databases.name_of(tmp_path / "kept.sqlite3")
    connection.close()
    databases.copy(connection.settings_dict["NAME"], kept)
    for rule, breaks, beside in BREAKS:
        breaks(_application())
        walk.go(address)
        for said in {rule, *beside}:
            expect(walk.page.get_by_role("heading", name=labels[said])).to_be_visible()
        others = set(labels) - {rule, *beside}
        headings = walk.page.get_by_role("main").locator("h3").all_inner_texts()
        assert not [name for name in others if labels[name] in headings], (rule, headings)
        expect(walk.page.get_by_role("button", name=HAND_IN_BUTTON)).to_have_count(0)
        connection.close()
        databases.copy(kept, connection.settings_dict["NAME"])
        keep_shift(dt.date(2026, 6, 8))
    stopping = {check.rule.__name__ for check in HAND_IN if not check.is_warning}
    assert stopping - {rule for rule, *_rest in BREAKS} == {"there_is_an_application"}, (
        "a form is begun by its first one"
    )
    assert not LateAccess.objects.exists()
    walk.go(address)
    walk.reads("Allt är på plats")
    walk.page.get_by_role("button", name=HAND_IN_BUTTON).click()
    walk.reads("Inlämningen är mottagen")
