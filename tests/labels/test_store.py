"""What goes into a file of labels: each line once, all of a call or nothing."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest
from made_lines import HONEST, SPAM, headline, lines

from junkfilter.errors import DataError, JunkfilterError
from junkfilter.labels.adding import Added
from junkfilter.labels.items import Candidate, Judgment, ScoredSpan, item_id
from junkfilter.labels.store import LabelStore


def test_a_line_comes_back_as_it_was_put_in(store: LabelStore) -> None:
    """All that is known of it, with its id."""
    line = Candidate(
        text=SPAM,
        before="标题\r\n",  # "headline"
        after="正文",  # "text"
        offset=4,
        host="news.example",
        source="crawl/1.txt",
        line=2,
        kind="spam",
        family="gambling",
        score=-0.25,
        fpr=1e-3,
        stage1=2.5,
        spans=(ScoredSpan(0, 4, 1.25),),
        why="uncertain",
        worth=0.75,
        model="default",
        model_digest="d" * 64,
        collected=1_700_000_000.5,
    )
    assert store.add([line]) == Added(new=1)
    item = store.item(item_id(SPAM))
    assert {name: getattr(item, name) for name in Candidate.__dataclass_fields__} == {
        name: getattr(line, name) for name in Candidate.__dataclass_fields__
    }


def test_adding_again_adds_nothing(store: LabelStore) -> None:
    """The same lines are known, whatever else is said of them the second time."""
    assert store.add(lines(20)) == Added(new=20)
    assert store.add(lines(20, host="other.example")) == Added(known=20)
    assert len(list(store.items())) == 20


def test_near_duplicates_are_added_once(store: LabelStore) -> None:
    """Unless they are wanted, as reported cases are."""
    long = SPAM + "，" + HONEST
    assert store.add([Candidate(text=long), Candidate(text=long + "。")]) == Added(new=1, near=1)
    assert store.add([Candidate(text=long + "！")], keep_near=True) == Added(new=1)


def test_what_is_no_line_is_counted(store: LabelStore) -> None:
    """One bad candidate does not keep the others out."""
    assert store.add([Candidate(text=" "), Candidate(text=SPAM)]) == Added(new=1, refused=1)


def test_a_full_file_takes_no_lines_but_labels(path: Path) -> None:
    """From the size limit on nothing is added, and that is said."""
    with LabelStore.open(path, max_bytes=100_000) as store:
        added = store.add(lines(200))
        assert 0 < added.new < 200
        assert added.full == 200 - added.new
        store.label(store.queue()[0].id, Judgment("text"), "ada")
        with pytest.raises(DataError, match="largest size"):
            store.report(Candidate(text=SPAM), Judgment("spam"))
    assert path.stat().st_size < 200_000
    with LabelStore.open(path) as store:
        assert store.add(lines(200)).full == 0


def test_a_reported_line_has_its_label_at_once(store: LabelStore) -> None:
    """A report of a line that is there adds the label, and a second one nothing."""
    store.add([Candidate(text=HONEST, host="news.example")])
    for _ in range(2):
        item = store.report(Candidate(text=HONEST), Judgment("text"), at=5.0)
    assert store.item(item).host == "news.example"
    assert [label.annotator for label in store.history(item)] == ["report"]


def test_what_is_done_together_is_done_or_not(store: LabelStore) -> None:
    """An error takes back everything since the beginning."""

    def work() -> None:
        with store.together():
            store.add([Candidate(text=SPAM)])
            store.label(item_id(SPAM), Judgment("ham"), "ada")

    with pytest.raises(DataError, match="bad label"):
        work()
    assert list(store.items()) == []


def test_all_lines_come_by_id(store: LabelStore) -> None:
    """However many there are, in the order of their digests."""
    store.add(lines(1203), keep_near=True)
    ids = [item.id for item in store.items()]
    assert ids == sorted(item_id(headline(number)) for number in range(1203))


def test_a_read_only_file_is_not_written_to(path: Path) -> None:
    """It must be there, and every change is refused."""
    with pytest.raises(DataError, match="no such file"):
        LabelStore.open(path, read_only=True)
    assert not path.exists()
    with LabelStore.open(path) as store:
        store.report(Candidate(text=SPAM), Judgment("text"), "ada")
    with LabelStore.open(path, read_only=True) as store:
        assert [item.text for item in store.items()] == [SPAM]
        for change in (
            lambda: store.add([Candidate(text=HONEST)]),
            lambda: store.label(item_id(SPAM), Judgment("spam"), "ada"),
            lambda: store.undo("ada"),
        ):
            with pytest.raises(DataError):
                change()  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("name", ["", "  ", "n" * 501])
def test_an_annotator_needs_a_name(store: LabelStore, name: str) -> None:
    """Blank and endless names are refused."""
    store.add([Candidate(text=SPAM)])
    with pytest.raises(DataError, match="name"):
        store.label(item_id(SPAM), Judgment("spam"), name)


def test_there_is_no_label_without_a_line(store: LabelStore) -> None:
    """An unknown id is an error of ours."""
    for call in (store.item, lambda item: store.label(item, Judgment("spam"), "ada")):
        with pytest.raises(JunkfilterError, match="no line with the id"):
            call("0" * 32)


def test_threads_share_a_file(store: LabelStore) -> None:
    """Lines and labels of several threads are all there."""
    store.add(lines(40))
    ids = [item.id for item in store.items()]

    def work(name: str) -> None:
        for item in ids:
            store.label(item, Judgment("text"), name)

    threads = [Thread(target=work, args=(name,)) for name in ("ada", "bo", "cy")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.labelled for each in store.passes()] == [40, 40, 40]


def test_a_closed_file_says_so(path: Path) -> None:
    """Closing twice is no error; using it afterwards is one of ours."""
    store = LabelStore.open(path)
    store.close()
    store.close()
    with pytest.raises(DataError):
        store.queue()
