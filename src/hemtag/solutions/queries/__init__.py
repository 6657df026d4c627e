"""Every read across rows; the first argument is the person who asks."""

from .adopting import RegionStage, adoptions_in, next_steps, possible_stages, proof_of, spread, stages_of
from .catalogue import (
    KINDS,
    STATES,
    Stage,
    catalogue,
    next_states,
    solution_called,
    solution_from,
    solutions_for,
)

__all__ = [
    "KINDS",
    "RegionStage",
    "STATES",
    "Stage",
    "adoptions_in",
    "catalogue",
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
