"""Pages that are spam as a whole, and pages that must not be taken for one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junkfilter.chars import fold
from junkfilter.detectors.lines import SpamLines
from junkfilter.detectors.page_kind import (
    ARTICLE,
    LEAST_LINES,
    SPAM,
    SURE,
    PageKind,
    has_article,
    kind_from_scores,
    page_kinds,
    without_recurring,
)
from junkfilter.filter import JunkFilter

CASES = Path(__file__).parents[1] / "cases" / "page_kinds"
SPAM_PAGES = sorted((CASES / "spam").glob("*.txt"))
HONEST_PAGES = sorted((CASES / "honest").glob("*.txt"))
ALL_TEXTS = [path.read_text(encoding="utf-8") for path in (*SPAM_PAGES, *HONEST_PAGES)]
ENGLISH = "\n".join(["Best online casino, register now and get a free bonus today"] * 9)

scored_lines = st.lists(st.tuples(st.floats(-30, 30), st.integers(0, 400)), min_size=1, max_size=20)


def kinds(page_filter: JunkFilter, *texts: str) -> dict[int, PageKind]:
    """The kinds of some pages, judged as one batch."""
    model = page_filter.model
    return page_kinds(SpamLines(model).judge(texts), model)


def kind_of(lines: list[tuple[float, int]]) -> PageKind | None:
    """The kind of a page of lines with these scores and lengths."""
    return kind_from_scores(
        np.array([score for score, _ in lines]), np.array([length for _, length in lines])
    )


@pytest.mark.parametrize("path", SPAM_PAGES, ids=lambda path: path.stem)
def test_a_page_of_nothing_but_spam_has_a_kind(default_filter: JunkFilter, path: Path) -> None:
    """Pages that sell something from the first line to the last are spam as a whole."""
    (found,) = kinds(default_filter, path.read_text(encoding="utf-8")).values()
    assert found.kind == SPAM
    assert 0 < found.score <= 6


@pytest.mark.parametrize("path", HONEST_PAGES, ids=lambda path: path.stem)
def test_a_page_with_honest_text_is_no_spam_page(default_filter: JunkFilter, path: Path) -> None:
    """Honest pages about spam's subjects, and articles with spam around them, have no kind."""
    assert kinds(default_filter, path.read_text(encoding="utf-8")) == {}


def test_a_page_that_is_not_chinese_has_no_kind(default_filter: JunkFilter) -> None:
    """Foreign pages are not judged."""
    assert kinds(default_filter, ENGLISH) == {}


@settings(deadline=None, max_examples=30)
@given(batch=st.lists(st.sampled_from(ALL_TEXTS), min_size=1, max_size=6))
def test_a_verdict_depends_on_nothing_but_the_page(
    default_filter: JunkFilter, batch: list[str]
) -> None:
    """In a batch each page has the kind and the score that it has alone, to the last bit."""
    alone = {
        number: found
        for number, text in enumerate(batch)
        for found in kinds(default_filter, text).values()
    }
    assert kinds(default_filter, *batch) == alone


@pytest.mark.parametrize("path", SPAM_PAGES, ids=lambda path: path.stem)
def test_invisible_characters_and_width_change_nothing(
    default_filter: JunkFilter, path: Path
) -> None:
    """Characters that features do not see do not hide a page, nor move its score by a bit."""
    text = path.read_text(encoding="utf-8")
    hidden = text.replace(",", ",\u200b").replace("1", "\uff11")
    assert kinds(default_filter, hidden) == kinds(default_filter, text)


@given(lines=scored_lines)
def test_few_sure_lines_are_no_spam_page(lines: list[tuple[float, int]]) -> None:
    """A page with three lines of spam is left to the line detector, whatever else is on it."""
    sure = [line for line in lines if line[0] >= SURE]
    rest = [line for line in lines if line[0] < SURE]
    assert kind_of(rest + sure[: LEAST_LINES - 1]) is None


@given(lines=scored_lines, length=st.integers(ARTICLE + 1, 2000), place=st.integers(0, 20))
def test_an_article_among_any_lines_is_a_veto(
    lines: list[tuple[float, int]], length: int, place: int
) -> None:
    """However much spam stands around it, a page with an honest paragraph has no kind."""
    assert kind_of([*lines[:place], (-6.0, length), *lines[place:]]) is None


@given(lines=scored_lines, places=st.lists(st.tuples(st.integers(0, 20), st.floats(-30, 30))))
def test_blank_lines_count_for_nothing(
    lines: list[tuple[float, int]], places: list[tuple[int, float]]
) -> None:
    """Blank lines, whatever score an empty line has, change neither kind nor score."""
    blanks = list(lines)
    for place, score in places:
        blanks.insert(place, (min(score, SURE - 1), 0))
    assert kind_of(blanks) == kind_of(lines)


@given(scores=st.lists(st.floats(SURE, 40), min_size=LEAST_LINES, max_size=40))
def test_scores_of_spam_pages_have_a_range(scores: list[float]) -> None:
    """The score of a page of sure lines lies between the bar and 6."""
    found = kind_of([(score, 30) for score in scores])
    assert found is not None
    assert SURE <= found.score <= 6


def test_honest_lines_apart_are_no_article() -> None:
    """Dates and navigation between lines of spam do not make an article, one paragraph does."""
    sure, date = (5.0, 60), (-5.0, 12)
    apart = [line for _ in range(20) for line in (sure, date)]
    together = [*[sure] * 20, *[date] * 20]
    for lines, expected in ((apart, False), (together, True)):
        scores, lengths = np.array(lines).T
        assert has_article(scores, lengths.astype(np.intp)) is expected


@given(text=st.text(st.sampled_from("必威新闻,。\n\r\u200b\ud800a"), max_size=60))
def test_leaving_out_what_recurs_keeps_the_lines(text: str) -> None:
    """Without what recurs the line ends are the same, and the rest is what is left of the text."""
    rest = without_recurring(text)
    for end in "\r\n":
        assert rest.count(end) == text.count(end)
    remaining = iter(fold(text))
    assert all(character in remaining for character in rest)


def test_a_page_without_recurring_pieces_is_left_whole() -> None:
    """An ordinary page is scored again as it is."""
    page = "市博物馆新馆下月开放\n市民可以通过电话或现场登记\n"  # opening of a museum
    assert without_recurring(page) == page
