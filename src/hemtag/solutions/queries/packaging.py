"""Reading packages: what a person may see of one, how complete it is, and what the gate of packaging must know."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Max, Prefetch, Q, QuerySet, When
from django.urls import reverse
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.benefits import queries as benefits
from hemtag.benefits import running
from hemtag.benefits.models import BenefitCase
from hemtag.benefits.pictures import spoken
from hemtag.knowledge.models import Document, Reuse, UnderlagState, UnderlagVersion
from hemtag.organisations.models import Organisation, Role
from hemtag.organisations.rules import has_role, is_auditor, regions_of

from .. import rules
from ..checks import packaging as checks
from ..models import (
    OUT,
    Adoption,
    ColdStart,
    Confidentiality,
    CoreFunction,
    Gate,
    GateReview,
    Outcome,
    PackageFetch,
    PackagePart,
    PackageState,
    PackageVersion,
    PartFile,
    Reviewer,
    ReviewState,
    Solution,
    SolutionKind,
    SolutionState,
    Stage,
    newest,
)
from ..packages import contents
from ..packages.dossier import BENEFIT_CASE, CORE_FUNCTIONS, FILES, Part, Question, dossier

# A package may be begun when the solution has passed its qualification, or again when it is out.
PACKABLE = OUT | {SolutionState.QUALIFIED, SolutionState.PACKAGING, SolutionState.RECALLED}
GONE_THROUGH = (Outcome.PASSED, Outcome.WITH_CONDITIONS)
_ENDED = [Stage.NOT_APPLICABLE, Stage.DECLINED, Stage.DISCONTINUED, Stage.REPLACED]


# ---------------------------------------------------------------- which packages, and for whom


def _whole() -> QuerySet[PackageVersion]:
    files = Prefetch("files", PartFile.objects.select_related("document"))
    underlag = Prefetch("underlag", UnderlagVersion.objects.select_related("underlag"))
    parts = PackagePart.objects.select_related("edited_by").prefetch_related(files, underlag)
    return PackageVersion.objects.select_related(
        "solution__owner", "solution__steward", "supersedes", "published_by", "started_by"
    ).prefetch_related(Prefetch("parts", parts))


def may_read_draft(person: Any, solution: Solution) -> bool:
    """Those who write, the editors, the auditor, who tries it from nothing, and who reviews it at its gate."""
    if is_auditor(person) or has_role(person, Role.CATALOGUE_EDITOR) or rules.may_write_package(person, solution):
        return True
    if not regions_of(person) and not has_role(person, Role.ASSESSOR):
        return False
    walks = ColdStart.objects.filter(package__solution=solution, package__state=PackageState.DRAFT, person=person)
    if walks.exists():
        return True
    gate = Q(review__solution=solution, review__gate=Gate.G3, review__state=ReviewState.OPEN)
    return Reviewer.objects.filter(gate, person=person).exclude(has_conflict=True).exists()


def draft_of(person: Any, solution: Solution) -> PackageVersion | None:
    """The draft, whole, when the person may read it."""
    row = _whole().filter(solution=solution, state=PackageState.DRAFT).first()
    return row if row is not None and may_read_draft(person, solution) else None


def draft_called(person: Any, slug: str) -> PackageVersion:
    """Raises PackageVersion.DoesNotExist for none and for a hidden one alike."""
    row = _whole().get(solution__slug=slug, state=PackageState.DRAFT)
    if not may_read_draft(person, row.solution):
        raise PackageVersion.DoesNotExist
    return row


def package_numbered(person: Any, slug: str, number: str) -> PackageVersion:
    """A version that is out, or the draft for those who may read it."""
    row = _whole().get(solution__slug=slug, number=number)
    if row.state == PackageState.DRAFT and not may_read_draft(person, row.solution):
        raise PackageVersion.DoesNotExist
    return row


def current_package(solution: Solution) -> PackageVersion | None:
    """What is out now: the published one, else the newest that was recalled."""
    out = [PackageState.PUBLISHED, PackageState.RECALLED]
    rows = _whole().filter(solution=solution, state__in=out)
    return rows.filter(state=PackageState.PUBLISHED).first() or rows.order_by("-pk").first()


def package_in_short(solution: Solution) -> PackageVersion | None:
    """For the solution's page: what is out, with `part_count`, `file_count` and `advice`; one query."""
    rows = PackageVersion.objects.filter(solution=solution, state__in=[PackageState.PUBLISHED, PackageState.RECALLED])
    rows = rows.annotate(
        part_count=Count("parts", distinct=True),
        file_count=Count("parts__files", distinct=True),
        is_out=Case(When(state=PackageState.PUBLISHED, then=1), default=0),
    )
    row = rows.order_by("-is_out", "-pk").first()
    if row is not None:
        row.advice = advice_in_words(row)  # type: ignore[attr-defined]
    return row


def versions_of(solution: Solution) -> list[PackageVersion]:
    """Every version that has been out, newest first."""
    rows = PackageVersion.objects.filter(solution=solution).exclude(state=PackageState.DRAFT)
    return list(rows.select_related("published_by", "solution").order_by("-pk"))


def numbers_before(package: PackageVersion) -> list[str]:
    rows = PackageVersion.objects.filter(solution_id=package.solution_id).exclude(pk=package.pk)
    return list(rows.values_list("number", flat=True))


# ---------------------------------------------------------------- what a person sees of one


@dataclass(frozen=True)
class Answered:
    question: Question
    text: str

    @property
    def shown(self) -> str:
        return self.question.shown(self.text)

    @property
    def hours(self) -> list[tuple[str, int]]:
        return checks.hours_of(self.text) if self.question.kind == "hours" else []

    @property
    def hours_in_all(self) -> int:
        return sum(hours for _role, hours in self.hours)


@dataclass(frozen=True)
class ShownPart:
    """One part as a person sees it; `is_readable` False hides everything but its name and whom to ask."""

    part: Part
    row: PackagePart
    is_readable: bool
    standing: checks.Standing
    is_expired: bool
    answers: Sequence[Answered] = ()
    licence: str = ""
    core_functions: Sequence[str] = ()
    is_mandatory: bool = True

    @property
    def tidier(self) -> list[tuple[int, str]]:
        return [(item, dossier().tidier(item)) for item in self.part.tidier]


@dataclass(frozen=True)
class Shown:
    """A package as a person sees it."""

    person: Any
    package: PackageVersion
    parts: Sequence[ShownPart]
    core_functions: Sequence[str]

    @functools.cached_property
    def cases(self) -> list[ShownCase]:
        return cases_shown(self.person, self.package.solution)

    @property
    def is_draft(self) -> bool:
        return bool(self.package.state == PackageState.DRAFT)

    @property
    def is_recalled(self) -> bool:
        return bool(self.package.state == PackageState.RECALLED)

    @property
    def withheld(self) -> list[ShownPart]:
        return [part for part in self.parts if not part.is_readable]

    @property
    def expired(self) -> list[ShownPart]:
        return [part for part in self.parts if part.is_expired]

    @property
    def incomplete(self) -> list[ShownPart]:
        return [part for part in self.parts if not part.standing.is_complete]

    @property
    def advice(self) -> str:
        return advice_in_words(self.package)

    @property
    def checksums(self) -> dict[str, str]:
        return contents.checksums(self.package, [shown.row for shown in self.parts])


@dataclass(frozen=True)
class ShownCase:
    """A benefit case of the solution, with its one sentence: the probability of breaking even, never only a point."""

    case: BenefitCase
    page: Mapping[str, Any] | None

    @property
    def sentence(self) -> str:
        return spoken.answer(self.page) if self.page is not None else ""


def shown(person: Any, package: PackageVersion) -> Shown:
    """Everything the pages and the files show of one package; a fixed number of queries."""
    solution = package.solution
    readable = rules.may_read_confidential(person, solution)
    rows = contents.in_order(package.parts.all())
    functions = contents.core_functions_of(package, rows)
    has_case = bool(benefits.cases_about("solution", solution.slug))
    today, is_ai = clock.today(), solution.kind == SolutionKind.AI
    parts = []
    for row in rows:
        part = dossier().parts[row.code]
        is_readable = row.confidentiality in readable
        parts.append(
            ShownPart(
                part=part,
                row=row,
                is_readable=is_readable,
                standing=_standing(part, row, functions, has_case, is_ai),
                is_expired=row.valid_until is not None and row.valid_until < today,
                answers=[Answered(q, str(row.answers.get(q.key, ""))) for q in part.questions] if is_readable else (),
                licence=row.licence or package.licence,
                core_functions=functions if row.code == "P3" and is_readable else (),
                is_mandatory=part.is_mandatory(is_ai),
            )
        )
    return Shown(person, package, parts, functions)


def _standing(part: Part, row: PackagePart, functions: Sequence[str], has_case: bool, is_ai: bool) -> checks.Standing:
    met = set()
    if functions:
        met.add(CORE_FUNCTIONS)
    if row.files.all() or row.underlag.all():
        met.add(FILES)
    if has_case:
        met.add(BENEFIT_CASE)
    return checks.standing(
        part, text=row.text, answers=row.answers, not_applicable=row.not_applicable, met=met, is_ai=is_ai
    )


def part_called(person: Any, slug: str, code: str) -> ShownPart:
    """A readable part of the draft. Raises PackagePart.DoesNotExist for an unknown and a forbidden one alike."""
    for part in shown(person, draft_called(person, slug)).parts:
        if part.row.code == code and part.is_readable:
            return part
    raise PackagePart.DoesNotExist


def part_numbered(package: PackageVersion, code: str) -> PackagePart:
    return package.parts.get(code=code)


def file_called(person: Any, slug: str, pk: int) -> Document:
    """A file of a part that the person may read. Raises PartFile.DoesNotExist for every other."""
    row = PartFile.objects.select_related("document", "part__package__solution__owner").get(
        pk=pk, part__package__solution__slug=slug
    )
    package = row.part.package
    if package.state == PackageState.DRAFT and not may_read_draft(person, package.solution):
        raise PartFile.DoesNotExist
    if row.part.confidentiality not in rules.may_read_confidential(person, package.solution):
        raise PartFile.DoesNotExist
    return row.document


def cases_shown(person: Any, solution: Solution) -> list[ShownCase]:
    """The solution's benefit cases that the person may read: of each the newest stored run, else a quick one now."""
    found = []
    for case in benefits.listed(person, kind="solution", key=solution.slug).prefetch_related("runs")[:3]:
        runs = list(case.runs.all())
        page = runs[0].result if runs else benefits.answer(case, draws=running.QUICK, drivers=False).page
        found.append(ShownCase(case, page))
    return found


def underlag_to_link() -> QuerySet[UnderlagVersion]:
    """The versions of published underlag, for a part to rest on."""
    rows = UnderlagVersion.objects.filter(underlag__state=UnderlagState.PUBLISHED).select_related("underlag")
    return rows.order_by("title", "-number")


def plain_fields(row: PackagePart) -> dict[str, str]:
    """A part's fields as plain text, by the names of its form: what a clash is found by."""
    part = dossier().parts[row.code]
    return {
        "text": row.text,
        "not_applicable": row.not_applicable,
        "responsible": row.responsible,
        "licence": row.licence,
        "confidentiality": row.confidentiality,
        "valid_until": row.valid_until.isoformat() if row.valid_until else "",
        "underlag": ", ".join(sorted(str(each) for each in row.underlag.all())),
        **{f"q_{question.key}": str(row.answers.get(question.key, "")) for question in part.questions},
    }


def advice_in_words(package: PackageVersion) -> str:
    if not package.recall_advice:
        return ""
    code, _colon, day = package.recall_advice.partition(":")
    words = {
        "stop": _("Sluta använda lösningen genast."),
        "no_new": _("Börja inte nya införanden. Det som är i drift får fortsätta."),
        "until": _("Får användas till och med %(day)s, inte längre."),
    }
    return words[code] % {"day": day} if code in words else package.recall_advice


def may_begin(solution: Solution) -> bool:
    return solution.state in PACKABLE


def to_try(solution: Solution) -> PackageVersion | None:
    """What somebody from another region would walk through now: the draft, else what is out."""
    rows = PackageVersion.objects.select_related("solution__owner").filter(solution=solution)
    return rows.filter(state=PackageState.DRAFT).first() or rows.filter(state=PackageState.PUBLISHED).first()


def unfinished_walk(person: Any, package: PackageVersion) -> ColdStart | None:
    return ColdStart.objects.filter(package=package, person=person, passed__isnull=True).first()


def parts_asked(solution: Solution) -> list[Part]:
    return dossier().asked(solution.kind == SolutionKind.AI)


def neighbours(shown: ShownPart) -> tuple[Part | None, Part | None]:
    """The parts before and after in the draft."""
    codes = [row.code for row in contents.in_order(shown.row.package.parts.all())]
    at = codes.index(shown.row.code)
    before = dossier().parts[codes[at - 1]] if at else None
    after = dossier().parts[codes[at + 1]] if at + 1 < len(codes) else None
    return before, after


def core_function_of(solution: Solution, pk: int) -> CoreFunction:
    return CoreFunction.objects.get(pk=pk, solution=solution, dropped_at__isnull=True)


def core_functions(solution: Solution) -> list[CoreFunction]:
    return list(CoreFunction.objects.filter(solution=solution, dropped_at__isnull=True))


def changed_since(package: PackageVersion, rows: Iterable[PackagePart]) -> list[str]:
    """The codes of the parts that differ from the version before; all of them in a first version."""
    if package.supersedes_id is None:
        return [row.code for row in rows]
    earlier = _whole().get(pk=package.supersedes_id)
    old = contents.checksums(earlier, earlier.parts.all())
    new = contents.checksums(package, rows)
    return [row.code for row in rows if old.get(contents.name_of(row.code)) != new[contents.name_of(row.code)]]


def suggested_number(package: PackageVersion, rows: Iterable[PackagePart]) -> tuple[str, str]:
    """(number, why): major when what must not change has changed, minor when a way of working has, else patch."""
    numbers = checks.next_numbers(numbers_before(package))
    if package.supersedes_id is None:
        return numbers["major"], _("första versionen")
    rows = list(rows)
    earlier = _whole().get(pk=package.supersedes_id)
    before = contents.core_functions_of(earlier, earlier.parts.all())
    if before != contents.core_functions_of(package, rows):
        return numbers["major"], _("kärnfunktionerna är ändrade")
    changed = changed_since(package, rows)
    if set(changed) & {"P3", "P4", "P5", "P6", "P8", "P12"}:
        return numbers["minor"], _("arbetssätt, material eller krav är ändrade")
    return numbers["patch"], _("rättelser utan ändrat arbetssätt")


# ---------------------------------------------------------------- trying it from nothing, fetching, adopting


def cold_starts(package: PackageVersion) -> list[ColdStart]:
    rows = ColdStart.objects.filter(package=package).select_related("region", "person")
    return list(rows.order_by("-pk"))


def cold_start_of(person: Any, slug: str, pk: int) -> ColdStart:
    """One's own. Raises ColdStart.DoesNotExist for everybody else's."""
    rows = ColdStart.objects.select_related("package__solution__owner", "region")
    return rows.get(pk=pk, package__solution__slug=slug, person=person)


def fetched_by(person: Any, solution: Solution) -> list[PackageFetch]:
    """What the person's own regions have fetched of the solution's packages."""
    rows = PackageFetch.objects.filter(package__solution=solution, region__in=regions_of(person))
    return list(rows.select_related("package", "region"))


@dataclass(frozen=True)
class HoursToTell:
    """A region has fetched a package that rests on an underlag, and has not said what hours it saved."""

    fetch: PackageFetch
    underlag: Any


def hours_to_tell(person: Any, solution: Solution | None = None) -> list[HoursToTell]:
    """Asked of those who fetched: which linked underlag their region has used, and the hours; three queries."""
    own = regions_of(person)
    if not own:
        return []
    rows = PackageFetch.objects.filter(region__in=own).select_related("package__solution", "region")
    if solution is not None:
        rows = rows.filter(package__solution=solution)
    rows = rows.prefetch_related("package__parts__underlag__underlag")
    told = set(Reuse.objects.filter(region__in=own).values_list("region_id", "underlag_id"))
    found: dict[tuple[int, int], HoursToTell] = {}
    for fetch in rows:
        for part in fetch.package.parts.all():
            for version in part.underlag.all():
                key = (fetch.region_id, version.underlag_id)
                if key not in told and version.underlag.owner_id != fetch.region_id:
                    found.setdefault(key, HoursToTell(fetch, version.underlag))
    return list(found.values())


def adopters_to_warn(solution: Solution) -> list[Organisation]:
    """Regions that have begun and not ended it, whatever version they use."""
    rows = Adoption.objects.filter(solution=solution).annotate(stage=newest()).exclude(stage__in=_ENDED)
    return [row.region for row in rows.exclude(stage__isnull=True).select_related("region")]


def recalls_for(person: Any) -> list[PackageVersion]:
    """Recalled packages of solutions that the person's own regions have begun and not ended."""
    adopted = Adoption.objects.filter(region__in=regions_of(person)).annotate(stage=newest())
    adopted = adopted.exclude(stage__in=_ENDED).exclude(stage__isnull=True)
    rows = PackageVersion.objects.filter(
        state=PackageState.RECALLED, solution__in=adopted.values("solution"), solution__state=SolutionState.RECALLED
    )
    return list(rows.select_related("solution").order_by("-recalled_at"))


def packages_past_review(today: dt.date) -> list[PackageVersion]:
    """Published packages whose day of review has passed, of solutions that are out and not yet under review."""
    rows = PackageVersion.objects.filter(
        state=PackageState.PUBLISHED,
        review_due__lt=today,
        solution__state__in=[state for state in OUT if state != SolutionState.REVIEW_DUE],
    )
    return list(rows.select_related("solution").order_by("pk"))


# ---------------------------------------------------------------- what the gate of packaging must know


@dataclass(frozen=True)
class Fact:
    """One thing the gate of packaging looks at: whether it holds, what is missing and how it is mended, and where."""

    key: str
    holds: bool
    message: str
    link: str = ""

    def __iter__(self) -> Any:
        return iter((self.key, self.holds, self.message, self.link))


def facts_for_gate(solution: Solution) -> list[Fact]:
    """What G3 can see by itself of the draft, or of what is out when there is none."""
    rows = _whole().filter(solution=solution)
    package = rows.filter(state=PackageState.DRAFT).first() or rows.filter(state=PackageState.PUBLISHED).first()
    link = reverse("package", args=[solution.slug])
    if package is None:
        words = _("Inget paket är påbörjat. Ägaren påbörjar det på lösningens sida under Paket.")
        return [Fact("package_exists", False, words, link)]
    if package.state == PackageState.DRAFT:
        link = reverse("draft_package", args=[solution.slug])
    parts = contents.in_order(package.parts.all())
    functions = contents.core_functions_of(package, parts)
    cases = benefits.cases_about("solution", solution.slug)
    is_ai = solution.kind == SolutionKind.AI
    standings = {
        row.code: _standing(dossier().parts[row.code], row, functions, bool(cases), is_ai)
        for row in parts
        if dossier().parts[row.code].is_asked(is_ai)
    }
    return [
        Fact("package_exists", True, _("Paketet %(number)s finns.") % {"number": package.number}, link),
        _parts_are_complete(standings, link),
        _tidier_is_covered(parts, is_ai, link),
        _cold_start_is_passed(package, solution),
        _licence_is_clear(package, parts, link),
        _confidentiality_is_marked(parts, link),
        _nothing_has_expired(parts, link),
        _case_runs(solution, cases),
        _review_is_set(package, link),
        _files_are_free(parts, link),
    ]


def what_stops_publishing(solution: Solution) -> list[Fact]:
    return [fact for fact in facts_for_gate(solution) if not fact.holds]


def _parts_are_complete(standings: Mapping[str, checks.Standing], link: str) -> Fact:
    left = [code for code, standing in standings.items() if not standing.is_complete]
    if not left:
        return Fact("parts_are_complete", True, _("Alla delar är fullständiga eller ej tillämpliga med skäl."), link)
    named = ", ".join(f"{code} ({len(standings[code].missing)})" for code in left)
    message = _(
        "Delar är inte fullständiga; antalet saknade svar står inom parentes: %(named)s. Besvara dem i utkastet."
    )
    return Fact("parts_are_complete", False, message % {"named": named}, link)


def _tidier_is_covered(parts: Iterable[PackagePart], is_ai: bool, link: str) -> Fact:
    left = checks.tidier_left(dossier(), {row.code: row.answers for row in parts}, is_ai)
    missing = [f"{item} ({', '.join(codes)})" for item, codes in left.items() if codes]
    if not missing:
        return Fact("tidier_is_covered", True, _("TIDieR: alla tolv punkter är täckta."), link)
    message = _("TIDieR: punkt %(named)s är inte täckt. Besvara frågorna i de delarna.") % {"named": ", ".join(missing)}
    return Fact("tidier_is_covered", False, message, link)


def _cold_start_is_passed(package: PackageVersion, solution: Solution) -> Fact:
    link = reverse("cold_start", args=[solution.slug])
    own = [solution.owner_id, solution.steward_id]
    line = (
        [package.pk, package.supersedes_id] if package.number and not package.number.endswith(".0.0") else [package.pk]
    )
    rows = ColdStart.objects.filter(package_id__in=line, passed=True).exclude(region_id__in=[pk for pk in own if pk])
    if passed := rows.select_related("region").first():
        message = _("Prövat från noll av %(region)s: %(hours)s timmar.")
        words = message % {"region": passed.region.short_name, "hours": passed.hours}
        return Fact("cold_start_is_passed", True, words, link)
    message = _(
        "Ingen från en annan region har gått igenom paketet från noll och lyckats. Be någon där öppna Pröva från noll."
    )
    return Fact("cold_start_is_passed", False, message, link)


def _licence_is_clear(package: PackageVersion, parts: Iterable[PackagePart], link: str) -> Fact:
    if package.licence or all(row.licence for row in parts):
        return Fact("licence_is_clear", True, _("Licens är angiven."), link)
    return Fact(
        "licence_is_clear", False, _("Licens saknas. Välj en för hela paketet under Uppgifter i utkastet."), link
    )


def _confidentiality_is_marked(parts: Iterable[PackagePart], link: str) -> Fact:
    """Every part has a degree from the start; one that nobody has opened has not been considered."""
    left = [row.code for row in parts if row.edited_by_id is None and not row.not_applicable]
    if not left:
        return Fact("confidentiality_is_marked", True, _("Varje del har en prövad sekretessgrad."), link)
    message = _("Sekretess är inte prövad i %(codes)s. Öppna delen, välj vem som får läsa och spara.")
    return Fact("confidentiality_is_marked", False, message % {"codes": ", ".join(left)}, link)


def _nothing_has_expired(parts: Iterable[PackagePart], link: str) -> Fact:
    today = clock.today()
    left = [row.code for row in parts if row.valid_until is not None and row.valid_until < today]
    if not left:
        return Fact("nothing_has_expired", True, _("Ingen dels giltighet har gått ut."), link)
    message = _("Giltigheten har gått ut i %(codes)s. Se över delen och ange en ny dag.")
    return Fact("nothing_has_expired", False, message % {"codes": ", ".join(left)}, link)


def _case_runs(solution: Solution, cases: Sequence[BenefitCase]) -> Fact:
    link = f"{reverse('benefit_cases')}?om=solution&nyckel={solution.slug}"
    if not cases:
        message = _("Nyttokalkyl saknas. Räkna en på lösningen med ägarens egna tal.")
        return Fact("case_runs", False, message, link)
    register = benefits.register()
    for case in cases:
        data = benefits.data_behind(case)
        if solution.owner.code in data.get("regions", {}) and not running.faults_of(data, register):
            words = _("Nyttokalkylen ”%(title)s” går att köra med ägarens tal.") % {"title": case.title}
            return Fact("case_runs", True, words, reverse("benefit_case", args=[case.slug]))
    message = _(
        "Ingen av lösningens nyttokalkyler går att köra med %(owner)ss tal. Öppna kalkylen och fyll i det som saknas."
    )
    return Fact("case_runs", False, message % {"owner": solution.owner.short_name}, link)


def _review_is_set(package: PackageVersion, link: str) -> Fact:
    problems = checks.review_is_within_a_year(package.review_due, clock.today())
    if problems:
        return Fact("review_is_set", False, str(problems[0]), link)
    return Fact("review_is_set", True, _("Översyn senast %(day)s.") % {"day": package.review_due}, link)


def _files_are_free(parts: Iterable[PackagePart], link: str) -> Fact:
    held = [file.document.name for row in parts for file in row.files.all() if file.document.is_in_quarantine]
    if not held:
        return Fact("files_are_free", True, _("Alla filer är viruskontrollerade eller får lämnas ut."), link)
    message = _("Filer väntar på viruskontroll eller är smittade: %(names)s. Vänta, eller byt ut filen.")
    return Fact("files_are_free", False, message % {"names": ", ".join(held)}, link)


def gate_passed(package: PackageVersion) -> GateReview | None:
    """The trial at G3 that let this draft through: closed after the draft was begun, and not used by one that is out."""
    rows = GateReview.objects.filter(
        solution_id=package.solution_id, gate=Gate.G3, state=ReviewState.CLOSED, closed_at__gte=package.started_at
    )
    others = PackageVersion.objects.filter(solution_id=package.solution_id).exclude(pk=package.pk)
    if used := others.aggregate(last=Max("published_at"))["last"]:
        rows = rows.filter(closed_at__gt=used)
    last = rows.order_by("-closed_at", "-pk").first()
    return last if last is not None and last.outcome in GONE_THROUGH else None


def needs_the_gate(solution: Solution) -> bool:
    """A first package, or one after a recall or a review, passes G3; a correction of one that is out does not."""
    return solution.state not in OUT - {SolutionState.REVIEW_DUE} or not _has_been_out(solution)


def _has_been_out(solution: Solution) -> bool:
    return PackageVersion.objects.filter(solution=solution).exclude(state=PackageState.DRAFT).exists()


def confidentialities() -> list[tuple[str, str]]:
    return [(code, str(label)) for code, label in Confidentiality.choices]
