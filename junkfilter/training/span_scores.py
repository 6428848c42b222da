"""Weights of a span's evidence, and scores of candidates by weights that did not see their part.

Two questions are asked of a candidate, each with weights of its own: was it put in, and is nothing
honest in it. Both must be answered with yes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from junkfilter.detectors.span_evidence import COMPANY, OWN, both, company, weighed
from junkfilter.training.fit import Floats
from junkfilter.training.span_judge import Judged

_PENALTY = 0.3
# Advertising copy of app stores is what spam is made of, and no promise is made for it; look-alikes
# are stranger than what stands on pages.
_POOL_WEIGHTS = {"promotion": 0.1, "composed": 0.1, "look-alike": 0.3}
_ALL = (*OWN, COMPANY)
# Added to the log-odds of exactness, because what is lost has a limit of its own. Of the injected
# characters of cross-fitted pages 57 % were found at 1 honest line in 10,000 and 1 honest character
# in 10,000 lost, 55 % without it; at 1 line in 1,000 and 1 character in 2,000, 74 and 71 %.
EXACT_LEAD = 0.5
# The label of a candidate for one of the two questions; None where it teaches nothing.
Question = Callable[[Judged], bool | None]


class SpanWeights(NamedTuple):
    """Weights of evidence by name, `constant` among them.

    Attributes:
        alone: that a candidate was put in, without its company.
        injected: the same with it.
        exact: that no honest character is in it, plus `EXACT_LEAD`.
    """

    alone: dict[str, float]
    injected: dict[str, float]
    exact: dict[str, float]


def injected(one: Judged) -> bool | None:
    """Whether a candidate was put in."""
    return one.pure


def exact(one: Judged) -> bool | None:
    """Whether a candidate of which at least a part was put in holds nothing else."""
    return not one.lost if one.lost or one.pure else None


def cross_scores(judged: Sequence[Judged]) -> Floats:
    """Log-odds of candidates by weights that were fitted without each one's part; shape (n,).

    Writes each candidate's company into its evidence.
    """
    _keep_company(judged, _unseen(judged, injected, OWN))
    answers = _unseen(judged, injected, _ALL), _unseen(judged, exact, _ALL) + EXACT_LEAD
    return np.array([both(*pair) for pair in zip(*answers, strict=True)])


def fitted_weights(judged: Sequence[Judged]) -> SpanWeights:
    """Weights from all candidates, whose company `cross_scores` has told them."""
    weights = fit_weights(judged, exact, _ALL)
    weights["constant"] += EXACT_LEAD
    return SpanWeights(
        fit_weights(judged, injected, OWN), fit_weights(judged, injected, _ALL), weights
    )


def fit_weights(
    judged: Sequence[Judged], question: Question, names: Sequence[str]
) -> dict[str, float]:
    """Weights of evidence by name for one question."""
    known = [one for one in judged if question(one) is not None]
    labels = np.array([question(one) for one in known], dtype=np.bool_)
    rows = np.array([[one.span.evidence[name] for name in names] for one in known])
    importance = np.array([_POOL_WEIGHTS.get(one.pool, 1.0) for one in known])
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    model = LogisticRegression(C=_PENALTY, solver="newton-cholesky", max_iter=200)
    with threadpool_limits(1):
        model.fit((rows - mean) / spread, labels, sample_weight=importance)
    weights = model.coef_[0] / spread
    constant = float(model.intercept_[0] - weights @ mean)
    return {"constant": constant} | {
        name: float(weight) for name, weight in zip(names, weights, strict=True)
    }


def _unseen(judged: Sequence[Judged], question: Question, names: Sequence[str]) -> Floats:
    scores = np.zeros(len(judged))
    for part in sorted({one.part for one in judged}):
        weights = fit_weights([one for one in judged if one.part != part], question, names)
        for number, one in enumerate(judged):
            if one.part == part:
                scores[number] = weighed(weights, {name: one.span.evidence[name] for name in names})
    return scores


def _keep_company(judged: Sequence[Judged], alone: Floats) -> None:
    # Numbers of pages begin anew in each part.
    pages = {key: number for number, key in enumerate(sorted({_page(one) for one in judged}))}
    found = company(
        [pages[_page(one)] for one in judged], [one.words for one in judged], alone.tolist()
    )
    for one, value in zip(judged, found, strict=True):
        one.span.evidence[COMPANY] = value


def _page(one: Judged) -> tuple[int, int]:
    return one.part, one.page
