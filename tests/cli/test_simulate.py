"""`junkfilter simulate`: objects out, refusals, and the same bytes for the same seed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import ENVIRONMENT, Run

Runner = Callable[..., Run]
# A short article, composed for this test: a library's new hours, a reader's opinion.
PAGE = (
    "市图书馆延长开放时间\n"
    "本报讯 5月9日，市图书馆宣布，从下周一起开放时间延长到晚上九点，周末照常开放。\n"
    "读者王女士表示，孩子放学以后也能来看书，这样很方便。图书馆还准备增加座位。\n"
)


def objects(done: Run) -> list[dict[str, object]]:
    """What a successful run wrote."""
    assert done.status == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


def test_cuts_lead_back_to_the_clean_page(run: Runner) -> None:
    """The text without the ranges of `cuts` is `clean`, and the first page's attack is named."""
    done = run("simulate", "--clean", "--copies", "20", data=PAGE.encode())
    found = objects(done)
    assert len(found) > 10
    for value in found:
        text, kept, position = str(value["text"]), "", 0
        for cut in value["cuts"]:  # type: ignore[attr-defined]
            assert cut["attack"] in value["attacks"]  # type: ignore[operator]
            kept += text[position : cut["start"]]
            position = cut["end"]
        assert kept + text[position:] == value["clean"]
        assert (value["source"], value["record"]) == ("<stdin>", 1)


def test_the_same_seed_gives_the_same_bytes(run: Runner) -> None:
    """Output depends on the seed; --seed 0 is what comes without one."""
    arguments = ("simulate", "--copies", "3", "--mix", "2", "--dress")
    first, again, other = (
        run(*arguments, "--seed", seed, data=PAGE.encode()).out for seed in ("0", "0", "1")
    )
    assert first == again == run(*arguments, data=PAGE.encode()).out
    assert first != other


def test_pages_are_read_as_strip_reads_them(run: Runner) -> None:
    """Separators divide pages and number the records; CRLF becomes LF, blank pages are none."""
    data = PAGE.replace("\n", "\r\n").encode()
    found = objects(run("simulate", "-z", "--attack", "first line", data=b"\0".join([data] * 3)))
    assert [value["record"] for value in found] == [1, 2, 3]
    assert all("\r" not in str(value["text"]) for value in found)
    assert objects(run("simulate", data=b"\n \n")) == []


def test_lines_of_a_corpus_become_pages(run: Runner) -> None:
    """--page-lines cuts the input into pages of so many lines."""
    found = objects(
        run(
            "simulate", "--clean", "--page-lines", "2", "--attack", "first line", data=PAGE.encode()
        )
    )
    assert [str(value["clean"]).count("\n") for value in found] == [2, 1]


def test_spam_lines_may_be_given(run: Runner, tmp_path: Path) -> None:
    """--spam names labelled lines, of which those that are spam are put in."""
    (tmp_path / "lines.tsv").write_text("spam.adult\t甲乙丙丁\ntext\t诚实的话\n", "utf-8")
    found = objects(
        run("simulate", "--spam", "lines.tsv", "--attack", "first line", data=PAGE.encode())
    )
    assert str(found[0]["text"]).startswith("甲乙丙丁\n")
    (tmp_path / "lines.tsv").write_text("text\t诚实的话\n", "utf-8")
    done = run("simulate", "--spam", "lines.tsv", data=PAGE.encode())
    assert (done.status, done.out) == (2, b"")


def test_output_is_all_or_nothing(run: Runner, tmp_path: Path) -> None:
    """With an input that cannot be read, the file that was there stays as it was."""
    (tmp_path / "page.txt").write_text(PAGE, "utf-8")
    (tmp_path / "out.jsonl").write_text("old\n")
    assert run("simulate", "page.txt", "missing.txt", "-o", "out.jsonl").status == 2
    assert (tmp_path / "out.jsonl").read_text() == "old\n"
    assert run("simulate", "page.txt", "-o", "out.jsonl", "--attack", "first line").status == 0
    assert json.loads((tmp_path / "out.jsonl").read_text("utf-8"))["attacks"] == ["first line"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--attack", "no such attack"],
        ["--copies", "0"],
        ["--split", "test"],
        ["-o", "page.txt", "page.txt"],
    ],
)
def test_nonsense_is_refused(run: Runner, tmp_path: Path, arguments: list[str]) -> None:
    """Unknown names and overwritten inputs are errors, before anything is written."""
    (tmp_path / "page.txt").write_text(PAGE, "utf-8")
    done = run("simulate", *arguments, data=PAGE.encode())
    assert (done.status, done.out) == (2, b"")
    assert (tmp_path / "page.txt").read_text("utf-8") == PAGE


def test_a_page_without_a_place_is_counted(run: Runner) -> None:
    """What is left out is said, unless --quiet."""
    arguments = ("simulate", "--attack", "stamps")
    assert "1 of 1 copies left out" in run(*arguments, data="标题\n".encode()).err
    assert run(*arguments, "-q", data="标题\n".encode()).err == ""


def test_simulating_needs_no_scikit_learn() -> None:
    """The command injures pages without loading what trains models."""
    script = (
        "import sys; from junkfilter.cli import main; status = main(['simulate', '-q']); "
        "sys.exit(f'{status}' if status or {'sklearn', 'jieba'} & set(sys.modules) else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=PAGE.encode(),
        capture_output=True,
        env=ENVIRONMENT,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")
