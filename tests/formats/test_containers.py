"""The same pages in every container, compression and encoding: the same cuts everywhere."""

from __future__ import annotations

import csv
import gzip
import io
import json
import pickle
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from record_examples import run

from junkfilter.filter import JunkFilter
from junkfilter.formats.delimited import DelimitedFormat
from junkfilter.formats.detection import FORMATS, FormatOptions
from junkfilter.formats.encodings import Encodings
from junkfilter.formats.json_lines import JsonLinesFormat
from junkfilter.formats.lots import Format
from junkfilter.formats.text import TextFormat
from junkfilter.training.simulate import Vocabulary
from junkfilter.training.simulate.campaign import Campaign

# A page of news without figures or names, written for this test.
NEWS = """市图书馆调整开放时间
本报讯 从下周一起,市图书馆的开放时间延长到晚上九点,周末照常开放。
图书馆负责人介绍,读者可以在一楼大厅办理借书证,当天就能借书。
老城区的两条公交线路也会增加晚间班次,方便学生回家。
有读者建议在二楼增加座位,馆方表示会在暑假前完成改造。
"""


def packed_text(texts: Sequence[str], encoding: str) -> bytes:
    """Pages between NUL bytes."""
    return b"\0".join(text.encode(encoding) for text in texts)


def packed_json(texts: Sequence[str], encoding: str) -> bytes:
    """A page a line, as it is."""
    lines = (json.dumps({"id": 1, "text": text}, ensure_ascii=False) + "\n" for text in texts)
    return "".join(lines).encode(encoding)


def packed_escaped_json(texts: Sequence[str], encoding: str) -> bytes:
    """A page a line, behind escapes."""
    return "".join(json.dumps({"text": text, "id": 1}) + "\n" for text in texts).encode(encoding)


def packed_table(texts: Sequence[str], encoding: str) -> bytes:
    """A page a row."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows([["id", "text"], *([1, text] for text in texts)])
    return file.getvalue().encode(encoding)


CONTAINERS: dict[
    str, tuple[Callable[[Sequence[str], str], bytes], Callable[[str], Format], int]
] = {
    "text": (packed_text, lambda name: TextFormat(b"\0", encodings=Encodings.named(name)), 1),
    "jsonl": (packed_json, lambda name: JsonLinesFormat(encodings=Encodings.named(name)), 1),
    "escapes": (packed_escaped_json, lambda _name: JsonLinesFormat(), 1),
    "csv": (packed_table, lambda name: DelimitedFormat(encodings=Encodings.named(name)), 2),
}


@pytest.fixture(scope="module")
def pages() -> list[str]:
    """Injured pages, some of which need quotes and escapes."""
    plan = Campaign(vocabulary=Vocabulary.load("evaluation"), copies=200, most_attacks=3, seed=7)
    return [page.text.replace("开放", '"开放"') for page in plan.injured(NEWS, 1)]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5hkscs"])
@pytest.mark.parametrize("container", list(CONTAINERS))
def test_cuts_are_those_of_the_library(
    tmp_path: Path, pages: list[str], default_filter: JunkFilter, container: str, encoding: str
) -> None:
    """Text and number of each cut, and the way back, for plain and for compressed files."""
    texts = [page.encode(encoding, "ignore").decode(encoding) for page in pages]
    expected: list[tuple[int, str]] = []
    for number, result in enumerate(default_filter.strip_many(texts)):
        reach = 0
        for cut in sorted(result.cuts, key=lambda cut: (cut.start, -cut.end)):
            if cut.start >= reach:
                expected.append((number, texts[number][cut.start : cut.end]))
                reach = cut.end
    pack, make, first = CONTAINERS[container]
    data = pack(texts, encoding)
    done = run(tmp_path, data, make(encoding), page_filter=default_filter)
    assert expected == [(cut["record"] - first, cut["text"]) for cut in done.cuts]
    assert len(expected) > 20
    assert done.restored() == data
    zipped = run(tmp_path, gzip.compress(data), make(encoding), "auto", default_filter)
    assert gzip.decompress(zipped.kept) == done.kept
    assert zipped.rejects == done.rejects


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "parquet"])
def test_formats_travel_to_workers(name: str) -> None:
    """A format is pickled with each lot, so it is small, and the same afterwards."""
    page_format = FormatOptions().format_named(name)
    pickled = pickle.dumps(page_format)
    assert (pickle.loads(pickled), len(pickled) < 500) == (page_format, True)
