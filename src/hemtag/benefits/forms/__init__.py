"""Input to clean data."""

from .acts import CopyForm, DetailsForm, FileForm, RealisedForm, ReplaceForm, RunForm, ShareForm, SizesForm
from .asking import PatternForm
from .values import BeliefForm, OwnValueForm, ValueForm

__all__ = [
    "BeliefForm",
    "CopyForm",
    "DetailsForm",
    "FileForm",
    "OwnValueForm",
    "PatternForm",
    "RealisedForm",
    "ReplaceForm",
    "RunForm",
    "ShareForm",
    "SizesForm",
    "ValueForm",
]
