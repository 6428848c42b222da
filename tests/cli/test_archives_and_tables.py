"""WARC and Parquet on the command line, with the default model."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from warc_examples import record, sha1

if TYPE_CHECKING:
    from conftest import Run

# A keyword line of adult spam, composed for this test, over a page about a library's new hours.
SPAM = "国产精品一区二区三区_亚洲欧美日韩在线观看_无码av免费_久久综合网站\n"
REST = (
    "市图书馆调整开放时间\n2023-03-02 来源: 晚报\n"
    "本报讯 从下周一起,市图书馆的开放时间延长到晚上九点,周末照常开放。\n"
)
Program = Callable[..., "Run"]


def archive(*texts: str) -> bytes:
    """Compressed records, each a member of its own."""
    records = (
        record(text.encode(), b"WARC-Block-Digest: " + sha1(text.encode())) for text in texts
    )
    return b"".join(map(gzip.compress, records))


def members(data: bytes) -> list[bytes]:
    """What a reader finds that begins anew at every member."""
    found = []
    while data:
        one = zlib.decompressobj(wbits=31)
        found.append(one.decompress(data))
        data = one.unused_data
    return found


@pytest.fixture
def tables() -> Any:
    """pyarrow, for tests that make and read files."""
    pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install pyarrow")
    return pytest.importorskip("pyarrow.parquet")


def test_an_archive_and_back(run: Program, tmp_path: Path) -> None:
    """What is left has a member for each record, right digests, and comes back exactly."""
    (tmp_path / "x.wet.gz").write_bytes(archive(SPAM + REST, REST))
    kept = run("--rejects", "cut.jsonl", "x.wet.gz")
    assert members(kept.out) == members(archive(REST, REST))
    back = run("restore", "-", "--rejects", "cut.jsonl", data=kept.out)
    assert members(back.out) == members(archive(SPAM + REST, REST))


def test_two_processes_give_the_same_archive(run: Program, tmp_path: Path) -> None:
    """Members, lengths and digests do not depend on who judges."""
    data = archive(*[SPAM + REST, REST] * 40)
    assert run("-j", "2", data=data).out == run(data=data).out


def test_what_was_found_is_told(run: Program, tmp_path: Path) -> None:
    """With -v the format, and always the record that is broken."""
    (tmp_path / "x.warc").write_bytes(record(REST.encode()) + b"junk")
    done = run("-v", "x.warc")
    assert done.status == 0
    assert "read as warc" in done.err
    assert "record 2: no record begins here" in done.err


def test_broken_records_can_be_taken_out(run: Program, tmp_path: Path) -> None:
    """With --on-error skip they are in the rejects, and come back from there."""
    good, broken = record(REST.encode()), b"junk\r\n\r\n"
    (tmp_path / "x.warc").write_bytes(good + broken + good)
    kept = run("--on-error", "skip", "--rejects", "cut.jsonl", "x.warc")
    assert kept.out == good + good
    back = run("restore", "-", "--rejects", "cut.jsonl", data=kept.out)
    assert back.out == good + broken + good


def test_a_table_and_back(run: Program, tmp_path: Path, tables: Any) -> None:
    """From a file or a pipe, with one process or two, and back to equal values."""
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table({"body": [SPAM + REST, None, REST], "text": [SPAM] * 3})
    path = tmp_path / "x.parquet"
    tables.write_table(table, path)
    kept = run("--column", "body", "--rejects", "cut.jsonl", "x.parquet")
    assert kept.out == run("--column", "body", "-j", "2", data=path.read_bytes()).out
    (tmp_path / "kept.parquet").write_bytes(kept.out)
    after = tables.read_table(tmp_path / "kept.parquet").to_pydict()
    assert after == {"body": [REST, None, REST], "text": [SPAM] * 3}
    back = run("restore", "kept.parquet", "--rejects", "cut.jsonl", "-o", "back.parquet")
    assert back.status == 0
    assert tables.read_table(tmp_path / "back.parquet").equals(table)


def test_tables_are_replaced_in_place(run: Program, tmp_path: Path, tables: Any) -> None:
    """The file with spam is written anew, the one without stays what it is."""
    pyarrow = pytest.importorskip("pyarrow")
    for name, text in (("spam", SPAM + REST), ("clean", REST)):
        tables.write_table(pyarrow.table({"text": [text]}), tmp_path / f"{name}.parquet")
    before = (tmp_path / "clean.parquet").stat()
    run("--in-place", "--rejects", "cut.jsonl", "spam.parquet", "clean.parquet")
    for name in ("spam", "clean"):
        assert tables.read_table(tmp_path / f"{name}.parquet").to_pydict() == {"text": [REST]}
    assert (tmp_path / "clean.parquet").stat().st_ino == before.st_ino


def test_a_damaged_table_is_an_error_that_names_it(
    run: Program, tmp_path: Path, tables: Any
) -> None:
    """Other files are done, and the status says that something failed."""
    (tmp_path / "x.parquet").write_bytes(b"PAR1 and nothing more")
    (tmp_path / "page.txt").write_text(SPAM + REST, encoding="utf-8")
    done = run("--in-place", "--rejects", "cut.jsonl", "x.parquet", "page.txt")
    assert done.status == 2
    assert "x.parquet: cannot be read as Parquet" in done.err
    assert (tmp_path / "page.txt").read_text("utf-8") == REST
