"""Who may reach a page: every view carries exactly one `@reachable(…)`, and a test reads them all.

The page rule speaks of roles. Which rows a person reaches on the page is decided by the queries, and an unknown and a
forbidden row both answer 404. The auditor may read (GET) every page and write nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from hemtag.refusals import NotAllowed

from .models import Role
from .rules import is_auditor, roles_of, words

__all__ = ["ANYONE", "SIGNED_IN", "Reach", "Role", "found", "reachable"]

P = ParamSpec("P")
Row = TypeVar("Row")
SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Reach:
    """The rule of one page: open to anyone, to anyone signed in, or to holders of the roles."""

    roles: frozenset[Role] = frozenset()
    anyone: bool = False

    def __str__(self) -> str:
        if self.anyone:
            return "alla"
        if not self.roles:
            return "alla inloggade"
        return ", ".join(role.value for role in Role if role in self.roles)


ANYONE = Reach(anyone=True)
SIGNED_IN = Reach()


def reachable(
    *who: Reach | Role,
) -> Callable[
    [Callable[Concatenate[Any, P], HttpResponseBase]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]
]:
    """Give a view its rule: `@reachable(ANYONE)`, `@reachable(SIGNED_IN)` or `@reachable(Role.A, Role.B)`."""
    if not who:
        raise TypeError("a page needs a rule")
    first = who[0]
    reach = first if isinstance(first, Reach) else Reach(frozenset(Role(str(role)) for role in who))

    def decorate(
        view: Callable[Concatenate[Any, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if reach.anyone:
                return view(request, *args, **kwargs)
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if is_auditor(request.user):
                if request.method in SAFE:
                    return view(request, *args, **kwargs)
                raise NotAllowed(_("En granskare läser allt och skriver ingenting."))
            if reach.roles and not roles_of(request.user) & reach.roles:
                raise NotAllowed(
                    _("Sidan är för dig som är %(roles)s.")
                    % {"roles": words(role for role in Role if role in reach.roles)}
                )
            return view(request, *args, **kwargs)

        guarded.reach = reach  # type: ignore[attr-defined]
        return guarded

    return decorate


def found(query: Callable[..., Row], *args: Any, **kwargs: Any) -> Row:
    """The row a query gives this person, or 404: an unknown row and somebody else's are answered alike."""
    try:
        return query(*args, **kwargs)
    except ObjectDoesNotExist as absent:
        raise Http404 from absent
