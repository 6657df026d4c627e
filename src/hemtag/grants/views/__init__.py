"""The pages of the room, by where one is: the call, the application, its blocks, the regions, handing in."""

from .applications import (
    application,
    applications,
    edit_application,
    edit_measuring_points,
    edit_submission,
    remove_application,
)
from .blocks import add_block, block, edit_effects, remove_block
from .budget import budget, budget_cells, edit_costs
from .calls import call, calls, late_access, start_application
from .checking import checks, checks_json, checks_panel, state_supports, strike_state_support
from .handing_in import hand_in, receipt, receipt_pdf, reopen_submission, withdraw
from .leaving import decline_participation, uninvite
from .participations import (
    confirm_participation,
    invite,
    minutes,
    participation,
    participations,
    reopen_participation,
)
from .reading import (
    application_json,
    application_pdf,
    application_sheet,
    read_document,
    read_summary,
    summary_pdf,
)
from .remarks import remark, remarks
from .saving import give_sign, save_field
from .sheets import budget_sheet, import_budget
from .transferring import accept_transfer, cancel_transfer, decline_transfer, transfer
from .versions import (
    changes,
    choose_solution,
    compare_versions,
    copy_application,
    copy_block,
    start_block_from,
    versions,
)

__all__ = [
    "changes",
    "choose_solution",
    "compare_versions",
    "copy_application",
    "copy_block",
    "remark",
    "remarks",
    "start_block_from",
    "versions",
    "accept_transfer",
    "add_block",
    "application",
    "application_json",
    "application_pdf",
    "application_sheet",
    "applications",
    "block",
    "budget",
    "budget_cells",
    "budget_sheet",
    "call",
    "calls",
    "cancel_transfer",
    "checks",
    "checks_json",
    "checks_panel",
    "confirm_participation",
    "decline_participation",
    "decline_transfer",
    "edit_application",
    "edit_costs",
    "edit_effects",
    "edit_measuring_points",
    "edit_submission",
    "give_sign",
    "hand_in",
    "import_budget",
    "invite",
    "late_access",
    "minutes",
    "participation",
    "participations",
    "read_document",
    "read_summary",
    "receipt",
    "receipt_pdf",
    "remove_application",
    "remove_block",
    "reopen_participation",
    "reopen_submission",
    "save_field",
    "start_application",
    "state_supports",
    "strike_state_support",
    "summary_pdf",
    "transfer",
    "uninvite",
    "withdraw",
]
