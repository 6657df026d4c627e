"""What the catalogue tells of a solution to those outside the profession, and in English."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag.history.actions import record
from hemtag.history.queries import events_about
from hemtag.organisations.models import Person
from hemtag.refusals import Clash, Difference, holds, require

from .. import rules
from ..checks import asking
from ..models import Solution
from ..search.indexing import index
from .news import tell

EDITABLE = ("plain", "title_en", "plain_en", "target_groups", "effect", "contact", "link", "effort", "regulation")


def _labels() -> dict[str, str]:
    """As the fields are called on the page."""
    return {
        "plain": _("Kort beskrivning"),
        "title_en": _("Namn på engelska"),
        "plain_en": _("Kort beskrivning på engelska"),
        "target_groups": _("För vem?"),
        "effect": _("Effekt"),
        "contact": _("Kontakt"),
        "link": _("Länk"),
        "effort": _("Insats för att införa"),
        "regulation": _("Regulatorisk klass"),
    }


def _differences(saved: Solution, late: Mapping[str, str]) -> list[Difference]:
    """What stands now, in the words of the page, for each field where the late text is another."""
    found = []
    for name in EDITABLE:
        if name in late and getattr(saved, name) != late[name]:
            label = _labels()[name]
            shown = getattr(saved, f"get_{name}_display", lambda name=name: getattr(saved, name))()
            found.append(Difference(name, label, str(shown)))
    return found


@transaction.atomic
def edit_texts(*, by: Person, solution: Solution, version: int, **values: str) -> Solution:
    """Change what the catalogue tells. When somebody else has saved in between nothing is written and nothing lost."""
    solution = Solution.objects.select_for_update().get(pk=solution.pk)
    require(rules.may_edit_texts(by, solution))
    fresh = {name: values[name].strip() for name in EDITABLE if name in values}
    holds(asking.plain_text_is_short_enough(fresh) + asking.link_is_an_address(fresh.get("link", "")))
    if solution.version != version:
        saved = events_about(solution).filter(verb="edited_texts")[0]
        raise Clash(who=saved.actor, at=saved.at, version=solution.version, differences=_differences(solution, fresh))
    before = {name: getattr(solution, name) for name in fresh if getattr(solution, name) != fresh[name]}
    for name in before:
        setattr(solution, name, fresh[name])
    solution.version = version + 1
    solution.save(update_fields=[*before, "version"])
    index(solution)
    if "link" in before:
        for told in solution.news.filter(what="link"):
            told.urgent_to.clear()
    if "plain" in before:
        tell(solution, "text", "Den korta beskrivningen är ändrad.")
    record(
        by=by,
        verb="edited_texts",
        subject=solution,
        details={"before": before, "after": {name: fresh[name] for name in before}},
    )
    return solution
