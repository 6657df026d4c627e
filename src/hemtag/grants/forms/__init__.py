"""What people type about calls, applications and their parts, as clean data.

`texts` holds the written parts, `rows` what is repeated (measuring points, effects), `grid` the cells of the budget,
`sheets` the same cells as a workbook, `acts` the small forms of single acts (start, invite, decide, decline, late
access) and the filter of the list.
"""

from .acts import (
    FilterForm,
    LateAccessForm,
    ParticipationForm,
    StartForm,
    WithdrawForm,
)
from .grid import AddRows, CostGrid
from .regions import DeclineForm, InviteForm, NoToTransferForm, TransferForm, UninviteForm
from .rows import EffectsForm, MeasuringPointsForm
from .sheets import ConfirmSheetForm, SheetForm
from .supports import StateSupportForm, StrikeForm
from .texts import ApplicationForm, BlockForm, NewBlockForm, SubmissionForm
from .together import AnswerForm, CompareForm, CopyBlockForm, CopyForm, RemarkForm, VersionForm

__all__ = [
    "AnswerForm",
    "CompareForm",
    "CopyBlockForm",
    "CopyForm",
    "RemarkForm",
    "VersionForm",
    "AddRows",
    "ApplicationForm",
    "BlockForm",
    "ConfirmSheetForm",
    "CostGrid",
    "DeclineForm",
    "EffectsForm",
    "FilterForm",
    "InviteForm",
    "LateAccessForm",
    "MeasuringPointsForm",
    "NewBlockForm",
    "NoToTransferForm",
    "ParticipationForm",
    "SheetForm",
    "StartForm",
    "StateSupportForm",
    "StrikeForm",
    "SubmissionForm",
    "TransferForm",
    "UninviteForm",
    "WithdrawForm",
]
