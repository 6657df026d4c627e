"""The pages of the room, by what one does there."""

from .catalogue import propose_solution, record_step, settle_solution, similar_solutions, solution, solutions, step_file

__all__ = [
    "propose_solution",
    "record_step",
    "settle_solution",
    "similar_solutions",
    "solution",
    "solutions",
    "step_file",
]
