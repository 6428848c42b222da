"""Opens Parquet files, and begins new ones that are laid out like an old one.

Reading a file tells not all that its writer was told: levels of compression, sizes of pages and
Bloom filters are not kept. Schema, metadata, row groups, codecs, dictionaries and encodings are.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO, Protocol, runtime_checkable

from junkfilter.errors import InputFormatError
from junkfilter.extras import require
from junkfilter.formats.blocks import BinaryStream
from junkfilter.formats.files import Source

ARROW_SCHEMA = b"ARROW:schema"
_COPY_BYTES = 1 << 20
# Those that can be asked for by name; where a column has a dictionary, its pages have no other.
_ENCODINGS = {
    "DELTA_BINARY_PACKED",
    "DELTA_LENGTH_BYTE_ARRAY",
    "DELTA_BYTE_ARRAY",
    "BYTE_STREAM_SPLIT",
}
_DICTIONARIES = {"PLAIN_DICTIONARY", "RLE_DICTIONARY"}


@runtime_checkable
class SupportsFileno(Protocol):
    """What has a descriptor."""

    def fileno(self) -> int: ...


ParquetFile = Any
ParquetWriter = Any


class PositionedFile(io.RawIOBase):
    """A file that others read as well, each from a place of its own.

    Args:
        file: stays open as long as it is read here.
    """

    def __init__(self, file: SupportsFileno) -> None:
        self._file = file
        self._position = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Offset of the next byte."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Goes to a place, as files do."""
        if whence == io.SEEK_CUR:
            offset += self._position
        elif whence == io.SEEK_END:
            offset += os.fstat(self._file.fileno()).st_size
        self._position = offset
        return offset

    def readinto(self, buffer: Any) -> int:
        """Bytes from the place on."""
        data = os.pread(self._file.fileno(), len(buffer), self._position)
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


def positioned(stream: BinaryStream) -> PositionedFile:
    """A stream as a file that can be read at any place; a pipe is copied to a temporary one.

    Raises:
        InputFormatError: the file as a whole is compressed, or there is none.
    """
    if isinstance(stream, Source):
        if stream.compression:
            raise InputFormatError(
                f"Parquet inside of {stream.compression} was not judged",
                path=stream.name,
                advice="decompress it first",
            )
        if not stream.seekable():
            pipe = stream.file
            stream.file = spooled(stream)
            pipe.close()
    if not isinstance(stream, SupportsFileno):
        raise InputFormatError("Parquet is read from files, and this is none")
    return PositionedFile(stream)


def spooled(stream: BinaryStream) -> BinaryIO:
    """A temporary copy of a pipe.

    What describes a Parquet file stands at its end, so a pipe has to be read to its end first.
    """
    spool = tempfile.TemporaryFile()  # noqa: SIM115
    while block := stream.read(_COPY_BYTES):
        spool.write(block)
    spool.flush()
    return spool


@contextmanager
def arrow_errors(source: str, *, written: bool = False) -> Iterator[None]:
    """Turns what pyarrow raises for a damaged file into an error of this package.

    Args:
        source: name of the file.
        written: something is written, too; errors of the system are then of the output.
    """
    pyarrow = require("pyarrow", "parquet")
    system = () if written else (OSError, ValueError)
    try:
        yield
    except (pyarrow.ArrowException, *system) as error:
        reason = str(error).partition("\n")[0]
        verb = "written" if written else "read"
        raise InputFormatError(f"cannot be {verb} as Parquet: {reason}", path=source) from None


def open_parquet(file: Any, source: str, *, texts: Sequence[str] = ()) -> ParquetFile:
    """A Parquet file, ready to read.

    Args:
        file: can be read at any place.
        source: name of the file, for messages.
        texts: columns whose values, where the file has a dictionary of them, are read as one: a
            few kilobytes that name a text of a megabyte a million times take no terabyte then.

    Raises:
        InputFormatError: it is none, is cut off, or is encrypted.
        MissingDependencyError: pyarrow is not installed.
    """
    parquet = require("pyarrow.parquet", "parquet")
    with arrow_errors(source):
        # Buffered reading: not whole columns at once, but as they are needed.
        opened = parquet.ParquetFile(file, buffer_size=_COPY_BYTES, pre_buffer=False)
        named = [name for name in texts if name in _with_dictionary(opened)]
        if not named:
            return opened
        return parquet.ParquetFile(
            file,
            metadata=opened.metadata,
            read_dictionary=named,
            buffer_size=_COPY_BYTES,
            pre_buffer=False,
        )


def _with_dictionary(file: ParquetFile) -> set[str]:
    """Paths of the columns that have a dictionary in any row group."""
    groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
    columns = [group.column(number) for group in groups for number in range(group.num_columns)]
    return {column.path_in_schema for column in columns if column.has_dictionary_page}


def writer_like(old: ParquetFile, output: Any, source: str) -> ParquetWriter:
    """A writer of a file with the schema, metadata and layout of an old one.

    Raises:
        InputFormatError: the old file has something in its schema that pyarrow cannot write.
    """
    options = _options_like(old, source)
    return require("pyarrow.parquet", "parquet").ParquetWriter(output, old.schema_arrow, **options)


def _options_like(old: ParquetFile, source: str) -> dict[str, object]:
    """Options of a writer, tried with an empty file: it must have the schema of the old one."""
    parquet = require("pyarrow.parquet", "parquet")
    with arrow_errors(source):
        for compliant in (True, False):
            options = {**_layout(old), "use_compliant_nested_type": compliant}
            trial = io.BytesIO()
            parquet.ParquetWriter(trial, old.schema_arrow, **options).close()
            new = parquet.ParquetFile(trial)
            if new.schema.equals(old.schema) and _same_schema(new, old):
                return options
    raise InputFormatError(
        "pyarrow would write the schema of this file differently; it was left alone", path=source
    )


def _same_schema(new: ParquetFile, old: ParquetFile) -> bool:
    return bool(new.schema_arrow.equals(old.schema_arrow, check_metadata=True)) and (
        _metadata(new) == _metadata(old)
    )


def _metadata(file: ParquetFile) -> dict[bytes, bytes]:
    """Keys and values of the file; what Arrow keeps of the schema is compared as a schema."""
    values: dict[bytes, bytes] = dict(file.metadata.metadata or {})
    return {key: value for key, value in values.items() if key != ARROW_SCHEMA}


def _layout(old: ParquetFile) -> dict[str, object]:
    """Options of a writer, as far as a file tells which ones it was written with."""
    groups = (old.metadata.row_group(number) for number in range(old.num_row_groups))
    group = next((group for group in groups if group.num_rows), None)
    if group is None:
        return {"store_schema": ARROW_SCHEMA in (old.metadata.metadata or {})}
    columns = [group.column(number) for number in range(group.num_columns)]
    with_dictionary = [c.path_in_schema for c in columns if _DICTIONARIES & set(c.encodings)]
    encodings = {
        column.path_in_schema: encoding
        for column in columns
        for encoding in column.encodings
        if encoding in _ENCODINGS and column.path_in_schema not in with_dictionary
    }
    return {
        "store_schema": ARROW_SCHEMA in (old.metadata.metadata or {}),
        "version": _version(old.metadata.format_version),
        "compression": {column.path_in_schema: _codec(column) for column in columns},
        "use_dictionary": with_dictionary or False,
        "column_encoding": encodings or None,
        "write_statistics": _listed(columns, "is_stats_set"),
        "write_page_index": any(getattr(c, "has_column_index", False) for c in columns),
        "use_deprecated_int96_timestamps": any(c.physical_type == "INT96" for c in columns),
        "sorting_columns": group.sorting_columns or None,
    }


def _listed(columns: Sequence[Any], attribute: str) -> list[str] | bool:
    return [c.path_in_schema for c in columns if getattr(c, attribute)] or False


def _codec(column: Any) -> str:
    return "none" if column.compression == "UNCOMPRESSED" else str(column.compression).lower()


def _version(version: str) -> str:
    return version if version in ("1.0", "2.4", "2.6") else "2.6"
