"""Options that say what the inputs are: container, fields, encoding, borders of pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from junkfilter.cli.options import apply_options, parsed_text_format, text_options
from junkfilter.formats.detection import FORMATS, FormatOptions
from junkfilter.formats.encodings import AUTO, ENCODINGS, Encodings
from junkfilter.formats.lots import MAX_RECORD_BYTES

if TYPE_CHECKING:
    from junkfilter.passages import Input

_SIZE = re.compile(r"(\d+)([kKmMgG]?)(?:i?[bB])?")
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


class Size(click.ParamType):  # type: ignore[type-arg]
    """A number of bytes, with K, M or G for powers of 1,024."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number of bytes.

        >>> Size().convert("2M", None, None)
        2097152
        """
        if isinstance(value, int):
            return value
        found = _SIZE.fullmatch(str(value).strip())
        size = int(found.group(1)) * _UNITS[found.group(2).lower()] if found else 0
        if not size:
            self.fail(f"{value!r} is no size such as 500000, 512K, 16M or 1G.", param, ctx)
        return size


_RECORD_OPTIONS = (
    click.option(
        "--format",
        "format_name",
        type=click.Choice([AUTO, *FORMATS]),
        default=AUTO,
        show_default=True,
        help="What the input is; auto looks at its first bytes and its name (-v says what was "
        "found). Compressed input (gz, bz2, xz, zst) is read as it is.",
    ),
    click.option(
        "--field",
        "fields",
        metavar="NAME",
        multiple=True,
        help="JSON Lines: judge the string of this key; several make one page, in this order.  "
        "[default: text]",
    ),
    click.option(
        "--column",
        "columns",
        metavar="NAME|N",
        multiple=True,
        help="CSV, TSV, Parquet: judge this column, by its name or (CSV, TSV) its number from 1; "
        "several make one page.  [default: text]",
    ),
    click.option(
        "--url-field",
        metavar="NAME",
        default="url",
        show_default=True,
        help="Key or column with the address of the page, for --site-memory.",
    ),
    click.option(
        "--encoding",
        type=click.Choice([AUTO, *ENCODINGS], case_sensitive=False),
        default=AUTO,
        show_default=True,
        help="Encoding of what is not UTF-8; auto asks the record and then looks at its bytes "
        "(needs charset-normalizer). Kept bytes are copied, whatever it is.",
    ),
    click.option(
        "--max-record",
        type=Size(),
        default=MAX_RECORD_BYTES,
        metavar="SIZE",
        help="Pass records over this size through unjudged (500000, 512K, 1G).  [default: 16M]",
    ),
    click.option(
        "--on-error",
        type=click.Choice(["keep", "skip", "stop"]),
        default="keep",
        show_default=True,
        help="What to do with a record that cannot be read: pass it through, take it out (into "
        "the rejects), or end with an error.",
    ),
)


def input_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds all options that say what the inputs are; the command gets them as `inputs`."""

    @wraps(command)
    def with_inputs(
        *,
        page_separator: str | None,
        null: bool,
        line_buffered: bool,
        format_name: str,
        fields: tuple[str, ...],
        columns: tuple[str, ...],
        url_field: str,
        encoding: str,
        max_record: int,
        on_error: str,
        **others: Any,
    ) -> Any:
        text = parsed_text_format(page_separator, null=null, line_buffered=line_buffered)
        _check_fields(format_name, fields, columns, separated=bool(text.separator))
        inputs = FormatOptions(
            name=format_name,
            text=text,
            fields=tuple(dict.fromkeys(fields)),
            columns=tuple(dict.fromkeys(columns)),
            url_field=url_field,
            max_record=max_record,
            encodings=Encodings.named(encoding.lower()),
            on_error=on_error,
        )
        return command(inputs=inputs, **others)

    return apply_options(with_inputs, (*_RECORD_OPTIONS, *text_options))


def opener(inputs: FormatOptions, *, verbose: bool) -> Callable[[str], Input]:
    """What opens an input as the options say.

    Args:
        inputs: the options.
        verbose: what was detected of each input is told in its turn.
    """
    from junkfilter.passages import Input

    def open_input(path: str) -> Input:
        told: list[str] = []
        opened = inputs.open(path, told.append if verbose else None)
        return Input(opened.source, opened.format, tuple(told))

    return open_input


def _check_fields(
    name: str, fields: tuple[str, ...], columns: tuple[str, ...], *, separated: bool
) -> None:
    if fields and columns:
        raise click.UsageError("--field is for JSON Lines, --column for tables: give one of them")
    if fields and name not in (AUTO, "jsonl"):
        raise click.UsageError(f"--field does not go with --format {name}")
    if columns and name not in (AUTO, "csv", "tsv", "parquet"):
        raise click.UsageError(f"--column does not go with --format {name}")
    if separated and (fields or columns or name not in (AUTO, "text")):
        raise click.UsageError("separators of pages are for plain text")
