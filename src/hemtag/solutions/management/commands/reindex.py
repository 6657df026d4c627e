"""`manage.py reindex`: makes the catalogue's search index anew."""

from typing import Any

from django.core.management.base import BaseCommand

from hemtag.solutions.search.indexing import reindex


class Command(BaseCommand):
    help = "Gör om katalogens sökindex, till exempel när synonymerna är ändrade."

    def handle(self, *args: Any, **options: Any) -> None:
        number = reindex(lambda done: self.stdout.write(f"{done} …") if options["verbosity"] > 1 else None)
        self.stdout.write(f"{number} lösningar är indexerade.")
