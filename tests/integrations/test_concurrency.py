"""A filter that many call at once: threads, asyncio and processes."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from junkfilter import JunkFilter, Result

_started: list[JunkFilter] = []


def start(junk: JunkFilter) -> None:
    """Gives a process its filter."""
    _started.append(junk)


def strip_batch(batch: list[str]) -> list[Result]:
    """Results of a batch in such a process."""
    return list(_started[0].strip_many(batch))


def batches_of(pages: list[str]) -> list[list[str]]:
    """The pages in batches of unequal size, each page several times."""
    many = pages * 6
    return [many[start : start + 1 + start % 7] for start in range(0, len(many), 7)]


def test_threads_share_a_filter(pages: list[str], default_filter: JunkFilter) -> None:
    """What a filter says does not depend on who else is asking it."""
    batches = batches_of(pages)
    wanted = [list(default_filter.strip_many(batch)) for batch in batches]
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda batch: list(default_filter.strip_many(batch)), batches)
    assert list(found) == wanted


def test_the_event_loop_goes_on(pages: list[str], default_filter: JunkFilter) -> None:
    """Batches judged in threads are in order, and other tasks run meanwhile."""
    batches = batches_of(pages)

    async def run() -> tuple[list[list[Result]], int]:
        ticks = 0
        stop = asyncio.Event()

        async def tick() -> None:
            nonlocal ticks
            while not stop.is_set():
                ticks += 1
                await asyncio.sleep(0)

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(tick())
            found = [
                await asyncio.to_thread(list, default_filter.strip_many(batch)) for batch in batches
            ]
            stop.set()
        return found, ticks

    found, ticks = asyncio.run(run())
    assert found == [list(default_filter.strip_many(batch)) for batch in batches]
    assert ticks > len(batches)


def test_processes_get_the_filter_once(pages: list[str], default_filter: JunkFilter) -> None:
    """A filter travels to another process, and says the same there."""
    batches = batches_of(pages)
    # Spawned: a forked process would have the filter anyway.
    spawned = multiprocessing.get_context("spawn")
    options: dict[str, Any] = {"mp_context": spawned, "initializer": start}
    with ProcessPoolExecutor(2, initargs=(default_filter,), **options) as pool:
        found = list(pool.map(strip_batch, batches))
    assert found == [list(default_filter.strip_many(batch)) for batch in batches]


def test_the_documented_program_runs(
    block: Callable[[str, str, str], str], program: Callable[..., Any], tmp_path: Path
) -> None:
    """The program for processes in docs/crawlers.md runs as it stands there."""
    (tmp_path / "crawl.py").write_text(block("crawlers.md", "py", "ProcessPoolExecutor"), "utf-8")
    assert program("crawl.py", cwd=tmp_path).stdout.split() == [b"100", b"100"]
