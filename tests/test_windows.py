"""The best window of each line, against sums that are made one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from junkfilter.features import Block, FeatureSpec
from junkfilter.windows import best_windows, line_sums, position_weights

SPEC = FeatureSpec(bits=12)
# The most that the n-grams which begin at one position can weigh.
LARGEST = 4 * (1 << 15)
weights = st.integers(-9, 9) | st.sampled_from([-LARGEST, LARGEST])
lines = st.lists(st.lists(weights, max_size=14), min_size=1, max_size=6)


def naive(line: list[int], mark: int, width: int) -> int:
    """The largest sum of `width` weights of one line in a row, or the sum of a shorter line."""
    windows = [sum(line[i : i + width]) for i in range(len(line) - width + 1)]
    return max(windows, default=mark + sum(line))


@given(lines=lines, marks=st.integers(-9, 9), width=st.integers(1, 12))
def test_windows_are_the_best_of_their_line(lines: list[list[int]], marks: int, width: int) -> None:
    """No window reaches over a line's end, and a line shorter than one has its own sum."""
    positions = [value for line in lines for value in (marks, *line)]
    starts = np.cumsum([0, *(len(line) + 1 for line in lines)])
    values = np.array([*positions, 0], dtype=np.int32)  # the last mark begins nothing
    sums = line_sums(values, starts)
    assert sums.tolist() == [marks + sum(line) for line in lines]
    found = best_windows(values, starts, sums, width)
    assert found.tolist() == [naive(line, marks, width) for line in lines]


def test_sums_do_not_wrap() -> None:
    """A million of the largest weights are summed in 64 bits, and windows stay exact behind them.

    The running sum passes the end of 32 bits some sixty times.
    """
    values = np.full(1_000_002, LARGEST, dtype=np.int32)
    values[-1] = 0
    marks = np.array([0, 1_000_001])
    sums = line_sums(values, marks)
    assert sums.tolist() == [1_000_001 * LARGEST]
    assert best_windows(values, marks, sums, 10).tolist() == [10 * LARGEST]


@given(texts=st.lists(st.text("彩票a9 \n", max_size=20), min_size=1, max_size=3))
def test_each_table_gets_the_weights_of_all_n_grams(texts: list[str]) -> None:
    """A table of fewer rows is read by the higher bits of the same hashes."""
    chance = np.random.default_rng(5)
    tables = [
        chance.integers(-99, 99, SPEC.size).astype(np.int16),
        chance.integers(-99, 99, SPEC.size >> 3).astype(np.int8),
    ]
    block = Block(texts, SPEC)
    found = position_weights(block, 0, block.n_lines, tables)
    for table, shift, weights in zip(tables, (0, 3), found, strict=True):
        expected = [0] * len(block.numbers)
        for _, indices in block.n_grams(0, block.n_lines):
            for position, index in enumerate(indices.tolist()):
                expected[position] += int(table[index >> shift])
        assert weights.tolist() == expected


@given(texts=st.lists(st.text("彩票a \n", max_size=20), min_size=2, max_size=4))
def test_windows_of_a_text_are_the_same_in_a_block(texts: list[str]) -> None:
    """What stands in other texts of the block does not reach a line's windows."""
    table = np.random.default_rng(6).integers(-99, 99, SPEC.size).astype(np.int16)
    table[0] = 0  # what would cross a line end is sent there

    def windows(texts: list[str]) -> list[int]:
        block = Block(texts, SPEC)
        (found,) = position_weights(block, 0, block.n_lines, [table])
        return best_windows(found, block.marks, line_sums(found, block.marks), 6).tolist()

    together = windows(texts)
    assert together == [best for text in texts for best in windows([text])]
