"""`manage.py send_digests`: the day's mails of what waits. Safe to run from cron as often as one likes."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from hemtag import clock
from hemtag.organisations.actions import send_digest
from hemtag.organisations.letters import language_of, message_to
from hemtag.organisations.models import Person
from hemtag.web import digests


class Command(BaseCommand):
    help = "Skickar dagens utskick om vad som väntar, högst ett per person och dag. Kan köras hur ofta som helst."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Säger vad som skulle skickas, och skickar inget.")

    def handle(self, *args: Any, dry_run: bool = False, **options: Any) -> None:
        today, sent, failed = clock.today(), 0, 0
        for person in digests.people():
            last = digests.last_of(person)
            if not digests.is_due(person, last, today):
                continue
            with translation.override(language_of(person)):
                since = digests.since_of(last, person.digest, clock.now())
                waiting = digests.waiting_for(person, today, since)
            if not digests.is_worth_it(waiting, last, today):
                continue
            if dry_run:
                self.stdout.write(f"{person.email}: {digests.told(waiting.counts)}")
                continue
            try:
                sent += self._send(person, waiting, today, is_first=last is None)
            except OSError as fault:
                failed += 1
                self.stderr.write(f"{person.email}: {fault}")
        self.stdout.write(f"Skickade {sent} utskick.")
        if failed:
            raise CommandError(f"{failed} utskick gick inte iväg. De skickas vid nästa körning.")

    def _send(self, person: Person, waiting: digests.Waiting, today: dt.date, *, is_first: bool) -> bool:
        """Whether the mail went now; not when another run has sent it or is sending it."""
        message = message_to(person, lambda: digests.letter(person, waiting, is_first=is_first))
        done = send_digest(by=None, person=person, on=today, counts=waiting.counts, deliver=message.send)
        return done is not None
