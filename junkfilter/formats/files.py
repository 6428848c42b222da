"""Opens, compares and replaces files. Knows nothing of what is in them."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from junkfilter.errors import InputFormatError, OutputError
from junkfilter.formats.blocks import readiness
from junkfilter.formats.compression import Decompressed, detected, has_dictionary, may_become
from junkfilter.formats.lots import STANDARD_INPUT

_HEAD_BYTES = 1 << 16
# How long a peek waits for more than it has.
_PAUSE_MILLISECONDS = 20


@dataclass(frozen=True, slots=True)
class Identity:
    """What a file is, whatever it is called: symlinks and hard links have the same identity."""

    device: int
    inode: int
    mode: int

    @classmethod
    def of(cls, place: str | int) -> Identity | None:
        """Identity of a path or an open descriptor; None if there is no such thing."""
        try:
            status = os.stat(place)
        except (OSError, ValueError):  # ValueError: a NUL in the path
            return None
        return cls(status.st_dev, status.st_ino, status.st_mode)

    def clashes(self, other: Identity | None) -> bool:
        """True if writing to one would change the other, or mix two outputs in it.

        Terminals and `/dev/null` bear being named twice.
        """
        return (
            other is not None
            and (self.device, self.inode) == (other.device, other.inode)
            and not stat.S_ISCHR(self.mode)
        )


class Source:
    """An input: reads like a file, and keeps an error of the system instead of raising it.

    Attributes:
        name: for messages and rejects.
        file: what is read, unbuffered.
        error: why reading stopped early; what came before it is still used.
    """

    def __init__(self, path: str) -> None:
        """Opens a file; `-` is standard input. Nothing is read yet.

        Raises:
            InputFormatError: it cannot be opened: missing, a directory, not allowed.
        """
        self.name = STANDARD_INPUT if path == "-" else path
        self.error: InputFormatError | None = None
        self._compression = ""
        self._head: bytes | None = None
        self._decoded: Decompressed | None = None
        try:
            # Unbuffered: one read is one system call and never waits for more than there is.
            if path == "-":
                if sys.stdin is None:  # else 0 may by now be any file that was opened since
                    raise OSError(errno.EBADF, "standard input is closed")
                self.file: BinaryIO = open(0, "rb", buffering=0, closefd=False)  # noqa: SIM115
            else:
                self.file = open(path, "rb", buffering=0)  # noqa: SIM115
        except (OSError, ValueError) as error:
            raise _unreadable(self.name, error) from None

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_error: object) -> None:
        self.file.close()

    def fileno(self) -> int:
        """Descriptor, to wait for data."""
        return self.file.fileno()

    def seekable(self) -> bool:
        """Whether it can be read twice."""
        return self.file.seekable()

    @property
    def compression(self) -> str:
        """`gz`, `bz2`, `xz` or `zst` by the first bytes, else empty; what is read is decoded.

        Waits for the first byte if nothing was read yet.
        """
        if self._head is None:
            self._recognise()
        return self._compression

    def read(self, size: int, /) -> bytes | None:
        """Decoded bytes as they come; none at the end and after an error."""
        if self._head is None:
            self._recognise()
        if self._head:
            data, self._head = self._head[:size], self._head[size:]
            return data
        return self._read_on(size)

    def peek(self, size: int) -> bytes:
        """The first decoded bytes, as many as the stream gives before it pauses; read again later.

        Waits for the first byte, and for more only while a line or a compression is undecided.

        Raises:
            JunkfilterError: a package that decodes it is not installed.
        """
        if self._head is None:
            self._recognise()
        head = self._head or b""
        wait = readiness(self)
        while len(head) < size and (not head or wait(_PAUSE_MILLISECONDS)):
            data = self._read_on(size - len(head))
            if not data:
                break
            head += data
        self._head = head
        return head[:size]

    def _recognise(self) -> None:
        """Reads as far as it takes to tell the compression."""
        head = b""
        while not head or may_become(head):
            data = self._read_raw(_HEAD_BYTES)
            if data is None:  # a descriptor that somebody made non-blocking
                readiness(self)(None)
            elif not data:
                break
            head += data or b""
        self._head = head
        self._compression = detected(head)
        if has_dictionary(head):
            self.error = InputFormatError(
                "this is Zstandard with a dictionary and was not judged",
                path=self.name,
                advice="decompress it first",
            )
        if self._compression:
            self._decoded = Decompressed(_Rest(head, self._read_raw).read, self._compression)
            self._head = b""

    def _read_on(self, size: int) -> bytes | None:
        if self._decoded is None:
            return self._read_raw(size)
        data = self._decoded.read(size)
        if data == b"" and self._decoded.error and self.error is None:
            self.error = InputFormatError(self._decoded.error, path=self.name)
        return data

    def _read_raw(self, size: int, /) -> bytes | None:
        try:
            return self.file.read(size)
        except OSError as error:
            self.error = _unreadable(self.name, error)
            return b""


class _Rest:
    """Bytes that were read already, then those that follow."""

    def __init__(self, head: bytes, read: Callable[[int], bytes | None]) -> None:
        self._head = head
        self._read = read

    def read(self, size: int, /) -> bytes | None:
        if not self._head:
            return self._read(size)
        data, self._head = self._head[:size], self._head[size:]
        return data


def refuse_overwriting(inputs: Iterable[str], outputs: Iterable[tuple[str, str | int]]) -> None:
    """Checks before anything is written that no output is an input or another output.

    Args:
        inputs: paths; `-` is standard input.
        outputs: what each is called, and its path or descriptor.

    Raises:
        OutputError: two of them are one file.
    """
    places: list[tuple[str, str | int]] = [
        (STANDARD_INPUT, 0) if path == "-" else (path, path) for path in inputs
    ]
    for name, place in outputs:
        identity = Identity.of(place)
        if identity is not None:
            for other_name, other in places:
                # A pipe or socket that is both read and written is a connection, not a file.
                if identity.clashes(Identity.of(other)) and stat.S_ISREG(identity.mode):
                    raise OutputError(
                        f"{other_name} is both input and output ({name}): nothing was read or "
                        "written by junkfilter; write to another file and rename it"
                    )
        places.append((name, place))


def open_output(path: str) -> BinaryIO:
    """A file to write, truncated.

    Raises:
        OutputError: it cannot be opened.
    """
    try:
        return open(path, "wb")
    except (OSError, ValueError) as error:
        raise unwritable(path, error) from None


@contextlib.contextmanager
def replacement(path: str) -> Iterator[BinaryIO]:
    """A temporary file beside a path; takes its place when the block ends without an error.

    What is not a regular file (`/dev/stdout`, a named pipe) is written directly.
    """
    identity = Identity.of(path)
    if identity is not None and not stat.S_ISREG(identity.mode):
        with open_output(path) as output:
            yield output
        return
    with Replacement(path) as temporary:
        yield temporary.file
        temporary.commit()


class Replacement:
    """New content for a file, written beside it: visible all at once or not at all.

    A symlink is followed, so that it stays one. Mode and, where the system allows it, owner of an
    existing file are kept. Without `commit` nothing happens.

    Raises:
        OutputError: the folder cannot be written, or the file is a device or a pipe.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._target = os.path.realpath(path)
        identity = Identity.of(self._target)
        if identity is not None and not stat.S_ISREG(identity.mode):
            raise OutputError(f"{path}: is no regular file and cannot be replaced")
        try:
            descriptor, self._temporary = tempfile.mkstemp(
                prefix=".junkfilter-", dir=os.path.dirname(self._target)
            )
        except (OSError, ValueError) as error:
            raise unwritable(path, error) from None
        self.file: BinaryIO = os.fdopen(descriptor, "wb")

    def __enter__(self) -> Replacement:
        return self

    def __exit__(self, *_error: object) -> None:
        self.discard()

    def discard(self) -> None:
        """Forgets the new content; after `commit` there is nothing to forget."""
        with contextlib.suppress(OSError):
            self.file.close()
        Path(self._temporary).unlink(missing_ok=True)

    def finish(self) -> None:
        """Ends the writing: the new content reaches the disk, but is not in place yet."""
        if self.file.closed:
            return
        try:
            self.file.flush()
            self._copy_mode()
            os.fsync(self.file.fileno())
            self.file.close()
        except OSError as error:
            raise unwritable(self.path, error) from None

    def commit(self) -> None:
        """Puts the new content in place."""
        self.finish()
        try:
            os.replace(self._temporary, self._target)
        except OSError as error:
            raise unwritable(self.path, error) from None

    def _copy_mode(self) -> None:
        try:
            status = os.stat(self._target)
        except FileNotFoundError:
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(self._temporary, 0o666 & ~umask)
            return
        with contextlib.suppress(OSError):  # only root may give a file away
            os.chown(self._temporary, status.st_uid, status.st_gid)
        os.chmod(self._temporary, stat.S_IMODE(status.st_mode))


def unwritable(name: str, error: Exception) -> OutputError:
    """The error for an output that the system refuses."""
    return OutputError(f"{name}: cannot be written: {_reason(error)}")


def _unreadable(name: str, error: Exception) -> InputFormatError:
    return InputFormatError(f"cannot be read: {_reason(error)}", path=name)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
