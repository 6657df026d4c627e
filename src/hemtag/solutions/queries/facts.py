"""What the data itself says of the criteria of a gate: whether each holds, in words, and how it is mended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hemtag import clock

from ..checks.judging import Fact
from ..models import (
    NEEDS_REASON,
    Adoption,
    FidelityCheck,
    NeedAnswer,
    PackageState,
    PackageVersion,
    Question,
    Solution,
    newest,
)
from . import packaging
from .adopting import Counts, counts, stages_of
from .evidencing import reached

WORDS_A_MINUTE, MINUTES = 200, 2
MOST_WORDS = WORDS_A_MINUTE * MINUTES
DEMAND_WANTED, OTHERS_WANTED = 3, 2
ESTABLISHED_IN = 11
CONFIRMED_SHARE, FIDELITY = Fraction(8, 10), Fraction(8, 10)
# What of the package each criterion of G3 looks at.
OF_THE_PACKAGE = {
    "parts": ("package_exists", "parts_are_complete", "nothing_has_expired", "files_are_free"),
    "tidier": ("tidier_is_covered",),
    "cold_start": ("cold_start_is_passed",),
    "licence": ("licence_is_clear",),
    "confidentiality": ("confidentiality_is_marked",),
    "case": ("case_runs",),
    "review_due": ("review_is_set",),
}


def facts_of(solution: Solution, gate: str) -> dict[str, Fact]:
    """By the criterion's `computed`."""
    found = _AT.get(gate)
    return {fact.key: fact for fact in found(solution)} if found else {}


def demand(solution: Solution) -> set[str]:
    """The names of the regions, other than the owner, that have begun with it or have a need that it answers."""
    begun = Adoption.objects.filter(solution=solution).annotate(stage=newest("stage"))
    begun = begun.exclude(stage__isnull=True).exclude(stage__in=NEEDS_REASON).exclude(region=solution.owner_id)
    names = set(begun.values_list("region__short_name", flat=True))
    answered = NeedAnswer.objects.filter(solution=solution).values("need")
    needing = NeedAnswer.objects.filter(need__in=answered, solution=None)
    names |= set(needing.exclude(region=solution.owner_id).values_list("region__short_name", flat=True))
    posted = NeedAnswer.objects.filter(solution=solution).exclude(need__region=solution.owner_id)
    return names | set(posted.values_list("need__region__short_name", flat=True))


def _demanded(solution: Solution, key: str, wanted: int) -> Fact:
    names = sorted(demand(solution))
    says = ngettext(
        "%(n)s region har visat intresse eller har ett behov som lösningen svarar på%(names)s.",
        "%(n)s regioner har visat intresse eller har ett behov som lösningen svarar på%(names)s.",
        len(names),
    ) % {"n": len(names), "names": f": {', '.join(names)}" if names else ""}
    mend = _("Det behövs %(n)s. Be regionerna ange att de är intresserade, eller svara på ett behov med lösningen.")
    return Fact(key, len(names) >= wanted, says, mend % {"n": wanted}, reverse("needs"))


def _screening(solution: Solution) -> Iterable[Fact]:
    yield _written("effect", solution.effect, _("En effekt är angiven."), _("Ingen effekt är angiven."))
    yield _written("contact", solution.contact, _("Kontakt är angiven."), _("Ingen kontakt är angiven."))
    yield _demanded(solution, "other_regions", OTHERS_WANTED)


def _written(key: str, text: str, good: str, bad: str, mend: str = "") -> Fact:
    done = bool(text.strip())
    return Fact(key, done, good if done else bad, mend or _("Be ägaren skriva det på lösningens sida."))


def _qualifying(solution: Solution) -> Iterable[Fact]:
    level = reached(solution)
    link = reverse("qualification", args=[solution.slug])
    words = _("Evidensposterna räcker till %(level)s. %(why)s") % {"level": level.code, "why": " ".join(level.reasons)}
    yield Fact("evidence", level.code >= "E2" and level.is_clear, words, level.missing, link)
    tried = bool(solution.regulation)
    yield Fact("regulation", tried, f"{solution.get_regulation_display()}.", _("Ägaren anger klassen bland texterna."))
    yield _demanded(solution, "demand", DEMAND_WANTED)


def _packaging(solution: Solution) -> Iterable[Fact]:
    said = {fact.key: fact for fact in packaging.facts_for_gate(solution)}
    for key, looked_at in OF_THE_PACKAGE.items():
        parts = [said[name] for name in looked_at if name in said]
        bad = [part for part in parts if not part.holds] or ([said["package_exists"]] if not parts else [])
        shown = bad or parts
        link = next((part.link for part in shown if part.link), "")
        yield Fact(key, bool(parts) and not bad, " ".join(part.message for part in shown), "", link)


def _communicating(solution: Solution) -> Iterable[Fact]:
    package = reverse("package", args=[solution.slug])
    out = PackageVersion.objects.filter(solution=solution, state=PackageState.PUBLISHED).order_by("-pk").first()
    says = _("Version %(number)s är publicerad.") % {"number": out.number} if out else _("Inget paket är publicerat.")
    yield Fact("published", out is not None, says, _("Publicera utkastet under Paket."), package)
    words = len(solution.plain.split())
    says = _("Klarspråkstexten har %(n)s ord av högst %(most)s.") % {"n": words, "most": MOST_WORDS}
    mend = _("Korta texten.") if words else _("Skriv den på lösningens sida.")
    yield Fact("plain", 0 < words <= MOST_WORDS, says, mend)
    yield _written(
        "target_groups", solution.target_groups, f"{solution.target_groups}.", _("Inga målgrupper är angivna.")
    )
    late = Question.objects.filter(solution=solution, closed_at=None, due_on__lt=clock.today(), answers=None).count()
    if not solution.contact.strip():
        yield Fact("answering", False, _("Ingen kontakt är angiven."), _("Be ägaren skriva det på lösningens sida."))
    else:
        says = _("Inga frågor väntar för länge.") if not late else _("%(n)s frågor har väntat för länge.") % {"n": late}
        yield Fact("answering", not late, says, _("Svara på dem först."))


def _establishing(solution: Solution) -> Iterable[Fact]:
    stages = stages_of(solution)
    found = counts(stages, clock.today())
    link = reverse("solution", args=[solution.slug])
    yield Fact("in_use", *_in_use(found), link)
    share = Fraction(found.confirmed, found.in_use) if found.in_use else Fraction(0)
    says = _("%(n)s av %(all)s i drift har bekräftats de senaste 180 dagarna.")
    says %= {"n": found.confirmed, "all": found.in_use}
    mend = _("Det behövs 80 procent. Be regionerna bekräfta.")
    yield Fact("confirmed", share >= CONFIRMED_SHARE, says, mend, link)
    yield _kept_to(solution, [row.adoption.pk for row in stages if row.counts and row.adoption is not None], link)


def _in_use(found: Counts) -> tuple[bool, str, str]:
    enough = found.in_use >= ESTABLISHED_IN or (found.eligible > 0 and 2 * found.in_use >= found.eligible)
    says = _("I drift i %(n)s regioner av %(eligible)s som lösningen är aktuell för.")
    mend = _("Det behövs %(wanted)s, eller hälften av dem som lösningen är aktuell för.")
    return enough, says % {"n": found.in_use, "eligible": found.eligible}, mend % {"wanted": ESTABLISHED_IN}


def _kept_to(solution: Solution, adoptions: list[int], link: str) -> Fact:
    latest: dict[int, Fraction] = {}
    for row in FidelityCheck.objects.filter(adoption__in=adoptions).order_by("checked_on", "pk"):
        latest[row.adoption_id] = Fraction(row.delivered, row.planned)
    if not latest:
        words = _("Ingen region i drift har gjort en följsamhetskontroll.")
        return Fact("fidelity", False, words, _("Be regionerna kontrollera kärnfunktionerna."), link)
    mean = sum(latest.values(), Fraction(0)) / len(latest)
    says = _("Följsamheten är i medeltal %(mean)s i %(n)s regioner.")
    says %= {"mean": f"{float(mean):.2f}".replace(".", ","), "n": len(latest)}
    return Fact("fidelity", mean >= FIDELITY, says, _("Det behövs minst 0,8."), link)


_AT: dict[str, Callable[[Solution], Iterable[Fact]]] = {
    "G1": _screening,
    "G2": _qualifying,
    "G3": _packaging,
    "G4": _communicating,
    "G5": _establishing,
}
