"""Measures of a filter from scores and labels, each with an interval.

Two kinds of interval, and each measure says which it has:

* Shares of lines (precision, recall, F1, recall at a false-positive rate) have the exact binomial
  interval of `junkfilter.evaluation.intervals`.
* Measures of a whole ranking (average precision, (1-ROCA)%) are no shares. They have the percentile
  interval of a bootstrap that draws whole groups: lines of one site stand or fall together.

Labels are 1 for spam and 0 for honest lines. Knows no filter and no files; numpy only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from junkfilter.errors import DataError
from junkfilter.evaluation.intervals import CONFIDENCE, interval

Floats: TypeAlias = npt.NDArray[np.float64]
Bits: TypeAlias = npt.NDArray[np.int8]
Flags: TypeAlias = npt.NDArray[np.bool_]

# False-positive rates at which recall is given: 1 %, 0.1 %, 0.01 % of honest lines.
FALSE_POSITIVE_RATES = (1e-2, 1e-3, 1e-4)
# Each end of the interval is the fifth draw from its side: enough for two digits. 100,000 lines
# take half a second on one core, and a table has a dozen of such measures.
_DRAWS = 200


class Estimate(NamedTuple):
    """A measured value and its 95 % interval.

    Attributes:
        value: what was measured.
        low: lower end of the interval.
        high: upper end of the interval.
    """

    value: float
    low: float
    high: float


class Confusion(NamedTuple):
    """How often cutting agrees with the labels.

    Attributes:
        hits: spam lines that are cut.
        false_cuts: honest lines that are cut.
        misses: spam lines that are kept.
        kept: honest lines that are kept.
    """

    hits: int
    false_cuts: int
    misses: int
    kept: int

    @classmethod
    def of(cls, cut: Flags, labels: Bits) -> Confusion:
        """Counts from what is cut and what is spam, both of shape (n_lines,)."""
        spam = labels == 1
        return cls(
            int((cut & spam).sum()),
            int((cut & ~spam).sum()),
            int((~cut & spam).sum()),
            int((~cut & ~spam).sum()),
        )

    def precision(self) -> Estimate:
        """Share of spam among what is cut; holds for the data's share of spam and no other."""
        return share(self.hits, self.hits + self.false_cuts)

    def recall(self) -> Estimate:
        """Share of the spam that is cut."""
        return share(self.hits, self.hits + self.misses)

    def f1(self) -> Estimate:
        """Harmonic mean of precision and recall.

        F1 is 2J / (1 + J), where J is the share of hits among the lines that are spam or cut: a
        binomial share, so its exact interval carries over.

        >>> round(Confusion(8, 2, 2, 88).f1().value, 3)
        0.8
        """
        return Estimate(*(2 * j / (1 + j) for j in share(self.hits, sum(self[:3]))))


def share(count: int, total: int) -> Estimate:
    """A share of lines with its exact interval; 0 in [0, 1] of nothing, which proves nothing."""
    return Estimate(count / total if total else 0.0, *interval(count, total))


class Ranked:
    """Lines in the order of their scores, highest first; lines of equal score are one step.

    Args:
        scores: any finite numbers or minus infinity, higher is more like spam, shape (n_lines,).
        labels: 1 for spam, 0 for honest lines, shape (n_lines,).

    Raises:
        DataError: shapes differ, a score is not a number, or a class has no line.
    """

    def __init__(self, scores: Floats, labels: Bits) -> None:
        if scores.shape != labels.shape or scores.ndim != 1 or np.isnan(scores).any():
            raise DataError("scores and labels must be equally many, and numbers")
        if len(set(labels.tolist())) != 2:
            raise DataError("a ranking needs at least one spam line and one honest line")
        self._order = np.argsort(-scores, kind="stable")
        self._labels = labels[self._order].astype(np.float64)
        ordered = scores[self._order]
        self._ends = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), len(ordered) - 1)
        self._scores = ordered[self._ends]

    def average_precision(self, weights: Floats | None = None) -> float:
        """Precision averaged over the spam lines, in [0, 1]; it depends on the share of spam.

        Args:
            weights: how often each line counts, in the order of the scores given; once by default.
        """
        spam, honest = self._running(weights)
        steps = np.diff(spam, prepend=0.0)
        seen = spam + honest
        return float((steps * spam / np.where(seen > 0, seen, 1.0)).sum() / spam[-1])

    def one_minus_roca(self, weights: Floats | None = None) -> float:
        """(1-ROCA)% of TREC's spam track: in percent, how often an honest line outscores spam.

        Of equal scores half counts: 50 is guessing, 0 a perfect ranking. It does not depend on the
        share of spam.
        """
        spam, honest = self._running(weights)
        ties = np.diff(spam, prepend=0.0)
        outscored = (np.diff(honest, prepend=0.0) * (spam[-1] - spam + ties / 2)).sum()
        return float(100.0 * outscored / (spam[-1] * honest[-1]))

    def threshold_at(self, rate: float) -> float:
        """The lowest score from which at most this share of honest lines is cut.

        Lines of equal score go together, so the share cut may be smaller, never larger. Infinite if
        the highest score already has too many honest lines. With fewer than 1 / `rate` honest lines
        it lies above all of them, and says nothing about the rate.
        """
        _, honest = self._running(None)
        # The small addition keeps 0.29 x 100 = 28.999... from losing the line it allows.
        allowed = np.floor(rate * honest[-1] + 1e-9)
        steps = int(np.searchsorted(honest, allowed, side="right"))
        return float(self._scores[steps - 1]) if steps else np.inf

    def recall_at(self, rate: float) -> Estimate:
        """Share of spam at or above `threshold_at(rate)`.

        The interval takes the threshold as given: with few honest lines it is too narrow.
        """
        threshold = self.threshold_at(rate)
        spam, _ = self._running(None)
        steps = int((self._scores >= threshold).sum())
        return share(int(spam[steps - 1]) if steps else 0, int(spam[-1]))

    def _running(self, weights: Floats | None) -> tuple[Floats, Floats]:
        """Spam and honest lines down to the end of each step."""
        each = np.ones(len(self._labels)) if weights is None else weights[self._order]
        spam = np.cumsum(each * self._labels)[self._ends]
        honest = np.cumsum(each * (1.0 - self._labels))[self._ends]
        return spam, honest


def bootstrapped(
    measure: Callable[[Floats | None], float],
    labels: Bits,
    groups: Sequence[str],
    *,
    draws: int = _DRAWS,
) -> Estimate:
    """A measure of a ranking with the 95 % percentile interval over redrawn groups.

    The draws are the same every time. A perfect ranking stays perfect in every draw, so its
    interval has no width: that is a limit of the method and no proof. So is a single group.

    Args:
        measure: `Ranked.average_precision` or `Ranked.one_minus_roca` of the lines.
        labels: 1 for spam, 0 for honest lines, shape (n_lines,).
        groups: site or article of each line; an empty name makes the line a group of its own.
        draws: number of draws, at least 1.
    """
    members = _group_numbers(groups)
    chance = np.random.default_rng(0)
    values: list[float] = []
    for _ in range(draws):
        drawn = chance.integers(0, members.max() + 1, members.max() + 1)
        weights = np.bincount(drawn, minlength=members.max() + 1)[members].astype(np.float64)
        spam = float((weights * labels).sum())
        if 0.0 < spam < weights.sum():  # a draw without spam, or of nothing else, has no ranking
            values.append(measure(weights))
    value = measure(None)
    if not values:
        return Estimate(value, value, value)
    low, high = np.quantile(values, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Estimate(value, float(low), float(high))


def _group_numbers(groups: Sequence[str]) -> npt.NDArray[np.intp]:
    known: dict[str, int] = {}
    return np.array(
        [known.setdefault(name or f"\0{place}", len(known)) for place, name in enumerate(groups)],
        dtype=np.intp,
    )
