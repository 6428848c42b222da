"""Finds where the records of a table end, on bytes; the parent's half of reading CSV and TSV.

A field that begins with a quote reaches to the lone quote before the next delimiter or line end,
over line ends and doubled quotes. If something else follows that quote, or no lone quote comes, the
first one is a character like any other. Only over `max_record` a quote always reaches to the next
lone one: the record is then passed on, and nobody has to wait for its end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from junkfilter.formats.blocks import BinaryStream, read_blocks
from junkfilter.formats.lots import Lot, Problem
from junkfilter.formats.records import BYTE_ORDER_MARK, Part, RecordState
from junkfilter.page import line_ends

_QUOTE = b'"'
# Possessive: whatever the text, nothing is read twice.
_QUOTED = re.compile(rb'"(?:[^"]++|"")*+"')
_INSIDE = re.compile(rb'(?:[^"]++|"")*+')
_LINE_END = re.compile(rb"\r\n|\n|\r")


class Value(NamedTuple):
    """A field of a record.

    Attributes:
        start: first byte of its content, after the quote if there is one.
        end: end of its content, exclusive.
        quoted: quotes stand around it, and doubled ones in it are one.
    """

    start: int
    end: int
    quoted: bool


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written.

    Attributes:
        delimiter: one byte.
        max_record: bytes of a record, its line end included, beyond which it is passed on.
    """

    delimiter: bytes
    max_record: int

    def record(self, data: bytes, start: int) -> tuple[list[Value], int]:
        r"""The fields of the record that begins at an offset, and where it ends, line end included.

        >>> Dialect(b",", 1 << 20).record('1,"新""闻"\n2'.encode(), 0)  # "news"
        ([Value(start=0, end=1, quoted=False), Value(start=3, end=11, quoted=True)], 13)
        """
        values: list[Value] = []
        plain = _plain(self.delimiter)
        while True:
            end = (
                self.quoted_end(data, start, final=True) if data[start : start + 1] == _QUOTE else 0
            )
            if end:
                values.append(Value(start + 1, max(start + 1, end - 1), True))
                start = end
            found = plain.match(data, start)
            stop = start if found is None else found.end()
            if not end:
                values.append(Value(start, stop, False))
            if data[stop : stop + 1] != self.delimiter:
                line_end = _LINE_END.match(data, stop)
                return values, stop if line_end is None else line_end.end()
            start = stop + 1

    def quoted_end(self, data: bytes, start: int, *, final: bool) -> int | None:
        """Where a field ends that begins with a quote; 0 if it is not quoted, None if not certain.

        Args:
            data: the bytes.
            start: offset of the quote.
            final: nothing follows the data.
        """
        found = _QUOTED.match(data, start)
        if found is None:
            return (len(data) if len(data) - start > self.max_record else 0) if final else None
        end = found.end()
        if end == len(data) and not final:  # the quote may become a doubled one
            return None
        closed = end == len(data) or data[end : end + 1] in (self.delimiter, b"\r", b"\n")
        return end if closed or end - start > self.max_record else 0


@cache
def _plain(delimiter: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"[^\r\n" + re.escape(delimiter) + rb"]*+")


@cache
def _opening(delimiter: bytes) -> re.Pattern[bytes]:
    """A quote that begins a field, but for the first of the data."""
    return re.compile(rb"(?<=[\r\n" + re.escape(delimiter) + rb'])"')


@cache
def _event(delimiter: bytes) -> re.Pattern[bytes]:
    """What ends a record or begins a quoted field."""
    return re.compile(rb"[\r\n]|(?<=" + re.escape(delimiter) + rb')"')


class Certain(NamedTuple):
    """What no further byte can change.

    Attributes:
        end: bytes of whole records.
        records: how many these are.
        quote: offset of a quote of which it is not known how far it reaches; -1 for none.
    """

    end: int
    records: int
    quote: int


class DelimitedLots:
    """Lots of records of a table.

    Args:
        dialect: how it is written.
        resolve: from the first record, or what came of it, to the columns, or a problem.
        eager: give what there is at once instead of waiting a moment for a full block.
    """

    def __init__(
        self,
        dialect: Dialect,
        resolve: Callable[[bytes], RecordState | Problem],
        *,
        eager: bool = False,
    ) -> None:
        self._dialect = dialect
        self._resolve = resolve
        self._eager = eager
        self._state: RecordState | None = None
        self._line = self._record = 1
        self._byte = 0
        self._after_return = False
        self._in_quote = False
        self._in_oversized = False
        self._waits = False

    def of(self, stream: BinaryStream) -> Iterator[Lot | None]:
        """The lots of a stream; None where it pauses."""
        rest = b""
        for block in read_blocks(stream, eager=self._eager):
            if not block:
                yield None
            elif self._only_waits(rest, block):
                rest += block
            else:
                rest = yield from self._add(rest + block, final=False)
        yield from self._add(rest, final=True)

    def _only_waits(self, rest: bytes, block: bytes) -> bool:
        """Whether the bytes so far wait for a quote that is not in the block.

        A slow pipe under a quote that is never closed would be read from there again and again.
        """
        if not self._waits or _QUOTE in block or rest.endswith(_QUOTE):
            return False
        return len(rest) + len(block) <= self._dialect.max_record

    def _add(self, data: bytes, *, final: bool) -> Generator[Lot, None, bytes]:
        """Gives what is certain, returns what is not."""
        if self._state is not None and self._state.refused:
            if data:
                yield self._lot(data, 0, self._state)
            return b""
        if self._in_oversized:
            end, last = self._oversized_end(data, final=final)
            if end:
                yield self._part(data[:end], last=last)
            if not last:
                return data[end:]
            data = data[end:]
        certain = self.certain(data, final=final)
        if self._state is None and data:
            yield from self._begun(data, certain, final=final)
            if self._state is not None and self._state.refused:
                return b""
        if certain.end:
            yield self._lot(data[: certain.end], certain.records, self._state or RecordState())
            self._state = self._state and self._state._replace(header=False)
        rest = data[certain.end :]
        self._waits = certain.quote >= 0
        if not final and self._exceeds(data, certain):
            self._in_quote = certain.quote >= 0
            yield self._part(rest, last=False)
            return b""
        return rest

    def _begun(self, data: bytes, certain: Certain, *, final: bool) -> Iterator[Lot]:
        """Finds the columns as soon as the first record is known; a lot if there are none."""
        if not (certain.records or final or self._exceeds(data, certain)):
            return
        found = self._resolve(data)
        if isinstance(found, Problem):
            self._state = RecordState(refused=True)
            yield self._lot(data, 0, self._state, found)
        else:
            self._state = found

    def _exceeds(self, data: bytes, certain: Certain) -> bool:
        start = certain.end if certain.quote < 0 else certain.quote
        return len(data) - start > self._dialect.max_record

    def certain(self, data: bytes, *, final: bool) -> Certain:
        """How far records are whole, in data that begins with one."""
        at_start = (
            len(BYTE_ORDER_MARK) if self._byte == 0 and data.startswith(BYTE_ORDER_MARK) else 0
        )
        plain_from = position = at_start
        end = records = 0
        while True:
            if position == at_start and data[position : position + 1] == _QUOTE:
                quote = position
            else:
                found = _opening(self._dialect.delimiter).search(data, position)
                quote = found.start() if found else -1
            reach = self._dialect.quoted_end(data, quote, final=final) if quote >= 0 else None
            if reach == 0:
                position = quote + 1
                continue
            stop = quote if quote >= 0 else len(data)
            if quote < 0 and not final and data.endswith(b"\r"):
                stop = max(plain_from, stop - 1)
            count = line_ends(data, plain_from, stop)
            if count:
                records += count
                newline = data.rfind(b"\n", plain_from, stop)
                end = max(newline, data.rfind(b"\r", max(plain_from, newline), stop)) + 1
            if quote < 0 or reach is None:
                break
            plain_from = position = reach
        if final and end < len(data):
            return Certain(len(data), records + 1, -1)
        return Certain(end, records, quote)

    def _oversized_end(self, data: bytes, *, final: bool) -> tuple[int, bool]:
        """How much of the data belongs to the record that is too large, and whether it ends."""
        position = 0
        while True:
            if self._in_quote:
                found = _INSIDE.match(data, position)
                position = position if found is None else found.end()
                if position + 1 >= len(data) and not final:
                    return position, False
                if position == len(data):
                    return position, True
                position += 1
                self._in_quote = False
            event = _event(self._dialect.delimiter).search(data, position)
            if event is None:
                keep = not final and data.endswith(self._dialect.delimiter)
                return len(data) - keep, final
            if event.group() == _QUOTE:
                self._in_quote = True
                position = event.end()
                continue
            line_end = _LINE_END.match(data, event.start())
            end = event.end() if line_end is None else line_end.end()
            if event.group() == b"\r" and end == len(data) and not final:
                return event.start(), False
            return end, True

    def _lot(
        self, raw: bytes, records: int, state: RecordState, problem: Problem | None = None
    ) -> Lot:
        lot = Lot(raw, self._byte, self._line, self._record, state, problem)
        self._pass(raw)
        self._record += records
        return lot

    def _part(self, raw: bytes, *, last: bool) -> Lot:
        """A part of a record that is too large."""
        part = Part.REST if self._in_oversized else Part.OVERSIZED
        lot = Lot(raw, self._byte, self._line, self._record, RecordState(part))
        self._pass(raw)
        self._record += last
        self._in_oversized = not last
        return lot

    def _pass(self, raw: bytes) -> None:
        # A CR and an LF that come in two parts are one line end.
        self._line += line_ends(raw, 0, len(raw)) - (self._after_return and raw.startswith(b"\n"))
        self._after_return = raw.endswith(b"\r")
        self._byte += len(raw)
