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
    "confirm_participation",
    "decline_participation",
    "edit_application",
    "edit_costs",
    "edit_effects",
    "edit_measuring_points",
    "edit_submission",
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
    "start_application",
    "uninvite",
    "withdraw",
]
