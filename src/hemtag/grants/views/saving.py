"""What pages that save by themselves ask for: one address for every field, and one that tells who else is here.

Both answer JSON to static/saving.js, and so does any view under `answers_json`: 401 log-in gone, 403 not allowed,
404 no such row, 409 somebody else's text, 413 too long, 422 does not hold, 423 handed in or closed.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hemtag import clock
from hemtag.organisations.access import found, reachable
from hemtag.organisations.rules import regions_of
from hemtag.refusals import Clash, DoesNotHold, NotAllowed, WrongState

from .. import actions, presence, rules, sections
from ..forms.cells import read_cell
from ..queries.writing import news, plain_value, row_of

JSON = "application/json"
View = Callable[..., HttpResponseBase]
WRONG = (KeyError, ValueError, TypeError, ArithmeticError)


def answers_json(view: View) -> View:
    """Around a `@reachable` view: whoever asks for JSON is answered in JSON, refusals too."""

    @functools.wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.headers.get("Accept") != JSON:
            return view(request, *args, **kwargs)
        me = str(request.user.pk)
        if not request.user.is_authenticated or request.headers.get("X-Hemtag-Person", me) != me:
            return refusal(401, _("Du är inte längre inloggad."))
        try:
            return view(request, *args, **kwargs)
        except NotAllowed as why:
            return refusal(403, str(why))
        except Http404:
            return refusal(404, _("Det som du skriver i finns inte längre."))
        except WrongState as why:
            return refusal(423, str(why))
        except DoesNotHold as why:
            problems = [{"field": problem.field, "problem": str(problem)} for problem in why.problems]
            return refusal(422, " ".join(problem["problem"] for problem in problems), problems=problems)
        except RequestDataTooBig:
            return refusal(413, _("Det är för mycket text på en gång."))
        except BadRequest:
            return refusal(400, _("Sidan är för gammal. Ladda om den."))

    return answered


def refusal(status: int, problem: str, **more: Any) -> JsonResponse:
    return JsonResponse({"problem": problem, **more}, status=status)


def sent(request: HttpRequest) -> dict[str, Any]:
    """The request's JSON object, or its form as one."""
    if request.content_type != JSON:
        return {name: values if len(values) > 1 else values[0] for name, values in request.POST.lists()}
    try:
        data = json.loads(request.body)
        # A half of a surrogate pair is valid JSON and no text that can be kept.
        json.dumps(data, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as wrong:
        raise BadRequest from wrong
    if not isinstance(data, dict):
        raise BadRequest
    return data


def clock_words(moment: Any) -> str:
    return moment.astimezone(clock.STOCKHOLM).strftime("%H:%M")


@answers_json
@reachable(*rules.WRITERS)
@require_POST
def save_field(request: HttpRequest, number: str) -> HttpResponse:
    """section, field, value, version → version, saved_at, saved_words, value as it is kept."""
    data = sent(request)
    try:
        section, field = sections.parse(str(data["section"])), str(data["field"])
        value, version = data["value"], int(data["version"])
    except WRONG as wrong:
        raise BadRequest from wrong
    _application, row = found(row_of, request.user, number, section)
    try:
        saved = _save(request.user, row, section.kind, field, value, version)
    except LookupError as unknown:
        raise BadRequest from unknown
    except Clash as clash:
        return _clash(clash, row, field)
    now = clock.now()
    words = _("Sparat %(time)s") % {"time": clock_words(now)}
    answer = {"version": saved.version, "saved_at": now.isoformat(), "saved_words": words}
    return JsonResponse({**answer, "value": plain_value(saved, field)})


def _save(by: Any, row: Any, kind: str, field: str, raw: Any, version: int) -> Any:
    value = read_cell(row, kind, field, raw)
    if kind == sections.POINTS:
        return actions.set_measuring_points(by=by, application=row, version=version, rows=value)
    if kind == sections.EFFECTS:
        return actions.set_effects(by=by, block=row, version=version, rows=value)
    values = {field: value}
    if kind == sections.COMMON:
        return actions.edit_submission(by=by, submission=row, version=version, values=values)
    if kind == sections.TEXT:
        return actions.edit_application(by=by, application=row, version=version, values=values)
    if kind == sections.BLOCK:
        return actions.edit_block(by=by, block=row, version=version, values=values)
    return actions.edit_participation(by=by, participant=row, version=version, values=values)


def _clash(clash: Clash, row: Any, field: str) -> JsonResponse:
    (theirs,) = clash.differences
    row.refresh_from_db()
    answer = {
        "who": clash.who,
        "at": clash.at.isoformat(),
        "at_words": clock_words(clash.at),
        "version": clash.version,
        "label": theirs.label,
        "theirs": theirs.theirs,
        "value": plain_value(row, field),
    }
    return JsonResponse(answer, status=409)


@answers_json
@reachable(*rules.WRITERS)
@require_POST
def give_sign(request: HttpRequest, number: str) -> HttpResponse:
    """section and the versions that are read → who else is writing here, and what has been changed since.

    Writes nothing but the sign of life, which the cache forgets.
    """
    data = sent(request)
    try:
        section = sections.parse(str(data["section"]))
        bases = {str(field): int(base) for field, base in dict(data.get("bases") or {}).items()}
    except WRONG as wrong:
        raise BadRequest from wrong
    application, row = found(row_of, request.user, number, section)
    if data.get("gone"):
        presence.leave(application, request.user, str(section))
        return JsonResponse({})
    presence.give_sign(application, request.user, next(iter(regions_of(request.user)), None), str(section))
    here = [
        {"words": str(sign), "section": sign.section, "same": sign.section == str(section)}
        for sign in presence.others(application, request.user)
    ]
    return JsonResponse({"others": here, "news": news(row, bases)})
