"""Mail to people: in their own language, with counts and links and never with what anybody has written."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from .models import Person

logger = logging.getLogger(__name__)
SALT = "hemtag.digest.stop"


@dataclass(frozen=True)
class Letter:
    subject: str
    lines: tuple[str, ...]
    headers: dict[str, str] = field(default_factory=dict)


def absolute(path: str) -> str:
    """An address on this site that works outside a request."""
    return f"{settings.SITE_URL}{path}"


def stop_token(person: Person) -> str:
    """Proves, without log-in, that whoever holds it was sent this person's mail. Good for one thing: to stop it."""
    return signing.dumps(person.pk, salt=SALT)


def person_of(token: str) -> Person:
    """Raises Person.DoesNotExist for a token that this site never made."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature as forged:
        raise Person.DoesNotExist from forged
    return Person.objects.get(pk=pk, is_active=True)


def language_of(person: Person) -> str:
    return person.language if person.language in dict(settings.LANGUAGES) else "sv"


def message_to(person: Person, write: Callable[[], Letter]) -> EmailMessage:
    """`write` makes the letter, in the person's language."""
    with translation.override(language_of(person)):
        letter = write()
        body = "\n".join(
            [_("Hej %(name)s!") % {"name": person.name}, "", *letter.lines, "", "Hemtag", settings.SITE_URL]
        )
    return EmailMessage(letter.subject, body + "\n", to=[person.email], headers=letter.headers)


def send_all(messages: Iterable[EmailMessage]) -> int:
    """Send what can be sent, over one connection, and log what cannot: an act is never undone by a mail server.

    Returns how many were sent.
    """
    waiting = list(messages)
    if not waiting:
        return 0
    try:
        return get_connection().send_messages(waiting) or 0
    except OSError:  # what smtplib and sockets raise
        logger.exception("%s mails could not be sent", len(waiting))
        return 0


def settings_url() -> str:
    return absolute(reverse("digest_settings"))
