"""Lines reach the filter as users' pages would, and come back in the order of the data."""

from __future__ import annotations

import math

import pytest
from fake_judge import FakeJudge, honest, spam

from junkfilter.errors import DataError
from junkfilter.evaluation.evaluate import Point, evaluate
from junkfilter.page import MAX_PAGE_LINES
from junkfilter.policy import Policy


def test_each_line_is_a_page_of_its_own() -> None:
    """Without `as_pages` no line has neighbours."""
    judge = FakeJudge({})
    evaluate(judge, [spam("甲"), honest("乙")], {"news": ["丙", "丁"]})
    assert judge.pages == ["甲", "乙", "丙", "丁"]


def test_rows_of_a_group_become_one_page_and_keep_their_places() -> None:
    """Groups are put together in the order of their rows; results stay in the data's order."""
    judge = FakeJudge({"甲": 5.0, "丁": 4.0})
    samples = [spam("甲", group="a"), honest("乙", group="b"), honest("丙", group="a")]
    evaluation = evaluate(judge, [*samples, spam("丁", group="b")], {}, as_pages=True)
    assert judge.pages == ["甲\n丙", "乙\n丁"]
    assert [line.text for line in evaluation.labelled] == ["甲", "乙", "丙", "丁"]
    assert [line.score for line in evaluation.labelled] == [5.0, -5.0, -5.0, 4.0]


def test_a_group_beyond_the_limit_of_a_page_is_two_pages() -> None:
    """No page is larger than those that the pipe makes."""
    judge = FakeJudge({})
    evaluate(judge, [honest("甲")] * (MAX_PAGE_LINES + 1), {}, as_pages=True)
    assert [page.count("\n") + 1 for page in judge.pages] == [MAX_PAGE_LINES, 1]
    assert judge.continuations == [False, True]


def test_line_ends_inside_a_row_do_not_shift_the_next_one() -> None:
    """A row is one line, whatever a labelling tool has put into it."""
    judge = FakeJudge({"乙": 5.0})
    samples = [honest("\ufeff甲\r\n甲\r甲"), spam("乙")]
    evaluation = evaluate(judge, samples, {}, as_pages=True)
    assert judge.pages == ["甲  甲 甲\n乙"]
    assert [line.score for line in evaluation.labelled] == [-5.0, 5.0]


def test_articles_are_pages_and_blank_lines_are_not_counted() -> None:
    """A clean text of several lines is judged as one page and counted line by line."""
    judge = FakeJudge({})
    evaluation = evaluate(judge, [], {"news": ["题\n\n文\n"]})
    assert judge.pages == ["题\n\n文\n"]
    assert [(line.text, line.label, line.source) for line in evaluation.clean] == [
        ("题", "clean", "news"),
        ("文", "clean", "news"),
    ]


def test_a_line_without_verdict_is_kept_and_ranks_last() -> None:
    """Over-long lines are passed through: they count as misses, not as nothing."""

    class Silent(FakeJudge):
        def flag_pages(self, pages):  # type: ignore[no-untyped-def]
            """Judges nothing."""
            return [[] for _ in pages]

    line = evaluate(Silent({}), [spam("甲")], {}).labelled[0]
    assert (line.kind, line.score) == ("", -math.inf)
    assert not line.is_cut(Point("recall", -100.0, 0.01))


def test_points_are_sorted_strictest_first() -> None:
    """Tables read from precision to recall, whatever the order in the manifest."""
    evaluation = evaluate(FakeJudge({}), [spam("甲")], {})
    assert [point.name for point in evaluation.points] == ["precision", "balanced", "recall"]
    with pytest.raises(DataError, match="no operating point 'sure'"):
        evaluation.point("sure")


def test_verdict_and_score_must_both_speak_for_a_cut() -> None:
    """A line on a foreign page is no cut, however high it scores."""
    judge = FakeJudge({"甲": 9.0, "乙": 2.5}, kinds={"甲": "text"})
    evaluation = evaluate(judge, [spam("甲"), spam("乙")], {})
    strict, middle, _ = evaluation.points
    assert [line.is_cut(strict) for line in evaluation.labelled] == [False, False]
    assert [line.is_cut(middle) for line in evaluation.labelled] == [False, True]


def test_another_policy_is_refused() -> None:
    """A filter loaded for a stricter point cannot say what the looser ones cut."""
    with pytest.raises(DataError, match="POLICY"):
        evaluate(FakeJudge({}, policy=Policy()), [spam("甲")], {})


def test_nothing_to_evaluate_is_refused() -> None:
    """No line, no figures."""
    with pytest.raises(DataError, match="no lines"):
        evaluate(FakeJudge({}), [], {"news": []})


def test_data_digest_knows_lines_labels_and_pages_but_no_order() -> None:
    """It changes with the data and its division into pages, not with order or scores."""
    samples = [spam("甲"), honest("乙")]
    digest = evaluate(FakeJudge({}), samples, {"n": ["丙"]}).data_digest()
    assert evaluate(FakeJudge({"甲": 9.0}), samples[::-1], {"n": ["丙"]}).data_digest() == digest
    others = [
        evaluate(FakeJudge({}), samples, {"n": ["丁"]}),
        evaluate(FakeJudge({}), [honest("甲"), honest("乙")], {"n": ["丙"]}),
        evaluate(FakeJudge({}), samples, {"n": ["丙"]}, as_pages=True),
        evaluate(FakeJudge({}), samples, {"n": ["丙", "丙"]}),
    ]
    assert digest not in {other.data_digest() for other in others}
