"""The gate rejects what became worse, refuses to check nothing, and only tightens by itself."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fake_judge import FakeJudge, honest, spam

from junkfilter.errors import DataError
from junkfilter.evaluation.evaluate import Evaluation, evaluate
from junkfilter.evaluation.gate import Gate, check, figures, pinned, updated

RECALL = "recall.adult@precision"
CUT = "cut.text@precision"
BOUND = "bound.news@recall"


def evaluation(found: int = 2, cut: int = 1, clean: int = 299) -> Evaluation:
    """Four adult lines of which some are found, four honest ones of which some are cut."""
    texts = [f"色{n}" for n in range(4)], [f"文{n}" for n in range(4)]
    scores = dict.fromkeys([*texts[0][:found], *texts[1][:cut]], 5.0)
    samples = [*map(spam, texts[0]), *map(honest, texts[1])]
    return evaluate(FakeJudge(scores), samples, {"news": ["净"] * clean})


def gate(**parts: dict[str, float]) -> Gate:
    """A gate on the data of `evaluation()`."""
    empty: dict[str, dict[str, float]] = {"at_least": {}, "at_most": {}, "promises": {}}
    return Gate(evaluation().data_digest(), **(empty | parts))


def names(rejected: Gate, judged: Evaluation) -> list[str]:
    """What a gate finds wrong."""
    return [violation.name for violation in check(rejected, judged)]


def test_figures_by_hand() -> None:
    """Half of the spam, a quarter of the honest lines, no clean line."""
    found = figures(evaluation())
    assert found[RECALL] == found["recall.all@precision"] == 0.5
    assert found[CUT] == 0.25
    assert found["fpr.news@precision"] == 0.0
    assert found[BOUND] == pytest.approx(1 - 0.05 ** (1 / 299))
    assert "cut.spam@precision" not in found


def test_figures_at_their_bars_pass() -> None:
    """A bar is reached by its own value."""
    bars = gate(at_least={RECALL: 0.5}, at_most={CUT: 0.25}, promises={BOUND: 0.01})
    assert check(bars, evaluation()) == []


@pytest.mark.parametrize(
    ("bars", "name"),
    [
        ({"at_least": {RECALL: 0.51}}, RECALL),
        ({"at_most": {CUT: 0.24}}, CUT),
        ({"promises": {BOUND: 0.0099}}, BOUND),
    ],
    ids=["floor", "ceiling", "promise"],
)
def test_each_kind_of_bar_rejects(bars: dict[str, dict[str, float]], name: str) -> None:
    """Just beyond the figure, the bar is not reached."""
    assert names(gate(**bars), evaluation()) == [name]


def test_a_figure_that_is_not_measured_is_a_violation() -> None:
    """Leaving a corpus out must not pass its bar."""
    assert names(gate(at_least={"recall.game@recall": 0.0}), evaluation()) == ["recall.game@recall"]


def test_other_data_is_a_violation() -> None:
    """Good figures on other lines are not the figures that were pinned."""
    assert names(gate(at_least={RECALL: 0.5}), evaluation(clean=300)) == ["data"]


def test_a_gate_without_bars_is_refused() -> None:
    """A gate that checked nothing must not look like a pass."""
    with pytest.raises(DataError, match="no floors"):
        check(gate(), evaluation())


def test_update_pins_new_data_and_better_figures() -> None:
    """The ratchet moves up; promises stay where they are."""
    bars = gate(at_least={RECALL: 0.5}, at_most={CUT: 0.25}, promises={BOUND: 0.01})
    better = evaluation(found=3, cut=0, clean=400)
    moved = updated(bars, better)
    assert moved.data == better.data_digest()
    assert (moved.at_least, moved.at_most) == ({RECALL: 0.75}, {CUT: 0.0})
    assert moved.promises == {BOUND: 0.01}
    assert check(moved, better) == []


@pytest.mark.parametrize("part", ["at_least", "at_most"])
def test_update_lowers_no_floor_by_itself(part: str) -> None:
    """Worse figures are pinned only when told to, and then exactly."""
    bars = {"at_least": {"at_least": {RECALL: 0.5}}, "at_most": {"at_most": {CUT: 0.25}}}[part]
    worse = evaluation(found=1, cut=2)
    with pytest.raises(DataError, match="--allow-regression"):
        updated(gate(**bars), worse)
    moved = updated(gate(**bars), worse, allow_regression=True)
    assert check(moved, worse) == []
    assert names(moved, evaluation(found=0, cut=3)) != []


def test_update_never_lowers_a_promise() -> None:
    """Not even when regressions are allowed."""
    bars = gate(at_least={RECALL: 0.5}, promises={BOUND: 0.001})
    with pytest.raises(DataError, match="never lowered"):
        updated(bars, evaluation(), allow_regression=True)


def test_update_drops_an_unmeasured_floor_only_when_told_to() -> None:
    """A slice that vanishes is a regression."""
    bars = gate(at_least={RECALL: 0.5, "recall.game@recall": 0.1})
    with pytest.raises(DataError, match="not measured"):
        updated(bars, evaluation())
    assert updated(bars, evaluation(), allow_regression=True).at_least == {RECALL: 0.5}


def test_rounded_bars_pass_their_own_figures() -> None:
    """1/3 of the spam is pinned below, 2/3 of the honest lines above the true value."""
    judged = evaluate(
        FakeJudge({"色": 5.0, "文1": 5.0, "文2": 5.0}),
        [spam("色"), spam("赌"), spam("游"), *map(honest, ("文1", "文2", "文3"))],
        {"clean.txt": ["晴"]},  # "fine", of the weather
    )
    first = pinned(judged)
    assert check(first, judged) == []
    assert first.at_least[RECALL] == 0.333333
    assert first.at_most[CUT] == 0.666667


def test_first_gate_promises_only_what_is_proven() -> None:
    """299 clean lines prove 1 in 100 and no more."""
    assert set(pinned(evaluation()).promises) == {"bound.all@recall", BOUND}


def test_gate_files_are_read_as_written(tmp_path: Path) -> None:
    """Writing and reading is the identity, and a second write gives the same bytes."""
    path = tmp_path / "floors.json"
    first = pinned(evaluation())
    first.write(path)
    before = path.read_bytes()
    assert Gate.read(path) == first
    Gate.read(path).write(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "change",
    [
        {"format": 99},
        {"at_least": {CUT: 0.5}},
        {"at_most": {RECALL: 0.5}},
        {"promises": {RECALL: 0.5}},
        {"at_least": {RECALL: 1.5}},
        {"at_least": {RECALL: "high"}},
        {"at_least": [RECALL]},
    ],
    ids=str,
)
def test_files_that_are_no_gate_are_refused(tmp_path: Path, change: dict[str, object]) -> None:
    """A bar on the wrong side would check nothing, or everything."""
    path = tmp_path / "floors.json"
    path.write_text(json.dumps({"format": 1, "data": "x", **change}), encoding="utf-8")
    with pytest.raises(DataError, match=r"floors\.json"):
        Gate.read(path)


@pytest.mark.parametrize("content", ["", "[]", "{}", "nan", '"text"'])
def test_files_that_are_no_object_are_refused(tmp_path: Path, content: str) -> None:
    """Broken JSON and other JSON alike."""
    path = tmp_path / "floors.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError):
        Gate.read(path)


def test_a_missing_gate_is_refused(tmp_path: Path) -> None:
    """Not an OSError."""
    with pytest.raises(DataError, match="cannot be read"):
        Gate.read(tmp_path / "none.json")


def test_known_ads_do_not_count_against_the_gate() -> None:
    """`fpr` leaves listed ads out."""
    from junkfilter.evaluation.digests import line_digest

    judged = evaluate(FakeJudge({"净": 5.0}), [], {"news": ["净", "好"]})
    assert figures(judged)["fpr.news@precision"] == 0.5
    listed = replace(judged, known_ads={line_digest("净"): "ad"})
    assert figures(listed)["fpr.news@precision"] == 0.0
