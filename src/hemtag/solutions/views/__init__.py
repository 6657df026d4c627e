"""The pages of the room, by what one does there."""

from .catalogue import settle_solution, similar_solutions, solution, solutions

__all__ = [
    "settle_solution",
    "similar_solutions",
    "solution",
    "solutions",
]
