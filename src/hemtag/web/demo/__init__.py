"""The demo round: walked through the same actions as real people use, at the days when they would have done it."""

from .building import STAGES, build

__all__ = ["STAGES", "build"]
