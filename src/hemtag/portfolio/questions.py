"""The questions that the command line can ask about a solved round, by the name they have in the JSON answer."""

from __future__ import annotations

import importlib
import os
from argparse import Namespace
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, Protocol

from .explaining import explain, flip_prices
from .model import Round, plain
from .neighbours import near_optimal
from .practice import compare_with_practice
from .pricing import frontier, marginal, policy_price
from .robustness import core_index
from .scenarios import Scenarios
from .selection import Selection


class NoCluster(RuntimeError):
    """Dask is not installed, or its scheduler cannot be reached."""


class Listener(Protocol):
    """Someone who wants to hear how the work goes on."""

    def say(self, text: str) -> None: ...

    def scenarios(self, done: int, count: int) -> None: ...


def asked(r: Round, result: Selection, options: Namespace, listener: Listener) -> dict[str, Any]:
    """The answers to what was asked for, and to nothing else."""
    answers: dict[str, Any] = {}
    if options.practice:
        answers["practice"] = compare_with_practice(r, result)
    if options.explain:
        listener.say("varför väljs blocken, eller inte …")
        answers["explain"] = tuple(explain(r, block, result) for block in options.explain)
    if options.flip_prices:
        listener.say("priset för att vända på varje block …")
        answers["flip_prices"] = flip_prices(r, result)
    if options.policy_price:
        listener.say("priset på varje policyrad …")
        answers["policy_price"] = policy_price(r, result)
    if options.marginal:
        listener.say("värdet av mer pengar per år …")
        answers["marginal"] = marginal(r, result)
    if options.frontier:
        listener.say("värdet vid andra ramar …")
        answers["frontier"] = frontier(r)
    if options.near_optimal:
        listener.say("urval som är nästan lika bra …")
        found = near_optimal(r, options.eps, options.near_optimal, diverse=options.diverse, selection=result)
        answers["near_optimal"] = found
    if options.core_index:
        draws = Scenarios(count=options.scenarios, seed=options.seed)
        solve = not options.bounds_only
        with executor(options.executor, options.scheduler) as workers:
            answers["core_index"] = core_index(
                r, draws, executor=workers, solve=solve, pool=[result.chosen], told=listener.scenarios
            )
    return answers


def as_plain(answer: Any) -> Any:
    """An answer as JSON can carry it."""
    if isinstance(answer, tuple):
        return [as_plain(one) for one in answer]
    if isinstance(answer, Mapping):
        return {name: None if number is None else plain(number) for name, number in answer.items()}
    return answer.as_dict()


@contextmanager
def executor(kind: str, scheduler: str | None = None) -> Iterator[Executor | None]:
    """Where the scenarios are computed: here, in processes of this machine, or on a Dask cluster."""
    if kind == "local":
        with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
            yield pool
    elif kind == "dask":
        try:
            client = importlib.import_module("distributed").Client(scheduler)
        except (ImportError, OSError) as error:
            raise NoCluster(f"Dask går inte att nå: {error}") from error
        with client:
            yield client.get_executor()
    else:
        yield None
