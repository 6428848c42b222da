"""`junkfilter inspect` from the command line: forms, colours, several pages, errors."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from read_html import ReadPage

from junkfilter.cli import main

SPAM = "国产精品一区二区三区_亚洲欧美日韩在线观看_无码av免费_久久综合网站\n"
NEWS = "市图书馆调整开放时间\n本报讯 从下周一起,开放时间延长到晚上九点。\n"  # library hours
Inspect = Callable[..., tuple[int, str, str]]


@pytest.fixture
def inspect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Inspect:
    """Runs the command where `page.txt`, `news.txt` and `pages.txt` are."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    (tmp_path / "page.txt").write_text(SPAM + NEWS, encoding="utf-8")
    (tmp_path / "news.txt").write_text(NEWS, encoding="utf-8")
    (tmp_path / "pages.txt").write_text(f"{NEWS}\0{SPAM}{NEWS}\0{NEWS}", encoding="utf-8")

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(["inspect", *arguments])
        out, error = capfdbinary.readouterr()
        return status, out.decode(), error.decode()

    return run


def test_a_page_on_the_terminal(inspect: Inspect) -> None:
    """Summary on top, then the page with its cut; no colours, for the output is no terminal."""
    status, out, error = inspect("page.txt")
    assert (status, error) == (0, "")
    assert out.startswith("1 piece is cut from 1 page of 3 lines.")
    assert f"- 1 │ ⟦S:{SPAM[:-1]}⟧\n" in out
    assert "cut, adult: the line; score " in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("color", "no_color", "term", "terminal", "coloured"),
    [
        ("auto", None, "xterm", True, True),
        ("auto", None, "xterm", False, False),
        ("auto", "1", "xterm", True, False),
        ("auto", "", "xterm", True, True),
        ("auto", None, "dumb", True, False),
        ("always", "1", "dumb", False, True),
        ("never", None, "xterm", True, False),
    ],
)
def test_colours_are_asked_for(
    inspect: Inspect,
    monkeypatch: pytest.MonkeyPatch,
    color: str,
    no_color: str | None,
    term: str,
    terminal: bool,
    coloured: bool,
) -> None:
    """By the option, else by what standard output is, NO_COLOR (if not empty) and TERM."""
    if no_color is not None:
        monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    assert ("\x1b[" in inspect("page.txt", "--color", color)[1]) == coloured


def test_html_goes_to_a_file(inspect: Inspect, tmp_path: Path) -> None:
    """The file is one page that is whole; standard output stays empty."""
    assert inspect("page.txt", "-o", "seen.html") == (0, "", "")
    page = ReadPage((tmp_path / "seen.html").read_text("utf-8"))
    assert page.faults == []
    assert ("del", "cut spam") in [(name, a.get("class")) for name, a in page.elements]
    assert sum(name == "details" for name, _ in page.elements) == 2  # the line's, the glossary
    assert inspect("page.txt", "-o", "-")[1].startswith("<!DOCTYPE html>")


def test_options_of_the_filter_count(inspect: Inspect, tmp_path: Path) -> None:
    """What is asked for is what is shown, and stands on top."""
    (tmp_path / "allow.txt").write_text("国产精品\n", encoding="utf-8")
    assert "Nothing is cut" in inspect("page.txt", "--allow", "allow.txt")[1]
    asked = inspect("page.txt", "--operating-point", "recall", "--keep", "gambling")[1]
    assert "asked for: spam at recall, but never gambling; model" in asked


def test_pages_of_a_stream_and_of_several_files(inspect: Inspect) -> None:
    """Each page has its name; all are counted, and some shown where that is asked for."""
    out = inspect("pages.txt", "news.txt", "-z")[1]
    assert "cut from 4 pages" in out
    for name in ("pages.txt:", "pages.txt, page 2:", "pages.txt, page 3:", "news.txt:"):
        assert f"\n{name} " in out
    marked = inspect("pages.txt", "-z", "--marked")[1]
    assert "pages.txt, page 2:" in marked
    assert "pages.txt, page 3:" not in marked
    assert "2 pages of them are not shown." in marked
    assert "2 pages of them are not shown." in inspect("pages.txt", "-z", "--pages", "1")[1]


def test_records_have_lines_of_their_own(inspect: Inspect, tmp_path: Path) -> None:
    """Fields of JSON Lines are pages with number and address; a broken record is told."""
    rows = [json.dumps({"url": "http://a.example/1", "text": SPAM + NEWS}), "{broken"]
    (tmp_path / "pages.jsonl").write_text("\n".join(rows), encoding="utf-8")
    status, out, _ = inspect("pages.jsonl")
    assert status == 0
    assert "pages.jsonl, record 1: 3 lines; cut: adult 1." in out
    assert "\nhttp://a.example/1\n- 1 │ ⟦S:" in out
    assert "pages.jsonl:2: " in out
    status, _, error = inspect("pages.jsonl", "--on-error", "stop")
    assert status == 2
    assert "record 2" in error


def test_what_is_not_judged_is_told(inspect: Inspect, tmp_path: Path) -> None:
    """An over-long line, a missing file, binary data: said on the page as well."""
    (tmp_path / "long.txt").write_text(f"{NEWS}{'长' * (1 << 19)}\n", encoding="utf-8")  # "long"
    assert "long.txt:3: a line of more than 1 MiB" in inspect("long.txt")[1]
    (tmp_path / "empty").write_bytes(b"")
    assert inspect("empty")[1].startswith("There is no page to show.")
    (tmp_path / "binary").write_bytes(b"\0\1\2")
    for name, what in (("none.txt", "cannot be read"), ("binary", "binary")):
        status, _, error = inspect("page.txt", name)
        assert status == 2
        assert what in error


def test_an_input_is_not_overwritten(inspect: Inspect, tmp_path: Path) -> None:
    """`-o` must be another file."""
    status, _, error = inspect("page.txt", "-o", "page.txt")
    assert status == 2
    assert "both input and output" in error
    assert (tmp_path / "page.txt").read_text("utf-8") == SPAM + NEWS
