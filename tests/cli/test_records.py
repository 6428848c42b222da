"""Records and compressed files on the command line."""

from __future__ import annotations

import bz2
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import PAGE, SPAM, Run

TEXT = (SPAM + PAGE).decode()
RECORDS = [{"id": 1, "text": TEXT}, {"id": 2, "text": PAGE.decode()}, {"id": 3}]
JSON = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in RECORDS).encode()
KEPT = JSON.replace(json.dumps(SPAM.decode(), ensure_ascii=False)[1:-1].encode(), b"")
RunProgram = Callable[..., Run]


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Three records as a file `pages.jsonl`."""
    path = tmp_path / "pages.jsonl"
    path.write_bytes(JSON)
    return path


def test_records_are_stripped_and_restored(run: RunProgram, pages: Path, tmp_path: Path) -> None:
    """The format is found by itself, and -v says so."""
    done = run("-v", "--rejects", "r", pages.name)
    assert (done.status, done.out) == (0, KEPT)
    assert "pages.jsonl: read as jsonl (detected)" in done.err
    (tmp_path / "kept").write_bytes(done.out)
    assert run("restore", "kept", "--rejects", "r").out == JSON


def test_compressed_files_stay_compressed(run: RunProgram, tmp_path: Path) -> None:
    """What is kept is packed as it came, or as asked; the way back too."""
    (tmp_path / "pages.jsonl.gz").write_bytes(gzip.compress(JSON))
    done = run("--rejects", "r", "pages.jsonl.gz")
    assert gzip.decompress(done.out) == KEPT
    assert bz2.decompress(run("--compress", "bz2", "pages.jsonl.gz").out) == KEPT
    (tmp_path / "kept.gz").write_bytes(done.out)
    assert gzip.decompress(run("restore", "kept.gz", "--rejects", "r").out) == JSON
    assert run("restore", "kept.gz", "--rejects", "r", "--compress", "none").out == JSON


def test_in_place_keeps_the_compression(run: RunProgram, tmp_path: Path) -> None:
    """A packed file is replaced by a packed file."""
    path = tmp_path / "pages.jsonl.gz"
    path.write_bytes(gzip.compress(JSON))
    assert run("--in-place", "--rejects", "r", path.name).status == 0
    assert gzip.decompress(path.read_bytes()) == KEPT
    assert gzip.decompress(run("restore", path.name, "--rejects", "r").out) == JSON


def test_other_outputs_work_on_records(run: RunProgram, pages: Path) -> None:
    """--check, --count, --invert and --diff say of records what they say of text."""
    assert run("--check", pages.name).status == 1
    assert run("--count", pages.name).out == b"1\n"
    # The bytes as they stood, with the escape for the line end.
    assert run("--invert", pages.name).out == SPAM[:-1] + b"\\n\n"
    diff = run("--diff", pages.name).out.decode()
    assert diff.splitlines()[2].startswith("@@ -1,1 +1,1 @@ adult")


def test_flag_numbers_records_and_their_lines(run: RunProgram, pages: Path) -> None:
    """Each line of a judged text is one line out, with record and line."""
    numbers = [line.split(b"\t")[0] for line in run("flag", pages.name).out.splitlines()]
    count = len(PAGE.splitlines())
    first = [f"1:{number}".encode() for number in range(1, count + 2)]
    assert numbers == first + [f"2:{number}".encode() for number in range(1, count + 1)]
    values = [json.loads(line) for line in run("flag", "--json", pages.name).out.splitlines()]
    assert [(value["record"], value["number"]) for value in values[:2]] == [(1, 1), (1, 2)]
    assert values[0]["kind"] == "spam"


def test_explain_finds_a_line_of_a_record(run: RunProgram, pages: Path) -> None:
    """The verdict is the one that flag gives."""
    assert run("explain", pages.name).out.startswith(b"spam adult\t")
    second = run("explain", "--record", "2", "--line", "1", pages.name)
    assert second.out.startswith(b"text\t")
    assert "record 2 has no line 99" in run("explain", "--record=2", "--line=99", pages.name).err
    assert "record 3: has no text" in run("explain", "--record=3", pages.name).err
    assert "there is no record 9" in run("explain", "--record=9", pages.name).err


def test_broken_records_pass_stop_or_are_taken_out(run: RunProgram, pages: Path) -> None:
    """--on-error decides; a record that passed through makes no failure."""
    pages.write_bytes(b"{broken\n" + JSON)
    kept = run(pages.name)
    assert (kept.status, kept.out) == (0, b"{broken\n" + KEPT)
    assert "pages.jsonl:1: record 1: no JSON" in kept.err
    assert run("--on-error", "skip", pages.name).out == KEPT
    stopped = run("--on-error", "stop", pages.name)
    assert (stopped.status, "record 1: no JSON" in stopped.err) == (2, True)


def test_a_truncated_archive_fails_after_what_it_has(run: RunProgram, tmp_path: Path) -> None:
    """Status 2, the reason with its place, and all that came before."""
    lines = b"".join(JSON.replace(b'"id": 1', b'"id": %d' % number) for number in range(2000))
    (tmp_path / "cut.gz").write_bytes(gzip.compress(lines)[:-2000])
    done = run("--compress", "none", "--format", "jsonl", "cut.gz")
    assert done.status == 2
    assert "cut.gz: the archive breaks off (at byte" in done.err
    assert len(done.out) > 100_000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--field", "a", "--column", "b"), "give one of them"),
        (("--field", "a", "--format", "csv"), "does not go with"),
        (("-z", "--format", "jsonl"), "for plain text"),
        (("--max-record", "0"), "no size"),
        (("--compress", "gz", "--diff"), "leave out --diff"),
        (("--encoding", "latin-1"), "latin-1"),
    ],
)
def test_options_that_do_not_go_together(
    run: RunProgram, arguments: tuple[str, ...], message: str
) -> None:
    """A contradiction is an error of usage that says what to leave out."""
    done = run(*arguments)
    assert (done.status, message in done.err) == (2, True)


def test_a_field_that_no_record_has_is_told(run: RunProgram, pages: Path) -> None:
    """Nothing was judged, and somebody may have meant another field."""
    done = run("--field", "body", pages.name)
    assert (done.status, done.out) == (0, JSON)
    assert "no text was judged" in done.err
