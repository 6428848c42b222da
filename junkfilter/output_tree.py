"""A folder of outputs that is written file by file, and can be gone on with after any end.

The order makes it so: a page and its rejects are written in the state folder of the output, reach
the disk, and then get their final names, the rejects first. A page that has its final name is
finished. Whatever else a killed run left is in the state folder and is thrown away by the next one.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self

from junkfilter.errors import OutputError
from junkfilter.formats.files import unwritable
from junkfilter.input_tree import REJECTS_SUFFIX, InputFile
from junkfilter.run_record import STATE_FOLDER, lock, parsed, prepare

_MOST_HEADER = 1 << 24
_COMMITTING_THREADS = 4
_MOST_COMMITTING = 32
# The last two objects of a rejects file; a path has at most 4,096 bytes, as escapes six times that.
_TAIL = 1 << 16


class FileState(NamedTuple):
    """What tells a file from what it is after a change.

    Attributes:
        bytes: size.
        mtime_ns: when it was last changed, in nanoseconds.
    """

    bytes: int
    mtime_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> FileState:
        """The state that the system told."""
        return cls(status.st_size, status.st_mtime_ns)

    @classmethod
    def now(cls, path: str) -> FileState | None:
        """The present state of a file; None if there is no such file."""
        with suppress(OSError, ValueError):
            return cls.of(os.stat(path))
        return None


class OutputTree:
    """A folder with the outputs of one kind of run; a context manager that locks it.

    Args:
        folder: for pages; is made if there is none.
        rejects: folder for rejects files; the same to have them beside the pages.
        run: what decides about the outputs, as JSON: model, policy, format.
        resume: go on with what an earlier run left there.
        digest: SHA-256 of what is read of an input, to compare one whose state changed; None if it
            cannot be read.

    Raises:
        OutputError: another run is at work there, the folder has something else in it, or what is
            in it was made in another way.
    """

    def __init__(
        self,
        folder: str,
        rejects: str,
        run: Mapping[str, object],
        *,
        resume: bool,
        digest: Callable[[str], str | None],
    ) -> None:
        self._folder = folder
        self._rejects = rejects
        self._run = {**run, "rejects": os.path.relpath(rejects, folder)}
        self._resume = resume
        self._digest = digest
        self._locks: list[int] = []
        self._unchanged: set[str] = set()
        self._begun = 0

    def __enter__(self) -> Self:
        try:
            for folder in dict.fromkeys((self._folder, self._rejects)):
                with refusals(folder):
                    os.makedirs(folder, exist_ok=True)
                    self._locks += lock(folder)
                    prepare(folder, self._run, resume=self._resume)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        while self._locks:
            os.close(self._locks.pop())

    def is_finished(self, file: InputFile) -> bool:
        """Whether an earlier run finished a file.

        A file that was not read to its end then is not: what was wrong may have been mended.

        Raises:
            OutputError: the input is not what it was then.
        """
        page = self._page(file)
        then = _made_of(self._rejects_of(file)) if self._resume and os.path.lexists(page) else None
        if then is None:
            return False
        if file.place in self._unchanged or then[0] == FileState.now(file.path):
            return True
        digest = self._digest(file.path)
        if digest is not None and digest != then[1]:
            raise OutputError(
                f"{file.path}: is not what it was when {page} was made of it; "
                "remove that output to have it made anew, or name another folder"
            )
        # A file that was only copied or touched is the same file; one that is gone is no other.
        self._unchanged.add(file.place)
        return True

    def begin(self, file: InputFile) -> PendingPage:
        """New files for a page and its rejects."""
        self._begun += 1
        return PendingPage(
            _Place(self._folder, f"{self._begun}.page", self._page(file)),
            _Place(self._rejects, f"{self._begun}.rejects", self._rejects_of(file)),
        )

    def _page(self, file: InputFile) -> str:
        return os.path.join(self._folder, file.place)

    def _rejects_of(self, file: InputFile) -> str:
        return os.path.join(self._rejects, file.place + REJECTS_SUFFIX)


class _Place(NamedTuple):
    """Where an output is written, and where it belongs."""

    folder: str
    name: str
    final: str

    @property
    def temporary(self) -> str:
        return os.path.join(self.folder, STATE_FOLDER, self.name)

    def open(self) -> BinaryIO:
        return open(self.temporary, "wb")

    def put(self) -> None:
        """Gives the output its final name."""
        with refusals(self.final):
            os.makedirs(os.path.dirname(self.final), exist_ok=True)
            os.replace(self.temporary, self.final)


class PendingPage:
    """A page and its rejects that are being written; nothing of them is to be seen before `commit`.

    Attributes:
        kept: file for what is kept.
        rejects: file for the rejects.
    """

    def __init__(self, page: _Place, rejects: _Place) -> None:
        self._page = page
        self._rejects = rejects
        with refusals(page.final):
            self.kept = page.open()
            self.rejects = rejects.open()

    def commit(self) -> None:
        """Puts both in place; what is in them must have been written by all its writers.

        Raises:
            OutputError: a full disk; the page has not got its final name then, and is thrown away.
        """
        try:
            self._commit()
        except BaseException:
            self.discard()
            raise

    def _commit(self) -> None:
        with refusals(self._page.final):
            for file in (self.rejects, self.kept):
                file.flush()
                os.fsync(file.fileno())
                file.close()
        self._rejects.put()
        # Names may reach the disk in another order than they were given: after a power failure
        # there would be a page, and what was cut from it would be lost.
        _sync_folder(os.path.dirname(self._rejects.final))
        self._page.put()

    def discard(self) -> None:
        """Throws both away; after `commit` there is nothing to throw away."""
        for file, place in ((self.kept, self._page), (self.rejects, self._rejects)):
            with suppress(OSError):  # a buffer that a full disk does not take
                file.close()
            Path(place.temporary).unlink(missing_ok=True)


class Commits:
    """Puts pages in place while others are judged; a context manager that ends with the last one.

    To bring a small file to the disk takes longer than to judge it: about 13 ms
    for a page that takes 3, on a busy machine (2026-11-23).

    Attributes:
        done: pages that are in place.
        last: place of the last of them.
    """

    def __init__(self) -> None:
        self.done = 0
        self.last = ""
        self._threads = ThreadPoolExecutor(_COMMITTING_THREADS)
        self._under_way: deque[tuple[Future[None], str]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, error: type[BaseException] | None, _value: object, _traceback: object
    ) -> None:
        try:
            while self._under_way:
                with suppress(OutputError) if error is not None else nullcontext():
                    self._take_first()
        finally:
            self._threads.shutdown()

    def add(self, page: PendingPage, place: str) -> None:
        """Puts a page in place soon.

        Raises:
            OutputError: one that was added before could not be put in place.
        """
        self._under_way.append((self._threads.submit(page.commit), place))
        while self._under_way and (
            len(self._under_way) > _MOST_COMMITTING or self._under_way[0][0].done()
        ):
            self._take_first()

    def _take_first(self) -> None:
        future, place = self._under_way.popleft()
        future.result()
        self.done += 1
        self.last = place


@contextmanager
def refusals(name: str) -> Iterator[None]:
    """Turns errors of the system into ours.

    Raises:
        OutputError: whatever the system refuses.
    """
    try:
        yield
    except OSError as error:
        raise unwritable(name, error) from None


def _made_of(rejects: str) -> tuple[FileState, object] | None:
    """State of the input that rejects were made of and digest of what was read of it.

    None if the rejects are missing or damaged, or the input was not read to its end.
    """
    try:
        with open(rejects, "rb") as file:
            header = parsed(file.readline(_MOST_HEADER))
            file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL))
            tail = [parsed(line) for line in file.read().split(b"\n")[-3:-1]]
    except OSError:
        return None
    if header is None or len(tail) != 2 or tail[0] is None or tail[1] is None:
        return None
    state, read = header.get("file"), tail[0].get("input")
    if tail[1].get("type") != "footer" or tail[0].get("complete", True) is not True:
        return None
    if not isinstance(state, dict) or not isinstance(read, dict):
        return None
    return FileState(state.get("bytes", -1), state.get("mtime_ns", -1)), read.get("sha256")


def _sync_folder(folder: str) -> None:
    with suppress(OSError):  # where folders cannot be opened
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
