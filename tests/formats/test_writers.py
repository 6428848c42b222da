"""What a run can write."""

from __future__ import annotations

import io

import pytest

from junkfilter.formats.lots import Lot
from junkfilter.formats.removals import JudgedPiece, judged_piece, kept_parts
from junkfilter.formats.text import TextFormat
from junkfilter.formats.writers import DiffWriter, KeptWriter, RemovedWriter
from junkfilter.page import Cut


def judged(data: bytes, *spans: tuple[int, int]) -> tuple[Lot, list[JudgedPiece]]:
    """A lot of one page with some cuts."""
    cuts = [Cut(start, end, "spam", "adult", 9.0) for start, end in spans]
    (lot,) = filter(None, TextFormat().lots(io.BytesIO(data)))
    return lot, [judged_piece(piece, cuts) for piece in TextFormat().pieces(lot)]


def test_an_untouched_page_is_written_as_the_object_that_came() -> None:
    """Kept bytes of a page without cuts are not even copied before they are written."""
    lot, pieces = judged("新闻\r\n\ufeff".encode())
    (kept,) = kept_parts(lot, pieces)
    assert kept is lot.raw


def test_removed_text_stands_on_lines_of_its_own() -> None:
    """A cut inside a line gets a line end, a whole line has one."""
    output = io.BytesIO()
    RemovedWriter(output).write("x", *judged(b"ad\nnews ad\nad\r", (0, 3), (8, 10), (11, 14)))
    assert output.getvalue() == b"ad\nad\nad\r"


def test_kept_text_is_the_rest() -> None:
    """Kept are the bytes that no cut covers."""
    output = io.BytesIO()
    KeptWriter(output).write("x", *judged(b"ad\nnews ad\nad\r", (0, 3), (8, 10), (11, 14)))
    assert output.getvalue() == b"news \n"


@pytest.mark.parametrize(
    ("data", "spans", "expected"),
    [
        (b"a\nad\nb\n", [(2, 5)], "@@ -2,1 +1,0 @@ adult 9.00\n-ad\n"),
        (b"a\nb ad\nc\n", [(3, 6)], "@@ -2,1 +2,1 @@ adult 9.00\n-b ad\n+b\n"),
        (
            b"ad\nb\nad\nc ad\n",
            [(0, 3), (5, 8), (9, 12)],
            "@@ -1,1 +0,0 @@ adult 9.00\n-ad\n@@ -3,1 +1,0 @@ adult 9.00\n-ad\n"
            "@@ -4,1 +2,1 @@ adult 9.00\n-c ad\n+c\n",
        ),
        (b"a\nad", [(2, 4)], "@@ -2,1 +1,0 @@ adult 9.00\n-ad\n\\ No newline at end of line\n"),
        (b"a ad\nb\n", [(1, 5)], "@@ -1,2 +1,1 @@ adult 9.00\n-a ad\n-b\n+ab\n"),
        (b"ad\r\nb\r\n", [(0, 4)], "@@ -1,1 +0,0 @@ adult 9.00\n-ad\r\n"),
    ],
    ids=["line", "inside", "several", "no newline", "joined lines", "CRLF"],
)
def test_diff_shows_what_changes(data: bytes, spans: list[tuple[int, int]], expected: str) -> None:
    """A diff has one hunk for each run of touched lines, numbered as in the two texts."""
    output = io.BytesIO()
    DiffWriter(output).write("x", *judged(data, *spans))
    assert "--- x\n+++ x (kept)\n" + expected == output.getvalue().decode()


def test_no_change_is_no_diff() -> None:
    """A page without cuts has no header either."""
    output = io.BytesIO()
    DiffWriter(output).write("x", *judged(b"news\n"))
    assert output.getvalue() == b""
