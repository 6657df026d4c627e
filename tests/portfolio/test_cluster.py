"""Scenarios over a Dask cluster on this machine: the same numbers for any number of workers, also when one is killed."""

import os
import signal
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.portfolio import synthetic
from hemtag.portfolio import Scenarios, core_index, load_round, regret, select

distributed = pytest.importorskip("distributed")

pytestmark = pytest.mark.filterwarnings("ignore")  # what the cluster says while its workers come and go

ROUND = load_round(synthetic(12, 4, 3, seed=1))
MANY = Scenarios(count=40, seed=7)


@pytest.fixture(scope="module")
def cluster():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50)
        with made, distributed.Client(made) as client:
            yield client


def test_two_workers_any_chunking_same_numbers(cluster):
    alone = core_index(ROUND, MANY)
    for chunk in (4, 15):
        assert core_index(ROUND, MANY, executor=cluster.get_executor(), chunk=chunk) == alone
    bounded = core_index(ROUND, MANY, solve=False)
    assert core_index(ROUND, MANY, solve=False, executor=cluster.get_executor(), chunk=3) == bounded


def test_regret_over_the_cluster(cluster):
    chosen = select(ROUND).chosen
    assert regret(ROUND, [chosen], MANY, executor=cluster.get_executor()) == regret(ROUND, [chosen], MANY)


def test_a_killed_worker_changes_nothing(cluster):
    alone = core_index(ROUND, MANY)
    victims = list(cluster.run(os.getpid).values())
    with ThreadPoolExecutor(1) as beside:
        index = beside.submit(core_index, ROUND, MANY, executor=cluster.get_executor(), chunk=2)
        os.kill(victims[0], signal.SIGKILL)
        assert index.result(timeout=120) == alone
