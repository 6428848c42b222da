"""Learns the small table for `boilerplate` and `garbled`, with thresholds for precision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from junkfilter.model import QUALITIES
from junkfilter.training.corpus import Row
from junkfilter.training.crossfit import Ints, parts_of
from junkfilter.training.fit import (
    Floats,
    LinearWeights,
    Matrix,
    fit_binary,
    narrowed,
    rounded,
    scaled,
)

QUALITY_BITS = 17
_PENALTY = 10.0
_PARTS = 3
# Of honest lines of articles not seen in training, this share may pass for boilerplate. Lines of
# navigation and of articles overlap: `微博 微信 QQ` is a line of either.
_CLEAN_RATE = 2e-3
_NEVER = 1e6
_MOST_TEXT = 60_000


@dataclass(frozen=True, slots=True)
class QualityWeights:
    """At most 2**QUALITY_BITS rows of weights, and the log-odds from which a line is of a kind."""

    weights: LinearWeights
    thresholds: tuple[float, ...]


def fit_quality(counts: Matrix, lengths: Floats, rows: Sequence[Row]) -> QualityWeights:
    """Weights for each kind against honest text; a kind without lines is never found."""
    labels = np.array([row.sample.label for row in rows])
    # Short lines of scraped pages are called boilerplate by length alone: no ground truth.
    pools = np.array([row.pool for row in rows])
    usable = (pools != "spam") & ~((pools == "boilerplate") & (labels == "text"))
    narrow = scaled(narrowed(counts, QUALITY_BITS), lengths)
    parts = parts_of(rows, _PARTS)
    columns, intercepts, thresholds = [], [], []
    for kind in QUALITIES:
        mask = usable & ((labels == kind) | (labels == "text"))
        chosen = _thinned(mask, labels)
        target = (labels[chosen] == kind).astype(np.int8)
        column, intercept, threshold = _fit_kind(narrow[chosen], target, parts[chosen])
        columns.append(column)
        intercepts.append(intercept)
        thresholds.append(threshold)
    return QualityWeights(
        rounded(np.stack(columns, axis=1), np.array(intercepts)), tuple(thresholds)
    )


def _thinned(
    mask: np.ndarray[tuple[int], np.dtype[np.bool_]], labels: np.ndarray[tuple[int], np.dtype[Any]]
) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Rows of the mask, of honest text every n-th: 60,000 lines of it tell as much as 250,000."""
    text = np.flatnonzero(mask & (labels == "text"))
    step = max(1, len(text) // _MOST_TEXT)
    return np.sort(np.concatenate([np.flatnonzero(mask & (labels != "text")), text[::step]]))


def _fit_kind(
    rows: Matrix, target: np.ndarray[tuple[int], np.dtype[np.int8]], parts: Ints
) -> tuple[Floats, float, float]:
    n_kind = int(target.sum())
    if n_kind < 10 or n_kind == len(target):
        return np.zeros(rows.shape[1]), 0.0, _NEVER
    weights = np.where(target == 1, (len(target) - n_kind) / n_kind / 20, 1.0)
    clean: list[Floats] = []
    for part in np.unique(parts):
        others, own = parts != part, (parts == part) & (target == 0)
        if target[others].any() and own.any():
            column, constant = fit_binary(
                rows[others], target[others], weights[others], penalty=_PENALTY
            )
            clean.append(rows[own] @ column + constant)
    column, constant = fit_binary(rows, target, weights, penalty=_PENALTY)
    threshold = float(np.quantile(np.concatenate(clean), 1 - _CLEAN_RATE)) if clean else _NEVER
    return column, constant, max(threshold, 0.0)
