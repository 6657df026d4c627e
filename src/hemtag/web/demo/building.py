"""Builds the demo up to one of its stages, all of it or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import transaction

from hemtag.grants.actions import create_call, publish_call
from hemtag.grants.reference import load_everything
from hemtag.solutions.search.indexing import indexed_together

from . import applying, calculating, corresponding, exchanging, following, packaging, people, preparing, sharing
from .clockwork import keep_shift, on

# The day on which the demo stands at each stage.
STAGES = {
    "open": dt.date(2026, 6, 8),
    "submitted": dt.date(2026, 6, 16),
    "assessed": dt.date(2026, 9, 18),
    "decided": dt.date(2026, 10, 5),
    "following": dt.date(2027, 9, 20),
}
CONTACT = "effektivitetsdelegationen@delegation.demo.example"
# At the stage "open" somebody can finish the real applications: these regions have not confirmed yet.
NOT_YET = {("ai", "09"), ("ai", "24"), ("skalning", "09")}


def build(stage: str, say: Callable[[str], None]) -> None:
    """Build the demo into an empty database; `say` is told what is being done."""
    today = STAGES[stage]
    reached = list(STAGES).index(stage)
    data = load_everything()
    with transaction.atomic():
        say("Regioner, personer och utlysning")
        with on(dt.date(2026, 3, 1)):
            people.add_regions(data)
            cast = people.add_people(data)
            call = create_call(by=None, data=data.call, contact=CONTACT)
            call = publish_call(by=None, call=call)
        say(f"{len(data.applications)} ansökningar med block, kostnader och effekter")
        written = applying.write_all(data, call, cast)
        applying.record_supports(cast)
        applying.look(written, cast)
        say("Protokollförda beslut i varje deltagande region")
        applying.confirm_all(data, written, cast, NOT_YET if stage == "open" else set())
        applying.talk(written, cast)
        say("Nyttokalkyler")
        calculating.calculate_all(written, cast)
        if reached >= 1:
            say("Inlämning")
            applying.hand_in_all(data, written, cast)
        if reached >= 2:
            say("Jäv, behörighet och bedömningar")
            preparing.declare_conflicts(call, cast, data)
            preparing.try_all(call, cast, data, written)
            corresponding.review_all(cast, written)
            corresponding.talk(cast, written, before_decision=False)
            preparing.assess_all(call, cast, data, written)
            preparing.try_at_the_workbench(call, cast, written)
        if reached >= 3:
            say("Prioritering och beslut")
            preparing.decide_all(call, cast, written)
        if reached >= 4:
            say("Utbetalningar, fördelning, redovisning och återkrav")
            following.follow_all(data, written, cast, today)
            calculating.follow_cases(written, cast)
        say("Lösningar och underlag")
        with indexed_together():
            following.fill_catalogue(data, written, cast, today)
            packaging.take_home(cast, today)
            exchanging.exchange_all(cast, today)
        calculating.calculate_solutions(cast, today)
        sharing.share_all(data, cast, today)
    keep_shift(today)
