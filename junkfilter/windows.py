"""The best window of each line: the largest sum of a few weights in a row.

A six-character brand does not move a line of 200 characters, but it moves its window.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from junkfilter.features import Block

Int32: TypeAlias = npt.NDArray[np.int32]
Int64: TypeAlias = npt.NDArray[np.int64]
Weights: TypeAlias = npt.NDArray[np.int16] | npt.NDArray[np.int8]

# Larger than any window's sum: marks a window that reaches over a line's start.
_OUTSIDE = np.int32(1 << 24)


def best_windows(weights: Int32, marks: npt.NDArray[np.intp], sums: Int64, width: int) -> Int32:
    """Largest sum of `width` weights in a row of each line; the line's sum where it is shorter.

    Args:
        weights: of each position; those at marks are overwritten.
        marks: positions of the marks before each line and after the last.
        sums: of each line.
        width: number of positions in a window.

    >>> marks = np.array([0, 5])  # one line, such as `市馆金沙` (city, hall, and a brand)
    >>> weights = np.array([0, -1, -2, 4, 3, 0], dtype=np.int32)
    >>> best_windows(weights, marks, line_sums(weights, marks), 2).tolist()
    [7]
    """
    # A window over a mark gets a sum that is never the best, unless the line has no other one.
    weights[marks] = -_OUTSIDE
    running = np.cumsum(weights, dtype=np.int32)  # wraps; differences do not care
    best: Int32 = np.full(len(sums), -_OUTSIDE, dtype=np.int32)
    if len(running) > width:
        windows = running[width:] - running[:-width]
        starts = marks[:-1]
        inside = starts < len(windows)
        best[inside] = np.maximum.reduceat(windows, starts[inside])
    short = best < -(_OUTSIDE >> 1)
    best[short] = np.clip(sums[short], -_OUTSIDE, _OUTSIDE)
    return best


def position_weights(
    block: Block, first: int, after: int, tables: Sequence[Weights]
) -> list[Int32]:
    """For each table the sum of the weights of the n-grams that begin at each position.

    Args:
        block: the lines.
        first: first of the lines that are wanted.
        after: the line after the last one.
        tables: weights by the highest bits of an n-gram's hash, of `block.spec.size` or fewer.
    """
    shifts = [block.spec.bits + 1 - len(table).bit_length() for table in tables]
    found: list[Int32] = []
    for order, indices in block.n_grams(first, after):
        for number, (table, shift) in enumerate(zip(tables, shifts, strict=True)):
            taken = table.take(indices >> shift if shift else indices, mode="clip")
            if order == 1:  # single characters begin everywhere
                found.append(taken.astype(np.int32))
            else:
                found[number][: len(taken)] += taken
    return found


def line_sums(weights: Int32, marks: npt.NDArray[np.intp]) -> Int64:
    """Sum of each line's weights, its start mark's among them.

    64 bits: a line of 1 MiB may hold 350,000 times the largest weight.
    """
    sums: Int64 = np.add.reduceat(weights, marks[:-1], dtype=np.int64)
    return sums
