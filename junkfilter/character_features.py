"""The characters of some pages → what a per-character model is told about each of them.

An unknown brand has no vocabulary. What gives it away is that nobody writes it (its pairs of
characters are rare in honest text), that its page repeats it where no word belongs (between a word
and a comma), and that the text closes over it when it is gone. All of this is told to the model,
beside the n-grams around the character.

Each thing is one number for each character, a hash; the highest bits of it are the index of a
weight. The same code trains and runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from junkfilter.characters import (
    N_KINDS,
    Characters,
    Int32,
    UInt8,
    levels,
    mixed,
    pair_hash,
)
from junkfilter.features import UInt32

# Start of each n-gram relative to the character, by order: those that cover or nearly touch it.
_OFFSETS = {1: range(-3, 4), 2: range(-3, 3), 3: range(-4, 3), 4: range(-4, 2)}
# Lengths of a span for which it is asked whether the text would close over it.
_GAPS = (2, 3, 4, 5, 6)
# Characters on each side whose words are looked at together; the last is the whole line.
WORD_REACHES = (3, 10, 30, 1 << 20)
WORD_LEVELS = 20
_KIND_BASE = N_KINDS + 1
_LEVEL_BASE = 9
_GOLDEN = 0x9E3779B1


def columns(characters: Characters, frequencies: UInt8, words: Sequence[Int32]) -> Iterator[UInt32]:
    """One hash for each character, for each thing that the model is told; 0 says nothing.

    Args:
        characters: of a batch of pages.
        frequencies: how common pairs and triples are in honest text; see `characters.levels`.
        words: what the line model says of the words around each character, within each of
            `WORD_REACHES`, as levels in [1, `WORD_LEVELS`).
    """
    for number, values in enumerate(_all(characters, frequencies, words)):
        # Multiplied by odd numbers: what is 0 stays 0, and each column has weights of its own.
        yield values * np.uint32((2 * number + 1) * _GOLDEN & 0xFFFFFFFF | 1)


def _all(characters: Characters, frequencies: UInt8, words: Sequence[Int32]) -> Iterator[UInt32]:
    yield from _words(characters)
    yield from _kinds(characters)
    pairs = levels(characters.grams(2), frequencies) + np.int32(1)
    triples = levels(characters.grams(3), frequencies) + np.int32(1)
    yield from _commonness(characters, pairs, triples)
    yield from _closing(characters, pairs, frequencies)
    yield from _recurrence(characters, pairs, triples)
    yield from _position(characters)
    yield from _topic(characters, words, pairs)


def _words(characters: Characters) -> Iterator[UInt32]:
    for order, offsets in _OFFSETS.items():
        grams = characters.grams(order)
        for offset in offsets:
            yield characters.shifted(grams, offset)


def _kinds(characters: Characters) -> Iterator[UInt32]:
    around = {offset: characters.kind_at(offset) for offset in range(-5, 6)}
    for offsets in (range(-2, 3), range(-5, 1), range(6), range(-1, 2)):
        yield mixed([around[offset] for offset in offsets], _KIND_BASE)


def _commonness(characters: Characters, pairs: Int32, triples: Int32) -> Iterator[UInt32]:
    p = _around(characters, pairs, range(-2, 3))
    t = _around(characters, triples, range(-3, 3))
    kinds = [characters.kind_at(offset) for offset in range(-1, 2)]
    yield mixed(p[:4], _LEVEL_BASE)
    yield mixed(p[1:], _LEVEL_BASE)
    yield mixed([p[1], p[2], *kinds], _KIND_BASE)
    yield mixed(t[:4], _LEVEL_BASE)
    yield mixed(t[1:5], _LEVEL_BASE)
    yield mixed(t[2:], _LEVEL_BASE)
    yield mixed([t[1], t[3], *kinds], _KIND_BASE)


def _closing(characters: Characters, pairs: Int32, frequencies: UInt8) -> Iterator[UInt32]:
    """How well the text would close over a span that begins or ends here, of the best length."""
    numbers = characters.numbers
    left, right = characters.shifted(numbers, -1), characters.shifted(numbers, 1)
    begins = np.zeros(len(characters), dtype=np.int32)
    ends = np.zeros(len(characters), dtype=np.int32)
    for gap in _GAPS:
        beyond = pair_hash(left, characters.shifted(numbers, gap))
        np.maximum(begins, levels(beyond, frequencies) + np.int32(1), out=begins)
        behind = pair_hash(characters.shifted(numbers, -gap), right)
        np.maximum(ends, levels(behind, frequencies) + np.int32(1), out=ends)
    before, here, after = (characters.kind_at(offset) for offset in (-1, 0, 1))
    yield mixed([characters.shifted(pairs, -1), begins, before, here], _KIND_BASE)
    yield mixed([pairs, ends, here, after], _KIND_BASE)


def _recurrence(characters: Characters, pairs: Int32, triples: Int32) -> Iterator[UInt32]:
    counts, habits = zip(*(characters.recurrence(order) for order in (2, 3)), strict=True)
    fours, _ = characters.recurrence(4)
    one = np.int32(1)
    p = _around(characters, counts[0] + one, range(-2, 2))
    t = _around(characters, counts[1] + one, range(-3, 1))
    q = _around(characters, fours + one, range(-3, 2))
    b = _around(characters, habits[0] + one, range(-3, 2))
    c = _around(characters, habits[1] + one, range(-3, 1))
    f = _around(characters, pairs, range(-1, 1))
    g = _around(characters, triples, range(-2, 1))
    kinds = [characters.kind_at(offset) for offset in range(-1, 2)]
    yield mixed([p[1], p[2], *f], _LEVEL_BASE)
    yield mixed(p, _LEVEL_BASE)
    yield mixed([t[1], t[2], t[3], *kinds], _KIND_BASE)
    yield mixed([t[1], t[3], g[0], g[2]], _LEVEL_BASE)
    yield mixed([b[2], b[3], *f], _LEVEL_BASE)
    yield mixed([b[1], b[2], b[3], b[4], kinds[1]], _KIND_BASE)
    yield mixed([c[1], c[2], c[3], g[0], g[2]], _LEVEL_BASE)
    yield mixed([q[0], q[2], q[3], q[4], *f], _LEVEL_BASE)


def _position(characters: Characters) -> Iterator[UInt32]:
    place = characters.line_places()[characters.line_of]
    lengths = np.append(characters.lengths(), 0)
    length = np.minimum(np.log2(lengths + 1).astype(np.int64), 9)[characters.line_of]
    segment, which, size, count = characters.segments()
    yield mixed([np.minimum(characters.from_start, 15), place], 17)
    yield mixed([np.minimum(characters.to_end, 15), place], 17)
    yield mixed([length, place, characters.kinds], _KIND_BASE)
    yield mixed([which, size, count, place], 33)
    yield mixed([segment, place, size], 33)
    yield mixed([characters.scripts(), characters.kinds, place], _KIND_BASE)


def _topic(characters: Characters, words: Sequence[Int32], pairs: Int32) -> Iterator[UInt32]:
    """What the line model, which knows the words of spam, thinks of the neighbourhood."""
    near, middle, far, line = words
    kinds = [characters.kind_at(offset) for offset in range(-1, 2)]
    yield mixed([near, middle], WORD_LEVELS)
    yield mixed([middle, far], WORD_LEVELS)
    yield mixed([middle, line], WORD_LEVELS)
    yield mixed([near, line, pairs], WORD_LEVELS)
    yield mixed([near, *kinds], WORD_LEVELS)
    before, after = (characters.shifted(near, offset) for offset in (-4, 4))
    yield mixed([before, near, after], WORD_LEVELS)
    before, after = (characters.shifted(middle, offset) for offset in (-11, 11))
    yield mixed([before, middle, after], WORD_LEVELS)


def _around(characters: Characters, values: Int32, offsets: Sequence[int]) -> list[Int32]:
    return [characters.shifted(values, offset) for offset in offsets]
