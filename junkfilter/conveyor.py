"""Takes inputs through a filter, one after the other, whoever judges their lots. Writes nothing.

The parent reads lots, and a receiver gets what becomes of them in the order of the inputs: with one
process or with many, with one input or with thousands of small ones, of which several are under way
at a time.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from enum import Enum
from typing import TYPE_CHECKING, Generic, NamedTuple

from junkfilter.errors import InputFormatError
from junkfilter.formats.files import Source
from junkfilter.formats.lots import Format, Lot, Problem
from junkfilter.judging import PageFilter
from junkfilter.passages import Input, Judge, Judged, Passage, Receiver
from junkfilter.progress import NoProgress, Progress
from junkfilter.report import Report
from junkfilter.summary import Summary
from junkfilter.workers import Workers

if TYPE_CHECKING:
    from junkfilter.site_memory import SiteMemory

# More of one input are counted, and told as a number.
MOST_PROBLEMS_TOLD = 10


class _Task(NamedTuple):
    """What is sent to a worker."""

    format: Format
    source: str
    lot: Lot


class _Work(Generic[Judged]):
    """What a worker does: it judges a task, and says what it noted of sites meanwhile."""

    def __init__(self, page_filter: PageFilter, judge: Judge[Judged]) -> None:
        self._filter = page_filter
        self._judge = judge

    def __call__(self, task: _Task) -> tuple[Judged, dict[bytes, bytes]]:
        judged = self._judge(self._filter, task.format, task.source, task.lot)
        memory = memory_of(self._filter)
        return judged, {} if memory is None else memory.take_notes()


class _Mark(Enum):
    """What happens to a passage where nothing is to be judged."""

    BEGIN = 0
    END = 1


class _Step(NamedTuple):
    """Where a passage is: at a mark, or at a lot and so many bytes into its file."""

    passage: Passage
    mark: _Mark | None = None
    position: int = 0


class Conveyor(Generic[Judged]):
    """Takes passages through a filter and counts.

    Args:
        page_filter: judges the pages. With more than one job it is pickled.
        judge: what is done with a lot, by all processes alike.
        report: gets counts and messages.
        jobs: number of processes.
        stop_at_problem: a record that could not be parsed ends the run.
        progress: is told how far the run is.
        summary: is told of each input.
    """

    def __init__(
        self,
        page_filter: PageFilter,
        judge: Judge[Judged],
        report: Report,
        *,
        jobs: int = 1,
        stop_at_problem: bool = False,
        progress: Progress | None = None,
        summary: Summary | None = None,
    ) -> None:
        self._work = _Work(page_filter, judge)
        self._memory = memory_of(page_filter)
        self._report = report
        self._jobs = jobs
        self._stop_at_problem = stop_at_problem
        self._progress = progress or NoProgress(report.notify)
        self._summary = summary
        self._open: set[Passage] = set()
        self._done = 0
        self._last = ""
        self._position = 0

    def take(self, passages: Iterable[Passage], receiver: Receiver[Judged]) -> None:
        """Takes inputs through to a receiver.

        Raises:
            InputFormatError: a record cannot be parsed, and that ends the run.
            JunkfilterError: whatever the receiver cannot do, or a worker that died.
        """
        try:
            with Workers(self._work, self._jobs, weigh=_weight) as workers:
                for done in workers.ordered(self._steps(passages)):
                    if done is None:
                        receiver.pause()
                    else:
                        self._pass_on(receiver, *done)
        finally:
            while self._open:
                self._close(next(iter(self._open)))

    def standing(self) -> str:
        """Which inputs were taken to their end, for messages."""
        last = f", the last is {self._last}" if self._last else ""
        return f"inputs done before: {self._done}{last}"

    def _steps(self, passages: Iterable[Passage]) -> Iterator[tuple[_Step, _Task | None] | None]:
        """What happens to the passages, in order; None where an input pauses."""
        for passage in passages:
            self._open.add(passage)
            yield _Step(passage, _Mark.BEGIN), None
            if passage.opened is not None:
                yield from self._lots(passage, passage.opened)
            yield _Step(passage, _Mark.END), None

    def _lots(self, passage: Passage, opened: Input) -> Iterator[tuple[_Step, _Task | None] | None]:
        try:
            for lot in opened.format.lots(opened.source):
                if lot is None:
                    yield None
                else:
                    position = _position(opened.source, lot)
                    task = _Task(opened.format, passage.name, lot)
                    yield _Step(passage, position=position), task
        except InputFormatError as error:  # a container that is damaged beyond reading on
            passage.add_error(error)

    def _pass_on(
        self,
        receiver: Receiver[Judged],
        step: _Step,
        task: _Task | None,
        found: tuple[Judged, dict[bytes, bytes]] | None,
    ) -> None:
        passage = step.passage
        if step.mark is _Mark.BEGIN:
            self._position = 0
            if passage.opened is not None:
                self._report.inputs += 1
                for message in passage.opened.messages:
                    self._notice(message)
                with passage.own_errors():
                    receiver.begin(passage, passage.opened)
        elif step.mark is _Mark.END:
            self._end(receiver, passage)
        elif task is not None and found is not None:
            self._count(receiver, passage, task.lot, *found)
            self._advance(step.position)

    def _count(
        self,
        receiver: Receiver[Judged],
        passage: Passage,
        lot: Lot,
        judged: Judged,
        notes: dict[bytes, bytes],
    ) -> None:
        if passage.broken_off:
            return
        if lot.problem is not None:
            passage.add_error(lot.problem.error(passage.name))
        with passage.own_errors():
            receiver.take(passage, lot, judged)
        passage.characters += judged.characters
        passage.counts.add(judged.counts)
        self._report.add(judged.counts)
        if self._memory is not None and notes:
            self._memory.add_notes(notes)
        for notice in judged.notices:
            self._notice(notice)
        for problem in judged.problems:
            self._tell(passage, problem)

    def _tell(self, passage: Passage, problem: Problem) -> None:
        """Reports a record that could not be parsed."""
        error = problem.error(passage.name)
        if self._stop_at_problem:
            raise error
        passage.problems += 1
        if passage.problems <= MOST_PROBLEMS_TOLD:
            self._notice(str(error))

    def _end(self, receiver: Receiver[Judged], passage: Passage) -> None:
        if passage.opened is not None:
            self._done += 1
            self._last = passage.name
            if passage.opened.source.error is not None:
                passage.add_error(passage.opened.source.error)
            with passage.own_errors():
                receiver.end(passage)
        self._close(passage)
        more = passage.problems - MOST_PROBLEMS_TOLD
        if more > 0:
            self._notice(f"{passage.name}: {more} more records like these")
        for error in passage.errors:
            self._report.error(error)
        if self._summary is not None:
            self._summary.add(
                passage.name,
                passage.counts,
                format=None if passage.opened is None else passage.opened.format.name,
                errors=[str(error) for error in passage.errors],
            )

    def _notice(self, message: str) -> None:
        self._report.notice(message)

    def _advance(self, position: int) -> None:
        files = f", {self._done} files" if self._done else ""
        found = f"{self._report.cut_count} cut{files}"
        self._progress.advance(position - self._position, found)
        self._position = position

    def _close(self, passage: Passage) -> None:
        self._open.discard(passage)
        passage.close()


def memory_of(page_filter: PageFilter) -> SiteMemory | None:
    """The site memory of a filter that has one."""
    memory: SiteMemory | None = getattr(page_filter, "site_memory", None)
    return memory


def _weight(task: _Task) -> int:
    return len(task.lot.raw)


def _position(source: Source, lot: Lot) -> int:
    """How far into its file an input was read; into its bytes, if it is no file."""
    with suppress(OSError, ValueError):
        return os.lseek(source.fileno(), 0, os.SEEK_CUR)
    return lot.byte_start + len(lot.raw)
