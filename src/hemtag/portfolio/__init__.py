"""Which blocks within these yearly frames, and why not the others? Pure: no Django, no clock, no own randomness."""

from .changes import changed
from .conflicts import Demand, irreducible_conflict
from .explaining import Explanation, explain, flip_prices
from .faults import Fault, InvalidRound, NotARoundFile
from .model import Application, Block, Number, Overlap, Round, Synergy
from .mps import export_mps
from .neighbours import Neighbour, near_optimal
from .practice import Practice, compare_with_practice
from .pricing import FrontierPoint, Marginal, Price, frontier, marginal, policy_price
from .reading import canonical, load_round, validate
from .robustness import CoreIndex, Regret, Share, core_index, core_index_live, index_of, minimax_regret, regret
from .scenarios import Draw, Scenarios, draw, scenario
from .search import get_ready
from .selection import Infeasible, Selection, Unverified, select
from .solver import SolverFault
from .tree import TooLarge, TreeCertificate, prove
from .verification import restore, verify
from .working import Outcome, outcomes

__all__ = [
    "Application",
    "Block",
    "CoreIndex",
    "Demand",
    "Draw",
    "Explanation",
    "Fault",
    "FrontierPoint",
    "Infeasible",
    "InvalidRound",
    "Marginal",
    "Neighbour",
    "NotARoundFile",
    "Number",
    "Outcome",
    "Overlap",
    "Practice",
    "Price",
    "Regret",
    "Round",
    "Scenarios",
    "Selection",
    "Share",
    "SolverFault",
    "Synergy",
    "TooLarge",
    "TreeCertificate",
    "Unverified",
    "canonical",
    "changed",
    "compare_with_practice",
    "core_index",
    "core_index_live",
    "draw",
    "explain",
    "export_mps",
    "flip_prices",
    "frontier",
    "get_ready",
    "index_of",
    "irreducible_conflict",
    "load_round",
    "marginal",
    "minimax_regret",
    "near_optimal",
    "outcomes",
    "policy_price",
    "prove",
    "regret",
    "restore",
    "scenario",
    "select",
    "validate",
    "verify",
]
