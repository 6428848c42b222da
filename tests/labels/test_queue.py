"""The queue, progress, and how far people agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_lines import headline, lines

from junkfilter.labels.agreement import kappa
from junkfilter.labels.items import Candidate, Judgment, item_id
from junkfilter.labels.queue import Progress, QueueFilter
from junkfilter.labels.store import LabelStore

LINES = [
    Candidate(text=headline(0), kind="spam", family="adult", score=5.0, why="span", worth=0.9),
    Candidate(text=headline(1), kind="text", score=-1.0, why="uncertain", worth=0.9),
    Candidate(text=headline(2), kind="text", score=0.5, why="uncertain", host="a.example"),
    Candidate(text=headline(3), kind="spam", family="seo", score=2.0, why="miss", worth=1.0),
]


@pytest.fixture
def filled(store: LabelStore) -> LabelStore:
    """A file with four lines."""
    store.add(LINES)
    return store


def test_what_is_most_worth_comes_first(filled: LabelStore) -> None:
    """Of equal worth the lower id, so that the order is the same every time."""
    expected = sorted(LINES, key=lambda line: (-line.worth, item_id(line.text)))
    assert [item.text for item in filled.queue()] == [line.text for line in expected]


def test_a_queue_goes_on_where_it_was_left(store: LabelStore) -> None:
    """Part by part every line comes once."""
    store.add(lines(23, worth=0.5))
    seen: list[str] = []
    while found := store.queue(limit=5, after=seen[-1] if seen else ""):
        seen += [item.id for item in found]
    assert seen == [item.id for item in store.queue(limit=100)]
    assert len(set(seen)) == 23


def test_what_was_done_does_not_come_again(filled: LabelStore) -> None:
    """Neither labelled nor skipped, for this annotator and this round alone."""
    first, second = filled.queue(limit=2)
    filled.label(first.id, Judgment("spam"), "ada")
    filled.label(second.id, Judgment("skip"), "ada")
    assert len(filled.queue(annotator="ada")) == 2
    assert len(filled.queue(annotator="ada", pass_number=2)) == 4
    assert len(filled.queue(annotator="bo")) == 4
    filled.undo("ada")
    assert second.id in {item.id for item in filled.queue(annotator="ada")}


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (QueueFilter(), {0, 1, 2, 3}),
        (QueueFilter(families=("adult", "seo")), {0, 3}),
        (QueueFilter(families=("",)), {1, 2}),
        (QueueFilter(kinds=("text",)), {1, 2}),
        (QueueFilter(why=("uncertain", "miss")), {1, 2, 3}),
        (QueueFilter(hosts=("a.example",)), {2}),
        (QueueFilter(lowest=0.5), {0, 2, 3}),
        (QueueFilter(highest=0.5), {1, 2}),
        (QueueFilter(kinds=("spam",), lowest=3.0), {0}),
        (QueueFilter(unlabelled=True), {2, 3}),
        (QueueFilter(labelled_by=("ada", 1)), {0}),
        (QueueFilter(labelled_by=("bo", 1)), set()),
        (QueueFilter(labelled_by=("", 2)), {1}),
    ],
)
def test_a_filter_lets_through_what_it_names(
    filled: LabelStore, wanted: QueueFilter, numbers: set[int]
) -> None:
    """All that is asked for must hold; the filter and its progress agree."""
    filled.label(item_id(headline(0)), Judgment("spam"), "ada")
    filled.label(item_id(headline(1)), Judgment("text"), "bo", 2)
    filled.label(item_id(headline(2)), Judgment("skip"), "bo")
    assert {item.text for item in filled.queue(wanted)} == {headline(n) for n in numbers}
    assert filled.progress("ada", wanted=wanted).total == len(numbers)


def test_progress_counts_lines_not_labels(filled: LabelStore) -> None:
    """A line that was labelled twice is one line, with its last label."""
    first, second, third, _ = filled.queue()
    for label in ("text", "spam"):
        filled.label(first.id, Judgment(label), "ada")
    filled.label(second.id, Judgment("skip"), "ada")
    filled.label(third.id, Judgment("text"), "ada", 2)
    assert filled.progress("ada") == Progress(4, 1, 1, {"skip": 1, "spam": 1})
    assert filled.progress("nobody") == Progress(4, 0, 0, {})


def test_choices_are_what_is_there(filled: LabelStore) -> None:
    """The values that a filter can ask for, with the number of lines."""
    assert filled.choices() == {
        "kind": {"spam": 2, "text": 2},
        "family": {"": 2, "adult": 1, "seo": 1},
        "why": {"miss": 1, "span": 1, "uncertain": 2},
    }


def test_agreement_is_about_lines_that_both_labelled(filled: LabelStore) -> None:
    """Skips and lines of one alone do not count; those that differ are named."""
    ids = [item.id for item in filled.queue()]
    for item, ours, theirs in zip(
        ids, ("spam", "spam", "text", "skip"), ("spam", "text", "text", "text"), strict=True
    ):
        filled.label(item, Judgment(ours), "ada")
        filled.label(item, Judgment(theirs), "ada", 2)
    found = filled.agreement(("ada", 1), ("ada", 2))
    assert (found.both, found.same, found.different) == (3, 2, (ids[1],))
    assert found.raw == pytest.approx(2 / 3)
    assert found.kappa == pytest.approx(0.4)
    assert filled.agreement(("ada", 1), ("bo", 1)) == (0, 0, 0.0, 0.0, ())


labels = st.sampled_from(["spam", "text", "garbled"])


@given(pairs=st.lists(st.tuples(labels, labels), max_size=30))
def test_kappa_is_at_most_one_and_has_no_sides(pairs: list[tuple[str, str]]) -> None:
    """Who is asked first does not matter, and full agreement is 1."""
    value = kappa(pairs)
    assert -1 <= value <= 1
    assert value == pytest.approx(kappa([(theirs, ours) for ours, theirs in pairs]))
    if pairs:
        assert kappa([(ours, ours) for ours, _ in pairs]) == pytest.approx(1)


def test_kappa_of_the_textbook() -> None:
    """Two raters of 50 grants, 20 and 15 of which they agree on: 0.4 (Cohen's kappa, standard
    example of a two-by-two table 20, 5, 10, 15)."""
    table = {("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}
    assert kappa([pair for pair, count in table.items() for _ in range(count)]) == pytest.approx(
        0.4
    )
