"""Solutions of the demo that go the whole way: tried, packaged, published, told of, introduced and adapted."""

from __future__ import annotations

import datetime as dt
import io
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import xlsxwriter
from django.conf import settings

from hemtag.organisations.models import Person, Role
from hemtag.solutions import actions
from hemtag.solutions.actions import (
    adapting,
    adopting,
    evidencing,
    fitting,
    packaging,
    publishing,
    qualifying,
    writing,
)
from hemtag.solutions.criteria import newest
from hemtag.solutions.frame import FRAME
from hemtag.solutions.models import Adoption, Gate, GateReview, PackageVersion, Solution, Stage, Weight
from hemtag.solutions.queries.fitting import requirements_of

from .calculating import from_pattern
from .clockwork import on
from .people import Cast

Data = Mapping[str, Any]
Act = tuple[dt.date, Callable[[], object]]
TEXTS = ("effect", "contact", "effort", "regulation", "target_groups", "title_en", "plain", "plain_en")
# Days from the opening of the trial at G2.
ASKED, HANDED_IN, QUALIFIED, BEGUN, WALKED, THROUGH, PUBLISHED, TOLD = 1, 10, 15, 20, 30, 48, 60, 65
REVIEW = dt.timedelta(days=360)


def take_home(cast: Cast, today: dt.date) -> None:
    """Every package of `data/demo/paket/`, as far as it has come on the demo's day."""
    for path in sorted(Path(settings.DATA, "demo", "paket").glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        solution = Solution.objects.filter(title=title_of(data["solution"])).first()
        if solution is None:
            continue
        life = _Life(data, solution, cast)
        for day, act in sorted(life.acts(), key=lambda pair: pair[0]):
            if day <= today:
                with on(day):
                    act()


def title_of(key: str) -> str:
    """The title of a solution of the demo's catalogue."""
    for name in ("solutions", "solutions-more"):
        rows = tomllib.loads(Path(settings.DATA, "demo", f"{name}.toml").read_text(encoding="utf-8"))["solution"]
        for row in rows:
            if row["key"] == key:
                return str(row["title"])
    raise LookupError(key)


class _Life:
    """One solution's way, act by act; each finds its rows as they stand on its day."""

    def __init__(self, data: Data, solution: Solution, cast: Cast) -> None:
        self.data, self.solution, self.cast = data, solution, cast
        self.owner = cast.writer(solution.owner.code)
        self.editor = cast.one(Role.CATALOGUE_EDITOR, "catalogue")

    def acts(self) -> Iterator[Act]:
        begun: dt.date = self.data["begun"]

        def after(days: int) -> dt.date:
            return begun + dt.timedelta(days=days)

        yield begun, self.add_evidence
        yield after(ASKED), self.open_trial
        yield after(HANDED_IN), self.judge
        yield after(QUALIFIED), self.qualify
        yield after(BEGUN), self.write_package
        yield after(WALKED), self.begin_walk
        yield after(THROUGH), self.end_walk
        yield after(PUBLISHED), self.publish
        yield after(TOLD), self.tell
        for row in self.data.get("steps", ()):
            yield row["occurred_on"], partial(self.step, row)
        for row in self.data.get("adaptations", ()):
            yield row["occurred_on"], partial(self.adapt, row)
        for row in self.data.get("checks", ()):
            yield row["checked_on"], partial(self.check, row)
        for row in self.data.get("confirmed", ()):
            yield row["on"], partial(self.confirm, row)
        for row in self.data.get("fits", ()):
            yield row["on"], partial(self.fit, row)
        for row in self.data.get("volumes", ()):
            last = max(period["ends_on"] for period in row["periods"])
            yield max(last + dt.timedelta(days=30), after(TOLD)), partial(self.volumes, row)

    # Tried ------------------------------------------------------------------------------------------------

    def fresh(self) -> Solution:
        return Solution.objects.select_related("owner", "steward").get(pk=self.solution.pk)

    def add_evidence(self) -> None:
        solution = self.fresh()
        texts = {name: self.data[name].strip() for name in TEXTS if name in self.data}
        writing.edit_texts(by=self.owner, solution=solution, version=solution.version, **texts)
        for row in self.data["evidence"]:
            values = dict(row)
            code = values.pop("region", solution.owner.code)
            evidencing.add_evidence(
                by=self.cast.writer(code), solution=solution, region=self.cast.organisations[code], **values
            )

    def reviewers(self) -> list[tuple[str, Person]]:
        return [(code, self.cast.writer(code)) for code in self.data["reviewers"]]

    def open_trial(self) -> None:
        review = qualifying.open_review(by=self.editor, solution=self.fresh())
        for code, person in self.reviewers():
            field = self.data.get("experts", {}).get(code, "")
            qualifying.ask_reviewer(by=self.editor, review=review, person=person, field=field)

    def review(self) -> GateReview:
        return GateReview.objects.get(solution=self.solution, gate=Gate.G2)

    def judge(self) -> None:
        review = self.review()
        criteria = newest(Gate.G2).criteria
        for code, person in self.reviewers():
            seat = qualifying.declare_at_gate(
                by=person, reviewer=review.reviewers.get(person=person), has_conflict=False
            )
            dissents = code == self.data.get("dissent")
            said = [{"criterion": one.id, "mark": "met", "comment": ""} for one in criteria]
            if dissents:
                said[-3:] = [
                    {**row, "mark": "partly", "comment": "Beskrivet, men inte prövat utanför den egna regionen."}
                    for row in said[-3:]
                ]
            qualifying.judge_at_gate(
                by=person,
                reviewer=seat,
                said=said,
                recommends="back" if dissents else "passed",
                reasons="En uppföljning till i en annan region borde komma först."
                if dissents
                else "Effekten är mätt, vägen till införande är beskriven och någon förvaltar.",
                hand_in=True,
            )

    def qualify(self) -> None:
        qualifying.close_review(
            by=self.editor,
            review=self.review(),
            outcome="passed",
            reasons="Tillräckligt känt för att paketeras. Invändningen om fler regioner tas om hand i uppföljningen.",
            evidence=self.data["evidence_level"],
        )

    # Packaged ---------------------------------------------------------------------------------------------

    def write_package(self) -> None:
        row = {**self.data["case"], "owner": self.solution.owner.code, "regions": [self.solution.owner.code]}
        from_pattern(row, self.cast, "solution", self.solution.slug, "")
        package = packaging.start_package(by=self.owner, solution=self.fresh())
        for text in self.data["core_functions"]:
            packaging.add_core_function(by=self.owner, package=package, text=text)
        not_applicable = self.data.get("not_applicable", {})
        for part in package.parts.all():
            values = {f"q_{key}": text.strip() for key, text in self.data["answers"].get(part.code, {}).items()}
            if part.code in not_applicable:
                values["not_applicable"] = not_applicable[part.code]
            values |= {"responsible": self.data["contact"], "licence": self.data["licence"]}
            part = packaging.edit_part(by=self.owner, part=part, version=part.version, **values)
            if part.code == "P4":
                name, content = _follow_up_sheet(self.solution.title)
                packaging.add_part_file(
                    by=self.owner, part=part, name=name, content=content, description="Uppföljning, att fylla i"
                )
        for row in self.data.get("requirements", ()):
            low, likely, high = row["weeks"]
            fitting.add_requirement(
                by=self.owner,
                solution=self.solution,
                text=row["text"],
                weight=Weight(row["weight"]),
                profile_key=row.get("profile_key", ""),
                accepted=row.get("accepted", ()),
                weeks_low=low,
                weeks_likely=likely,
                weeks_high=high,
                cost_sek=row.get("cost_sek"),
                owner=row.get("owner", ""),
            )

    def package(self) -> PackageVersion:
        return PackageVersion.objects.get(solution=self.solution)

    def walker(self) -> Person:
        return self.cast.writer(self.data["cold_start"]["region"])

    def begin_walk(self) -> None:
        region = self.cast.organisations[self.data["cold_start"]["region"]]
        publishing.start_cold(by=self.walker(), package=self.package(), region=region)

    def end_walk(self) -> None:
        row = self.data["cold_start"]
        walk = self.package().cold_starts.get()
        publishing.end_cold(
            by=self.walker(),
            walk=walk,
            ended_on=self.data["begun"] + dt.timedelta(days=THROUGH),
            hours=row["hours"],
            passed=row["passed"],
            note=row["note"],
        )

        packaging.edit_package(
            by=self.owner,
            package=self.package(),
            number=self.data["number"],
            licence=self.data["licence"],
            review_due=self.data["begun"] + dt.timedelta(days=THROUGH) + REVIEW,
            change_note=self.data["change_note"],
        )

    def alone(self, gate: Gate, reasons: str) -> None:
        qualifying.try_alone(
            by=self.editor,
            solution=self.fresh(),
            gate=gate,
            has_conflict=False,
            said=[{"criterion": one.id, "mark": "met", "comment": ""} for one in newest(gate).criteria],
            outcome="passed",
            reasons=reasons,
        )

    def publish(self) -> None:
        self.alone(Gate.G3, "Alla delar finns, och någon utifrån har kommit igenom med bara paketet.")
        publishing.publish_package(by=self.editor, package=self.package())

    def tell(self) -> None:
        self.alone(Gate.G4, "Kort beskrivning, målgrupper och svarande kontakt finns.")

    # Introduced -------------------------------------------------------------------------------------------

    def adoption(self, code: str) -> Adoption:
        return Adoption.objects.get(solution=self.solution, region=self.cast.organisations[code])

    def step(self, row: Data) -> None:
        covered, out_of, unit = row.get("covered", (None, None, ""))
        introduces = row["stage"] in {"piloting", "rolling_out", "in_use"}
        actions.record_step(
            by=self.cast.writer(row["region"]),
            solution=self.fresh(),
            region=self.cast.organisations[row["region"]],
            stage=Stage(row["stage"]),
            occurred_on=row["occurred_on"],
            proof=row["proof"],
            decision_reference=row.get("decision", ""),
            reason=row.get("reason", ""),
            covered=covered,
            out_of=out_of,
            covered_unit=unit,
            package=self.package() if introduces else None,
        )

    def adapt(self, row: Data) -> None:
        terms = {name: next(iter(heading.answers)) for name, heading in FRAME.items()} | row["terms"]
        core = list(self.solution.core_functions.order_by("position"))
        adapting.record_adaptation(
            by=self.cast.writer(row["region"]),
            adoption=self.adoption(row["region"]),
            occurred_on=row["occurred_on"],
            terms=terms,
            text=row["text"],
            touches=[core[place - 1] for place in row.get("touches", ())],
        )

    def check(self, row: Data) -> None:
        core = list(self.solution.core_functions.order_by("position"))
        adapting.check_fidelity(
            by=self.cast.writer(row["region"]),
            adoption=self.adoption(row["region"]),
            checked_on=row["checked_on"],
            method=row["method"],
            functions=core[: row["delivered"]],
        )

    def confirm(self, row: Data) -> None:
        adopting.confirm_adoption(by=self.cast.writer(row["region"]), adoption=self.adoption(row["region"]))

    def fit(self, row: Data) -> None:
        keys = [str(one.pk) for one in requirements_of(self.solution)]
        fitting.assess_fit(
            by=self.cast.writer(row["region"]),
            solution=self.fresh(),
            region=self.cast.organisations[row["region"]],
            met=dict(zip(keys, row["standings"], strict=True)),
            complexity=row["complexity"],
            notes={},
        )

    def volumes(self, row: Data) -> None:
        for period in row["periods"]:
            adapting.record_volume(
                by=self.cast.writer(row["region"]),
                adoption=self.adoption(row["region"]),
                starts_on=period["starts_on"],
                ends_on=period["ends_on"],
                number=period["number"],
                unit=row["unit"],
                is_before=period["before"],
                source=row["source"],
            )


def _follow_up_sheet(title: str) -> tuple[str, bytes]:
    """A sheet that a region fills in month by month: the material that a package's fourth part holds."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Uppföljning")
        sheet.write_row(0, 0, [title, "Påhittat för demonstrationen"])
        sheet.write_row(1, 0, ["Månad", "Antal", "Varav enligt kärnfunktionerna", "Kommentar"])
    return "uppfoljning.xlsx", held.getvalue()
