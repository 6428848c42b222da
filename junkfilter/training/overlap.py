"""Which lines nearly stand in another set of lines. Keeps test lines, and lines much like them, out
of training.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from junkfilter.features import Block, FeatureSpec, Indices

_WIDTH = 8
_BATCH = 4096
_SPEC = FeatureSpec()
_FACTOR = np.uint64(0x9E3779B97F4A7C15)


class Shingles:
    """The set of all 8-character pieces of some lines, over folded characters."""

    def __init__(self, lines: Sequence[str]) -> None:
        parts = [pieces for pieces, _ in _pieces(lines)]
        self._known = np.unique(np.concatenate(parts))

    def shares(self, lines: Sequence[str]) -> npt.NDArray[np.float64]:
        """For each line the share of its pieces that the set holds, in [0, 1].

        A line shorter than a piece counts as one piece, its whole: share 0 or 1.
        """
        shares: list[npt.NDArray[np.float64]] = []
        for pieces, starts in _pieces(lines):
            place = np.searchsorted(self._known, pieces).clip(max=len(self._known) - 1)
            found = (self._known[place] == pieces).astype(np.float64)
            counts = np.diff(np.append(starts, len(pieces)))
            shares.append(np.add.reduceat(found, starts) / counts)
        return np.concatenate(shares) if shares else np.zeros(0)


def _pieces(lines: Sequence[str]) -> list[tuple[npt.NDArray[np.uint64], Indices]]:
    """For each batch of lines: hashes of their pieces, and where each line's pieces begin."""
    result = []
    for first in range(0, len(lines), _BATCH):
        batch = [_one_line(line) for line in lines[first : first + _BATCH]]
        block = Block(batch, _SPEC)
        numbers = block.numbers.astype(np.uint64)
        # A padding of marks, so that the last characters have pieces too.
        padded = np.append(numbers, np.full(_WIDTH, numbers[block.marks[-1]]))
        hashes = np.zeros(len(numbers), dtype=np.uint64)
        mark = numbers[block.marks[0]]
        over = np.zeros(len(numbers), dtype=bool)
        for offset in range(_WIDTH):
            here = padded[offset : offset + len(numbers)]
            over |= here == mark
            # Beyond the line's end nothing is added: a short line is hashed as a whole.
            hashes = np.where(over, hashes, (hashes ^ here) * _FACTOR)
        result.append(_of_lines(hashes, over, block))
    return result


def _of_lines(
    hashes: npt.NDArray[np.uint64], over: npt.NDArray[np.bool_], block: Block
) -> tuple[npt.NDArray[np.uint64], Indices]:
    wanted = ~over
    # The first piece of every line is wanted even when the line is shorter than a piece.
    first = block.marks[:-1] + 1
    wanted[first] = True
    places = np.flatnonzero(wanted)
    return hashes[places], np.searchsorted(places, first)


def _one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")
