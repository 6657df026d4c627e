"""Every read across rows; the person who asks comes first, and sees only what may be seen."""

from .applications import (
    application_for,
    applications_for,
    block_for,
    blocks_of,
    cells_of,
    declined_participations,
    participant_for,
    participants_of,
    submission_of,
    submissions_for,
    submitted_version,
)
from .beginning import pattern_of, solutions_to_start_from
from .budget import Budget, Cell, Sums, block_budget, budget, totals
from .calls import (
    call_with_slug,
    calls,
    earlier_commitments,
    frames,
    is_open,
    late_accesses,
    unpublished_calls,
)
from .content import canonical, content_of, part_now, parts_of, sha256_of, submitted_content, sums_of
from .grid import Grid, grid, hours_of
from .grid import news as grid_news
from .missing import CheckLine, facts_of, first_to_mend, lines, missing_counts, participant_fact, what_is_missing
from .panel import Panel, panel
from .panel import as_json as panel_as_json
from .remarks import OPEN, RESOLVED, open_remarks, remark_for, remarks_of, section_choices, todos_for
from .sheets import budget_book, may_fill_in
from .supports import state_support_for, state_supports_for
from .versions import changed_since_look, content_at, unseen_changes, versions_of

__all__ = [
    "OPEN",
    "RESOLVED",
    "changed_since_look",
    "content_at",
    "open_remarks",
    "part_now",
    "pattern_of",
    "remark_for",
    "remarks_of",
    "section_choices",
    "solutions_to_start_from",
    "todos_for",
    "unseen_changes",
    "versions_of",
    "Panel",
    "panel",
    "panel_as_json",
    "state_support_for",
    "state_supports_for",
    "Budget",
    "Cell",
    "CheckLine",
    "Grid",
    "Sums",
    "application_for",
    "applications_for",
    "block_budget",
    "block_for",
    "blocks_of",
    "budget",
    "budget_book",
    "call_with_slug",
    "calls",
    "canonical",
    "cells_of",
    "content_of",
    "declined_participations",
    "earlier_commitments",
    "facts_of",
    "first_to_mend",
    "frames",
    "grid",
    "grid_news",
    "hours_of",
    "is_open",
    "late_accesses",
    "lines",
    "may_fill_in",
    "missing_counts",
    "participant_fact",
    "parts_of",
    "participant_for",
    "participants_of",
    "sha256_of",
    "submission_of",
    "submissions_for",
    "submitted_content",
    "submitted_version",
    "sums_of",
    "totals",
    "unpublished_calls",
    "what_is_missing",
]
