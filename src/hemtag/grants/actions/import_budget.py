"""A filled-in workbook becomes the budget: all its blocks or none, through the same gate as the page's grid."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import Clash, Difference, DoesNotHold, Problem

from ..checks.cells import CellValue
from ..models import Application, Block
from .costs import Amounts, set_costs

Cells = Mapping[tuple[str, str, int], Amounts | CellValue]  # county code, kind, year


class SheetsClash(Clash):
    """Somebody else has changed cells that the workbook changes too. `versions` are those now saved, per block."""

    versions: dict[int, int]


@transaction.atomic
def import_budget(*, by: Person, application: Application, blocks: Mapping[int, tuple[int, Cells]]) -> list[Block]:
    """Per block number: the `costs_version` that the workbook was made from, and the whole of the rows `by` may write.

    Each block that changes gets its own event. Raises DoesNotHold with the problems of every block, and SheetsClash
    with the clashes of every block; then nothing is saved. Returns the blocks as saved.
    """
    rows = {block.number: block for block in application.blocks.filter(number__in=blocks).order_by("number")}
    codes = {code for _version, cells in blocks.values() for code, _kind, _year in cells}
    ids = dict(Organisation.objects.filter(code__in=codes).values_list("code", "pk"))
    saved: list[Block] = []
    problems: list[Problem] = []
    clashes: dict[int, Clash] = {}
    for number, (version, cells) in sorted(blocks.items()):
        block = rows.get(number)
        if block is None:
            message = _("Block %(n)s finns inte längre i ansökan. Hämta ett nytt kalkylblad.") % {"n": number}
            problems.append(Problem(message, rule="every_sheet_is_a_block"))
            continue
        block.application = application
        try:
            # The workbook tells the whole of a cell: without hours means that it has none.
            own = {(ids[code], year, kind): CellValue(*pair) for (code, kind, year), pair in cells.items()}
            saved.append(set_costs(by=by, block=block, version=version, cells=own))
        except DoesNotHold as refusal:
            problems += refusal.problems
        except Clash as clash:
            clashes[number] = clash
    if problems:
        raise DoesNotHold(problems)
    if clashes:
        raise _together(clashes)
    return saved


def _together(clashes: Mapping[int, Clash]) -> SheetsClash:
    """One clash that tells of all: who, when last, and each cell with its block."""
    last = max(clashes.values(), key=lambda clash: clash.at)
    whole = SheetsClash(
        who=", ".join(dict.fromkeys(clash.who for clash in clashes.values())),
        at=last.at,
        version=last.version,
        differences=[
            Difference(f"{number}.{each.field}", f"Block {number}: {each.label}", each.theirs)
            for number, clash in clashes.items()
            for each in clash.differences
        ],
    )
    whole.versions = {number: clash.version for number, clash in clashes.items()}
    return whole
