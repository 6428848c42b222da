"""Lines that are honest but for a span: the span is cut and the line stays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from span_weights import BRAND, HONEST, SPAN_POINTS, span_model

from junkfilter.detectors.lines import SpamLines
from junkfilter.detectors.mixed_lines import spared
from junkfilter.page import Cut

SURE = SPAN_POINTS["recall"]
COPYRIGHT = "版权所有 市图书馆 未经许可不得转载"  # "all rights reserved, city library"


def cut(start: int, end: int, score: float, detector: str = "spans") -> Cut:
    """A proposal of spam."""
    return Cut(start, end, "spam", "gambling", score, 0.001, detector)


def kept_lines(
    page: str, spans: list[Cut], lines: list[Cut] | None = None, number: int = 0
) -> list[str]:
    """The lines of a page whose cuts are left, where each line was proposed for cutting."""
    texts = [HONEST[1]] * number + [page]
    judgement = SpamLines(span_model()).judge(texts)
    if lines is None:
        places = [judgement.line(line, number) for line in judgement.lines_of(number)]
        lines = [cut(place.start, place.stop, 9.0, "lines") for place in places]
    numbered = [(number, one) for one in lines], [(number, one) for one in spans]
    left = list(spared(judgement, span_model(), *numbered))
    assert {text for text, _ in left} <= {number}
    return [page[one.start : one.end] for _, one in left]


def brand_in(page: str, score: float = 9.0) -> list[Cut]:
    """The proposals of a page's brands."""
    starts = [at for at in range(len(page)) if page.startswith(BRAND, at)]
    return [cut(start, start + len(BRAND), score) for start in starts]


@pytest.mark.parametrize(
    ("page", "score", "spared_lines"),
    [
        pytest.param(f"{BRAND}{COPYRIGHT}\n", 9.0, True, id="brand before an honest line"),
        pytest.param(f"{BRAND}{COPYRIGHT}\n", SURE, True, id="a span just sure enough"),
        pytest.param(f"{BRAND}{COPYRIGHT}\n", SURE - 0.01, False, id="a span not sure enough"),
        pytest.param(f"{BRAND}{COPYRIGHT}\r\n", 9.0, True, id="CRLF"),
        pytest.param(f"{BRAND}\n", 9.0, False, id="nothing is left"),
        pytest.param(f"{BRAND * 5}市图书馆\n", 9.0, False, id="crumbs are left"),
        pytest.param(f"{BRAND} 图书\n", 9.0, False, id="two words are left"),
        pytest.param(f"{COPYRIGHT}\n", 9.0, False, id="no span"),
        pytest.param(f"{BRAND}蓝鲸彩票网{COPYRIGHT}\n", 9.0, True, id="two spans"),
    ],
)
def test_lines_that_are_spared(page: str, score: float, spared_lines: bool) -> None:
    """A line stays if enough of it is left, and that is honest, once its sure spans are gone."""
    for number in (0, 2):
        left = kept_lines(page, brand_in(page, score), number=number)
        assert left == ([] if spared_lines else [page])


def test_what_is_left_must_be_honest() -> None:
    """A line that would still be spam without its span is cut."""
    page = f"图书馆{BRAND}{BRAND}{BRAND}{COPYRIGHT}\n"
    assert kept_lines(page, brand_in(page)[:1]) == [page]
    assert kept_lines(page, brand_in(page)) == []


def test_only_the_line_of_the_span_is_spared() -> None:
    """Neighbours of a spared line stay proposed, in their order."""
    page = f"{HONEST[0]}\n{BRAND}{COPYRIGHT}\n{HONEST[2]}\n"
    assert kept_lines(page, brand_in(page)) == [f"{HONEST[0]}\n", f"{HONEST[2]}\n"]


def test_spans_that_overlap_or_leave_the_line_count_once() -> None:
    """Overlapping spans are one, and of one that begins on the line before, the line's part."""
    page = f"{HONEST[0]}\n{BRAND}{COPYRIGHT}\n"
    start = page.index(BRAND)
    spans = [
        cut(start - 3, start + 2, 9.0),
        cut(start, start + 4, 9.0),
        cut(start + 1, start + 3, 9.0),
    ]
    line = cut(start, len(page), 9.0, "lines")
    assert kept_lines(page, spans, [line]) == []


def test_without_proposals_nothing_is_judged() -> None:
    """No lines give no lines, whatever spans there are."""
    assert kept_lines(HONEST[0], [cut(0, 2, 9.0)], []) == []


@settings(deadline=None, max_examples=40)
@given(
    scores=st.lists(st.tuples(st.floats(-2, 9), st.floats(-2, 9)), min_size=1, max_size=4),
    floor=st.floats(-2, 9),
    span_floor=st.floats(-2, SURE),
)
def test_a_stricter_point_cuts_no_line_more(
    scores: list[tuple[float, float]], floor: float, span_floor: float
) -> None:
    """Law 4: the lines left of those over a bar are those over it of all that are left.

    Which spans are proposed below the bar of `recall` makes no difference either.
    """
    page = "".join(
        f"{BRAND}{COPYRIGHT}{n}\n" if n % 2 else f"{BRAND}{n}\n" for n in range(len(scores))
    )
    rows = page.splitlines(keepends=True)
    starts = [page.index(row) for row in rows]
    lines = [
        cut(start, start + len(row), line, "lines")
        for start, row, (line, _) in zip(starts, rows, scores, strict=True)
    ]
    spans = [
        cut(start, start + len(BRAND), span)
        for start, (_, span) in zip(starts, scores, strict=True)
    ]
    strict_lines = [one for one in lines if one.score >= floor]
    loose = kept_lines(page, [one for one in spans if one.score >= span_floor], lines)
    strict = kept_lines(page, spans, strict_lines)
    over = {page[one.start : one.end] for one in strict_lines}
    assert strict == [row for row in rows if row in loose and row in over]
