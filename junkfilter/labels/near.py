"""Lines that are nearly the same: MinHash over folded text.

Two lines are near if their sets of three-character pieces overlap by three quarters, as far as 32
hashes tell (Broder, "On the resemblance and containment of documents", 1997). Which pairs are
compared is decided by bands of four hashes (Leskovec, Rajaraman, Ullman, "Mining of Massive
Datasets", chapter 3): of lines that overlap by 0.8, 98 in 100 meet in one of the eight bands.

Digits are one class, and blanks do not count: a counter of visits and a brand's code make no other
line. Hashes are the same on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from junkfilter.chars import code_points, fold, without_notes

HASHES = 32
BANDS = 8
# Hashes that two near lines share at least.
_SAME = 24
# Lines of one band that a new one is compared with.
_MOST_COMPARED = 8
_PIECE = 3
_SEED = 0x6A756E6B
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_DIGITS = re.compile("[0-9]")
_BLANKS = re.compile(r"\s+")


def signature(text: str) -> bytes:
    """The 32 smallest hashes of a line, 128 bytes.

    >>> signature("浏览 12 次") == signature("浏览345次")  # "read 12 times"
    False
    >>> signature("浏览 12 次") == signature("瀏覽34次")
    True
    """
    characters = code_points(plain(text)).astype(np.uint64) + np.uint64(1)
    width = min(_PIECE, len(characters))
    if not width:
        return bytes(4 * HASHES)
    pieces = np.zeros(len(characters) - width + 1, dtype=np.uint64)
    for offset in range(width):
        pieces = (pieces ^ characters[offset : offset + len(pieces)]) * _FACTOR
        pieces ^= pieces >> np.uint64(29)
    factors, shifts = _permutations()
    hashes = np.unique(pieces)[:, None] * factors[None, :] + shifts[None, :]
    smallest: bytes = (hashes >> np.uint64(32)).min(axis=0).astype("<u4").tobytes()
    return smallest


def plain(text: str) -> str:
    """What is compared of a line: folded, without readings and blanks, all digits 0."""
    folded = _BLANKS.sub("", without_notes(fold(text)))
    return _DIGITS.sub("0", folded)


def bands(signed: bytes) -> list[bytes]:
    """The keys under which a line is found: eight, each of 17 bytes with its number in front."""
    width = 4 * HASHES // BANDS
    return [bytes([part]) + signed[part * width : (part + 1) * width] for part in range(BANDS)]


def resemble(first: bytes, second: bytes) -> bool:
    """Whether the lines of two signatures are near; what is no signature is near to nothing."""
    if not isinstance(first, bytes) or len(first) != len(second):
        return False  # a file of labels may be a stranger's
    same = np.frombuffer(first, dtype="<u4") == np.frombuffer(second, dtype="<u4")
    return int(same.sum()) >= _SAME


def clusters(texts: Sequence[str]) -> list[int]:
    """For each line the number of its cluster, which is the index of the cluster's first line.

    Lines that are near one another, directly or by way of others, are one cluster. Whose splits
    must not cut through a campaign divides clusters, not lines. Sort the lines first if the order
    in which they came must not matter.

    >>> clusters(["新浪新闻网首页", "天气", "新浪新闻网首页。"])  # a portal's name, "weather"
    [0, 1, 0]
    """
    roots = list(range(len(texts)))

    def root(number: int) -> int:
        while roots[number] != number:
            roots[number] = roots[roots[number]]
            number = roots[number]
        return number

    signed = [signature(text) for text in texts]
    first: dict[bytes, list[int]] = {}
    for number, own in enumerate(signed):
        for band in bands(own):
            for other in first.setdefault(band, []):
                if root(other) != root(number) and resemble(signed[other], own):
                    low, high = sorted((root(other), root(number)))
                    roots[high] = low
            # A handful of each band: whoever is near the tenth is near one of the first.
            if len(first[band]) < _MOST_COMPARED:
                first[band].append(number)
    return [root(number) for number in range(len(texts))]


@cache
def _permutations() -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Odd factors and shifts of 32 hash functions, from splitmix64 (Steele et al., 2014)."""
    numbers: list[int] = []
    state = _SEED
    mask = (1 << 64) - 1
    for _ in range(2 * HASHES):
        state = (state + 0x9E3779B97F4A7C15) & mask
        mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & mask
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & mask
        numbers.append(mixed ^ (mixed >> 31))
    values = np.array(numbers, dtype=np.uint64)
    return values[:HASHES] | np.uint64(1), values[HASHES:]
