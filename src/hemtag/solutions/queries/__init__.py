"""Every read across rows; the first argument is the person who asks."""

from .catalogue import (
    KINDS,
    STATES,
    RegionStage,
    Stage,
    adoptions_in,
    catalogue,
    newest_stage,
    next_states,
    next_steps,
    possible_stages,
    proof_of,
    solution_called,
    solution_from,
    solutions_for,
    spread,
    stages_of,
)

__all__ = [
    "KINDS",
    "RegionStage",
    "STATES",
    "Stage",
    "adoptions_in",
    "catalogue",
    "newest_stage",
    "next_states",
    "next_steps",
    "possible_stages",
    "proof_of",
    "solution_called",
    "solution_from",
    "solutions_for",
    "spread",
    "stages_of",
]
