"""What pages are built of: `{% load hemtag %}`. The style page `/om/stilguide/` shows every one of them.

Filters write money, numbers and dates in the language of the page; tags draw the components of `templates/components/`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms, template
from django.db.models import Choices
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hemtag import money
from hemtag.solutions.queries import Stage
from hemtag.solutions.queries.adopting import reason_in_words
from hemtag.web.verbs import VERBS

register = template.Library()

NOTHING = "\u2013"
STOCKHOLM = ZoneInfo("Europe/Stockholm")


# Numbers, money, dates -----------------------------------------------------------------------------------


def _english() -> bool:
    return (get_language() or "sv").startswith("en")


def _number(value: Decimal | int, decimals: int) -> str:
    """1234.5 → '1 234,5' in Swedish, '1,234.5' in English; rounded half up, with a true minus sign."""
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,.{decimals}f}"
    if not _english():
        text = text.replace(",", money.THIN).replace(".", ",")
    return f"{money.MINUS}{text}" if rounded < 0 else text


def _as_decimal(value: Any) -> Decimal | None:
    """None for what is not a number, so that a gap in the data is shown as a dash and not as an error page."""
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return None


def _amount(value: Any, divisor: int, decimals: int, swedish: str, english: str) -> str:
    number = _as_decimal(value)
    if number is None:
        return NOTHING
    text = _number(number / divisor, decimals)
    return english.format(text) if _english() else swedish.format(text)


@register.filter
def kronor(value: Any) -> str:
    """28000000 → '28 000 000 kr', in English 'SEK 28,000,000'."""
    return _amount(value, 1, 0, "{}\u00a0kr", "SEK\u00a0{}")


@register.filter
def tkr(value: Any) -> str:
    """28000000 → '28 000 tkr', in English 'SEK 28,000 thousand'."""
    return _amount(value, 1_000, 0, "{}\u00a0tkr", "SEK\u00a0{} thousand")


@register.filter
def mkr(value: Any, decimals: int = 1) -> str:
    """28000000 → '28,0 Mkr', in English 'SEK 28.0 million'."""
    return _amount(value, 1_000_000, decimals, "{}\u00a0Mkr", "SEK\u00a0{} million")


@register.filter
def heltal(value: Any) -> str:
    """28000 → '28 000'; for columns whose head says the unit."""
    return _amount(value, 1, 0, "{}", "{}")


@register.filter
def tal(value: Any, decimals: int = 1) -> str:
    """3.14159 → '3,1'."""
    return _amount(value, 1, decimals, "{}", "{}")


@register.filter
def procent(value: Any, decimals: int = 0) -> str:
    """A share becomes per cent: 0.125|procent:1 → '12,5 %', in English '12.5%'."""
    number = _as_decimal(value)
    return NOTHING if number is None else _amount(number * 100, 1, decimals, "{}\u00a0%", "{}%")


def _in_stockholm(value: dt.date) -> dt.date:
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(STOCKHOLM)
    return value


@register.filter
def datum(value: dt.date | None) -> str:
    """'15 juni 2026'; a moment is the day it falls on in Stockholm."""
    if not value:
        return NOTHING
    return date_format(_in_stockholm(value), "j F Y", use_l10n=False)


@register.filter
def tid(value: dt.datetime | None) -> str:
    """'15 juni 2026 kl. 10.42', in English '15 June 2026 at 10:42', always Stockholm time."""
    if not value:
        return NOTHING
    local = _in_stockholm(value)
    clock = "{:%H:%M}" if _english() else "{:%H.%M}"
    return _("%(day)s kl. %(time)s") % {"day": datum(local), "time": clock.format(local)}


# Forms ---------------------------------------------------------------------------------------------------


@register.filter
def is_single_checkbox(field: Any) -> bool:
    """True for a lone tick box, whose label stands after it."""
    return isinstance(field.field.widget, forms.CheckboxInput)


def _first_input(field: Any) -> str:
    """The id to which a link in the error summary leads: for a group of choices its first option."""
    if isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"{field.auto_id}_0"
    return str(field.id_for_label or field.auto_id)


def _errors_of(form: Any) -> list[dict[str, str]]:
    found = [{"message": str(message), "link": "", "label": ""} for message in form.non_field_errors()]
    for field in form:
        link = "" if field.is_hidden else f"#{_first_input(field)}"
        label = "" if field.is_hidden else str(field.label)
        found += [{"message": str(message), "link": link, "label": label} for message in field.errors]
    return found


@register.inclusion_tag("components/error_summary.html")
def error_summary(*given: Any) -> dict[str, Any]:
    """Everything that is wrong in one or several forms or formsets, with links to the fields. Nothing when all is well."""
    errors: list[dict[str, str]] = []
    for form in given:
        if not form or not getattr(form, "is_bound", True):
            continue
        if hasattr(form, "management_form"):
            errors += [{"message": str(message), "link": "", "label": ""} for message in form.non_form_errors()]
            for part in form.forms:
                errors += _errors_of(part)
        else:
            errors += _errors_of(form)
    return {"errors": errors}


@register.inclusion_tag("components/problem_list.html")
def problem_list(
    problems: Iterable[Any], holds: Iterable[Any] = (), word: str = "", doubtful: bool = False
) -> dict[str, Any]:
    """Problems (`.message`, `.link`, `.field`), each with a way to mend it; `holds`: what already is in order.

    `word` is read aloud before each problem; "Saknas:" when it is left out. What is doubtful has a mark of its own.
    """
    return {"problems": list(problems), "holds": list(holds), "word": word, "doubtful": doubtful}


@register.inclusion_tag("components/clash.html")
def clash_notice(clash: Any) -> dict[str, Any]:
    """Somebody else saved first: who, when and their text. The person's own text stays in the form below."""
    return {"clash": clash}


@register.inclusion_tag("components/kept.html")
def kept_note() -> dict[str, Any]:
    """Stands first in a `<form data-keep>`: offers back what was typed but never saved. Hidden until it is needed."""
    return {}


# States and the process ----------------------------------------------------------------------------------

KINDS = {
    "neutral": "neutral",
    "note": "neutral",
    "waiting": "warning",
    "good": "success",
    "bad": "danger",
}

# One spelling per state, one look per spelling in every room; a tag may still name another kind.
KIND_OF_STATE = {
    state: kind
    for kind, states in {
        "neutral": (
            "not_scanned",
            "made_here",
            "draft",
            "cancelled",
            "interested",
            "not_applicable",
            "none",
            "parked",
            "merged",
            "superseded",
        ),
        "note": (
            "open",
            "submitted",
            "adopted",
            "decided",
            "piloting",
            "rolling_out",
            "approved",
            "closed",
            "frozen",
            "shared",
            "screened",
            "packaging",
            "packaged",
            "communicated",
            "spreading",
            "assessing",
            "preparing",
            "with_conditions",
        ),
        "waiting": (
            "offered",
            "waiting",
            "invited",
            "assigned",
            "prepared",
            "opened",
            "hearing",
            "proposed",
            "requested",
            "notified",
            "adjusting",
            "asked",
            "identified",
            "needs_evidence",
            "review_due",
            "paused",
            "reported",
            "back",
            "partly",
        ),
        "good": (
            "stated",
            "answered",
            "adjusted",
            "clean",
            "confirmed",
            "eligible",
            "granted",
            "paid",
            "accepted",
            "repaid",
            "published",
            "in_use",
            "solved",
            "as_is",
            "adapted",
            "resolved",
            "qualified",
            "established",
            "sustained",
            "passed",
            "met",
            "mended",
        ),
        "bad": (
            "infected",
            "late",
            "lapsed",
            "declined",
            "refused",
            "ineligible",
            "rejected",
            "withdrawn",
            "withheld",
            "discontinued",
            "replaced",
            "retired",
            "recalled",
            "not_met",
        ),
    }.items()
    for state in states
}


@register.inclusion_tag("components/state.html")
def state(value: Any, label: Any = "", kind: str = "", boxed: bool = False) -> dict[str, Any]:
    """A state as a word with a mark of its own shape.

    `value` is an object with `.state`, a member of a `Choices` or a word; `kind` one of neutral, waiting, good, bad, note.
    """
    if hasattr(value, "get_state_display"):
        value, label = value.state, label or value.get_state_display()
    elif isinstance(value, Choices):
        label = label or value.label
    word = str(getattr(value, "value", value))
    chosen = kind if kind in KINDS else KIND_OF_STATE.get(word.lower(), "neutral")
    return {"label": label or value, "kind": chosen, "color": KINDS[chosen], "boxed": boxed}


def process_steps() -> list[tuple[str, str]]:
    """The way of the money, from the call to effect at home, in order."""
    return [
        ("utlysning", _("Utlysning")),
        ("ansokan", _("Ansökan")),
        ("inlamnad", _("Inlämnad")),
        ("beredning", _("Beredning")),
        ("prioritering", _("Prioritering")),
        ("beslut", _("Beslut")),
        ("utbetalning", _("Utbetalning")),
        ("effekt", _("Effekt hem")),
    ]


@register.inclusion_tag("components/process.html")
def process(step: str) -> dict[str, Any]:
    """Where in the process one is; `step` is one of the keys of `process_steps`."""
    steps = process_steps()
    keys = [key for key, _label in steps]
    if step not in keys:
        raise template.TemplateSyntaxError(f"process: {step!r} is none of {', '.join(keys)}")
    at = keys.index(step)
    rows = [{"label": label, "done": i < at, "current": i == at} for i, (_key, label) in enumerate(steps)]
    return {"steps": rows, "number": at + 1, "count": len(rows), "label": steps[at][1]}


# Numbers and facts ---------------------------------------------------------------------------------------


@register.simple_block_tag(takes_context=True)
def figures(context: Any, content: SafeString) -> SafeString:
    """A row of key figures: contains `{% figure %}`."""
    return render_to_string("components/figures.html", {"content": content})


@register.inclusion_tag("components/figure.html")
def figure(label: Any, value: Any, note: Any = "") -> dict[str, Any]:
    """One key figure: what it is, the number, and one line that says what it means.

    An amount may wrap between its words: a figure is large, and "SEK 744.6 million" wider than its column.
    """
    return {"label": label, "value": str(value).replace("\u00a0", " "), "note": note}


@register.simple_block_tag
def facts(content: SafeString) -> SafeString:
    """A summary list (dl): contains `{% fact "Label" %}value{% endfact %}`."""
    return render_to_string("components/facts.html", {"content": content})


@register.simple_block_tag
def fact(content: SafeString, label: Any) -> SafeString:
    return render_to_string("components/fact.html", {"content": content, "label": label})


@register.inclusion_tag("components/year_bars.html")
def year_bars(rows: Iterable[Any], title: Any = "", chosen: Any = "") -> dict[str, Any]:
    """Money per year under its frame, always beside a table with the same numbers.

    A row (mapping or object) has `year`, `frame`, `committed`, `chosen` in whole kronor; what is free is the rest.
    `chosen` is the word for what is chosen: "Valt nu" unless the page says otherwise, as "Beslutat".
    """
    read = [_year_row(row) for row in rows]
    widest = max((max(row["frame"], row["committed"] + row["chosen"]) for row in read), default=0) or 1
    for row in read:
        used = row["committed"] + row["chosen"]
        row["free"] = row["frame"] - used
        row["over"] = max(0, used - row["frame"])
        row["frame_width"] = _share(row["frame"], widest)
        row["committed_width"] = _share(row["committed"], widest)
        row["chosen_start"] = row["committed_width"]
        row["chosen_width"] = _share(row["chosen"] - min(row["over"], row["chosen"]), widest)
        row["over_start"] = row["frame_width"]
        row["over_width"] = _share(row["over"], widest)
    return {
        "rows": read,
        "title": title or _("Pengar per år under ramen"),
        "chosen": chosen or _("Valt nu"),
        "any_committed": any(row["committed"] for row in read),
        "any_over": any(row["over"] for row in read),
    }


def _year_row(row: Any) -> dict[str, Any]:
    def get(name: str) -> Any:
        return row.get(name, 0) if isinstance(row, Mapping) else getattr(row, name, 0)

    return {name: get(name) or 0 for name in ("year", "frame", "committed", "chosen")}


def _share(part: int, whole: int) -> str:
    """A length in the drawing: always with a decimal point, whatever the language of the page."""
    return f"{100 * part / whole:.2f}%"


# Blocks --------------------------------------------------------------------------------------------------


@register.simple_block_tag
def empty_list(content: SafeString, title: Any = "") -> SafeString:
    """An empty list explains what will be here and how it comes here."""
    return render_to_string("components/empty_list.html", {"content": content, "title": title})


@register.simple_block_tag
def next_step(content: SafeString, title: Any, url: str = "", label: Any = "") -> SafeString:
    """The card "Härnäst": one sentence, one main action (a link by `url` and `label`, or a form in the block)."""
    return render_to_string(
        "components/next_step.html", {"content": content, "title": title, "url": url, "label": label}
    )


@register.simple_block_tag
def notice(content: SafeString, kind: str = "note", title: Any = "") -> SafeString:
    """A message that stays: kind note, good, waiting (warning) or bad."""
    color = "info" if kind in {"note", "neutral"} else KINDS[kind]
    return render_to_string("components/notice.html", {"content": content, "color": color, "title": title})


@register.simple_block_tag
def table_scroll(content: SafeString, label: Any, tall: bool = False) -> SafeString:
    """Around a wide table: it scrolls, the page does not. `tall` also keeps the head in view."""
    return render_to_string("components/table_scroll.html", {"content": content, "label": label, "tall": tall})


@register.inclusion_tag("components/crumbs.html")
def crumbs(*pairs: Any) -> dict[str, Any]:
    """`{% crumbs url label url label label %}`: pairs of address and name, last the name of this page."""
    *rest, here = pairs
    if len(rest) % 2:
        raise template.TemplateSyntaxError("crumbs: pairs of address and name, then the name of this page")
    links = [{"url": rest[i], "label": rest[i + 1]} for i in range(0, len(rest), 2)]
    return {"links": links, "here": here}


@register.inclusion_tag("components/pages.html", takes_context=True)
def pages(context: Any, page: Any) -> dict[str, Any]:
    """Links between the pages of a long list (a Django `Page`); the filter in the address is kept."""
    query = context["request"].GET.copy()
    query.pop("sida", None)
    return {"page": page, "query": query.urlencode()}


@register.filter
def in_words(event: Any) -> str:
    """What an event says happened, in a few words."""
    return str(VERBS.get(event.verb, event.verb.replace("_", " ")))


@register.filter
def stage_word(adoption: Any) -> str:
    """The word for an adoption's `stage` as a query annotated it."""
    return str(Stage(adoption.stage).label) if adoption.stage else str(_("Ej påbörjat"))


@register.filter
def reason_word(adoption: Any) -> str:
    """The word for why a region has stopped, as a query annotated it."""
    return reason_in_words(adoption.reason)


@register.filter
def halvar(starts_on: dt.date) -> str:
    """The half-year that begins on a day: 'jan–jun 2027'."""
    if starts_on.month == 1:
        return _("jan–jun %(year)s") % {"year": starts_on.year}
    return _("jul–dec %(year)s") % {"year": starts_on.year}
