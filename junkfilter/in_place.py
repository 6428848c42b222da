"""Replaces files by what is kept of them, all of them after the last has been judged."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import ExitStack
from typing import NamedTuple

from junkfilter.conveyor import Conveyor
from junkfilter.errors import OutputError
from junkfilter.formats.files import Replacement
from junkfilter.formats.lots import Lot
from junkfilter.formats.rejects import RejectsWriter
from junkfilter.formats.writers import KeptWriter
from junkfilter.judging import JudgedLot
from junkfilter.passages import Input, Passage
from junkfilter.pipeline import OutputReceiver
from junkfilter.report import Report


def strip_in_place(
    passages: Iterable[Passage],
    conveyor: Conveyor[JudgedLot],
    report: Report,
    *,
    rejects_path: str,
    header: dict[str, object],
) -> None:
    """Replaces files by what is kept of them.

    The rejects are in place and complete before the first file changes. A file without cuts, one
    that was not judged to its end and one that changed in the meantime stay as they are.

    Args:
        passages: the files.
        conveyor: judges them.
        report: is told of files that changed in the meantime.
        rejects_path: must not exist.
        header: of the rejects.

    Raises:
        OutputError: an output cannot be written, or the rejects exist: an earlier run's cuts would
            be lost with them.
    """
    _refuse_rejects_of_another_run(rejects_path)
    with ExitStack() as stack:
        rejects_file = stack.enter_context(Replacement(rejects_path))
        with RejectsWriter(rejects_file.file, header) as rejects:
            receiver = _InPlace(rejects, stack)
            conveyor.take(passages, receiver)
        rejects_file.commit()
        for content in receiver.contents:
            _put_in_place(content, report)


class _NewContent(NamedTuple):
    """What a file is to be replaced by, and the file's state when it was opened to be judged."""

    replacement: Replacement
    before: os.stat_result


class _InPlace:
    """Takes each input to a file beside it."""

    def __init__(self, rejects: RejectsWriter, stack: ExitStack) -> None:
        self._rejects = rejects
        self._stack = stack
        self._output: OutputReceiver | None = None
        self._replacement: Replacement | None = None
        self.contents: list[_NewContent] = []

    def begin(self, passage: Passage, opened: Input) -> None:
        """Begins a new file beside the old one."""
        self._replacement = self._stack.enter_context(Replacement(passage.path))
        self._output = OutputReceiver(KeptWriter(self._replacement.file), self._rejects)
        self._output.begin(passage, opened)

    def take(self, passage: Passage, lot: Lot, judged: JudgedLot) -> None:
        """Writes what is kept of a lot."""
        if self._output is not None:
            self._output.take(passage, lot, judged)

    def end(self, passage: Passage) -> None:
        """Keeps the new file until all are done; throws it away if the old one is to stay."""
        if self._output is None or self._replacement is None:
            return
        self._output.end(passage)
        if passage.complete and passage.counts.cut_count and passage.status is not None:
            self._replacement.finish()
            self.contents.append(_NewContent(self._replacement, passage.status))
        else:
            self._replacement.discard()

    def pause(self) -> None:
        """Has nobody to write to."""


def _refuse_rejects_of_another_run(path: str) -> None:
    if os.path.lexists(path) and os.path.getsize(path) > 0:
        raise OutputError(
            f"{path}: exists, and may be all that is left of what an earlier run cut; "
            "name another file for --rejects"
        )


def _put_in_place(content: _NewContent, report: Report) -> None:
    path = content.replacement.path
    if _same_content(content.before, os.stat(path)):
        content.replacement.commit()
    else:
        report.error(f"{path}: changed while it was judged; left as it is")


def _same_content(before: os.stat_result, now: os.stat_result) -> bool:
    return (before.st_ino, before.st_size, before.st_mtime_ns) == (
        now.st_ino,
        now.st_size,
        now.st_mtime_ns,
    )
