"""Files that are not ours, or are not what they should be: refused, named, and left alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from made_lines import SPAM, lines

from junkfilter.errors import DataError, JunkfilterError
from junkfilter.labels import schema
from junkfilter.labels.items import Candidate, Judgment, item_id
from junkfilter.labels.store import LabelStore


def changed(path: Path, *statements: str) -> None:
    """Does something to the file that junkfilter never does."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for statement in statements:
            database.execute(statement)


def made(path: Path) -> None:
    """A file with one labelled line."""
    with LabelStore.open(path) as store:
        store.report(Candidate(text=SPAM), Judgment("spam", "gambling"), at=1.0)


def _of_another_program(path: Path) -> None:
    changed(path, "CREATE TABLE items (id, text)")


def _of_a_newer_version(path: Path) -> None:
    made(path)
    changed(path, f"PRAGMA user_version = {schema.FORMAT + 1}")


def _with_a_view(path: Path) -> None:
    made(path)
    changed(path, "ALTER TABLE items RENAME TO real_items", "CREATE VIEW items AS SELECT 1")


def _with_a_trigger(path: Path) -> None:
    made(path)
    changed(path, "CREATE TRIGGER t AFTER INSERT ON labels BEGIN DELETE FROM items; END")


def _truncated(path: Path) -> None:
    with LabelStore.open(path) as store:
        store.add(lines(300))
    path.write_bytes(path.read_bytes()[:9000])


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a text file": (lambda path: path.write_text("新闻标题\n" * 100), "no file of labels"),
    "a folder": (lambda path: path.mkdir(), "cannot be read or written"),
    "another program's": (_of_another_program, "another program"),
    "a newer version": (_of_a_newer_version, "newer"),
    "a view": (_with_a_view, "damaged"),
    "a trigger": (_with_a_trigger, "damaged"),
    "truncated": (_truncated, "damaged"),
}


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_file_of_labels_is_refused(path: Path, name: str, read_only: bool) -> None:
    """The error names the file, which stays as it is."""
    make, message = REFUSED[name]
    make(path)
    if read_only and path.is_dir():
        message = "no such file"
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(DataError, match=message) as refused:
        LabelStore.open(path, read_only=read_only)
    assert str(path) in str(refused.value)
    assert (path.read_bytes() if path.is_file() else b"") == before


@pytest.mark.parametrize("name", ["missing/labels.db", "nul\0.db"])
def test_a_path_that_cannot_be_is_refused(tmp_path: Path, name: str) -> None:
    """No folder is made, and no path raises anything but our own error."""
    with pytest.raises(JunkfilterError):
        LabelStore.open(tmp_path / name)


ITEM_DAMAGE = [
    "UPDATE items SET text = x'ff'",
    "UPDATE items SET text = CAST(x'ff' AS TEXT)",
    "UPDATE items SET text = 'another text'",
    "UPDATE items SET text = text || char(10)",
    "UPDATE items SET score = 'high'",
    "UPDATE items SET score = 9e999",
    "UPDATE items SET worth = 7",
    "UPDATE items SET line = -1",
    "UPDATE items SET why = 'because'",
    "UPDATE items SET spans = '[[0, 99, 1.0]]'",
    "UPDATE items SET spans = '[[0, 1]]'",
    "UPDATE items SET spans = '[[false, true, 1.0]]'",
    "UPDATE items SET spans = '[[0, 1, NaN]]'",
    "UPDATE items SET spans = '[[0, 1, 1e999]]'",
    "UPDATE items SET spans = '{'",
    f"UPDATE items SET spans = '{'[' * 100_000}'",
    "UPDATE items SET before = zeroblob(3000000)",
    "UPDATE items SET before = hex(zeroblob(3000000))",
    "UPDATE items SET after = hex(zeroblob(2000))",
]


@pytest.mark.parametrize("damage", ITEM_DAMAGE)
def test_a_line_that_is_not_what_it_should_be_is_refused(path: Path, damage: str) -> None:
    """Whatever a stranger wrote into a row is an error of ours, never a value."""
    made(path)
    changed(path, damage)
    with LabelStore.open(path) as store:
        with pytest.raises(DataError):
            store.queue()
        with pytest.raises(DataError):
            list(store.items())


LABEL_DAMAGE = [
    "UPDATE labels SET label = 'ham'",
    "UPDATE labels SET label = 5",
    "UPDATE labels SET label = 'text', family = 'seo'",
    "UPDATE labels SET family = 'poetry'",
    "UPDATE labels SET label = 'mixed'",
    "UPDATE labels SET spans = '[[0, 2]]'",
    "UPDATE labels SET label = 'mixed', spans = '[[0, 2], [1, 3]]'",
    "UPDATE labels SET label = 'mixed', spans = '[[0, 999]]'",
    "UPDATE labels SET annotator = ''",
    "UPDATE labels SET annotator = x'00'",
    "UPDATE labels SET at = 'noon'",
    "UPDATE labels SET at = 9e999",
    "UPDATE labels SET at = -1.0",
    "UPDATE labels SET pass = 'first'",
]


@pytest.mark.parametrize("damage", LABEL_DAMAGE)
def test_a_label_that_is_not_what_it_should_be_is_refused(path: Path, damage: str) -> None:
    """A label that no call could have written trains nothing."""
    made(path)
    changed(path, damage)
    with LabelStore.open(path, read_only=True) as store:
        for question in (store.current, store.labelled, store.contradictions):
            with pytest.raises(DataError):
                question()


def test_a_stranger_s_signature_makes_nothing_near(path: Path) -> None:
    """A wrong digest of a line does not keep others out, nor raise."""
    made(path)
    changed(path, "UPDATE items SET signature = 'none'")
    with LabelStore.open(path) as store:
        assert store.add([Candidate(text=SPAM + "。")]).new == 1


def test_a_loop_of_undone_labels_ends(path: Path) -> None:
    """Labels that take each other back, which no call writes, are simply gone."""
    made(path)
    changed(path, "UPDATE labels SET undoes = sequence")
    with LabelStore.open(path) as store:
        assert store.history(item_id(SPAM)) == []
        assert store.undo("report") is None
