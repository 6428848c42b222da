"""Exact binomial intervals (Clopper and Pearson, 1934): what a count of errors proves about a rate.

Exact means that the interval holds the true rate at least as often as it says, for any sample size
and down to no error at all, where the usual normal approximation claims a rate of exactly zero.
It takes lines as independent draws; lines of one site are not, so that a bound over few sites is
too tight. Judges no lines.
"""

from __future__ import annotations

from typing import NamedTuple

from junkfilter.errors import DataError

CONFIDENCE = 0.95


class Interval(NamedTuple):
    """A range that holds a rate with the confidence it was made for.

    Attributes:
        low: lower end, in [0, 1].
        high: upper end, in [0, 1].
    """

    low: float
    high: float


def upper_bound(errors: int, total: int, *, confidence: float = CONFIDENCE) -> float:
    """One-sided exact upper bound of a rate, in [0, 1]; 1 if nothing was counted.

    Args:
        errors: how many of `total` were wrong, in [0, total].
        total: how many were looked at, at least 0.
        confidence: how often the true rate lies at or below the bound, in (0, 1).

    Raises:
        DataError: the counts or the confidence are impossible.

    >>> round(upper_bound(0, 30_000) * 10_000, 3)  # "at most 1 in 10,000" needs this many lines
    0.999
    >>> upper_bound(3, 3)
    1.0
    """
    _possible(errors, total, confidence)
    if errors == total:
        return 1.0
    return _beta_quantile(errors + 1, total - errors, confidence)


def lower_bound(errors: int, total: int, *, confidence: float = CONFIDENCE) -> float:
    """One-sided exact lower bound of a rate, in [0, 1]; 0 if nothing was counted.

    Takes the same arguments and raises the same errors as `upper_bound`.

    >>> round(lower_bound(30, 30), 3)  # all of 30 adult lines found
    0.905
    """
    _possible(errors, total, confidence)
    if errors == 0:
        return 0.0
    return _beta_quantile(errors, total - errors + 1, 1.0 - confidence)


def interval(count: int, total: int, *, confidence: float = CONFIDENCE) -> Interval:
    """Two-sided exact interval of a rate, each tail with half of what is missing to 1.

    >>> [round(end, 4) for end in interval(8, 10)]
    [0.4439, 0.9748]
    """
    tail = (1.0 + confidence) / 2.0
    return Interval(
        lower_bound(count, total, confidence=tail), upper_bound(count, total, confidence=tail)
    )


def clean_lines_needed(errors: int, rate: float, *, confidence: float = CONFIDENCE) -> int:
    """The smallest number of clean lines of which `errors` may be cut and `rate` is still proven.

    Args:
        errors: clean lines cut, at least 0.
        rate: share of clean lines that may be cut, in (0, 1).
        confidence: of the one-sided upper bound, in (0, 1).

    Raises:
        DataError: an argument is outside its range.

    >>> clean_lines_needed(0, 1e-4), clean_lines_needed(1, 1e-4), clean_lines_needed(5, 1e-4)
    (29956, 47437, 105128)
    """
    if not 0.0 < rate < 1.0:
        raise DataError(f"a rate of {rate} cannot be proven: it must lie between 0 and 1")
    enough = errors + 1
    while upper_bound(errors, enough, confidence=confidence) > rate:
        enough *= 2
    too_few = errors
    while enough - too_few > 1:
        middle = (enough + too_few) // 2
        if upper_bound(errors, middle, confidence=confidence) > rate:
            too_few = middle
        else:
            enough = middle
    return enough


def _beta_quantile(a: float, b: float, probability: float) -> float:
    from scipy.special import betaincinv  # 0.2 s to import: only figures pay

    return float(betaincinv(a, b, probability))


def _possible(count: int, total: int, confidence: float) -> None:
    if not 0 <= count <= total:
        raise DataError(f"{count} of {total} is no count")
    if not 0.0 < confidence < 1.0:
        raise DataError(f"a confidence of {confidence} does not lie between 0 and 1")
