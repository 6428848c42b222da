"""Measures on lists so short that the answer can be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from junkfilter.errors import DataError
from junkfilter.evaluation.intervals import interval
from junkfilter.evaluation.metrics import Confusion, Ranked, bootstrapped, share


def ranked(scores: list[float], labels: list[int]) -> Ranked:
    """A ranking from plain lists."""
    return Ranked(np.array(scores, dtype=np.float64), np.array(labels, dtype=np.int8))


def test_confusion_counts_each_line_once() -> None:
    """Two hits, one false cut, one miss, two kept."""
    cut = np.array([1, 1, 1, 0, 0, 0], dtype=np.bool_)
    labels = np.array([1, 1, 0, 1, 0, 0], dtype=np.int8)
    assert Confusion.of(cut, labels) == Confusion(2, 1, 1, 2)


def test_precision_recall_and_f1_by_hand() -> None:
    """8 hits, 2 false cuts and 8 misses: 0.8, 0.5, and 16/26."""
    counts = Confusion(hits=8, false_cuts=2, misses=8, kept=100)
    assert counts.precision().value == 0.8
    assert counts.recall().value == 0.5
    assert counts.f1().value == pytest.approx(16 / 26)


def test_f1_interval_is_that_of_the_share_of_hits() -> None:
    """Ends of F1's interval are 2J/(1+J) at the exact ends of J = 8/18."""
    low, high = interval(8, 18)
    f1 = Confusion(8, 2, 8, 100).f1()
    assert (f1.low, f1.high) == pytest.approx((2 * low / (1 + low), 2 * high / (1 + high)))


def test_a_share_of_nothing_is_unknown() -> None:
    """A filter that cut nothing has a precision anywhere between 0 and 1."""
    assert share(0, 0) == (0.0, 0.0, 1.0)


def test_average_precision_by_hand() -> None:
    """Spam at ranks 1, 3 and 4: (1 + 2/3 + 3/4) / 3."""
    ranking = ranked([9, 8, 7, 6, 5], [1, 0, 1, 1, 0])
    assert ranking.average_precision() == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)


def test_average_precision_does_not_depend_on_the_order_of_ties() -> None:
    """Spam that ties with one honest line has precision 1/2, whichever comes first."""
    assert ranked([1, 1], [1, 0]).average_precision() == 0.5
    assert ranked([1, 1], [0, 1]).average_precision() == 0.5


def test_one_minus_roca_counts_wrong_pairs_in_percent() -> None:
    """Of six pairs of spam and honest lines one is the wrong way round and one is a tie."""
    ranking = ranked([5, 4, 3, 3, 1], [1, 0, 1, 0, 0])
    assert ranking.one_minus_roca() == pytest.approx(100 * 1.5 / 6)


def test_lines_never_judged_rank_last() -> None:
    """Minus infinity, twice, is one tie at the end and no arithmetic trouble."""
    ranking = ranked([2, -math.inf, -math.inf], [1, 1, 0])
    assert ranking.one_minus_roca() == pytest.approx(100 * 0.5 / 2)


def test_recall_at_a_rate_allows_whole_lines_only() -> None:
    """1 % of 150 honest lines is one line: the threshold is the lowest with one above it."""
    scores = [10.0, 9, 8, 7, 6, 5] + [0.0] * 148
    labels = [1, 0, 1, 1, 0, 1] + [0] * 148
    ranking = ranked(scores, labels)
    assert ranking.threshold_at(0.01) == 7.0
    assert ranking.recall_at(0.01).value == 0.75
    assert ranking.recall_at(0.0001).value == 0.25


def test_a_tie_over_the_limit_is_not_cut() -> None:
    """Where spam ties with more honest lines than allowed, the spam is not found."""
    ranking = ranked([3, 2, 2, 2, 0], [1, 1, 0, 0, 0])
    assert ranking.recall_at(1 / 3).value == 0.5


def test_no_threshold_where_an_honest_line_is_on_top() -> None:
    """If the highest score is honest and none may be cut, no threshold will do."""
    ranking = ranked([3, 2], [0, 1])
    assert ranking.threshold_at(0.01) == math.inf
    assert ranking.recall_at(0.01).value == 0.0


@pytest.mark.parametrize(
    ("scores", "labels"),
    [([1.0, 2.0], [1, 1]), ([1.0, 2.0], [0, 0]), ([math.nan, 1.0], [1, 0]), ([1.0], [1, 0])],
    ids=["no-honest", "no-spam", "nan", "uneven"],
)
def test_what_cannot_be_ranked_is_refused(scores: list[float], labels: list[int]) -> None:
    """One class alone, or a score that is no number, has no ranking."""
    with pytest.raises(DataError):
        ranked(scores, labels)


def test_weights_count_a_line_so_often() -> None:
    """A weight of two is the same as the line twice, in the order of the scores given."""
    twice = ranked([1, 3, 2, 2, 0], [1, 0, 1, 1, 0])
    once = ranked([1, 3, 2, 0], [1, 0, 1, 0])
    weights = np.array([1.0, 1.0, 2.0, 1.0])
    assert once.average_precision(weights) == twice.average_precision()
    assert once.one_minus_roca(weights) == twice.one_minus_roca()


def test_groups_are_drawn_whole() -> None:
    """If one site has all the errors, the interval reaches from none to many of them."""
    scores = np.array([5.0, 5, 5, 5, 1, 1, 0, 0, 0, 0, 4, 4])
    labels = np.array([1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0], dtype=np.int8)
    groups = ["a", "a", "b", "b", "bad", "bad", "c", "c", "d", "d", "bad", "bad"]
    ranking = Ranked(scores, labels)
    estimate = bootstrapped(ranking.one_minus_roca, labels, groups)
    assert estimate.value == pytest.approx(100 * 4 / 36)
    assert estimate.low == 0.0
    assert estimate.high > 25.0
    assert bootstrapped(ranking.one_minus_roca, labels, groups) == estimate


def test_a_single_group_has_no_width() -> None:
    """Redrawing the only group changes nothing, as documented."""
    ranking = ranked([2, 3, 1], [1, 0, 0])
    labels = np.array([1, 0, 0], dtype=np.int8)
    assert bootstrapped(ranking.one_minus_roca, labels, ["a"] * 3) == (50.0, 50.0, 50.0)
