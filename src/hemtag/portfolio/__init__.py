"""Which blocks within these yearly frames, and why not the others? Pure: no Django, no clock, no own randomness."""

from .faults import Fault, InvalidRound, NotARoundFile
from .model import Application, Block, Number, Overlap, Round, Synergy
from .practice import Practice, compare_with_practice
from .reading import canonical, load_round, validate
from .selection import Infeasible, Selection, Unverified, select
from .solver import SolverFault
from .verification import verify

__all__ = [
    "Application",
    "Block",
    "Fault",
    "Infeasible",
    "InvalidRound",
    "NotARoundFile",
    "Number",
    "Overlap",
    "Practice",
    "Round",
    "Selection",
    "SolverFault",
    "Synergy",
    "Unverified",
    "canonical",
    "compare_with_practice",
    "load_round",
    "select",
    "validate",
    "verify",
]
