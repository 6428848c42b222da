"""Lists the files below some folders in one order, and where their outputs go. Opens none of them.

Several inputs are laid over each other: what is in a folder, and files that are named, stand at the
top of the output. Two that would get the same place there are refused before anything is written.

A link to a file is read like the file. Links to folders are not followed, unless one is named as an
input: a link that leads upwards would never end. What is neither file nor folder is left out.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from junkfilter.errors import InputFormatError, OutputError
from junkfilter.run_record import STATE_FOLDER

REJECTS_SUFFIX = ".rejects.jsonl"
_LONGEST_NAME = 255


class InputFile(NamedTuple):
    """A file that is read, and its place in the output tree.

    Attributes:
        path: as it is opened.
        place: relative path of the output, with `/`.
        bytes: size when it was listed.
    """

    path: str
    place: str
    bytes: int


class InputTree:
    """Files below some inputs, sorted by the parts of their places; iterates as often as needed.

    Args:
        inputs: files and folders.
        rejects_beside: each output has a rejects file beside it, whose name no input may have.

    Raises:
        InputFormatError: an input or a folder in it cannot be read.
        OutputError: two inputs would get the same place.
    """

    def __init__(self, inputs: Sequence[str], *, rejects_beside: bool = True) -> None:
        self._inputs = inputs
        self._beside = rejects_beside
        self._tell: Callable[[str], None] = _nobody

    def check(self, tell: Callable[[str], None]) -> None:
        """Goes through all inputs, so that whatever clashes is refused before anything is written.

        Args:
            tell: is told of what is left out.

        Raises:
            InputFormatError, OutputError: as the iteration does.
        """
        self._tell = tell
        for _ in self:
            pass
        self._tell = _nobody

    def __iter__(self) -> Iterator[InputFile]:
        under_way = [self._files("", self._top())]
        while under_way:
            found = next(under_way[-1], None)
            if found is None:
                under_way.pop()
            elif isinstance(found, InputFile):
                yield found
            else:
                under_way.append(self._files(*found))

    def _top(self) -> list[str]:
        """Paths that stand at the top of the output: named files, and what is in named folders."""
        paths: list[str] = []
        for path in self._inputs:
            if stat.S_ISDIR(_status(path).st_mode):
                paths += _entries(path)
            else:
                paths.append(path)
        return paths

    def _files(
        self, place: str, paths: Iterable[str]
    ) -> Iterator[InputFile | tuple[str, list[str]]]:
        """Files at one place of the output in order; a folder as its place and what is in it."""
        named: dict[str, list[str]] = {}
        for path in paths:
            named.setdefault(os.path.basename(path), []).append(path)
        for name in sorted(named):
            self._refuse_clash(place, name, named)
            first, *others = named[name]
            if _is_folder(first):
                inside = [entry for folder in (first, *others) for entry in _entries(folder)]
                yield f"{place}{name}/", inside
                continue
            size = self._size(first)
            if size is not None:
                yield InputFile(first, place + name, size)

    def _refuse_clash(self, place: str, name: str, named: dict[str, list[str]]) -> None:
        paths = named[name]
        if len(paths) > 1 and not all(map(_is_folder, paths)):
            raise OutputError(
                f"{paths[0]} and {paths[1]} would both be written to {place}{name}: "
                "name the folder that they are in, or another --output-dir for one of them"
            )
        if not place and name == STATE_FOLDER:
            raise OutputError(f"{paths[0]}: this name is needed in the output folder; rename it")
        if self._beside and name + REJECTS_SUFFIX in named:
            raise OutputError(
                f"{named[name + REJECTS_SUFFIX][0]} has the name of the rejects of {paths[0]}: "
                "name a folder for rejects with --rejects"
            )
        if len(os.fsencode(name + REJECTS_SUFFIX)) > _LONGEST_NAME:
            raise OutputError(f"{paths[0]}: the name of its rejects would be too long; rename it")

    def _size(self, path: str) -> int | None:
        """Bytes of a file; None if it is none, and then it is left out."""
        try:
            status = os.stat(path)
        except OSError:
            return 0  # a link that leads nowhere is reported when it is opened
        if stat.S_ISREG(status.st_mode):
            return status.st_size
        kind = "a link to a folder" if stat.S_ISDIR(status.st_mode) else "no regular file"
        self._tell(f"{path}: is {kind} and was left out")
        return None


def _nobody(_message: str) -> None:
    pass


def _is_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)


def _status(path: str) -> os.stat_result:
    try:
        return os.stat(path)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def _entries(folder: str) -> list[str]:
    try:
        return [os.path.join(folder, name) for name in os.listdir(folder)]
    except OSError as error:
        raise _unreadable(folder, error) from None


def _unreadable(path: str, error: Exception) -> InputFormatError:
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return InputFormatError(f"cannot be read: {reason}", path=path)
