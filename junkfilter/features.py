"""A block of lines → hashed character n-grams. The same code trains and runs.

A block holds the lines of many texts laid end to end, because NumPy's cost per call is that of some
hundred characters: judging page by page costs four times as much on short texts.

Features of a line are its character 1- to 4-grams over folded characters (`junkfilter.chars`), each
with a mark for the line's start and end, so that a line that *is* a brand differs from a line that
names it. No n-gram crosses a line end. An n-gram is a number, its hash, and nothing else: the code
points' random numbers are combined by multiply-xor, and the highest bits of the result are the
index of its weight.

Knows nothing about weights or verdicts; see `junkfilter.model`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from junkfilter.character_numbers import FOREIGN, HANZI, code_point_numbers, drop_notes
from junkfilter.chars import code_points

Indices: TypeAlias = npt.NDArray[np.intp]
UInt32: TypeAlias = npt.NDArray[np.uint32]

LINE_FEED = 10
CARRIAGE_RETURN = 13
# Any character that folding drops will do: it takes the place of the CR in a CRLF.
_DROPPED = 0x200B
# Knuth's multiplicative constant (TAOCP 3, 6.4): 2**32 divided by the golden ratio, made odd.
_MULTIPLIER = np.uint32(0x9E3779B1)
STRETCH = 1 << 16
# Index that no n-gram of a line has: those that would cross a line end are sent here.
NOTHING = 0


@dataclass(frozen=True, slots=True)
class FeatureSpec:
    """What is needed to compute the same features again: part of every model's manifest.

    Attributes:
        bits: binary logarithm of the number of weights, in [10, 22].
        orders: longest n-gram, in characters, in [1, 4].
        seed: start of the code points' random numbers.
    """

    bits: int = 20
    orders: int = 4
    seed: int = 2024

    @property
    def size(self) -> int:
        """Number of weights."""
        return 1 << self.bits


class Block:
    """Lines of several texts as one array of folded characters.

    Attributes:
        marks: positions in `numbers` of the mark before each line, and one after the last;
            shape (n_lines + 1,). Line k is what lies between marks k and k + 1.
        numbers: random numbers of the folded characters and marks.
        starts: offset of each line's first character in the joined texts, shape (n_lines,).
        stops: offset of each line's terminator in the joined texts, shape (n_lines,); of a CRLF
            that of its LF.
        text_starts: offset of each text in the joined texts, shape (n_texts,).
        first_lines: first line of each text, shape (n_texts,).
        all_visible: no character was dropped.
        codes: code points of the joined texts with a line feed before and after, so that the
            character at offset i of the joined texts is `codes[i + 1]`; every line end is a line
            feed, and the CR of a CRLF some invisible character.
    """

    __slots__ = (
        "_dropped",
        "_lengths",
        "all_visible",
        "codes",
        "first_lines",
        "marks",
        "numbers",
        "spec",
        "starts",
        "stops",
        "text_starts",
        "texts",
    )

    def __init__(
        self,
        texts: Sequence[str],
        spec: FeatureSpec,
        *,
        codes: UInt32 | None = None,
        hidden: Mapping[int, Sequence[tuple[int, int]]] | None = None,
    ) -> None:
        """Reads some texts.

        Args:
            texts: each judged by itself; they share no line.
            spec: how features are computed.
            codes: what `joined_code_points` gives for the texts, where it is known already.
            hidden: by number of the text, ranges of characters that are to be treated like
                invisible ones; line ends among them stay line ends.
        """
        self.texts = texts
        self.spec = spec
        codes = _one_mark_per_line_end(joined_code_points(texts) if codes is None else codes)
        ends = np.flatnonzero(codes == LINE_FEED)
        numbers = code_point_numbers(spec.seed).take(codes, mode="clip")
        lengths = np.fromiter(map(len, texts), dtype=np.intp, count=len(texts))
        self.text_starts: Indices = np.cumsum(lengths + 1) - lengths - 1
        if hidden:
            self._hide(hidden, codes, numbers)
        drop_notes(codes, numbers)
        self.codes: UInt32 = codes
        self.starts: Indices = ends[:-1]
        self.stops: Indices = ends[1:] - 1
        self.first_lines: Indices = (
            np.searchsorted(self.starts, self.text_starts)
            if len(self.starts) > len(texts)
            else np.arange(len(texts))
        )
        self._dropped: Indices = np.flatnonzero(numbers == 0)
        self.all_visible = not len(self._dropped)
        if not self.all_visible:
            numbers = numbers[numbers != 0]
            ends = ends - np.searchsorted(self._dropped, ends)  # marks are never dropped
        self.marks: Indices = ends
        self.numbers: UInt32 = numbers
        self._lengths: Indices = np.diff(ends) - 1

    def _hide(
        self, hidden: Mapping[int, Sequence[tuple[int, int]]], codes: UInt32, numbers: UInt32
    ) -> None:
        for number, ranges in hidden.items():
            offset = int(self.text_starts[number]) + 1
            for start, end in ranges:
                here = slice(start + offset, end + offset)
                numbers[here][codes[here] != LINE_FEED] = 0

    def places(self) -> Indices:
        """Where each of `numbers` stands in `codes`, ascending, shape (len(numbers),)."""
        kept = np.ones(len(self.codes), dtype=np.bool_)
        kept[self._dropped] = False
        return np.flatnonzero(kept)

    @property
    def n_lines(self) -> int:
        """Number of lines, an empty one after each text's final terminator included."""
        return len(self.starts)

    def lengths(self) -> Indices:
        """Folded characters of each line, shape (n_lines,)."""
        return self._lengths

    def stretches(self) -> Iterator[tuple[int, int]]:
        """The block's lines in runs that fit the cache: first line, and last line exclusive.

        A run has about 64 Ki characters, so that its arrays are of the size of a second-level cache
        and memory does not grow with the page.
        """
        line = 0
        while line < self.n_lines:
            limit = self.marks[line] + STRETCH
            after = int(np.searchsorted(self.marks, limit, side="right")) - 1
            after = min(max(after, line + 1), self.n_lines)
            yield line, after
            line = after

    def n_grams(self, first: int, after: int) -> Iterator[tuple[int, Indices]]:
        """The order and the indices of the n-grams of some lines, for each order from 1 up.

        The n-gram at position i begins at character `marks[first] + i`; it is `NOTHING` where it
        would cross a line end. Position `marks[k] - marks[first]` holds the n-grams of line k that
        begin with its start mark. The longer the n-grams, the fewer positions have one.

        Args:
            first: a line of the block.
            after: the line after the last one wanted, at most `n_lines`.
        """
        marks = self.marks[first : after + 1] - self.marks[first]
        numbers = self.numbers[self.marks[first] : self.marks[after] + 1]
        shift = np.uint32(32 - self.spec.bits)
        grams = numbers
        for order in range(1, min(self.spec.orders, len(numbers)) + 1):
            if order > 1:
                grams = grams[:-1] * _MULTIPLIER
                grams ^= numbers[order - 1 :]
            indices = (grams >> shift).astype(np.intp)
            # With a mark inside, an n-gram spans two lines. One that ends with the mark is the
            # line's own, and so is one that begins with it; the mark alone is no evidence.
            for before in (0,) if order == 1 else range(1, order - 1):
                # Marks ascend by at least one, so that only the outermost few can be out of range.
                crossing = marks - before
                start, stop = np.searchsorted(crossing, (0, len(indices)))
                indices[crossing[start:stop]] = NOTHING
            yield order, indices

    def perhaps_foreign(self) -> list[int]:
        """Texts that may not be mainly Chinese, for `chars.is_mainly_chinese` to decide.

        A text is left out when more than a third of it is hanzi, and kana and hangul are at most an
        eighth as many, for it is Chinese then. Costs far less than `chars.script_profile`.
        """
        firsts = self.marks[self.first_lines]
        kinds = self.numbers & np.uint32(HANZI | FOREIGN)
        counts = np.add.reduceat(kinds, firsts)
        # Most blocks have neither kana nor hangul. Where one has, they were counted twice over.
        if np.bitwise_or.reduce(kinds) & FOREIGN:
            foreign = np.add.reduceat(kinds >> np.uint32(1), firsts)
            counts -= 2 * foreign
            doubtful = foreign * 8 > counts
        else:
            doubtful = np.zeros(len(firsts), dtype=np.bool_)
        doubtful |= counts * 3 < np.diff(firsts, append=self.marks[-1])
        found: list[int] = np.flatnonzero(doubtful).tolist()
        return found

    def texts_of(self, lines: Indices) -> list[int]:
        """Numbers of the texts that some lines of the block belong to, 0-based."""
        after = np.searchsorted(self.text_starts, self.starts[lines], side="right")
        numbers: list[int] = (after - 1).tolist()
        return numbers


def joined_code_points(texts: Sequence[str]) -> UInt32:
    """The code points of some texts laid end to end, a line feed before the first and after each.

    >>> joined_code_points(["甲", "乙"]).tolist()  # "A", "B"
    [10, 30002, 10, 20057, 10]
    """
    # A mark before the first line, one after each text: texts never share a line.
    return code_points("\n" + "\n".join(texts) + "\n")


def _one_mark_per_line_end(codes: UInt32) -> UInt32:
    """LF for every line end: a lone CR becomes one, the CR of a CRLF a dropped character."""
    returns = np.flatnonzero(codes == CARRIAGE_RETURN)
    if not len(returns):
        return codes
    codes = codes.copy()
    # The joined text ends with LF, so that every CR has a successor.
    before_feed = codes[returns + 1] == LINE_FEED
    codes[returns[before_feed]] = _DROPPED
    codes[returns[~before_feed]] = LINE_FEED
    return codes


def counted(block: Block) -> tuple[Indices, Indices, npt.NDArray[np.float32]]:
    """The block's features as a sparse matrix: what the training room learns from.

    Returns:
        `indptr` of shape (n_lines + 1,), `indices` and `counts`, as in a CSR matrix with
        `block.spec.size` columns; indices of a line ascend, without `NOTHING`.

    >>> from junkfilter.features import Block, FeatureSpec, counted
    >>> indptr, indices, counts = counted(Block(["新闻"], FeatureSpec(bits=20)))  # "news"
    >>> int(indptr[-1])  # 2 characters, 3 pairs and 2 triples with the marks, 1 of four
    8
    """
    keys: list[npt.NDArray[np.int64]] = []
    marks = block.marks
    line_of = np.repeat(np.arange(len(marks) - 1), np.diff(marks))
    for _, indices in block.n_grams(0, block.n_lines):
        here = indices[: marks[-1]]
        lines = line_of[: len(here)]
        real = here != NOTHING
        keys.append(lines[real].astype(np.int64) << block.spec.bits | here[real])
    ordered, counts = np.unique(np.concatenate(keys), return_counts=True)
    indptr = np.searchsorted(ordered >> block.spec.bits, np.arange(len(marks)))
    return indptr, (ordered & (block.spec.size - 1)).astype(np.intp), counts.astype(np.float32)
