"""Inputs on their way, and what takes them at its end. Judges and writes nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple, Protocol, TypeVar

from junkfilter.errors import InputFormatError
from junkfilter.formats.files import Source
from junkfilter.formats.lots import Format, Lot, Problem
from junkfilter.report import Counts


class Input(NamedTuple):
    """An input that was opened, and how it is divided into pages.

    Attributes:
        messages: what people may want to know when it is its turn.
    """

    source: Source
    format: Format
    messages: Sequence[str] = ()


Opener = Callable[[str], Input]


class Judgement(Protocol):
    """What becomes of a lot, as far as it is the same for all commands."""

    @property
    def counts(self) -> Counts:
        """What was found, in numbers."""

    @property
    def notices(self) -> Sequence[str]:
        """What people may want to know."""

    @property
    def problems(self) -> Sequence[Problem]:
        """Records that could not be parsed."""

    @property
    def characters(self) -> int:
        """Characters of the lot's text."""


Judged = TypeVar("Judged", bound=Judgement)
JudgedTaken = TypeVar("JudgedTaken", bound=Judgement, contravariant=True)
Judge = Callable[[Any, Format, str, Lot], Judged]


class Passage:
    """An input on its way.

    Args:
        path: as it was named.
        opened: None if it could not be opened.
        errors: what is wrong with the input as a whole.
        close: whether the source is closed at the end of the way.

    Attributes:
        name: for messages and rejects.
        status: of its file when it was opened; None if it is no file.
        counts: what was found so far.
        characters: how many the lots so far had.
        problems: records so far that could not be parsed.
        errors: what is wrong with the input as a whole.
        broken_off: nothing more of it is passed on.
    """

    def __init__(
        self, path: str, opened: Input | None, *errors: InputFormatError, close: bool = True
    ) -> None:
        self.path = path
        self.opened = opened
        self.name = path if opened is None else opened.source.name
        self.status = None if opened is None else _status(opened.source)
        self.counts = Counts()
        self.characters = 0
        self.problems = 0
        self.errors = list(errors)
        self.broken_off = False
        self._close = close

    @contextmanager
    def own_errors(self) -> Iterator[None]:
        """Makes an error of an input one of this passage, which breaks off there."""
        try:
            yield
        except InputFormatError as error:
            self.add_error(error)
            self.broken_off = True

    def add_error(self, error: InputFormatError) -> None:
        """Adds what is wrong with the input; reader and writer may both find it."""
        if str(error) not in map(str, self.errors):
            self.errors.append(error)

    def close(self) -> None:
        """Closes the source, if it is not somebody else's."""
        if self.opened is not None and self._close:
            self.opened.source.__exit__()

    @property
    def complete(self) -> bool:
        """Whether it was judged to its end; known when it has come there."""
        return not self.errors


class Receiver(Protocol[JudgedTaken]):
    """What takes inputs and what becomes of their lots, in order."""

    def begin(self, passage: Passage, opened: Input) -> None:
        """Takes an input that was opened.

        What this, `take` and `end` find wrong with the input they raise as an `InputFormatError`:
        the input then ends there, and others go on.
        """

    def take(self, passage: Passage, lot: Lot, judged: JudgedTaken) -> None:
        """Takes a lot; `passage.characters` is what came before it."""

    def end(self, passage: Passage) -> None:
        """Ends an input that was begun; what was wrong with it is in it."""

    def pause(self) -> None:
        """Lets everything so far reach its reader: the next lot may be long in coming."""


def opened(paths: Iterable[str], open_input: Opener) -> Iterator[Passage]:
    """Passages of inputs, which are opened one by one; also of those that cannot be opened."""
    for path in paths:
        try:
            passage = Passage(path, open_input(path))
        except InputFormatError as error:
            passage = Passage(path, None, error)
        yield passage


def _status(source: Source) -> os.stat_result | None:
    with suppress(OSError, ValueError):
        return os.fstat(source.fileno())
    return None
