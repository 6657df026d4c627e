"""Searching the catalogue: what a person finds, how it can be filtered, and what is like something being written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hemtag.organisations.models import Role
from hemtag.organisations.queries import regions
from hemtag.organisations.rules import has_role, is_auditor, is_delegation, regions_of

from .models import USED, Adoption, Effort, Evidence, Regulation, SolutionKind, SolutionState, newest, varied
from .queries import catalogue, solutions_for
from .search.finding import NEWEST, NOWHERE, TITLE, USED_MOST, Found, Mask, find
from .search.indexing import COMING, ENDED, FARTHEST, IN, NOT_KNOWN
from .search.snippets import Piece, pieces, snippet

FILTERS = ("slag", "omrade", "region", "grupp", "belagg", "insats", "steg", "agare", "regel", "lage")
MAIN = ("slag", "omrade", "region", "grupp")
"""Those that stand on the page; the others are one press away."""
SHOWN, SIMILAR, LEAST_LETTERS = 20, 5, 4


@dataclass(frozen=True)
class Hit:
    """One solution on the page of hits, with what was found marked."""

    solution: Any
    title: list[Piece]
    snippet: list[Piece]
    where: tuple[str, ...] = ()

    @property
    def used(self) -> str:
        return where(self)


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    number: int


class Hits:
    """All that was found, for a paginator: only the page that is shown is read from the database."""

    def __init__(self, person: Any, found: Found, by: str = "") -> None:
        self.person, self.found, self.by = person, found, by

    def __len__(self) -> int:
        return len(self.found)

    def __getitem__(self, wanted: slice) -> list[Hit]:
        keys = self.found.first(min(wanted.stop, len(self)), self.by)[wanted.start :]
        rows = catalogue(self.person).filter(pk__in=keys).in_bulk() if keys else {}
        return [_hit(rows[key], self.found.terms) for key in keys if key in rows]


def _hit(row: Any, terms: frozenset[str], where: Iterable[str] = ()) -> Hit:
    return Hit(row, pieces(row.title, terms), snippet((row.summary, row.problem), terms), tuple(where))


def _hidden(person: Any) -> Callable[[Callable[[str], Mask]], Mask]:
    """The rule of `solutions_for` on the index: declined ones are the owner's, the delegation's and auditor's.

    A merged one leads on to another, which is found in its place.
    """

    def hidden(having: Callable[[str], Mask]) -> Mask:
        declined, merged = having(f"lage={SolutionState.DECLINED}"), having(f"lage={SolutionState.MERGED}")
        if is_auditor(person) or is_delegation(person) or has_role(person, Role.CATALOGUE_EDITOR):
            return merged
        for region in regions_of(person):
            declined &= ~having(f"agare={region.code}")
        return declined | merged

    return hidden


@dataclass(frozen=True)
class Search:
    """What the catalogue's page shows."""

    hits: Hits
    choices: dict[str, list[Choice]]


def orders(text: str) -> list[tuple[str, str]]:
    """(value, words) of the orders to choose from; the first is the one nobody has chosen."""
    others = [(USED_MOST, _("Mest använd först")), (NEWEST, _("Nyast först")), (TITLE, _("Efter namn"))]
    return [("", _("Bäst träff först")), *others] if text else [("", _("Mest använd först")), *others[1:]]


def usual_order(text: str) -> str:
    """The order of the page when nobody has chosen one: the best hit first, and of all there is the most used."""
    return "" if text.strip() else USED_MOST


def search(person: Any, text: str, chosen: Mapping[str, str], by: str = "") -> Search:
    """Found by text and filters, the best first; without text by title; or in one of the `orders`."""
    found = find(text, {name: chosen.get(name, "") for name in FILTERS}, _hidden(person))
    return Search(Hits(person, found, by), _choices(found.counts, chosen))


def _choices(counts: Mapping[str, Mapping[str, int]], chosen: Mapping[str, str]) -> dict[str, list[Choice]]:
    """The values of each filter that give something, and the one that is chosen even when it gives nothing."""
    stages = [(stage.value, str(stage.label)) for stage in FARTHEST]
    known: dict[str, list[tuple[str, str]]] = {
        "slag": [(value, str(label)) for value, label in SolutionKind.choices],
        "omrade": [(value, value) for value in sorted(counts.get("omrade", {}), key=str.casefold)],
        "steg": [*stages, (NOWHERE, _("Inte börjat någonstans"))],
        "region": [(region.code, region.short_name) for region in regions()],
        "lage": [(value, str(label)) for value, label in SolutionState.choices],
        "grupp": [(IN, _("I katalogen: kvalificerade")), (COMING, _("På väg in")), (ENDED, _("Avslutade och vilande"))],
        "belagg": [(value, str(label)) for value, label in Evidence.choices],
        "insats": [(value or NOT_KNOWN, str(label)) for value, label in Effort.choices],
        "regel": [(value or NOT_KNOWN, str(label)) for value, label in Regulation.choices],
    }
    known["agare"] = known["region"]
    if (area := chosen.get("omrade", "")) and area not in counts.get("omrade", {}):
        known["omrade"].append((area, area))
    return {
        name: [
            Choice(value, label, number)
            for value, label in values
            if (number := counts.get(name, {}).get(value, 0)) or value == chosen.get(name)
        ]
        for name, values in known.items()
    }


def similar(person: Any, text: str) -> list[Hit]:
    """Has someone already done this? The solutions most like a text that is being written, and where they are used."""
    if len(text.strip()) < LEAST_LETTERS:
        return []
    found = find(text, {}, _hidden(person))
    keys = found.first(SIMILAR)
    rows = solutions_for(person).in_bulk(keys)
    used: dict[int, list[str]] = {}
    adoptions = Adoption.objects.filter(~varied(), solution__in=keys).annotate(stage=newest()).filter(stage__in=USED)
    for adoption in adoptions.select_related("region").order_by("region__code"):
        used.setdefault(adoption.solution_id, []).append(adoption.region.short_name)
    return [_hit(rows[key], found.terms, used.get(key, ())) for key in keys if key in rows]


@dataclass(frozen=True)
class Filter:
    name: str
    label: str
    every: str
    chosen: str
    choices: list[Choice]

    @property
    def is_main(self) -> bool:
        return self.name in MAIN

    @property
    def chosen_label(self) -> str:
        return next((choice.label for choice in self.choices if choice.value == self.chosen), self.chosen)


def labelled(choices: Mapping[str, list[Choice]], chosen: Mapping[str, str]) -> list[Filter]:
    """The filters in the page's order, with their words."""
    words = {
        "slag": (_("Slag"), _("Alla slag")),
        "omrade": (_("Område"), _("Alla områden")),
        "steg": (_("Längst komna införande"), _("Alla steg")),
        "region": (_("I drift i"), _("Alla regioner")),
        "lage": (_("Läge"), _("Alla lägen")),
        "grupp": (_("Var i processen"), _("Alla")),
        "belagg": (_("Så väl vet vi effekten"), _("Alla nivåer")),
        "insats": (_("Insats för att införa"), _("Alla")),
        "agare": (_("Från"), _("Alla regioner")),
        "regel": (_("Regulatorisk klass"), _("Alla klasser")),
    }
    return [Filter(name, *words[name], chosen.get(name, ""), choices[name]) for name in FILTERS]


def where(hit: Hit) -> str:
    """Where a solution is in use, in a few words."""
    if not hit.where:
        return _("Inte i drift någonstans ännu")
    shown, more = ", ".join(hit.where[:4]), len(hit.where) - 4
    if more > 0:
        return _("I drift i %(regions)s och %(more)s till") % {"regions": shown, "more": more}
    return _("I drift i %(regions)s") % {"regions": shown}
