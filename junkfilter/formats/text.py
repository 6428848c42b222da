"""Reads plain text: a stream of bytes becomes pages, and bytes that are passed on as they are.

Judges nothing and drops nothing: the pieces' bytes, one after the other, are the stream.

Where a page ends is decided by the bytes alone (`page.page_extents`, separators), never by how they
were read. Character offsets count characters of the stream, each piece decoded by itself.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from junkfilter.errors import InputFormatError, JunkfilterError
from junkfilter.formats.blocks import BinaryStream, read_blocks
from junkfilter.page import (
    MAX_PAGE_LINES,
    Extent,
    line_ends,
    long_line_extent,
    page_extents,
)

STANDARD_INPUT = "<stdin>"
# As `grep` and `git` do: text has no NUL, and one look at the beginning is enough.
SNIFFED_BYTES = 8192
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|(.?))", re.DOTALL)
_ESCAPED = {"n": b"\n", "t": b"\t", "r": b"\r", "f": b"\f", "0": b"\0", "\\": b"\\"}


class Role(Enum):
    """What a piece of a stream is."""

    PAGE = "page"
    SEPARATOR = "separator"
    TOO_LONG = "too-long"
    BINARY = "binary"


class Piece(NamedTuple):
    """Some bytes of a stream and where they stand.

    Attributes:
        raw: the bytes.
        role: only a `Role.PAGE` is judged.
        text: a page's text; empty for other roles.
        line: physical line of the stream in which it begins, 1-based.
        lines: number of line ends in it.
        byte_start: offset in the stream.
        char_start: offset in the stream's text.
        record: number of the page between separators that it belongs to, 1-based.
        continuation: something of the same record came before it.
    """

    raw: bytes
    role: Role
    text: str
    line: int
    lines: int
    byte_start: int
    char_start: int
    record: int
    continuation: bool


@dataclass(frozen=True, slots=True)
class TextFormat:
    """How a stream of text is divided into pages.

    Attributes:
        separator: bytes that stand between pages; empty for none.
        by_line: every line is a page, given as soon as it has come.
    """

    separator: bytes = b""
    by_line: bool = False


class TextReader:
    """Iterates over the pieces of a stream; None where the stream pauses.

    Attributes:
        refusal: after the last piece, why the stream was passed on unjudged; None if it was not.
        too_long: number of over-long lines so far.

    >>> import io
    >>> reader = TextReader(io.BytesIO("甲\\0乙".encode()), TextFormat(separator=b"\\0"))  # A, B
    >>> [(piece.role.value, piece.record) for piece in reader]
    [('page', 1), ('separator', 1), ('page', 2)]
    """

    def __init__(
        self,
        stream: BinaryStream,
        text_format: TextFormat | None = None,
        *,
        name: str = STANDARD_INPUT,
    ) -> None:
        self.name = name
        self.refusal: JunkfilterError | None = None
        self.too_long = 0
        self._stream = stream
        self._format = text_format or TextFormat()
        self._line = self._record = 1
        self._byte = self._char = 0
        self._after_return = False
        self._continuation = False
        self._long: codecs.IncrementalDecoder | None = None

    def __iter__(self) -> Iterator[Piece | None]:
        rest = b""
        for block in read_blocks(self._stream, eager=self._format.by_line):
            if not block:
                yield None
            elif self.refusal is not None:
                yield self._piece(block, Role.BINARY, 0)
            else:
                rest = yield from self._judged_or_refused(rest + block)
        yield from self._split(rest, final=True)

    def _judged_or_refused(self, data: bytes) -> Generator[Piece, None, bytes]:
        """Gives the pieces that are certain, returns the bytes that are not yet."""
        nul = self._offset_of_refusal(data)
        used = yield from self._split(data if nul is None else data[:nul], final=False)
        if nul is None:
            return data[used:]
        yield self._piece(data[used:], Role.BINARY, 0)
        return b""

    def _offset_of_refusal(self, data: bytes) -> int | None:
        """Where the first sign of something else than text stands; pages before it are judged."""
        head = data[: max(0, SNIFFED_BYTES - self._byte)]
        if self._byte == 0 and head.startswith(_UTF16_MARKS):
            self._refuse("this is UTF-16 text", "convert it first: iconv -f UTF-16 -t UTF-8")
            return 0
        nul = -1 if self._format.separator == b"\0" else head.find(b"\0")
        if nul < 0:
            return None
        if _alternates(head):
            self._refuse("this looks like UTF-16", "convert it first: iconv -f UTF-16 -t UTF-8")
        else:
            self._refuse("this is binary data", "for pages between NUL bytes use -z")
        return nul

    def _refuse(self, what: str, advice: str) -> None:
        self.refusal = InputFormatError(f"{what} and was not judged", path=self.name, advice=advice)

    def _split(self, data: bytes, *, final: bool) -> Generator[Piece, None, int]:
        """Gives pieces that no further byte can change, returns how many bytes they use.

        One by one: a block of NULs under `-z` is a million pages, 350 MB as a list.
        """
        separator = self._format.separator
        start = 0
        while True:
            found = data.find(separator, start) if separator else -1
            stop = found if found >= 0 else len(data)
            if found < 0 and not final:
                stop -= _begun(data, start, separator)
            start += yield from self._split_record(data[start:stop], found >= 0 or final)
            if found < 0:
                return start
            ends = line_ends(separator, 0, len(separator))
            yield self._piece(separator, Role.SEPARATOR, ends)
            start = found + len(separator)
            self._record += 1
            self._continuation = False

    def _split_record(self, data: bytes, final: bool) -> Generator[Piece, None, int]:
        """Gives what is certain of one record's bytes, returns how many bytes that is."""
        start = 0
        if self._long is not None:
            start = yield from self._given(data, 0, long_line_extent(data, 0, final=final))
            if self._long is not None:
                return start
        max_lines = 1 if self._format.by_line else MAX_PAGE_LINES
        for extent in page_extents(data, start, final=final, max_lines=max_lines):
            if extent.too_long:
                self.too_long += 1
                self._long = codecs.getincrementaldecoder("utf-8")("surrogateescape")
            start = yield from self._given(data, start, extent)
        return start

    def _given(self, data: bytes, start: int, extent: Extent) -> Generator[Piece, None, int]:
        raw = data[start : extent.end]
        role = Role.TOO_LONG if extent.too_long else Role.PAGE
        if raw:
            yield self._piece(raw, role, extent.lines)
            # A line-buffered line is a page of its own, as if it had been passed alone.
            self._continuation = not self._format.by_line
        if extent.closed:
            self._long = None
        return extent.end

    def _piece(self, raw: bytes, role: Role, lines: int) -> Piece:
        if role is Role.TOO_LONG and self._long is not None:
            text = self._long.decode(raw)
        elif role is Role.BINARY:
            text = ""
        else:
            text = raw.decode("utf-8", "surrogateescape")
        piece = Piece(
            raw,
            role,
            text if role is Role.PAGE else "",
            self._line,
            lines,
            self._byte,
            self._char,
            self._record,
            self._continuation,
        )
        # A CR at the end of a page and an LF that begins a separator are one physical line end.
        self._line += lines - (self._after_return and raw.startswith(b"\n"))
        self._after_return = raw.endswith(b"\r")
        self._byte += len(raw)
        self._char += len(text)
        return piece


def parse_separator(escaped: str) -> bytes:
    r"""The bytes that a separator written on a command line stands for.

    Args:
        escaped: a literal string, with the escapes \n \t \r \f \0 \\ and \xNN.

    Raises:
        InputFormatError: an unknown escape.

    >>> parse_separator(r"\n---\x0c")
    b'\n---\x0c'
    """
    separator = b""
    position = 0
    for escape in _ESCAPE.finditer(escaped):
        separator += os_bytes(escaped[position : escape.start()])
        digits, letter = escape.groups()
        if digits is None and letter not in _ESCAPED:
            raise InputFormatError(
                f"unknown escape {escape.group()!r} in the page separator",
                advice=r"known are \n \t \r \f \0 \\ and \xNN",
            )
        separator += bytes([int(digits, 16)]) if digits is not None else _ESCAPED[letter]
        position = escape.end()
    return separator + os_bytes(escaped[position:])


def os_bytes(argument: str) -> bytes:
    """The bytes of a command-line argument, invalid UTF-8 included."""
    return argument.encode("utf-8", "surrogateescape")


def _begun(data: bytes, start: int, separator: bytes) -> int:
    """How many bytes at the end of the data may be the beginning of a separator."""
    for length in range(min(len(separator) - 1, len(data) - start), 0, -1):
        if data.endswith(separator[:length], start):
            return length
    return 0


def _alternates(head: bytes) -> bool:
    """NULs stand at even or at odd places only: the ASCII characters of UTF-16 text."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    return (even == 0) != (odd == 0) and even + odd >= 2
