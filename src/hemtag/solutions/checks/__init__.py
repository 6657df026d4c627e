"""What must hold: pure functions on plain data."""

from .catalogue import EARLIEST, solution_is_described, step_has_its_proof, step_is_dated_in_the_past

__all__ = ["EARLIEST", "solution_is_described", "step_is_dated_in_the_past", "step_has_its_proof"]
