"""What the figures of a report show, as numbers: curves and histograms of an evaluation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from junkfilter.evaluation.evaluate import Evaluation, JudgedLine, Point
from junkfilter.evaluation.metrics import Estimate, Floats, share

# Scores beyond this look alike: a keyword line of 300 characters reaches 40.
WIDEST = 20.0
_BINS = 40
# Points at which a false-positive rate is looked at: five for every power of ten.
_EACH_DECADE = 5


class Curve(NamedTuple):
    """How a filter's errors trade against each other, from the strictest threshold to the loosest.

    Attributes:
        name: which honest lines the spam is compared with.
        false_positives: share of honest lines cut.
        recall: share of spam cut.
        precision: share of spam among what is cut; holds for the data's share of spam alone.
        spam: number of spam lines.
        honest: number of honest lines.
    """

    name: str
    false_positives: Floats
    recall: Floats
    precision: Floats
    spam: int
    honest: int


class CurvePoint(NamedTuple):
    """An operating point on a curve, with exact 95 % intervals.

    Attributes:
        point: name and threshold.
        false_positives: share of honest lines cut.
        recall: share of spam cut.
        precision: share of spam among what is cut.
    """

    point: Point
    false_positives: Estimate
    recall: Estimate
    precision: Estimate


class Histogram(NamedTuple):
    """Scores of the lines of one label.

    Attributes:
        label: of the lines.
        lines: how many.
        shares: of the lines in each bin, adding up to 1, shape (bins,).
    """

    label: str
    lines: int
    shares: Floats


class Calibrated(NamedTuple):
    """How many clean lines score as high as the model says that so many do.

    Attributes:
        claimed: share of clean lines, by the model.
        observed: share of these clean lines, with its exact interval.
    """

    claimed: float
    observed: Estimate


def effective_scores(lines: Sequence[JudgedLine], points: Sequence[Point]) -> Floats:
    """Scores by which lines are cut: minus infinity for one that no threshold would cut.

    A page in another language is passed through whatever its lines score.
    """
    loosest = min((point.threshold for point in points), default=math.inf)
    return np.array(
        [
            -math.inf if line.score >= loosest and line.kind != "spam" else line.score
            for line in lines
        ],
        dtype=np.float64,
    )


def curve(name: str, spam: Floats, honest: Floats) -> Curve | None:
    """The curve over all thresholds; None if a side has no line, or none could be cut.

    Args:
        name: of the curve.
        spam: effective scores of spam lines.
        honest: effective scores of honest lines.

    >>> found = curve("clean", np.array([3.0, 1.0]), np.array([2.0, 0.0]))
    >>> found.recall.tolist(), found.false_positives.tolist()
    ([0.5, 0.5, 1.0, 1.0], [0.0, 0.5, 0.5, 1.0])
    """
    if not len(spam) or not len(honest):
        return None
    thresholds = np.unique(np.concatenate([spam, honest]))[::-1]
    thresholds = thresholds[np.isfinite(thresholds)]
    if not len(thresholds):
        return None
    hits = len(spam) - np.searchsorted(np.sort(spam), thresholds)
    false = len(honest) - np.searchsorted(np.sort(honest), thresholds)
    return Curve(
        name,
        false / len(honest),
        hits / len(spam),
        hits / np.maximum(hits + false, 1),
        len(spam),
        len(honest),
    )


def curve_points(
    spam: Sequence[JudgedLine], honest: Sequence[JudgedLine], points: Sequence[Point]
) -> list[CurvePoint]:
    """The operating points, each with its intervals."""
    found: list[CurvePoint] = []
    for point in points:
        hits = sum(line.is_cut(point) for line in spam)
        false = sum(line.is_cut(point) for line in honest)
        found.append(
            CurvePoint(
                point,
                share(false, len(honest)),
                share(hits, len(spam)),
                share(hits, hits + false),
            )
        )
    return found


def bin_edges() -> Floats:
    """Edges of the bins of all histograms, shape (bins + 1,)."""
    return np.linspace(-WIDEST, WIDEST, _BINS + 1)


def histograms(evaluation: Evaluation) -> list[Histogram]:
    """Scores by label, spam first; scores beyond the range are counted in the last bins.

    Lines without a score (over-long ones) are left out.
    """
    by_label: dict[str, list[float]] = {}
    for line in (*evaluation.labelled, *evaluation.clean):
        if math.isfinite(line.score):
            by_label.setdefault(line.label, []).append(line.score)
    order = ("spam", "mixed", "text", "boilerplate", "garbled", "clean")
    return [
        Histogram(label, len(by_label[label]), _shares(by_label[label]))
        for label in order
        if label in by_label
    ]


def _shares(scores: Sequence[float]) -> Floats:
    clipped = np.clip(scores, -WIDEST, np.nextafter(WIDEST, 0))
    counts, _ = np.histogram(clipped, bin_edges())
    shares: Floats = counts / len(scores)
    return shares


def calibration(evaluation: Evaluation) -> list[Calibrated]:
    """Claimed and observed rates, smallest first; nothing without clean lines.

    Lines that are listed as real ads are left out. Below a few lines nothing can be observed, so
    that the claimed rates begin where one line in the corpora is expected.
    """
    rates = np.array([line.fpr for line in evaluation.clean if not evaluation.is_known_ad(line)])
    if not len(rates):
        return []
    decades = math.ceil(math.log10(len(rates)))
    claimed = np.logspace(-decades, 0, decades * _EACH_DECADE + 1)
    ordered = np.sort(rates)
    return [
        Calibrated(
            float(rate), share(int(np.searchsorted(ordered, rate, side="right")), len(ordered))
        )
        for rate in claimed
        if rate * len(rates) >= 1
    ]
