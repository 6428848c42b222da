"""Reads plain text: a stream of bytes becomes pages, and bytes that are passed on as they are.

Judges nothing and drops nothing: the pieces' bytes, one after the other, are the stream.

Where a page ends is decided by the bytes alone (`page.page_extents`, separators), never by how they
were read. Character offsets count characters of the stream, each piece decoded by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from junkfilter.formats.blocks import BinaryStream, read_blocks
from junkfilter.formats.encodings import ONLY_UTF_8, UTF_8, Decoded, Encodings, judged_text
from junkfilter.formats.lots import Lot, Piece, Problem, Role
from junkfilter.formats.removals import JudgedPiece
from junkfilter.page import (
    MAX_PAGE_LINES,
    Cut,
    Extent,
    line_ends,
    long_line_extent,
    page_extents,
)

# As `grep` and `git` do: text has no NUL, and one look at the beginning is enough.
SNIFFED_BYTES = 8192
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class TextState(NamedTuple):
    """What of a stream's past a lot of text depends on.

    Attributes:
        continuation: a page of the same record came before it.
        after_return: the byte before it is a CR.
        in_long_line: it begins inside of an over-long line.
        binary: the stream was refused; it is no text.
    """

    continuation: bool = False
    after_return: bool = False
    in_long_line: bool = False
    binary: bool = False


@dataclass(frozen=True, slots=True)
class TextFormat:
    """How a stream of text is divided into pages.

    Attributes:
        separator: bytes that stand between pages; empty for none.
        by_line: every line is a page, given as soon as it has come.
        encodings: how pages are decoded, each by itself.
    """

    separator: bytes = b""
    by_line: bool = False
    encodings: Encodings = ONLY_UTF_8

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        return "text"

    @property
    def skips_broken(self) -> bool:
        """Nothing is broken text."""
        return False

    def lots(self, stream: BinaryStream) -> Iterator[Lot | None]:
        """The stream in lots of whole pages; None where it pauses."""
        return _Lots(self).of(stream)

    def pieces(self, lot: Lot) -> Iterator[Piece]:
        """The pages, separators and over-long lines of a lot.

        One by one: a lot of NULs under `-z` is a million pages, 350 MB as a list.
        """
        return _Pieces(self, lot).all()

    def carried_out(self, piece: Piece, cuts: Iterable[Cut]) -> JudgedPiece:
        """The ranges of bytes that go."""
        return judged_text(piece, cuts)

    @property
    def max_lines(self) -> int:
        """Most lines of a page."""
        return 1 if self.by_line else MAX_PAGE_LINES


PLAIN_TEXT = TextFormat()


class _Lots:
    """The parent's half: finds how far pages are certain, and counts what it passes by."""

    def __init__(self, text_format: TextFormat) -> None:
        self._format = text_format
        self._line = self._record = 1
        self._byte = 0
        self._state = TextState()

    def of(self, stream: BinaryStream) -> Iterator[Lot | None]:
        rest = b""
        for block in read_blocks(stream, eager=self._format.by_line):
            if not block:
                yield None
            elif self._state.binary:
                yield self._lot(block)
            else:
                data = rest + block
                refusal = self._refused_at(data)
                if refusal is None:
                    used = self._certain(data, final=False)
                else:
                    used = self._certain(data[: refusal[0]], final=False)
                if used.end:
                    yield self._lot(data[: used.end], used)
                rest = data[used.end :]
                if refusal is not None:
                    self._state = self._state._replace(binary=True)
                    yield self._lot(rest, problem=refusal[1])
                    rest = b""
        if rest:
            yield self._lot(rest, self._certain(rest, final=True))

    def _refused_at(self, data: bytes) -> tuple[int, Problem] | None:
        """Where the first sign of something else than text stands; pages before it are judged."""
        head = data[: max(0, SNIFFED_BYTES - self._byte)]
        if self._byte == 0 and head.startswith(_UTF16_MARKS):
            return 0, _refusal("this is UTF-16 text", "convert it first: iconv -f UTF-16 -t UTF-8")
        nul = -1 if self._format.separator == b"\0" else head.find(b"\0")
        if nul < 0:
            return None
        if _alternates(head):
            what = _refusal("this looks like UTF-16", "convert it first: iconv -f UTF-16 -t UTF-8")
        else:
            what = _refusal("this is binary data", "for pages between NUL bytes use -z")
        return nul, what

    def _certain(self, data: bytes, *, final: bool) -> _Certain:
        """What no further byte can change."""
        separator = self._format.separator
        start = records = 0
        continuation, in_long_line = self._state.continuation, self._state.in_long_line
        if separator:
            # The first fitting places from the left; those of `rsplit` differ for `--` in `---`.
            parts = data.split(separator)
            records = len(parts) - 1
            if records:
                start = len(data) - len(parts[-1])
                continuation = in_long_line = False
        end = start
        last = data if final else data[: len(data) - _begun(data, start, separator)]
        for extent in _extents(last, start, in_long_line, final, self._format.max_lines):
            continuation = not self._format.by_line and (continuation or extent.end > end)
            end, in_long_line = extent.end, not extent.closed
        return _Certain(end, records, continuation, in_long_line)

    def _lot(self, raw: bytes, used: _Certain | None = None, problem: Problem | None = None) -> Lot:
        lot = Lot(raw, self._byte, self._line, self._record, self._state, problem)
        # A CR at the end of a lot and an LF that begins the next are one physical line end.
        self._line += line_ends(raw, 0, len(raw))
        self._line -= self._state.after_return and raw.startswith(b"\n")
        self._byte += len(raw)
        after_return = raw.endswith(b"\r") if raw else self._state.after_return
        self._state = self._state._replace(after_return=after_return)
        if used is not None:
            self._record += used.records
            self._state = self._state._replace(
                continuation=used.continuation, in_long_line=used.in_long_line
            )
        return lot


class _Certain(NamedTuple):
    """How many bytes can be judged, how many separators are in them, and how they end."""

    end: int
    records: int
    continuation: bool
    in_long_line: bool


class _Pieces:
    """The worker's half: divides a lot, which ends where a piece ends, and decodes it."""

    def __init__(self, text_format: TextFormat, lot: Lot) -> None:
        self._format = text_format
        self._lot = lot
        self._state = lot.state if isinstance(lot.state, TextState) else TextState()
        self._line, self._record = lot.line, lot.record
        self._byte, self._char = lot.byte_start, 0
        self._continuation = self._state.continuation
        self._in_long_line = self._state.in_long_line
        self._after_return = self._state.after_return

    def all(self) -> Iterator[Piece]:
        data = self._lot.raw
        if self._state.binary:
            yield self._piece(data, Role.BINARY, 0)
            return
        separator = self._format.separator
        start = 0
        while True:
            found = data.find(separator, start) if separator else -1
            stop = found if found >= 0 else len(data)
            # Without a separator the lot is the page; a copy of it would cost as much as a read.
            record = data if (start, stop) == (0, len(data)) else data[start:stop]
            yield from self._record_pieces(record)
            if found < 0:
                return
            yield self._piece(separator, Role.SEPARATOR, line_ends(separator, 0, len(separator)))
            start = found + len(separator)
            self._record += 1
            self._continuation = self._in_long_line = False

    def _record_pieces(self, data: bytes) -> Iterator[Piece]:
        start = 0
        for extent in _extents(data, 0, self._in_long_line, True, self._format.max_lines):
            raw = data[start : extent.end]
            if raw:
                role = Role.TOO_LONG if extent.too_long else Role.PAGE
                goes_on = self._in_long_line and start == 0
                yield self._piece(raw, role, extent.lines, goes_on=goes_on)
                # A line-buffered line is a page of its own, as if it had been passed alone.
                self._continuation = not self._format.by_line
            start = extent.end

    def _piece(self, raw: bytes, role: Role, lines: int, *, goes_on: bool = False) -> Piece:
        if role is Role.PAGE:
            decoded = self._format.encodings.decode(raw)
        else:
            text = "" if role is Role.BINARY else raw.decode(UTF_8, "surrogateescape")
            decoded = Decoded(text, UTF_8)
        piece = Piece(
            raw,
            role,
            decoded.text if role is Role.PAGE else "",
            self._line,
            lines,
            self._byte,
            self._char,
            self._record,
            self._continuation,
            len(decoded.text),
            goes_on,
            encoding=decoded.encoding,
        )
        # A CR at the end of a page and an LF that begins a separator are one physical line end.
        self._line += lines - (self._after_return and raw.startswith(b"\n"))
        self._after_return = raw.endswith(b"\r")
        self._byte += len(raw)
        self._char += len(decoded.text)
        return piece


def _extents(
    data: bytes, start: int, in_long_line: bool, final: bool, max_lines: int
) -> Iterator[Extent]:
    """Where the pages of one record end, the rest of an over-long line before them.

    A part of an over-long line ends before an incomplete character, so that parts can be decoded
    each by itself and their characters add up.
    """
    if in_long_line:
        extent = _whole_characters(data, start, long_line_extent(data, start, final=final), final)
        yield extent
        if not extent.closed:
            return
        start = extent.end
    for extent in page_extents(data, start, final=final, max_lines=max_lines):
        yield _whole_characters(data, start, extent, final) if extent.too_long else extent
        start = extent.end


def _whole_characters(data: bytes, start: int, extent: Extent, final: bool) -> Extent:
    if extent.closed or final:
        return extent
    for end in range(extent.end - 1, max(start, extent.end - 4), -1):
        if data[end] >= 0xC0:  # the first byte of a character of several
            return extent._replace(end=end)
    return extent


def _refusal(what: str, advice: str) -> Problem:
    return Problem(f"{what} and was not judged", advice)


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
