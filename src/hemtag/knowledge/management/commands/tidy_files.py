"""`manage.py tidy_files`: find stored bytes that nothing points at, and rows whose bytes are gone or changed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hemtag.knowledge.tidying import damaged, orphans, remove

FAULTS = {"missing": "innehållet saknas", "changed": "innehållet är inte det som lagrades"}


class Command(BaseCommand):
    help = "Nämner lagrade filer som ingenting hänvisar till, och handlingar vars innehåll saknas eller har ändrats."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--remove", action="store_true", help="ta bort det som ingenting hänvisar till och som är äldre än ett dygn"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        found = list(orphans(now))
        for key in found:
            removed = options["remove"] and remove(key, now)
            self.stdout.write(f"{key}: ingenting hänvisar till den{', borttagen' if removed else ''}")
        broken = 0
        for document, fault in damaged():
            broken += 1
            self.stderr.write(f"handling {document.pk} {document.name} ({document.sha256}): {FAULTS[fault]}")
        self.stdout.write(f"Utan hänvisning: {len(found)}. Skadade handlingar: {broken}.")
        if broken:
            raise CommandError("Återställ det skadade från säkerhetskopian, eller be ägaren ladda upp filen igen.")
