"""Takes many files to a folder of outputs, each of them whole or not at all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from typing import NamedTuple

from junkfilter.conveyor import Conveyor
from junkfilter.errors import InputFormatError, JunkfilterError, OutputError
from junkfilter.formats.lots import Lot
from junkfilter.formats.rejects import RejectsWriter
from junkfilter.formats.writers import KeptWriter
from junkfilter.input_tree import InputFile
from junkfilter.judging import JudgedLot
from junkfilter.output_tree import Commits, FileState, OutputTree, PendingPage, refusals
from junkfilter.passages import Input, Opener, Passage, opened
from junkfilter.pipeline import OutputReceiver


class Survey(NamedTuple):
    """What there is to do.

    Attributes:
        files: number of inputs.
        finished: how many of them an earlier run finished.
        bytes: of those that are left.
    """

    files: int
    finished: int
    bytes: int


def survey(files: Iterable[InputFile], tree: OutputTree) -> Survey:
    """Looks at all inputs before anything is written.

    Raises:
        OutputError: an input is not what it was when an earlier run finished it.
    """
    number = finished = left = 0
    for file in files:
        number += 1
        if tree.is_finished(file):
            finished += 1
        else:
            left += file.bytes
    return Survey(number, finished, left)


def refuse_nested(inputs: Iterable[str], outputs: Iterable[str]) -> None:
    """Checks that outputs will not be read as inputs, nor replace them.

    Raises:
        OutputError: an output folder lies in an input, or an input in an output folder.
    """
    for path in inputs:
        for folder in outputs:
            inner, outer = os.path.realpath(folder), os.path.realpath(path)
            if _lies_in(inner, outer) or _lies_in(outer, inner):
                raise OutputError(
                    f"{folder} and {path} lie one in the other: the output would be read, or the "
                    "input replaced; name an output folder elsewhere"
                )


def digest_of(path: str, open_input: Opener) -> str | None:
    """SHA-256 of what is read of an input, as rejects have it; None if it cannot be read."""
    digest = hashlib.sha256()
    try:
        opened = open_input(path)
        with opened.source:
            for lot in opened.format.lots(opened.source):
                digest.update(b"" if lot is None else lot.raw)
    except InputFormatError:
        return None
    return None if opened.source.error is not None else digest.hexdigest()


def strip_tree(
    files: Iterable[InputFile],
    tree: OutputTree,
    conveyor: Conveyor[JudgedLot],
    *,
    header: Mapping[str, object],
    open_input: Opener,
    number: int,
) -> None:
    """Writes what is kept of each file that is not finished, and its rejects.

    Args:
        files: the inputs.
        tree: where to.
        conveyor: judges them.
        header: of all rejects; `file` is added, the state of the input.
        open_input: opens an input.
        number: of inputs, for messages.

    Raises:
        JunkfilterError: an output cannot be written, or a worker died; the message says which files
            are done.
    """
    commits = Commits()
    try:
        with commits:
            receiver = _TreeReceiver(tree, header, commits)
            with closing(receiver):
                conveyor.take(receiver.passages(files, open_input), receiver)
    except JunkfilterError as error:
        last = f", the last is {commits.last}" if commits.last else ""
        raise JunkfilterError(
            f"{error}; done are {commits.done} of {number} files{last}; "
            "--resume goes on with the others"
        ) from error


class _TreeReceiver:
    """Takes each input to files of its own."""

    def __init__(self, tree: OutputTree, header: Mapping[str, object], commits: Commits) -> None:
        self._tree = tree
        self._header = header
        self._commits = commits
        self._files: dict[Passage, InputFile] = {}
        self._page: _Page | None = None

    def passages(self, files: Iterable[InputFile], open_input: Opener) -> Iterator[Passage]:
        """Passages of the files that are not finished; the others are counted."""
        for file in files:
            if self._tree.is_finished(file):
                self._commits.done += 1
                continue
            for passage in opened([file.path], open_input):
                if passage.opened is not None:
                    self._files[passage] = file
                yield passage

    def begin(self, passage: Passage, opened: Input) -> None:
        """Begins a page and its rejects."""
        file = self._files.pop(passage)
        header = (
            self._header
            if passage.status is None
            else {**self._header, "file": FileState.of(passage.status)._asdict()}
        )
        with refusals(f"output of {file.path}"):
            self._page = _Page(self._tree.begin(file), file, header)
            self._page.output.begin(passage, opened)

    def take(self, passage: Passage, lot: Lot, judged: JudgedLot) -> None:
        """Writes what is kept of a lot, after its rejects."""
        if self._page is not None:
            with refusals(f"output of {passage.path}"):
                self._page.output.take(passage, lot, judged)

    def end(self, passage: Passage) -> None:
        """Finishes the page, unless its input broke off or has changed meanwhile."""
        try:
            if self._page is not None and not passage.broken_off:
                self._finish(self._page, passage)
        finally:
            self.close()

    def _finish(self, page: _Page, passage: Passage) -> None:
        before = passage.status
        if before is None or FileState.now(passage.path) != FileState.of(before):
            raise InputFormatError("changed while it was read; read it again", path=passage.path)
        with refusals(f"output of {passage.path}"):
            page.output.end(passage)
            page.end_rejects()
        self._page = None
        self._commits.add(page.pending, page.file.place)

    def pause(self) -> None:
        """Has nobody to write to."""

    def close(self) -> None:
        """Throws away a page that is not finished."""
        if self._page is not None:
            self._page.pending.discard()
            self._page = None


class _Page:
    """A page and its rejects that are being written."""

    def __init__(self, pending: PendingPage, file: InputFile, header: Mapping[str, object]) -> None:
        self.pending = pending
        self.file = file
        self._rejects = RejectsWriter(pending.rejects, header, single=True)
        self.output = OutputReceiver(KeptWriter(pending.kept), self._rejects)

    def end_rejects(self) -> None:
        """Writes the last object of the rejects."""
        with self._rejects:
            pass


def _lies_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(os.path.join(folder, ""))
