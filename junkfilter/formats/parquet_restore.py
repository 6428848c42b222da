"""Puts cuts back into a Parquet file: equal schema, metadata and values, or a refusal.

The bytes of the file may differ from those that came: pyarrow writes them anew. As with text,
nothing is given out before all of it was checked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from junkfilter.errors import RejectsError
from junkfilter.formats.parquet import NULL, ParquetFormat, Rows
from junkfilter.formats.parquet_writer import RowGroups
from junkfilter.formats.rejects import Digest
from junkfilter.formats.restore import Entry, Fingerprint, Part, choose, objects, parts

_COPY_BYTES = 1 << 20
_KEPT = "the kept file"


class ParquetRestoration:
    """The way back from a kept Parquet file and rejects.

    Args:
        kept: what junkfilter wrote, seekable.
        rejects: what it wrote beside it, seekable.
        source: name of the input to restore, if the rejects are of several and the kept file alone
            does not tell which.

    Raises:
        RejectsError: the files are damaged, or do not belong together; says what differs.
        InputFormatError: the kept file is no Parquet file that can be read and written.
        MissingDependencyError: pyarrow is not installed.
    """

    def __init__(self, kept: BinaryIO, rejects: BinaryIO, *, source: str | None = None) -> None:
        self._kept = kept
        self._rejects = rejects
        kept.seek(0)
        self._format = ParquetFormat(_columns(rejects))
        self._part = choose(parts(rejects), self._fingerprint(), source)
        for _ in self._texts():
            pass

    def blocks(self) -> Iterator[bytes]:
        """The restored file, in blocks; it is written to a temporary file first."""
        with tempfile.TemporaryFile() as restored:
            groups = RowGroups(self._kept, restored, self._format.columns, name=_KEPT)
            for row, texts in self._texts():
                for column, text in texts.items():
                    groups.replace(row - 1, column, text)
                groups.write_until(row)
            groups.close()
            restored.seek(0)
            while block := restored.read(_COPY_BYTES):
                yield block

    def _fingerprint(self) -> Fingerprint:
        digest = Digest()
        for values in self._rows():
            for value in values:
                digest.update(value or b"")
        return Fingerprint(digest.bytes, digest.sha256)

    def _texts(self) -> Iterator[tuple[int, dict[int, bytes]]]:
        """Of each row, 1-based, the texts that come back, by column; checks them as they pass."""
        digest = Digest()
        cuts = _Cuts(self._rejects, self._part)
        for row, values in enumerate(self._rows(), start=1):
            texts: dict[int, bytes] = {}
            for column, name in enumerate(self._format.columns):
                value = values[column]
                if value is not None:
                    whole = cuts.put_back(row, name, value, digest.bytes)
                    digest.update(whole)
                    if whole is not value:
                        texts[column] = whole
            yield row, texts
        if cuts.left() or digest.sha256 != self._part.input.sha256:
            raise RejectsError(
                "the removed text in the rejects was changed, or its places: putting it back does "
                "not give the values that were read"
            )

    def _rows(self) -> Iterator[list[bytes | None]]:
        """The values of each row."""
        for lot in self._format.lots(self._kept):
            if lot is not None:
                position = 0
                assert isinstance(lot.state, Rows)
                for lengths in lot.state.lengths:
                    values: list[bytes | None] = []
                    for length in lengths:
                        end = position + max(0, length)
                        values.append(None if length == NULL else lot.raw[position:end])
                        position = end
                    yield values


class _Cuts:
    """The cuts of one source, taken in order."""

    def __init__(self, rejects: BinaryIO, part: Part) -> None:
        self._cuts = _cuts_of(objects(rejects), part)
        self._next = next(self._cuts, None)

    def put_back(self, row: int, column: str, value: bytes, byte_start: int) -> bytes:
        """A value with what was cut from it; the same object if nothing was."""
        restored: list[bytes] = []
        taken = length = 0
        while (cut := self._next) is not None and _is_of(cut, row, column):
            between = cut.integer("byte_start") - byte_start - length
            if between < 0 or taken + between > len(value):
                raise RejectsError(
                    f"rejects, line {cut.line}: the cut does not fit the value of row {row}"
                )
            restored += value[taken : taken + between], cut.raw()
            taken += between
            length += between + len(restored[-1])
            self._next = next(self._cuts, None)
        return b"".join([*restored, value[taken:]]) if restored else value

    def left(self) -> bool:
        """Whether there are cuts that were of no row."""
        return self._next is not None


def _is_of(cut: Entry, row: int, column: str) -> bool:
    return cut.integer("record") == row and cut.string("field") == column


def _cuts_of(entries: Iterator[Entry], part: Part) -> Iterator[Entry]:
    index = 1
    for entry in entries:
        if entry.type == "cut" and part.index in (0, index):
            yield entry
        index += entry.type == "source"


def _columns(rejects: BinaryIO) -> tuple[str, ...]:
    """The judged columns, as the source objects say."""
    for entry in objects(rejects):
        columns = entry.values.get("columns")
        if entry.type == "source" and entry.values.get("format") == "parquet":
            if _is_list_of_names(columns):
                return tuple(columns)  # type: ignore[arg-type]
            raise RejectsError(f"rejects, line {entry.line}: 'columns' is no list of names")
    raise RejectsError("these rejects are of no Parquet file")


def _is_list_of_names(columns: object) -> bool:
    return (
        isinstance(columns, Sequence)
        and not isinstance(columns, str)
        and all(isinstance(name, str) for name in columns)
        and bool(columns)
    )
