"""Reading cases, their runs and outcomes: first who asks, then what."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from hemtag import clock, valuation
from hemtag.history.models import Event
from hemtag.history.queries import events_about
from hemtag.knowledge.models import DatedFact
from hemtag.organisations.models import Organisation, Person
from hemtag.organisations.queries import regions
from hemtag.organisations.rules import has_role_in, is_auditor, is_delegation, regions_of

from . import guards, patterns, rules, running
from .models import BenefitCase, CaseRun, CaseState, RealisedValue
from .values import WAYS, Value, value_of

OWN, SHARED, PUBLIC = "egna", "delade", "publika"
UNIT_WORDS = (("timme", "h"), ("timmar", "h"), ("procent", "%"), (" per ", "/"))
EVIDENCE = {
    "measured": _("Uppmätt"),
    "literature": _("Litteratur"),
    "expert": _("Sakkunnig bedömning"),
    "assumption": _("Antagande"),
}


def cases_for(person: Any) -> QuerySet[BenefitCase]:
    """Public ones for anyone; the own region's and those shared with it; for the delegation also what is frozen or
    belongs to something that is handed in, an application's only after the declaration on conflict of interest; the
    auditor reads all."""
    rows = BenefitCase.objects.select_related("owner")
    if is_auditor(person):
        return rows
    own = regions_of(person)
    wanted = [Q(is_public=True)]
    if own:
        wanted += [Q(owner__in=own), ~Q(state=CaseState.DRAFT) & Q(regions__in=own)]
    if is_delegation(person):
        about = Q(about_kind__in=guards.ABOUT_APPLICATIONS)
        keys = BenefitCase.objects.filter(about).values_list("about_key", flat=True).distinct()
        open_to = ~about | Q(about_key__in=guards.readable(person, keys))
        wanted.append((Q(state=CaseState.FROZEN) | Q(is_handed_in=True)) & open_to)
    return rows.filter(functools.reduce(operator.or_, wanted)).distinct()


def case_called(person: Any, slug: str) -> BenefitCase:
    """Raises BenefitCase.DoesNotExist for an unknown and for a forbidden one alike."""
    return cases_for(person).prefetch_related("regions").get(slug=slug)


def listed(person: Any, *, which: str = "", text: str = "", kind: str = "", key: str = "") -> QuerySet[BenefitCase]:
    """The list's rows, with how many runs each has; a fixed number of queries."""
    rows = cases_for(person)
    own = regions_of(person)
    if which == OWN:
        rows = rows.filter(owner__in=own)
    elif which == SHARED:
        rows = rows.filter(regions__in=own).exclude(owner__in=own)
    elif which == PUBLIC:
        rows = rows.filter(is_public=True)
    if kind:
        rows = rows.filter(about_kind=kind)
    if key:
        rows = rows.filter(Q(about_key=key) | Q(about_key__startswith=f"{key}/"))
    for word in text.split():
        rows = rows.filter(Q(title__icontains=word) | Q(about__icontains=word))
    return rows.annotate(run_count=Count("runs", distinct=True)).order_by("title", "pk")


def cases_about(kind: str, key: str) -> list[BenefitCase]:
    """Whatever the person may read elsewhere: the room above has checked that the person reads what they are about."""
    return list(BenefitCase.objects.filter(about_kind=kind, about_key=key).select_related("owner"))


def others(person: Any, case: BenefitCase) -> QuerySet[BenefitCase]:
    """What the case can be compared with."""
    return cases_for(person).exclude(pk=case.pk).order_by("title", "pk")


# ---------------------------------------------------------------- the register of dated facts


def register() -> valuation.Register:
    """What cases may refer to: the newest value of each fact that applies today."""
    today = clock.today()
    newest: dict[str, DatedFact] = {}
    for row in DatedFact.objects.filter(valid_from__lte=today).order_by("code", "valid_from"):
        newest[row.code] = row
    facts = {
        code: valuation.Fact(
            unit=unit_in_short(row.unit),
            on=row.valid_from,
            source=row.source,
            value=float(row.value),
            low=None if row.low is None else float(row.low),
            high=None if row.high is None else float(row.high),
            is_assumption=row.is_assumption,
        )
        for code, row in newest.items()
    }
    return valuation.Register(facts, today=today)


def unit_in_short(text: str) -> str:
    """'kr per timme' → 'kr/h': the register speaks in words, the engine in symbols."""
    for word, short in UNIT_WORDS:
        text = text.replace(word, short)
    return text.strip()


def answer(case: BenefitCase, **how: Any) -> running.Answer:
    """What the case says now; a frozen one as it was when it was frozen, facts and all."""
    return running.answer(data_behind(case), register(), **how)


def data_behind(case: BenefitCase) -> dict[str, Any]:
    """What is computed: of a frozen case the data of its run, with the facts of that day."""
    frozen = frozen_run(case)
    return dict(frozen.data if frozen else case.data)


def cheers(case: BenefitCase) -> list[valuation.CheersItem]:
    return running.cheers(data_behind(case), register())


def sizes_of(owner: Organisation, rows: Iterable[Organisation]) -> dict[str, float]:
    """How large each region is beside the owner's, by population; 1 where it is not known."""
    base = owner.population or 0
    return {row.code: round(row.population / base, 4) if base and row.population else 1.0 for row in rows}


# ---------------------------------------------------------------- what the pages list


@dataclass(frozen=True)
class Assumption:
    """One row of the table of assumptions: as it is written, as it is drawn, and who says so."""

    name: str
    label: str
    row: dict[str, Any]
    value: Value
    shown: dict[str, Any]
    last: dict[str, Any]
    own: Sequence[tuple[str, dict[str, Any]]]

    @property
    def evidence(self) -> str:
        return str(EVIDENCE.get(self.shown.get("kind", ""), ""))

    @property
    def way(self) -> str:
        return str(WAYS[self.value.way])


def assumptions(case: BenefitCase, page: dict[str, Any] | None) -> list[Assumption]:
    """The inputs in the case's order; `page` adds percentiles and what facts say, when the case holds."""
    shown = {one["name"]: one for one in (page or {}).get("inputs", [])}
    names = case.data.get("regions", {})
    return [
        Assumption(
            name=name,
            label=str(row.get("label") or name),
            row=row,
            value=value_of(row),
            shown=shown.get(name) or {"unit": row.get("unit", ""), "kind": row.get("kind", "assumption")},
            last=case.touched.get(f"/inputs/{name}", {}),
            own=[(names.get(code, code), own) for code, own in row.get("regions", {}).items()],
        )
        for name, row in case.data.get("inputs", {}).items()
    ]


@dataclass(frozen=True)
class OwnValue:
    """An input as one region sees it: what is shared, and what it believes itself."""

    name: str
    label: str
    unit: str
    shared: dict[str, Any]
    own: dict[str, Any] | None
    last: dict[str, Any]


def own_values(case: BenefitCase, code: str, shared: dict[str, Any], page: dict[str, Any]) -> list[OwnValue]:
    """Every input with the shared belief and the region's, both as percentiles; the ones that differ first."""
    common = {one["name"]: one for one in shared["inputs"]}
    rows = [
        OwnValue(
            name=one["name"],
            label=one["label"],
            unit=one["unit"],
            shared=common[one["name"]],
            own=one if one["own"] else None,
            last=case.touched.get(f"/inputs/{one['name']}/regions/{code}", {}),
        )
        for one in page["inputs"]
    ]
    return sorted(rows, key=lambda row: row.own is None)


def sizes_in(case: BenefitCase, code: str) -> list[dict[str, Any]]:
    """Each driver with the region's own figure."""
    return [
        {
            "label": row.get("label") or name,
            "unit": row.get("unit", ""),
            "value": row.get("values", {}).get(code, row.get("default")),
        }
        for name, row in case.data.get("drivers", {}).items()
    ]


def region_in(case: BenefitCase, code: str) -> Organisation:
    """A region of the case; raises Organisation.DoesNotExist for any other."""
    if code not in case.data.get("regions", {}):
        raise Organisation.DoesNotExist
    return regions().get(code=code)


def adjusting_regions(person: Any, case: BenefitCase) -> list[Organisation]:
    """The person's own regions whose values the person may adjust now."""
    if not rules.not_frozen(case) or not isinstance(person, Person):
        return []
    return [row for row in regions_of(person) if rules.may_adjust(person, case, row)]


def shareable(case: BenefitCase) -> list[Organisation]:
    """The regions in the case's data that it can be shared with."""
    return [row for row in regions().exclude(pk=case.owner_id) if row.code in case.data.get("regions", {})]


def lines_of(case: BenefitCase) -> dict[str, Any]:
    """The lines, drivers, curves and calculations as the page lists them."""
    data = case.data
    first, years = data["first_year"], data["years"]
    return {
        "lines": [
            {
                "first_year": first,
                "last_year": first + years - 1,
                "account": "region",
                **row,
                "text": str(row["amount"]) + (f" × {row['price']}" if "price" in row else ""),
                "uses_text": ", ".join(f"{USES.get(key, key)}: {share}" for key, share in row.get("uses", {}).items()),
                "kind_label": KINDS.get(row["kind"], row["kind"]),
                "account_label": ACCOUNTS.get(row.get("account", "region"), ""),
                "payer_label": ACCOUNTS.get(row.get("paid_by", ""), ""),
                "form_label": FORMS.get(row.get("form", ""), ""),
                "horizon_label": HORIZONS.get(row.get("horizon", ""), ""),
            }
            for row in data.get("lines", [])
        ],
        "drivers": [
            {
                "name": name,
                **row,
                "rows": [(data["regions"].get(code, code), n) for code, n in row.get("values", {}).items()],
            }
            for name, row in data.get("drivers", {}).items()
        ],
        "curves": [
            {
                "name": name,
                **row,
                "text": ", ".join(f"{k} {v}" for k, v in row.items() if k not in {"label", "note", "waves"}),
            }
            for name, row in data.get("curves", {}).items()
        ],
        "calculations": [{"name": name, **row} for name, row in data.get("calculations", {}).items()],
        "correlations": [
            {**row, "labels": [data["inputs"].get(n, {}).get("label", n) for n in row["inputs"]]}
            for row in data.get("correlations", [])
        ],
    }


KINDS = {
    "cost": _("Kostnad"),
    "grant": _("Bidrag"),
    "cash": _("Pengar i kassan"),
    "capacity": _("Frigjord kapacitet"),
    "care": _("Mer vård"),
    "quality": _("Kvalitet"),
}
USES = {"cash": _("i kassan"), "capacity": _("annat arbete"), "care": _("mer vård")}
ACCOUNTS = {
    "region": _("Regionen"),
    "other_regions": _("Andra regioner"),
    "municipalities": _("Kommunerna"),
    "state": _("Staten"),
    "patients": _("Patienterna"),
}
FORMS = {
    "more_care": _("Mer vård"),
    "fewer_resources": _("Mindre resurser"),
    "higher_quality": _("Högre kvalitet"),
}
HORIZONS = {"direct": _("Direkt"), "enabling": _("Möjliggörande"), "long_term": _("Långsiktig")}


def what_happened(case: BenefitCase) -> QuerySet[Event]:
    return events_about(case)


# ---------------------------------------------------------------- runs


def runs_of(case: BenefitCase) -> QuerySet[CaseRun]:
    return case.runs.select_related("made_by")


def run_numbered(case: BenefitCase, number: int) -> CaseRun:
    """Raises CaseRun.DoesNotExist."""
    return runs_of(case).get(number=number)


def frozen_run(case: BenefitCase) -> CaseRun | None:
    """The run that was made when the case was frozen: what outcomes are held against."""
    return case.runs.filter(name=FROZEN_NAME).first() if case.state == CaseState.FROZEN else None


FROZEN_NAME = "Fryst"


@dataclass(frozen=True)
class Repeat:
    """A stored run made again: the hash of its data, and the places where a number differs to nine figures."""

    data_is_untouched: bool
    same_method: bool
    places: Sequence[str]
    fingerprint: str

    @property
    def is_same(self) -> bool:
        return self.data_is_untouched and not self.places


def repeated(run: CaseRun) -> Repeat:
    """Compute a stored run again from its own data, seed and draws, and hold it against what was stored."""
    result = running.simulated(running.canonical(run.data), run.draws, run.seed)
    page = valuation.as_page(result)
    return Repeat(
        data_is_untouched=running.sha256_of(run.data) == run.data_sha256,
        same_method=str(result.method) == run.method,
        places=running.what_differs(run.result, page),
        fingerprint=valuation.fingerprint(page),
    )


# ---------------------------------------------------------------- comparison


@dataclass(frozen=True)
class Side:
    """One side of a comparison: what it is called, what it says, and the data behind it."""

    title: str
    page: dict[str, Any]
    data: dict[str, Any]


def side(person: Any, case: BenefitCase, wanted: str) -> Side:
    """`wanted`: a case's slug, or the slug, a colon and the number of a stored run; "" is the case as it stands.

    Raises BenefitCase.DoesNotExist, CaseRun.DoesNotExist, InvalidCase.
    """
    slug, _colon, number = wanted.partition(":")
    row = case_called(person, slug) if slug and slug != case.slug else case
    if number:
        if not number.isdigit():
            raise CaseRun.DoesNotExist
        run = run_numbered(row, int(number))
        return Side(f"{row.title}, {run_title(run)}", run.result, run.data)
    found = answer(row)
    if found.page is None:
        raise valuation.InvalidCase(found.faults)
    return Side(row.title, found.page, row.data)


def run_title(run: CaseRun) -> str:
    return str(_("körning %(number)s") % {"number": run.number}) + (f" ({run.name})" if run.name else "")


def sides(person: Any, case: BenefitCase) -> list[tuple[str, str]]:
    """What can stand on either side of a comparison: (as the address says it, in words)."""
    runs = [(f"{case.slug}:{run.number}", run_title(run).capitalize()) for run in runs_of(case)]
    return [
        (case.slug, str(_("Kalkylen som den är nu"))),
        *runs,
        *others(person, case).values_list("slug", "title")[:60],
    ]


# ---------------------------------------------------------------- outcomes


@dataclass(frozen=True)
class Outcome:
    """One realised value beside the forecast of that line, region and year; in kronor as they fall."""

    row: RealisedValue
    label: str
    expected: float
    p05: float
    p95: float
    percentile: float
    ratio: float | None


@dataclass(frozen=True)
class Following:
    """All outcomes, and what the same draws say after them."""

    outcomes: Sequence[Outcome]
    cumulative_ratio: float | None = None
    mean_before: float = 0.0
    mean_after: float = 0.0
    probability_before: float = 0.0
    probability_after: float = 0.0
    evpi: float = 0.0
    is_reliable: bool = True
    effective_draws: float = 0.0


LEAST_ERROR = 0.02  # nobody measures a year's benefit more exactly than to a fiftieth


def following(case: BenefitCase) -> Following:
    """Outcomes against the frozen run's own draws; nothing to say without a run or an outcome."""
    rows = list(case.realised.select_related("region", "recorded_by"))
    run = frozen_run(case)
    if run is None or not rows:
        return Following([])
    import numpy as np

    result = running.simulated(running.canonical(run.data), run.draws, run.seed)
    labels = {line.name: line.label or line.name for line in result.case.lines}
    kept = [row for row in rows if row.line in labels and row.region.code in result.case.regions]
    forecast = np.array(
        [result.claim(row.line, row.region.code)[row.year - result.case.first_year] for row in kept], dtype=float
    )
    seen = [float(row.value_sek) for row in kept]
    error = [
        max(float(row.uncertainty), LEAST_ERROR) * max(abs(value), abs(float(draws.mean())), 1.0)
        for row, value, draws in zip(kept, seen, forecast, strict=True)
    ]
    update = valuation.update_with_realised(forecast, seen, error)
    ends = np.quantile(forecast, [0.05, 0.95], axis=1)
    outcomes = [
        Outcome(
            row=row,
            label=labels[row.line],
            expected=float(draws.mean()),
            p05=float(ends[0, n]),
            p95=float(ends[1, n]),
            percentile=float(update.percentiles[n]),
            ratio=update.ratios[n],
        )
        for n, (row, draws) in enumerate(zip(kept, forecast, strict=True))
    ]
    net = result.npv("region").sum(axis=0)
    recouped = result.recouped("region")[-1] < result.case.years
    return Following(
        outcomes=outcomes,
        cumulative_ratio=update.cumulative_ratio,
        mean_before=float(net.mean()),
        mean_after=float(update.mean(net)),
        probability_before=float(recouped.mean()),
        probability_after=update.probability(recouped),
        evpi=update.evpi(net),
        is_reliable=update.is_reliable,
        effective_draws=update.effective_draws,
    )


def money_lines(case: BenefitCase) -> list[tuple[str, str]]:
    """Lines whose outcome is kronor on the regions' own account."""
    return [
        (row["name"], row.get("label") or row["name"])
        for row in case.data.get("lines", [])
        if row["kind"] != "quality" and row.get("account", "region") == "region"
    ]


def recording_regions(person: Any, case: BenefitCase) -> list[Organisation]:
    return [
        row
        for row in regions_of(person)
        if row.code in case.data.get("regions", {}) and has_role_in(person, row, *rules.WRITERS)
    ]


def pattern_called(key: str) -> patterns.Pattern:
    """Raises BenefitCase.DoesNotExist for a pattern that there is none of, so that the page answers 404."""
    try:
        return patterns.patterns()[key]
    except KeyError:
        raise BenefitCase.DoesNotExist from None
