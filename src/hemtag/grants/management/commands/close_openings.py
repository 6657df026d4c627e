"""`manage.py close_openings`: lapse what was opened and not answered in time. Run once a night; twice does no harm."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from hemtag.grants.actions.openings import close_openings


class Command(BaseCommand):
    help = "Stänger öppningar (kompletteringar och justeringar) vars sista dag har passerat utan svar."

    def handle(self, *args: Any, **options: Any) -> None:
        closed = close_openings(by=None)
        for opening in closed:
            self.stdout.write(f"{opening.application.number}: {opening.get_ground_display()}, {opening.until}")
        self.stdout.write(f"Stängda öppningar: {len(closed)}")
