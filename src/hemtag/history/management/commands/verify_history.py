"""`manage.py verify_history`: is every event as it was written?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hemtag.history.chain import COVERED, breaks
from hemtag.history.models import Event

FAULTS = {
    "changed": "händelse {n} är ändrad",
    "removed": "händelse {n} saknas",
    "reordered": "händelse {n} följer inte på den före (omflyttad)",
    "cut": "kedjan är avkapad: händelse {n} och senare saknas",
}


class Command(BaseCommand):
    help = "Prövar händelsekedjan och nämner varje ändrad, borttagen eller omflyttad händelse."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head",
            metavar="NUMMER:HASH",
            help="det senaste kända numret och dess hash, som visas i diariet; avslöjar händelser borttagna på slutet",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        head = None
        if options["head"]:
            number, _, value = options["head"].partition(":")
            if not number.isdigit() or len(value) != 64:
                raise CommandError("--head skrivs NUMMER:HASH, till exempel 12:3f… (64 tecken)")
            head = (int(number), value)
        events = Event.objects.order_by("number").values(*COVERED, "hash")
        found = breaks(events.iterator(chunk_size=2000), head)
        for item in found:
            self.stderr.write(FAULTS[item.fault].format(n=item.number))
        if found:
            raise CommandError(f"Kedjan är bruten på {len(found)} ställen.")
        last = Event.objects.order_by("-number").first()
        state = f"{last.number}:{last.hash}" if last else "0"
        self.stdout.write(f"Kedjan är hel. Senaste händelsen: {state}")
