"""Every write of the room."""

from .following import record_realised
from .making import copy_case, start_case
from .running import store_run
from .saving import adjust_region, edit_details, edit_input, replace_data, set_sizes
from .standing import freeze_case, freeze_decided, hand_in_cases, publish_case, share_case

__all__ = [
    "adjust_region",
    "copy_case",
    "edit_details",
    "edit_input",
    "freeze_case",
    "freeze_decided",
    "hand_in_cases",
    "publish_case",
    "record_realised",
    "replace_data",
    "set_sizes",
    "share_case",
    "start_case",
    "store_run",
]
