"""`manage.py scan_waiting`: ask the virus scanner about every file that has no verdict."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hemtag.knowledge.documents import scan, to_scan
from hemtag.knowledge.models import ScanState
from hemtag.knowledge.scanning import NoVerdict, scanner


class Command(BaseCommand):
    help = "Viruskontrollerar filer som väntar på kontroll eller lagrades innan någon kontroll fanns."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--again",
            action="store_true",
            help="kontrollera även filer som redan har fått besked, till exempel när virusdatabasen är ny",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        documents = to_scan(again=options["again"])
        asked = scanner()
        if asked is None:
            waiting = documents.filter(scan_state=ScanState.WAITING).count()
            raise CommandError(f"HEMTAG_CLAMD är inte satt. {waiting} filer väntar på viruskontroll.")
        cleared, infected, silent = 0, 0, 0
        for document in list(documents):  # not a cursor: the rows change while they are gone through
            try:
                state = scan(document, asked)
            except NoVerdict as why:
                silent += 1
                self.stderr.write(f"{document.pk} {document.name}: inget besked ({why})")
                continue
            if state == ScanState.INFECTED:
                infected += 1
                self.stdout.write(f"{document.pk} {document.name}: virus hittat")
            else:
                cleared += 1
        self.stdout.write(f"Utan virus: {cleared}. Virus hittat: {infected}. Utan besked: {silent}.")
        if silent:
            raise CommandError(f"{silent} filer fick inget besked och lämnas inte ut om de väntar. Kör kommandot igen.")
