"""Finds where the records of a WARC stream begin and end, from their lengths alone.

Reads no text and judges nothing; the extents, one after the other, are the stream. A record is
whole if `Content-Length` bytes after its header stand the two line ends that must follow it. Where
that is not so, everything up to the next line that begins a record right after an empty line is
one broken record. A block that quotes a WARC file does no harm: it is stepped over by its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from junkfilter.formats.lots import oversized
from junkfilter.formats.warc_records import MAX_HEAD_BYTES

_VERSION = b"WARC/1."
_BLANK = b"\r\n"
_END = b"\r\n\r\n"
_NEXT = _END + _VERSION
# Bounded, because each repetition of a group costs memory until the match is over.
_BLANKS = re.compile(rb"(?:\r\n){1,4096}")
_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_LENGTH = re.compile(rb"\r\ncontent-length:([^\r\n]*)(?=\r\n)", re.IGNORECASE)
# A longer number is no length of anything; `int` of a million digits takes minutes.
_MOST_DIGITS = 18
# Broken and large records are given in parts of this size, whatever the size of the reads: each is
# an object of the rejects if it is taken out.
PART_BYTES = 1 << 20
_CUT_OFF = "the input ends in the middle of it"


class Border(Enum):
    """What an extent of a WARC stream is."""

    RECORD = "record"
    BROKEN = "broken"
    LARGE = "large"
    BLANK = "blank"


class RecordExtent(NamedTuple):
    """Some bytes of a WARC stream.

    Attributes:
        border: a `Border.RECORD` is whole; other extents may be one of several of a record.
        length: in bytes.
        head: length of a whole record's header with its empty line, else 0.
        record: number of the record, 1-based.
        reason: why it is broken, on its first extent only.
    """

    border: Border
    length: int
    head: int
    record: int
    reason: str = ""


class _Fault(NamedTuple):
    """What is wrong with a record, and where the search for the next one begins."""

    reason: str
    search_from: int


class RecordBorders:
    """Takes a stream block by block and gives the extents that are certain.

    Args:
        max_record: a longer record is given in parts, as its bytes come, and never held.

    >>> borders = RecordBorders(max_record=1 << 20)
    >>> record = "WARC/1.0\\r\\nContent-Length: 6\\r\\n\\r\\n新闻\\r\\n\\r\\n".encode()  # "news"
    >>> borders.feed(record)
    >>> [(extent.border.value, extent.length, extent.head) for extent in borders.extents()]
    [('record', 41, 31)]
    """

    def __init__(self, *, max_record: int) -> None:
        self._max_record = max_record
        self._buffer = bytearray()
        self._position = 0
        self._searched = 0
        self._record = 0
        # Of a large record: bytes of it that have not come by yet.
        self._to_pass = 0
        self._reason = ""
        # Why the bytes at hand belong to no whole record; None while they may.
        self._broken: str | None = None

    def feed(self, data: bytes) -> None:
        """Takes the next bytes of the stream."""
        self._buffer += data

    def taken(self) -> bytes:
        """The bytes of all extents that were given since the last call; they are forgotten."""
        with memoryview(self._buffer) as view:
            raw = bytes(view[: self._position])
        del self._buffer[: self._position]
        self._searched = max(0, self._searched - self._position)
        self._position = 0
        return raw

    def extents(self, *, final: bool = False) -> Iterator[RecordExtent]:
        """The extents that no further byte can change.

        Args:
            final: nothing follows what was fed.
        """
        while self._position < len(self._buffer):
            extent = self._next(final)
            if extent is None:
                return
            self._position += extent.length
            yield extent

    def _next(self, final: bool) -> RecordExtent | None:
        if self._to_pass:
            return self._large(final)
        if self._broken is None:
            extent = self._whole(final)
            if not isinstance(extent, _Fault):
                return extent
            self._record += 1
            self._broken, self._searched = extent
        return self._until_next(final)

    def _whole(self, final: bool) -> RecordExtent | _Fault | None:
        """The whole record at hand, what is wrong with it, or None while it is not all there."""
        start = self._position
        opening = bytes(self._buffer[start : start + len(_VERSION)])
        blanks = _BLANKS.match(self._buffer, start)
        if blanks is not None:
            return RecordExtent(Border.BLANK, blanks.end() - start, 0, max(1, self._record))
        if not opening.startswith(_VERSION):
            may_come = not final and (_VERSION.startswith(opening) or opening == b"\r")
            return None if may_come else _Fault("no record begins here", start)
        end = self._buffer.find(_END, max(start, self._searched), start + MAX_HEAD_BYTES)
        if end < 0:
            self._searched = max(start, len(self._buffer) - len(_END))
            may_come = not final and len(self._buffer) - start < MAX_HEAD_BYTES
            return None if may_come else _Fault("its header has no end", start)
        header = bytes(self._buffer[start : end + len(_BLANK)])
        if _BARE.search(header):
            return _Fault("its header has bare line feeds", start)
        length = _content_length(header)
        if length is None:
            return _Fault("Content-Length is missing or no number", end)
        return self._framed(end + len(_END) - start, length, final)

    def _framed(self, head: int, block: int, final: bool) -> RecordExtent | _Fault | None:
        start, total = self._position, head + block + len(_END)
        if total > self._max_record:
            self._record += 1
            self._to_pass, self._reason = total, oversized(self._max_record)
            return self._large(final)
        block_start = start + head - len(_END)
        if total > len(self._buffer) - start:
            return _Fault(_CUT_OFF, block_start) if final else None
        if not self._buffer.startswith(_END, start + total - len(_END)):
            return _Fault("Content-Length does not fit", block_start)
        self._record += 1
        return RecordExtent(Border.RECORD, total, head, self._record)

    def _until_next(self, final: bool) -> RecordExtent | None:
        """The next part of a broken record, which ends where another begins after an empty line."""
        start, reason = self._position, self._broken or ""
        found = self._buffer.find(_NEXT, max(start, self._searched))
        if found >= 0:
            self._searched, length = found, found + len(_END) - start
        else:
            certain = len(self._buffer) - (0 if final else len(_NEXT) - 1)
            self._searched, length = max(start, certain), certain - start
            if length < PART_BYTES and not final:
                return None
        self._broken = None if found >= 0 and length <= PART_BYTES else ""
        return RecordExtent(Border.BROKEN, min(length, PART_BYTES), 0, self._record, reason)

    def _large(self, final: bool) -> RecordExtent | None:
        """The next part of a record that is too large to be held."""
        there = len(self._buffer) - self._position
        reason, self._reason = self._reason, ""
        wanted = min(PART_BYTES, self._to_pass - len(_END))
        if wanted > 0 and there > wanted:
            self._to_pass -= wanted
            return RecordExtent(Border.LARGE, wanted, 0, self._record, reason)
        if wanted > 0 and final:
            self._to_pass = 0
            return RecordExtent(Border.LARGE, there, 0, self._record, reason or _CUT_OFF)
        if wanted > 0 or (there < len(_END) and not final):
            self._reason = reason
            return None
        self._to_pass = 0
        if self._buffer.startswith(_END, self._position):
            return RecordExtent(Border.LARGE, len(_END), 0, self._record, reason)
        # Its length was wrong as well; that it is not judged has been said.
        self._broken = ""
        self._searched = self._position
        return self._until_next(final)


def _content_length(head: bytes) -> int | None:
    """The one length that a header declares.

    >>> _content_length(b"WARC/1.0\\r\\nContent-Length: 12\\r\\n\\r\\n")
    12
    """
    found = [value.strip(b" \t") for value in _LENGTH.findall(head)]
    if len(found) != 1 or not found[0].isdigit() or len(found[0]) > _MOST_DIGITS:
        return None
    return int(found[0])
