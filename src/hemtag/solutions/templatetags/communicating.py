"""What the pages of a solution share: its name in the reader's language, what is asked, followed and wrong.

`{% load communicating %}`.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .. import rules
from ..news import without_title
from ..queries import asking, following, linking

register = template.Library()


def _in_english() -> bool:
    return (get_language() or "").startswith("en")


@register.filter
def name_of(solution: Any) -> str | SafeString:
    """The solution's name; on an English page the English one, else the Swedish marked as such."""
    if not _in_english():
        return str(solution.title)
    return solution.title_en or format_html('<span lang="sv">{}</span>', solution.title)


@register.filter
def has_english_name(solution: Any) -> bool:
    """Whether the page is English and the solution has a name for it."""
    return _in_english() and bool(solution.title_en)


@register.filter
def plain_name_of(solution: Any) -> str:
    """The same as plain text, for the title of a page."""
    return str(solution.title_en) if _in_english() and solution.title_en else str(solution.title)


@register.filter
def news_text(news: Any) -> str:
    """The line without the solution's name, which stands beside it."""
    return without_title(news.text, news.solution.title)


@register.simple_tag
def written_in_swedish() -> SafeString:
    """`<div{% written_in_swedish %}>`: what people have written is Swedish, also on an English page."""
    return SafeString(' lang="sv"' if _in_english() else "")


@register.simple_tag
def in_short(solution: Any) -> str | SafeString:
    """On an English page the English description comes first; the Swedish one has a page of its own."""
    if not _in_english() or not solution.plain_en:
        return ""
    html = '<section class="section" lang="en"><h2>{}</h2><div class="prose">{}</div></section>'
    return format_html(html, _("I korthet"), solution.plain_en)


@register.inclusion_tag("solutions/part_communicating.html", takes_context=True)
def communicating(context: dict[str, Any], solution: Any) -> dict[str, Any]:
    """Follow, ask, report: what stands beside a solution, with how it is."""
    person = context["user"]
    signed_in = person.is_authenticated
    return {
        "solution": solution,
        "user": person,
        "request": context.get("request"),
        "csrf_token": context.get("csrf_token"),
        "may_follow": signed_in and bool(rules.may_follow(person)),
        "follows": following.follows(person, solution),
        "standing": asking.standing_of(solution),
        "news": following.news_of(person, solution),
        "may_edit": signed_in and bool(rules.may_edit_texts(person, solution)),
        "link_is_broken": linking.is_broken(solution.link),
    }


@register.inclusion_tag("solutions/answer_clock.html")
def answer_clock(row: Any, today: Any) -> dict[str, Any]:
    """How a question stands: answered, closed, waiting until a day, or late."""
    return {"question": row, "is_late": asking.is_late(row, today)}
