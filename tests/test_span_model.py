"""The part of a model that judges characters: exact sums, its tables, and its way to disk."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from span_weights import BRAND, HONEST, SPAN_POINTS, SPEC, span_draft, span_model

from junkfilter.characters import Characters
from junkfilter.errors import ModelFileError
from junkfilter.features import Block
from junkfilter.filter import JunkFilter
from junkfilter.model import Model
from junkfilter.model_folder import SPAN_ARRAYS, Fields
from junkfilter.policy import Policy
from junkfilter.span_model import (
    INSIDE,
    OUTCOMES,
    SPAN_WINDOW,
    SpanModel,
    character_indices,
    span_windows,
    word_levels,
)
from junkfilter.training.export import Draft, write_model

pages = st.text("蓝鲸彩票市图,。_ a9\n", max_size=30)


def section() -> dict[str, object]:
    """The section of the model's manifest."""
    found = span_draft().manifest["spans"]
    assert isinstance(found, dict)
    return found


def random_model(seed: int = 3) -> SpanModel:
    """The section with random weights, the largest of them among these."""
    chance = np.random.default_rng(seed)
    arrays = dict(span_draft().arrays)
    arrays["characters"] = chance.integers(-128, 128, (1 << 12, OUTCOMES)).astype(np.int8)
    return SpanModel(Fields(section()), arrays)


# --- scores ---------------------------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(page=pages)
def test_sums_are_exact(page: str) -> None:
    """Each character's sums are those of its weights in Python's integers."""
    model = random_model()
    characters = Characters(Block([page], SPEC))
    scores = model.score(characters, span_model())
    told = character_indices(characters, model.frequencies, span_model(), len(model.characters))
    rows = np.stack(list(told), axis=1).tolist()
    table = model.characters.tolist()
    for outcome in range(OUTCOMES):
        expected = [sum(table[index][outcome] for index in row) for row in rows]
        assert scores.sums[:, outcome].tolist() == expected


@settings(deadline=None, max_examples=40)
@given(batch=st.lists(pages, min_size=2, max_size=4))
def test_scores_do_not_depend_on_the_batch(batch: list[str]) -> None:
    """Law 3: the sums of a page's characters are the same alone and among other pages."""
    model = random_model()
    together = model.score(Characters(Block(batch, SPEC)), span_model()).sums
    alone = [model.score(Characters(Block([page], SPEC)), span_model()).sums for page in batch]
    expected = np.concatenate([*(sums[:-1] for sums in alone), alone[-1][-1:]])
    assert expected[:-1].tolist() == together[:-1].tolist()


def test_indices_fit_the_table() -> None:
    """Indices are those of the table's size, and what is not there has the weight of row 0."""
    characters = Characters(Block([f"{HONEST[0]}_{BRAND}"], SPEC))
    for size in (2, 1 << 10, 1 << 19):
        frequencies = span_draft().arrays["frequencies"].astype(np.uint8)
        for indices in character_indices(characters, frequencies, span_model(), size):
            assert int(indices.min()) >= 0
            assert int(indices.max()) < size


def test_means_are_made_of_sums() -> None:
    """The mean log-odds of some characters is that of the sum, whatever their number."""
    scores = random_model().score(Characters(Block([HONEST[2]], SPEC)), span_model())
    mean = scores.mean(INSIDE, 2, 9)
    assert mean == pytest.approx(float(scores.log_odds(INSIDE)[2:9].mean()))


@settings(deadline=None, max_examples=40)
@given(batch=st.lists(pages, min_size=1, max_size=3))
def test_windows_alone_are_those_of_the_pass(batch: list[str]) -> None:
    """What training sets the bar on is what every line has from the pass of stage 1."""
    model = span_model()
    assert model.spans is not None
    block = Block(batch, SPEC)
    found = span_windows(block, model.spans.windows)
    assert found.tolist() == model.score(block).span_windows.tolist()


def test_windows_see_a_brand_in_a_long_line() -> None:
    """A brand moves its window as much in a line of 2,000 characters as alone."""
    model = span_model()
    honest = HONEST[2] * 100
    long, short = model.score(Block([honest[:999] + BRAND + honest, BRAND], SPEC)).span_windows
    assert long == short > 0
    assert len(BRAND) <= SPAN_WINDOW


def test_word_levels_are_those_of_the_neighbourhood() -> None:
    """Next to the brand the line model sees spam, far from it not, and the line is one."""
    text = HONEST[2] * 3 + BRAND
    near, _, _, line = word_levels(Characters(Block([text], SPEC)), span_model())
    assert near[len(text)] > near[5]
    assert len(set(line[1:-1].tolist())) == 1
    assert all(1 <= int(level) < 20 for level in near)


# --- what is read ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        *({name: None} for name in section()),
        {"scale": "1"},
        {"scale": 1e300},
        {"bar": 1.5},
        {"bar": 1 << 31},
        {"intercepts": [0.0, 0.0]},
        {"intercepts": [0.0, 0.0, float("nan")]},
        {"evidence": {"inside": "much"}},
        {"evidence": {"inside": float("inf")}},
        {"alone": []},
        {"thresholds": {"precision": None}},
        {"known_scores": []},
        {"known_scores": [0.0], "known_rates": [1.0, 0.5]},
        {"known_scores": [], "known_rates": []},
    ],
    ids=repr,
)
def test_sections_that_make_no_sense_are_refused(change: dict[str, object]) -> None:
    """A value that is missing or of another kind is refused with its name."""
    fields = {name: value for name, value in (section() | change).items() if value is not None}
    with pytest.raises(ModelFileError):
        SpanModel(Fields(fields, "spans"), span_draft().arrays)


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        *(("windows", shape) for shape in [(3,), (1,), (0,), (4, 4), (1 << 23,)]),
        *(("characters", shape) for shape in [(4,), (3, 3), (4, 2), (4, 4), (4, 3, 1), (0, 3)]),
        *(("frequencies", shape) for shape in [(3,), (1,), (4, 4), (1 << 23,)]),
    ],
)
def test_tables_of_other_shapes_are_refused(name: str, shape: tuple[int, ...]) -> None:
    """A table has a power of two of rows, at least 2 and at most 2^22, and its own columns."""
    arrays = {**span_draft().arrays, name: np.zeros(shape, dtype=np.int8)}
    with pytest.raises(ModelFileError, match=name):
        SpanModel(Fields(section(), "spans"), arrays)


def test_the_smallest_tables_judge() -> None:
    """Tables of two rows are of no use, and go wrong in nothing."""
    arrays = {
        **span_draft().arrays,
        "windows": np.zeros(2, dtype=np.int8),
        "characters": np.full((2, OUTCOMES), 127, dtype=np.int8),
        "frequencies": np.full(2, 255, dtype=np.uint8),
    }
    model = SpanModel(Fields(section(), "spans"), arrays)
    scores = model.score(Characters(Block([HONEST[2]], SPEC)), span_model())
    assert int(np.abs(scores.sums).max()) < 1 << 14


@given(scores=st.lists(st.floats(-9, 9), min_size=2))
def test_rates_fall_with_the_score(scores: list[float]) -> None:
    """A higher score never has a higher share of honest lines above it; none is zero."""
    spans = span_model().spans
    assert spans is not None
    rates = [spans.fpr(score) for score in sorted(scores)]
    assert all(a >= b > 0 for a, b in pairwise(rates))


# --- to disk and back -----------------------------------------------------------------------


def test_a_model_with_spans_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Arrays, bars and thresholds come back, memory-mapped, and cut the same."""
    draft = span_draft()
    digest = write_model(draft, tmp_path / "model", {})
    loaded = Model.load(tmp_path / "model")
    assert loaded.digest == digest
    assert loaded.spans is not None
    assert loaded.spans.thresholds == SPAN_POINTS
    for name, array in loaded.spans.arrays().items():
        assert array.dtype.str == SPAN_ARRAYS[name]
        assert array.tobytes() == draft.arrays[name].tobytes()
        assert not array.flags.writeable


def test_a_loaded_model_cuts_inside_lines(tmp_path: Path) -> None:
    """From the folder to the kept text: the brand goes, the sentence stays."""
    write_model(span_draft(), tmp_path / "model", {})
    page = f"{HONEST[2]}{BRAND}\n{HONEST[3]}\n"
    filter_for_spans = JunkFilter.load(tmp_path / "model", policy=Policy(spans=True))
    result = filter_for_spans.strip(page)
    assert result.text == page.replace(BRAND, "")
    assert [cut.detector for cut in result.cuts] == ["spans"]


def test_the_same_model_has_the_same_bytes(tmp_path: Path) -> None:
    """No order of a dictionary gets into a file of a model with spans."""
    draft = span_draft()
    backwards = Draft(dict(reversed(draft.manifest.items())), dict(reversed(draft.arrays.items())))
    for name, made in (("a", draft), ("b", backwards)):
        write_model(made, tmp_path / name, {})
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert files == [
        "characters.npy",
        "family.npy",
        "frequencies.npy",
        "line.npy",
        "manifest.json",
        "quality.npy",
        "windows.npy",
    ]
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_section_and_arrays_belong_together(tmp_path: Path) -> None:
    """Arrays of spans without their section, and the section without one, are refused."""
    draft = span_draft()
    without = {name: value for name, value in draft.manifest.items() if name != "spans"}
    write_model(Draft(without, draft.arrays), tmp_path / "no section", {})
    fewer = {name: array for name, array in draft.arrays.items() if name != "windows"}
    write_model(Draft(draft.manifest, fewer), tmp_path / "no windows", {})
    for folder in ("no section", "no windows"):
        with pytest.raises(ModelFileError, match="arrays"):
            Model.load(tmp_path / folder)
