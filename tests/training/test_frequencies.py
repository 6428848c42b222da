"""How common pairs are in honest text, and what one source's own text says of itself: nothing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from junkfilter.characters import Characters, levels
from junkfilter.features import Block, FeatureSpec
from junkfilter.training import frequencies
from junkfilter.training.frequencies import LEVEL_BITS, Frequencies

SPEC = FeatureSpec(bits=14)
# "the weather bureau reports", "the museum opens": two sources without a pair in common.
LINES = {"weather": ["气象台报告"] * 9, "museum": ["博物馆开放"] * 9 + ["纪念馆"]}


@pytest.fixture(autouse=True)
def small_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dictionary of one word, `日历` (calendar), for jieba's takes seconds."""
    monkeypatch.setattr(frequencies, "_dictionary_words", lambda: ["日历"] * 4)


def level(table: npt.NDArray[np.uint8], word: str, order: int = 2) -> int:
    """How common the first pair or triple of a word is."""
    return int(levels(Characters(Block([word], SPEC)).grams(order), table)[1])


def test_a_source_says_nothing_of_itself() -> None:
    """Without its own source a pair is unknown, the others' are as they were."""
    counted = Frequencies(LINES, SPEC)
    everything, others = counted.table(), counted.table(without="weather")
    assert level(everything, "报告") == level(everything, "开放") > 0
    assert level(others, "报告") == 0
    assert level(others, "开放") == level(everything, "开放")
    assert level(others, "气象台", 3) == 0 < level(everything, "气象台", 3)


def test_leaving_a_source_out_is_not_having_it() -> None:
    """The table without a source is that of the other sources, to the last byte."""
    left_out = Frequencies(LINES, SPEC).table(without="weather")
    never_had = Frequencies({"museum": LINES["museum"]}, SPEC).table()
    assert left_out.tobytes() == never_had.tobytes()


def test_unknown_sources_leave_nothing_out() -> None:
    """A source without honest lines, such as one of spam, has no counts to take away."""
    counted = Frequencies(LINES | {"empty": []}, SPEC)
    for source in ("", "empty", "unheard of"):
        assert counted.table(without=source) is counted.table()


def test_rare_pairs_are_unknown() -> None:
    """What was seen once proves nothing: it may be the injection itself."""
    table = Frequencies(LINES, SPEC).table()
    assert level(table, "纪念") == 0
    assert level(table, "念馆") == 0


def test_levels_rise_with_the_count() -> None:
    """Half a decade of counts is a level, up to the highest."""
    lines = {"a": [f"甲乙{number}" for number in range(3)] + ["丙丁"] * 30 + ["戊己"] * 100_000}
    table = Frequencies(lines, SPEC).table()
    found = [level(table, word) for word in ("庚辛", "甲乙", "丙丁", "戊己")]
    assert found == sorted(set(found))
    assert found[0] == 0
    assert found[-1] == 7


def test_words_of_the_dictionary_are_known_without_their_ends() -> None:
    """A word of the dictionary is no line: nothing says that lines begin or end with it."""
    table = Frequencies(LINES, SPEC).table()
    grams = Characters(Block(["日历"], SPEC)).grams(2)
    assert (levels(grams, table) > 0).tolist() == [False, True, False, False]
    known = Characters(Block(["气象台报告"], SPEC)).grams(2)
    assert levels(known, table)[0] > 0  # lines do begin so


def test_order_of_sources_and_lines_does_not_matter() -> None:
    """Law 8: the same lines in another order give the same table."""
    turned = {source: lines[::-1] for source, lines in reversed(LINES.items())}
    one, other = Frequencies(LINES, SPEC).table(), Frequencies(turned, SPEC).table()
    assert one.shape == (1 << (LEVEL_BITS - 1),)
    assert one.tobytes() == other.tobytes()
