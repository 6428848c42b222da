"""Learns weights from rows. The only place, with its neighbours, that imports scikit-learn.

Rows become a CSR matrix through `junkfilter.features`, the code that runs at inference; each row is
divided by the square root of its length, as `Model.score` does. A linear model is fitted, its
weights are rounded to int16. On one machine the same rows give the same bytes: rows come sorted,
the solver is deterministic and runs in one thread.

Why the root: with plain counts a line of 300 characters of a company's business scope reached a
score that no 20-character headline of spam has, with unit length (l2) 60-character adult lines fell
behind. At 1 clean line in 10,000 of unseen sources, hand-written spam never seen was caught at
5 % with counts, 16 % with l2, 18 % with the root (seven families, 2026-11-23).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from junkfilter.features import Block, FeatureSpec, counted

Matrix: TypeAlias = sparse.csr_matrix
Floats: TypeAlias = npt.NDArray[np.float64]

_BATCH = 4096
_LARGEST = (1 << 15) - 1
# Passes of the coordinate descent of the support vector machine.
_PASSES = 40
# At 1e-3 the solver stops after 15 rounds, far from the optimum: of hand-written spam it had
# never seen it caught 24 % at 1 clean line in 10,000, at 1e-5 (150 rounds) 56 % (2026-11-23).
_TOLERANCE = 1e-5
_MAX_ROUNDS = 300


@dataclass(frozen=True, slots=True)
class LinearWeights:
    """Rounded weights: the score is `weights @ counts / sqrt(length) * scale + intercept`.

    Attributes:
        weights: int16, shape (n_features,) or (n_features, n_classes); row 0 is zero.
        scale: log-odds of one unit.
        intercept: log-odds of an empty line, shape (n_classes,) or (1,).
        exact: the weights before rounding, in log-odds.
    """

    weights: npt.NDArray[np.int16]
    scale: float
    intercept: Floats
    exact: Floats


def feature_matrix(texts: Sequence[str], spec: FeatureSpec) -> Matrix:
    """Counts of the n-grams of each line, shape (n_lines, spec.size)."""
    indptr = [np.zeros(1, dtype=np.int64)]
    columns, counts = [], []
    for first in range(0, len(texts), _BATCH):
        batch = [one_line(text) for text in texts[first : first + _BATCH]]
        pointers, indices, values = counted(Block(batch, spec))
        indptr.append(pointers[1:] + indptr[-1][-1])
        columns.append(indices.astype(np.int32))
        counts.append(values)
    shape = (len(texts), spec.size)
    parts = (np.concatenate(counts), np.concatenate(columns), np.concatenate(indptr))
    return sparse.csr_matrix(parts, shape=shape)


def one_line(text: str) -> str:
    """The text with blanks in the place of line ends: a row is one line."""
    return text.replace("\r", " ").replace("\n", " ")


def line_lengths(texts: Sequence[str], spec: FeatureSpec) -> Floats:
    """Folded characters of each line and its mark: what scores are divided by the root of."""
    lengths = [
        Block([one_line(text) for text in texts[first : first + _BATCH]], spec).lengths() + 1
        for first in range(0, len(texts), _BATCH)
    ]
    return np.concatenate(lengths).astype(np.float64) if lengths else np.zeros(0)


def scaled(counts: Matrix, lengths: Floats) -> Matrix:
    """Each row divided by the square root of its line's length."""
    factors = (1 / np.sqrt(lengths)).astype(np.float32)
    return sparse.csr_matrix(sparse.diags(factors, dtype=np.float32) @ counts)


def fit_margin(
    rows: Matrix, labels: npt.NDArray[np.int8], sample_weights: Floats, *, penalty: float
) -> tuple[Floats, float]:
    """Weights and intercept of a linear support vector machine: stage 1 before calibration.

    A squared hinge forgets lines that are well on their side, which is what the far tail of the
    clean lines needs: of hand-written spam of forms never seen it catches 60 % at 1 clean line in
    10,000 of sources never seen, a logistic regression 56 %, in a quarter of the time
    (2026-11-23). Its margins become log-odds by `fit_log_odds`.

    Args:
        rows: scaled features.
        labels: 1 for spam, 0 for honest lines; both must occur.
        sample_weights: weight of each row.
        penalty: inverse strength of the penalty on the squared weights.
    """
    model = LinearSVC(C=penalty, max_iter=_PASSES, tol=1e-4, random_state=0)
    with threadpool_limits(1), warnings.catch_warnings():
        # 20, 40 and 300 passes give the same figures; the solver would like more than 300.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(rows, labels, sample_weight=sample_weights)
    return model.coef_[0].astype(np.float64), float(model.intercept_[0])


def fit_log_odds(margins: Floats, labels: npt.NDArray[np.int8]) -> tuple[float, float]:
    """Factor and constant that make log-odds of margins of rows that were not trained on.

    Platt, "Probabilistic outputs for support vector machines" (1999). The factor is positive.
    """
    model = LogisticRegression(C=1e6, solver="lbfgs")
    model.fit(margins.reshape(-1, 1), labels)
    return max(float(model.coef_[0, 0]), 1e-3), float(model.intercept_[0])


def fit_binary(
    rows: Matrix, labels: npt.NDArray[np.int8], sample_weights: Floats, *, penalty: float
) -> tuple[Floats, float]:
    """Weights and intercept of a logistic regression.

    Args:
        rows: scaled features.
        labels: 1 for spam, 0 for honest lines; both must occur.
        sample_weights: weight of each row.
        penalty: inverse strength of the penalty on the squared weights.
    """
    model = LogisticRegression(C=penalty, solver="lbfgs", tol=_TOLERANCE, max_iter=_MAX_ROUNDS)
    with threadpool_limits(1):
        model.fit(rows, labels, sample_weight=sample_weights)
    return model.coef_[0].astype(np.float64), float(model.intercept_[0])


def fit_classes(
    rows: Matrix, classes: npt.NDArray[np.int64], n_classes: int, *, penalty: float
) -> tuple[Floats, Floats]:
    """Weights (n_features, n_classes) and intercepts (n_classes,) of a multinomial regression.

    A class without rows gets an intercept that never wins.
    """
    model = LogisticRegression(C=penalty, solver="lbfgs", tol=_TOLERANCE, max_iter=_MAX_ROUNDS)
    weights = np.zeros((rows.shape[1], n_classes))
    intercepts = np.full(n_classes, -100.0)
    present = np.unique(classes)
    if len(present) == 1:
        intercepts[present] = 0.0
        return weights, intercepts
    with threadpool_limits(1):
        model.fit(rows, classes)
    if len(present) == 2:  # scikit-learn gives one column for two classes
        weights[:, present[1]] = model.coef_[0]
        intercepts[present[0]], intercepts[present[1]] = 0.0, model.intercept_[0]
        return weights, intercepts
    weights[:, model.classes_] = model.coef_.T
    intercepts[model.classes_] = model.intercept_
    return weights, intercepts


def rounded(weights: Floats, intercept: Floats | float) -> LinearWeights:
    """Weights as int16, the largest one in size becoming 32,767."""
    largest = float(np.abs(weights).max()) or 1.0
    scale = largest / _LARGEST
    units = np.rint(weights / scale).astype(np.int16)
    units[0] = 0  # features.NOTHING
    return LinearWeights(units, scale, np.atleast_1d(np.asarray(intercept, dtype=float)), weights)


def narrowed(counts: Matrix, bits: int) -> Matrix:
    """The same rows with at most 2**bits columns, the index's highest bits, as at inference."""
    bits = min(bits, int(counts.shape[1]).bit_length() - 1)
    shift = int(counts.shape[1]).bit_length() - 1 - bits
    columns = counts.indices >> shift
    values = np.where(columns == 0, np.float32(0), counts.data)  # row 0 must stay without weight
    narrow = sparse.csr_matrix((values, columns, counts.indptr), (counts.shape[0], 1 << bits))
    narrow.sum_duplicates()
    return narrow
