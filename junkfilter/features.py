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

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from junkfilter.chars import (
    code_points,
    folding_pairs,
    folding_table,
    foreign_code_points,
    invisible_code_points,
    reading_notes,
    tone_letters,
)

Indices: TypeAlias = npt.NDArray[np.intp]
UInt32: TypeAlias = npt.NDArray[np.uint32]

LINE_FEED = 10
CARRIAGE_RETURN = 13
# Any character that folding drops will do: it takes the place of the CR in a CRLF.
_DROPPED = 0x200B
# U+00C0 to U+01DC: Latin letters with diacritics, those of pinyin among them in both cases.
_LATIN_1 = 0xC0
_LATIN_SIZE = 0x11D
# Knuth's multiplicative constant (TAOCP 3, 6.4): 2**32 divided by the golden ratio, made odd.
_MULTIPLIER = np.uint32(0x9E3779B1)
STRETCH = 1 << 16
# The hanzi before a note and the note have at most 11 characters; text around a tone mark is
# looked at this far, so that neighbouring notes are seen at once.
_NOTE_LENGTH = 11
_NOTE_REACH = 64
# Bits of a character's number: what the page's script is told by.
HANZI = 1
FOREIGN = 2
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


@cache
def code_point_numbers(seed: int) -> UInt32:
    """A random number for each code point, equal for characters that fold alike.

    Zero stands for characters that are dropped (invisible ones), and for those alone.

    Returns:
        Array of shape (0x110000,). Costs about 15 ms once per process.
    """
    numbers = folding_table().copy()
    # All digits are one: `tyc9728` and `tyc1355` are one brand, and no number of a table of soil
    # samples is evidence. Measured: docs/evaluation.md, "Digits".
    numbers[(numbers >= ord("0")) & (numbers <= ord("9"))] = ord("0")
    numbers += np.uint32((seed * 0x61C88647) & 0xFFFFFFFF)
    # Finaliser of MurmurHash3 (Appleby, public domain): every bit of the input reaches every bit.
    numbers ^= numbers >> np.uint32(16)
    numbers *= np.uint32(0x85EBCA6B)
    numbers ^= numbers >> np.uint32(13)
    numbers *= np.uint32(0xC2B2AE35)
    numbers ^= numbers >> np.uint32(16)
    # The finaliser is a bijection, so at most one code point gets zero by chance.
    numbers[numbers == 0] = 1 << 31
    # The lowest bits reach no index of a single character: they say whether it is a hanzi.
    numbers &= ~np.uint32(HANZI | FOREIGN)
    numbers[0x3400:0xA000] |= np.uint32(HANZI)
    numbers[foreign_code_points()] |= np.uint32(FOREIGN)
    # Once more, for `㈠` is no hanzi and must have the number of `一` (one) to the last bit.
    sources, targets = folding_pairs()
    numbers[sources] = numbers[targets]
    numbers[invisible_code_points()] = 0
    numbers.setflags(write=False)
    return numbers


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

    def __init__(self, texts: Sequence[str], spec: FeatureSpec) -> None:
        self.texts = texts
        self.spec = spec
        # A mark before the first line, one after each text: texts never share a line.
        joined = "\n" + "\n".join(texts) + "\n"
        codes = code_points(joined)
        if "\r" in joined:
            codes = _one_mark_per_line_end(codes)
        ends = np.flatnonzero(codes == LINE_FEED)
        numbers = code_point_numbers(spec.seed).take(codes, mode="clip")
        _drop_notes(codes, numbers)
        self.codes: UInt32 = codes
        self.starts: Indices = ends[:-1]
        self.stops: Indices = ends[1:] - 1
        lengths = np.fromiter(map(len, texts), dtype=np.intp, count=len(texts))
        self.text_starts: Indices = np.cumsum(lengths + 1) - lengths - 1
        self.first_lines: Indices = (
            np.searchsorted(self.starts, self.text_starts)
            if len(self.starts) > len(texts)
            else np.arange(len(texts))
        )
        dropped = np.flatnonzero(numbers == 0)
        self.all_visible = not len(dropped)
        if not self.all_visible:
            numbers = numbers[numbers != 0]
            ends = ends - np.searchsorted(dropped, ends)  # marks are never dropped
        self.marks: Indices = ends
        self.numbers: UInt32 = numbers
        self._lengths: Indices = np.diff(ends) - 1

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


def _drop_notes(codes: UInt32, numbers: UInt32) -> None:
    """Zeros in `numbers` in the place of readings behind their characters, `區(qū)`.

    Looks at text around letters with tone marks only. They lie in two Unicode blocks of which
    Chinese text has little else but the sign of multiplication.
    """
    latin = np.flatnonzero(codes - np.uint32(_LATIN_1) < np.uint32(_LATIN_SIZE))
    if not len(latin):
        return
    tones = latin[_tone_marks()[codes[latin] - np.uint32(_LATIN_1)]]
    if not len(tones):
        return
    places = np.flatnonzero(numbers)
    after = -1
    for tone in np.searchsorted(places, tones).tolist():
        if tone < after:
            continue  # seen with the one before
        first, after = max(tone - _NOTE_REACH, 0), tone + _NOTE_REACH
        text = folding_table()[codes[places[first:after]]].tobytes()
        for start, end in reading_notes(text.decode("utf-32", "surrogatepass")):
            numbers[places[first + start : first + end]] = 0
        # A note may begin within the reach of this one and end beyond: look from there again.
        after -= _NOTE_LENGTH


@cache
def _tone_marks() -> npt.NDArray[np.bool_]:
    """Which code points from `_LATIN_1` on fold to a letter with a tone mark of pinyin."""
    folded = folding_table()[_LATIN_1 : _LATIN_1 + _LATIN_SIZE]
    return np.isin(folded, tone_letters())


def _one_mark_per_line_end(codes: UInt32) -> UInt32:
    """LF for every line end: a lone CR becomes one, the CR of a CRLF a dropped character."""
    codes = codes.copy()
    returns = np.flatnonzero(codes == CARRIAGE_RETURN)
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
