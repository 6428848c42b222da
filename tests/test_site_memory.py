"""The memory of sites: what it counts, what it stores, what it refuses, who may share it."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junkfilter import site_memory
from junkfilter.errors import JunkfilterError, SiteMemoryError
from junkfilter.site_memory import (
    MOST_PAGES,
    SiteMemory,
    repetition,
    site_of,
)

SITE = "news.example"
LINE = "澜海体育官网_澜海体育app下载"  # an invented betting brand, its site and its app
Note = tuple[str, str, str]

any_text = st.text(st.characters(exclude_categories=[]), max_size=8)
notes_of_few = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("甲乙"), st.sampled_from("0123456789ABC")),
    max_size=30,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a memory may be made."""
    return tmp_path / "sites.db"


def remember(path: Path, *notes: Note) -> None:
    """One run that sees some pages: their site, first line and address."""
    memory = SiteMemory.open(path)
    for site, line, page in notes:
        memory.note(site, line, page)
    memory.commit()


def changed(path: Path, *statements: str) -> None:
    """Does something to the file that junkfilter never does."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for statement in statements:
            database.execute(statement)


def test_other_pages_with_the_line_are_counted(path: Path) -> None:
    """Pages of the same site with the same first line count; the page itself does not."""
    remember(path, (SITE, LINE, "/1"), (SITE, LINE, "/2"), (SITE, "标题", "/3"))  # a headline
    memory = SiteMemory.open(path)
    assert memory.times(SITE, LINE, "/9") == 2
    assert memory.times(SITE, LINE, "/1") == 1
    assert memory.times("other.example", LINE, "/9") == 0
    assert memory.times(SITE, "别的标题", "/9") == 0  # another headline


def test_nothing_is_known_before_the_end_of_a_run(path: Path) -> None:
    """A run sees the memory as it stood when it began, whatever is noted and committed since."""
    memory = SiteMemory.open(path)
    memory.note(SITE, LINE, "/1")
    remember(path, (SITE, LINE, "/2"))
    assert memory.times(SITE, LINE, "/9") == 0
    memory.commit()
    assert memory.times(SITE, LINE, "/9") == 0
    assert SiteMemory.open(path).times(SITE, LINE, "/9") == 2


@pytest.mark.parametrize(
    "line",
    [
        "澜海体育官网_澜海体育APP下载",
        "澜海体育官网_澜海体育ａｐｐ下载",
        " 澜海体育官网_澜\u200b海体育app下载\r\n",
        "瀾海體育官網_瀾海體育app下載",
    ],
)
def test_the_same_line_in_other_clothes_is_the_same(path: Path, line: str) -> None:
    """Case, width, script, blanks around and invisible characters make no other line."""
    remember(path, (SITE, LINE, "/1"))
    assert SiteMemory.open(path).times(SITE, line, "/9") == 1


@pytest.mark.parametrize(("site", "line"), [("", LINE), (SITE, ""), (SITE, " \u200b\n")])
def test_without_a_site_or_a_line_nothing_is_remembered(path: Path, site: str, line: str) -> None:
    """Pages of no known site have nothing in common, nor have blank lines."""
    remember(path, (site, line, "/1"), (site, line, "/2"))
    assert SiteMemory.open(path).times(site, line, "/9") == 0


@settings(deadline=None, max_examples=15)
@given(notes=notes_of_few, cut=st.integers(0, 30), again=st.booleans())
def test_order_runs_and_repetition_do_not_matter(notes: list[Note], cut: int, again: bool) -> None:
    """Pages noted in any order, in one run or two, once or twice, give the same memory."""
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder, "1.db"), Path(folder, "2.db")
        remember(first)
        second.write_bytes(first.read_bytes())  # the same key
        remember(first, *notes)
        if again:
            remember(first, *notes)
        for part in (notes[cut:][::-1], notes[:cut]):
            remember(second, *part)
        assert rows(first) == rows(second)


def rows(path: Path) -> list[tuple[bytes, bytes]]:
    """All that a memory knows."""
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT line, pages FROM first_lines ORDER BY line").fetchall()


def test_counts_stop_growing(path: Path) -> None:
    """Of a line on a thousand pages as many digests are kept as of one on eight."""
    remember(path, *((SITE, LINE, f"/{number}") for number in range(1000)))
    assert SiteMemory.open(path).times(SITE, LINE, "elsewhere") == MOST_PAGES
    assert [len(pages) for _, pages in rows(path)] == [MOST_PAGES * 8]


def test_a_file_forgets_before_it_grows_too_large(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines of one page go first, those not seen for the longest time before the others."""
    monkeypatch.setattr(site_memory, "MOST_LINES", 3)
    remember(path, (SITE, "甲", "/1"), (SITE, "甲", "/2"))
    remember(path, (SITE, "乙", "/3"))
    remember(path, (SITE, "丙", "/4"), (SITE, "丁", "/5"))
    memory = SiteMemory.open(path)
    assert [memory.times(SITE, line, "/9") for line in "甲乙丙丁"] == [2, 0, 1, 1]


@settings(deadline=None, max_examples=10)
@given(numbers=st.permutations(range(12)))
def test_notes_of_a_run_are_bounded_and_do_not_depend_on_order(numbers: Sequence[int]) -> None:
    """Of more notes than a file may hold the same ones are kept, whatever came first."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(site_memory, "MOST_LINES", 4)
        first, second = Path(folder, "1.db"), Path(folder, "2.db")
        remember(first)
        second.write_bytes(first.read_bytes())
        remember(first, *((SITE, f"行{number}", "/1") for number in range(12)))
        remember(second, *((SITE, f"行{number}", "/1") for number in numbers))
        assert rows(first) == rows(second)
        assert len(rows(first)) == 4


@settings(deadline=None, max_examples=15)
@given(site=any_text, line=any_text, page=any_text)
def test_any_text_can_be_noted(site: str, line: str, page: str) -> None:
    """Lone surrogates, NUL and line ends are text like any other."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sites.db")
        remember(path, (site, line, page))
        assert SiteMemory.open(path).times(site, line, page) == 0


def test_nothing_can_be_read_out_of_the_file(path: Path) -> None:
    """Neither hosts nor lines nor addresses are in the file, and two files share no digest."""
    other = path.with_name("other.db")
    remember(path, (SITE, LINE, "/secret"))
    remember(other, (SITE, LINE, "/secret"))
    stored = path.read_bytes()
    for text in (SITE, LINE, "/secret"):
        assert text.encode() not in stored
    assert not set(rows(path)) & set(rows(other))


def _database_of_another_program(path: Path) -> None:
    changed(path, "CREATE TABLE first_lines (line, pages, run)")


def _made_by_a_newer_version(path: Path) -> None:
    remember(path)
    changed(path, f"PRAGMA user_version = {site_memory.FORMAT + 1}")


def _with_a_trigger(path: Path) -> None:
    remember(path)
    changed(path, "CREATE TRIGGER t AFTER INSERT ON first_lines BEGIN SELECT 1; END")


def _without_its_key(path: Path) -> None:
    remember(path)
    changed(path, "DELETE FROM site_memory")


def _with_a_key_that_is_text(path: Path) -> None:
    remember(path)
    changed(path, "UPDATE site_memory SET key = 'key'")


def _with_a_short_digest(path: Path) -> None:
    remember(path)
    changed(path, "INSERT INTO first_lines VALUES (x'00', x'00', 1)")


def _truncated(path: Path) -> None:
    remember(path, *((SITE, f"行{number}", "/1") for number in range(1000)))
    path.write_bytes(path.read_bytes()[:5000])


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a text file": (lambda path: path.write_text("新闻标题\n" * 100), "no site memory"),
    "a folder": (lambda path: path.mkdir(), "cannot be read or written"),
    "another program's": (_database_of_another_program, "another program"),
    "a newer version": (_made_by_a_newer_version, "newer"),
    "a trigger": (_with_a_trigger, "damaged"),
    "no key": (_without_its_key, "damaged"),
    "a wrong key": (_with_a_key_that_is_text, "damaged"),
    "a wrong row": (_with_a_short_digest, "damaged"),
    "truncated": (_truncated, "damaged"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_memory_is_refused_and_left_alone(path: Path, name: str) -> None:
    """A file that is not ours, newer or damaged is an error that names it; it stays as it is."""
    make, message = REFUSED[name]
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(SiteMemoryError, match=message) as refused:
        SiteMemory.open(path)
    assert str(path) in str(refused.value)
    assert isinstance(refused.value, JunkfilterError)
    assert (path.read_bytes() if path.is_file() else b"") == before


@pytest.mark.parametrize("name", ["missing/sites.db", "nul\0.db"])
def test_a_path_that_cannot_be_is_refused(tmp_path: Path, name: str) -> None:
    """No folder is made, and no path raises anything but our own error."""
    with pytest.raises(SiteMemoryError):
        SiteMemory.open(tmp_path / name)


def test_another_file_in_its_place_is_not_written_to(path: Path) -> None:
    """Digests made with one key never go into a file with another."""
    memory = SiteMemory.open(path)
    memory.note(SITE, LINE, "/1")
    path.unlink()
    remember(path)
    with pytest.raises(SiteMemoryError, match="replaced"):
        memory.commit()
    assert rows(path) == []


def _run(path: Path, number: int) -> None:
    remember(path, (SITE, LINE, f"/{number}"), (SITE, f"标题{number}", "/1"))


def test_several_processes_share_a_file(path: Path) -> None:
    """Runs that begin and end at the same time lose nothing of each other, the first one too."""
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_run, args=(path, number)) for number in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 4
    assert SiteMemory.open(path).times(SITE, LINE, "/9") == 4
    assert len(rows(path)) == 5


def _killed(path: Path) -> None:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA cache_size = 1")  # so that pages reach the file before the commit
    database.execute("BEGIN IMMEDIATE")
    database.execute("UPDATE first_lines SET pages = zeroblob(8)")
    database.executemany(
        "INSERT INTO first_lines VALUES (?, zeroblob(8), 1)",
        ((number.to_bytes(16, "big"),) for number in range(5000)),
    )
    os._exit(9)


def test_a_run_that_is_killed_leaves_the_file_as_it_was(path: Path) -> None:
    """What a killed process had half written is rolled back by the next one."""
    remember(path, (SITE, LINE, "/1"))
    before = rows(path)
    process = multiprocessing.get_context("spawn").Process(target=_killed, args=(path,))
    process.start()
    process.join()
    assert path.with_name("sites.db-journal").exists()
    assert SiteMemory.open(path).times(SITE, LINE, "/9") == 1
    assert rows(path) == before


def test_a_copy_in_another_process_knows_the_same(path: Path) -> None:
    """A pickled memory answers as it did, without what the first one noted."""
    remember(path, (SITE, LINE, "/1"))
    memory = SiteMemory.open(path)
    memory.note(SITE, LINE, "/2")
    copy = pickle.loads(pickle.dumps(memory))
    remember(path, (SITE, LINE, "/3"))
    assert copy.times(SITE, LINE, "/9") == 1
    copy.commit()
    assert SiteMemory.open(path).times(SITE, LINE, "/9") == 2


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("http://News.Example.org/a?b=c", "news.example.org"),
        ("https://www.example.org:8080/", "example.org"),
        ("https://example.org./", "example.org"),
        ("//example.org/a", "example.org"),
        ("https://新闻.example/", "新闻.example"),
        ("/tmp/page.html", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_the_site_of_an_address_is_its_host(url: str, site: str) -> None:
    """Scheme, port, path, case and `www.` make no other site; what is no address has none."""
    assert site_of(url) == site


@given(url=any_text)
def test_any_address_has_a_site_or_none(url: str) -> None:
    """No text is an error, however little of an address it has."""
    assert isinstance(site_of(f"http://{url}"), str)


@given(fewer=st.integers(0, 50), more=st.integers(0, 50))
def test_more_pages_are_no_weaker_evidence(fewer: int, more: int) -> None:
    """The evidence grows with the pages, from 0 to at most 1."""
    assert 0 <= repetition(min(fewer, more)) <= repetition(max(fewer, more)) <= 1
    assert (repetition(fewer) == 0) == (fewer == 0)
