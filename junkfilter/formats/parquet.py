"""Reads Parquet: the texts of some columns are judged, all else is written as it was.

A Parquet file is no stream of records, so one is made of it: the values of the judged columns in
UTF-8, row by row, without nulls and with nothing between them. Offsets and digests in rejects are
those of this stream. `parquet_writer` writes the file that is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from junkfilter.errors import InputFormatError
from junkfilter.extras import require
from junkfilter.formats.blocks import BinaryStream
from junkfilter.formats.encodings import field_places
from junkfilter.formats.files import Source
from junkfilter.formats.lots import (
    MAX_RECORD_BYTES,
    STANDARD_INPUT,
    Field,
    Lot,
    Piece,
    Role,
    oversized,
)
from junkfilter.formats.parquet_columns import Table, column_at, column_paths, is_text, texts
from junkfilter.formats.parquet_files import arrow_errors, open_parquet, positioned
from junkfilter.formats.parquet_writer import ParquetKeptWriter
from junkfilter.formats.rejects import BinaryOutput
from junkfilter.formats.removals import JudgedPiece, judged_piece
from junkfilter.page import Cut

LOT_BYTES = 1 << 20
# Rows that are read at once: texts of web pages have a few kilobytes, so this is about a lot.
_BATCH_ROWS = 256
NULL = -1
# A row group is in memory as a whole. Usual ones have up to a million rows or a gigabyte; a hostile
# file of some kilobytes can claim any number of either.
MOST_ROWS = 1 << 24
MOST_GROUP_BYTES = 2 << 30


class Rows(NamedTuple):
    """What the bytes of a lot are: rows of values.

    Attributes:
        lengths: of each row the lengths of its values in bytes; `NULL` for null.
        urls: of each row the address of the page; empty if the file has none.
    """

    lengths: tuple[tuple[int, ...], ...]
    urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParquetFormat:
    """How Parquet is read.

    Attributes:
        columns: names of the columns to judge; dots lead into structs. The texts of a row are one
            page, in this order.
        url_column: the column with the address of the page, if there is one of this name.
        max_record: a row with longer texts is not judged.
    """

    columns: tuple[str, ...] = ("text",)
    url_column: str = "url"
    max_record: int = MAX_RECORD_BYTES

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        return "parquet"

    @property
    def skips_broken(self) -> bool:
        """Never: a file with a broken row cannot be read at all."""
        return False

    def kept_writer(self, source: Source, output: BinaryOutput) -> ParquetKeptWriter:
        """What writes the file that is left of an input; needs it beside the judged lots.

        Raises:
            InputFormatError: the file cannot be read, or not be written with the same schema.
            MissingDependencyError: pyarrow is not installed.
        """
        return ParquetKeptWriter(source, output, self.columns)

    def restoring(self) -> Mapping[str, object]:
        """What the way back has to know about an input."""
        return {"format": self.name, "columns": list(self.columns)}

    def lots(self, stream: BinaryStream) -> Iterator[Lot | None]:
        """The values of the columns, in lots of whole rows.

        Raises:
            InputFormatError: the file cannot be read, or has no such columns.
            MissingDependencyError: pyarrow is not installed.
        """
        rows: list[tuple[bytes | None, ...]] = []
        urls: list[str] = []
        size = byte = 0
        record = 1
        for row, url in self._rows(stream):
            rows.append(row)
            urls.append(url)
            size += sum(len(value) for value in row if value)
            if size >= LOT_BYTES or len(rows) >= LOT_BYTES >> 6:
                yield _lot(rows, urls, byte, record)
                byte, record = byte + size, record + len(rows)
                rows, urls, size = [], [], 0
        if rows:
            yield _lot(rows, urls, byte, record)

    def pieces(self, lot: Lot) -> Iterator[Piece]:
        """The rows of a lot that have any text."""
        assert isinstance(lot.state, Rows)
        start = 0
        for number, lengths in enumerate(lot.state.lengths):
            size = sum(length for length in lengths if length > 0)
            if size:
                raw = lot.raw[start : start + size]
                place = lot.byte_start + start
                # Lines are counted from the first line of a row's texts.
                piece = Piece(raw, Role.PASSED, "", 1, 0, place, 0, lot.record + number)
                if size > self.max_record:
                    yield piece._replace(reason=oversized(self.max_record))
                else:
                    url = lot.state.urls[number] if lot.state.urls else ""
                    yield self._page(piece, lengths)._replace(url=url)
                start += size

    def carried_out(self, piece: Piece, cuts: Iterable[Cut]) -> JudgedPiece:
        """The ranges of bytes that go."""
        return judged_piece(piece, cuts, field_places(piece))

    def _page(self, piece: Piece, lengths: tuple[int, ...]) -> Piece:
        """A row whose texts are one page, with a line end between them."""
        fields: list[Field] = []
        parts: list[str] = []
        byte = char = 0
        for name, length in zip(self.columns, lengths, strict=True):
            if length == NULL:
                continue
            text = piece.raw[byte : byte + length].decode("utf-8", "surrogateescape")
            fields.append(Field(name, char, char + len(text), byte, byte + length))
            parts.append(text)
            byte, char = byte + length, char + len(text) + 1
        return piece._replace(role=Role.PAGE, text="\n".join(parts), fields=tuple(fields))

    def _rows(self, stream: BinaryStream) -> Iterator[tuple[tuple[bytes | None, ...], str]]:
        """The values of each row, and its address."""
        pyarrow = require("pyarrow", "parquet")
        name = getattr(stream, "name", STANDARD_INPUT)
        file = open_parquet(positioned(stream), name, texts=self.columns)
        column_paths(file.schema_arrow, self.columns, name)
        groups = _Groups(file.metadata, name)
        with arrow_errors(name):
            columns = [*self.columns, *self._url_columns(file.schema_arrow)]
            for batch in file.iter_batches(_BATCH_ROWS, columns=columns):
                table = pyarrow.Table.from_batches([batch])
                rows = zip(*self._texts(table, name), strict=True)
                for row, url in zip(rows, self._urls(table), strict=True):
                    groups.pass_by(sum(len(value) for value in row if value))
                    yield row, url

    def _texts(self, table: Table, name: str) -> list[list[bytes | None]]:
        paths = column_paths(table.schema, self.columns, name)
        return [texts(column_at(table, path)) for path in paths]

    def _urls(self, table: Table) -> list[str]:
        if not self._url_columns(table.schema):
            return [""] * len(table)
        return [
            (url or b"").decode("utf-8", "replace") for url in texts(table.column(self.url_column))
        ]

    def _url_columns(self, schema: Table) -> list[str]:
        """The column of addresses, if there is exactly one of that name and it has text."""
        found = schema.get_all_field_indices(self.url_column)
        return [self.url_column] if len(found) == 1 and is_text(schema.field(found[0]).type) else []


class _Groups:
    """Refuses row groups that no memory would hold; they are not written in parts."""

    def __init__(self, metadata: Any, source: str) -> None:
        self._source = source
        self._sizes = (metadata.row_group(n).num_rows for n in range(metadata.num_row_groups))
        self._group = self._left = self._bytes = 0

    def pass_by(self, size: int) -> None:
        """Takes the next row, with the bytes of its texts, into account."""
        while self._left == 0:
            self._left, self._bytes = next(self._sizes), 0
            self._group += 1
            self._refuse(self._left > MOST_ROWS, f"{self._left} rows")
        self._left -= 1
        self._bytes += size
        self._refuse(self._bytes > MOST_GROUP_BYTES, f"over {MOST_GROUP_BYTES >> 20} MiB of text")

    def _refuse(self, too_large: bool, what: str) -> None:
        if too_large:
            raise InputFormatError(
                f"row group {self._group} has {what}",
                path=self._source,
                advice="write the file with smaller row groups",
            )


def _lot(rows: list[tuple[bytes | None, ...]], urls: list[str], byte: int, record: int) -> Lot:
    lengths = tuple(tuple(NULL if v is None else len(v) for v in row) for row in rows)
    raw = b"".join([value for row in rows for value in row if value])
    return Lot(raw, byte, 1, record, Rows(lengths, tuple(urls) if any(urls) else ()))
