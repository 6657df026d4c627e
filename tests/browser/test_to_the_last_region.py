"""One solution from a tip to use in all 21 regions by 21 people; one stops, one makes it its own, and it is recalled."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.walk import spreading
from tests.browser.walk.hands import Walker

THE_WAY = [
    spreading.a_region_tips,
    spreading.the_editor_screens_it,
    spreading.the_owner_shows_what_the_effect_rests_on,
    spreading.three_from_other_regions_try_it,
    spreading.the_editor_decides_though_one_dissents,
    spreading.its_benefit_is_calculated,
    spreading.its_package_is_begun_and_brought_as_files,
    spreading.someone_from_another_region_walks_through_it,
    spreading.it_is_packaged_and_published,
    spreading.it_is_told_of,
    spreading.every_region_takes_it_into_use,
    spreading.one_region_stops_with_its_reason,
    spreading.one_region_changes_a_core_function,
    spreading.the_package_is_recalled,
    spreading.everyone_is_told_and_nobody_begins,
]


def test_to_the_last_region(demo_at: Callable[[str], str], page: Page) -> None:
    demo_at("following")
    assert len(set(spreading.people().values())) == 21
    walk = Walker(page)
    for act in THE_WAY:
        act(walk)
        print(f"walked: {act.__name__}")  # what pytest shows of a walk that stops
