"""Input to clean data."""

from .catalogue import ProposeForm, SettleForm

__all__ = ["ProposeForm", "SettleForm"]
