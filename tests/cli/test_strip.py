"""`junkfilter [strip]`: data, options and exit status."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import PAGE, SPAM, Run

Runner = Callable[..., Run]


@pytest.mark.parametrize(
    "arguments",
    [[], ["-"], ["strip"], ["strip", "-"], ["--operating-point", "balanced"], ["-q", "-"]],
    ids=" ".join,
)
def test_strip_is_what_is_meant_without_a_command(run: Runner, arguments: list[str]) -> None:
    """Standard input is stripped, whether the command is named or not."""
    assert run(*arguments, data=SPAM + PAGE) == Run(0, PAGE, "")


def test_files_are_concatenated(run: Runner, page: Path) -> None:
    """Several files go to standard output one after the other, as with cat."""
    assert run("page.txt", "-", "page.txt", data=b"x") == Run(0, PAGE + b"x" + PAGE, "")


@pytest.mark.parametrize("arguments", [["./strip"], ["--", "strip"], ["strip", "strip"]])
def test_a_file_called_like_a_command(run: Runner, page: Path, arguments: list[str]) -> None:
    """A file named `strip` can be read."""
    page.rename(page.with_name("strip"))
    assert run(*arguments) == Run(0, PAGE, "")


@pytest.mark.parametrize("data", [b"", b"\n", b"\xef\xbb\xbf", b"\r", b"a\0" * 5000, b"\xff\n"])
def test_bytes_pass_unchanged(run: Runner, data: bytes) -> None:
    """Empty and odd inputs come out as they went in, with `-z` where there are NULs."""
    assert run("-z", data=data) == Run(0, data, "")


def test_check_writes_nothing_and_says_it_by_its_status(run: Runner) -> None:
    """Status 1 for a page that would change, 0 for one that would not."""
    assert run("--check", data=SPAM + PAGE) == Run(1, b"", "")
    assert run("--check", data=PAGE) == Run(0, b"", "")


def test_invert_writes_the_spam(run: Runner) -> None:
    """What would be cut goes to standard output, nothing else."""
    assert run("--invert", data=SPAM + PAGE) == Run(0, SPAM, "")


def test_count_writes_numbers(run: Runner, page: Path) -> None:
    """One number for one input, with names for several."""
    assert run("--count", data=SPAM + PAGE).out == b"1\n"
    assert run("--count", "page.txt", "-", data=PAGE).out == b"page.txt:1\n-:0\n"


def test_diff_shows_the_cut(run: Runner) -> None:
    """The spam stands behind a minus, under a header that says what it is."""
    done = run("--diff", data=SPAM + PAGE)
    assert re.match(rb"--- <stdin>\n.*\n@@ -1,1 \+0,0 @@ adult .*\n-" + SPAM, done.out)


def test_rejects_restore_the_page(run: Runner, page: Path, tmp_path: Path) -> None:
    """Kept text and rejects together give the page back, to a pipe and to a file."""
    kept = run("--rejects", "cut.jsonl", "page.txt").out
    (tmp_path / "kept.txt").write_bytes(kept)
    assert run("restore", "kept.txt", "--rejects", "cut.jsonl").out == SPAM + PAGE
    assert run("restore", "-", "--rejects", "cut.jsonl", "-o", "new.txt", data=kept).status == 0
    assert (tmp_path / "new.txt").read_bytes() == SPAM + PAGE


def test_restore_refuses_and_writes_nothing(run: Runner, page: Path, tmp_path: Path) -> None:
    """Kept text that was edited is refused; the output file stays as it was."""
    kept = run("--rejects", "cut.jsonl", "page.txt").out
    (tmp_path / "out.txt").write_bytes(b"old")
    done = run("restore", "-", "--rejects", "cut.jsonl", "-o", "out.txt", data=kept + b"x")
    assert (done.status, done.out, (tmp_path / "out.txt").read_bytes()) == (2, b"", b"old")
    assert "does not belong to these rejects" in done.err


def test_rejects_header_names_model_and_policy(run: Runner, tmp_path: Path) -> None:
    """The first object says which program, model and options decided."""
    (tmp_path / "allow.txt").write_text("图书馆\n\n", "utf-8")
    run("--rejects", "r", "--allow", "allow.txt", "--operating-point", "recall", data=PAGE)
    header = json.loads((tmp_path / "r").read_bytes().split(b"\n")[0])
    assert header["policy"]["operating_point"] == "recall"
    assert header["policy"]["allow"]["count"] == 1
    assert {"id", "digest"} == set(header["model"])


def test_summary_is_for_those_who_ask(run: Runner) -> None:
    """Without a terminal the summary needs -v; an empty input gets a hint."""
    assert "cut 1 piece (adult 1" in run("-v", data=SPAM + PAGE).err
    assert "read zero lines" in run("-v").err


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"PK\x03\0\0", "binary"), ("新闻\n".encode("utf-16"), "UTF-16"), (b"a\0b\0c\0", "UTF-16")],
)
def test_what_is_no_text_passes_with_status_2(run: Runner, data: bytes, message: str) -> None:
    """Binary data and UTF-16 come out unchanged, and the message says what to do."""
    done = run(data=data)
    assert (done.status, done.out) == (2, data)
    assert message in done.err


def test_a_bad_file_does_not_stop_the_others(run: Runner, page: Path, tmp_path: Path) -> None:
    """A missing file and a directory are reported, what can be read is written."""
    (tmp_path / "folder").mkdir()
    done = run("missing.txt", "folder", "page.txt")
    assert (done.status, done.out) == (2, PAGE)
    assert "missing.txt: cannot be read" in done.err
    assert "folder: cannot be read" in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--invert", "--count"],
        ["--check", "--invert"],
        ["--rejects", "r", "--check"],
        ["--rejects", "-"],
        ["--in-place", "page.txt"],
        ["--in-place", "--rejects", "r"],
        ["-z", "--page-separator", "x"],
        ["--page-separator", ""],
        ["--page-separator", r"\q"],
        ["--max-removed", "2"],
        ["--threshold", "nan"],
        ["--remove", "none"],
        ["--keep", "news"],
        ["--allow", "missing"],
        ["--unknown"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_status_2(
    run: Runner, page: Path, tmp_path: Path, arguments: list[str]
) -> None:
    """Options that make no sense are refused before anything is read or written."""
    done = run(*arguments, data=PAGE)
    assert (done.status, done.out) == (2, b"")
    assert done.err
    assert [page] == list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", ["same", "symlink", "hard link"])
def test_an_input_is_never_overwritten_by_rejects(
    run: Runner, page: Path, tmp_path: Path, kind: str
) -> None:
    """--rejects that is an input under any name is refused."""
    other = page if kind == "same" else tmp_path / "other"
    if kind == "symlink":
        other.symlink_to(page)
    elif kind == "hard link":
        other.hardlink_to(page)
    assert run("page.txt", "--rejects", other.name).status == 2
    assert page.read_bytes() == SPAM + PAGE


def test_a_list_of_literals_is_never_overwritten(run: Runner, tmp_path: Path) -> None:
    """--rejects that is the --deny file is refused."""
    (tmp_path / "deny").write_bytes(b"x\n")
    assert run("--deny", "deny", "--rejects", "deny", data=PAGE).status == 2
    assert (tmp_path / "deny").read_bytes() == b"x\n"


def test_literals_must_be_utf8(run: Runner, tmp_path: Path) -> None:
    """A list in another encoding is refused with its line."""
    (tmp_path / "deny").write_bytes(b"ok\n\xd6\xd0\n")
    assert "deny:2: is not UTF-8" in run("--deny", "deny", data=PAGE).err


def test_in_place_replaces_and_restores(run: Runner, page: Path, tmp_path: Path) -> None:
    """The file changes, its rejects give it back, a second run leaves it alone."""
    page.chmod(0o604)
    assert run("--in-place", "--rejects", "r1", "page.txt") == Run(0, b"", "")
    assert (page.read_bytes(), page.stat().st_mode & 0o777) == (PAGE, 0o604)
    before = page.stat()
    assert run("--in-place", "--rejects", "r2", "page.txt").status == 0
    assert (before.st_ino, before.st_mtime_ns) == (page.stat().st_ino, page.stat().st_mtime_ns)
    assert run("restore", "page.txt", "--rejects", "r1", "-o", "page.txt").status == 2
    assert run("restore", "page.txt", "--rejects", "r1").out == SPAM + PAGE


def test_in_place_refuses_to_name_a_file_twice(run: Runner, page: Path, tmp_path: Path) -> None:
    """The same file under two names would be replaced twice."""
    os.link(page, tmp_path / "other")
    assert run("--in-place", "--rejects", "r", "page.txt", "other").status == 2
    assert page.read_bytes() == SPAM + PAGE
