"""Learns the weights of stage 2's evidence from lines that passed the bar of a model that had not
seen them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from junkfilter.detectors.evidence import GROUPS
from junkfilter.training.crossfit import Candidate
from junkfilter.training.fit import Floats

# Weights of evidence that is of the size of 1: this penalty only keeps rare evidence in check.
_PENALTY = 1.0
ALL_NAMES = tuple(name for names in GROUPS.values() for name in names)
_POOL_WEIGHTS = {"promotion": 0.1, "composed": 0.1, "look-alike": 0.3}
# Fewer honest lines than this over the bar teach nothing: stage 1's score stays as it is.
_FEWEST = 30


@dataclass(frozen=True, slots=True)
class EvidenceWeights:
    """Weights by name, `constant` among them."""

    weights: dict[str, float]

    def score(self, candidate: Candidate) -> float:
        """Log-odds of a candidate, as `SpamLines.weigh` adds them up."""
        return self.weights["constant"] + sum(
            self.weights.get(name, 0.0) * value for name, value in candidate.evidence.items()
        )


def fit_evidence(
    candidates: Sequence[Candidate], names: Sequence[str] = ALL_NAMES
) -> EvidenceWeights:
    """Weights of the evidence; honest and spam lines weigh the same in total.

    Args:
        candidates: lines that passed the bar.
        names: the evidence to use; that of `detectors.evidence.GROUPS` by default.
    """
    labels = np.array([candidate.spam for candidate in candidates], dtype=np.int8)
    n_spam = int(labels.sum())
    if min(n_spam, len(labels) - n_spam) < _FEWEST:
        return EvidenceWeights({"constant": 0.0, "stage1": 1.0})
    weights = _balanced(candidates, labels)
    model = LogisticRegression(C=_PENALTY, solver="newton-cholesky", max_iter=200)
    with threadpool_limits(1):
        model.fit(evidence_matrix(candidates, names), labels, sample_weight=weights)
    found = {name: float(w) for name, w in zip(names, model.coef_[0], strict=True)}
    return EvidenceWeights({"constant": float(model.intercept_[0])} | found)


def evidence_matrix(candidates: Sequence[Candidate], names: Sequence[str]) -> Floats:
    """The candidates' evidence as rows; what a candidate lacks is 0."""
    rows = [[candidate.evidence.get(name, 0.0) for name in names] for candidate in candidates]
    return np.array(rows, dtype=np.float64).reshape(len(candidates), len(names))


def cross_weights(
    candidates: Sequence[Candidate], parts: Iterable[int], names: Sequence[str] = ALL_NAMES
) -> dict[int, EvidenceWeights]:
    """For each part the weights that are learned from the other parts."""
    return {
        part: fit_evidence([c for c in candidates if c.part != part], names)
        for part in sorted(set(parts))
    }


def _balanced(candidates: Sequence[Candidate], labels: npt.NDArray[np.int8]) -> Floats:
    """Sample weights by which the honest lines weigh as much as the spam.

    There are some hundred honest lines over the bar for each ten thousand of spam. Of those,
    composed and hand-made ones and advertising copy count for little, for they are stranger than
    what stands on pages, and no promise is made for them.
    """
    weights = np.ones(len(labels))
    for pool, weight in _POOL_WEIGHTS.items():
        weights[[candidate.pool == pool for candidate in candidates]] = weight
    honest = labels == 0
    total = float(weights[honest].sum())
    weights[honest] *= float(weights[~honest].sum()) / max(total, 1.0)
    return weights
