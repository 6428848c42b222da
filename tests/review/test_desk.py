"""What the desk answers: the queue, labels of two windows, rounds, cuts and evidence."""

from __future__ import annotations

from typing import Any

import pytest
from collected import CONTROL, HONEST, HOSTILE, INJECTED, SPAM, SPAN

from junkfilter.errors import DataError
from junkfilter.filter import JunkFilter
from junkfilter.labels.items import Candidate, Judgment, item_id
from junkfilter.labels.queue import QueueFilter
from junkfilter.labels.store import LabelConflictError, LabelStore
from junkfilter.policy import Policy
from junkfilter.review.desk import Desk, Wanted

SAYS_SPAM = Judgment("spam", "gambling")
SAYS_TEXT = Judgment("text")


def texts(desk: Desk, wanted: Wanted) -> list[str]:
    """All lines that a filter shows, in the order of the page."""
    found: list[str] = []
    while (entry := fields(desk.next(wanted)))["item"] is not None:
        found.append(entry["item"]["text"])
        wanted = wanted._replace(after=entry["item"]["id"])
    return found


def fields(answer: dict[str, object]) -> dict[str, Any]:
    """An answer with values that can be looked into."""
    return dict(answer)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (QueueFilter(), [SPAM, INJECTED, HOSTILE, HONEST, CONTROL]),
        (QueueFilter(families=("gambling",)), [SPAM, INJECTED]),
        (QueueFilter(kinds=("spam",)), [SPAM]),
        (QueueFilter(why=("span",)), [INJECTED]),
        (QueueFilter(lowest=0.0), [SPAM, HOSTILE]),
        (QueueFilter(highest=-1.0), [HONEST, CONTROL]),
        (QueueFilter(lowest=-1.0, highest=1.0), [INJECTED, HOSTILE]),
    ],
)
def test_lines_come_as_they_are_wanted(
    store: LabelStore, lines: QueueFilter, expected: list[str]
) -> None:
    """By family, verdict, reason and score, those most worth a look first."""
    assert texts(Desk(store, "ada"), Wanted(lines)) == expected


def test_what_is_done_leaves_the_queue(store: LabelStore) -> None:
    """Labelled and skipped lines are not open any more; labelled ones can be seen again."""
    desk = Desk(store, "ada")
    desk.label(item_id(SPAM), SAYS_SPAM, 0)
    desk.label(item_id(HONEST), Judgment("skip"), 0)
    assert texts(desk, Wanted()) == [INJECTED, HOSTILE, CONTROL]
    assert texts(desk, Wanted(state="labelled")) == [SPAM]
    assert len(texts(desk, Wanted(state="all"))) == 5
    assert fields(desk.overview())["progress"] == {"total": 5, "done": 1, "skipped": 1}


def test_the_same_label_twice_is_one(store: LabelStore) -> None:
    """A request that is repeated, because its answer was lost, changes nothing."""
    desk = Desk(store, "ada")
    first = desk.label(item_id(SPAM), SAYS_SPAM, 0)
    assert desk.label(item_id(SPAM), SAYS_SPAM, 0) == first
    assert len(store.history(item_id(SPAM))) == 1


def test_two_windows_do_not_overwrite_each_other(store: LabelStore) -> None:
    """A label that the second window did not see stays, until somebody who saw it replaces it."""
    desk = Desk(store, "ada")
    first = fields(desk.label(item_id(SPAM), SAYS_SPAM, 0))
    with pytest.raises(LabelConflictError) as refusal:
        desk.label(item_id(SPAM), SAYS_TEXT, 0)
    assert refusal.value.label is not None
    assert refusal.value.label.judgment == SAYS_SPAM
    assert store.current()[item_id(SPAM)].judgment == SAYS_SPAM
    desk.label(item_id(SPAM), SAYS_TEXT, first["sequence"])
    assert store.current()[item_id(SPAM)].judgment == SAYS_TEXT


def test_undo_takes_back_the_named_label(store: LabelStore) -> None:
    """A window undoes its own label, though another has labelled since; twice does nothing."""
    desk = Desk(store, "ada")
    ours = fields(desk.label(item_id(SPAM), SAYS_SPAM, 0))["sequence"]
    desk.label(item_id(HONEST), SAYS_TEXT, 0)
    assert desk.undo(ours) == {"undone": item_id(SPAM)}
    assert desk.undo(ours) == {"undone": None}
    assert list(store.current()) == [item_id(HONEST)]


def test_labels_of_others_cannot_be_undone(store: LabelStore) -> None:
    """Each annotator and each round has labels of its own."""
    theirs = fields(Desk(store, "bo").label(item_id(SPAM), SAYS_SPAM, 0))["sequence"]
    assert Desk(store, "ada").undo(theirs) == {"undone": None}
    assert Desk(store, "bo", 2).undo(theirs) == {"undone": None}
    assert list(store.current()) == [item_id(SPAM)]


def test_the_second_round_goes_over_the_first(store: LabelStore) -> None:
    """Only lines with a label come again, without it, and the rounds are compared."""
    first, second = Desk(store, "ada"), Desk(store, "ada", 2)
    assert texts(second, Wanted()) == []
    first.label(item_id(SPAM), SAYS_SPAM, 0)
    first.label(item_id(HONEST), SAYS_TEXT, 0)
    first.label(item_id(CONTROL), Judgment("skip"), 0)
    assert texts(second, Wanted()) == [SPAM, HONEST]
    assert second.entry(item_id(SPAM))["label"] is None
    assert fields(second.overview())["agreement"] == []
    second.label(item_id(SPAM), SAYS_SPAM, 0)
    second.label(item_id(HONEST), Judgment("boilerplate"), 0)
    (agreement,) = fields(second.overview())["agreement"]
    assert (agreement["annotator"], agreement["pass"]) == ("ada", 1)
    assert (agreement["compared"], agreement["equal"]) == (2, 0.5)
    assert fields(second.overview())["progress"] == {"total": 2, "done": 2, "skipped": 0}


def test_marks_are_what_the_filter_cuts(store: LabelStore) -> None:
    """Cuts and flags of the page are those of `strip`, in the text that the browser shows."""
    desk = Desk(store, "ada")
    item = fields(desk.entry(item_id(SPAM)))["item"]
    text = item["before"] + item["text"] + item["after"]
    result = JunkFilter.load(policy=Policy(spans=True)).strip(text)
    marks = fields(desk.page(item_id(SPAM)))["marks"]
    cuts = [(mark["start"], mark["end"], mark["kind"]) for mark in marks if mark["cut"]]
    assert cuts == [(cut.start, cut.end, cut.kind) for cut in result.cuts]
    assert (len(item["before"]), len(item["before"]) + len(SPAM) + 1, "spam") in cuts
    assert len(marks) == len(result.cuts) + len(result.flags)


@pytest.mark.parametrize("text", [SPAM, INJECTED, HOSTILE, HONEST])
def test_evidence_is_that_of_explain(store: LabelStore, text: str) -> None:
    """The score is the one of the line on its page, and the weights add up to it."""
    desk = Desk(store, "ada")
    item = store.item(item_id(text))
    page = f"{item.before}{item.text}\n{item.after}"
    explained = JunkFilter.load(policy=Policy(spans=True)).explain(page, line=3)
    found = fields(desk.evidence(item_id(text)))
    assert found["score"] == explained.verdict.score
    assert sum(one["weight"] for one in found["evidence"]) == pytest.approx(found["score"])
    weights = [abs(one["weight"]) for one in found["evidence"]]
    assert weights == sorted(weights, reverse=True)
    assert [span["text"] for span in found["spans"]] == [
        text[span.cut.start : span.cut.end] for span in explained.spans
    ]


@pytest.mark.parametrize("before", ["", "\ufeff", "no line end", "\r\n\r\n", "\n" * 500])
def test_any_page_around_a_line_can_be_asked_for(store: LabelStore, before: str) -> None:
    """What stands before a line, in a file from anybody, never makes the page fail."""
    store.add([Candidate(text=f"一行{len(before)}号", before=before, after="\r")])  # "a line, no."
    desk = Desk(store, "ada")
    found = item_id(f"一行{len(before)}号")
    assert fields(desk.page(found))["marks"] is not None
    assert fields(desk.evidence(found))["evidence"]


def test_spans_are_given_as_offsets_in_the_line(store: LabelStore) -> None:
    """What was proposed and what was said count characters of the line."""
    desk = Desk(store, "ada")
    assert fields(desk.entry(item_id(INJECTED)))["item"]["spans"] == [list(SPAN)]
    desk.label(item_id(INJECTED), Judgment("mixed", "gambling", (SPAN,)), 0)
    assert fields(desk.entry(item_id(INJECTED)))["label"]["judgment"]["spans"] == [list(SPAN)]


def test_an_unknown_line_is_an_error(store: LabelStore) -> None:
    """Nobody labels what is not there."""
    with pytest.raises(DataError):
        Desk(store, "ada").label("0" * 32, SAYS_SPAM, 0)
