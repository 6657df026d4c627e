"""Every write: a verb, keyword-only, `by=`, one transaction, one event. Each returns the row as it was saved."""

from .blocks import add_block, edit_block, remove_block, set_effects
from .calls import create_call, give_late_access, publish_call
from .copying import copy_application, copy_block, start_block_from
from .costs import CellsClash, set_cells, set_costs
from .handing_in import reopen_submission, submit, withdraw
from .import_budget import import_budget
from .leaving import decline_participation, uninvite
from .remarking import add_remark, settle_remark
from .remembering import keep_version, mark_seen
from .supports import record_state_support, strike_state_support
from .taking_part import confirm_participation, edit_participation, invite, reopen_participation
from .transferring import accept_transfer, cancel_transfer, decline_transfer, offer_transfer
from .writing import (
    edit_application,
    edit_submission,
    remove_application,
    set_measuring_points,
    start_application,
)

__all__ = [
    "add_remark",
    "copy_application",
    "copy_block",
    "keep_version",
    "mark_seen",
    "settle_remark",
    "start_block_from",
    "CellsClash",
    "accept_transfer",
    "cancel_transfer",
    "decline_transfer",
    "offer_transfer",
    "add_block",
    "confirm_participation",
    "create_call",
    "decline_participation",
    "edit_application",
    "edit_block",
    "edit_participation",
    "edit_submission",
    "give_late_access",
    "import_budget",
    "invite",
    "publish_call",
    "record_state_support",
    "remove_application",
    "remove_block",
    "reopen_participation",
    "reopen_submission",
    "set_cells",
    "set_costs",
    "set_effects",
    "set_measuring_points",
    "start_application",
    "strike_state_support",
    "submit",
    "uninvite",
    "withdraw",
]
