"""Flipped verdicts: what is lost is read first."""

from __future__ import annotations

import pytest
from fake_judge import FakeJudge, honest, spam

from junkfilter.errors import DataError
from junkfilter.evaluation.difference import flips
from junkfilter.evaluation.evaluate import Evaluation, evaluate


def evaluation(*cut: str, as_pages: bool = False) -> Evaluation:
    """Six lines of which the named ones score 5, later ones a little more."""
    samples = [spam("色1"), spam("色2"), honest("文1"), honest("混", label="mixed"), honest("文2")]
    scores = {text: 5.0 + place for place, text in enumerate(cut)}
    return evaluate(FakeJudge(scores), samples, {"news": ["净"]}, as_pages=as_pages)


def test_honest_lines_come_first_and_losses_before_gains() -> None:
    """Newly cut honest lines (surest first), saved ones, mixed rows, lost spam, found spam."""
    now = evaluation("色1", "文1", "净", "混")
    before = evaluation("色2", "文2")
    found = [(flip.change, flip.text) for flip in flips(now, before, "precision")]
    assert found == [
        ("newly cut", "净"),
        ("newly cut", "文1"),
        ("newly kept", "文2"),
        ("newly cut", "混"),
        ("newly kept", "色2"),
        ("newly cut", "色1"),
    ]


def test_both_scores_are_shown() -> None:
    """Now and before, with the label."""
    (flip,) = flips(evaluation("色1"), evaluation(), "recall")
    assert (flip.about, flip.score, flip.score_before) == ("spam.adult", 5.0, -5.0)


def test_equal_verdicts_are_no_flips() -> None:
    """A changed score is not a changed verdict."""
    assert flips(evaluation("色2", "色1"), evaluation("色1", "色2"), "precision") == []


def test_other_lines_cannot_be_compared() -> None:
    """Other data, or the same data in other pages."""
    fewer = evaluate(FakeJudge({}), [spam("色1")], {})
    for other in (fewer, evaluation(as_pages=True)):
        with pytest.raises(DataError, match="same lines"):
            flips(evaluation(), other, "precision")
