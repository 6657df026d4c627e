"""The whole way once, in a browser, from an empty database: from the call to money in every region."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Page

from hemtag.grants import actions
from hemtag.grants.reference import load_everything
from hemtag.web.demo import people
from hemtag.web.demo.clockwork import keep_shift
from tests.browser.walk import applying, deciding, following, sharing
from tests.browser.walk.hands import Walker

HOMES = {"01", "12", "14", "delegation", "catalogue", "audit"}


def set_the_stage() -> None:
    """The 21 regions, the people of three of them and of the delegation, and the published call: nothing else."""
    keep_shift(dt.date(2026, 3, 1))
    known = load_everything()
    known = replace(known, people=tuple(person for person in known.people if person.organisation in HOMES))
    people.add_regions(known)
    people.add_people(known)
    call = actions.create_call(by=None, data=known.call, contact="effektivitetsdelegationen@delegation.demo.example")
    actions.publish_call(by=None, call=call)


THE_WAY = {
    "1 the call": [applying.anyone_reads_the_call],
    "2 the application": [
        applying.an_author_starts_an_application,
        applying.blocks_are_written,
        applying.what_is_missing_is_shown,
        applying.every_region_decides,
    ],
    "3 hand-in": [applying.the_form_is_handed_in, applying.what_is_handed_in_is_frozen_and_registered],
    "4 eligibility, conflicts of interest and assessments": [
        deciding.a_case_officer_tries_eligibility,
        deciding.a_person_with_a_conflict_cannot_read,
        deciding.three_assessors_assess,
    ],
    "5 prioritisation": [deciding.the_round_is_prioritised],
    "6 the decision": [
        deciding.a_meeting_is_called_and_drafts_are_written,
        deciding.a_departure_needs_its_reason,
        deciding.nothing_needs_to_be_communicated,
        deciding.the_delegation_decides,
        deciding.anyone_reads_the_decision,
    ],
    "7 money, hours, report and recovery": [
        following.a_payment_takes_two,
        following.regions_report_hours,
        following.the_money_is_shared_to_the_krona,
        following.a_region_confirms_its_statement,
        following.every_region_reports_its_part,
        following.a_recovery_case_is_opened,
    ],
    "8 the catalogue": [sharing.a_block_comes_to_the_catalogue, sharing.a_region_has_introduced_it],
    "9 made once, used by others": [
        sharing.an_obstacle_is_reported,
        sharing.one_region_writes_underlag,
        sharing.two_regions_reuse_it,
    ],
}


@pytest.fixture
def walk(page: Page) -> Iterator[Walker]:
    yield Walker(page)
    (Path(settings.VAR) / "demo_clock").unlink(missing_ok=True)


def test_the_whole_way(walk: Walker) -> None:
    set_the_stage()
    for step, acts in THE_WAY.items():
        for act in acts:
            act(walk)
        print(f"walked: {step}")  # what pytest shows of a walk that stops
    said = io.StringIO()
    call_command("verify_history", stdout=said)
    assert "Kedjan är hel." in said.getvalue()
