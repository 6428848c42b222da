"""Laws that hold between the library and a stream, with the default filter."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from junkfilter.filter import JunkFilter
from junkfilter.formats.compression import detected
from junkfilter.formats.files import Source
from junkfilter.formats.rejects import RejectsWriter
from junkfilter.formats.restore import Restoration
from junkfilter.formats.text import TextFormat
from junkfilter.formats.writers import KeptWriter
from junkfilter.pipeline import Pipeline
from junkfilter.report import Report

# Whole lines of spam and of news between the characters around which bytes get lost.
WORDS = [
    "国产精品一区二区三区_亚洲欧美日韩在线观看_无码av免费_久久综合网站\n".encode(),
    "本报讯 从下周一起,市图书馆的开放时间延长到晚上九点。\n".encode(),
    "澳门新葡京娱乐场_真人百家乐在线投注_时时彩平台注册送彩金\r\n".encode(),
    *(b"\n", b"\r", b"\r\n", b"\0", b"\xef\xbb\xbf", "\u2028".encode(), b"\xff", b"a"),
]
pages = st.lists(st.sampled_from(WORDS), max_size=12).map(b"".join)


@pytest.fixture(scope="module")
def junk_filter() -> JunkFilter:
    """The filter with the default model and policy."""
    return JunkFilter.load()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for inputs, each of which replaces the one before."""
    return tmp_path_factory.mktemp("streams")


def streamed(
    junk_filter: JunkFilter, folder: Path, data: bytes, text_format: TextFormat | None = None
) -> tuple[bytes, bytes]:
    """Kept bytes and rejects of a stream."""
    path = folder / "input"
    path.write_bytes(data)
    kept, rejects = io.BytesIO(), io.BytesIO()
    with RejectsWriter(rejects, {}, single=True) as writer, Source(str(path)) as source:
        Pipeline(junk_filter, KeptWriter(kept), Report(), rejects=writer).run(source, text_format)
    return kept.getvalue(), rejects.getvalue()


def stripped(junk_filter: JunkFilter, data: bytes) -> bytes:
    """What the library keeps of a page."""
    text = junk_filter.strip(data.decode("utf-8", "surrogateescape")).text
    return text.encode("utf-8", "surrogateescape")


@settings(deadline=None, max_examples=50)
@given(data=pages | st.binary(max_size=80))
def test_restore_gives_any_input_back(junk_filter: JunkFilter, folder: Path, data: bytes) -> None:
    """Law 1: kept bytes and rejects together are the input, unless it begins like an archive."""
    assume(not detected(data))
    kept, rejects = streamed(junk_filter, folder, data)
    restored = Restoration(io.BytesIO(kept), io.BytesIO(rejects)).blocks()
    assert data == b"".join(restored)


@settings(deadline=None, max_examples=50)
@given(data=st.lists(pages.filter(lambda page: b"\0" not in page), max_size=5))
def test_pages_in_a_stream_are_judged_like_pages_alone(
    junk_filter: JunkFilter, folder: Path, data: list[bytes]
) -> None:
    """Laws 3 and 5: what is kept of a page is the same in a batch, a stream and the library."""
    kept, _ = streamed(junk_filter, folder, b"\0".join(data), TextFormat(b"\0"))
    assert [stripped(junk_filter, page) for page in data or [b""]] == kept.split(b"\0")


@settings(deadline=None, max_examples=25)
@given(lines=st.lists(st.sampled_from([word for word in WORDS if word.endswith(b"\n")])))
def test_line_buffered_lines_are_judged_like_lines_alone(
    junk_filter: JunkFilter, folder: Path, lines: list[bytes]
) -> None:
    """Line by line, a stream keeps what the library keeps of each line as a page."""
    kept, _ = streamed(junk_filter, folder, b"".join(lines), TextFormat(by_line=True))
    assert b"".join(stripped(junk_filter, line) for line in lines) == kept


def test_a_text_of_several_pages_is_judged_alike(junk_filter: JunkFilter, folder: Path) -> None:
    """Beyond 1 MiB and 4,096 lines, library and stream divide a text at the same places."""
    data = b"".join(WORDS[:3] * 12_000) + b"a" * (1 << 21) + b"\n" + b"".join(WORDS[:3])
    assert stripped(junk_filter, data) == streamed(junk_filter, folder, data)[0]


def test_a_second_run_cuts_nothing(junk_filter: JunkFilter, folder: Path) -> None:
    """Law 9: what was kept is kept again."""
    kept, _ = streamed(junk_filter, folder, b"".join(WORDS[:3] * 5))
    assert kept == streamed(junk_filter, folder, kept)[0]
