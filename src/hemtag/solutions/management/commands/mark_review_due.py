"""`manage.py mark_review_due`: packages whose day of review has passed. Run once a night; twice does no harm."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from hemtag import clock
from hemtag.solutions.actions.publishing import mark_review_due
from hemtag.solutions.queries.packaging import packages_past_review


class Command(BaseCommand):
    help = "Ställer lösningar vars paket har passerat sin dag för översyn under omprövning."

    def handle(self, *args: Any, **options: Any) -> None:
        passed = packages_past_review(clock.today())
        for package in passed:
            mark_review_due(by=None, package=package)
            self.stdout.write(f"{package.solution.slug} {package.number}: {package.review_due}")
        self.stdout.write(f"Till omprövning: {len(passed)}")
