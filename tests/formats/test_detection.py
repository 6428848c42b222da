"""What an input is taken for."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from junkfilter.errors import InputFormatError
from junkfilter.formats.detection import FormatOptions
from junkfilter.formats.text import TextFormat

JSON = '{"text": "新闻"}\n{"text": "广告"}\n'.encode()  # "news", "ad"


def detected(folder: Path, data: bytes, called: str = "input", **options: object) -> str:
    """The name of the format that a file is read with."""
    path = folder / called
    path.write_bytes(data)
    opened = FormatOptions(**options).open(str(path))  # type: ignore[arg-type]
    with opened.source:
        # Looking at the beginning takes nothing away.
        lots = [lot for lot in TextFormat(b"\1").lots(opened.source) if lot is not None]
        assert b"".join(lot.raw for lot in lots) == (
            gzip.decompress(data) if opened.source.compression else data
        )
    return opened.format.name


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"", "input", "text"),
        ("新闻\n".encode(), "input", "text"),
        (JSON, "input", "jsonl"),
        (b"\xef\xbb\xbf\n" + JSON, "input", "jsonl"),
        (JSON.replace(b"text", b"body"), "input", "text"),
        (JSON + b"news\n", "input", "text"),
        (b'{"text": 1}\n', "input", "text"),
        (b'{"text": "a"', "input", "text"),
        (b"{not json}\n", "page.jsonl", "jsonl"),
        (JSON * 9000, "input", "jsonl"),
        (gzip.compress(JSON), "input", "jsonl"),
        (gzip.compress(b"id,text\n"), "table.CSV.gz", "csv"),
        (b"id\ttext\n", "table.tsv", "tsv"),
        (b"id,text\n", "input", "text"),
        (b"WARC/1.0\r\n", "input", "warc"),
        (b"\r\n\r\nWARC/1.0\r\n", "input", "warc"),
        (b"PAR1", "input", "parquet"),
    ],
)
def test_auto(tmp_path: Path, data: bytes, name: str, expected: str) -> None:
    """The first bytes decide where they can, then the name; text is what nothing else is."""
    assert detected(tmp_path, data, name) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"fields": ("body",)}, "jsonl"),
        ({"columns": ("body",)}, "csv"),
        ({"text": TextFormat(b"--")}, "text"),
        ({"text": TextFormat(by_line=True)}, "text"),
        ({"name": "tsv"}, "tsv"),
    ],
)
def test_what_the_user_says_goes_first(
    tmp_path: Path, options: dict[str, object], expected: str
) -> None:
    """Fields, columns and separators tell what the input is meant to be."""
    assert detected(tmp_path, JSON, **options) == expected


def test_what_was_detected_can_be_told(tmp_path: Path) -> None:
    """The message has the format and the compression."""
    path = tmp_path / "pages"
    path.write_bytes(gzip.compress(JSON))
    heard: list[str] = []
    with FormatOptions().open(str(path), heard.append).source:
        assert heard == [f"{path}: read as jsonl, gz (detected)"]


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    """What cannot be opened is told as such."""
    with pytest.raises(InputFormatError, match="cannot be read"):
        FormatOptions().open(str(tmp_path / "none"))


def test_a_pause_does_not_hold_the_detection() -> None:
    """A pipe that gives a page and waits is read as what it gave."""
    reader, writer = os.pipe()
    with open(writer, "wb", buffering=0) as feed:
        feed.write(JSON)
        opened = FormatOptions().open(f"/dev/fd/{reader}")
        with opened.source:
            assert opened.format.name == "jsonl"
            lot = next(opened.format.lots(opened.source))
            assert lot is not None
            assert lot.raw == JSON
    os.close(reader)
