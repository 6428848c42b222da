"""The whole queue, worked through in a browser as other tests do it."""

from __future__ import annotations

from pathlib import Path

from collected import INJECTED, SPAM, SPAN
from review.browser import label_in_browser

from junkfilter.labels.items import Judgment
from junkfilter.labels.store import LabelStore


def judge(text: str) -> Judgment:
    """What a person would say."""
    if text == INJECTED:
        return Judgment("mixed", "gambling", (SPAN,))
    return Judgment("spam", "gambling") if text == SPAM else Judgment("text")


def test_a_queue_is_worked_through(labels: Path, tmp_path: Path) -> None:
    """Every line gets the label that was meant, and the queue is empty then."""
    assert label_in_browser(labels, judge, pictures=tmp_path) == 5
    with LabelStore.open(labels, read_only=True) as store:
        assert {line.text: line.label for line in store.labelled()} == {
            item.text: judge(item.text).label for item in store.items()
        }
        assert not store.queue(annotator="reviewer")
    assert (tmp_path / "review.png").stat().st_size > 10_000
