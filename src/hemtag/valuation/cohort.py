"""Cohort (Markov) models: how a cohort moves between states, and what that costs and gives.

Source: Briggs, Claxton & Sculpher, Decision Modelling for Health Economic Evaluation (2006), ch. 2-3.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from .distributions import Array
from .faults import refused


class Counting(StrEnum):
    """When in a cycle the cohort is counted; `HALF` is the half-cycle correction, the mean of the two others."""

    START = "start"
    END = "end"
    HALF = "half"


def cohort_trace(start: Array, transitions: Array, cycles: int) -> Array:
    """(cycles + 1, states) shares of the cohort at each cycle's border.

    `start` (states,) sums to 1; `transitions` (states, states), rows from, or (cycles, states, states) when they change
    over time. Raises InvalidCase for rows that do not sum to 1 within 1e-9, probabilities outside 0-1 and wrong shapes.
    """
    share = np.asarray(start, dtype=np.float64)
    matrices = np.asarray(transitions, dtype=np.float64)
    if cycles < 1:
        raise refused("out_of_range", value=cycles, low=1, high="antalet cykler")
    if matrices.ndim == 2:
        matrices = np.broadcast_to(matrices, (cycles, *matrices.shape))
    if matrices.shape != (cycles, len(share), len(share)):
        raise refused("weights_do_not_match", values=f"{cycles} × {len(share)}", weights=matrices.shape)
    for numbers in (share[None], matrices):
        if not np.isfinite(numbers).all() or numbers.min() < 0 or numbers.max() > 1:
            raise refused("probability_above_one", value=f"{np.nanmax(np.abs(numbers)):g}")
        totals = numbers.sum(axis=-1)
        if np.abs(totals - 1).max() > 1e-9:
            raise refused("weights_do_not_sum", total=f"{totals.flat[np.abs(totals - 1).argmax()]:g}")
    trace = np.empty((cycles + 1, len(share)))
    trace[0] = share
    for cycle in range(cycles):
        trace[cycle + 1] = trace[cycle] @ matrices[cycle]
    return trace


def cohort_sum(
    trace: Array, rewards: Array, *, rate: float = 0.03, cycle_years: float = 1.0, counting: Counting = Counting.HALF
) -> float:
    """Discounted sum of what each state gives per cycle (a cost, a QALY).

    `rewards` (states,) or (cycles, states) when they change over time. The start of cycle t is t · `cycle_years` years
    away and its end one cycle more; time 0 is not discounted. Raises InvalidCase for wrong shapes and rates at or below -1.
    """
    cycles = len(trace) - 1
    gain = np.asarray(rewards, dtype=np.float64)
    if gain.ndim == 1:
        gain = np.broadcast_to(gain, (cycles, len(gain)))
    if gain.shape != (cycles, trace.shape[1]):
        raise refused("weights_do_not_match", values=f"{cycles} × {trace.shape[1]}", weights=gain.shape)
    if rate <= -1 or cycle_years <= 0:
        raise refused("out_of_range", value=min(rate, cycle_years), low=-1, high="1 och uppåt")
    factors = (1 + rate) ** (-cycle_years * np.arange(cycles + 1))
    at_start = float(((trace[:-1] * gain).sum(axis=1) * factors[:-1]).sum())
    at_end = float(((trace[1:] * gain).sum(axis=1) * factors[1:]).sum())
    return {Counting.START: at_start, Counting.END: at_end, Counting.HALF: (at_start + at_end) / 2}[counting]
