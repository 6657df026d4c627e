"""Input to clean data."""

from .catalogue import SettleForm

__all__ = ["SettleForm"]
