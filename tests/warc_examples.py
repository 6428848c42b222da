"""WARC records for tests, and a filter that cuts where they say so."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from junkfilter.formats.files import Source
from junkfilter.formats.lots import Format, Lot
from junkfilter.formats.rejects import RejectsWriter, json_line
from junkfilter.formats.removals import JudgedPiece, kept_parts
from junkfilter.formats.warc import WarcFormat
from junkfilter.formats.writers import KeptWriter
from junkfilter.judging import JudgedLot, judge_lot
from junkfilter.page import Cut, Page, apply, split_lines
from junkfilter.pipeline import Pipeline
from junkfilter.report import Report
from junkfilter.results import Result

SPAM = "广告\n"  # "ad"
NEWS = "新闻一则\n"  # "a news item"
ARTICLE = NEWS + SPAM + "正文很长\n"  # "a long text"


class LineFilter:
    """Cuts every line in which the mark stands."""

    def strip_pages(self, pages: Sequence[Page], /) -> list[Result]:
        """A result with a cut for each marked line."""
        return [self._result(page.text) for page in pages]

    def _result(self, text: str) -> Result:
        cuts = tuple(
            Cut(line.start, line.stop, "spam", "seo", 9.0)
            for line in split_lines(text)
            if "广告" in text[line.start : line.end]
        )
        return Result(apply(text, cuts)[0], cuts)


def sha1(data: bytes) -> bytes:
    """The digest as most archives write it."""
    return b"sha1:" + base64.b32encode(hashlib.sha1(data).digest())


def record(
    block: bytes, *fields: bytes, kind: bytes = b"conversion", media: bytes = b"text/plain"
) -> bytes:
    """A whole record; fields come after those that every record has."""
    lines = [
        b"WARC/1.0",
        b"WARC-Type: " + kind,
        b"WARC-Target-URI: http://example.com/news",
        b"WARC-Date: 2026-01-02T03:04:05Z",
        b"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000000>",
        b"Content-Type: " + media,
        b"Content-Length: %d" % len(block),
        *fields,
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + block + b"\r\n\r\n"


def response(body: bytes, *fields: bytes, media: bytes = b"text/plain; charset=utf-8") -> bytes:
    """A record with an HTTP response; fields are those of its head."""
    head = b"\r\n".join([b"HTTP/1.1 200 OK", b"Content-Type: " + media, *fields]) + b"\r\n\r\n"
    digests = [b"WARC-Payload-Digest: " + sha1(body), b"WARC-Block-Digest: " + sha1(head + body)]
    return record(
        head + body, *digests, kind=b"response", media=b"application/http; msgtype=response"
    )


class Drip(io.BytesIO):
    """A stream that gives few bytes at a time."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self._size = size

    def read1(self, _size: int | None = -1, /) -> bytes:
        """At most so many bytes."""
        return super().read1(self._size)


def judged_lots(
    data: bytes, *, max_record: int = 1 << 20, size: int = 1 << 18
) -> Iterator[tuple[Lot, JudgedLot]]:
    """The lots of a stream and what becomes of them."""
    warc = WarcFormat(max_record=max_record)
    for lot in warc.lots(Drip(data, size)):
        if lot is not None:
            yield lot, judge_lot(LineFilter(), warc, "x.warc", lot)


def stripped(data: bytes, *, max_record: int = 1 << 20, size: int = 1 << 18) -> bytes:
    """What is left of a stream."""
    return b"".join(
        part
        for lot, judged in judged_lots(data, max_record=max_record, size=size)
        for part in kept_parts(lot, judged.judged)
    )


def problems(data: bytes, *, max_record: int = 1 << 20, size: int = 1 << 18) -> list[str]:
    """What is reported of broken records, with their numbers."""
    return [
        f"{problem.record}: {problem.what}"
        for _, judged in judged_lots(data, max_record=max_record, size=size)
        for problem in judged.problems
    ]


def touched(data: bytes) -> list[JudgedPiece]:
    """The records that change."""
    return [each for _, judged in judged_lots(data) for each in judged.judged]


def run(
    path: Path, page_format: Format, notify: Callable[[str], None] | None = None
) -> tuple[bytes, bytes]:
    """What is left of a file, and its rejects.

    Args:
        path: of the file.
        page_format: how it is read.
        notify: is told what is wrong.
    """
    output, rejects = io.BytesIO(), io.BytesIO()
    with Source(str(path)) as source, RejectsWriter(rejects, {}, single=True) as writer:
        source.peek(1)
        report = Report(notify=notify, quiet=True) if notify else Report()
        Pipeline(LineFilter(), KeptWriter(output), report, rejects=writer).run(source, page_format)
    return output.getvalue(), rejects.getvalue()


def changed(rejects: bytes, number: int, **values: object) -> bytes:
    """Rejects with some keys of one line changed."""
    lines = rejects.splitlines(keepends=True)
    lines[number] = json_line({**json.loads(lines[number]), **values})
    return b"".join(lines)
