"""From cuts of a page's text to ranges of the stream's bytes: what goes, and what stays.

Does not choose: every cut that it is given is carried out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from junkfilter.errors import JunkfilterError
from junkfilter.formats.lots import Field, Lot, Piece
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
        record: number of the record, or of the page between separators, 1-based.
        line: physical line in which it begins, 1-based.
        byte_start: offset in the stream.
        char_start: offset in the stream's text; with a field, in the field's text.
        char_end: end, exclusive.
        field: name of the field that it was cut from; empty for plain text.
        text: what was cut, as it was judged, where the bytes in UTF-8 do not say so: in another
            encoding, or with escapes; else None.
        encoding: of the bytes.
    """

    raw: bytes
    cut: Cut
    inner: tuple[InnerCut, ...]
    record: int
    line: int
    byte_start: int
    char_start: int
    char_end: int
    field: str = ""
    text: str | None = None
    encoding: str = "utf-8"

    @property
    def byte_end(self) -> int:
        """End in the stream, exclusive."""
        return self.byte_start + len(self.raw)

    def shifted(self, characters: int) -> Removal:
        """The same where so many characters came before the lot; fields count by themselves."""
        if self.field or not characters:
            return self
        return self._replace(
            char_start=self.char_start + characters,
            char_end=self.char_end + characters,
            inner=tuple(
                inner._replace(
                    char_start=inner.char_start + characters, char_end=inner.char_end + characters
                )
                for inner in self.inner
            ),
        )


class Rewrite(NamedTuple):
    """A range of a stream that stands differently in the kept text, because of what was cut.

    Attributes:
        raw: the bytes as they came.
        new: the bytes that are written in their place.
        record: number of the record, 1-based.
        line: physical line in which it begins, 1-based.
        byte_start: offset in the stream.
    """

    raw: bytes
    new: bytes
    record: int
    line: int
    byte_start: int

    @property
    def byte_end(self) -> int:
        """End in the stream, exclusive."""
        return self.byte_start + len(self.raw)


class JudgedPiece(NamedTuple):
    """What becomes of a piece; has no bytes but those that go, for it travels between processes.

    Attributes:
        line: physical line in which the piece begins, 1-based.
        record: number of its record, 1-based.
        removals: what is taken out of it, in order.
        rewrites: what stands differently for it, in order; overlaps no removal.
        page_kind: `spam` if the piece is a page that is spam as a whole, else empty.
        page_score: log-odds of such a page, else 0.
        reason: what people should know of it, such as why its cuts were not carried out.
    """

    line: int
    record: int
    removals: tuple[Removal, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    page_kind: str = ""
    page_score: float = 0.0
    reason: str = ""

    def edits(self) -> list[Removal | Rewrite]:
        """Removals and rewrites in order of the stream."""
        if not self.rewrites:
            return list(self.removals)
        return sorted((*self.removals, *self.rewrites), key=lambda edit: edit.byte_start)


class Places(Protocol):
    """Where the characters of a page's text stand in the bytes of its piece."""

    def span(self, start: int, end: int, /) -> tuple[int, int]:
        """The bytes of a range of characters; is asked in the order of the starts."""


class TextPlaces:
    """Places in a text that, encoded again, gives its bytes.

    >>> TextPlaces("新闻和广告").span(3, 5)  # "news and ads"
    (9, 15)
    """

    def __init__(self, text: str, encoding: str = "utf-8") -> None:
        self._text = text
        self._encoding = encoding
        self._char = self._byte = 0

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The bytes of a range of characters; cheap if no start lies before the last one."""
        if start < self._char:
            self._char = self._byte = 0
        self._byte += self._length(self._char, start)
        self._char = start
        return self._byte, self._byte + self._length(start, end)

    def _length(self, start: int, end: int) -> int:
        return len(self._text[start:end].encode(self._encoding, "surrogateescape"))


def judged_piece(
    piece: Piece, cuts: Iterable[Cut] = (), places: Places | None = None
) -> JudgedPiece:
    """Carries cuts out on the bytes of a page.

    Args:
        piece: a page, or with no cuts anything else.
        cuts: offsets in the page's text, in any order; they may overlap. Of a cut that reaches
            over several fields each field loses its part.
        places: where the text stands in the bytes; by default it is the bytes in UTF-8.

    Raises:
        JunkfilterError: a cut reaches outside the page.
    """
    places = places or TextPlaces(piece.text)
    removals: list[Removal] = []
    line_at, line = 0, piece.line
    for group in _overlapping(cuts):
        start, end = group[0].start, max(cut.end for cut in group)
        if start < 0 or end > len(piece.text):
            raise JunkfilterError(
                f"cut {start}-{end} reaches outside a page of {len(piece.text)} characters"
            )
        for field in _fields(piece, start, end):
            span = places.span(max(start, field.start), min(end, field.end))
            if span[0] < line_at:  # fields are in the order that the user named them
                line_at, line = 0, piece.line
            line += line_ends(piece.raw, line_at, span[0])
            line_at = span[0]
            removals.append(_removal(piece, group, field, places, span, line))
    if piece.fields:
        removals.sort(key=lambda removal: removal.byte_start)
    return JudgedPiece(piece.line, piece.record, tuple(removals))


def kept_parts(
    lot: Lot, judged: Sequence[JudgedPiece], start: int = 0, end: int | None = None
) -> Iterator[bytes]:
    """What stays of a lot, part by part; of an untouched one its very bytes object.

    Args:
        lot: as it came.
        judged: what becomes of its pieces, in order; the untouched ones may be left out.
        start: offset in the lot's bytes.
        end: offset, exclusive; None for all. Both lie between pieces.
    """
    end = len(lot.raw) if end is None else end
    position = start
    for each in judged:
        for edit in each.edits():
            edit_start = edit.byte_start - lot.byte_start
            if not start <= edit_start < end:
                continue
            yield lot.raw[position:edit_start]
            if isinstance(edit, Rewrite):
                yield edit.new
            position = edit_start + len(edit.raw)
    yield lot.raw[position:end]


def kept_bytes(piece: Piece, judged: JudgedPiece) -> bytes:
    """What stays of one piece.

    >>> from junkfilter.formats.lots import Role
    >>> text = "新广告闻"  # "ad" within "news"
    >>> page = Piece(text.encode(), Role.PAGE, text, 1, 1, 0, 0, 1)
    >>> kept_bytes(page, judged_piece(page, [Cut(1, 3, "spam")])).decode()
    '新闻'
    """
    lot = Lot(piece.raw, piece.byte_start, piece.line, piece.record)
    return b"".join(kept_parts(lot, (judged,)))


def _fields(piece: Piece, start: int, end: int) -> Iterable[Field]:
    """The fields that a range of the text touches; the whole page if it has none."""
    if not piece.fields:
        return (Field("", 0, len(piece.text), 0, len(piece.raw)),)
    return (field for field in piece.fields if field.start < end and start < field.end)


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


def _removal(
    piece: Piece, group: list[Cut], field: Field, places: Places, span: tuple[int, int], line: int
) -> Removal:
    start = max(group[0].start, field.start)
    end = min(max(cut.end for cut in group), field.end)
    widest = max(group, key=lambda cut: (cut.end - cut.start, cut.score))
    raw = piece.raw[span[0] : span[1]]
    # Fields count their own characters, a page those of its lot.
    offset = -field.start if field.name else piece.char_start
    return Removal(
        raw=raw,
        cut=widest,
        inner=tuple(_inner_cuts(piece, group, field, places, offset)) if len(group) > 1 else (),
        record=piece.record,
        line=line,
        byte_start=piece.byte_start + span[0],
        char_start=start + offset,
        char_end=end + offset,
        field=field.name,
        text=_text_unlike(raw, piece.text[start:end]),
        encoding=piece.encoding,
    )


def _inner_cuts(
    piece: Piece, group: list[Cut], field: Field, places: Places, offset: int
) -> Iterator[InnerCut]:
    for cut in group:
        start, end = max(cut.start, field.start), min(cut.end, field.end)
        if start < end:
            span = places.span(start, end)
            yield InnerCut(
                cut,
                piece.byte_start + span[0],
                piece.byte_start + span[1],
                start + offset,
                end + offset,
            )


def _text_unlike(raw: bytes, text: str) -> str | None:
    """The text if its bytes in UTF-8 are others."""
    try:
        return None if text.encode() == raw else text
    except UnicodeEncodeError:
        return text
