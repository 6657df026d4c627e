"""`manage.py seed`: reference data and the demo round, once."""

from typing import Any

from django.core.management.base import BaseCommand

from hemtag.grants.models import Call
from hemtag.web.demo import build


class Command(BaseCommand):
    help = "Lägger in regioner, utlysning och demoomgång i en tom databas; gör ingenting om de redan finns."

    def handle(self, *args: Any, **options: Any) -> None:
        if Call.objects.exists():
            return
        build("following", lambda text: self.stdout.write(f"  {text} …"))
