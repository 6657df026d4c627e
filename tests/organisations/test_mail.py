"""Where mail goes, and what a person chooses about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hemtag.config.mail import mail_settings
from hemtag.history.queries import events_about
from hemtag.organisations import actions
from hemtag.organisations.letters import person_of, stop_token
from hemtag.organisations.models import Person
from hemtag.refusals import DoesNotHold

VAR = Path("/srv/var")


def of(demo: bool = False, **environment: str) -> dict[str, object]:
    return mail_settings(environment, demo=demo, var=VAR)


def test_the_demo_writes_mail_to_files_and_everything_else_prints_it() -> None:
    assert of(demo=True) == {
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": "/srv/var/mail",
    }
    assert of() == {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}


def test_an_address_says_it_all() -> None:
    found = of(demo=True, HEMTAG_EMAIL_URL="smtp://anna%40region:l%C3%B6sen@post.example")
    assert found == {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "post.example",
        "EMAIL_PORT": 587,
        "EMAIL_HOST_USER": "anna@region",
        "EMAIL_HOST_PASSWORD": "lösen",
        "EMAIL_USE_TLS": True,
        "EMAIL_USE_SSL": False,
    }
    secure = of(HEMTAG_EMAIL_URL="smtps://post.example:4650")
    assert (secure["EMAIL_PORT"], secure["EMAIL_USE_TLS"], secure["EMAIL_USE_SSL"]) == (4650, False, True)
    plain = of(HEMTAG_EMAIL_URL="smtp://localhost?tls=none")
    assert (plain["EMAIL_PORT"], plain["EMAIL_USE_TLS"], plain["EMAIL_USE_SSL"]) == (25, False, False)
    assert of(HEMTAG_EMAIL_URL="file:///srv/brev")["EMAIL_FILE_PATH"] == "/srv/brev"
    assert str(of(HEMTAG_EMAIL_URL="none:")["EMAIL_BACKEND"]).endswith("dummy.EmailBackend")
    assert str(of(HEMTAG_EMAIL_URL="console:")["EMAIL_BACKEND"]).endswith("console.EmailBackend")


def test_or_each_part_by_itself() -> None:
    found = of(HEMTAG_EMAIL_HOST="post.example", HEMTAG_EMAIL_USER="u", HEMTAG_EMAIL_PASSWORD="p")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_TLS"]) == ("post.example", 587, True)
    assert of(HEMTAG_EMAIL_HOST="x", HEMTAG_EMAIL_TLS="tls")["EMAIL_PORT"] == 465
    assert of(HEMTAG_EMAIL_HOST="x", HEMTAG_EMAIL_TLS="none", HEMTAG_EMAIL_PORT="2525")["EMAIL_PORT"] == 2525


@pytest.mark.parametrize(
    "environment",
    [
        {"HEMTAG_EMAIL_URL": "http://post.example"},
        {"HEMTAG_EMAIL_URL": "smtp://"},
        {"HEMTAG_EMAIL_URL": "smtp://x?tls=perhaps"},
        {"HEMTAG_EMAIL_HOST": "x", "HEMTAG_EMAIL_TLS": "perhaps"},
    ],
)
def test_what_would_go_nowhere_is_refused_at_start(environment: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="HEMTAG_EMAIL"):
        of(**environment)


@pytest.mark.django_db
def test_a_person_chooses_once_and_history_tells() -> None:
    anna = Person.objects.create_user(email="anna@example.org", name="Anna")
    assert (anna.digest, anna.language) == ("daily", "")
    actions.choose_digest(by=anna, digest="weekly", language="en")
    actions.choose_digest(by=anna, digest="weekly", language="en")
    events = list(events_about(anna))
    assert [event.verb for event in events] == ["chose_digest"]
    assert events[0].details == {
        "before": {"digest": "daily", "language": ""},
        "after": {"digest": "weekly", "language": "en"},
    }
    for wrong in ({"digest": "hourly"}, {"digest": "daily", "language": "de"}):
        with pytest.raises(DoesNotHold):
            actions.choose_digest(by=anna, **wrong)
    anna.refresh_from_db()
    assert (anna.digest, anna.language) == ("weekly", "en")


@pytest.mark.django_db
def test_only_a_token_of_this_site_is_anybodys() -> None:
    anna = Person.objects.create_user(email="anna@example.org", name="Anna")
    assert person_of(stop_token(anna)) == anna
    for forged in ("", "1:abc", stop_token(anna)[:-1], stop_token(anna) + "x"):
        with pytest.raises(Person.DoesNotExist):
            person_of(forged)
