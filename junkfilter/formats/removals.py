"""From cuts of a page's text to ranges of the stream's bytes: what goes, and what stays.

Does not choose: every cut that it is given is carried out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from junkfilter.errors import JunkfilterError
from junkfilter.formats.text import Piece
from junkfilter.page import Cut, line_ends


class InnerCut(NamedTuple):
    """One of several overlapping cuts that were carried out as one, and where it stands."""

    cut: Cut
    byte_start: int
    byte_end: int
    char_start: int
    char_end: int


class Removal(NamedTuple):
    """A range of a stream that is taken out.

    Attributes:
        raw: the bytes.
        cut: the cut behind it; of several overlapping ones the widest.
        inner: all of the overlapping cuts if there are several, else empty.
        record: number of the page between separators, 1-based.
        line: physical line in which it begins, 1-based.
        byte_start: offset in the stream.
        char_start: offset in the stream's text.
        char_end: end in the stream's text, exclusive.
    """

    raw: bytes
    cut: Cut
    inner: tuple[InnerCut, ...]
    record: int
    line: int
    byte_start: int
    char_start: int
    char_end: int

    @property
    def byte_end(self) -> int:
        """End in the stream, exclusive."""
        return self.byte_start + len(self.raw)


class JudgedPiece(NamedTuple):
    """A piece of a stream, what is taken out of it, and the bytes that stay.

    Attributes:
        page_kind: `spam` if the piece is a page that is spam as a whole, else empty.
        page_score: log-odds of such a page, else 0.
    """

    piece: Piece
    removals: tuple[Removal, ...]
    kept: bytes
    page_kind: str = ""
    page_score: float = 0.0


def judged_piece(piece: Piece, cuts: Iterable[Cut] = ()) -> JudgedPiece:
    """Carries cuts out on the bytes of a page; an untouched piece keeps its very bytes object.

    Args:
        piece: a page, or with no cuts anything else.
        cuts: offsets in the page's text, in any order; they may overlap.

    Raises:
        JunkfilterError: a cut reaches outside the page.
    """
    removals: list[Removal] = []
    kept: list[bytes] = []
    char = byte = line_at = 0
    line = piece.line
    for group in _overlapping(cuts):
        start, end = group[0].start, max(cut.end for cut in group)
        if start < 0 or end > len(piece.text):
            raise JunkfilterError(
                f"cut {start}-{end} reaches outside a page of {len(piece.text)} characters"
            )
        byte_start = byte + _byte_length(piece.text, char, start)
        byte_end = byte_start + _byte_length(piece.text, start, end)
        line += line_ends(piece.raw, line_at, byte_start)
        removals.append(_removal(piece, group, (byte_start, byte_end), line))
        kept.append(piece.raw[byte:byte_start])
        char, byte, line_at = end, byte_end, byte_start
    if not removals:
        return JudgedPiece(piece, (), piece.raw)
    kept.append(piece.raw[byte:])
    return JudgedPiece(piece, tuple(removals), b"".join(kept))


def _overlapping(cuts: Iterable[Cut]) -> list[list[Cut]]:
    """Cuts in order of the text, those that share characters together; touching ones stay apart."""
    groups: list[list[Cut]] = []
    reach = 0
    for cut in sorted(cuts, key=lambda cut: (cut.start, -cut.end)):
        if cut.start >= cut.end:
            continue
        if groups and cut.start < reach:
            groups[-1].append(cut)
        else:
            groups.append([cut])
        reach = max(reach, cut.end)
    return groups


def _removal(piece: Piece, group: list[Cut], span: tuple[int, int], line: int) -> Removal:
    start, end = group[0].start, max(cut.end for cut in group)
    widest = max(group, key=lambda cut: (cut.end - cut.start, cut.score))
    inner: list[InnerCut] = []
    char, byte_start = start, piece.byte_start + span[0]
    for cut in group if len(group) > 1 else ():
        byte_start += _byte_length(piece.text, char, cut.start)
        char = cut.start
        inner.append(
            InnerCut(
                cut,
                byte_start,
                byte_start + _byte_length(piece.text, cut.start, cut.end),
                piece.char_start + cut.start,
                piece.char_start + cut.end,
            )
        )
    return Removal(
        raw=piece.raw[span[0] : span[1]],
        cut=widest,
        inner=tuple(inner),
        record=piece.record,
        line=line,
        byte_start=piece.byte_start + span[0],
        char_start=piece.char_start + start,
        char_end=piece.char_start + end,
    )


def _byte_length(text: str, start: int, end: int) -> int:
    return len(text[start:end].encode("utf-8", "surrogateescape"))
