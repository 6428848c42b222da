"""The reader of plain text: what it gives does not depend on how the bytes came."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junkfilter.errors import InputFormatError
from junkfilter.formats.lots import Piece, PieceReader, Role
from junkfilter.formats.separators import parse_separator
from junkfilter.formats.text import TextFormat
from junkfilter.page import MAX_LINE_BYTES, split_pages

WORDS = [b"\n", b"\r", b"\r\n", b"-", b"--", b"a", b"\xff", "字".encode(), b"\xef\xbb\xbf", b"\x0c"]
small_bytes = st.lists(st.sampled_from(WORDS), max_size=30).map(b"".join)
formats = st.builds(
    TextFormat, st.sampled_from([b"", b"--", b"\n--", b"\n\n", b"\r"]), by_line=st.booleans()
)


class Dribble:
    """A stream that gives its bytes in pieces of the given sizes, over and over."""

    def __init__(self, data: bytes, sizes: list[int]) -> None:
        self._stream = io.BytesIO(data)
        self._sizes = sizes
        self._turn = 0

    def read(self, size: int, /) -> bytes:
        """The next few bytes."""
        self._turn += 1
        return self._stream.read(min(size, self._sizes[self._turn % len(self._sizes)]))


def read(data: bytes, text_format: TextFormat, sizes: list[int] | None = None) -> list[Piece]:
    """The pieces of a stream, those of one over-long line or binary tail joined."""
    stream = io.BytesIO(data) if sizes is None else Dribble(data, sizes)
    pieces: list[Piece] = []
    for piece in PieceReader(stream, text_format):
        if piece is not None and pieces and _goes_on(pieces[-1], piece):
            raw, lines = pieces[-1].raw + piece.raw, pieces[-1].lines + piece.lines
            characters = pieces[-1].characters + piece.characters
            pieces[-1] = pieces[-1]._replace(raw=raw, lines=lines, characters=characters)
        elif piece is not None:
            pieces.append(piece)
    return pieces


def _goes_on(before: Piece, piece: Piece) -> bool:
    return piece.goes_on or (before.role is piece.role is Role.BINARY)


def long_inputs() -> Iterator[tuple[str, bytes]]:
    """Inputs around the limits, by name."""
    line = "很长的一行\n".encode()
    yield "many lines", line * 9000
    yield "an over-long line", line + b"a" * (MAX_LINE_BYTES + 1) + b"\r\n" + line
    yield "a line just not too long", line + b"a" * MAX_LINE_BYTES + b"\r\n" + line
    yield "over-long without end", line + "字".encode() * 800_000
    yield "CRLF pages", "新闻正文\r\n".encode() * 90_000
    yield "bytes that are no UTF-8", bytes(range(1, 256)) * 9000


@given(small_bytes, formats, st.lists(st.integers(1, 7), min_size=1, max_size=5))
def test_pieces_do_not_depend_on_reads(
    data: bytes, text_format: TextFormat, sizes: list[int]
) -> None:
    """Any way to chop the reads gives the same pieces, line by line and with separators."""
    eager = TextFormat(text_format.separator, by_line=True)
    assert read(data, text_format) == read(data, text_format, sizes)
    assert read(data, eager) == read(data, eager, sizes)


@pytest.mark.parametrize("sizes", [[65536], [4097, 1 << 18, 1], [333_333]], ids=str)
@pytest.mark.parametrize(
    ("name", "data"), list(long_inputs()), ids=[name for name, _ in long_inputs()]
)
def test_long_inputs_do_not_depend_on_reads(name: str, data: bytes, sizes: list[int]) -> None:
    """The limits of pages and lines fall at the same bytes for every size of read."""
    assert read(data, TextFormat()) == read(data, TextFormat(), sizes), name


@pytest.mark.parametrize(
    ("name", "data"), list(long_inputs()), ids=[name for name, _ in long_inputs()]
)
def test_reader_and_library_agree_on_pages(name: str, data: bytes) -> None:
    """A stream and the same text given to the library are divided alike."""
    pages = [(piece.raw, piece.role is Role.TOO_LONG) for piece in read(data, TextFormat())]
    parts = split_pages(data.decode("utf-8", "surrogateescape"))
    assert pages == [(text.encode("utf-8", "surrogateescape"), long) for text, long in parts], name


@given(small_bytes | st.binary(max_size=60), formats)
def test_pieces_are_the_stream(data: bytes, text_format: TextFormat) -> None:
    """The pieces, one after the other, are the bytes that came, each where it says it stands."""
    byte = char = 0
    for piece in read(data, text_format):
        assert (byte, char) == (piece.byte_start, piece.char_start)
        byte += len(piece.raw)
        char += len(piece.raw.decode("utf-8", "surrogateescape"))
        assert (
            piece.role is not Role.PAGE or piece.text.encode(errors="surrogateescape") == piece.raw
        )
    assert byte == len(data)


def test_separators_belong_to_no_page() -> None:
    """Separators are copied, pages between them are records, lines are those of the stream."""
    pieces = read("甲\n乙\n---\n丙".encode(), TextFormat(b"---\n"))
    expected = [(Role.PAGE, "甲\n乙\n", 1), (Role.SEPARATOR, "", 3), (Role.PAGE, "丙", 4)]
    assert expected == [(piece.role, piece.text, piece.line) for piece in pieces]
    assert [piece.record for piece in pieces if piece.role is Role.PAGE] == [1, 2]


def test_what_follows_a_full_page_is_a_continuation() -> None:
    """After 4,096 lines a page ends; the rest of the record says that it is a continuation."""
    pieces = read(b"a\n" * 5000, TextFormat())
    assert [(piece.line, piece.continuation) for piece in pieces] == [(1, False), (4097, True)]


def test_every_line_is_a_page_of_its_own() -> None:
    """Line by line, no line is a continuation: it is judged as if it had come alone."""
    pieces = read(b"\xef\xbb\xbfa\r\nb\rc", TextFormat(by_line=True))
    expected = [(b"\xef\xbb\xbfa\r\n", 1, False), (b"b\r", 2, False), (b"c", 3, False)]
    assert expected == [(piece.raw, piece.line, piece.continuation) for piece in pieces]


def test_line_numbers_survive_a_crlf_between_page_and_separator() -> None:
    """A CR that ends a page and an LF that begins a separator are one line end."""
    pieces = read(b"a\r\n--\nb", TextFormat(b"\n--\n"))
    assert [piece.line for piece in pieces] == [1, 2, 3]


@settings(deadline=None)
@given(st.integers(0, 8191))
def test_nul_in_the_first_8_kib_makes_an_input_binary(place: int) -> None:
    """Wherever the NUL stands, all bytes pass unjudged and the reader says why."""
    reader = PieceReader(io.BytesIO(b"a" * place + b"\0" + b"b" * 9000), TextFormat(), name="x")
    assert {Role.BINARY} == {piece.role for piece in reader if piece is not None}
    assert "x: this is binary data" in str(reader.refusal)


def test_nul_after_the_first_8_kib_is_text() -> None:
    """A page with a NUL further on is judged."""
    assert [piece.role for piece in read(b"a" * 8192 + b"\0b", TextFormat())] == [Role.PAGE]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_named(encoding: str) -> None:
    """UTF-16, with a mark or without, passes unjudged and is called what it is."""
    reader = PieceReader(io.BytesIO("<p>新闻</p>\n".encode(encoding)), TextFormat())
    assert {Role.BINARY} == {piece.role for piece in reader if piece is not None}
    assert "UTF-16" in str(reader.refusal)


def test_utf16_mark_is_seen_between_nul_separators() -> None:
    """Even where NULs are expected, a UTF-16 mark is."""
    pieces = read("\ufeff新闻".encode("utf-16-le"), TextFormat(b"\0"))
    assert [piece.role for piece in pieces] == [Role.BINARY]


@pytest.mark.parametrize(
    ("escaped", "expected"),
    [(r"\n\t\f\0", b"\n\t\f\0"), (r"\xe4\\x", b"\xe4\\x"), ("分页", "分页".encode())],
)
def test_separator_escapes(escaped: str, expected: bytes) -> None:
    """Escapes and literal characters (分页: page break) become bytes."""
    assert expected == parse_separator(escaped)


@pytest.mark.parametrize("escaped", [r"\q", "\\", r"\x4"])
def test_unknown_escapes_are_refused(escaped: str) -> None:
    """An escape that nobody knows is an error that lists the known ones."""
    with pytest.raises(InputFormatError, match="known are"):
        parse_separator(escaped)
