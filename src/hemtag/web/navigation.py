"""What stands around every page: who is signed in and where that person can go."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hemtag import clock
from hemtag.organisations.models import Role
from hemtag.organisations.rules import DELEGATION_ROLES, REGION_ROLES, memberships_of

EVERYONE = frozenset[Role]()
READERS = REGION_ROLES | DELEGATION_ROLES | {Role.AUDITOR}


def _entries() -> list[tuple[str, str, frozenset[Role]]]:
    """(URL name, label, the roles it is for; none means everyone)."""
    return [
        ("my_page", _("Min sida"), frozenset(Role)),
        ("calls", _("Utlysningar"), EVERYONE),
        ("applications", _("Ansökningar"), REGION_ROLES),
        ("preparation", _("Beredning"), DELEGATION_ROLES | {Role.AUDITOR}),
        ("decisions", pgettext("flera", "Beslut"), EVERYONE),
        ("follow_ups", _("Uppföljning"), READERS),
        ("payments", _("Utbetalningar"), frozenset({Role.PAYMENTS_OFFICER, Role.AUDITOR})),
        ("frames", _("Ramar"), EVERYONE),
        ("solutions", _("Lösningar"), EVERYONE),
        ("benefit_cases", _("Kalkyler"), EVERYONE),
        ("underlag_list", _("Underlag"), EVERYONE),
        ("obstacles", _("Hinder"), EVERYONE),
    ]


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    held = {Role(m.role) for m in memberships_of(getattr(request, "user", None))}
    shown = []
    for name, label, roles in _entries():
        if roles and not held & roles:
            continue
        url = reverse(name)
        shown.append({"url": url, "label": label, "current": request.path.startswith(url)})
    return shown


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """Context of every template; read only when the template asks."""
    return {
        "navigation": SimpleLazyObject(lambda: _navigation(request)),
        "memberships": SimpleLazyObject(lambda: memberships_of(getattr(request, "user", None))),
        "demo": settings.DEMO,
        "demo_day": clock.today() if settings.DEMO else None,
    }
