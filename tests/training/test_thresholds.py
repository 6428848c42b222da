"""Thresholds against counts that were worked out by hand."""

from __future__ import annotations

import numpy as np

from junkfilter.training.thresholds import calibration, lowest_threshold, operating_points


def test_no_error_is_allowed_with_just_enough_lines() -> None:
    """299 lines without error prove 1 in 100 (0.99**299 < 0.05); the best line must stay."""
    scores = np.arange(299.0)
    threshold, cut = lowest_threshold(scores, 0.01)
    assert cut == 0
    assert threshold > 298.0
    assert threshold < 298.0001


def test_one_error_is_allowed_from_473_lines() -> None:
    """The bound of 1 in 473 is just below 1 in 100; with 472 it is above."""
    assert lowest_threshold(np.arange(473.0), 0.01)[1] == 1
    assert lowest_threshold(np.arange(472.0), 0.01)[1] == 0


def test_too_few_lines_prove_nothing() -> None:
    """298 lines cannot show 1 in 100: there is no threshold."""
    assert lowest_threshold(np.arange(298.0), 0.01) == (float("inf"), 0)


def test_equal_scores_are_cut_together_or_not_at_all() -> None:
    """Three lines with the highest score are one too many where two may be cut."""
    scores = np.append(np.zeros(700), [5.0, 5.0, 5.0])
    threshold, cut = lowest_threshold(scores, 0.01)
    assert cut == 0
    assert threshold > 5.0


def test_points_with_enough_lines_are_proven() -> None:
    """30,000 lines prove all three promises, and stricter points have higher thresholds."""
    points = operating_points(np.arange(30_000.0), [])
    assert all(point.proven for point in points.values())
    assert points["precision"].errors == 0
    found = [points[name].threshold for name in ("precision", "balanced", "recall")]
    assert found == sorted(found, reverse=True)


def test_points_with_few_lines_cut_none_and_are_not_proven() -> None:
    """With 1,000 lines 1 in 10,000 is unknown: the threshold is above all of them."""
    points = operating_points(np.arange(1000.0), [])
    assert not points["precision"].proven
    assert points["precision"].errors == 0
    assert points["recall"].proven


def test_hard_lines_raise_thresholds() -> None:
    """At most 1 in 1,000 hard lines is cut at precision."""
    hard = np.arange(40_000.0, 42_000.0)
    point = operating_points(np.arange(30_000.0), [hard])["precision"]
    assert int((hard >= point.threshold).sum()) == 2


def test_calibration_gives_the_share_at_least_as_high() -> None:
    """Of ten lines one scores at least 9, all at least 0; scores ascend."""
    table = calibration(np.arange(10.0))
    pairs = dict(zip(table["scores"], table["rates"], strict=True))
    assert (pairs[9.0], pairs[5.0], pairs[0.0]) == (0.1, 0.5, 1.0)
    assert table["scores"] == sorted(table["scores"])


def test_lines_without_a_score_count_in_shares_only() -> None:
    """Nine lines that passed without a score make one of ten of the tenth."""
    table = calibration(np.append(np.full(9, -np.inf), 2.0))
    assert table == {"scores": [2.0], "rates": [0.1]}
