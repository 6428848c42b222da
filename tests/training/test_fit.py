"""From lines to rounded weights, and the same scores again at inference."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from small_project import headlines

from junkfilter.features import Block, FeatureSpec, counted
from junkfilter.training.crossfit import plain_draft
from junkfilter.training.fit import (
    LinearWeights,
    feature_matrix,
    fit_binary,
    fit_classes,
    line_lengths,
    narrowed,
    rounded,
    scaled,
)

SPEC = FeatureSpec(bits=14)
NEWS = headlines(300, 11)
SPAM = [f"{mark}澳门金沙注册送彩金{n}_新葡京真人投注" for n, mark in enumerate("甲乙丙丁戊" * 60)]
NEW_SPAM = [f"{n}永利金沙注册送彩金新葡京真人投注" for n in range(100)]
HELD_OUT = [*headlines(200, 12), *NEW_SPAM, "", "一", "金沙"]


@pytest.fixture(scope="module")
def weights() -> LinearWeights:
    """Weights that tell the two kinds of line apart."""
    lines = [*NEWS, *SPAM]
    features = scaled(feature_matrix(lines, SPEC), line_lengths(lines, SPEC))
    labels = np.array([0] * 300 + [1] * 300, dtype=np.int8)
    return rounded(*fit_binary(features, labels, np.ones(600), penalty=10.0))


def test_rounding_keeps_the_largest_weight() -> None:
    """The largest weight becomes 32,767 units; none is off by more than half a unit."""
    exact = np.array([0.0, -2.0, 0.5, 1e-9])
    found = rounded(exact, 0.25)
    assert found.weights.dtype == np.int16
    assert found.weights[1] == -32767
    assert np.abs(found.weights * found.scale - exact).max() <= found.scale / 2
    assert found.intercept.tolist() == [0.25]


def test_row_zero_has_no_weight() -> None:
    """What crosses a line end is sent to row 0, whatever was learned there."""
    assert rounded(np.array([3.0, 1.0]), 0.0).weights[0] == 0
    assert rounded(np.array([[3.0, 2.0], [1.0, 1.0]]), np.zeros(2)).weights[0].tolist() == [0, 0]


def test_no_weights_at_all_are_rounded() -> None:
    """All zeros stay zeros instead of dividing by zero."""
    assert rounded(np.zeros(4), 0.0).weights.tolist() == [0, 0, 0, 0]


def test_a_row_is_divided_by_the_root_of_its_length() -> None:
    """Length counts folded characters and the mark."""
    line = "图书馆开放时间调整"  # 9 characters: "library hours changed"
    counts = feature_matrix([line], SPEC)
    assert line_lengths([line], SPEC).tolist() == [10.0]
    assert np.allclose(scaled(counts, np.array([10.0])).data, counts.data / np.sqrt(10))


def test_a_row_is_one_line() -> None:
    """Line ends inside a text become blanks, so that rows and lines agree in number."""
    assert feature_matrix(["甲\n乙", "丙\r\n丁"], SPEC).shape == (2, SPEC.size)


def test_narrowing_keeps_the_highest_bits() -> None:
    """The family table's row is the index shifted, as at inference; row 0 stays empty."""
    counts = feature_matrix(NEWS[:5], SPEC)
    narrow = narrowed(counts, 10)
    assert narrow.shape == (5, 1 << 10)
    assert narrow[:, 0].sum() == 0
    kept = counts.data[(counts.indices >> 4) > 0]
    assert narrow.sum() == kept.sum()


def test_a_class_without_rows_never_wins() -> None:
    """Classes 0 and 2 of three occur; 1 has an intercept that no sum reaches."""
    features = feature_matrix(["金沙", "传奇"], SPEC)
    found, intercepts = fit_classes(features, np.array([0, 2]), 3, penalty=3.0)
    assert intercepts[1] == -100.0
    scores = features @ found + intercepts
    assert np.argmax(scores, axis=1).tolist() == [0, 2]


def test_integer_sums_are_the_product_with_the_matrix(weights: LinearWeights) -> None:
    """The score at inference and the CSR matrix times the exported weights agree exactly."""
    model = plain_draft(weights, SPEC, 1e9).as_model()
    block = Block(HELD_OUT, SPEC)
    indptr, indices, counts = counted(block)
    products = weights.weights.astype(np.int64)[indices] * counts.astype(np.int64)
    expected = [products[a:b].sum() for a, b in pairwise(indptr)]
    found = model.score(block)
    assert found.sums.tolist() == expected
    lengths = np.sqrt(block.lengths() + 1)
    assert np.allclose(found.scores, expected / lengths * weights.scale + weights.intercept[0])


def test_rounding_changes_no_verdict(weights: LinearWeights) -> None:
    """On 303 lines the int16 model cuts what the float model cuts, and some but not all."""
    features = scaled(feature_matrix(HELD_OUT, SPEC), line_lengths(HELD_OUT, SPEC))
    exact = features @ weights.exact + weights.intercept[0]
    found = plain_draft(weights, SPEC, 1e9).as_model().score(Block(HELD_OUT, SPEC)).scores
    assert ((exact >= 0) == (found >= 0)).all()
    assert 100 <= int((found >= 0).sum()) < 110
