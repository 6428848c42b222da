"""Numbers behind the figures of a report, from scores that are written into the test."""

from __future__ import annotations

import math

import numpy as np
import pytest
from fake_judge import THRESHOLDS, FakeJudge, honest, spam
from hypothesis import given
from hypothesis import strategies as st

from junkfilter.evaluation.evaluate import Evaluation, evaluate
from junkfilter.presentation.curves import (
    bin_edges,
    calibration,
    curve,
    curve_points,
    effective_scores,
    histograms,
)
from junkfilter.presentation.drift import drift

SCORES = st.lists(st.integers(-6, 6).map(float), min_size=1, max_size=30)


def evaluated(scores: dict[str, float], kinds: dict[str, str] | None = None) -> Evaluation:
    """Verdicts on two spam lines, two honest ones, and two clean ones."""
    judge = FakeJudge(scores, kinds or {})
    samples = [spam("坏一"), spam("坏二", "game"), honest("好一"), honest("好二", "boilerplate")]
    return evaluate(
        judge, samples, {"news/a.txt": ["晴", "雨"]}
    )  # "bad 1, 2; good 1, 2; sun, rain"


@given(SCORES, SCORES)
def test_curves_go_one_way(bad: list[float], good: list[float]) -> None:
    """From strict to loose both rates rise, to all of both; precision is what counts say."""
    found = curve("clean", np.array(bad), np.array(good))
    assert found is not None
    assert (np.diff(found.recall) >= 0).all()
    assert (np.diff(found.false_positives) >= 0).all()
    assert found.recall[-1] == found.false_positives[-1] == 1.0
    assert found.precision[-1] == pytest.approx(len(bad) / (len(bad) + len(good)))


def test_no_curve_without_both_sides() -> None:
    """A side without a line, or lines that are never cut, give none."""
    assert curve("clean", np.array([]), np.array([1.0])) is None
    assert curve("clean", np.array([1.0]), np.array([])) is None
    assert curve("clean", np.array([-math.inf]), np.array([-math.inf])) is None


def test_lines_that_are_never_cut_do_not_count_as_cut() -> None:
    """A line over every threshold on a foreign page is below all others on the curve."""
    found = evaluated({"坏一": 9.0, "坏二": 9.0}, {"坏二": "text"})
    scores = effective_scores(found.labelled, found.points)
    assert scores.tolist() == [9.0, -math.inf, -5.0, -5.0]


def test_operating_points_stand_on_the_curve() -> None:
    """Recall and false positives of a point are those of the curve at its threshold."""
    found = evaluated({"坏一": 2.5, "坏二": 1.5, "晴": 1.2})
    points = curve_points(found.labelled[:2], found.clean, found.points)
    assert [p.point.name for p in points] == ["precision", "balanced", "recall"]
    assert [p.recall.value for p in points] == [0.0, 0.5, 1.0]
    assert [p.false_positives.value for p in points] == [0.0, 0.0, 0.5]
    assert all(p.recall.low <= p.recall.value <= p.recall.high for p in points)


def test_histograms_hold_all_lines() -> None:
    """One for each label, spam first; scores beyond the range are in the last bin."""
    found = histograms(evaluated({"坏一": 99.0, "晴": -99.0}))
    assert [(h.label, h.lines) for h in found] == [
        ("spam", 2),
        ("text", 1),
        ("boilerplate", 1),
        ("clean", 2),
    ]
    assert all(h.shares.sum() == pytest.approx(1.0) for h in found)
    assert found[0].shares[-1] == 0.5
    assert found[-1].shares[0] == 0.5
    assert len(bin_edges()) == len(found[0].shares) + 1


def test_calibration_counts_clean_lines() -> None:
    """The judge claims 0.5 for every line: below that nothing is seen, from there on all."""
    found = calibration(evaluated({}))
    assert [row.observed.value for row in found] == [float(row.claimed >= 0.5) for row in found]
    assert found[-1].claimed == 1.0
    assert calibration(evaluate(FakeJudge({}), [spam("坏")], {})) == []


def test_drift_counts_what_flips() -> None:
    """At each point what the base cuts and the model does, and by how much scores moved."""
    now, before = evaluated({"坏一": 3.0, "好一": 2.0}), evaluated({"坏一": 1.0, "晴": 3.0})
    found = drift(now, before, "balanced")
    changes = {(c.point, c.lines): c for c in found.changes}
    assert changes["balanced", "spam"][2:] == (2, 0, 1, 1, 0)
    assert changes["balanced", "honest"][2:] == (4, 1, 1, 1, 1)
    assert changes["precision", "honest"][2:] == (4, 1, 0, 0, 1)
    assert [flip.change for flip in found.flips] == ["newly cut", "newly kept", "newly cut"]
    shifts = {shift.label: shift for shift in found.shifts}
    assert shifts["spam"].median == 1.0
    assert shifts["clean"].low < 0
    assert set(THRESHOLDS) == {change.point for change in found.changes}
