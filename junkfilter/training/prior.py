"""Retrains an existing model: its weights are the prior, and moving away from them has a price.

Minimised is, over the difference between the new weights and the base's, the logistic loss of the
new rows plus half the squared difference divided by the penalty: what `fit.fit_binary` does, with
the base's weights in the place of zero. An n-gram that occurs in no new row keeps its weight, and a
line of such n-grams keeps its score to the last bit. Intercept, scale, stage 2, families and the
table of other kinds stay the base's: some thousand lines of one trade say nothing of those.

Rows that the base was made from are anchors: their target is the probability that the base gives
them. They pull only where the new rows push. 30 lines of a new trade moved the scores of 15,000
news sentences by 0.95 on average with the anchors' labels as targets, by 0.18 without anchors, by
0.04 with these; lines of the trade never seen gained as much (2026-11-23).

scikit-learn's solvers cannot start from given scores. A column with the base's score, almost
without penalty, would do nearly the same, but where the new lines are few and easy its coefficient
grows without bound, and every score with it. So the loss is written here, for SciPy's solver.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit
from threadpoolctl import threadpool_limits

from junkfilter.detectors.lines import SpamLines
from junkfilter.features import Block
from junkfilter.model import Model
from junkfilter.training.corpus import Row
from junkfilter.training.crossfit import Ints, parts_of
from junkfilter.training.export import Draft
from junkfilter.training.fit import (
    Floats,
    LinearWeights,
    Matrix,
    feature_matrix,
    line_lengths,
    one_line,
    scaled,
)

_LARGEST = (1 << 15) - 1
_BATCH = 4096
# In log-odds, and so none of a recipe's `penalty`, and how far over the bar of the strictest point
# new spam is to come: a line of another template shares half of its n-grams with those learned, and
# words beyond `detectors.evidence` sure say nothing new. Two families were left out of a model of
# 426,000 lines; of 436 lines of theirs, of templates that were not among the 452 learned, this cut
# at `precision` and `balanced`, at thresholds that 31,800 clean lines had set anew (2026-11-23):
#
#     the base      0.08  0.38        penalty 10, farthest 6    0.61  0.94
#     penalty 10    0.50  0.88        penalty 30, farthest 8    0.77  0.97
#     penalty 100   0.61  0.92        penalty 100, farthest 10  0.87  0.98
PENALTY = 100.0
FARTHEST = 10.0
_MAX_ROUNDS = 150
# Relative. Scores differ by 0.002 on average, 0.2 at most, from those at 1e-12, in a third of the
# time (2026-11-23).
_TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True)
class Retrained:
    """What came of retraining.

    Attributes:
        draft: the base with new weights; thresholds and promises are still the base's.
        before: final scores of the new rows by the base.
        after: final scores of the new rows, each by weights that were learned without its part.
    """

    draft: Draft
    before: Floats
    after: Floats


def retrain(
    base: Model,
    new: Sequence[Row],
    anchors: Sequence[Row],
    *,
    n_parts: int,
    penalty: float = PENALTY,
    jobs: int = 1,
) -> Retrained:
    """The base, moved by new rows.

    Args:
        base: where to start from.
        new: rows with labels to learn.
        anchors: rows that should keep the base's scores.
        n_parts: parts of the new rows for judging each by weights that have not seen it.
        penalty: inverse strength of the penalty on the squared distance to the base's weights.
        jobs: processes.
    """
    texts = [row.sample.text for row in new]
    problem = _problem(base, [*texts, *(row.sample.text for row in anchors)], new)
    parts = parts_of(new, n_parts)
    # Part -1 is no row's: nothing is left out, and the weights are those of the model.
    without = np.append(parts, np.full(len(anchors), -2))
    all_rows, *others = Parallel(n_jobs=jobs, max_nbytes=1 << 20)(
        delayed(_fit_without)(problem, without, part, penalty) for part in (-1, *range(n_parts))
    )
    after = np.zeros(len(new))
    for part, difference in enumerate(others):
        own = np.flatnonzero(parts == part)
        judge = draft_from(base, moved(base, problem.spread(difference))).as_model()
        after[own] = final_scores(judge, [texts[k] for k in own.tolist()])
    draft = draft_from(base, moved(base, problem.spread(all_rows)))
    return Retrained(draft, final_scores(base, texts), after)


def final_scores(model: Model, texts: Sequence[str]) -> Floats:
    """Score of each line alone, after both stages, shape (n_lines,)."""
    judge = SpamLines(model)
    lines = [one_line(text) for text in texts]
    found = [
        judge.judge(lines[first : first + _BATCH]).scores for first in range(0, len(lines), _BATCH)
    ]
    return np.concatenate(found) if found else np.zeros(0)


def draft_from(base: Model, weights: LinearWeights) -> Draft:
    """The base as a draft, with other weights in stage 1."""
    own = ("format", "digest", "arrays")
    manifest = {name: value for name, value in base.manifest.items() if name not in own}
    arrays: dict[str, npt.NDArray[np.integer]] = {
        "line": weights.weights,
        "family": np.asarray(base.family),
        "quality": np.asarray(base.quality),
    }
    if base.spans is not None:
        arrays |= base.spans.arrays()
    return Draft(manifest, arrays)


class _Problem(NamedTuple):
    """Rows, targets, weights and offsets, as `fit_difference` takes them.

    The rows have only the columns that occur in new rows, for no other weight need move; `used` are
    their numbers among `size`. The same arrays serve every part, so that a million lines fit the
    memory once.
    """

    rows: Matrix
    targets: Floats
    sample_weights: Floats
    offsets: Floats
    used: Ints
    size: int

    def spread(self, difference: Floats) -> Floats:
        """A difference of the used columns as one of all, shape (size,)."""
        whole = np.zeros(self.size)
        whole[self.used] = difference
        return whole


def _problem(base: Model, texts: Sequence[str], new: Sequence[Row]) -> _Problem:
    """New rows first, anchors after them."""
    offsets = base_scores(base, texts)
    spam = np.array([row.pool == "spam" for row in new], dtype=np.float64)
    targets = np.append(spam, expit(offsets[len(new) :]))
    weights = np.append([row.weight for row in new], np.ones(len(texts) - len(new)))
    # New spam must not only be likelier spam than not: its loss is counted from far above.
    offsets[: len(new)] -= spam * FARTHEST
    rows = line_features(base, texts)
    used = np.unique(rows.indices[: rows.indptr[len(new)]])
    narrow = _columns(rows, used)
    return _Problem(narrow, targets, weights, offsets, used.astype(np.int64), rows.shape[1])


def _columns(rows: Matrix, used: npt.NDArray[np.int32]) -> Matrix:
    """Some columns of the rows, in double precision."""
    number = np.full(rows.shape[1], -1, dtype=np.int32)
    number[used] = np.arange(len(used), dtype=np.int32)
    columns = number[rows.indices]
    kept = columns >= 0
    before = np.concatenate(([0], np.cumsum(kept)))
    data = rows.data[kept].astype(np.float64)
    shape = (rows.shape[0], len(used))
    return sparse.csr_matrix((data, columns[kept], before[rows.indptr]), shape)


def _fit_without(problem: _Problem, parts: Ints, part: int, penalty: float) -> Floats:
    weights = np.where(parts == part, 0.0, problem.sample_weights)
    return fit_difference(problem.rows, problem.targets, weights, problem.offsets, penalty=penalty)


def base_scores(base: Model, texts: Sequence[str]) -> Floats:
    """The base's stage-1 score of each line, shape (n_lines,)."""
    lines = [one_line(text) for text in texts]
    found = [
        base.score(Block(lines[first : first + _BATCH], base.spec)).scores
        for first in range(0, len(lines), _BATCH)
    ]
    return np.concatenate(found) if found else np.zeros(0)


def line_features(base: Model, texts: Sequence[str]) -> Matrix:
    """The scaled features of each line by the base's specification."""
    lines = [one_line(text) for text in texts]
    return scaled(feature_matrix(lines, base.spec), line_lengths(lines, base.spec))


def fit_difference(
    rows: Matrix, targets: Floats, sample_weights: Floats, offsets: Floats, *, penalty: float
) -> Floats:
    """The difference from the base's weights that the rows are worth, shape (n_features,).

    Args:
        rows: scaled features.
        targets: probability of spam to aim at for each row, in [0, 1].
        sample_weights: weight of each row.
        offsets: the base's log-odds of each row.
        penalty: inverse strength of the penalty on the squared difference.
    """

    def loss(difference: Floats) -> tuple[float, Floats]:
        scores = offsets + rows @ difference
        cost = float(sample_weights @ (np.logaddexp(0.0, scores) - targets * scores))
        slope = rows.T @ (sample_weights * (expit(scores) - targets))
        return penalty * cost + float(difference @ difference) / 2, difference + penalty * slope

    options = {"maxiter": _MAX_ROUNDS, "ftol": _TOLERANCE}
    start = np.zeros(rows.shape[1])
    with threadpool_limits(1):
        found = minimize(loss, start, jac=True, method="L-BFGS-B", options=options)
    difference: Floats = found.x
    return difference


def moved(base: Model, difference: Floats) -> LinearWeights:
    """The base's weights plus a difference, in the base's units: what did not move stays equal.

    A weight beyond the largest that the units can hold becomes that one.
    """
    exact = base.line * base.scale + difference
    units = base.line + np.rint(difference / base.scale)
    units = np.clip(units, -_LARGEST, _LARGEST).astype(np.int16)
    units[0] = 0  # features.NOTHING
    return LinearWeights(units, base.scale, np.array([base.intercept]), exact)
