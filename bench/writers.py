"""People with a page open in an application, for measuring and for the test that pulls the plug.

`python -m bench.writers 50` fills an empty database (HEMTAG_DATABASE) with applications of five writers each, every
writer in a field of their own, and prints who they are as JSON. `Pen` saves as the page does.
"""

from __future__ import annotations

import datetime as dt
import http.client
import json
import sys
from dataclasses import dataclass, field
from typing import Any

CSRF = "k" * 32
PER_APPLICATION = 5
TEXT = "Arbetet görs i tre steg, och varje steg prövas innan nästa börjar. "
# Where the five of an application write: section and field.
PLACES = (
    ("text", "summary"),
    ("text", "description"),
    ("text", "goals"),
    ("block-1", "purpose"),
    ("block-2", "activities"),
)


def make(writers: int) -> list[dict[str, Any]]:
    """The database, with texts of some length; a session for every writer."""
    from django.conf import settings
    from django.contrib.auth import login
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.http import HttpRequest

    from hemtag.grants import actions
    from hemtag.grants.reference import load_call
    from hemtag.organisations.models import Kind, Membership, Organisation, Person, Role

    call_command("migrate", verbosity=0)
    day = dt.date(2020, 1, 1)
    call = actions.create_call(by=None, data=load_call(), contact="delegationen@example.org")
    call = actions.publish_call(by=None, call=call)
    made = []
    for place in range(-(-writers // PER_APPLICATION)):
        region = Organisation.objects.create(
            code=f"{place + 50}", kind=Kind.REGION, name=f"Region {place}", short_name=f"R{place}"
        )
        people = []
        for each in range(PER_APPLICATION):
            person = Person.objects.create_user(email=f"{place}.{each}@example.org", name=f"Skribent {place}.{each}")
            Membership.objects.create(person=person, organisation=region, role=Role.AUTHOR, starts_on=day)
            people.append(person)
        application = _application(actions, call, region, people[0])
        for person, (section, name) in zip(people, PLACES, strict=True):
            request = HttpRequest()
            request.session = SessionStore()
            login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
            request.session.save()
            made.append(
                {
                    "person": person.pk,
                    "number": application.number,
                    "section": section,
                    "field": name,
                    "cookie": f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}; csrftoken={CSRF}",
                }
            )
    return made[:writers]


def _application(actions: Any, call: Any, region: Any, by: Any) -> Any:
    from unittest import mock

    from hemtag import clock

    with mock.patch.object(clock, "now", return_value=dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC)):
        row = actions.start_application(by=by, call=call, region=region, title="En gemensam åtgärd")
    texts = {name: TEXT * 25 for section, name in PLACES if section == "text"}
    row = actions.edit_application(by=by, application=row, version=1, values=texts)
    for number in range(1, 4):
        block = actions.add_block(by=by, application=row, title=f"Block {number}")
        actions.edit_block(by=by, block=block, version=1, values={"purpose": TEXT * 10, "activities": TEXT * 15})
    return row


@dataclass
class Pen:
    """One writer's field, saved over a connection that is kept as a browser keeps it."""

    host: str
    writer: dict[str, Any]
    version: int = 10_000  # later than anything that is saved before the writing begins
    connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    def save(self, value: str) -> int:
        """The HTTP status; raises OSError or http.client.HTTPException when nobody answers."""
        writer = self.writer
        body = {"section": writer["section"], "field": writer["field"], "value": value, "version": self.version}
        status, answer = self.ask("POST", f"/ansokningar/{writer['number']}/spara/", body)
        if status == 200:
            self.version = answer["version"]
        return status

    def beat(self) -> int:
        body = {"section": self.writer["section"], "bases": {}}
        return self.ask("POST", f"/ansokningar/{self.writer['number']}/narvaro/", body)[0]

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "Cookie": self.writer["cookie"],
            "X-CSRFToken": CSRF,
            "X-Hemtag-Person": str(self.writer["person"]),
        }
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.host, timeout=20)
        try:
            self.connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            response = self.connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        is_json = (response.getheader("Content-Type") or "").startswith("application/json")
        return response.status, json.loads(text) if is_json else None

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hemtag.config.settings")
    django.setup()
    json.dump(make(int(sys.argv[1])), sys.stdout)
