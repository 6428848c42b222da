"""Chooses the format of an input: what the user named, or what its first bytes and its name say.

Looks and never guesses: text is taken for JSON Lines only if every whole line at the beginning is
an object and one of them has a judged field as a string.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import NamedTuple

from junkfilter.formats.compression import COMPRESSIONS
from junkfilter.formats.encodings import AUTO, AUTOMATIC, Encodings
from junkfilter.formats.files import Source
from junkfilter.formats.lots import MAX_RECORD_BYTES, Format
from junkfilter.formats.records import BYTE_ORDER_MARK
from junkfilter.formats.text import PLAIN_TEXT, TextFormat

# Formats by name; the modules are imported when one is used.
FORMATS = ("text", "jsonl", "csv", "tsv", "warc", "parquet")
_BY_ENDING = {
    "jsonl": "jsonl", "ndjson": "jsonl", "jsonlines": "jsonl", "csv": "csv", "tsv": "tsv",
    "tab": "tsv", "warc": "warc", "wet": "warc", "parquet": "parquet", "pq": "parquet",
}  # fmt: skip
_SNIFFED_BYTES = 1 << 16


class Opened(NamedTuple):
    """An input that was opened, and how it is divided into pages."""

    source: Source
    format: Format


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatOptions:
    """What the user says about the inputs.

    Attributes:
        name: one of `FORMATS`, or `auto`.
        text: how plain text is divided into pages.
        fields: keys of JSON objects; empty for `text`.
        columns: names or numbers of columns of tables; empty for `text`.
        url_field: key or column of the page's address.
        max_record: bytes of a record beyond which it is passed through.
        encodings: how records are decoded.
        on_error: what becomes of a record that cannot be parsed: `keep` passes it through, `skip`
            takes it out, into the rejects, `stop` ends the run with an error.
    """

    name: str = AUTO
    text: TextFormat = PLAIN_TEXT
    fields: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    url_field: str = "url"
    max_record: int = MAX_RECORD_BYTES
    encodings: Encodings = AUTOMATIC
    on_error: str = "keep"

    @property
    def skips_broken(self) -> bool:
        """Whether broken records are taken out."""
        return self.on_error == "skip"

    def as_json(self) -> dict[str, object]:
        """All that decides about an output, as JSON can say it."""
        return {
            "format": self.name,
            "separator": self.text.separator.decode("latin-1"),
            "by_line": self.text.by_line,
            "fields": list(self.fields),
            "columns": list(self.columns),
            "url_field": self.url_field,
            "max_record": self.max_record,
            "encoding": self.encodings.name,
            "on_error": self.on_error,
        }

    def open(self, path: str, told: Callable[[str], None] | None = None) -> Opened:
        """An input with its format; `-` is standard input.

        Args:
            path: of the file.
            told: is called with what was detected, in words.

        Raises:
            InputFormatError: it cannot be opened.
        """
        source = Source(path)
        try:
            source.peek(1)  # whether it is compressed, and whether that can be read
            name = self.name if self.name != AUTO else self._detected(source)
            if told is not None:
                packed = f", {source.compression}" if source.compression else ""
                how = "detected" if self.name == AUTO else "as asked"
                told(f"{source.name}: read as {name}{packed} ({how})")
            return Opened(source, self.format_named(name))
        except BaseException:
            source.__exit__()
            raise

    def format_named(self, name: str) -> Format:
        """The format of a name, as these options want it."""
        if name == "text":
            return TextFormat(self.text.separator, self.text.by_line, self.encodings)
        return _MAKERS[name](self)

    def _detected(self, source: Source) -> str:
        """The name of the format that the input is most surely in."""
        if self.text.separator or self.text.by_line:
            return "text"
        head = source.peek(_SNIFFED_BYTES)
        # Between records stand empty lines: a piece of an archive may begin with them.
        if head.lstrip(b"\r\n").startswith(b"WARC/"):
            return "warc"
        if head.startswith(b"PAR1"):
            return "parquet"
        named = _BY_ENDING.get(_ending(source.name), "")
        if self.columns:
            return named if named in ("csv", "tsv") else "csv"
        if named in ("csv", "tsv"):
            return named
        if self.fields or named == "jsonl" or self._looks_like_json_lines(head):
            return "jsonl"
        return "text"

    def _looks_like_json_lines(self, head: bytes) -> bool:
        if not head.removeprefix(BYTE_ORDER_MARK).lstrip().startswith(b"{"):
            return False
        lines = head.removeprefix(BYTE_ORDER_MARK).split(b"\n")
        if len(head) >= _SNIFFED_BYTES and len(lines) > 1:
            lines.pop()  # breaks off where the sniffing did
        fields = self.fields or ("text",)
        found = False
        for line in lines:
            if not line.strip():
                continue
            value = _json_object(line, self.encodings)
            if value is None:
                return False
            found = found or any(isinstance(value.get(field), str) for field in fields)
        return found


def _json_object(line: bytes, encodings: Encodings) -> dict[str, object] | None:
    if not line.lstrip().startswith(b"{"):
        return None
    try:
        value = json.loads(encodings.decode(line).text, strict=False)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _ending(name: str) -> str:
    """The last ending of a name that is no compression's, in lower case.

    >>> _ending("news.jsonl.gz")
    'jsonl'
    """
    parts = name.lower().split(".")[1:]
    while parts and parts[-1] in (*COMPRESSIONS, "zstd", "gzip"):
        parts.pop()
    return parts[-1] if parts else ""


def _json_lines(options: FormatOptions) -> Format:
    from junkfilter.formats.json_lines import JsonLinesFormat

    return JsonLinesFormat(
        options.fields or ("text",),
        options.url_field,
        options.max_record,
        options.encodings,
        options.skips_broken,
        options.text.by_line,
    )


def _delimited(name: str) -> Callable[[FormatOptions], Format]:
    def make(options: FormatOptions) -> Format:
        from junkfilter.formats.delimited import DelimitedFormat

        return DelimitedFormat(
            name,
            options.columns or ("text",),
            options.url_field,
            options.max_record,
            options.encodings,
            options.skips_broken,
            options.text.by_line,
        )

    return make


def _warc(options: FormatOptions) -> Format:
    made: Format = import_module("junkfilter.formats.warc").WarcFormat(
        encodings=options.encodings,
        max_record=options.max_record,
        skips_broken=options.skips_broken,
    )
    return made


def _parquet(options: FormatOptions) -> Format:
    made: Format = import_module("junkfilter.formats.parquet").ParquetFormat(
        columns=options.columns or ("text",),
        url_column=options.url_field,
        max_record=options.max_record,
    )
    return made


_MAKERS: dict[str, Callable[[FormatOptions], Format]] = {
    "jsonl": _json_lines,
    "csv": _delimited("csv"),
    "tsv": _delimited("tsv"),
    "warc": _warc,
    "parquet": _parquet,
}
