"""Labels of people as rows to learn from: one label each, groups that no split divides."""

from __future__ import annotations

from pathlib import Path

import pytest

from junkfilter.errors import DataError
from junkfilter.labels.items import Candidate, Judgment, item_id
from junkfilter.labels.store import LabelStore
from junkfilter.training.corpus import Corpus
from junkfilter.training.labels import LabelledRows, labelled_rows

# A headline, an advertisement for an invented betting brand, a page counter.
NEWS, SPAM, COUNTER = "市图书馆公布冬季开放时间", "澜海体育官网注册送彩金", "浏览 12 次"


def rows_of(*paths: Path, data: tuple[Path, ...] = (), n_parts: int = 2) -> LabelledRows:
    """Rows of files of labels and of labelled lines."""
    return labelled_rows(data, paths, Corpus([]), n_parts=n_parts)


def labels(path: Path, *lines: tuple[str, str, str]) -> Path:
    """A file of labels: text, host and label of each line, in this order."""
    with LabelStore.open(path) as store:
        for number, (text, host, label) in enumerate(lines):
            family = "gambling" if label == "spam" else ""
            store.report(Candidate(text=text, host=host), Judgment(label, family), at=number)
    return path


def test_labels_become_rows(tmp_path: Path) -> None:
    """Spam with its family, text as ordinary text, boilerplate as an honest line; skips are out."""
    path = labels(
        tmp_path / "labels.db",
        (SPAM, "a.example", "spam"),
        (NEWS, "b.example", "text"),
        (COUNTER, "c.example", "boilerplate"),
        ("看不懂", "c.example", "skip"),  # "I do not understand it"
    )
    found = {row.sample.text: (row.pool, row.sample.family) for row in rows_of(path).rows}
    assert found == {SPAM: ("spam", "gambling"), NEWS: ("news", ""), COUNTER: ("boilerplate", "")}


def test_the_latest_label_wins_and_the_pair_is_told(tmp_path: Path) -> None:
    """Who changes their mind is believed, and it is said."""
    path = labels(tmp_path / "l.db", (NEWS, "a.example", "spam"), (NEWS, "a.example", "text"))
    found = rows_of(path)
    assert [row.sample.label for row in found.rows] == ["text"]
    assert [tuple(pair) for pair in found.contradictions] == [
        (NEWS, "text", "spam.gambling", "latest")
    ]


def test_files_without_time_believe_the_honest_label(tmp_path: Path) -> None:
    """A lost news line is worse than a kept spam line, also in training."""
    path = tmp_path / "lines.tsv"
    path.write_text(f"spam\t{NEWS}\ntext\t{NEWS}\n", encoding="utf-8")
    found = rows_of(data=(path,))
    assert [row.sample.label for row in found.rows] == ["text"]
    assert [tuple(pair) for pair in found.contradictions] == [
        (NEWS, "text", "spam", "honest first")
    ]


def test_a_site_and_what_is_nearly_the_same_are_one_group(tmp_path: Path) -> None:
    """A campaign on two sites ties them together; a third site stays apart."""
    near = SPAM + "。"
    found = rows_of(
        labels(
            tmp_path / "l.db",
            (SPAM, "a.example", "spam"),
            (NEWS, "a.example", "text"),
            (near, "b.example", "spam"),
            (COUNTER, "b.example", "boilerplate"),
            ("天气预报:明天晴", "c.example", "text"),  # "weather report: fine tomorrow"
        )
    )
    groups = {row.sample.text: row.sample.group for row in found.rows}
    assert len({groups[text] for text in (SPAM, NEWS, near, COUNTER)}) == 1
    assert len(set(groups.values())) == 2


def test_where_all_hangs_together_near_lines_still_do(tmp_path: Path) -> None:
    """One site alone is divided, but not between lines that are nearly the same."""
    path = tmp_path / "lines.tsv"
    path.write_text(f"spam\t{SPAM}\nspam\t{SPAM}。\ntext\t{NEWS}\n", encoding="utf-8")
    groups = {row.sample.text: row.sample.group for row in rows_of(data=(path,)).rows}
    assert groups[SPAM] == groups[SPAM + "。"] != groups[NEWS]


def test_the_order_of_labels_does_not_matter(tmp_path: Path) -> None:
    """Lines put in backwards give the same rows, and the same digest."""
    lines = ((SPAM, "a.example", "spam"), (NEWS, "b.example", "text"))
    found = []
    for name, order in (("a.db", lines), ("b.db", lines[::-1])):
        corpus = Corpus([])
        rows = labelled_rows((), (labels(tmp_path / name, *order),), corpus, n_parts=2)
        found.append((rows, corpus.digests))
    assert found[0] == found[1]


def test_a_file_of_mixed_lines_teaches_nothing(tmp_path: Path) -> None:
    """Lines with spans inside are no whole lines to learn from, and that is said."""
    with LabelStore.open(tmp_path / "labels.db") as store:
        store.add([Candidate(text="澜海体育 " + NEWS)])
        judgment = Judgment("mixed", "gambling", ((0, 5),))
        store.label(item_id("澜海体育 " + NEWS), judgment, "ada")
    with pytest.raises(DataError, match="all lines are mixed"):
        rows_of(tmp_path / "labels.db")


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """Nothing is made by reading."""
    with pytest.raises(DataError, match=r"none\.db"):
        rows_of(tmp_path / "none.db")
    assert not list(tmp_path.iterdir())
