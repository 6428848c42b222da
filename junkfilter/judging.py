"""Judges one lot: the work that a process does for itself and that workers do for it.

A pure function of the filter, the format and the lot: no output, no order, no memory of other lots.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from junkfilter.formats.lots import Format, Lot, Piece, Problem, Role
from junkfilter.formats.removals import JudgedPiece, Removal
from junkfilter.page import Cut, Page, line_ends, split_pages
from junkfilter.policy import DAMAGE
from junkfilter.report import Counts
from junkfilter.results import Result, put_together

# Judging page by page costs four times as much as judging blocks of this size.
BATCH_BYTES = 256 << 10
# However small they are: a million empty pages between NULs are not one block.
BATCH_PIECES = 8192
# Of a broken record that is taken out, so much becomes one object of the rejects.
_SKIPPED_BYTES = 1 << 20


class PageFilter(Protocol):
    """What judges pages: a `JunkFilter`, or in tests anything that cuts."""

    def strip_pages(self, pages: Sequence[Page], /) -> Sequence[Result]:
        """One result for each page, in order."""


class JudgedLot(NamedTuple):
    """What becomes of a lot. Travels between processes, so that what stays is not in it.

    Attributes:
        judged: the pieces that change or are spam as a whole, in order; their characters count
            from the start of the lot.
        counts: what was found, in numbers.
        notices: what people may want to know, in order.
        problems: records that could not be parsed, in order.
        characters: characters of the lot's text; 0 for records with fields.
    """

    judged: tuple[JudgedPiece, ...]
    counts: Counts
    notices: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    characters: int = 0

    def shifted(self, characters: int) -> tuple[JudgedPiece, ...]:
        """The judged pieces where so many characters came before the lot."""
        return tuple(
            each._replace(removals=tuple(r.shifted(characters) for r in each.removals))
            for each in self.judged
        )


def judge_lot(page_filter: PageFilter, page_format: Format, source: str, lot: Lot) -> JudgedLot:
    """What becomes of the pieces of a lot.

    Args:
        page_filter: judges the pages.
        page_format: what the lot was read with.
        source: name of the input, for messages and as the pages' name.
        lot: whole records.
    """
    work = _Work(page_format, source)
    work.counts.bytes = len(lot.raw)
    for batch in batches(page_format.pieces(lot)):
        work.judge(page_filter, batch)
    return JudgedLot(
        tuple(work.judged),
        work.counts,
        tuple(work.notices),
        tuple(work.problems),
        work.characters,
    )


def batches(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Pieces in lists that are worth judging at once."""
    batch: list[Piece] = []
    size = 0
    for piece in pieces:
        batch.append(piece)
        size += len(piece.raw)
        if size >= BATCH_BYTES or len(batch) >= BATCH_PIECES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def parts_of(piece: Piece) -> list[tuple[str, bool]]:
    """The texts that a piece is judged as, and whether each is an over-long line, which is not.

    Plain text was divided when it was read; a record can be of any length.
    """
    if piece.role is not Role.PAGE:
        return []
    return split_pages(piece.text) if piece.fields else [(piece.text, False)]


def pages_of(piece: Piece, source: str, parts: Sequence[tuple[str, bool]]) -> list[Page]:
    """The pages that a piece gives to judge."""
    return [
        Page(text, source, piece.url, piece.continuation or number > 0)
        for number, (text, too_long) in enumerate(parts)
        if not too_long
    ]


class _Work:
    """What has been found in a lot so far."""

    def __init__(self, page_format: Format, source: str) -> None:
        self._format = page_format
        self._source = source
        self.judged: list[JudgedPiece] = []
        self.counts = Counts()
        self.notices: list[str] = []
        self.problems: list[Problem] = []
        self.characters = 0

    def judge(self, page_filter: PageFilter, batch: Sequence[Piece]) -> None:
        parts = [parts_of(piece) for piece in batch]
        pages = [
            page
            for piece, texts in zip(batch, parts, strict=True)
            for page in pages_of(piece, self._source, texts)
        ]
        results = iter(page_filter.strip_pages(pages) if pages else ())
        for piece, texts in zip(batch, parts, strict=True):
            self.characters += piece.characters
            if piece.role is Role.PAGE:
                found = [
                    Result(text, too_long=1) if long else next(results) for text, long in texts
                ]
                self._add(piece, found, [len(text) for text, _ in texts])
            else:
                self._pass(piece)

    def _pass(self, piece: Piece) -> None:
        """Counts what is not judged; of something long only its beginning."""
        if piece.role is Role.BROKEN and self._format.skips_broken:
            self._skip(piece)
        if piece.goes_on:
            return
        if piece.role is Role.TOO_LONG:
            self.counts.too_long += 1
        elif piece.role is Role.BROKEN:
            self.counts.broken += 1
            self.problems.append(Problem(piece.reason, line=piece.line, record=piece.record))
        elif piece.reason:
            self._notice(piece, piece.reason)

    def _skip(self, piece: Piece) -> None:
        """Takes a broken record out; in parts, for a line of the rejects has its limit."""
        removals = []
        line = piece.line
        for start in range(0, len(piece.raw), _SKIPPED_BYTES):
            raw = piece.raw[start : start + _SKIPPED_BYTES]
            cut = Cut(0, len(raw), "broken", detector="format", reason=piece.reason)
            removals.append(
                Removal(raw, cut, (), piece.record, line, piece.byte_start + start, 0, 0)
            )
            line += line_ends(raw, 0, len(raw))
        self.judged.append(JudgedPiece(piece.line, piece.record, tuple(removals)))
        self.counts.removed_bytes += len(piece.raw)

    def _add(self, piece: Piece, found: Sequence[Result], lengths: Sequence[int]) -> None:
        result = found[0] if len(found) == 1 else put_together(found, lengths)
        judged = self._format.carried_out(piece, result.cuts) if result.cuts else _untouched(piece)
        removed = sum(len(removal.raw) for removal in judged.removals)
        # Of a record with fields the rest is keys and quotes; an unsearched one is untouched.
        judged_bytes = sum(f.raw_end - f.raw_start for f in piece.fields) or len(piece.raw)
        kept = judged_bytes - removed
        self._count(piece, result, judged, kept)
        if result.page_kind == "spam":
            judged = judged._replace(page_kind="spam", page_score=result.page_score)
            what = "none of its spam is cut" if kept else "nothing of it is left"
            self._notice(piece, f"page is spam as a whole (score {result.page_score:.1f}): {what}")
        if result.held_back:
            self._notice(
                piece,
                "page passed through: more of it would have been cut than --max-removed allows",
            )
        if judged.reason:
            self._notice(piece, judged.reason)
        if judged.removals or judged.page_kind:
            self.judged.append(judged)

    def _count(self, piece: Piece, result: Result, judged: JudgedPiece, kept: int) -> None:
        self.counts.add_page(
            _lines(piece),
            (removal.cut for removal in judged.removals),
            foreign=result.page_kind == "foreign",
            spam_page=result.page_kind == "spam" and bool(kept),
            damaged=any(flag.kind == DAMAGE for flag in result.flags),
        )
        self.counts.removed_bytes += sum(len(removal.raw) for removal in judged.removals)
        self.counts.too_long += result.too_long
        self.counts.held_back += result.held_back

    def _notice(self, piece: Piece, what: str) -> None:
        """Says where: the line of a text, the number of a record."""
        where = f" record {piece.record}" if piece.fields or piece.role is Role.PASSED else ""
        self.notices.append(f"{self._source}:{where or piece.line}: {what}")


def _untouched(piece: Piece) -> JudgedPiece:
    return JudgedPiece(piece.line, piece.record)


def _lines(piece: Piece) -> int:
    """Number of lines of a page's text."""
    if not piece.fields:
        return piece.lines + (not piece.raw.endswith((b"\n", b"\r")))
    text = piece.text
    ends = text.count("\n") + (text.count("\r") - text.count("\r\n") if "\r" in text else 0)
    return ends + (not text.endswith(("\n", "\r")))
