"""What formats of records share: judged texts as one page, and lines as records.

Knows neither JSON nor CSV.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from junkfilter.formats.blocks import BinaryStream, read_blocks
from junkfilter.formats.lots import Field, Lot, Piece, Role
from junkfilter.page import Cut, line_ends

# Stands between the fields of a record, so that each begins a line; belongs to none of them.
JOINT = "\n"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Part(Enum):
    """What of a record a lot holds."""

    WHOLE = "whole"
    OVERSIZED = "oversized"
    REST = "rest"


class RecordState(NamedTuple):
    """What of a stream's past a lot of records depends on.

    Attributes:
        part: `WHOLE` for whole records; else the lot is the first or a further part of one record
            that is too large.
        columns: numbers of the judged columns, 0-based, in order; empty where there are no columns.
        url: number of the column of the page's address; -1 for none.
        header: the first record has the names of the columns.
        refused: the stream was refused.
    """

    part: Part = Part.WHOLE
    columns: tuple[int, ...] = ()
    url: int = -1
    header: bool = False
    refused: bool = False


class RecordPlace:
    """Where in a stream the next piece begins.

    Args:
        lot: the lot that is divided.
    """

    def __init__(self, lot: Lot) -> None:
        self._byte = lot.byte_start
        self._line = lot.line
        self._record = lot.record

    def piece(
        self,
        raw: bytes,
        role: Role,
        lines: int,
        text: str = "",
        *,
        fields: tuple[Field, ...] = (),
        url: str = "",
        encoding: str = "utf-8",
        reason: str = "",
        goes_on: bool = False,
    ) -> Piece:
        """The record that comes next; `lines` is its number of line ends."""
        piece = Piece(
            raw, role, text, self._line, lines, self._byte, 0, self._record, False, 0, goes_on,
            fields, url, encoding, reason,
        )  # fmt: skip
        self._byte += len(raw)
        self._line += lines
        self._record += 1
        return piece


def joined(
    texts: Iterable[tuple[str, str, int, int]],
) -> tuple[str, tuple[Field, ...]]:
    """Several texts of a record as one page, and where each is; empty ones are left out.

    Args:
        texts: of each its field's name, the text, and where its bytes begin and end in the record.

    >>> joined([("title", "标题", 0, 6), ("text", "正文", 9, 15)])[0]  # "title", "body"
    '标题\\n正文'
    """
    fields: list[Field] = []
    parts: list[str] = []
    position = 0
    for name, text, raw_start, raw_end in texts:
        if text:
            fields.append(Field(name, position, position + len(text), raw_start, raw_end))
            parts.append(text)
            position += len(text) + len(JOINT)
    return JOINT.join(parts), tuple(fields)


def kept_texts(piece: Piece, cuts: Sequence[Cut]) -> dict[str, str]:
    """What stays of each judged text, by the name of its field."""
    kept: dict[str, str] = {}
    ordered = sorted((cut.start, cut.end) for cut in cuts)
    for field in piece.fields:
        parts: list[str] = []
        position = field.start
        for start, end in ordered:
            parts.append(piece.text[position : min(max(start, position), field.end)])
            position = max(position, min(end, field.end))
        parts.append(piece.text[position : field.end])
        kept[field.name] = "".join(parts)
    return kept


class LineLots:
    """Lots of records that end at LF, whatever is in them.

    Args:
        max_record: bytes of a record, its line end included, beyond which it is passed on in parts.
        eager: give what there is at once instead of waiting a moment for a full block.
    """

    def __init__(self, max_record: int, *, eager: bool = False) -> None:
        self._max_record = max_record
        self._eager = eager
        self._line = self._record = 1
        self._byte = 0
        self._waiting: list[bytes] = []
        self._size = 0
        self._in_oversized = False

    def of(self, stream: BinaryStream) -> Iterator[Lot | None]:
        """The lots of a stream; None where it pauses."""
        for block in read_blocks(stream, eager=self._eager):
            if block:
                yield from self._add(block)
            else:
                yield None
        if self._size:
            yield self._lot(self._taken())

    def _add(self, block: bytes) -> Iterator[Lot]:
        if self._in_oversized:
            end = block.find(b"\n") + 1
            yield self._part(block[:end] if end else block, last=end > 0)
            if not end:
                return
            block = block[end:]
        end = block.rfind(b"\n") + 1
        if end:
            self._waiting.append(block[:end])
            yield self._lot(self._taken())
        if end < len(block):
            self._waiting.append(block[end:])
            self._size += len(block) - end
        if self._size > self._max_record:
            yield self._part(self._taken(), last=False)

    def _taken(self) -> bytes:
        raw = self._waiting[0] if len(self._waiting) == 1 else b"".join(self._waiting)
        self._waiting, self._size = [], 0
        return raw

    def _lot(self, raw: bytes) -> Lot:
        lot = Lot(raw, self._byte, self._line, self._record, RecordState())
        lines = raw.count(b"\n")
        self._byte += len(raw)
        self._line += lines
        self._record += lines
        return lot

    def _part(self, raw: bytes, *, last: bool) -> Lot:
        """A part of a record that is too large."""
        part = Part.REST if self._in_oversized else Part.OVERSIZED
        lot = Lot(raw, self._byte, self._line, self._record, RecordState(part))
        self._byte += len(raw)
        self._line += last
        self._record += last
        self._in_oversized = not last
        return lot


def oversized_piece(lot: Lot, state: RecordState, reason: str) -> Piece:
    """The piece of a lot that is a part of one record that is too large."""
    return RecordPlace(lot).piece(
        lot.raw,
        Role.BROKEN,
        line_ends(lot.raw, 0, len(lot.raw)),
        reason=reason,
        goes_on=state.part is Part.REST,
    )
