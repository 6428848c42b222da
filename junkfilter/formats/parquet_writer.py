"""Writes what is left of a Parquet file: other texts in some rows, everything else as it was.

Row group by row group, so that no more than one is in memory. A file of which nothing is cut is
copied byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from typing import Any

from junkfilter.formats.blocks import BinaryStream
from junkfilter.formats.files import Source
from junkfilter.formats.lots import Format, Lot
from junkfilter.formats.parquet_columns import column_paths, replaced
from junkfilter.formats.parquet_files import arrow_errors, open_parquet, positioned, writer_like
from junkfilter.formats.rejects import BinaryOutput
from junkfilter.formats.removals import JudgedPiece

_COPY_BYTES = 1 << 20


class RowGroups:
    """A new file like an old one, in which some texts are replaced.

    Args:
        old: the old file.
        output: gets the new one, from its first byte to its last.
        columns: names of the columns with the texts.
        name: of the old file, for messages.
    """

    def __init__(
        self, old: BinaryStream, output: BinaryOutput, columns: Sequence[str], *, name: str
    ) -> None:
        self._name = name
        self._input = positioned(old)
        self._file = open_parquet(self._input, self._name)
        self._paths = column_paths(self._file.schema_arrow, columns, self._name)
        self._output = output
        self._sink = _Sink(output)
        self._writer: Any = None
        self._texts: list[dict[int, bytes]] = [{} for _ in columns]
        metadata = self._file.metadata
        sizes = [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
        self._ends = list(accumulate(sizes))
        self._done = 0

    @property
    def rows(self) -> int:
        """Number of rows of the file."""
        return int(self._file.metadata.num_rows)

    def replace(self, row: int, column: int, text: bytes) -> None:
        """Takes a text for a row, 0-based, that is not written yet."""
        self._texts[column][row] = text

    def write_until(self, row: int) -> None:
        """Writes the row groups that end at or before a row; delays them while nothing changed."""
        ready = self._done
        while ready < len(self._ends) and self._ends[ready] <= row:
            ready += 1
        if ready == self._done or not (self._writer or any(self._texts)):
            return
        if self._writer is None:
            with self._sink.open():
                self._writer = writer_like(self._file, self._sink, self._name)
        for number in range(self._done, ready):
            self._write_group(number)
        self._done = ready

    def close(self) -> None:
        """Ends the file, with a copy of the old one if nothing changed."""
        if self._writer is not None:
            with arrow_errors(self._name, written=True), self._sink.open():
                self._writer.close()
            return
        self._input.seek(0)
        while block := self._input.read(_COPY_BYTES):
            self._output.write(block)

    def _write_group(self, number: int) -> None:
        start = self._ends[number - 1] if number else 0
        with arrow_errors(self._name):
            table = self._file.read_row_group(number)
            for column, path in enumerate(self._paths):
                here = {row - start: text for row, text in self._texts[column].items()}
                here = {row: text for row, text in here.items() if row < len(table)}
                if here:
                    table = replaced(table, path, here)
                for row in here:
                    del self._texts[column][row + start]
        with arrow_errors(self._name, written=True), self._sink.open():
            self._writer.write_table(table, row_group_size=max(1, len(table)))


class ParquetKeptWriter:
    """Takes judged lots of one input and writes the Parquet file that is left of it."""

    def __init__(self, source: Source, output: BinaryOutput, columns: Sequence[str]) -> None:
        self._groups = RowGroups(source, output, columns, name=source.name)
        self._output = output
        self._rows = 0

    def begin(self, source: Source, page_format: Format) -> None:
        """Does nothing: it is made for one input."""

    def write(self, source: str, lot: Lot, judged: Sequence[JudgedPiece]) -> None:
        """Takes the rows of a lot; row groups that are complete are written."""
        lengths: Sequence[Sequence[int]] = lot.state.lengths  # type: ignore[attr-defined]
        starts = [0, *accumulate(_size(row) for row in lengths)] if judged else []
        for each in judged:
            row = each.record - lot.record
            start = starts[row]
            for column, length in enumerate(lengths[row]):
                text = _kept_value(lot, each, start, start + max(0, length))
                if text is not None:
                    self._groups.replace(each.record - 1, column, text)
                start += max(0, length)
        self._rows += len(lengths)
        self._groups.write_until(self._rows)

    def flush(self) -> None:
        """Lets what is written reach its reader; a row group is written when it is complete."""
        self._output.flush()

    def end(self) -> None:
        """Ends the file, unless not all of its rows came: such a file has no end."""
        if self._rows == self._groups.rows:
            self._groups.close()
        self._output.flush()


def _size(lengths: Sequence[int]) -> int:
    """Bytes of a row's values; null has none."""
    return sum(length for length in lengths if length > 0)


class _Sink:
    """An output as pyarrow wants one.

    It takes nothing but while it is open: a writer that is forgotten in the middle of a file ends
    the file when Python clears it away, and half a file would look like a whole one.
    """

    closed = False

    def __init__(self, output: BinaryOutput) -> None:
        self._output = output
        self._open = False
        self._position = 0

    @contextmanager
    def open(self) -> Iterator[None]:
        self._open = True
        try:
            yield
        finally:
            self._open = False

    def write(self, data: Any) -> int:
        block = bytes(data)
        if self._open:
            self._output.write(block)
        self._position += len(block)
        return len(block)

    def tell(self) -> int:
        return self._position

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass


def _kept_value(lot: Lot, judged: JudgedPiece, start: int, end: int) -> bytes | None:
    """What is left of the value at some bytes of a lot; None if all of it is."""
    parts: list[bytes] = []
    position = start
    for removal in judged.removals:
        first = removal.byte_start - lot.byte_start
        if start <= first < end:
            parts.append(lot.raw[position:first])
            position = first + len(removal.raw)
    return b"".join([*parts, lot.raw[position:end]]) if parts else None
