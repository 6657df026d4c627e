"""What is a measure worth, and how sure are we? Pure: no Django, no clock, no own randomness.

Names are fetched when first asked for, so that the command line starts without numpy and scipy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .adjusting import adjusted, differences
    from .case import Account, Case, Evidence, Input, Kind, Line
    from .cheers import CheersItem, cheers_table
    from .cohort import Counting, cohort_sum, cohort_trace
    from .discounting import (
        NEVER,
        Payback,
        annual_equivalent,
        annuity_factor,
        discount_factors,
        net_present_value,
        payback_year,
    )
    from .distributions import Distribution, Family
    from .facts import Fact, Register, register_of
    from .faults import Fault, InvalidCase, NotACaseFile
    from .following import Update, update_with_realised
    from .information import (
        Bar,
        Information,
        InformationTable,
        collaboration_gain,
        evpi,
        evppi,
        evppi_of_decisions,
        tornado,
    )
    from .options import (
        CostEffectiveness,
        Quadrant,
        Row,
        Standing,
        compare,
        cost_effectiveness,
        icer_table,
    )
    from .page import as_page, fingerprint, sentence
    from .paper import report_data
    from .perspectives import PERSPECTIVES, Perspective
    from .reading import examine, load_case, resolved
    from .report import as_plain, as_text
    from .sampling import Estimate, Sample, mean_with_error, sample
    from .simulation import Simulation, probability_of_recoup, simulate

_HOME = {
    "adjusting": ("adjusted", "differences"),
    "case": ("Account", "Case", "Evidence", "Input", "Kind", "Line"),
    "cheers": ("CheersItem", "cheers_table"),
    "cohort": ("Counting", "cohort_sum", "cohort_trace"),
    "discounting": (
        "NEVER", "Payback", "annual_equivalent", "annuity_factor", "discount_factors", "net_present_value", "payback_year",
    ),
    "distributions": ("Distribution", "Family"),
    "facts": ("Fact", "Register", "register_of"),
    "faults": ("Fault", "InvalidCase", "NotACaseFile"),
    "following": ("Update", "update_with_realised"),
    "information": (
        "Bar", "Information", "InformationTable", "collaboration_gain", "evpi", "evppi", "evppi_of_decisions", "tornado",
    ),
    "options": (
        "CostEffectiveness", "Quadrant", "Row", "Standing", "compare", "cost_effectiveness", "icer_table",
    ),
    "page": ("as_page", "fingerprint", "sentence"),
    "paper": ("report_data",),
    "perspectives": ("PERSPECTIVES", "Perspective"),
    "reading": ("examine", "load_case", "resolved"),
    "report": ("as_plain", "as_text"),
    "sampling": ("Estimate", "Sample", "mean_with_error", "sample"),
    "simulation": ("Simulation", "probability_of_recoup", "simulate"),
}  # fmt: skip
_WHERE = {name: home for home, names in _HOME.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(name)
    return getattr(import_module(f".{_WHERE[name]}", __name__), name)


__all__ = [
    "NEVER",
    "PERSPECTIVES",
    "Account",
    "Bar",
    "Case",
    "CheersItem",
    "CostEffectiveness",
    "Counting",
    "Distribution",
    "Estimate",
    "Evidence",
    "Fact",
    "Family",
    "Fault",
    "Information",
    "InformationTable",
    "Input",
    "InvalidCase",
    "Kind",
    "Line",
    "NotACaseFile",
    "Payback",
    "Perspective",
    "Quadrant",
    "Register",
    "Row",
    "Sample",
    "Simulation",
    "Standing",
    "Update",
    "adjusted",
    "annual_equivalent",
    "annuity_factor",
    "as_page",
    "as_plain",
    "as_text",
    "cheers_table",
    "cohort_sum",
    "cohort_trace",
    "collaboration_gain",
    "compare",
    "cost_effectiveness",
    "differences",
    "discount_factors",
    "evpi",
    "evppi",
    "evppi_of_decisions",
    "examine",
    "fingerprint",
    "icer_table",
    "load_case",
    "mean_with_error",
    "net_present_value",
    "payback_year",
    "probability_of_recoup",
    "register_of",
    "report_data",
    "resolved",
    "sample",
    "sentence",
    "simulate",
    "tornado",
    "update_with_realised",
]
