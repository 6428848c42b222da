"""Makes a model from a corpus: fit, cross-fit, set thresholds. `run` writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from junkfilter.errors import DataError
from junkfilter.features import FeatureSpec
from junkfilter.model import Model, OperatingPoint
from junkfilter.policy import FAMILIES
from junkfilter.training.corpus import Corpus, Row
from junkfilter.training.crossfit import (
    CrossFit,
    cross_fit,
    in_log_odds,
    n_parts_for,
    promised_pools,
)
from junkfilter.training.export import Draft
from junkfilter.training.fit import (
    Floats,
    LinearWeights,
    Matrix,
    feature_matrix,
    fit_classes,
    fit_margin,
    line_lengths,
    narrowed,
    one_line,
    rounded,
    scaled,
)
from junkfilter.training.quality import QualityWeights, fit_quality
from junkfilter.training.recipe import Recipe
from junkfilter.training.spans import train_spans
from junkfilter.training.stage2 import (
    ALL_NAMES,
    EvidenceWeights,
    cross_weights,
    fit_evidence,
)
from junkfilter.training.thresholds import calibration, operating_points
from junkfilter.training.versions import versions

# Families are told apart by what they talk about: 2**15 buckets do as well as more.
FAMILY_BITS = 15
FAMILY_PENALTY = 3.0
# The rows that the promise of an operating point is about.
_PROMISED_POOL = "news"

# Rows for which a tenth of the promise is held, each pool by itself.
HELD_POOLS = ("hard", "boilerplate")

Progress = Callable[[str], None]


@dataclass(slots=True)
class Trained:
    """A trained model and what is known of it.

    Attributes:
        draft: the model, not yet written.
        corpus: what it learned from.
        cross: how each row was judged by a model that did not know it.
        finals: final scores of the rows, each by a model that did not know it.
        points: the operating points.
    """

    draft: Draft
    corpus: Corpus
    cross: CrossFit
    finals: Floats
    points: dict[str, OperatingPoint]


def train_model(
    corpus: Corpus, recipe: Recipe, *, jobs: int = 1, progress: Progress = lambda _: None
) -> Trained:
    """A model from a corpus.

    Args:
        corpus: the lines, sorted.
        recipe: penalty, folds, seed.
        jobs: processes for cross-fitting.
        progress: gets a word on each step.

    Raises:
        DataError: there is no spam, or no honest text, to learn from.
    """
    rows = corpus.rows
    _refuse_empty(rows)
    spec = FeatureSpec(bits=recipe.bits, seed=recipe.seed)
    progress(f"features of {len(rows):,} lines")
    lines = _line_features(rows, spec)
    cross = _cross_fitted(corpus, recipe, lines.scaled, spec, jobs, progress)
    finals = final_scores(cross)
    points, table = _promises(rows, finals)
    progress("fitting all lines")
    line = _fit_lines(lines.scaled, rows, recipe.penalty, cross.log_odds)
    progress("families, boilerplate and garbled lines")
    family = _fit_families(lines.counts, lines.lengths, rows)
    quality = fit_quality(lines.counts, lines.lengths, rows)
    parts = _Parts(line, family, quality, fit_evidence(cross.candidates), points, table)
    draft = _draft(recipe, spec, cross.bar, parts, corpus)
    if not recipe.leave_out:  # the simulator would put in what is left out
        unseen = _unseen(corpus, cross, draft)
        spans = train_spans(corpus, unseen, seed=recipe.seed, jobs=jobs, progress=progress)
        draft = draft if spans is None else spans.added_to(draft)
    return Trained(draft, corpus, cross, finals, points)


def _unseen(corpus: Corpus, cross: CrossFit, draft: Draft) -> Callable[[str], Model]:
    """For each source of honest lines a model of lines that has not seen it."""
    parts = {
        row.sample.group: int(part)
        for row, part in zip(corpus.rows, cross.parts.tolist(), strict=True)
        if row.pool != "spam"
    }
    models = [model.as_model() for model in cross.models]
    whole = draft.as_model()
    return lambda group: models[parts[group]] if group in parts else whole


class _LineFeatures(NamedTuple):
    """Counts of the n-grams of each row, its length, and the counts divided by its root."""

    counts: Matrix
    lengths: Floats
    scaled: Matrix


def _line_features(rows: Sequence[Row], spec: FeatureSpec) -> _LineFeatures:
    texts = [one_line(row.sample.text) for row in rows]
    counts = feature_matrix(texts, spec)
    lengths = line_lengths(texts, spec)
    return _LineFeatures(counts, lengths, scaled(counts, lengths))


def _cross_fitted(
    corpus: Corpus,
    recipe: Recipe,
    features: Matrix,
    spec: FeatureSpec,
    jobs: int,
    progress: Progress,
) -> CrossFit:
    n_parts = n_parts_for(corpus.rows, recipe.folds)
    progress(f"cross-fitting in {n_parts} parts")
    return cross_fit(
        corpus.rows,
        corpus.pages,
        features,
        spec=spec,
        penalty=recipe.penalty,
        n_parts=n_parts,
        seed=recipe.seed,
        jobs=jobs,
    )


def _promises(
    rows: Sequence[Row], finals: Floats
) -> tuple[dict[str, OperatingPoint], Mapping[str, list[float]]]:
    """The operating points, and the table from scores to shares of clean lines."""
    news = finals[_of_pool(rows, _PROMISED_POOL)]
    held = [finals[_of_pool(rows, pool)] for pool in HELD_POOLS]
    if len(news):
        return operating_points(news, held), calibration(news)
    # The lines that stand in for the web set thresholds, and prove nothing about it.
    pools = promised_pools(rows)
    stand_in = finals[[row.pool in pools for row in rows]]
    points = operating_points(stand_in, [])
    unproven = {name: replace(point, proven=False) for name, point in points.items()}
    return unproven, calibration(stand_in)


def final_scores(cross: CrossFit, names: Sequence[str] = ALL_NAMES) -> Floats:
    """The final score of each row, by weights that were learned without the row's part.

    An honest line that was also judged on composed pages has its highest score, so that a promise
    holds alone and in context, and each line counts once.

    Args:
        cross: scores of stage 1, and the lines over the bar.
        names: the evidence that stage 2 may use.
    """
    fitted = cross_weights(cross.candidates, cross.parts.tolist(), names)
    finals = np.zeros(len(cross.scores))
    for part, weights in fitted.items():
        own = cross.parts == part
        finals[own] = weights.weights["constant"] + weights.weights["stage1"] * cross.scores[own]
    for candidate in cross.candidates:
        if not candidate.on_page:
            finals[candidate.row] = fitted[candidate.part].score(candidate)
    for candidate in cross.candidates:
        if candidate.on_page and not candidate.spam and candidate.row >= 0:
            score = fitted[candidate.part].score(candidate)
            finals[candidate.row] = max(finals[candidate.row], score)
    return finals


@dataclass(frozen=True, slots=True)
class _Parts:
    line: LinearWeights
    family: LinearWeights
    quality: QualityWeights
    evidence: EvidenceWeights
    points: dict[str, OperatingPoint]
    table: Mapping[str, list[float]]


def _refuse_empty(rows: Sequence[Row]) -> None:
    groups = {
        "spam": {row.sample.group for row in rows if row.pool == "spam"},
        "text": {row.sample.group for row in rows if row.sample.label == "text"},
    }
    for name, found in groups.items():
        if len(found) < 2:
            raise DataError(
                f"lines of {name} from {len(found)} groups",
                advice="a model needs lines of spam and of text, each from two groups or more",
            )


def _of_pool(rows: Sequence[Row], pool: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.array([row.pool == pool for row in rows], dtype=np.bool_)


def _fit_lines(
    features: Matrix, rows: Sequence[Row], penalty: float, log_odds: tuple[float, float]
) -> LinearWeights:
    labels = np.array([row.pool == "spam" for row in rows], dtype=np.int8)
    weights = np.array([row.weight for row in rows])
    return in_log_odds(*fit_margin(features, labels, weights, penalty=penalty), log_odds)


def _fit_families(counts: Matrix, lengths: Floats, rows: Sequence[Row]) -> LinearWeights:
    numbers = {name: number for number, name in enumerate(FAMILIES)}
    chosen = np.array([k for k, row in enumerate(rows) if row.sample.family in numbers], dtype=int)
    if not len(chosen):
        return rounded(np.zeros((2, len(FAMILIES))), np.zeros(len(FAMILIES)))
    classes = np.array([numbers[rows[k].sample.family] for k in chosen])
    narrow = scaled(narrowed(counts[chosen], FAMILY_BITS), lengths[chosen])
    return rounded(*fit_classes(narrow, classes, len(FAMILIES), penalty=FAMILY_PENALTY))


def _draft(recipe: Recipe, spec: FeatureSpec, bar: float, parts: _Parts, corpus: Corpus) -> Draft:
    manifest: dict[str, object] = {
        "id": recipe.id,
        "features": {"bits": spec.bits, "orders": spec.orders, "seed": spec.seed},
        "families": list(FAMILIES),
        "line": {
            "scale": parts.line.scale,
            "intercept": float(parts.line.intercept[0]),
            "bar": bar,
        },
        "evidence": parts.evidence.weights,
        "family": {
            "scale": parts.family.scale,
            "intercepts": parts.family.intercept.tolist(),
        },
        "quality": {
            "scale": parts.quality.weights.scale,
            "intercepts": parts.quality.weights.intercept.tolist(),
            "thresholds": list(parts.quality.thresholds),
        },
        "operating_points": {
            name: {field: getattr(point, field) for field in OperatingPoint.__slots__}
            for name, point in parts.points.items()
        },
        "calibration": parts.table,
        "training": {
            "seed": recipe.seed,
            "rows": len(corpus.rows),
            "left_out": corpus.left_out,
            "files": corpus.digests,
            "missing": corpus.missing,
            "versions": versions(),
        },
    }
    arrays = {
        "line": parts.line.weights,
        "family": parts.family.weights,
        "quality": parts.quality.weights.weights,
    }
    return Draft(manifest, arrays)
