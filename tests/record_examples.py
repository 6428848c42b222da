"""A filter that cuts what a pattern finds, and a run of the pipeline over bytes, for tests."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from junkfilter.formats.files import Source
from junkfilter.formats.lots import Format, Lot
from junkfilter.formats.rejects import RejectsWriter
from junkfilter.formats.restore import Restoration
from junkfilter.formats.writers import KeptWriter
from junkfilter.judging import PageFilter
from junkfilter.page import Cut, Page, apply
from junkfilter.pipeline import Pipeline
from junkfilter.report import Report
from junkfilter.results import Result

# "ad", and a line with an exclamation mark, its end included.
MARKED = re.compile(r"广告|[^\r\n]*!(?:\r\n|\r|\n|$)|[^\r\n]*!")


class PatternFilter:
    """Cuts wherever the pattern is found."""

    def strip_pages(self, pages: Sequence[Page], /) -> list[Result]:
        """A result for each page."""
        return [self._result(page.text) for page in pages]

    def _result(self, text: str) -> Result:
        cuts = tuple(
            Cut(found.start(), found.end(), "spam", "seo", 9.0)
            for found in MARKED.finditer(text)
            if found.end() > found.start()
        )
        return Result(apply(text, cuts)[0], cuts)


class Run(NamedTuple):
    """What came of a run."""

    kept: bytes
    rejects: bytes
    report: Report
    heard: list[str]

    @property
    def cuts(self) -> list[dict[str, Any]]:
        """The cut objects of the rejects."""
        objects = [json.loads(line) for line in self.rejects.splitlines()]
        return [each for each in objects if each["type"] == "cut"]

    def restored(self) -> bytes:
        """What the way back gives."""
        way = Restoration(io.BytesIO(self.kept), io.BytesIO(self.rejects))
        return b"".join(way.blocks())


def run(
    folder: Path,
    data: bytes,
    page_format: Format,
    compression: str = "none",
    page_filter: PageFilter | None = None,
) -> Run:
    """Takes bytes through the pipeline, with the pattern filter if no other is given."""
    path = folder / "input"
    path.write_bytes(data)
    heard: list[str] = []
    kept, rejects, report = io.BytesIO(), io.BytesIO(), Report(notify=heard.append)
    with RejectsWriter(rejects, {}, single=True) as writer, Source(str(path)) as source:
        output = KeptWriter(kept, compression)
        Pipeline(page_filter or PatternFilter(), output, report, rejects=writer).run(
            source, page_format
        )
    return Run(kept.getvalue(), rejects.getvalue(), report, heard)


class Dribble:
    """A stream that gives its bytes in parts of the given sizes, over and over."""

    def __init__(self, data: bytes, sizes: Sequence[int]) -> None:
        self._stream = io.BytesIO(data)
        self._sizes = sizes
        self._turn = 0

    def read(self, size: int, /) -> bytes:
        """The next few bytes."""
        self._turn += 1
        return self._stream.read(min(size, self._sizes[self._turn % len(self._sizes)]))


def records(page_format: Format, data: bytes, sizes: Sequence[int] | None = None) -> list[Any]:
    """The pieces of bytes, the parts of what is passed on in parts put together."""
    stream = io.BytesIO(data) if sizes is None else Dribble(data, sizes)
    found: list[Any] = []
    for piece in _pieces(page_format, page_format.lots(stream)):
        if piece.goes_on or (
            found and piece.role is found[-1].role and piece.role.name == "BINARY"
        ):
            raw, lines = found[-1].raw + piece.raw, found[-1].lines + piece.lines
            found[-1] = found[-1]._replace(raw=raw, lines=lines)
        else:
            found.append(piece)
    return found


def _pieces(page_format: Format, lots: Iterator[Lot | None]) -> Iterator[Any]:
    for lot in filter(None, lots):
        yield from page_format.pieces(lot)
