"""Work on many lots, here or in other processes; what comes of them comes in their order.

Knows neither pages nor files. With one job the work is called directly. With more, the parent sends
lots to processes of joblib's loky and keeps a bounded number of them under way: the memory of a run
does not depend on its length.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from junkfilter.errors import JunkfilterError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from junkfilter.worker_processes import WorkerProcesses

Context = TypeVar("Context")
Lot = TypeVar("Lot")
Outcome = TypeVar("Outcome")

# Under way for each worker: one that it has, and enough that it never waits for the parent.
_MOST_BYTES = 4 << 20
# However small they are: two hundred small files are not read before the first is written.
_MOST_LOTS = 16


def number_of_jobs(jobs: int) -> int:
    """The number of processes that a number of jobs stands for, as joblib counts.

    Args:
        jobs: at least 1, or below 0: -1 for all cores that this process may use, -2 for all but
            one, and so on, at least 1.

    Raises:
        JunkfilterError: it is 0.

    >>> number_of_jobs(3)
    3
    """
    if jobs == 0:
        raise JunkfilterError("0 jobs can do no work; -1 stands for all cores")
    if jobs > 0:
        return jobs
    from joblib import cpu_count

    cores: int = cpu_count()
    return max(1, cores + 1 + jobs)


class Workers(Generic[Lot, Outcome]):
    """Does the same work on lots, in this process or in several; a context manager.

    At the end of its block the processes are gone: they end by themselves after good work, and are
    killed when an exception (Ctrl-C, a closed pipe) leaves the block.

    Args:
        work: from a lot to what comes of it, the same whatever was done before. To other processes
            it is sent once.
        jobs: number of processes, at least 1; 1 is this one.
        weigh: bytes of a lot.

    >>> with Workers(len, 1) as workers:
    ...     list(workers.ordered([("title", "新闻"), None, ("end", None)]))  # "news"
    [('title', '新闻', 2), None, ('end', None, None)]
    """

    def __init__(
        self,
        work: Callable[[Lot], Outcome],
        jobs: int,
        *,
        weigh: Callable[[Lot], int] = lambda _lot: 0,
    ) -> None:
        self._work = work
        self._jobs = jobs
        self._weigh = weigh
        self._processes: WorkerProcesses | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        error: type[BaseException] | None,
        _value: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if self._processes is not None:
            self._processes.close(at_once=error is not None)
            self._processes = None

    def ordered(
        self, items: Iterable[tuple[Context, Lot | None] | None]
    ) -> Iterator[tuple[Context, Lot | None, Outcome | None] | None]:
        """What comes of each item, in order.

        Args:
            items: pairs of a context, which stays here, and a lot; without a lot there is nothing
                to do, and the context comes out in its turn. None says that the next item may be
                long in coming: all that was given before comes out first.

        Raises:
            JunkfilterError: the work refused a lot, or a worker died.
        """
        if self._jobs > 1:
            yield from self._sent(items)
            return
        for item in items:
            if item is None:
                yield None
            else:
                context, lot = item
                yield context, lot, None if lot is None else self._work(lot)

    def _sent(
        self, items: Iterable[tuple[Context, Lot | None] | None]
    ) -> Iterator[tuple[Context, Lot | None, Outcome | None] | None]:
        under_way: deque[tuple[Context, Lot | None, Future[Any] | None]] = deque()
        weight = 0
        for item in items:
            if item is not None:
                context, lot = item
                under_way.append((context, lot, None if lot is None else self._submitted(lot)))
                weight += 0 if lot is None else self._weigh(lot)
            while under_way and (
                item is None or self._must_wait(under_way[0][2], weight, len(under_way))
            ):
                done = _finished(*under_way.popleft())
                weight -= 0 if done[1] is None else self._weigh(done[1])
                yield done
            if item is None:
                yield None
        while under_way:
            yield _finished(*under_way.popleft())

    def _must_wait(self, first: Future[Any] | None, weight: int, number: int) -> bool:
        """Whether the first item's outcome is taken before another item is."""
        return (
            first is None
            or first.done()
            or number > self._jobs * _MOST_LOTS
            or (weight > self._jobs * _MOST_BYTES and number > self._jobs)
        )

    def _submitted(self, lot: Lot) -> Future[Any]:
        if self._processes is None:
            from junkfilter.worker_processes import WorkerProcesses

            self._processes = WorkerProcesses(self._work, self._jobs)
        return self._processes.submit(lot)


def _finished(
    context: Context, lot: Lot | None, future: Future[Any] | None
) -> tuple[Context, Lot | None, Any]:
    if future is None:
        return context, lot, None
    from junkfilter.worker_processes import result_of

    return context, lot, result_of(future)
