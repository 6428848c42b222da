"""Training of what cuts inside lines, from a small corpus: the same bytes twice, or a reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_project import SmallProject
from span_corpus import page_corpus
from span_weights import BRAND, HONEST, span_draft, span_model

from junkfilter.characters import Characters
from junkfilter.features import Block
from junkfilter.model import Model
from junkfilter.model_folder import SPAN_ARRAYS
from junkfilter.policy import OPERATING_POINTS
from junkfilter.training import frequencies, span_fit, spans
from junkfilter.training.card import span_notes
from junkfilter.training.corpus import Corpus
from junkfilter.training.export import Draft, write_model
from junkfilter.training.figures import span_points
from junkfilter.training.run import Assignment, train
from junkfilter.training.spans import TrainedSpans, train_spans


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sizes for a corpus of some dozens of pages."""
    monkeypatch.setattr(frequencies, "_dictionary_words", lambda: [*HONEST[:2]] * 4)
    monkeypatch.setattr(frequencies, "LEVEL_BITS", 16)
    monkeypatch.setattr(span_fit, "CHARACTER_BITS", 14)
    monkeypatch.setattr(span_fit, "WINDOW_BITS", 12)
    monkeypatch.setattr(spans, "FEWEST_PAGES", 5)
    monkeypatch.setattr(spans, "COPIES", 3)


def trained(corpus: Corpus, **given: int) -> TrainedSpans:
    """What training makes of a corpus, with a model of lines that has seen none of it."""
    told: list[str] = []
    found = train_spans(corpus, lambda _: span_model(), seed=1, progress=told.append, **given)
    assert found is not None
    assert told
    return found


def test_the_same_corpus_gives_the_same_bytes(small: None) -> None:
    """Law 8: twice, and in two threads, every array and number is the same."""
    first, again = trained(page_corpus()), trained(page_corpus(), jobs=2)
    assert first.section == again.section
    for name in SPAN_ARRAYS:
        assert first.arrays[name].tobytes() == again.arrays[name].tobytes()


def test_what_was_trained_is_a_model(small: None, tmp_path: Path) -> None:
    """Added to a model of lines it is written, read and judges; stricter points are higher."""
    whole = span_draft()
    draft = trained(page_corpus()).added_to(Draft(whole.manifest, whole.arrays))
    write_model(draft, tmp_path / "model", {})
    model = Model.load(tmp_path / "model")
    assert model.spans is not None
    thresholds = [model.spans.thresholds[name] for name in OPERATING_POINTS]
    assert thresholds == sorted(thresholds, reverse=True)
    assert set(model.spans.thresholds) == set(OPERATING_POINTS)
    scores = model.spans.score(Characters(Block([HONEST[0] + BRAND], model.spec)), model)
    assert scores.sums.shape[1] == 3


def test_few_pages_teach_nothing() -> None:
    """With fewer pages of ordinary text than are needed there is no such part."""
    assert train_spans(page_corpus(), lambda _: span_model(), seed=1) is None
    assert train_spans(Corpus([]), lambda _: span_model(), seed=1) is None


def test_one_source_teaches_nothing(small: None) -> None:
    """Pages of one source alone cannot be judged by a model that has not seen their source."""
    assert train_spans(page_corpus("a"), lambda _: span_model(), seed=1) is None


def test_few_weights_teach_nothing(small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model of lines with fewer weights than windows have cannot carry them."""
    monkeypatch.setattr(span_fit, "WINDOW_BITS", span_model().spec.bits + 1)
    assert train_spans(page_corpus(), lambda _: span_model(), seed=1) is None


def test_a_model_without_spans_says_why(project: SmallProject, tmp_path: Path) -> None:
    """Notes and card tell that whole lines are all that the model cuts, and what is lacking."""
    told: list[str] = []
    given = Assignment(output=tmp_path / "model", recipe=project.recipe, corpora=project.corpora)
    train(given, tell=told.append)
    assert Model.load(tmp_path / "model").spans is None
    (note,) = (message for message in told if "inside lines" in message)
    assert "200" in note
    card = (tmp_path / "model" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert note in card
    assert "Sees whole lines" in card


def test_a_base_keeps_its_spans(project: SmallProject, tmp_path: Path) -> None:
    """Retraining moves the lines; arrays and section of the spans stay, to the last byte."""
    write_model(span_draft(), tmp_path / "base", {})
    lines = tmp_path / "new.tsv"
    rows = (f"spam.other\t海岛整租{n}天预订热线_包岛度假\n" for n in range(12))  # renting islands
    lines.write_text("".join(rows), encoding="utf-8")
    written = train(Assignment(output=tmp_path / "new", data=(lines,), base=tmp_path / "base"))
    base, new = Model.load(tmp_path / "base"), Model.load(tmp_path / "new")
    assert base.digest != new.digest
    assert base.manifest["spans"] == new.manifest["spans"]
    for name in SPAN_ARRAYS:
        files = [tmp_path / folder / f"{name}.npy" for folder in ("base", "new")]
        assert files[0].read_bytes() == files[1].read_bytes()
    assert any("spans are the base's" in note for note in written.notes)
    card = (tmp_path / "new" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "Sees whole lines" not in card
    assert "span_points" in [table.name for table in written.tables]


def test_each_source_is_judged_without_itself(small: None) -> None:
    """Every source with pages is asked for as one that the model of lines has not seen."""
    asked: set[str] = set()

    def lines(group: str) -> Model:
        asked.add(group)
        return span_model()

    assert train_spans(page_corpus("ab"), lines, seed=1) is not None
    assert {"a", "b"} <= asked


def test_the_table_of_a_model_with_spans() -> None:
    """Strictest point first, each with the share of honest lines that the model knows of."""
    (table,) = span_points(span_draft().manifest)
    assert table.rows == [
        ("precision", 4.0, "0.0100%", "0.1000%"),
        ("balanced", 2.0, "0.1000%", "1.0000%"),
        ("recall", 0.5, "1.0000%", "10.0000%"),
    ]
    assert span_points({"id": "whole lines"}) == []


@pytest.mark.parametrize(
    ("manifest", "note"),
    [
        ({}, "no cuts inside lines: to learn them takes 200 pages of ordinary text"),
        ({"spans": {}}, None),
        ({"training": {"base": {}}}, "no cuts inside lines: the base has none"),
        ({"spans": {}, "training": {"base": {}}}, "cuts inside lines: the spans are the base's"),
    ],
    ids=["few pages", "learned", "base without", "base with"],
)
def test_notes_on_cuts_inside_lines(manifest: dict[str, object], note: str | None) -> None:
    """What lacks, or whose spans they are, is said; what was learned needs no note."""
    notes = span_notes(manifest, page_corpus().pages)
    assert len(notes) == (note is not None)
    assert all(found.startswith(str(note)) for found in notes)
    assert not notes or "base" in notes[0] or "there are 30 pages from 3" in notes[0]
