"""Input to clean data."""

from .catalogue import ProposeForm, SettleForm, StepForm

__all__ = ["ProposeForm", "StepForm", "SettleForm"]
