"""Reads WARC and WET: plain text in records is judged, everything else is copied byte for byte.

`text/html` is not judged: what a reader of such a page sees is not what stands in the file, and a
cut across tags would break the page. Extract first, then filter the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from junkfilter.formats.blocks import BinaryStream, read_blocks
from junkfilter.formats.encodings import Encodings, field_places
from junkfilter.formats.lots import MAX_RECORD_BYTES, Field, Lot, Piece, Role
from junkfilter.formats.removals import JudgedPiece, Rewrite, judged_piece
from junkfilter.formats.warc_borders import Border, RecordBorders, RecordExtent
from junkfilter.formats.warc_headers import Edit, header_edits
from junkfilter.formats.warc_records import TextPart, text_part
from junkfilter.page import Cut, line_ends

LOT_BYTES = 1 << 20
# What the judged text is called in rejects.
PAYLOAD = "payload"
UNCERTAIN = "left as it is: its characters cannot be found in its bytes again"
_ROLES = {Border.BROKEN: Role.BROKEN, Border.LARGE: Role.BROKEN, Border.BLANK: Role.PASSED}


@dataclass(frozen=True, slots=True)
class WarcFormat:
    """How WARC is read.

    Attributes:
        encodings: how texts are decoded; records may declare theirs.
        max_record: a larger record is passed through and never held in memory.
        skips_broken: broken records are taken out, not passed through.
    """

    encodings: Encodings = field(default_factory=Encodings)
    max_record: int = MAX_RECORD_BYTES
    skips_broken: bool = False

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        return "warc"

    def lots(self, stream: BinaryStream) -> Iterator[Lot | None]:
        """The stream in lots of whole records; None where it pauses."""
        return _Lots(RecordBorders(max_record=self.max_record)).of(stream)

    def pieces(self, lot: Lot) -> Iterator[Piece]:
        """The records of a lot; those with plain text are pages."""
        start, line = 0, lot.line
        extents: tuple[RecordExtent, ...] = lot.state  # type: ignore[assignment]
        for extent in extents:
            raw = lot.raw[start : start + extent.length]
            # Extents end at the end of a record, but of a broken one anywhere.
            lines = line_ends(lot.raw, start, start + extent.length)
            piece = Piece(
                raw, Role.PASSED, "", line, lines, lot.byte_start + start, 0, extent.record
            )
            yield self._described(piece, extent)
            start += extent.length
            line += lines

    def _described(self, piece: Piece, extent: RecordExtent) -> Piece:
        """What a piece is: a page, or why it is none."""
        if extent.border is not Border.RECORD:
            goes_on = not extent.reason
            return piece._replace(role=_ROLES[extent.border], reason=extent.reason, goes_on=goes_on)
        part = text_part(piece.raw, extent.head)
        if not isinstance(part, TextPart):
            return piece._replace(reason=part.reason)
        if part.start == part.end:
            return piece
        raw = piece.raw[part.start : part.end]
        text, encoding = self.encodings.decode(raw, part.charset)
        payload = Field(PAYLOAD, 0, len(text), part.start, part.end)
        return piece._replace(
            role=Role.PAGE, text=text, fields=(payload,), url=part.url, encoding=encoding
        )

    def carried_out(self, piece: Piece, cuts: Iterable[Cut]) -> JudgedPiece:
        """The ranges of bytes that go, and what changes in the headers because of them."""
        places = field_places(piece)
        if places is None:
            return JudgedPiece(piece.line, piece.record, reason=UNCERTAIN)
        judged = judged_piece(piece, cuts, places)
        if not judged.removals:
            return judged
        gone = [
            Edit(removal.byte_start - piece.byte_start, removal.byte_end - piece.byte_start)
            for removal in judged.removals
        ]
        edits, wrong = header_edits(piece.raw, piece.raw.index(b"\r\n\r\n") + 4, gone)
        reason = "did not fit before and was left as it was: " + ", ".join(wrong)
        return judged._replace(
            rewrites=tuple(_rewrite(piece, edit) for edit in edits),
            reason=reason if wrong else "",
        )


def record_parts(blocks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The bytes of a WARC stream in parts, and of each part whether a record begins with it.

    Args:
        blocks: the stream, cut anywhere.

    >>> record = "WARC/1.0\\r\\nContent-Length: 6\\r\\n\\r\\n新闻\\r\\n\\r\\n".encode()  # "news"
    >>> [(len(part), begins) for part, begins in record_parts([record[:9], record[9:] + record])]
    [(41, True), (41, True)]
    """
    for lot in WarcFormat().lots(_Blocks(blocks)):
        if lot is not None:
            starts = set(lot.starts)
            for start, end in pairwise(sorted({0, *starts, len(lot.raw)})):
                yield lot.raw[start:end], start in starts


class _Blocks:
    """Blocks as a stream."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = filter(None, blocks)

    def read(self, _size: int, /) -> bytes:
        return next(self._blocks, b"")


class _Lots:
    """The parent's half: puts records together to lots and counts lines."""

    def __init__(self, borders: RecordBorders) -> None:
        self._borders = borders
        self._byte = 0
        self._line = 1
        self._after_return = False
        self._last_record = 0

    def of(self, stream: BinaryStream) -> Iterator[Lot | None]:
        for block in read_blocks(stream):
            self._borders.feed(block)
            yield from self._certain(final=False)
            if not block:
                yield None
        yield from self._certain(final=True)

    def _certain(self, *, final: bool) -> Iterator[Lot]:
        extents: list[RecordExtent] = []
        size = 0
        for extent in self._borders.extents(final=final):
            extents.append(extent)
            size += extent.length
            if size >= LOT_BYTES:
                yield self._lot(extents)
                extents, size = [], 0
        if extents:
            yield self._lot(extents)

    def _lot(self, extents: list[RecordExtent]) -> Lot:
        raw = self._borders.taken()
        lot = Lot(
            raw,
            self._byte,
            self._line,
            extents[0].record,
            tuple(extents),
            starts=tuple(self._starts(extents)),
        )
        self._byte += len(raw)
        # Of a broken record a lot may end between CR and LF.
        self._line += line_ends(raw, 0, len(raw)) - (self._after_return and raw[:1] == b"\n")
        self._after_return = raw.endswith(b"\r")
        return lot

    def _starts(self, extents: list[RecordExtent]) -> Iterator[int]:
        """Where a record begins: each is a gzip member or a frame of its own."""
        position = 0
        for extent in extents:
            if extent.record != self._last_record:
                yield position
            self._last_record = extent.record
            position += extent.length


def _rewrite(piece: Piece, edit: Edit) -> Rewrite:
    return Rewrite(
        piece.raw[edit.start : edit.end],
        edit.new,
        piece.record,
        piece.line + line_ends(piece.raw, 0, edit.start),
        piece.byte_start + edit.start,
    )
