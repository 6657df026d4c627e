"""How far has a solution spread, and when does it reach the next region? Pure: no Django, no clock, no own randomness.

Names are fetched when first asked for, so that the command line starts without numpy and scipy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .bass import Bass, Peak, adopted_share, fit_bass, peak
    from .exposure import Cells, cells
    from .faults import Fault, InvalidSpread, NotASpreadFile
    from .forecasting import Fan, Forecast, Forecasts, Models, Refusal, fit_models, forecast
    from .hazard import Hazard, Link, fit_hazard, fit_rows
    from .hindsight import Backtest, Score, backtest
    from .model import LADDER, Period, Solution, Spread, Stage, Standing, Step, known_on, standings
    from .naive import last_value, linear
    from .pacing import Pace, Rung, funnel, outcomes, pace, waiting_curve
    from .reading import examine, load_spread
    from .report import as_plain, as_text, sentence, skill_sentence
    from .survival import Curve, Incidence, LifeTable, Restricted, cumulative_incidence, kaplan_meier, life_table

_HOME = {
    "hindsight": (
        "Backtest",
        "Score",
        "backtest",
    ),
    "bass": (
        "Bass",
        "Peak",
        "adopted_share",
        "fit_bass",
        "peak",
    ),
    "exposure": (
        "Cells",
        "cells",
    ),
    "faults": (
        "Fault",
        "InvalidSpread",
        "NotASpreadFile",
    ),
    "forecasting": (
        "Fan",
        "Forecast",
        "Forecasts",
        "Models",
        "Refusal",
        "fit_models",
        "forecast",
    ),
    "hazard": (
        "Hazard",
        "Link",
        "fit_hazard",
        "fit_rows",
    ),
    "model": (
        "LADDER",
        "Period",
        "Solution",
        "Spread",
        "Stage",
        "Standing",
        "Step",
        "known_on",
        "standings",
    ),
    "naive": (
        "last_value",
        "linear",
    ),
    "pacing": (
        "Pace",
        "Rung",
        "funnel",
        "outcomes",
        "pace",
        "waiting_curve",
    ),
    "reading": (
        "examine",
        "load_spread",
    ),
    "report": (
        "as_plain",
        "as_text",
        "sentence",
        "skill_sentence",
    ),
    "survival": (
        "Curve",
        "Incidence",
        "LifeTable",
        "Restricted",
        "cumulative_incidence",
        "kaplan_meier",
        "life_table",
    ),
}
_WHERE = {name: home for home, names in _HOME.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(name)
    return getattr(import_module(f".{_WHERE[name]}", __name__), name)


__all__ = [
    "LADDER",
    "Backtest",
    "Bass",
    "Cells",
    "Curve",
    "Fan",
    "Fault",
    "Forecast",
    "Forecasts",
    "Hazard",
    "Incidence",
    "InvalidSpread",
    "LifeTable",
    "Link",
    "Models",
    "NotASpreadFile",
    "Pace",
    "Peak",
    "Period",
    "Refusal",
    "Restricted",
    "Rung",
    "Score",
    "Solution",
    "Spread",
    "Stage",
    "Standing",
    "Step",
    "adopted_share",
    "as_plain",
    "as_text",
    "backtest",
    "cells",
    "cumulative_incidence",
    "examine",
    "fit_bass",
    "fit_hazard",
    "fit_models",
    "fit_rows",
    "forecast",
    "funnel",
    "kaplan_meier",
    "known_on",
    "last_value",
    "life_table",
    "linear",
    "load_spread",
    "outcomes",
    "pace",
    "peak",
    "sentence",
    "skill_sentence",
    "standings",
    "waiting_curve",
]
