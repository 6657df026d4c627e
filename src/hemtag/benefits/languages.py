"""Which of the two languages a page is read in, for texts that lie in both beside each other."""

from django.utils.translation import get_language


def page_language() -> str:
    """ "en" on English pages, else "sv"."""
    return "en" if (get_language() or "sv").startswith("en") else "sv"
