"""Random samples that depend on what lines say, not on when they come."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from junkfilter.features import Block

UInt64: TypeAlias = npt.NDArray[np.uint64]
_GOLDEN = 0x9E3779B97F4A7C15
_WORD = (1 << 64) - 1


def line_hashes(block: Block, seed: int) -> UInt64:
    """A random number of each line of a block, the same for the same folded characters.

    The lines with the lowest numbers of a crawl are a random sample of its different lines: a line
    of navigation that is on every page is drawn once, and no more easily than another.

    Args:
        block: the lines.
        seed: another one gives other numbers.

    Returns:
        Shape (n_lines,).

    >>> from junkfilter.features import FeatureSpec
    >>> hashes = line_hashes(Block(["天气", "新闻\\n天氣"], FeatureSpec()), 0)  # weather, news
    >>> bool(hashes[0] == hashes[2]), bool(hashes[0] == hashes[1])
    (True, False)
    """
    sizes = np.diff(np.append(block.marks, len(block.numbers)))
    place = np.arange(len(block.numbers)) - np.repeat(block.marks, sizes)
    # Odd factors, so that no character of a line is lost, and another for each place.
    factors = _mixed(place.astype(np.uint64)) | np.uint64(1)
    products = (block.numbers.astype(np.uint64) * factors)[: block.marks[-1]]
    sums = np.add.reduceat(products, block.marks[:-1])
    return _mixed(sums ^ np.uint64((seed + 1) * _GOLDEN & _WORD))


def _mixed(values: UInt64) -> UInt64:
    """The finaliser of splitmix64 (Steele, Lea, Flood, 2014)."""
    mixed = values + np.uint64(_GOLDEN)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
