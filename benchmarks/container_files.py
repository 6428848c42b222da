"""The files of `containers.py`: one corpus in every container, compression and encoding."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from junkfilter.chars import fold
from junkfilter.extras import require
from junkfilter.filter import JunkFilter

_HAN = range(0x4E00, 0x9FB0)
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "none": bytes,
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lambda data: lzma.compress(data, preset=1),
    "zst": lambda data: bytes(_zstd().compress(data)),
}
UNPACKED: dict[str, Callable[[bytes], bytes]] = {
    "none": bytes,
    "gz": gzip.decompress,
    "bz2": bz2.decompress,
    "xz": lzma.decompress,
    "zst": lambda data: bytes(_zstd().decompress(data)),
}
_PARQUET_CODECS = ("none", "snappy", "gzip", "zstd")


Place = tuple[int, int, str, str]


class Case(NamedTuple):
    """A file to make and to take through.

    Attributes:
        container: what the pages are in.
        compression: of the file, or inside of it.
        encoding: Python's name of it.
        data: the file.
        options: of the command.
    """

    container: str
    compression: str
    encoding: str
    data: bytes
    options: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """File name."""
        return f"{self.container}-{self.encoding}-{self.compression}"


def cases(
    texts: Sequence[str], containers: Sequence[str]
) -> Iterator[tuple[Case, list[list[Place]]]]:
    """Every container, compression and encoding, with the cuts of each page that are right."""
    page_filter = JunkFilter.load()
    for encoding in ("utf-8", "gb18030", "big5hkscs"):
        read = [_encodable(text, encoding) for text in texts]
        wanted = [
            [(cut.start, cut.end, cut.kind, cut.family) for cut in result.cuts]
            for result in page_filter.strip_many(read)
        ]
        for container, make in _CONTAINERS.items():
            for compression in PACKED if container in containers else ():
                yield make(container, read, encoding, compression), wanted
        if encoding == "utf-8" and "parquet" in containers:
            for codec in _PARQUET_CODECS:
                yield _parquet(read, codec), wanted


def _encodable(text: str, encoding: str) -> str:
    """The text in characters that the encoding has: Traditional ones for Big5."""
    if encoding != "big5hkscs":
        return text
    raw = text.translate(_traditional()).encode(encoding, "ignore")
    return raw.decode(encoding).encode(encoding).decode(encoding)


def _traditional() -> dict[int, int]:
    """Simplified characters that Big5 does not have, and Traditional ones that fold to them."""
    if not _TRADITIONAL:
        for code in _HAN:
            folded = fold(chr(code))
            if len(folded) == 1 and folded != chr(code) and _has(chr(code)) and not _has(folded):
                _TRADITIONAL.setdefault(ord(folded), code)
    return _TRADITIONAL


_TRADITIONAL: dict[int, int] = {}


def _has(character: str) -> bool:
    return bool(character.encode("big5hkscs", "ignore"))


def _case(container: str, data: bytes, encoding: str, compression: str, *options: str) -> Case:
    declared = ("--encoding", _option(encoding)) if encoding != "utf-8" else ()
    return Case(container, compression, encoding, PACKED[compression](data), (*options, *declared))


def _option(encoding: str) -> str:
    return "big5-hkscs" if encoding == "big5hkscs" else encoding


def _text(container: str, texts: Sequence[str], encoding: str, compression: str) -> Case:
    data = b"\0".join(text.encode(encoding) for text in texts)
    return _case(container, data, encoding, compression, "-z")


def _json_lines(container: str, texts: Sequence[str], encoding: str, compression: str) -> Case:
    escaped = "escaped" in container
    objects = (
        json.dumps({"id": number, "text": text, "n": [1.50]}, ensure_ascii=escaped)
        for number, text in enumerate(texts)
    )
    data = "".join(line + "\n" for line in objects).encode(encoding)
    return _case(container, data, encoding, compression, "--format", "jsonl")


def _table(container: str, texts: Sequence[str], encoding: str, compression: str) -> Case:
    table = io.StringIO(newline="")
    writer = csv.writer(table, delimiter="\t" if container == "tsv" else ",")
    writer.writerow(["id", "text", "n"])
    writer.writerows((number, text, "x") for number, text in enumerate(texts))
    data = table.getvalue().encode(encoding)
    return _case(container, data, encoding, compression, "--format", container)


def _warc(container: str, texts: Sequence[str], encoding: str, compression: str) -> Case:
    records = [_record(number, text, encoding) for number, text in enumerate(texts)]
    pack = PACKED[compression]
    data = b"".join(map(pack, records)) if compression in ("gz", "zst") else pack(b"".join(records))
    return Case(container, compression, encoding, data)


def _record(number: int, text: str, encoding: str) -> bytes:
    block = text.encode(encoding)
    head = (
        "WARC/1.0\r\nWARC-Type: conversion\r\n"
        f"WARC-Target-URI: http://{number % 9}.example/{number}\r\n"
        "WARC-Date: 2026-01-02T03:04:05Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012}>\r\n"
        f"Content-Type: text/plain; charset={_option(encoding)}\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def _parquet(texts: Sequence[str], codec: str) -> Case:
    table = require("pyarrow", "parquet").table({"id": range(len(texts)), "text": texts})
    data = io.BytesIO()
    require("pyarrow.parquet", "parquet").write_table(
        table, data, compression=codec, row_group_size=1 + len(texts) // 3
    )
    return Case("parquet", codec, "utf-8", data.getvalue())


_CONTAINERS: dict[str, Callable[[str, Sequence[str], str, str], Case]] = {
    "text": _text,
    "jsonl": _json_lines,
    "jsonl, escaped": _json_lines,
    "csv": _table,
    "tsv": _table,
    "warc": _warc,
}
# All names that `cases` takes.
CONTAINERS = (*_CONTAINERS, "parquet")


def _zstd() -> Any:
    return require("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd", "zstd")
