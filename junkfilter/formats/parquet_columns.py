"""Texts of Arrow columns: takes them out as bytes and puts others in their place.

Knows no files and no spam. Every type keeps being what it is: `string`, `large_string`,
`string_view`, their binary relatives (old writers mark no text as text), and dictionaries of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from junkfilter.errors import InputFormatError
from junkfilter.extras import require

# pyarrow has no types of its own for static checkers.
Column = Any
Table = Any
Schema = Any
Path = tuple[int, ...]


def column_paths(schema: Schema, names: Iterable[str], source: str) -> list[Path]:
    """Where the columns of some names are: positions from the outermost column inwards.

    A name is that of a column, or with dots the way to a field inside of structs.

    Args:
        schema: of a file, as Arrow has it.
        names: as the user gave them.
        source: name of the file, for messages.

    Raises:
        InputFormatError: there is no such column, it is there or named twice, or has no text.

    >>> import pyarrow
    >>> column_paths(pyarrow.schema([("新闻", pyarrow.string())]), ["新闻"], "x")  # "news"
    [(0,)]
    """
    paths = [_column_path(schema, name, source) for name in names]
    if len(set(paths)) < len(paths):
        raise InputFormatError("a column is named twice", path=source)
    return paths


def column_at(table: Table, path: Path) -> Column:
    """A column of a table, or what is in its structs; null where a struct is."""
    pyarrow = require("pyarrow", "parquet")
    column = table.column(path[0])
    if len(path) == 1:
        return column
    compute = require("pyarrow.compute", "parquet")
    return pyarrow.chunked_array(
        [compute.struct_field(chunk, list(path[1:])) for chunk in column.chunks],
        type=_type_at(column.type, path[1:]),
    )


def texts(column: Column) -> list[bytes | None]:
    """The values of a column of text, one for each row; None for null.

    >>> import pyarrow
    >>> texts(pyarrow.chunked_array([["ab", None, ""]]))
    [b'ab', None, b'']
    """
    return [value for chunk in column.chunks for value in _values(chunk)]


def _values(array: Any) -> list[bytes | None]:
    """The values of one chunk; those that a dictionary has once are one object."""
    pyarrow = require("pyarrow", "parquet")
    if pyarrow.types.is_dictionary(array.type):
        used = array.indices.unique()
        words = dict(zip(used.to_pylist(), _values(array.dictionary.take(used)), strict=True))
        return [words[number] for number in array.indices.to_pylist()]
    # Without `safe`, bytes that are no UTF-8 would be an error.
    values: list[bytes | None] = array.cast(pyarrow.large_binary(), safe=False).to_pylist()
    return values


def replaced(table: Table, path: Path, values: Mapping[int, bytes]) -> Table:
    """The table with other texts in some rows.

    Args:
        table: any table.
        path: of a column of text.
        values: the new texts by row, 0-based; these rows are not null.

    >>> import pyarrow
    >>> table = pyarrow.table({"text": ["广告和新闻", None]})  # "ads and news"
    >>> replaced(table, (0,), {0: "新闻".encode()}).column(0).to_pylist()
    ['新闻', None]
    """
    pyarrow = require("pyarrow", "parquet")
    chunks: list[Any] = []
    row = 0
    for chunk in table.column(path[0]).chunks:
        here = {
            number - row: text
            for number, text in values.items()
            if row <= number < row + len(chunk)
        }
        chunks.append(_replaced(chunk, path[1:], here) if here else chunk)
        row += len(chunk)
    field = table.schema.field(path[0])
    return table.set_column(path[0], field, pyarrow.chunked_array(chunks, type=field.type))


def _replaced(array: Any, path: Path, values: Mapping[int, bytes]) -> Any:
    pyarrow = require("pyarrow", "parquet")
    if path:
        inner = require("pyarrow.compute", "parquet").struct_field(array, path[0])
        children = [array.field(number) for number in range(array.type.num_fields)]
        children[path[0]] = _replaced(inner, path[1:], values)
        fields = [array.type.field(number) for number in range(array.type.num_fields)]
        return pyarrow.StructArray.from_arrays(children, fields=fields, mask=array.is_null())
    rows = _values(array)
    for row, text in values.items():
        rows[row] = text
    plain = pyarrow.array(rows, pyarrow.large_binary())
    if not pyarrow.types.is_dictionary(array.type):
        return plain.cast(array.type, safe=False)
    # By hand: old versions of pyarrow do not cast to a dictionary.
    encoded = plain.cast(array.type.value_type, safe=False).dictionary_encode()
    numbers = encoded.indices.cast(array.type.index_type)
    ordered = array.type.ordered
    return pyarrow.DictionaryArray.from_arrays(numbers, encoded.dictionary, ordered=ordered)


def _column_path(schema: Schema, name: str, source: str) -> Path:
    found = schema.get_all_field_indices(name)
    if len(found) > 1:
        raise InputFormatError(f"has more than one column {name!r}", path=source)
    path = tuple(found) or _inner_path(schema, name.split("."))
    if not path:
        raise _no_column(name, schema, source)
    kind = _type_at(schema.field(path[0]).type, path[1:])
    if not is_text(kind):
        raise InputFormatError(f"column {name!r} is no text but {kind}", path=source)
    return path


def _inner_path(schema: Schema, names: Sequence[str]) -> Path:
    """The way to a field inside of structs; empty if there is none."""
    types = require("pyarrow.types", "parquet")
    path: list[int] = []
    fields: Any = schema
    for name in names:
        found = fields.get_all_field_indices(name)
        if len(found) != 1:
            return ()
        path += found
        inner = fields.field(found[0]).type
        fields = inner if types.is_struct(inner) else require("pyarrow", "parquet").struct([])
    return tuple(path)


def _type_at(found: Any, path: Path) -> Any:
    for position in path:
        found = found.field(position).type
    return found


def is_text(found: Any) -> bool:
    """Whether an Arrow type holds texts, or bytes that may be texts."""
    types = require("pyarrow.types", "parquet")
    if types.is_dictionary(found):
        found = found.value_type
    tests = ("string", "large_string", "string_view", "binary", "large_binary", "binary_view")
    return any(getattr(types, f"is_{test}", _never)(found) for test in tests)


def _never(_found: Any) -> bool:
    """For types that this version of pyarrow does not have yet."""
    return False


def _no_column(name: str, schema: Schema, source: str) -> InputFormatError:
    names = ", ".join(
        field.name for field in schema if is_text(field.type) or field.type.num_fields
    )
    return InputFormatError(
        f"has no column {name!r}", path=source, advice=f"text is in: {names or 'no column'}"
    )
