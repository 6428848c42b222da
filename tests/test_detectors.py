"""Detectors: where a line is, what stage 2 sees of it, what the evidence says, jieba's cache."""

from __future__ import annotations

import os
from pathlib import Path

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junkfilter.chars import is_mainly_chinese, script_profile
from junkfilter.detectors.evidence import GROUPS, PageContext, evidence_of
from junkfilter.detectors.jieba_cache import cache_folder, prepare
from junkfilter.detectors.lines import SpamLines
from junkfilter.detectors.quality import Quality
from junkfilter.filter import JunkFilter
from junkfilter.model import QUALITIES
from junkfilter.page import split_lines

SPAM = "国产精品自拍在线观看_亚洲一区二区无码视频_欧美成人免费av网站_久久综合日韩精品"
NEWS = "市博物馆新馆下月开放,市民可以通过电话或现场登记。"
CHARACTERS = "新闻a\n\r\u200b\ufeff\u2028 "
texts = st.text(st.sampled_from(CHARACTERS), max_size=12)


def seen(line: str, page: PageContext | None = None, index: int = 0) -> dict[str, float]:
    """Evidence of a line with stage-1 numbers that do not matter."""
    return evidence_of(line, index=index, score=1.0, window=2.0, page=page or PageContext(line))


# --- lines ----------------------------------------------------------------------------------


@settings(deadline=None)
@given(batch=st.lists(texts, min_size=1, max_size=4))
def test_lines_of_a_batch_are_those_of_its_texts(
    default_filter: JunkFilter, batch: list[str]
) -> None:
    """In a batch each text has the lines that `split_lines` gives it alone."""
    judgement = SpamLines(default_filter.model).judge(batch)
    for number, text in enumerate(batch):
        found = [judgement.line(line, number) for line in judgement.lines_of(number)]
        assert split_lines(text) == found


@settings(deadline=None)
@given(
    batch=st.lists(
        st.text(st.sampled_from("新闻下载の안ﾆ㈠9aB 。ㅣ"), max_size=60), min_size=1, max_size=6
    )
)
def test_foreign_texts_are_those_that_are_not_mainly_chinese(
    default_filter: JunkFilter, batch: list[str]
) -> None:
    """The quick look at a batch spares only texts that the slow look at each finds Chinese.

    Where one character in three folds to a hanzi, the quick look is taken at its word: `㈠` counts
    for the character in it, and a small `ㅣ` for a bar.
    """
    foreign = SpamLines(default_filter.model).judge(batch).foreign
    for number, text in enumerate(batch):
        if text and not set(text) & set("㈠ㅣ"):
            assert (number in foreign) != is_mainly_chinese(script_profile(text))


def test_only_lines_over_the_bar_cost_more(default_filter: JunkFilter) -> None:
    """Stage 2 looks at what passes stage 1's bar; other lines have stage 1's score in its sum."""
    judgement = SpamLines(default_filter.model).judge([f"{NEWS}\n{SPAM}\n{NEWS}\n"])
    assert list(judgement.evidence) == [1]
    weights = default_filter.model.evidence
    expected = weights["constant"] + weights["stage1"] * judgement.stage1.scores[0]
    assert judgement.scores[0] == pytest.approx(expected)
    over = judgement.stage1.scores >= default_filter.model.bar
    assert set(judgement.evidence) == set(over.nonzero()[0].tolist())


def test_no_cut_is_proposed_for_blank_lines(default_filter: JunkFilter) -> None:
    """Lines without a visible character are never proposed, however low the bar."""
    lines = SpamLines(default_filter.model)
    judgement = lines.judge([f"\n\u200b\n{NEWS}\r\n\r\n", "", "\n"])
    found = [(text, cut.start, cut.end) for text, cut in lines.cuts(judgement, -1e9)]
    assert found == [(0, 3, 3 + len(NEWS) + 2)]


def test_position_is_no_evidence_on_a_continuation(default_filter: JunkFilter) -> None:
    """The first line of a page's later piece is not the page's first line."""
    lines = SpamLines(default_filter.model)
    page = f"{SPAM}\n{NEWS}\n"
    whole, later = lines.judge([page]), lines.judge([page], frozenset({0}))
    assert whole.evidence[0]["first line"] == 1.0
    assert "first line" not in later.evidence[0]


def test_blank_lines_do_not_move_the_first_line(default_filter: JunkFilter) -> None:
    """First and last are counted among lines with text."""
    page = f"\n\u200b\n\n{SPAM}\n\n{NEWS}\n{SPAM}\n\n"
    judgement = SpamLines(default_filter.model).judge([page])
    places = {n: (e["first line"], e["last line"]) for n, e in judgement.evidence.items()}
    assert places[3] == (1.0, 0.0)
    assert places[6] == (0.0, 1.0)


# --- evidence -------------------------------------------------------------------------------


@settings(deadline=None)
@given(line=st.text(st.characters(exclude_categories=[])), page=st.text(max_size=30))
def test_evidence_is_named_and_of_moderate_size(line: str, page: str) -> None:
    """Every piece of evidence belongs to a group and is a small finite number, for any text."""
    context = PageContext(page, mean_score=-3.0, n_lines=1, last=1)
    found = seen(line, context)
    assert set(found) <= {name for names in GROUPS.values() for name in names}
    assert all(abs(value) <= 15 for value in found.values())


def test_spam_lines_do_not_vouch_for_each_other(default_filter: JunkFilter) -> None:
    """Only lines below the bar tell what the page is about: a repeated spam line is off topic."""
    judgement = SpamLines(default_filter.model).judge([f"{SPAM}\n{NEWS}\n{SPAM}\n"])
    assert {evidence["on topic"] for evidence in judgement.evidence.values()} == {0.0}


def test_a_line_alone_has_no_page_evidence() -> None:
    """What the page would say is not said of a bare text."""
    assert not set(GROUPS["page"]) & set(seen(SPAM))


@pytest.mark.parametrize(
    ("line", "page", "mismatch"),
    [
        ("国产视频", "臺灣與學會關於體驗優網國產讀書", 1.0),
        ("國產視頻", "臺灣與學會關於體驗優網國產讀書", 0.0),
        ("国产视频", "国内各单位学习文件会议精神", 0.0),
        ("在线", "臺灣學", 0.0),
    ],
    ids=["Simplified on Traditional", "same script", "Simplified page", "page too short"],
)
def test_script_mismatch(line: str, page: str, mismatch: float) -> None:
    """Simplified words on a page that is surely Traditional are evidence, and nothing else is."""
    context = PageContext(page, n_lines=2, last=2)
    assert seen(line, context)["script mismatch"] == mismatch


def test_topic() -> None:
    """A line that shares its words with the page is on topic, one that shares none is off it."""
    context = PageContext("赌场酒店入住率上升\n旅客增加\n", n_lines=2, last=2)
    assert seen("国产视频", context)["off topic"] == 1.0
    assert seen("国产视频", context)["on topic"] == 0.0
    assert seen("賭場酒店", context)["on topic"] == 1.0
    assert seen("賭場酒店", context)["off topic"] == 0.0


# --- boilerplate ----------------------------------------------------------------------------


def test_quality_agrees_with_its_cuts(default_filter: JunkFilter) -> None:
    """The kinds named and the cuts proposed are those of the same lines."""
    quality = Quality(default_filter.model)
    page = f"首页 > 新闻中心 > 正文\n\n{NEWS}\n7 I9 U) K# f% O\n"
    judgement = SpamLines(default_filter.model).judge([NEWS, page])
    kinds = [verdict.kind for verdict in default_filter.flag(page)]
    assert kinds[0] == "boilerplate"
    assert kinds[2] == "text"
    cuts = list(quality.cuts(judgement, QUALITIES))
    starts = [
        line.start for line, kind in zip(split_lines(page), kinds, strict=True) if kind in QUALITIES
    ]
    assert [(1, start) for start in starts] == [(text, cut.start) for text, cut in cuts]
    assert not list(quality.cuts(judgement, set()))


@pytest.mark.parametrize(
    ("name", "more", "less"),
    [
        ("terms", "甲乙丙_丁戊己_庚辛壬", "甲乙丙_丁戊己"),
        ("shared prefixes", "欧美片-欧美图-欧美站", "欧美片-日韩图-国产站"),
        ("term length", "九个字的搜索短语呢_九个字的搜索短语吗", "甲_乙"),
    ],
    ids=["terms", "prefixes", "length"],
)
def test_terms(name: str, more: str, less: str) -> None:
    """Each number grows with what its name says."""
    assert seen(more)[name] > seen(less).get(name, 0.0)


# --- explanations and jieba -----------------------------------------------------------------


def test_words_speak_for_and_against(default_filter: JunkFilter) -> None:
    """The explanation names words of the line, and the spam's own words speak for spam."""
    explanation = default_filter.explain(SPAM)
    weights = {item.feature: item.weight for item in explanation.evidence}
    assert "(constant)" in weights
    assert max(weights.get(word, -9.0) for word in ("亚洲", "无码", "国产", "自拍")) > 0
    words = [feature for feature in weights if not feature.startswith("(")]
    assert all(word.strip("^$") in SPAM for word in words)


@pytest.mark.parametrize("text", ["\u200b", "a", "\udc80\udcff", "\0", "👍🏽", " ", "甲" * 3000])
def test_odd_lines_can_be_explained(default_filter: JunkFilter, text: str) -> None:
    """Lines of anything have evidence that adds up."""
    explanation = default_filter.explain(text)
    total = sum(item.weight for item in explanation.evidence)
    assert total == pytest.approx(explanation.verdict.score)


def test_cache_folder_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The cache lies where the user says, then where the system says, never in a shared place."""
    monkeypatch.setenv("JUNKFILTER_CACHE", str(tmp_path / "own"))
    assert cache_folder() == tmp_path / "own"
    monkeypatch.delenv("JUNKFILTER_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert cache_folder() == tmp_path / "cache" / "junkfilter"


def test_prepared_dictionary_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The first use writes the cache, into a folder for the user alone."""
    folder = tmp_path / "a" / "b"
    monkeypatch.setenv("JUNKFILTER_CACHE", str(folder))
    tokenizer = jieba.Tokenizer()
    prepare(tokenizer)
    assert tokenizer.lcut("市博物馆开放", HMM=False)
    assert [path.name for path in folder.iterdir()] == ["jieba.cache"]
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("mode", [0o777, 0o775], ids=oct)
def test_caches_that_others_can_write_are_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: int
) -> None:
    """A folder where others can put files is neither read nor written."""
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(mode)
    (folder / "jieba.cache").write_bytes(b"planted")
    monkeypatch.setenv("JUNKFILTER_CACHE", str(folder))
    prepare(jieba.Tokenizer())
    assert (folder / "jieba.cache").read_bytes() == b"planted"
    assert len(os.listdir(folder)) == 1


def test_a_cache_that_cannot_be_made_is_no_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where no folder can be made the dictionary is read anew."""
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("JUNKFILTER_CACHE", str(tmp_path / "file" / "cache"))
    tokenizer = jieba.Tokenizer()
    prepare(tokenizer)
    assert tokenizer.lcut("市博物馆开放", HMM=False)
