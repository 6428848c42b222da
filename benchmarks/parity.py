"""The shipped weights against the float weights they were rounded from.

Run: python benchmarks/parity.py --corpora ../shared/data --dev ../shared/eval/dev_lines.tsv

Fits stage 1 again from the recipe, without cross-fitting; says whether rounding gives the very
bytes of the shipped `line.npy`; then judges all lines of the test files and the development set
with float weights (a sparse product in double precision) and with integer weights (the code that
runs), and lists by digest every line whose verdict differs at any operating point.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from junkfilter.detectors.lines import SpamLines
from junkfilter.evaluation.digests import line_digest
from junkfilter.features import Block
from junkfilter.formats.labelled import read_clean, read_labelled
from junkfilter.model import LineScores, Model, default_model_folder
from junkfilter.training.corpus import gather
from junkfilter.training.fit import (
    Floats,
    feature_matrix,
    fit_margin,
    line_lengths,
    one_line,
    rounded,
    scaled,
)
from junkfilter.training.recipe import Recipe

_BATCH = 2048


class FloatModel(Model):
    """The shipped model with stage 1 in double precision."""

    exact: Floats
    exact_intercept: float

    def score(self, block: Block) -> LineScores:
        """Stage 1 by a sparse product instead of integer sums."""
        whole = super().score(block)
        lines = ["".join(block.texts[k]) for k in range(len(block.texts))]
        counts = feature_matrix(lines, self.spec).astype(np.float64)
        scores = counts @ self.exact / np.sqrt(line_lengths(lines, self.spec))
        return whole._replace(scores=scores + self.exact_intercept)


def refit(recipe: Recipe, corpora: Path, model: Model) -> tuple[Floats, float]:
    """Float weights and intercept of stage 1."""
    rows = gather(recipe, corpora).rows
    texts = [one_line(row.sample.text) for row in rows]
    features = scaled(feature_matrix(texts, model.spec), line_lengths(texts, model.spec))
    labels = np.array([row.pool == "spam" for row in rows], dtype=np.int8)
    weights = np.array([row.weight for row in rows])
    coefficients, _ = fit_margin(features, labels, weights, penalty=recipe.penalty)
    # The margin's scale is the model's: the calibration into log-odds came from cross-fitting.
    largest = float(np.abs(coefficients).max())
    factor = model.scale * ((1 << 15) - 1) / largest
    return coefficients * factor, model.intercept


def final_scores(model: Model, lines: list[str]) -> Floats:
    """Final scores of lines, each alone."""
    judge = SpamLines(model)
    parts = [judge.judge(lines[k : k + _BATCH]).scores for k in range(0, len(lines), _BATCH)]
    return np.concatenate(parts)


def main() -> None:
    """Prints what differs."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--dev", type=Path, required=True)
    arguments = parser.parse_args()
    folder = default_model_folder()
    recipe = Recipe.read(folder / "train.toml")
    model, exact = Model.load(folder), FloatModel.load(folder)
    assert isinstance(exact, FloatModel)
    exact.exact, exact.exact_intercept = refit(recipe, arguments.corpora, model)
    same = np.array_equal(rounded(exact.exact, exact.exact_intercept).weights, model.line)
    print(f"rounding the fitted weights gives the shipped ones: {'yes' if same else 'NO'}")
    tests = [source for source in recipe.sources if source.role == "test"]
    lines = [line for s in tests for line in read_clean(arguments.corpora / s.path)]
    lines += [sample.text for sample in read_labelled(arguments.dev)]
    lines = [one_line(line) for line in lines]
    ours, theirs = final_scores(model, lines), final_scores(exact, lines)
    print(f"{len(lines):,} lines, largest difference of a score {np.abs(ours - theirs).max():.4f}")
    for name, point in model.operating_points.items():
        flips = np.flatnonzero((ours >= point.threshold) != (theirs >= point.threshold))
        print(f"{name}: {len(flips)} verdicts differ", *(line_digest(lines[k]) for k in flips))


if __name__ == "__main__":
    main()
