"""The gate for a retrained model: promises on clean lines, floors of the base, nothing touched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from small_project import SmallProject

from junkfilter.evaluation.evaluate import Evaluation, JudgedLine, Point
from junkfilter.training.acceptance import Check, Touched, acceptance, own_lines, read_learned

POINTS = (Point("precision", 2.0, 0.0001), Point("recall", 1.0, 0.01))
PROVEN = {"precision": True, "recall": True}


def line(score: float, label: str = "clean", family: str = "") -> JudgedLine:
    """A judged line of this score."""
    return JudgedLine(f"行{score}", label, family, "s", "g", "spam", family, score, 0.5)


def evaluation(spam: Sequence[float], clean: Sequence[float]) -> Evaluation:
    """Scores of spam of one family, and of clean lines."""
    labelled = tuple(line(score, "spam", "game") for score in spam)
    return Evaluation(POINTS, labelled, tuple(line(score) for score in clean))


def failed(checks: Sequence[Check]) -> list[str]:
    """Names of what is not passed."""
    return [f"{check.name}@{check.point}" for check in checks if not check.passed]


BASE = evaluation([3.0] * 90 + [0.0] * 10, [0.0] * 1000)


@pytest.mark.parametrize(
    ("spam", "clean", "expected"),
    [
        ([3.0] * 90 + [0.0] * 10, [0.0] * 1000, []),
        ([3.0] * 82 + [0.0] * 18, [0.0] * 1000, []),
        ([3.0] * 80 + [0.0] * 20, [0.0] * 1000,
         ["recall of all@precision", "recall of game@precision",
          "recall of all@recall", "recall of game@recall"]),
        ([3.0] * 90 + [0.0] * 10, [1.5] * 30 + [0.0] * 970, ["clean lines cut@recall"]),
        ([3.0] * 90 + [0.0] * 10, [3.0] * 9 + [0.0] * 991, ["clean lines cut@precision"]),
    ],
)  # fmt: skip
def test_what_is_refused(
    spam: Sequence[float], clean: Sequence[float], expected: Sequence[str]
) -> None:
    """A tenth of what the base found may go, and clean lines as the promise allows."""
    assert sorted(failed(acceptance(evaluation(spam, clean), BASE, PROVEN))) == sorted(expected)


def test_a_promise_must_be_proven_by_somebody() -> None:
    """1,000 clean lines prove 1 in 100 and not 1 in 10,000, if the training has not either."""
    checks = acceptance(BASE, BASE, {"precision": False, "recall": False})
    assert failed(checks) == ["clean lines cut@precision"]
    assert "proven neither by them nor by the training" in checks[0].what


def test_without_clean_lines_nothing_is_accepted() -> None:
    """However much of the spam is found."""
    checks = acceptance(evaluation([9.0] * 100, []), evaluation([0.0] * 100, []), PROVEN)
    assert failed(checks) == ["clean lines@all"]


def test_lines_that_a_label_touched() -> None:
    """The very line, in other width or with other digits or blanks; no other line."""
    touched = Touched([], ["浏览 12 次"])  # "read 12 times"
    for same in ("浏览 12 次", "瀏覽３４次"):
        assert same in touched
    assert "评论 12 次" not in touched  # "12 comments"


def test_a_model_without_labels_touched_nothing(tmp_path: Path) -> None:
    """No list in the folder, no line."""
    assert read_learned(tmp_path) == frozenset()


def test_own_lines_have_every_family(project: SmallProject) -> None:
    """Made and hand-written spam of the data, the same each time; no honest line."""
    lines = own_lines(project.data)
    assert {sample.family for sample in lines} == {"gambling", "game"}
    assert {sample.label for sample in lines} == {"spam"}
    assert lines == own_lines(project.data)
