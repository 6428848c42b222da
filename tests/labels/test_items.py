"""Values: what may be stored of a line, and the one form of a judgment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from junkfilter.errors import DataError
from junkfilter.labels.items import (
    CONTEXT_CHARACTERS,
    MOST_CHARACTERS,
    MOST_SPANS,
    Candidate,
    Judgment,
    ScoredSpan,
    checked,
    item_id,
    storable,
)

TEXT = "澜海新闻天气"  # (a brand), "news weather"
ALL = ((0, len(TEXT)),)

ONE_FORM = [
    (Judgment("spam", "seo"), Judgment("spam", "seo")),
    (Judgment("text", "seo"), Judgment("text")),
    (Judgment("skip", "seo"), Judgment("skip")),
    (Judgment("spam", "", ((0, 2),)), Judgment("mixed", "", ((0, 2),))),
    (Judgment("text", "", ((0, 2),)), Judgment("mixed", "", ((0, 2),))),
    (Judgment("mixed", "seo", ((4, 6), (0, 2))), Judgment("mixed", "seo", ((0, 2), (4, 6)))),
    (Judgment("mixed", "", ((0, 2), (1, 3), (3, 4))), Judgment("mixed", "", ((0, 4),))),
    (Judgment("mixed", "seo", ALL), Judgment("spam", "seo")),
    (Judgment("text", "", ALL), Judgment("spam")),
]


@pytest.mark.parametrize(("given", "stored"), ONE_FORM)
def test_a_judgment_has_one_form(given: Judgment, stored: Judgment) -> None:
    """Spans make a line mixed, all of it makes it spam; only spam has a family."""
    assert given.checked(TEXT) == stored
    assert stored.checked(TEXT) == stored


@pytest.mark.parametrize(
    "judgment",
    [
        Judgment("ham"),
        Judgment("spam", "poetry"),
        Judgment("mixed"),
        Judgment("garbled", "", ((0, 2),)),
        Judgment("skip", "", ((0, 2),)),
        Judgment("mixed", "", ((2, 2),)),
        Judgment("mixed", "", ((-1, 2),)),
        Judgment("mixed", "", ((0, len(TEXT) + 1),)),
        Judgment("mixed", "", tuple((0, 1) for _ in range(MOST_SPANS + 1))),
    ],
)
def test_a_judgment_that_cannot_be_is_refused(judgment: Judgment) -> None:
    """Unknown labels and families, mixed without spans, spans elsewhere than in the line."""
    with pytest.raises(DataError):
        judgment.checked(TEXT)


@pytest.mark.parametrize(
    "candidate",
    [
        Candidate(text=""),
        Candidate(text=" \t"),
        Candidate(text="两\n行"),
        Candidate(text="两\r行"),
        Candidate(text="长" * (MOST_CHARACTERS + 1)),
        Candidate(text=TEXT, why="because"),
        Candidate(text=TEXT, score=float("nan")),
        Candidate(text=TEXT, stage1=float("inf")),
        Candidate(text=TEXT, fpr=1.5),
        Candidate(text=TEXT, worth=-0.1),
        Candidate(text=TEXT, offset=-1),
        Candidate(text=TEXT, spans=(ScoredSpan(0, 99, 1.0),)),
        Candidate(text=TEXT, spans=(ScoredSpan(0, 1, float("nan")),)),
    ],
)
def test_what_is_no_line_is_refused(candidate: Candidate) -> None:
    """Blank lines, several lines, endless lines, and numbers that are none."""
    with pytest.raises(DataError):
        checked(candidate)


def test_the_page_around_a_line_is_cut_to_what_a_person_reads() -> None:
    """The last characters before the line and the first after it are kept."""
    page = "".join(chr(0x4E00 + n) for n in range(3 * CONTEXT_CHARACTERS))
    stored = checked(Candidate(text=TEXT, before=page, after=page))
    assert stored.before == page[-CONTEXT_CHARACTERS:]
    assert stored.after == page[:CONTEXT_CHARACTERS]


@given(text=st.text(st.characters(exclude_categories=[])))
def test_any_text_can_be_stored_and_spans_stay_where_they_are(text: str) -> None:
    """Undecodable bytes become one character each, and doing it twice is doing it once."""
    stored = storable(text)
    assert stored.encode().decode() == stored
    assert len(stored) == len(text)
    assert storable(stored) == stored
    assert item_id(text) == item_id(stored)


def test_the_id_depends_on_the_text_alone() -> None:
    """It is the same on every machine: files of labels can be put together."""
    assert item_id(TEXT) == "7c38bbb15ae105d58e4aa644d752776a"
    assert item_id("新闻") != item_id("新聞")
