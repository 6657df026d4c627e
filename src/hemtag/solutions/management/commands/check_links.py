"""`manage.py check_links`: tries the addresses that people have written in the catalogue."""

from typing import Any

from django.core.management.base import BaseCommand

from hemtag.solutions.actions.linking import record_links
from hemtag.solutions.linking import tried
from hemtag.solutions.queries.linking import addresses, to_try


class Command(BaseCommand):
    help = (
        "Provar länkarna i katalogen, aldrig interna adresser. Kan köras varje natt; var länk provas en gång i veckan."
    )

    stealth_options = ("attempt",)

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--most", type=int, default=500, help="Högst så många adresser i en körning.")
        parser.add_argument("--again", action="store_true", help="Prova också dem som provats den senaste veckan.")

    def handle(self, *args: Any, most: int = 500, again: bool = False, **options: Any) -> None:
        attempt = options.get("attempt", tried)
        wanted = to_try(addresses(), most, again=again)
        found = {url: attempt(url) for url in wanted}
        counts = record_links(by=None, found=found)
        words = ", ".join(f"{result} {number}" for result, number in sorted(counts.items())) or "inga"
        self.stdout.write(f"Provade {len(found)} länkar: {words}.")
