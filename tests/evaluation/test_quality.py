"""Comparisons keep labelled and clean honest lines apart, and leave mixed rows out."""

from __future__ import annotations

import pytest
from fake_judge import FakeJudge, honest, spam

from junkfilter.evaluation.evaluate import Evaluation, evaluate
from junkfilter.evaluation.quality import comparisons, decision, kind_qualities, ranking

SCORES = {"色1": 9.0, "赌1": 2.5, "文1": 4.0, "混": 8.0, "净1": 1.0}


def evaluation() -> Evaluation:
    """Two spam lines, one of the honest ones between them."""
    samples = [
        spam("色1"),
        spam("赌1", family="gambling"),
        honest("文1"),
        honest("文2"),
        honest("混", label="mixed"),
    ]
    return evaluate(FakeJudge(SCORES), samples, {"news": ["净1", "净2"]})


def test_families_are_compared_with_both_kinds_of_honest_lines() -> None:
    """All spam, then each family; a single file needs no line of its own."""
    pairs = [(c.name, c.against, len(c.spam), len(c.honest)) for c in comparisons(evaluation())]
    assert pairs == [
        ("all", "labelled", 2, 2),
        ("all", "clean", 2, 2),
        ("adult", "labelled", 1, 2),
        ("adult", "clean", 1, 2),
        ("gambling", "labelled", 1, 2),
        ("gambling", "clean", 1, 2),
    ]


def test_files_are_compared_within_themselves() -> None:
    """Spam of one file is never set against the labelled lines of another."""
    other = honest("文3")._replace(source="other.tsv")
    judged = evaluate(FakeJudge(SCORES), [spam("色1"), honest("文1"), other], {})
    pairs = [(c.name, [line.text for line in c.honest]) for c in comparisons(judged)]
    assert ("dev.tsv", ["文1"]) in pairs
    assert "other.tsv" not in dict(pairs)


def test_decision_at_a_point_by_hand() -> None:
    """At `balanced` both spam lines and one of two honest ones are cut."""
    first = next(iter(comparisons(evaluation())))
    found = decision(first, evaluation().point("balanced"))
    assert found.precision.value == pytest.approx(2 / 3)
    assert found.recall.value == 1.0
    assert found.f1.value == pytest.approx(0.8)


def test_ranking_by_hand() -> None:
    """One of four pairs is the wrong way round; no honest line may be cut, so half is found."""
    found = ranking(next(iter(comparisons(evaluation()))))
    assert (found.spam, found.honest) == (2, 2)
    assert found.average_precision.value == pytest.approx((1 + 2 / 3) / 2)
    assert found.one_minus_roca.value == pytest.approx(25.0)
    assert [recall.value for recall in found.recalls] == [0.5, 0.5, 0.5]


def test_other_kinds_have_precision_and_recall() -> None:
    """Two of three boilerplate lines are told, and one honest line is called so."""
    samples = [honest(text, label="boilerplate") for text in ("版1", "版2", "版3")]
    kinds = dict.fromkeys(["版1", "版2", "文1"], "boilerplate")
    judged = evaluate(FakeJudge({}, kinds=kinds), [*samples, honest("文1")], {})
    (found,) = kind_qualities(judged)
    assert (found.kind, found.lines) == ("boilerplate", 3)
    assert found.precision.value == pytest.approx(2 / 3)
    assert found.recall.value == pytest.approx(2 / 3)
