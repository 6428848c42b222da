"""Exact binomial bounds: against closed forms and published figures."""

from __future__ import annotations

from math import comb

import pytest

from junkfilter.errors import DataError
from junkfilter.evaluation.intervals import (
    clean_lines_needed,
    interval,
    lower_bound,
    upper_bound,
)


def binomial_tail(successes: int, total: int, rate: float) -> float:
    """Probability of at most so many successes."""
    return sum(comb(total, k) * rate**k * (1 - rate) ** (total - k) for k in range(successes + 1))


def test_no_error_has_the_closed_form() -> None:
    """Without an error the upper bound is 1 - 0.05^(1/n)."""
    assert upper_bound(0, 100) == pytest.approx(1 - 0.05 ** (1 / 100), rel=1e-12)


@pytest.mark.parametrize(("errors", "total"), [(1, 10), (7, 30), (3, 200)])
def test_bounds_are_where_the_tail_has_five_percent(errors: int, total: int) -> None:
    """At the bound, so few (or so many) errors happen with probability 5 %."""
    assert binomial_tail(errors, total, upper_bound(errors, total)) == pytest.approx(0.05)
    below = binomial_tail(errors - 1, total, lower_bound(errors, total))
    assert 1 - below == pytest.approx(0.05)


def test_two_sided_interval_is_the_published_one() -> None:
    """8 of 10 has the textbook interval 0.4439 to 0.9748."""
    low, high = interval(8, 10)
    assert (round(low, 4), round(high, 4)) == (0.4439, 0.9748)


def test_nothing_counted_proves_nothing() -> None:
    """Zero of zero could be any rate."""
    assert interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("errors", "needed"), [(0, 29_956), (1, 47_437), (5, 105_128)])
def test_clean_lines_needed_for_one_in_ten_thousand(errors: int, needed: int) -> None:
    """The figures of the promise, and one line fewer is not enough."""
    assert clean_lines_needed(errors, 1e-4) == needed
    assert upper_bound(errors, needed) <= 1e-4 < upper_bound(errors, needed - 1)


def test_a_generous_rate_needs_hardly_any_line() -> None:
    """For a rate of 96 % one clean line suffices: the search has no lower end of its own."""
    assert clean_lines_needed(0, 0.96) == 1


@pytest.mark.parametrize(
    ("errors", "total", "confidence"), [(-1, 5, 0.95), (6, 5, 0.95), (1, 5, 1.0), (1, 5, 0.0)]
)
def test_impossible_arguments_are_refused(errors: int, total: int, confidence: float) -> None:
    """Counts and confidences that cannot be are errors of this package's own kind."""
    with pytest.raises(DataError):
        upper_bound(errors, total, confidence=confidence)


@pytest.mark.parametrize("rate", [0.0, 1.0, -0.1, 2.0])
def test_impossible_rates_are_refused(rate: float) -> None:
    """No number of lines proves a rate of zero."""
    with pytest.raises(DataError):
        clean_lines_needed(0, rate)
