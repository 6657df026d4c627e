"""Every page, at desk and phone width, in light and dark: no fault that the rules of accessibility can find, light
enough for a slow line, nothing from elsewhere, no sideways scrolling, and reading it writes nothing."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page

from tests.browser.looking import assert_light, assert_looks_right
from tests.browser.pages import ACTS, FILES, PAGES, Seen, patterns

SEEN = [
    pytest.param(name, seen, id=f"{name}-{seen.role or 'anyone'}-{seen.stage}")
    for name, views in PAGES.items()
    for seen in views
]
# A session may be renewed by reading.
SELF_WRITTEN = {"django_session"}


def test_every_address_is_looked_at() -> None:
    names = {str(pattern.name) for pattern in patterns()}
    assert names == ACTS | FILES | set(PAGES)


def signed_in(context: BrowserContext, seen: Seen, home: str) -> None:
    from hemtag.organisations.models import Membership

    if not seen.role:
        return
    member = Membership.objects.filter(role=seen.role, organisation__code=seen.code).order_by("pk").first()
    assert member is not None, f"nobody in the demo is {seen.role} in {seen.code}"
    client = Client()
    client.force_login(member.person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": home}])


def contents() -> dict[str, int]:
    """A fingerprint of every table."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            if table not in SELF_WRITTEN:
                cursor.execute(f'SELECT * FROM "{table}"')
                found[table] = hash(tuple(cursor.fetchall()))
    return found


@pytest.mark.parametrize("name, seen", SEEN)
def test_a_page(
    name: str,
    seen: Seen,
    demo_at: Callable[[str], str],
    new_context: Callable[..., BrowserContext],
) -> None:
    home = demo_at(seen.stage)
    if seen.prepare:
        seen.prepare()
    context = new_context()
    signed_in(context, seen, home)
    page: Page = context.new_page()
    url = home + reverse(name, args=seen.args())
    before = contents()
    assert_light(page, url)
    assert_looks_right(page)
    assert contents() == before, "reading the page wrote something"
