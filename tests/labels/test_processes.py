"""Several processes with one file, and processes that are killed."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path

from made_lines import SPAM, lines

from junkfilter.labels.items import Candidate, Judgment, item_id
from junkfilter.labels.store import LabelStore


def _together(work: Callable[..., None], path: Path, count: int) -> list[int | None]:
    """The exit codes of processes that do the same work at the same time."""
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=work, args=(path, number)) for number in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return [process.exitcode for process in processes]


def _adds(path: Path, number: int) -> None:
    with LabelStore.open(path) as store:
        store.add(lines(30))
        store.add([Candidate(text=f"{SPAM}{chr(0x4E00 + number)}")])


def test_processes_that_begin_together_share_a_file(path: Path) -> None:
    """The file is made once, every line is there once, and near-duplicates are one."""
    assert _together(_adds, path, 3) == [0] * 3
    with LabelStore.open(path, read_only=True) as store:
        assert len(list(store.items())) == 31


def _labels(path: Path, number: int) -> None:
    with LabelStore.open(path) as store:
        for item in store.queue(limit=100):
            store.label(item.id, Judgment("text"), f"annotator {number}")


def test_labels_of_several_processes_are_all_there(path: Path) -> None:
    """Nobody's label is lost, whoever writes at the same time."""
    with LabelStore.open(path) as store:
        store.add(lines(25))
    assert _together(_labels, path, 3) == [0] * 3
    with LabelStore.open(path, read_only=True) as store:
        assert [each.labelled for each in store.passes()] == [25] * 3


def _killed(path: Path, _number: int) -> None:
    store = LabelStore.open(path)
    store.report(Candidate(text=SPAM), Judgment("spam"), at=1.0)
    with store.together():
        store.add(lines(200))
        store.label(item_id(SPAM), Judgment("text"), "report")
        os._exit(9)


def test_a_kill_loses_what_was_in_flight_and_nothing_else(path: Path) -> None:
    """The transaction that was open is gone; what was done before it is there."""
    assert _together(_killed, path, 1) == [9]
    with LabelStore.open(path) as store:
        assert [item.text for item in store.items()] == [SPAM]
        assert store.current()[item_id(SPAM)].judgment.label == "spam"
        assert store.add(lines(5)).new == 5
