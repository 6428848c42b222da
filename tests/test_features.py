"""Features of lines against a slow reference written here, over texts chosen to be awkward."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junkfilter.character_numbers import code_point_numbers
from junkfilter.chars import fold, folding_pairs, invisible_code_points
from junkfilter.features import NOTHING, STRETCH, Block, FeatureSpec, counted
from junkfilter.page import split_lines

SPEC = FeatureSpec(bits=18)
# Line ends, characters that are dropped, widths, digits, damage: little else goes wrong.
CHARACTERS = "新闻国產Ａa9⑨\n\r\u200b\ufeff\u2028_ \0\udc80ア"
texts = st.text(st.sampled_from(CHARACTERS), max_size=14)
batches = st.lists(texts, min_size=1, max_size=4)


def reference_lines(text: str) -> list[str]:
    """A text's lines, folded; what follows its last line end is a line too."""
    return [fold(line) for line in re.split("\r\n|\n|\r", text)]


def reference_number(character: str, spec: FeatureSpec) -> int:
    """The number of a folded character; a mark is a line feed."""
    digit = "0" <= character <= "9"
    return int(code_point_numbers(spec.seed)[ord("0" if digit else character)])


def reference_grams(line: str, spec: FeatureSpec) -> list[list[int]]:
    """Indices of a folded line's n-grams by position (0 is the start mark) and order."""
    numbers = [reference_number(character, spec) for character in f"\n{line}\n"]
    found: list[list[int]] = []
    for start in range(len(numbers) - 1):
        found.append([])
        for order in range(1, min(spec.orders, len(numbers) - start) + 1):
            value = numbers[start]
            for number in numbers[start + 1 : start + order]:
                value = (value * 0x9E3779B1 & 0xFFFFFFFF) ^ number
            index = value >> (32 - spec.bits)
            found[-1].append(NOTHING if order == 1 and start == 0 else index)
    return found


def grams_of(block: Block) -> list[list[list[int]]]:
    """Indices by line, position and order, without those that stand for nothing."""
    marks = block.marks.tolist()
    lines: list[list[list[int]]] = [[[] for _ in range(b - a)] for a, b in pairwise(marks)]
    for _, indices in block.n_grams(0, block.n_lines):
        for line, (first, stop) in enumerate(pairwise(marks)):
            for position, index in enumerate(indices[first:stop].tolist()):
                if index != NOTHING:
                    lines[line][position].append(index)
    return lines


def joined_lines(batch: list[str]) -> list[str]:
    """The lines of a block: a lone CR at the end of a text and the text's end are one."""
    return [line for text in batch for line in reference_lines(re.sub("\r$", "", text))]


@settings(deadline=None)
@given(batch=batches)
def test_block_agrees_with_the_reference(batch: list[str]) -> None:
    """The n-grams of each line are those of the line alone: none crosses a line end."""
    block = Block(batch, SPEC)
    expected = [
        [
            [index for index in position if index != NOTHING]
            for position in reference_grams(line, SPEC)
        ]
        for line in joined_lines(batch)
    ]
    assert expected == grams_of(block)


@settings(deadline=None)
@given(batch=batches)
def test_code_points_are_those_of_the_texts(batch: list[str]) -> None:
    """`codes` has every text's characters at its offset, but for line ends and CRs before them."""
    block = Block(batch, SPEC)
    for text, offset in zip(batch, block.text_starts.tolist(), strict=True):
        found = block.codes[offset + 1 : offset + 1 + len(text)].tolist()
        assert all(
            code == ord(char) or char == "\r" for code, char in zip(found, text, strict=True)
        )


@settings(deadline=None)
@given(batch=batches)
def test_first_lines_are_where_texts_begin(batch: list[str]) -> None:
    """The first line of each text starts at the text's own offset."""
    block = Block(batch, SPEC)
    assert block.starts[block.first_lines].tolist() == block.text_starts.tolist()


@settings(deadline=None)
@given(batch=batches)
def test_lines_are_those_of_the_page(batch: list[str]) -> None:
    """Starts of the lines, and which text each belongs to, agree with `split_lines`."""
    block = Block(batch, SPEC)
    for number, text in enumerate(batch):
        offset = int(block.text_starts[number])
        mine = [
            k for k, text in enumerate(block.texts_of(np.arange(block.n_lines))) if text == number
        ]
        starts = [int(block.starts[k]) - offset for k in mine]
        mark = text.startswith("\ufeff")
        expected = [0 if mark and line.number == 1 else line.start for line in split_lines(text)]
        assert expected == starts[: len(expected)]
        assert all(start == len(text) or text == "\ufeff" for start in starts[len(expected) :])
    lengths = [len(line) for line in joined_lines(batch)]
    assert lengths == block.lengths().tolist()


@settings(deadline=None)
@given(batch=batches, ends=st.tuples(st.integers(0, 9), st.integers(0, 9)))
def test_some_lines_have_the_n_grams_of_the_whole_block(
    batch: list[str], ends: tuple[int, int]
) -> None:
    """A run of lines taken by itself has what these lines have in the block."""
    block = Block(batch, SPEC)
    first, after = sorted(min(end, block.n_lines) for end in ends)
    if first == after:
        return
    start, stop = block.marks[first], block.marks[after]
    whole = dict(block.n_grams(0, block.n_lines))
    for order, indices in block.n_grams(first, after):
        assert whole[order][start:stop][: len(indices)].tolist() == indices[: stop - start].tolist()


@given(lengths=st.lists(st.integers(0, 9), min_size=1, max_size=30))
def test_stretches_cover_every_line_once(lengths: list[int]) -> None:
    """Runs that fit the cache are whole lines, in order, whatever their lengths."""
    block = Block(["\n".join("甲" * (length * 9000) for length in lengths)], SPEC)
    runs = list(block.stretches())
    assert [0, *(after for _, after in runs)] == [*(first for first, _ in runs), block.n_lines]
    for first, after in runs:
        size = block.marks[after] - block.marks[first]
        assert after == first + 1 or size <= STRETCH


@pytest.mark.parametrize("orders", [1, 2, 3, 4])
@pytest.mark.parametrize("text", ["", "甲", "甲\n", "\n\n", "甲\r\n\r乙", "甲乙丙丁戊"], ids=repr)
def test_short_lines(text: str, orders: int) -> None:
    """Lines shorter than the n-gram, empty ones too, have the n-grams that fit them."""
    spec = FeatureSpec(bits=18, orders=orders)
    expected = [
        [
            [index for index in position if index != NOTHING]
            for position in reference_grams(line, spec)
        ]
        for line in joined_lines([text])
    ]
    assert expected == grams_of(Block([text], spec))


@settings(deadline=None)
@given(batch=batches)
def test_counted_agrees_with_the_reference(batch: list[str]) -> None:
    """What training sees is each line's n-grams with how often they occur, indices ascending."""
    indptr, indices, counts = counted(Block(batch, SPEC))
    for number, line in enumerate(joined_lines(batch)):
        found = [i for position in reference_grams(line, SPEC) for i in position if i != NOTHING]
        expected = sorted((index, found.count(index)) for index in set(found))
        row = slice(indptr[number], indptr[number + 1])
        assert expected == list(zip(indices[row].tolist(), counts[row].tolist(), strict=True))
    assert len(indptr) == Block(batch, SPEC).n_lines + 1


def test_characters_that_fold_alike_have_one_number() -> None:
    """Law 6 for every pair of the table; invisible characters alone have none."""
    for seed in (0, 1, 2024):
        numbers = code_point_numbers(seed)
        sources, targets = folding_pairs()
        different = sources[numbers[sources] != numbers[targets]]
        assert [hex(code) for code in different.tolist()] == []
        assert np.flatnonzero(numbers == 0).tolist() == invisible_code_points().tolist()


def test_digits_are_one() -> None:
    """Every digit, of whatever form, counts as the same character."""
    numbers = code_point_numbers(2024)
    assert len({int(numbers[ord(digit)]) for digit in "0123456789９⑨٣"}) == 1


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("市博物馆新馆下月开放,欢迎参观。", False),
        ("City museum to open new wing", True),
        ("来月から開館時間が延長されます。", True),
        ("시립 도서관 안내 中文", True),
        ("动画《夏目の友人》下月上映,由原班人马配音。", False),
        ("", True),
    ],
    ids=["Chinese", "English", "Japanese", "Korean", "Chinese with one kana", "empty"],
)
def test_perhaps_foreign(text: str, doubtful: bool) -> None:
    """Only texts that are surely Chinese are spared the slow look, whatever stands beside them."""
    assert Block([text], SPEC).perhaps_foreign() == [0] * doubtful
    beside = Block(["新闻正文", text, "新闻正文\n"], SPEC).perhaps_foreign()
    assert beside == [1] * doubtful


@pytest.mark.parametrize(
    "note", ["(qū)", "(qū )", "（qū）", "(Qū)", "(\u200bqū)", "\u200b(qū)", "(ｑū)"]
)
def test_reading_notes_are_no_evidence(note: str) -> None:
    """A reading behind its character leaves no trace in the features, in any disguise of law 6."""
    plain, noted = (Block([text], SPEC) for text in ("鯉城區深化", f"鯉城區{note}深化"))
    assert grams_of(plain) == grams_of(noted)
    assert noted.stops[0] == len(f"鯉城區{note}深化")


@pytest.mark.parametrize("text", ["比亞迪(BYD)", "重慶(直轄市)", "(qū)", "區(qū", "區\n(qū)"])
def test_other_brackets_are_features(text: str) -> None:
    """What is no reading behind a hanzi stays a feature."""
    lines = [[fold(character) for character in line] for line in reference_lines(text)]
    assert [len(line) for line in lines] == Block([text], SPEC).lengths().tolist()
