"""The pages of the room, by where one is: the call, the application, its blocks, the regions, handing in."""

from .applications import (
    application,
    applications,
    budget,
    edit_application,
    edit_measuring_points,
    edit_submission,
    remove_application,
)
from .blocks import add_block, block, edit_costs, edit_effects, remove_block
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
from .saving import give_sign, save_field
from .sheets import budget_sheet, import_budget
from .transferring import accept_transfer, cancel_transfer, decline_transfer, transfer

__all__ = [
    "accept_transfer",
    "cancel_transfer",
    "decline_transfer",
    "transfer",
    "add_block",
    "application",
    "applications",
    "block",
    "budget",
    "budget_sheet",
    "call",
    "calls",
    "checks",
    "checks_json",
    "checks_panel",
    "confirm_participation",
    "decline_participation",
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
    "uninvite",
    "withdraw",
]
