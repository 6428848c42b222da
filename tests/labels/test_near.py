"""Lines that are nearly the same, what is kept of many, and samples that ignore order."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_lines import SPAM, headline

from junkfilter.features import Block, FeatureSpec
from junkfilter.labels import near
from junkfilter.labels.items import Candidate
from junkfilter.labels.reservoir import Reservoir
from junkfilter.labels.sampling import line_hashes

LONG = "从下周一起市图书馆的开放时间延长到晚上九点周末照常开放"  # a library's new hours

NEAR = [
    (LONG, LONG + "。"),
    (LONG, "從下週一起市圖書館的開放時間延長到晚上九點週末照常開放"),
    (LONG, "【" + LONG + "】"),
    ("浏览 12 次", "瀏覽345次".replace("345", "34")),  # "viewed 12 times"
    ("澜海tyc9728官网登录入口", "澜海ＴＹＣ1355官网登录入口"),  # a brand's code
]
FAR = [
    (LONG, SPAM),
    ("天气晴", "天气雨"),  # "fine weather", "rainy weather"
    (LONG, LONG[:10]),
    ("新闻", ""),
]


@pytest.mark.parametrize(("first", "second"), NEAR)
def test_small_changes_make_no_other_line(first: str, second: str) -> None:
    """Script, width, blanks, digits and a character more or less do not count."""
    assert near.resemble(near.signature(first), near.signature(second))


@pytest.mark.parametrize(("first", "second"), FAR)
def test_other_words_make_another_line(first: str, second: str) -> None:
    """Short lines that differ in a word, and lines that share a beginning, are two."""
    assert not near.resemble(near.signature(first), near.signature(second))


@given(text=st.text(st.characters(exclude_categories=[])))
def test_any_line_has_a_signature_and_is_near_itself(text: str) -> None:
    """Empty, invisible and broken lines too; all signatures and bands have one size."""
    signature = near.signature(text)
    assert len(signature) == 4 * near.HASHES
    assert near.resemble(signature, signature)
    assert len(set(near.bands(signature))) == near.BANDS


@pytest.mark.parametrize("stranger", [b"", b"short", None, 5, "text"])
def test_what_is_no_signature_is_near_nothing(stranger: bytes) -> None:
    """A file of labels may be a stranger's."""
    assert not near.resemble(stranger, near.signature(LONG))


def test_signatures_are_the_same_on_every_machine() -> None:
    """They are stored, so that they must not change with NumPy or the byte order."""
    assert near.signature("新闻").hex()[:16] == "80681704de54cb72"


def test_a_chain_of_near_lines_is_one_cluster() -> None:
    """Lines that are near by way of others are together; the first one gives the number."""
    chain = [LONG, LONG + "请告", LONG[3:] + "请告诉大家"]
    assert near.clusters([SPAM, *chain, "天气晴"]) == [0, 1, 1, 1, 4]


def test_many_lines_of_one_template_are_one_cluster() -> None:
    """A campaign of a hundred lines is not divided, however many lines share a band."""
    texts = [f"{LONG}{chr(0x4E00 + n)}" for n in range(100)]
    assert set(near.clusters(texts)) == {0}


@settings(deadline=None, max_examples=20)
@given(numbers=st.permutations(range(30)), size=st.integers(1, 12))
def test_what_is_kept_does_not_depend_on_order(numbers: Sequence[int], size: int) -> None:
    """The lines of the lowest ranks are kept, in order of rank."""
    reservoir = Reservoir(size)
    for number in numbers:
        reservoir.offer(number // 2, Candidate(text=headline(number)))
    expected = sorted(range(30), key=lambda number: (number // 2, headline(number)))[:size]
    assert [line.text for line in reservoir] == [headline(number) for number in expected]
    assert reservoir.bar == expected[-1] // 2


def test_of_near_lines_the_best_is_kept() -> None:
    """Whether it comes first or last, and its place is free for another line."""
    for order in (1, -1):
        reservoir = Reservoir(2)
        for rank, text in [(2.0, LONG), (1.0, LONG + "。"), (3.0, SPAM)][::order]:
            reservoir.offer(rank, Candidate(text=text))
        assert [line.text for line in reservoir] == [LONG + "。", SPAM]


def test_a_sample_depends_on_lines_and_seed_alone() -> None:
    """Not on the block, the order, the width or the script; order of characters counts."""
    spec = FeatureSpec()
    texts = ["新闻天气\n天气新闻\n广告", "新聞天氣"]  # news weather, weather news, advertisement
    together = line_hashes(Block(texts, spec), 7)
    alone = [int(line_hashes(Block([text], spec), 7)[0]) for text in ("新闻天气", "天气新闻")]
    assert together[:2].tolist() == alone
    assert together[3] == together[0] != together[1]
    assert line_hashes(Block(texts, spec), 8)[0] != together[0]


def test_a_sample_is_fair() -> None:
    """Of 4,000 lines as many are in the lower half of all numbers as chance has it."""
    spec = FeatureSpec()
    hashes = line_hashes(Block(["\n".join(headline(n) for n in range(4000))], spec), 0)
    assert len(set(hashes.tolist())) == 4000
    assert 1850 < int((hashes < 1 << 63).sum()) < 2150
