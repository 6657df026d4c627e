"""`manage.py demo --stage …`: throws the demo away and builds it again up to a stage.

History refuses to be emptied, so an SQLite file is removed whole. On a server the demo is built in an empty database.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from hemtag.history.queries import head
from hemtag.web.demo import STAGES, build


class Command(BaseCommand):
    help = "Börjar om demoomgången från en tom databas, fram till det steg som anges."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stage", choices=STAGES, default="following")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Bara en demo kan börja om: sätt HEMTAG_DEMO=1 om det här är en.")
        if connection.vendor == "sqlite":
            _remove_file(Path(connection.settings_dict["NAME"]))
        call_command("migrate", verbosity=0)
        if head()[0]:
            raise CommandError("Databasen är inte tom. Ta bort den, skapa en ny och kör kommandot igen.")
        build(options["stage"], lambda text: self.stdout.write(f"  {text} …"))
        self.stdout.write(f"Demon står nu i steget {options['stage']}, {STAGES[options['stage']]}.")


def _remove_file(path: Path) -> None:
    connection.close()
    for name in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        name.unlink(missing_ok=True)
