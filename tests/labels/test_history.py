"""Labels: what stands, what counts, what was overruled."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_lines import HONEST, SPAM, headline, lines

from junkfilter.errors import DataError
from junkfilter.labels.items import Candidate, Judgment, item_id
from junkfilter.labels.store import LabelConflictError, LabelStore

LINE = item_id(SPAM)


@pytest.fixture
def labelled(store: LabelStore) -> LabelStore:
    """A file with one line."""
    store.add([Candidate(text=SPAM, host="news.example", source="a.txt", why="uncertain")])
    return store


def test_the_latest_label_counts(labelled: LabelStore) -> None:
    """By time, whoever gave it; the history keeps all."""
    labelled.label(LINE, Judgment("spam", "gambling"), "ada", at=10.0)
    labelled.label(LINE, Judgment("text"), "bo", at=20.0)
    labelled.label(LINE, Judgment("garbled"), "cy", at=15.0)
    assert labelled.current()[LINE].annotator == "bo"
    assert [label.annotator for label in labelled.history(LINE)] == ["ada", "cy", "bo"]
    assert [(line.label, line.host) for line in labelled.labelled()] == [("text", "news.example")]


def test_of_labels_of_one_moment_the_later_row_counts(labelled: LabelStore) -> None:
    """Imported labels may have no time of their own."""
    labelled.label(LINE, Judgment("spam"), "ada", at=10.0)
    labelled.label(LINE, Judgment("text"), "bo", at=10.0)
    assert labelled.current()[LINE].judgment.label == "text"


def test_the_same_said_again_adds_nothing(labelled: LabelStore) -> None:
    """A request that is sent twice does no harm."""
    first = labelled.label(LINE, Judgment("spam", "seo"), "ada")
    again = labelled.label(LINE, Judgment("spam", "seo"), "ada", seen=0)
    assert again == first
    assert len(labelled.history(LINE)) == 1


@pytest.mark.parametrize("at", [float("nan"), float("inf"), -1.0])
def test_a_label_has_a_time(labelled: LabelStore, at: float) -> None:
    """One that would count for ever, or never, is refused."""
    with pytest.raises(DataError, match="no time"):
        labelled.label(LINE, Judgment("spam"), "ada", at=at)


def test_two_windows_do_not_overwrite_each_other_unseen(labelled: LabelStore) -> None:
    """Whoever labels without having seen the label that stands is told of it."""
    first = labelled.label(LINE, Judgment("spam"), "ada", seen=0)
    with pytest.raises(LabelConflictError) as conflict:
        labelled.label(LINE, Judgment("text"), "ada", seen=0)
    assert conflict.value.label == first
    labelled.label(LINE, Judgment("text"), "ada", seen=first.sequence)
    labelled.undo("ada")
    with pytest.raises(LabelConflictError):
        labelled.label(LINE, Judgment("garbled"), "ada", seen=0)
    labelled.label(LINE, Judgment("text"), "bo", seen=0)  # another annotator's own first label


def test_a_skip_is_no_label(labelled: LabelStore) -> None:
    """It overrules nothing and trains nothing, but it stands in the history."""
    labelled.label(LINE, Judgment("spam"), "ada", at=1.0)
    labelled.label(LINE, Judgment("skip"), "bo", at=2.0)
    assert labelled.current()[LINE].annotator == "ada"
    assert len(labelled.history(LINE)) == 2
    assert labelled.contradictions() == []


def test_undo_goes_back_step_by_step(store: LabelStore) -> None:
    """Each time the last label of the annotator's round that still stands."""
    store.add(lines(3))
    ids = [item.id for item in store.queue()]
    for item in ids:
        store.label(item, Judgment("spam"), "ada")
        store.label(item, Judgment("text"), "bo")
        store.label(item, Judgment("garbled"), "ada", 2)
    taken = [store.undo("ada") for _ in range(4)]
    assert [label and label.item_id for label in taken] == [*ids[::-1], None]
    assert [(each.annotator, each.number) for each in store.passes()] == [("ada", 2), ("bo", 1)]


def test_undo_takes_back_the_label_that_is_named(labelled: LabelStore) -> None:
    """Another window's label stays; what was taken back already, or is another's, is None."""
    labelled.add([Candidate(text=HONEST)])
    first = labelled.label(LINE, Judgment("spam"), "ada")
    labelled.label(item_id(HONEST), Judgment("text"), "ada")
    assert labelled.undo("bo", sequence=first.sequence) is None
    assert labelled.undo("ada", sequence=first.sequence) == first
    assert labelled.undo("ada", sequence=first.sequence) is None
    assert list(labelled.current()) == [item_id(HONEST)]


def test_after_undo_the_label_before_counts_again(labelled: LabelStore) -> None:
    """Nothing that was said is ever removed from the file."""
    labelled.label(LINE, Judgment("spam"), "ada")
    labelled.label(LINE, Judgment("text"), "ada")
    labelled.undo("ada")
    assert labelled.current()[LINE].judgment.label == "spam"


def test_contradictions_are_listed_in_pairs(labelled: LabelStore) -> None:
    """The label that lost and the one that overruled it; another family is no contradiction."""
    labelled.label(LINE, Judgment("spam"), "ada", at=1.0)
    labelled.label(LINE, Judgment("spam", "gambling"), "bo", at=2.0)
    labelled.label(LINE, Judgment("text"), "cy", at=3.0)
    (pair,) = labelled.contradictions()
    assert (pair.text, pair.old.annotator, pair.new.annotator) == (SPAM, "bo", "cy")
    assert [line.label for line in labelled.labelled()] == ["text"]


def test_the_same_line_in_other_clothes_has_one_label(store: LabelStore) -> None:
    """No model can tell width and script apart: the latest label of both counts, for one line."""
    twins = ("澜海体育APP下载", "瀾海體育ａｐｐ下載")  # an invented betting brand's app
    store.report(Candidate(text=twins[0]), Judgment("spam"), at=1.0)
    store.report(Candidate(text=twins[1]), Judgment("text"), at=2.0)
    (line,) = store.labelled()
    assert (line.text, line.label) == (twins[1], "text")
    (pair,) = store.contradictions()
    assert (pair.old.judgment.label, pair.new.judgment.label) == ("spam", "text")


def test_spans_contradict_each_other_by_what_they_mark(store: LabelStore) -> None:
    """Other spans are another label; the same words in other clothes are not."""
    for at, (text, spans) in enumerate(
        [("澜海：新闻", (0, 3)), ("瀾海：新聞", (0, 3)), ("澜海:新闻", (0, 2))], 1
    ):
        store.report(Candidate(text=text), Judgment("mixed", "", (spans,)), at=float(at))
    assert {pair.new.at for pair in store.contradictions()} >= {3.0}
    assert [line.spans for line in store.labelled()] == [((0, 2),)]


@settings(deadline=None, max_examples=6)
@given(order=st.permutations(range(12)), again=st.booleans())
def test_labelled_lines_depend_on_no_order(order: Sequence[int], again: bool) -> None:
    """Lines and labels that come in any order, once or twice, train the same model."""

    def made(numbers: Sequence[int]) -> list[object]:
        with (
            tempfile.TemporaryDirectory() as folder,
            LabelStore.open(Path(folder, "labels.db")) as store,
        ):
            for number in numbers:
                store.add([Candidate(text=headline(number), host=f"{number}.example")])
            for number in numbers[::-1]:
                label = ("text", "spam", "garbled")[number % 3]
                store.label(item_id(headline(number)), Judgment(label), "ada")
            return [line._replace(at=0.0) for line in store.labelled()]

    assert made(order) == made(range(12))
    if again:
        assert made([*order, *order]) == made(range(12))


def test_a_labelled_line_is_a_row_for_training(labelled: LabelStore) -> None:
    """Its group is its site, and without one its file: splits must not cut through it."""
    labelled.label(LINE, Judgment("spam", "gambling"), "ada")
    (line,) = labelled.labelled()
    assert line.sample() == (SPAM, "spam", "gambling", "a.txt", "news.example")
    assert line._replace(host="").sample().group == "a.txt"
