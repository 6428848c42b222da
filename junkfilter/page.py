"""The arithmetic of cuts: what a page, a line and a cut are, how cuts are carried out and undone.

Judges nothing: no word of this module knows what spam looks like.

Text here is what `bytes.decode("utf-8", "surrogateescape")` gives: an invalid byte is one lone
surrogate, so that encoding the text again gives the same bytes. Offsets count characters of the
page's text, 0-based, end exclusive. Lines end at LF, CRLF or a lone CR and nowhere else: U+2028,
U+0085, vertical tab and form feed are ordinary characters (`str.splitlines` would split there).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from junkfilter.errors import JunkfilterError

BYTE_ORDER_MARK = "\ufeff"
# Limits depend on the text alone, never on how it was read, so that verdicts do not either.
MAX_PAGE_BYTES = 1 << 20
MAX_PAGE_LINES = 4096
# Beyond this a line is streamed through and never judged.
MAX_LINE_BYTES = 1 << 20

_TERMINATOR = re.compile(r"\r\n|\n|\r")
_TERMINATOR_BYTES = re.compile(rb"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Cut:
    """A range of a page's text, what it is, how sure we are, and why.

    Attributes:
        start: first character, 0-based offset in the page's text.
        end: end of the range, exclusive; for a whole line it includes the line's terminator.
        kind: what it is: `spam`, `boilerplate`, `garbled`, or a kind of noise: `pinyin`, `jam`,
            `tag`, `emoji`, `invisible`, `damage`.
        family: family of spam (`adult`, `gambling`, ...), empty for other kinds.
        score: log-odds that the range is of its kind; higher is surer. 0 for noise, which a rule
            proves and nothing scores.
        fpr: share of clean lines that score as high, in [0, 1]; 1 where that is not known.
        detector: name of the detector that proposed it.
        reason: evidence in words, short.
    """

    start: int
    end: int
    kind: str
    family: str = ""
    score: float = 0.0
    fpr: float = 1.0
    detector: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A physical line of a page.

    Attributes:
        number: 1-based number in the page.
        start: offset of the first character.
        end: offset after the last character of the content, before the terminator.
        stop: offset after the terminator; equals `end` on a last line without one.
    """

    number: int
    start: int
    end: int
    stop: int


@dataclass(frozen=True, slots=True)
class Page:
    """A text that is judged as one piece, with where it came from.

    Attributes:
        text: the page's text.
        id: name of the record, for messages and rejects.
        url: address the page was fetched from, empty if unknown.
        continuation: the page began in an earlier piece of the stream, so that position
            (first line, title) is no evidence.
    """

    text: str
    id: str = ""
    url: str = ""
    continuation: bool = False

    def lines(self) -> list[Line]:
        """The physical lines; a byte-order mark at the start belongs to no line.

        >>> [line.end - line.start for line in Page("第一行\\r\\n第二行").lines()]  # line one, two
        [3, 3]
        """
        return split_lines(self.text)


@dataclass(frozen=True, slots=True)
class Removed:
    """What `apply` took out at one place: enough to put it back.

    Attributes:
        start: offset in the original text.
        text: the characters that stood there.
    """

    start: int
    text: str


def split_lines(text: str) -> list[Line]:
    """The lines of a text, in order; an empty text has none.

    >>> split_lines("甲\\n乙")[1]  # "A", "B"
    Line(number=2, start=2, end=3, stop=3)
    """
    start = len(BYTE_ORDER_MARK) if text.startswith(BYTE_ORDER_MARK) else 0
    lines: list[Line] = []
    for terminator in _TERMINATOR.finditer(text, start):
        lines.append(Line(len(lines) + 1, start, terminator.start(), terminator.end()))
        start = terminator.end()
    if start < len(text):
        lines.append(Line(len(lines) + 1, start, len(text), len(text)))
    return lines


def merged(cuts: Iterable[Cut]) -> list[tuple[int, int]]:
    """The ranges that some cuts cover, in order: overlapping and touching ranges become one.

    >>> merged([Cut(5, 9, "spam"), Cut(0, 3, "spam"), Cut(2, 4, "spam")])
    [(0, 4), (5, 9)]
    """
    ranges: list[tuple[int, int]] = []
    for start, end in sorted((cut.start, cut.end) for cut in cuts):
        if ranges and start <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], max(end, ranges[-1][1]))
        elif start < end:
            ranges.append((start, end))
    return ranges


def apply(text: str, cuts: Iterable[Cut]) -> tuple[str, list[Removed]]:
    """The text without the cut ranges, and what was removed, in order of the text.

    Raises:
        JunkfilterError: a cut reaches outside the text.

    >>> apply("广告\\n新闻\\n", [Cut(0, 3, "spam")])  # "ad", "news"
    ('新闻\\n', [Removed(start=0, text='广告\\n')])
    """
    kept: list[str] = []
    removed: list[Removed] = []
    position = 0
    for start, end in merged(cuts):
        if start < 0 or end > len(text):
            raise JunkfilterError(f"cut {start}-{end} reaches outside a text of {len(text)}")
        kept.append(text[position:start])
        removed.append(Removed(start, text[start:end]))
        position = end
    kept.append(text[position:])
    return "".join(kept), removed


def restore(kept: str, removed: Sequence[Removed]) -> str:
    """The text as it was before `apply`.

    Args:
        kept: what `apply` kept.
        removed: what it removed, in order of the original text.

    Raises:
        JunkfilterError: the pieces do not fit the text.

    >>> restore("新闻\\n", [Removed(0, "广告\\n")])  # "news", "ad"
    '广告\\n新闻\\n'
    """
    pieces: list[str] = []
    taken = length = 0
    for piece in removed:
        between = piece.start - length
        if between < 0 or taken + between > len(kept):
            raise JunkfilterError(
                f"the removed piece at {piece.start} does not fit a kept text of {len(kept)}"
            )
        pieces += kept[taken : taken + between], piece.text
        taken += between
        length = piece.start + len(piece.text)
    pieces.append(kept[taken:])
    return "".join(pieces)


class Extent(NamedTuple):
    """One piece of a stream of bytes: a page, or a line that is too long to be judged.

    Attributes:
        end: offset after its last byte.
        lines: number of line ends in it.
        too_long: it is (a part of) one line of more than `MAX_LINE_BYTES`, and no page.
        closed: False for a line that goes on beyond the data at hand.
    """

    end: int
    lines: int
    too_long: bool = False
    closed: bool = True


def line_ends(data: bytes, start: int, stop: int) -> int:
    """Number of line ends that are complete before `stop`: a CRLF counts where its LF stands.

    >>> line_ends(b"a\\r\\nb\\rc\\n", 0, 8)
    3
    """
    if stop > start and data[stop - 1 : stop + 1] == b"\r\n":
        stop -= 1
    count = data.count(b"\n", start, stop)
    if data.find(b"\r", start, stop) >= 0:
        count += data.count(b"\r", start, stop) - data.count(b"\r\n", start, stop)
    return count


def page_extents(
    data: bytes, start: int = 0, *, final: bool = True, max_lines: int = MAX_PAGE_LINES
) -> Iterator[Extent]:
    """Where the pages of some bytes end: the one place that knows the limits of a page.

    A page ends at the first line end at or after `MAX_PAGE_BYTES`, after `max_lines` lines, before
    a line whose content is longer than `MAX_LINE_BYTES`, and at the end of the data. A byte-order
    mark counts towards these lengths.

    Args:
        data: the bytes between two separators, or a first part of them.
        start: where a page begins.
        final: nothing follows the data. Otherwise only what no further byte can change is given.
        max_lines: 1 makes every line a page.

    >>> [extent.end for extent in page_extents("新闻\\n正文\\n".encode(), max_lines=1)]  # news
    [7, 14]
    """
    while start < len(data):
        extent = _next_extent(data, start, final, max_lines)
        if extent is None:
            return
        yield extent
        if not extent.closed:
            return
        start = extent.end


def long_line_extent(data: bytes, start: int, *, final: bool) -> Extent:
    """How far an over-long line reaches of which the beginning has already been passed on."""
    content_end = _line_content_end(data, start)
    if content_end == len(data):
        return Extent(content_end, 0, too_long=True, closed=final)
    end = _after_line_end(data, content_end, final)
    if end is None:  # a CR whose LF may still come: both must stay together
        return Extent(content_end, 0, too_long=True, closed=False)
    return Extent(end, 1, too_long=True)


def split_pages(text: str) -> list[tuple[str, bool]]:
    """A text of any length as pages: the text of each, and whether it is an over-long line.

    All but the first are continuations. Agrees with what the stream reader makes of the text's
    bytes, because both ask `page_extents`.

    >>> split_pages("新闻\\n")  # "news"
    [('新闻\\n', False)]
    """
    # Four bytes a character at most, so that the common small page is never encoded.
    if len(text) * 4 < MAX_PAGE_BYTES and text.count("\n") + text.count("\r") < MAX_PAGE_LINES:
        return [(text, False)]
    data, errors = _encoded(text)
    pages: list[tuple[str, bool]] = []
    start = 0
    for extent in page_extents(data, max_lines=MAX_PAGE_LINES):
        pages.append((data[start : extent.end].decode("utf-8", errors), extent.too_long))
        start = extent.end
    return pages


def _encoded(text: str) -> tuple[bytes, str]:
    """Bytes from which the text can be read back exactly, and the error handler that does so.

    No bytes that were decoded need the second way; a text made in Python may hold any surrogate.
    """
    try:
        data = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        data = b""
    if data.decode("utf-8", "surrogateescape") == text:
        return data, "surrogateescape"
    return text.encode("utf-8", "surrogatepass"), "surrogatepass"


def _next_extent(data: bytes, start: int, final: bool, max_lines: int) -> Extent | None:
    limit = start + MAX_PAGE_BYTES
    position, lines = _after_lines(data, start, min(limit, len(data)), max_lines)
    if lines == max_lines:
        undecided = not final and position == len(data) and data.endswith(b"\r")
        return None if undecided else Extent(position, lines)
    if len(data) < limit:
        return Extent(len(data), lines) if final else None
    # The last line of the page: begins before the limit and ends at or after it.
    before = max(data.rfind(b"\n", start, limit - 1), data.rfind(b"\r", start, limit - 1))
    line_start = max(start, before + 1)
    content_end = _line_content_end(data, limit - 1)
    if content_end - line_start > MAX_LINE_BYTES:
        if line_start > start:
            return Extent(line_start, lines)
        return long_line_extent(data, start, final=final)
    if content_end == len(data):
        return Extent(content_end, lines) if final else None
    end = _after_line_end(data, content_end, final)
    return None if end is None else Extent(end, lines + (content_end >= limit))


def _line_content_end(data: bytes, start: int) -> int:
    """Offset of the first CR or LF; the length of the data if there is none.

    In strides: in a long text with one kind of line end, a search for the other would reach the
    end of the text again and again.
    """
    for stride in range(start, len(data), MAX_LINE_BYTES):
        stop = min(stride + MAX_LINE_BYTES, len(data))
        newline = data.find(b"\n", stride, stop)
        found = data.find(b"\r", stride, stop if newline < 0 else newline)
        if found >= 0 or newline >= 0:
            return found if found >= 0 else newline
    return len(data)


def _after_line_end(data: bytes, position: int, final: bool) -> int | None:
    """Offset after the line end at a position; None while a CR may become a CRLF."""
    if data[position : position + 1] == b"\n":
        return position + 1
    if position + 1 == len(data) and not final:
        return None
    return position + 2 if data[position + 1 : position + 2] == b"\n" else position + 1


def _after_lines(data: bytes, start: int, stop: int, wanted: int) -> tuple[int, int]:
    """Offset after the line end number `wanted`, and `wanted`; or `stop` and how many there are.

    Counts in strides that shrink where the wanted one is near: a loop over lines would cost more
    than judging them.
    """
    if data[stop - 1 : stop + 1] == b"\r\n":
        stop += 1
    found, stride = 0, min(1 << 16, wanted << 6)
    while start < stop and stride > 128:
        end = min(start + stride, stop)
        if data[end - 1 : end + 1] == b"\r\n":
            end += 1
        count = line_ends(data, start, end)
        if found + count >= wanted:
            stride >>= 3
        else:
            found, start = found + count, end
    for line_end in _TERMINATOR_BYTES.finditer(data, start, stop):
        found += 1
        if found == wanted:
            return line_end.end(), found
    return stop, found
