"""Reads CSV and TSV (RFC 4180 with any delimiter of one byte): some columns of a table are judged.

Structure is read on bytes: in UTF-8, GB18030 and Big5 alike, no byte of a longer character is a
quote, a comma, a tab or a line end. What is cut is cut out of the bytes of a field; quotes are
never added or taken away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from junkfilter.formats.blocks import BinaryStream
from junkfilter.formats.delimited_lots import DelimitedLots, Dialect, Value
from junkfilter.formats.encodings import (
    AUTOMATIC,
    UNCERTAIN,
    Decoded,
    Encodings,
    encoded_places,
)
from junkfilter.formats.json_strings import Member, StringPlaces
from junkfilter.formats.lots import MAX_RECORD_BYTES, Field, Lot, Piece, Problem, Role, oversized
from junkfilter.formats.records import (
    BYTE_ORDER_MARK,
    Part,
    RecordPlace,
    RecordState,
    joined,
    kept_texts,
    oversized_piece,
)
from junkfilter.formats.removals import JudgedPiece, judged_piece, kept_bytes
from junkfilter.page import Cut, line_ends

DELIMITERS = {"csv": b",", "tsv": b"\t"}
_DOUBLED = re.compile('""')


@dataclass(frozen=True, slots=True)
class DelimitedFormat:
    """Which columns of a table are judged.

    Attributes:
        name: `csv` or `tsv`.
        columns: their names, or numbers from 1, in the order in which they make a page. If there is
            a name among them, the first record is the header.
        url_column: name or number of the column of the page's address.
        max_record: bytes of a record, its line end included, beyond which it is passed through.
        encodings: how records are decoded, each by itself.
        skips_broken: records that are too large are taken out, into the rejects.
        eager: lots are given as soon as they come.
    """

    name: str = "csv"
    columns: tuple[str, ...] = ("text",)
    url_column: str = "url"
    max_record: int = MAX_RECORD_BYTES
    encodings: Encodings = AUTOMATIC
    skips_broken: bool = False
    eager: bool = False

    def lots(self, stream: BinaryStream) -> Iterator[Lot | None]:
        """The stream in lots of whole records; None where it pauses."""
        return DelimitedLots(self.dialect, self._resolved, eager=self.eager).of(stream)

    def pieces(self, lot: Lot) -> Iterator[Piece]:
        """One piece for each record."""
        state = lot.state if isinstance(lot.state, RecordState) else RecordState()
        place = RecordPlace(lot)
        if state.part is not Part.WHOLE:
            yield oversized_piece(lot, state, oversized(self.max_record))
        elif state.refused:
            yield place.piece(lot.raw, Role.BINARY, line_ends(lot.raw, 0, len(lot.raw)))
        else:
            yield from self._records(lot, place, state)

    def carried_out(self, piece: Piece, cuts: Iterable[Cut]) -> JudgedPiece:
        """The ranges of bytes that go; none if the record would then be read as something else."""
        cuts = list(cuts)
        untouched = JudgedPiece(piece.line, piece.record, reason=UNCERTAIN)
        places = self._places(piece)
        if places is None:
            return untouched
        judged = judged_piece(piece, cuts, places)
        return judged if self._is_kept(piece, judged, kept_texts(piece, cuts)) else untouched

    @property
    def dialect(self) -> Dialect:
        """How the table is written."""
        return Dialect(DELIMITERS[self.name], self.max_record)

    def _resolved(self, data: bytes) -> RecordState | Problem:
        """The columns, by the first record."""
        start = _mark_length(data)
        values, _ = self.dialect.record(data, start)
        header = not all(map(_is_number, self.columns))
        names = [self._text(data[v.start : v.end], v) for v in values] if header else []
        numbers: list[int] = []
        for column in self.columns:
            number = _number(column, names)
            if number is None:
                known = ", ".join(names)[:200]
                return Problem(
                    f"there is no column {column!r} and nothing was judged",
                    f"the first record has {known or f'{len(values)} columns'}",
                )
            numbers.append(number)
        url = _number(self.url_column, names)
        return RecordState(columns=tuple(numbers), url=-1 if url is None else url, header=header)

    def _records(self, lot: Lot, place: RecordPlace, state: RecordState) -> Iterator[Piece]:
        position = 0
        header = state.header
        dialect = self.dialect
        while position < len(lot.raw):
            start = position + (_mark_length(lot.raw) if position + lot.byte_start == 0 else 0)
            values, end = dialect.record(lot.raw, start)
            raw = lot.raw[position:end]
            # A quoted field has line ends of its own.
            lines = line_ends(raw, 0, len(raw))
            if len(raw) > self.max_record:
                yield place.piece(raw, Role.BROKEN, lines, reason=oversized(self.max_record))
            elif header:
                yield place.piece(raw, Role.PASSED, lines)
            else:
                yield self._piece(place, raw, lines, _moved(values, -position), state)
            position, header = end, False

    def _piece(
        self, place: RecordPlace, raw: bytes, lines: int, values: list[Value], state: RecordState
    ) -> Piece:
        encoding = self.encodings.decode(raw).encoding
        found: list[tuple[str, str, int, int]] = []
        # A column that is named twice, as `text` and as 2, is one field.
        for number, name in dict(zip(state.columns, self.columns, strict=True)).items():
            if number < len(values):
                value = values[number]
                content = raw[value.start : value.end]
                text = content.decode(encoding, "surrogateescape")
                text = text.replace('""', '"') if value.quoted else text
                found.append((name, text, value.start, value.end))
        text, fields = joined(found)
        if not fields:
            return place.piece(raw, Role.PASSED, lines)
        url = ""
        if 0 <= state.url < len(values):
            value = values[state.url]
            url = self._text(raw[value.start : value.end], value)
        return place.piece(raw, Role.PAGE, lines, text, fields=fields, url=url, encoding=encoding)

    def _text(self, raw: bytes, value: Value) -> str:
        text = self.encodings.decode(raw).text
        return text.replace('""', '"') if value.quoted else text

    def _places(self, piece: Piece) -> StringPlaces | None:
        """Where the characters of the judged fields stand in the bytes of a record."""
        text = piece.raw.decode(piece.encoding, "surrogateescape")
        whole = encoded_places(piece.raw, Decoded(text, piece.encoding))
        if whole is None:
            return None
        members: list[tuple[Field, Member]] = []
        for field in piece.fields:
            start, end = (
                len(piece.raw[:place].decode(piece.encoding, "surrogateescape"))
                for place in (field.raw_start, field.raw_end)
            )
            quoted = piece.raw[field.raw_start - 1 : field.raw_start] == b'"'
            members.append((field, _member(field.name, text, start, end, quoted=quoted)))
        return StringPlaces(members, whole)

    def _is_kept(self, piece: Piece, judged: JudgedPiece, wanted: dict[str, str]) -> bool:
        """Whether what stays is one record with the same fields but for the judged ones."""
        kept = kept_bytes(piece, judged)
        start = _mark_length(piece.raw) if piece.byte_start == 0 else 0
        old, _ = self.dialect.record(piece.raw, start)
        new, end = self.dialect.record(kept, start)
        if end != len(kept) or len(new) != len(old):
            return False
        if len(new) == 1 and not new[0].quoted and new[0].start == new[0].end:
            return False  # an empty line, which is no record to many readers
        judged_fields = {field.raw_start: field for field in piece.fields}
        for before, after in zip(old, new, strict=True):
            content = kept[after.start : after.end]
            field = judged_fields.get(before.start)
            if field is None:
                same = content == piece.raw[before.start : before.end]
            else:
                text = content.decode(piece.encoding, "surrogateescape")
                text = text.replace('""', '"') if after.quoted else text
                same = text == wanted[field.name]
            if not same or before.quoted != after.quoted:
                return False
        return True


def _mark_length(data: bytes) -> int:
    return len(BYTE_ORDER_MARK) if data.startswith(BYTE_ORDER_MARK) else 0


def _number(column: str, names: list[str]) -> int | None:
    """The number of a column, 0-based; None if there is no such column."""
    if _is_number(column):
        return int(column) - 1 if int(column) else None
    return names.index(column) if column in names else None


def _is_number(column: str) -> bool:
    # `isdigit` alone takes the superscript ², of which `int` makes nothing.
    return column.isascii() and column.isdigit()


def _moved(values: list[Value], offset: int) -> list[Value]:
    return [Value(value.start + offset, value.end + offset, value.quoted) for value in values]


def _member(name: str, text: str, start: int, end: int, *, quoted: bool) -> Member:
    """A field as a string in which doubled quotes are escapes."""
    escapes: list[tuple[int, int, int]] = []
    for number, quotes in enumerate(_DOUBLED.finditer(text, start, end) if quoted else ()):
        escapes.append((quotes.start() - start - number, quotes.start(), quotes.end()))
    return Member(name, start, end, tuple(escapes))
