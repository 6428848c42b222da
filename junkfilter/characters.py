"""The characters of some pages, one by one: what each is, and what stands around it on its line.

Where `junkfilter.features` sums a line up, this looks at every character of the few pages that may
hold something put in. What it looks at are the folded characters of the same `Block`: invisible
ones, and noise that was proved before, are not there.

Nothing here depends on the other pages of a batch: what lies beyond a line's marks is nothing, and
recurrence is counted in the page. Knows nothing about weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from junkfilter.chars import code_points, folding_table, script_kinds
from junkfilter.features import Block, Indices, UInt32

UInt8: TypeAlias = npt.NDArray[np.uint8]
Int32: TypeAlias = npt.NDArray[np.int32]
Int64: TypeAlias = npt.NDArray[np.int64]
UInt64: TypeAlias = npt.NDArray[np.uint64]
Array = TypeVar("Array", Int32, Int64, UInt32)

# Kinds of characters. Marks are those of line ends.
MARK, HANZI, DIGIT, LATIN, BLANK, COMMA, STOP, OPENING, CLOSING, JOINER, SYMBOL, RARE, FOREIGN = (
    range(13)
)
N_KINDS = 13
# After these a clause ends: what stands between one of them and a word stands alone.
PAUSES = (MARK, COMMA, STOP)
# What divides the segments of a title.
BREAKS = (MARK, BLANK, COMMA, STOP, OPENING, CLOSING, JOINER)
_MEMBERS = {
    DIGIT: "0123456789",
    LATIN: "abcdefghijklmnopqrstuvwxyz",
    BLANK: " \t\u3000\u00a0",
    COMMA: ",、;:",
    STOP: "。.!?…",
    OPENING: "([{<《〈「『【“‘〔",
    CLOSING: ")]}>》〉」』】”’〕\"'",
    JOINER: "-_|·•—~/+=&@#*\\^",
}
# Kinds of `chars.script_kinds` in the order of its numbers, as kinds of this module.
_OF_SCRIPT = (SYMBOL, HANZI, HANZI, HANZI, FOREIGN, FOREIGN, LATIN, DIGIT, FOREIGN)
_SIMPLIFIED_ONLY, _TRADITIONAL_ONLY = 2, 3
# Emoji, dingbats and private use: no Chinese prose needs them.
_RARE_BLOCKS = ((0x2600, 0x27C0), (0x1F000, 0x20000), (0xE000, 0xF900))
_GOLDEN = np.uint32(0x9E3779B1)
_MIXER = np.uint32(0x85EBCA6B)
# A page is Traditional with this many more characters that only that script has, and the reverse.
_SURE_SCRIPT = 3


class Characters:
    """The characters of the pages of a block, marks of line ends among them.

    Of all lines, or by `of_lines` of some of them, with what their pages know: each line's own
    characters are told the same then.

    Attributes:
        block: the lines of the pages.
        lines: numbers of these lines in the block, ascending.
        marks: where the mark before each line stands, and the one after the last.
        numbers: random number of each character, shape (n,); see `Block`.
        kinds: what it is, one of this module's kinds, shape (n,).
        line_of: its line, an index into `lines`; for the last mark their number. Shape (n,).
        places: its place in `block.codes`, shape (n,).

    >>> from junkfilter.features import Block, FeatureSpec
    >>> characters = Characters(Block(["新闻,晴"], FeatureSpec()))  # "news, sunny"
    >>> [MARK, HANZI, HANZI, COMMA, HANZI, MARK] == characters.kinds.tolist()
    True
    """

    def __init__(self, block: Block) -> None:
        self.block = block
        self.lines: Indices = np.arange(block.n_lines)
        self.marks = block.marks
        self.numbers = block.numbers
        self.places = block.places()
        kinds = _kinds()[folding_table()[block.codes[self.places]]].astype(np.int32)
        kinds[self.marks] = MARK
        self.kinds: Int32 = kinds
        self._whole = self
        self._prepare()

    def _prepare(self) -> None:
        sizes = np.diff(np.append(self.marks, len(self.numbers)))
        self.line_of: Indices = np.repeat(np.arange(len(self.marks)), sizes)
        self._near: dict[int, Indices] = {}
        self._grams: dict[int, UInt32] = {}
        self._kinds_at: dict[int, Int32] = {}

    def of_lines(self, lines: Indices) -> Characters:
        """The characters of some lines of the block, at least one, whose numbers ascend."""
        part = Characters.__new__(Characters)
        starts, stops = self.block.marks[lines], self.block.marks[lines + 1]
        sizes = stops - starts
        ends = np.cumsum(sizes)
        own = np.arange(ends[-1]) - np.repeat(ends - sizes - starts, sizes)
        chosen = np.append(own, len(self) - 1)  # a mark is after the last line, as after all
        part.block, part.lines, part.marks = self.block, lines, np.append(ends - sizes, ends[-1])
        part.numbers, part.kinds = self.numbers[chosen], self.kinds[chosen]
        part.places = self.places[chosen]
        part._whole = self
        part._prepare()
        return part

    def __len__(self) -> int:
        return len(self.numbers)

    def stretches(self) -> Iterator[tuple[int, int, int]]:
        """These lines in runs: where the first one's mark stands, its number in the block, and the
        number after the last one's."""
        if self._whole is self:
            for first, after in self.block.stretches():
                yield int(self.marks[first]), first, after
        else:
            for mark, line in zip(self.marks.tolist(), self.lines.tolist(), strict=False):
                yield mark, line, line + 1

    def lengths(self) -> Indices:
        """Characters of each line, without its marks; shape (lines,)."""
        return self.block.lengths()[self.lines]

    @cached_property
    def pages(self) -> Indices:
        """Number of the text that each character belongs to; marks belong to what follows."""
        texts = np.asarray(self.block.texts_of(self.lines), dtype=np.intp)
        pages: Indices = np.append(texts, texts[-1])[self.line_of]
        return pages

    @cached_property
    def from_start(self) -> Int64:
        """Distance from the mark before the line, 1 for its first character; 0 for the mark."""
        distance: Int64 = np.arange(len(self)) - self.marks[self.line_of]
        return distance

    @cached_property
    def to_end(self) -> Int64:
        """Distance to the mark after the line, 1 for its last character."""
        stops = np.append(self.marks[1:], len(self))
        distance: Int64 = stops[self.line_of] - np.arange(len(self))
        return distance

    def grams(self, order: int) -> UInt32:
        """Hash of the n-gram that begins at each character; 0 where it would cross a line end."""
        if order not in self._grams:
            self._grams[order] = self._hashed(order)
        return self._grams[order]

    def _hashed(self, order: int) -> UInt32:
        numbers = self.numbers
        grams = numbers.copy()
        for step in range(1, order):
            grams[:-step] = grams[:-step] * _GOLDEN ^ numbers[step:]
        grams[len(grams) - order + 1 :] = 0
        # One that begins or ends with a mark is the line's own; a mark alone is nothing.
        for before in (0,) if order == 1 else range(1, order - 1):
            crossing = self.marks - before
            grams[crossing[crossing >= 0]] = 0
        return grams

    def shifted(self, values: Array, offset: int) -> Array:
        """What stands `offset` characters further on the same line; 0 beyond its marks.

        The mark after the line counts as beyond it, the one before as the line's own.
        """
        if not offset:
            return values
        result = np.empty_like(values)
        if offset > 0:
            result[:-offset] = values[offset:]
        else:
            result[-offset:] = values[:offset]
        # What has no value yet lies beyond the marks of the first or the last line.
        result[self._beyond(offset)] = 0
        return result

    def _beyond(self, offset: int) -> Indices:
        """Characters for which what stands `offset` further is on another line."""
        if offset not in self._near:
            beyond = self.from_start < (1 if offset > 0 else -offset)
            if offset > 0:
                beyond |= self.to_end <= offset
            self._near[offset] = np.flatnonzero(beyond)
        return self._near[offset]

    def kind_at(self, offset: int) -> Int32:
        """Kind of the character `offset` further, plus 1; 0 beyond the line."""
        if offset not in self._kinds_at:
            self._kinds_at[offset] = self.shifted(self.kinds + np.int32(1), offset)
        return self._kinds_at[offset]

    def recurrence(self, order: int) -> tuple[Int32, Int32]:
        """How often each n-gram stands on its page, and how often of these before a pause.

        Returns:
            Levels of the count: 0 for once, then twice, 3 or 4, 5 to 8, more. Levels of those
            before a pause: 0 for none, 1 once, 2 twice or more, 3 always and twice, 4 always and
            more often.
        """
        keys, own = np.unique(self._keys(order), return_inverse=True)
        whole = self._whole
        known, places = whole._keys(order), own
        pauses = whole._pauses_after(order)
        if whole is not self:
            places = np.searchsorted(keys, known)
            here = keys.take(places, mode="clip") == known
            places, pauses = places[here], pauses[here]
        counts = np.bincount(places, minlength=len(keys))
        before = np.bincount(places, weights=pauses, minlength=len(keys)).astype(np.int64)
        level = np.searchsorted(np.array([1, 2, 4, 8]), counts).astype(np.int32)
        always = (before == counts) & (counts >= 2)
        habit = np.minimum(before, 2) + np.where(always, 1 + (counts >= 3), 0)
        real = self.grams(order) != 0
        return level[own] * real, np.minimum(habit, 4).astype(np.int32)[own] * real

    def _keys(self, order: int) -> UInt64:
        """The n-gram that begins at each character, together with its page."""
        keys: UInt64 = self.grams(order).astype(np.uint64)
        keys |= self.pages.astype(np.uint64) << np.uint64(32)
        return keys

    def _pauses_after(self, order: int) -> npt.NDArray[np.bool_]:
        """Whether a clause ends behind the n-gram that begins at each character."""
        after = self.kind_at(order)
        pauses: npt.NDArray[np.bool_] = np.isin(after, [0, *(kind + 1 for kind in PAUSES)])
        return pauses

    def line_places(self) -> Int64:
        """1 for each page's first written line, 2 for its last, 4 for one alone, 3 for others.

        Shape (lines + 1,), the last one for the mark after the last line.
        """
        written = np.flatnonzero(self.block.lengths() > 0)
        texts = np.asarray(self.block.texts_of(written))
        places = np.full(self.block.n_lines + 1, 3, dtype=np.int64)
        first, last = np.diff(texts, prepend=-1) != 0, np.diff(texts, append=-1) != 0
        places[written[last]] = 2
        places[written[first]] = 1
        places[written[first & last]] = 4
        own: Int64 = places[np.append(self.lines, self.block.n_lines)]
        return own

    def segments(self) -> tuple[Int64, Int64, Int64, Int64]:
        """Of the segment between joiners, blanks and punctuation that each character is in:

        a hash of it (21 bits), whether it is the line's first (2), last (3), both (4) or another
        (1), its length, and the number of segments of the line plus 1, at most 9.
        """
        breaks = np.isin(self.kinds, BREAKS)
        which = np.cumsum(breaks) - 1
        starts = np.flatnonzero(breaks)
        sizes = np.diff(np.append(starts, len(self)))
        hashes = np.add.reduceat(self.numbers * _MIXER, starts, dtype=np.uint32)
        lines = self.line_of[starts]
        full = sizes > 1
        per_line = np.bincount(lines[full], minlength=len(self.marks))
        rank = np.cumsum(full) - np.concatenate([[0], np.cumsum(per_line)])[lines]
        place = 1 + (rank <= 1) + 2 * (rank == per_line[lines])
        return (
            (hashes >> np.uint32(11)).astype(np.int64)[which],
            place.astype(np.int64)[which],
            np.minimum(sizes, 24)[which],
            np.minimum(per_line, 8)[self.line_of] + 1,
        )

    def scripts(self) -> Int32:
        """Script of the page (Simplified 1, Traditional 2) times 3, plus that of the character."""
        kinds = script_kinds()[self.block.codes[self.places]]
        own = np.where(kinds == _SIMPLIFIED_ONLY, 1, np.where(kinds == _TRADITIONAL_ONLY, 2, 0))
        return self._whole._page_scripts[self.pages] * np.int32(3) + own.astype(np.int32)

    @cached_property
    def _page_scripts(self) -> Int32:
        """Script of each page: Simplified 1, Traditional 2, neither for sure 0."""
        kinds = script_kinds()[self.block.codes[self.places]]
        n_pages = len(self.block.texts)
        simplified = np.bincount(self.pages, kinds == _SIMPLIFIED_ONLY, n_pages)
        traditional = np.bincount(self.pages, kinds == _TRADITIONAL_ONLY, n_pages)
        scripts = np.zeros(n_pages, dtype=np.int32)
        scripts[simplified > 2 * traditional + _SURE_SCRIPT] = 1
        scripts[traditional > 2 * simplified + _SURE_SCRIPT] = 2
        return scripts


def pair_hash(left: UInt32, right: UInt32) -> UInt32:
    """Hash of the pair that two characters would be; 0 where there is only one of them."""
    pair: UInt32 = left * _GOLDEN ^ right
    pair[(left == 0) | (right == 0)] = 0
    return pair


def frequency_index(grams: UInt32, size: int) -> Indices:
    """Index of n-grams in a table of `size` levels, a power of two."""
    shift = np.uint32(33 - size.bit_length())
    index: Indices = (grams * _MIXER >> shift).astype(np.intp)
    return index


def levels(grams: UInt32, frequencies: UInt8) -> Int32:
    """How common pairs and triples of characters are in honest text, as levels in [0, 8).

    Args:
        grams: hashes of n-grams.
        frequencies: levels, two in each byte, the lower half first.
    """
    index = frequency_index(grams, 2 * len(frequencies))
    packed = frequencies.take(index >> 1, mode="clip")
    level: Int32 = (packed >> ((index & 1) << 2).astype(np.uint8) & np.uint8(7)).astype(np.int32)
    return level


def mixed(values: Sequence[npt.NDArray[np.integer]], base: int) -> UInt32:
    """One hash of several small numbers, each below `base`."""
    total = np.zeros(len(values[0]), dtype=np.uint32)
    for value in values:
        total = total * np.uint32(base) + value.astype(np.uint32)
    # The finaliser of MurmurHash3, cut short (Appleby, public domain).
    total = (total + np.uint32(1)) * np.uint32(0xC2B2AE35)
    return total ^ total >> np.uint32(15)


@cache
def pause_table() -> npt.NDArray[np.bool_]:
    """Whether each code point ends a clause, a line feed among them; shape (0x110000,)."""
    pauses = np.isin(_kinds()[folding_table()], PAUSES[1:])
    pauses[ord("\n")] = True
    return pauses


@cache
def _kinds() -> UInt8:
    """Kind of every folded code point, shape (0x110000,)."""
    kinds: UInt8 = np.array(_OF_SCRIPT, dtype=np.uint8)[script_kinds()]
    for first, after in _RARE_BLOCKS:
        kinds[first:after] = RARE
    for kind, members in _MEMBERS.items():
        kinds[code_points(members)] = kind
    return kinds
