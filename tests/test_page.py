"""The arithmetic of cuts and of page ends."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junkfilter.errors import JunkfilterError
from junkfilter.page import (
    MAX_LINE_BYTES,
    MAX_PAGE_BYTES,
    MAX_PAGE_LINES,
    Cut,
    Page,
    Removed,
    apply,
    line_ends,
    page_extents,
    restore,
    split_lines,
    split_pages,
)

LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
MEBIBYTE = 1 << 20
# Words around which line ends, encodings and offsets go wrong.
WORDS = [b"\n", b"\r", b"\r\n", b"\0", b"\xef\xbb\xbf", "\u2028\x85\x0b".encode(), b"\xff", b"\xe4"]
WORDS += ["字".encode(), "𠀀".encode(), b"a", b" "]
any_bytes = st.lists(st.sampled_from(WORDS), max_size=40).map(b"".join)
runs = st.tuples(
    st.sampled_from([b"x", "字".encode(), b"\n", b"\r", b"\r\n", b"\xff", b"x\n"]),
    st.sampled_from([1, 2, 3, 4095, 4096, 4097, 70000, MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1]),
)
big_bytes = st.lists(runs, max_size=5).map(
    lambda parts: b"".join(word * (times // len(word) or 1) for word, times in parts)
)


@st.composite
def texts_with_cuts(draw: st.DrawFn) -> tuple[str, list[Cut]]:
    """Any text that bytes can decode to, and cuts at any places of it."""
    text = draw(any_bytes | st.binary(max_size=60)).decode("utf-8", "surrogateescape")
    offset = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(offset, offset), max_size=6))
    return text, [Cut(min(span), max(span), "spam") for span in spans]


@given(texts_with_cuts())
def test_restore_undoes_apply(case: tuple[str, list[Cut]]) -> None:
    """Putting back what was removed gives the text, whatever it is and wherever it was cut."""
    text, cuts = case
    kept, removed = apply(text, cuts)
    assert text == restore(kept, removed)


@given(texts_with_cuts())
def test_apply_removes_exactly_the_cut_characters(case: tuple[str, list[Cut]]) -> None:
    """Kept are the characters that no cut covers, in their order."""
    text, cuts = case
    covered = {place for cut in cuts for place in range(cut.start, cut.end)}
    expected = "".join(char for place, char in enumerate(text) if place not in covered)
    assert expected == apply(text, cuts)[0]


@pytest.mark.parametrize(("start", "end"), [(-1, 1), (0, 3)])
def test_apply_refuses_a_cut_outside_the_text(start: int, end: int) -> None:
    """A cut that reaches outside the text is an error, not a shorter cut."""
    with pytest.raises(JunkfilterError):
        apply("新闻", [Cut(start, end, "spam")])


def test_restore_refuses_pieces_of_another_text() -> None:
    """A removed piece that stands beyond the kept text is an error."""
    with pytest.raises(JunkfilterError):
        restore("新闻", [Removed(9, "广告")])


@given(any_bytes)
def test_lines_cover_the_text(data: bytes) -> None:
    """Lines follow each other without gaps from the byte-order mark to the end."""
    text = data.decode("utf-8", "surrogateescape")
    lines = split_lines(text)
    position = 1 if text.startswith("\ufeff") else 0
    for number, line in enumerate(lines, start=1):
        assert (number, position) == (line.number, line.start)
        assert text[line.end : line.stop] in ("\n", "\r\n", "\r", "")
        position = line.stop
    assert len(text) == position


def test_exotic_separators_end_no_line() -> None:
    """U+2028, U+0085, vertical tab, form feed and NUL are characters of a line."""
    assert len(Page("甲\u2028乙\x85丙\x0b丁\x0c戊\0己").lines()) == 1


@given(any_bytes, st.data())
def test_line_ends_add_up(data: bytes, draw: st.DataObject) -> None:
    """Counting in two parts gives what counting at once gives, even between CR and LF."""
    middle = draw.draw(st.integers(0, len(data)))
    whole = len(re.findall(rb"\r\n|\n|\r", data))
    assert whole == line_ends(data, 0, middle) + line_ends(data, middle, len(data))


def reference_pages(data: bytes, max_lines: int) -> list[tuple[int, int, bool]]:
    """Page ends by the words of the design, line by line: length, line ends, too long."""
    pages: list[tuple[int, int, bool]] = []
    length = lines = ended = 0
    for line in LINE.findall(data):
        end = line.endswith((b"\n", b"\r"))
        too_long = len(line.rstrip(b"\r\n")) > MAX_LINE_BYTES
        if too_long and length:
            pages.append((length, ended, False))
            length = lines = ended = 0
        length, lines, ended = length + len(line), lines + 1, ended + end
        if too_long or length >= MAX_PAGE_BYTES or lines == max_lines:
            pages.append((length, ended, too_long))
            length = lines = ended = 0
    return [*pages, (length, ended, False)] if length else pages


@settings(max_examples=30, deadline=None)
@given(big_bytes, st.sampled_from([1, 3, MAX_PAGE_LINES]))
def test_page_ends_are_those_of_the_design(data: bytes, max_lines: int) -> None:
    """The fast arithmetic agrees with a loop over lines that follows the rule word by word."""
    if max_lines == 1 and line_ends(data, 0, len(data)) > 100_000:
        data = data[:100_000]
    found, start = [], 0
    for extent in page_extents(data, max_lines=max_lines):
        found.append((extent.end - start, extent.lines, extent.too_long))
        start = extent.end
    assert reference_pages(data, max_lines) == found


@settings(max_examples=15, deadline=None)
@given(big_bytes, big_bytes)
def test_certain_pages_stay_whatever_follows(data: bytes, more: bytes) -> None:
    """What is given of a first part of the data is what is given of all of it."""
    certain = [extent for extent in page_extents(data, final=False) if extent.closed]
    everything = list(page_extents(data + more))
    assert certain == everything[: len(certain)]


@settings(max_examples=15, deadline=None)
@given(big_bytes)
def test_a_long_text_is_split_without_loss(data: bytes) -> None:
    """The pages of a text, joined, are the text, and no page is beyond the limits."""
    text = data.decode("utf-8", "surrogateescape")
    pages = split_pages(text)
    assert text == "".join(page for page, _ in pages)
    for page, too_long in pages:
        length = len(page.encode("utf-8", "surrogateescape"))
        assert too_long or length <= MAX_PAGE_BYTES + MAX_LINE_BYTES


@pytest.mark.parametrize(
    "unit", ["\udce4\udcb8\udcad\n", "\ud800字\n"], ids=["escaped bytes of a character", "lone"]
)
def test_a_text_that_no_bytes_decode_to_is_split_without_loss(unit: str) -> None:
    """A text made in Python may hold surrogates that decoding never gives; it stays as it is."""
    text = unit * 5000
    assert text == "".join(page for page, _ in split_pages(text))
