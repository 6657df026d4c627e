"""Whether a solution fits a region: requirements against its profile, and complexity by domain. Never one score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hemtag.refusals import Problem

MET, GAP, BLOCKER, UNKNOWN = "met", "gap", "blocker", "unknown"
STANDINGS = (MET, GAP, BLOCKER, UNKNOWN)
LEVELS = ("simple", "complicated", "complex")
# Conventions of the catalogue; NASSS itself gives no limits.
TOO_COMPLEX_DOMAINS = 3
TOO_MUCH_UNKNOWN = 0.3
OUTCOMES_TO_VALIDATE = 30
LONGEST_WEEKS = 520


def standing_by_profile(accepted: Sequence[str], answer: Sequence[str] | None) -> str:
    """What the profile says of a requirement: met when any accepted answer is among the region's, else a gap."""
    if not answer:
        return UNKNOWN
    return MET if set(accepted) & set(answer) else GAP


@dataclass(frozen=True)
class Asked:
    """One requirement as it is judged: must or should, where the region stands, weeks to close a gap (low, likely, high)."""

    key: str
    must: bool
    standing: str
    weeks: tuple[int, int, int] | None = None
    cost_sek: int | None = None


@dataclass(frozen=True)
class Fit:
    """What the requirements say, counted and never summed to a score.

    `weeks` is (least, likely, most) preparation: at least the longest gap when all are closed side by side (its low),
    at most all of them one after another (their highs). `unmeasured` gaps have no time given and are not in it.
    """

    met: int
    gaps: int
    blockers: int
    unknown: int
    must_unmet: int
    weeks: tuple[int, int, int]
    side_by_side: int
    one_by_one: int
    unmeasured: int
    cost_sek: int
    uncosted: int

    @property
    def light(self) -> str:
        """red: something cannot be closed; wait: something is unknown; work: gaps to close; go: all met."""
        if self.blockers:
            return "red"
        if self.unknown:
            return "wait"
        return "work" if self.gaps else "go"


def fit_of(asked: Iterable[Asked]) -> Fit:
    """Counts, and the preparation time that the gaps add up to."""
    rows = list(asked)
    gaps = [row for row in rows if row.standing == GAP]
    timed = [row.weeks for row in gaps if row.weeks]
    costs = [row.cost_sek for row in gaps if row.cost_sek is not None]
    count = {standing: sum(row.standing == standing for row in rows) for standing in STANDINGS}
    return Fit(
        met=count[MET],
        gaps=count[GAP],
        blockers=count[BLOCKER],
        unknown=count[UNKNOWN],
        must_unmet=sum(row.must and row.standing in {GAP, BLOCKER} for row in rows),
        weeks=(
            max((low for low, _likely, _high in timed), default=0),
            max((likely for _low, likely, _high in timed), default=0),
            sum(high for _low, _likely, high in timed),
        ),
        side_by_side=max((likely for _low, likely, _high in timed), default=0),
        one_by_one=sum(likely for _low, likely, _high in timed),
        unmeasured=len(gaps) - len(timed),
        cost_sek=sum(costs),
        uncosted=len(gaps) - len(costs),
    )


@dataclass(frozen=True)
class Domain:
    """One domain's answers, counted."""

    key: str
    simple: int
    complicated: int
    complex: int
    unknown: int

    @property
    def is_complex(self) -> bool:
        return self.complex > 0


@dataclass(frozen=True)
class Complexity:
    domains: tuple[Domain, ...]

    @property
    def complex_domains(self) -> int:
        return sum(domain.is_complex for domain in self.domains)

    @property
    def unknown(self) -> int:
        return sum(domain.unknown for domain in self.domains)

    @property
    def asked(self) -> int:
        return sum(domain.simple + domain.complicated + domain.complex + domain.unknown for domain in self.domains)

    @property
    def advice(self) -> str:
        """'' or 'find_out' (too much is unknown) or 'reshape' (too many domains are complex)."""
        if self.asked and self.unknown / self.asked > TOO_MUCH_UNKNOWN:
            return "find_out"
        return "reshape" if self.complex_domains >= TOO_COMPLEX_DOMAINS else ""


def complexity_of(questions: Iterable[tuple[str, str]], answers: Mapping[str, str]) -> Complexity:
    """`questions` are (key, domain); a question without an answer counts as not known."""
    counts: dict[str, dict[str, int]] = {}
    for key, domain in questions:
        row = counts.setdefault(domain, dict.fromkeys((*LEVELS, UNKNOWN), 0))
        answer = answers.get(key, UNKNOWN)
        row[answer if answer in row else UNKNOWN] += 1
    return Complexity(tuple(Domain(domain, **row) for domain, row in counts.items()))


def requirement_is_clear(
    text: str, key: str, accepted: Sequence[str], known: Mapping[str, Iterable[str]]
) -> list[Problem]:
    """A requirement says what is needed; one that the profile answers names answers that exist."""
    rule = "requirement_is_clear"
    problems = []
    if len(text.strip()) < 5:
        problems.append(Problem(_("Skriv vad regionen behöver ha."), field="text", rule=rule))
    if key and key not in known:
        problems.append(Problem(_("Frågan finns inte i regionprofilen."), field="profile_key", rule=rule))
    elif key and not accepted:
        message = _("Välj minst ett svar som uppfyller kravet.")
        problems.append(Problem(message, field="accepted", rule=rule))
    elif key and (wrong := sorted(set(accepted) - set(known[key]))):
        message = _("Svaret ”%(answer)s” finns inte på den frågan.") % {"answer": ", ".join(wrong)}
        problems.append(Problem(message, field="accepted", rule=rule))
    elif accepted and not key:
        message = _("Välj vilken fråga i regionprofilen som svaren hör till.")
        problems.append(Problem(message, field="profile_key", rule=rule))
    return problems


def weeks_are_ordered(low: int | None, likely: int | None, high: int | None) -> list[Problem]:
    """All three or none, in order, and at most ten years."""
    rule = "weeks_are_ordered"
    given = [value for value in (low, likely, high) if value is not None]
    if not given:
        return []
    if len(given) < 3:
        message = _("Ange lägst, troligast och högst, eller inget av dem.")
        return [Problem(message, field="weeks_low", rule=rule)]
    if not (0 <= given[0] <= given[1] <= given[2]):
        message = _("Lägst ska vara minst och högst störst.")
        return [Problem(message, field="weeks_low", rule=rule)]
    if given[2] > LONGEST_WEEKS:
        message = _(
            "Längre än tio år är ett hinder och inte en förberedelse: skriv det som krav som inte går att uppfylla."
        )
        return [Problem(message, field="weeks_high", rule=rule)]
    return []


def answers_exist(answers: Mapping[str, Sequence[str]], known: Mapping[str, Iterable[str]]) -> list[Problem]:
    """Only answers to questions that are asked."""
    rule = "answers_exist"
    problems = []
    for key, chosen in answers.items():
        if key not in known or set(chosen) - set(known[key]):
            problems.append(Problem(_("Svaret finns inte bland dem som går att välja."), field=key, rule=rule))
    return problems
