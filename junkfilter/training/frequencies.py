"""How common pairs and triples of characters are in honest text, as levels in a small table.

A page of a source is told how common its pairs are in the *other* sources: a model that learned
from pages whose every pair is known would find nothing strange later, or everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import jieba
import numpy as np
import numpy.typing as npt

from junkfilter.characters import Characters, UInt8, frequency_index
from junkfilter.features import Block, FeatureSpec

Keys = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]
# Levels in the table: 2**21, so that the 1.1 million pairs and triples that are counted fill less
# than half of it, and an unknown one seldom meets a known one's level.
LEVEL_BITS = 22
# Seen less often than this says nothing; by order. Most triples of a corpus are seen once.
_FEWEST = {2: 2, 3: 4}
_HIGHEST = 7
_LINES = 4000
# Words of the dictionary that its corpus has less often are left out; the others count so often as
# a term does that four lines have.
_RARE_WORD = 3
_MOST_COMMON = 4
_DICTIONARY = "jieba's dictionary"


class Frequencies:
    """Counts of the pairs and triples of honest lines, by source.

    Args:
        lines: honest lines by source.
        spec: how characters are folded and hashed.
    """

    def __init__(self, lines: Mapping[str, Sequence[str]], spec: FeatureSpec) -> None:
        self._own = {source: _counted(own, spec) for source, own in sorted(lines.items()) if own}
        self._own[_DICTIONARY] = _counted(_dictionary_words(), spec, within=True)
        keys = [keys for keys, _ in self._own.values()]
        self._keys, inverse = np.unique(_concatenated(keys), return_inverse=True)
        counts = _concatenated([counts.astype(np.uint64) for _, counts in self._own.values()])
        self._counts: Counts = np.zeros(len(self._keys), dtype=np.int64)
        np.add.at(self._counts, inverse, counts.astype(np.int64))
        self._tables: dict[str, UInt8] = {}

    def table(self, without: str = "") -> UInt8:
        """The levels of all sources but one, two in each byte, shape (2**(LEVEL_BITS - 1),)."""
        if without not in self._own:
            without = ""
        if without not in self._tables:
            counts = self._counts
            if without:
                keys, own = self._own[without]
                counts = counts.copy()
                counts[np.searchsorted(self._keys, keys)] -= own
            self._tables[without] = _packed(_levels(self._keys, counts))
        return self._tables[without]


def _concatenated(arrays: Sequence[npt.NDArray[np.uint64]]) -> npt.NDArray[np.uint64]:
    return np.concatenate([np.zeros(0, dtype=np.uint64), *arrays])


def _dictionary_words() -> list[str]:
    """Words of jieba's dictionary (MIT) that are common enough, each as often as it will count.

    Twelve million characters of corpora do not have every name and term: `忽必烈` (Kublai Khan) is
    no brand because one source alone writes of him.
    """
    words: list[str] = []
    with Path(jieba.get_dict_file().name).open(encoding="utf-8") as file:
        for row in file:
            word, count, *_ = row.split()
            if len(word) > 1 and int(count) >= _RARE_WORD:
                words += [word] * _MOST_COMMON
    return words


def _counted(
    lines: Sequence[str], spec: FeatureSpec, *, within: bool = False
) -> tuple[Keys, Counts]:
    """Different pairs and triples, by order and hash, and how often each was seen.

    Args:
        lines: where to count.
        spec: how characters are hashed.
        within: leave out those that hold the start or the end of a line.
    """
    found: list[Keys] = []
    for first in range(0, len(lines), _LINES):
        characters = Characters(Block(["\n".join(lines[first : first + _LINES])], spec))
        for order in _FEWEST:
            grams = characters.grams(order)
            if within:
                grams[characters.block.marks] = 0
                grams[characters.to_end < order] = 0
            found.append(grams[grams != 0].astype(np.uint64) | np.uint64(order << 32))
    keys, counts = np.unique(np.concatenate(found), return_counts=True)
    return keys, counts.astype(np.int64)


def _levels(keys: Keys, counts: Counts) -> UInt8:
    """Levels by index: half a decade of counts each, 0 for the unknown; the commonest counts."""
    order = keys >> np.uint64(32)
    common = np.zeros(len(keys), dtype=np.bool_)
    for number, fewest in _FEWEST.items():
        common |= (order == number) & (counts >= fewest)
    grams = (keys[common] & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    level = np.floor(2 * np.log10(counts[common]) + 0.4)
    table: UInt8 = np.zeros(1 << LEVEL_BITS, dtype=np.uint8)
    level = np.clip(level, 1, _HIGHEST).astype(np.uint8)
    np.maximum.at(table, frequency_index(grams, len(table)), level)
    return table


def _packed(table: UInt8) -> UInt8:
    packed: UInt8 = table[::2] | table[1::2] << np.uint8(4)
    return packed
