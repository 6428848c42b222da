"""Operating points: thresholds that keep a promise on clean lines the model has not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from junkfilter.evaluation.intervals import upper_bound
from junkfilter.model import OperatingPoint
from junkfilter.policy import OPERATING_POINTS

Floats = npt.NDArray[np.float64]

# Hard negatives (casino news, loan questions, medical wikis) are far denser in those corpora than
# on the web: a promise of 1 in 10,000 clean lines is held with 1 in 1,000 of them.
HARD_FACTOR = 10.0
# No promise for hard lines is looser than this, whatever the operating point.
_LOOSEST = 0.05
# Fewer clean lines than this prove nothing about 1 in 10,000 (none cut: upper bound 1 in 10,014).
ENOUGH_CLEAN_LINES = 30_000
_TABLE_SIZE = 400
# Threshold where there is no clean line at all.
_NO_LINES = 9.0


def lowest_threshold(scores: Floats, promised: float) -> tuple[float, int]:
    """The lowest threshold that keeps a promise, and how many of the lines it cuts.

    The exact one-sided 95 % upper bound of the share that scores at least as high must not exceed
    `promised`. With too few lines for that, infinity.
    """
    ordered = np.sort(scores)[::-1]
    allowed = -1
    while allowed + 1 < len(ordered) and upper_bound(allowed + 1, len(ordered)) <= promised:
        allowed += 1
    if allowed < 0:
        return float("inf"), 0
    if allowed == len(ordered):
        return float(ordered[-1]), allowed
    threshold = float(np.nextafter(ordered[allowed], np.inf))
    return threshold, int((scores >= threshold).sum())


def operating_points(news: Floats, held: Sequence[Floats]) -> dict[str, OperatingPoint]:
    """Thresholds for all operating points from scores of clean lines that were not trained on.

    Args:
        news: scores of ordinary honest lines: the promise holds for these.
        held: scores of other pools of honest lines, those about the subjects of spam and those
            of navigation; each may be empty. For them the share itself is held, not its bound.
    """
    points: dict[str, OperatingPoint] = {}
    for name, promised in OPERATING_POINTS.items():
        threshold, _ = lowest_threshold(news, promised)
        if not np.isfinite(threshold):  # too few lines to promise anything
            threshold = float(news.max(initial=_NO_LINES)) + 1.0
        for scores in (scores for scores in held if len(scores)):
            allowed = int(len(scores) * min(promised * HARD_FACTOR, _LOOSEST))
            first_kept = np.sort(scores)[::-1][min(allowed, len(scores) - 1)]
            threshold = max(threshold, float(np.nextafter(first_kept, np.inf)))
        points[name] = _point(threshold, promised, news)
    return points


def _point(threshold: float, promised: float, news: Floats) -> OperatingPoint:
    errors = int((news >= threshold).sum())
    bound = upper_bound(errors, len(news)) if len(news) else 1.0
    return OperatingPoint(threshold, promised, len(news), errors, bound, bound <= promised)


def calibration(news: Floats) -> Mapping[str, list[float]]:
    """Scores in ascending order and the share of clean lines that score at least as high.

    At most `_TABLE_SIZE` entries, evenly spread over the logarithm of the rate, so that the tail,
    where people decide, is fine.
    """
    # Lines of pages that did not reach stage 2 have no score of their own: minus infinity.
    known = np.sort(news[np.isfinite(news)])[::-1]
    counts = np.unique(np.geomspace(1, len(known), _TABLE_SIZE).astype(np.int64))
    scores = known[counts - 1][::-1]
    rates = (counts / len(news))[::-1]
    return {"scores": scores.tolist(), "rates": rates.tolist()}
