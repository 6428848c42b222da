"""Which lines are collected, and what is noted of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from random import Random

import pytest
from made_lines import headline

from junkfilter.filter import JunkFilter
from junkfilter.labels.adding import Added
from junkfilter.labels.collect import WORTH, Collector, collect
from junkfilter.labels.items import CONTEXT_CHARACTERS, MOST_CHARACTERS, Candidate
from junkfilter.labels.store import LabelStore
from junkfilter.page import Page
from junkfilter.policy import Policy

# Words of adult spam, and what doubtful lines are made of: a betting brand that is made up, and
# honest words beside it.
_ADULT = [
    first + last
    for first in ("国产", "日韩", "欧美", "亚洲", "成人", "久久")
    for last in ("精品", "在线观看", "一区二区", "无码", "免费视频", "综合网站")
]
_DOUBTFUL = ("澜海体育", "官网入口", "客户端", "最新版", "彩票开奖", "注册登录", "图书馆")


@pytest.fixture(scope="session")
def looking() -> JunkFilter:
    """The default model, which looks for spans too."""
    return JunkFilter.load(policy=Policy(spans=True))


def page(number: int) -> Page:
    """A page with honest lines, and on most of them a line of spam or a doubtful one."""
    added = {
        0: "_".join(Random(number).sample(_ADULT, 5)),
        1: " ".join(_DOUBTFUL[(number * step + step) % 7] for step in range(1, 4)),
        2: headline(900 + number) + _DOUBTFUL[number % 7],
        3: "",
    }[number % 4]
    lines = [added, *(headline(10 * number + n) for n in range(8))]
    text = "\r\n".join(lines) + "\n"
    return Page(text, id=f"{number}.txt", url=f"https://www.site{number % 5}.example/{number}")


PAGES = [page(number) for number in range(80)]


def collected(
    page_filter: JunkFilter, pages: Iterable[Page], *, each: int = 10, seed: int = 0
) -> list[Candidate]:
    """The lines that some pages give."""
    collector = Collector(page_filter, each=each, seed=seed)
    for one in pages:
        collector.add(one)
    return collector.candidates()


def test_every_line_says_what_flag_says_of_it(looking: JunkFilter) -> None:
    """Kind, family, score and rate; where it stood; and the page around it, as it was."""
    pages = {one.id: one for one in PAGES}
    found = collected(looking, PAGES)
    assert found
    for line in found:
        text = pages[line.source].text
        verdict = looking.flag(text)[line.line - 1]
        assert (line.text, line.kind, line.family) == (verdict.text, verdict.kind, verdict.family)
        assert (line.score, line.fpr) == (verdict.score, verdict.fpr)
        assert text[line.offset : line.offset + len(line.text)] == line.text
        assert text[: line.offset][-CONTEXT_CHARACTERS:] == line.before
        rest = text[line.offset + len(line.text) :].removeprefix("\r").removeprefix("\n")
        assert rest[:CONTEXT_CHARACTERS] == line.after
        assert line.host == f"site{int(line.source[:-4]) % 5}.example"
        assert (line.model, line.model_digest) == (looking.model.id, looking.model.digest)
        spans = {(cut.start, cut.end) for cut in (*verdict.cuts, *verdict.flags)}
        assert {(start, end) for start, end, _ in line.spans} <= spans


def test_reasons_have_budgets_and_the_best_come_first(looking: JunkFilter) -> None:
    """At most so many for each reason; both kinds of random samples are there."""
    found = collected(looking, PAGES, each=4)
    counts = Counter(line.why for line in found)
    assert max(counts.values()) == 4
    assert {"uncertain", "control-spam", "control-text"} <= counts.keys()
    bar = looking.model.operating_points["precision"].threshold
    for why in counts:
        worth = [line.worth for line in found if line.why == why]
        assert worth == sorted(worth, reverse=True)
        assert worth[0] <= WORTH[why]
    nearest = [abs(line.score - bar) for line in found if line.why == "uncertain"]
    assert nearest == sorted(nearest)
    for line in found:
        if line.why.startswith("control"):
            assert (line.kind == "spam") == (line.why == "control-spam")


def test_order_does_not_matter(looking: JunkFilter) -> None:
    """The same pages in any order give the same lines, but for recurring words."""

    def chosen(pages: Iterable[Page]) -> set[tuple[str, str]]:
        found = collected(looking, pages)
        return {(line.why, line.text) for line in found if line.why != "recurring"}

    expected = chosen(PAGES)
    for seed in range(3):
        assert chosen(Random(seed).sample(PAGES, len(PAGES))) == expected


def test_another_seed_draws_another_sample(looking: JunkFilter) -> None:
    """Only the random samples depend on it."""
    first, second = (
        {(line.why, line.text) for line in collected(looking, PAGES, each=3, seed=seed)}
        for seed in (0, 1)
    )
    assert {why for why, _ in first - second} == {"control-spam", "control-text"}


def test_the_same_pages_again_add_nothing(looking: JunkFilter, store: LabelStore) -> None:
    """A second run finds its lines in the file, and others have room for theirs."""
    first = collect(looking, PAGES, store, each=10)
    assert first.new > 20
    again = collect(looking, PAGES, store, each=10)
    assert again == Added(known=first.new)


def test_near_duplicates_are_collected_once(looking: JunkFilter) -> None:
    """The same spam on forty pages, with another counter each, takes one place of the budget."""
    spam = "国产精品一区二区三区_亚洲欧美日韩在线观看_无码av免费_久久综合网站"
    pages = [Page(f"{spam}{n}\n{headline(n)}\n{headline(n + 500)}\n") for n in range(40)]
    found = collected(looking, pages)
    assert len([line for line in found if line.text.startswith(spam)]) == 1
    assert len({line.text for line in found}) == len(found)


# Whatever stands around a new word, honest text knows it.
_CLAUSES = (
    "记者昨天从市图书馆了解到",  # "a reporter learned from the city library yesterday"
    "今年的天气比往年要好",  # "this year's weather is better than usual"
    "学生们在老师的带领下参观了博物馆",  # "pupils visited the museum with their teacher"
    "医院的新大楼已经开始使用",  # "the hospital's new building is in use"
    "农民们正在田里忙着收获",  # "farmers are busy with the harvest"
)


@pytest.mark.parametrize(("pages", "expected"), [(2, 0), (3, 1), (5, 1)])
def test_a_new_word_on_three_pages_is_collected(
    looking: JunkFilter, pages: int, expected: int
) -> None:
    """Wherever it stands in its lines, and whatever stands beside it."""
    word = "鲛彧黻"  # an invented brand of rare characters
    texts = [f"{_CLAUSES[n]}\n{_CLAUSES[n - 1]}{word}{_CLAUSES[n - 2]}\n" for n in range(pages)]
    collector = Collector(looking)
    for text in texts:
        collector.add(Page(text))
    lines = [line for line in collector.ranked("recurring") if word in line.text]
    assert len(lines) == expected


def test_a_word_is_counted_once_a_page(looking: JunkFilter) -> None:
    """A word that one page repeats does not recur from page to page."""
    text = "".join(f"{clause}鲛彧黻。\n" for clause in _CLAUSES)
    collector = Collector(looking)
    collector.add(Page(text))
    assert list(collector.ranked("recurring")) == []


def test_a_model_without_spans_collects_too(default_filter: JunkFilter) -> None:
    """Where spans are not looked for, the other reasons stay."""
    found = {line.why for line in collected(default_filter, PAGES)}
    assert "span" not in found
    assert {"uncertain", "control-spam", "control-text"} <= found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n \n\u200b\n",
        "장 보러 가는 길에 비가 왔다\n오늘은 맑은 날씨가 이어지겠다\n" * 5,  # Korean
        "长" * (MOST_CHARACTERS + 1),
        "长" * ((1 << 20) + 1),
    ],
)
def test_what_nobody_can_judge_is_not_collected(looking: JunkFilter, text: str) -> None:
    """Blank lines, foreign pages and endless lines."""
    assert collected(looking, [Page(text)]) == []


def test_lines_are_numbered_as_in_their_source(default_filter: JunkFilter) -> None:
    """In a page beyond the limits too; in a record all lines have the record's number."""
    text = "\n".join(headline(n) for n in range(4300))
    for in_record in (False, True):
        collector = Collector(default_filter, each=40, site="news.example")
        collector.add(Page(text, id="long.txt"), line=11, in_record=in_record)
        found = collector.candidates()
        assert collector.lines == 4300
        assert max(line.line for line in found) > 4100 or in_record
        for line in found:
            assert line.host == "news.example"
            expected = 11 if in_record else 11 + text.split("\n").index(line.text)
            assert line.line == expected


def test_undecodable_bytes_do_no_harm(looking: JunkFilter, store: LabelStore) -> None:
    """A line with them is stored with U+FFFD in their place."""
    text = b"\xff\xfe\x80 \xe6\xbe\x9c\xe6\xb5\xb7\n".decode("utf-8", "surrogateescape")
    assert collect(looking, [Page(text + headline(1) + "\n")], store).new == 2
    assert "\ufffd" in "".join(item.text for item in store.items())
