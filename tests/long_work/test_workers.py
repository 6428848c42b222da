"""Workers: order, bounds, and what happens when something ends before its time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import work_to_do

import junkfilter
from junkfilter.errors import JunkfilterError
from junkfilter.workers import Workers, number_of_jobs

ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join(
        [str(Path(junkfilter.__file__).parents[1]), str(Path(__file__).parent)]
    ),
}
# Tells the workers' process numbers, then waits to be ended.
ENDLESS = """
import itertools, work_to_do
from junkfilter.workers import Workers
with Workers(work_to_do.process, 2) as workers:
    told = set()
    for _, _, worker in workers.ordered((n, n) for n in itertools.count()):
        if worker not in told:
            told.add(worker)
            print(worker, flush=True)
"""


def alive(process: int) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    with suppress(OSError):
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        return state not in "ZX"
    with suppress(OSError):
        os.kill(process, 0)
        return not Path("/proc").exists()
    return False


def gone(processes: list[int]) -> bool:
    """Whether processes end within some seconds."""
    for _ in range(200):
        if not any(map(alive, processes)):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("jobs", [1, 2])
def test_outcomes_come_in_order(jobs: int) -> None:
    """Contexts, pauses and outcomes come out in the order in which they went in."""
    items = [(str(n), n) if n % 3 else None if n % 2 else (str(n), None) for n in range(20)]
    expected = [item and (*item, None if item[1] is None else item[1] ** 2) for item in items]
    with Workers(work_to_do.squared, jobs) as workers:
        assert expected == list(workers.ordered(items))


def test_work_is_done_elsewhere_by_all_workers() -> None:
    """Two jobs are two other processes, each of which works."""
    with Workers(work_to_do.process, 2) as workers:
        processes = {outcome for _, _, outcome in workers.ordered((n, n) for n in range(30))}
    assert len(processes) == 2
    assert os.getpid() not in processes


def test_before_a_pause_everything_comes_out() -> None:
    """What was given before a pause is out before the next item is asked for."""
    asked: list[int] = []

    def items() -> Iterator[tuple[int, int] | None]:
        for number in range(4):
            asked.append(number)
            yield number, number
            yield None

    with Workers(work_to_do.squared, 2) as workers:
        for done, outcome in enumerate(workers.ordered(items())):
            assert len(asked) == done // 2 + 1
            assert (outcome is None) == bool(done % 2)


@pytest.mark.parametrize(("weight", "most"), [(0, 2 * 16 + 1), (4 << 20, 3), (1 << 20, 2 * 4 + 1)])
def test_few_lots_are_under_way(weight: int, most: int) -> None:
    """However many lots there are, and whatever their size, a bounded number has been read."""
    read = 0

    def items() -> Iterator[tuple[int, int]]:
        nonlocal read
        for number in range(100):
            read += 1
            yield number, number

    with Workers(work_to_do.squared, 2, weigh=lambda _lot: weight) as workers:
        for done, _ in enumerate(workers.ordered(items())):
            assert read - done <= most


@pytest.mark.parametrize(
    ("number", "message"), [(1, "'junkfilter\\[spark\\]'"), (2, "page.txt:7: is broken")]
)
@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_of_ours_arrives(jobs: int, number: int, message: str) -> None:
    """Whatever class of error a worker raises, its message reaches the caller."""
    with (
        pytest.raises(JunkfilterError, match=message),
        Workers(work_to_do.refused, jobs) as workers,
    ):
        list(workers.ordered([(0, 0), (number, number)]))


def test_work_that_cannot_be_read_is_an_error() -> None:
    """A worker that cannot load its filter says why."""
    with (
        pytest.raises(JunkfilterError, match="the model is gone"),
        Workers(work_to_do.Unreadable(), 2) as workers,
    ):
        list(workers.ordered([(0, 0)]))


def test_a_dead_worker_is_an_error() -> None:
    """What was done before a worker was killed comes out in order, then an error that says so."""
    done: list[int] = []
    with (
        pytest.raises(JunkfilterError, match="worker process died"),
        Workers(work_to_do.killed, 2) as workers,
    ):
        done.extend(context for context, _, _ in workers.ordered((n, n) for n in range(100)))
    assert done == list(range(len(done)))
    assert len(done) <= 3


def test_workers_cannot_write_to_the_output(capfd: pytest.CaptureFixture[str]) -> None:
    """Standard output belongs to the parent: what a library prints in a worker is not in it."""
    with Workers(work_to_do.noisy, 2) as workers:
        list(workers.ordered([(0, 0)]))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("to_all", [True, False])
def test_no_worker_outlives_its_parent(how: signal.Signals, to_all: bool) -> None:
    """Ctrl-C, which a terminal sends to all, and kill -9 end the workers too."""
    with subprocess.Popen(
        [sys.executable, "-c", ENDLESS],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as parent:
        assert parent.stdout
        assert parent.stderr
        workers = [int(parent.stdout.readline()) for _ in range(2)]
        assert all(map(alive, workers))
        if to_all:
            os.killpg(parent.pid, how)
        else:
            parent.send_signal(how)
        error = parent.stderr.read().decode()
    assert gone(workers)
    assert error.count("Traceback") == (how is signal.SIGINT)


@pytest.mark.parametrize("jobs", [-1, -2, -1000])
def test_negative_jobs_are_cores(jobs: int) -> None:
    """-1 is all cores, and there is always one."""
    cores = number_of_jobs(-1)
    assert number_of_jobs(jobs) == max(1, cores + 1 + jobs)


def test_no_jobs_do_no_work() -> None:
    """0 is refused."""
    with pytest.raises(JunkfilterError, match="-1 stands for all cores"):
        number_of_jobs(0)
